//! The commands as a user runs them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use demarche_case::AnnexVerification;
use demarche_case::assessment::Assessment;
use demarche_case::assessment::answer::{
    Answer, CutAnswer, DependAnswer, LocateAnswer, PowerAnswer,
};
use demarche_case::assessment::routes::{Player, PowerGame};

pub(crate) fn demarche(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_demarche"))
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .args(arguments)
        .output()
        .expect("the program runs")
}

fn stdout(output: &Output) -> String {
    assert!(output.status.code() < Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn stderr(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "it should fail");
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// An empty folder of this test's own.
pub(crate) fn folder(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    if path.exists() {
        fs::remove_dir_all(&path).unwrap();
    }
    fs::create_dir_all(&path).unwrap();
    path
}

const EXAMPLE: &str = "examples/sony-2014";
const TABLES: &str = "examples/sony-2014/routes";

fn players(game: &PowerGame) -> Vec<Vec<String>> {
    let name = |player: &Player| match player {
        Player::Operator(network) => network.asn.to_string(),
        Player::State(country) => country.to_string(),
        Player::Group { label, .. } => label.clone(),
    };
    game.smallest.iter().map(|set| set.iter().map(name).collect()).collect()
}

#[test]
fn the_example_is_assessed_offline_and_always_gives_the_same_bytes() {
    let folder = folder("assess");
    let outs = ["one", "two"].map(|name| folder.join(name));
    for out in &outs {
        let text = stdout(&demarche(&["assess", EXAMPLE, "--out", out.to_str().unwrap()]));
        assert!(text.contains("AS4837") && text.contains("AS22351"), "{text}");
    }
    let names = |out: &Path| {
        let mut names: Vec<_> =
            fs::read_dir(out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&outs[0]), names(&outs[1]));
    for name in names(&outs[0]) {
        assert!(
            fs::read(outs[0].join(&name)).unwrap() == fs::read(outs[1].join(&name)).unwrap(),
            "{name:?} differs"
        );
    }
    let text = fs::read_to_string(outs[0].join("assessment.json")).unwrap();
    let assessment: Assessment = serde_json::from_str(&text).unwrap();
    assert_eq!(assessment.gaps, []);
    let power = assessment.routes.unwrap().power.unwrap();
    assert_eq!(players(&power.operators), [["AS4837", "AS22351"]]);
    assert_eq!(players(&power.states), [["CN", "US"]]);
    for index in power.operators.indices.iter().chain(&power.states.indices) {
        assert!((index.shapley_block - 0.5).abs() < 1e-12, "{index:?}");
    }
}

#[test]
fn a_note_holds_no_more_than_may_be_shared() {
    let out = folder("note");
    stdout(&demarche(&["note", EXAMPLE, "--to", "CN", "--out", out.to_str().unwrap()]));
    let read = |name: &str| fs::read_to_string(out.join(name)).unwrap();
    for name in ["note-CN.md", "note-CN.html"] {
        assert!(read(name).contains("China"), "{name}");
        assert!(!read(name).contains("The records that show these connections"), "{name}");
        assert!(!read(name).contains("203.131.222.102"), "{name}: addresses are defanged");
    }
    assert!(read("note-CN.withheld.md").contains("signals"));
}

#[test]
fn a_note_to_a_cert_is_technical_and_its_files_can_be_checked() {
    let out = folder("cert");
    stdout(&demarche(&["note", EXAMPLE, "--to", "th-cert", "--out", out.to_str().unwrap()]));
    let text = fs::read_to_string(out.join("note-TH-CERT.md")).unwrap();
    assert!(text.contains("203[.]131[.]222[.]102") && !text.contains("alleged"), "{text}");
    assert!(fs::read(out.join("note-TH-CERT.docx")).unwrap().starts_with(b"PK"));

    let list = out.join("note-TH-CERT.annex.json");
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(EXAMPLE);
    let list = list.to_str().unwrap();
    let check = |more: &[&str]| {
        let mut all = vec!["verify", "--note", list];
        all.extend_from_slice(more);
        demarche(&all)
    };
    assert!(stdout(&check(&["--annexes", case.to_str().unwrap()])).contains("6 files hold."));
    assert!(stdout(&check(&[])).contains("not checked"));
    assert_eq!(check(&["--annexes", out.to_str().unwrap()]).status.code(), Some(1), "missing");
    fs::write(out.join("note-TH-CERT.md"), text.replace("Thailand", "Finland!")).unwrap();
    let found = check(&["--json"]);
    assert_eq!(found.status.code(), Some(2));
    let answer: Answer<AnnexVerification> = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!((answer.answer.differing(), answer.answer.holding()), (1, 2));
    assert!(stderr(&demarche(&["verify"])).contains("CASE"));
    assert!(stderr(&demarche(&["verify", EXAMPLE, "--annexes", "x"])).contains("--annexes"));
}

#[test]
fn one_changed_byte_is_named() {
    let folder = folder("seal");
    let case = folder.join("case");
    let case = case.to_str().unwrap();
    stdout(&demarche(&["init", case, "--id", "test"]));
    stdout(&demarche(&["seal", case, "--who", "tester"]));
    assert!(stdout(&demarche(&["verify", case])).contains("All holds"));
    let file = Path::new(case).join("evidence.toml");
    let mut bytes = fs::read(&file).unwrap();
    bytes[0] ^= 1;
    fs::write(&file, bytes).unwrap();
    let found = demarche(&["verify", case]);
    assert_eq!(found.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&found.stdout).contains("evidence.toml"));
}

#[test]
fn a_new_case_can_be_assessed_at_once() {
    let folder = folder("init");
    let case = folder.join("my-case");
    stdout(&demarche(&["init", case.to_str().unwrap()]));
    stdout(&demarche(&["assess", case.to_str().unwrap()]));
    assert!(case.join("assessment/report.html").exists());
}

#[test]
fn every_mistake_in_a_case_is_named_with_its_line() {
    let folder = folder("mistakes");
    fs::write(folder.join("case.toml"), "id = \"x\"\ntitel = \"y\"\ntlp = \"PINK\"\n").unwrap();
    fs::write(folder.join("evidence.toml"), "[[evidence]]\nid = 5\n").unwrap();
    let text = stderr(&demarche(&["assess", folder.to_str().unwrap()]));
    for expected in ["case.toml:2", "case.toml:3", "evidence.toml:2", "title"] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

#[test]
fn questions_about_routes_answer_in_json() {
    let ask = |arguments: &[&str]| {
        let mut all = vec!["routes"];
        all.extend_from_slice(arguments);
        all.extend_from_slice(&["--json", "--routes", TABLES]);
        stdout(&demarche(&all))
    };
    let depend: Answer<DependAnswer> = serde_json::from_str(&ask(&["depend", "KP"])).unwrap();
    assert_eq!(depend.answer.dependencies[0].frontier, 2);
    assert_eq!(depend.inputs.len(), 3);
    assert_eq!(ask(&["depend", "North Korea"]), ask(&["depend", "KP"]));
    let power: Answer<PowerAnswer> = serde_json::from_str(&ask(&["power", "AS131279"])).unwrap();
    assert_eq!(players(&power.answer.power.unwrap().operators), [["AS4837", "AS22351"]]);
    let cut: Answer<CutAnswer> =
        serde_json::from_str(&ask(&["cut", "KP", "--refuse", "AS4837,AS22351"])).unwrap();
    assert_eq!(cut.answer.cuts[0].after.networks, 0, "the forged link carries nothing");
    let located: Answer<LocateAnswer> =
        serde_json::from_str(&ask(&["locate", "203.131.222[.]102", "192.0.2.1"])).unwrap();
    assert_eq!(located.answer.located[0].announced_from.unwrap().code(), "TH");
    assert_eq!(located.answer.located[1].prefix, None);
}

#[test]
fn pictures_are_drawn() {
    let folder = folder("pictures");
    for arguments in [
        &["depend", "KP"][..],
        &["power", "KP"],
        &["cut", "KP", "--sever", "4837-131279"],
        &["locate", "203.131.222.102"],
    ] {
        let file = folder.join(format!("{}.svg", arguments[0]));
        let mut all = vec!["routes"];
        all.extend_from_slice(arguments);
        all.extend_from_slice(&["--routes", TABLES, "--svg", file.to_str().unwrap()]);
        stdout(&demarche(&all));
        let drawn = fs::read_to_string(&file).unwrap();
        assert!(drawn.starts_with("<svg") || drawn.starts_with("<?xml"), "{file:?}");
    }
}

#[test]
fn errors_name_the_place_and_the_remedy() {
    let text = stderr(&demarche(&["assess", "no/such/case"]));
    assert!(text.contains("no/such/case") && text.contains("hint:"), "{text}");
    let text = stderr(&demarche(&["routes", "power", "XX", "--routes", TABLES]));
    assert!(text.contains("XX"), "{text}");
    let text = stderr(&demarche(&["routes", "depend", "Nort Korea", "--routes", TABLES]));
    assert!(text.contains("did you mean North Korea (KP)?"), "{text}");
    let text = stderr(&demarche(&["note", EXAMPLE, "--to", "Chnia"]));
    assert!(text.contains("did you mean China (CN)?"), "{text}");
    let text = stderr(&demarche(&["actors", "show", "Lazarsu Group", "--library", TABLES]));
    assert!(text.contains("did you mean Lazarus Group?"), "{text}");
}

#[test]
fn what_the_graph_does_not_have_is_no_silent_no_op() {
    for change in [["--refuse", "ZZ"], ["--refuse", "AS4200000000"], ["--sever", "1-2"]] {
        let mut all = vec!["routes", "cut", "KP", "--routes", TABLES];
        all.extend(change);
        assert!(stderr(&demarche(&all)).contains("does not have"), "{change:?}");
    }
    for from in ["AS4200000000", "ZZ"] {
        let power = ["routes", "power", "KP", "--from", from, "--routes", TABLES];
        assert!(stderr(&demarche(&power)).contains(&format!("does not have {from}")));
    }
    let doubt = ["routes", "cut", "KP", "--refuse", "CN", "--doubt", "1-2", "--routes", TABLES];
    assert!(stderr(&demarche(&doubt)).contains("does not have AS1–AS2"));
    assert!(stderr(&demarche(&["note", EXAMPLE, "--to", "US"])).contains("own state"));
}

#[test]
fn a_damaged_table_gives_an_answer_with_gaps() {
    let folder = folder("damaged");
    for file in ["as-rel.txt", "asn.tsv", "prefixes.txt"] {
        fs::copy(
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(TABLES).join(file),
            folder.join(file),
        )
        .unwrap();
    }
    let mut text = fs::read_to_string(folder.join("as-rel.txt")).unwrap();
    text.push_str("1|2|3|4|5\nnonsense\n");
    fs::write(folder.join("as-rel.txt"), text).unwrap();
    fs::write(folder.join("noise.bin"), [0xff; 100]).unwrap();
    let output = demarche(&["routes", "power", "KP", "--routes", folder.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let gaps = String::from_utf8_lossy(&output.stderr);
    assert!(gaps.contains("as-rel.txt") && gaps.contains("noise.bin"), "{gaps}");
}

#[test]
fn the_answer_is_short_and_the_whole_of_it_is_there_on_request() {
    let out = folder("brief");
    let place = out.to_str().unwrap();
    let answer = |more: &[&str]| {
        let given = ["assess", "examples/albania-2022", "--out", place];
        stdout(&demarche(&[&given[..], more].concat()))
    };
    let short = answer(&[]);
    let (told, _) = short.split_once("In brackets:").unwrap();
    let sentences = told.matches(" [").count() + told.matches("\n  [").count();
    assert!((3..=8).contains(&sentences), "{told}");
    assert!(told.contains("[Who may have done it]") && told.contains("[Whom to ask]"), "{told}");
    let whole = answer(&["--full", "--sections", "first"]);
    assert!(whole.contains("What would tell most") && !whole.contains("In brackets:"));
    let page = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains("id=\"first-page\"") && !page.contains("id=\"annexes\""));
}

#[test]
fn shells_and_man_learn_every_command() {
    let script = stdout(&demarche(&["completions", "bash"]));
    assert!(script.contains("assess") && script.contains("--library"), "{script}");
    let out = folder("manual");
    stdout(&demarche(&["manual", out.to_str().unwrap()]));
    let page = fs::read_to_string(out.join("demarche-assess.1")).unwrap();
    assert!(page.contains(".TH") && page.contains("hindsight"), "{page}");
    assert!(out.join("demarche-routes-power.1").exists());
}

#[test]
fn quiet_keeps_gaps_off_standard_error_and_the_status_tells_of_them() {
    let missing = ["routes", "power", "KP", "--routes", "examples/sony-2014/routes", "--json"];
    let loud = demarche(&missing);
    let quiet = demarche(&[&missing[..], &["-q"]].concat());
    assert_eq!(loud.status.code(), quiet.status.code());
    assert_eq!(loud.stdout, quiet.stdout);
    assert!(quiet.stderr.is_empty(), "{}", String::from_utf8_lossy(&quiet.stderr));
}

#[test]
fn a_new_case_is_told_as_json() {
    let out = folder("init-json");
    let case = out.join("my-case");
    let told = stdout(&demarche(&["init", case.to_str().unwrap(), "--json"]));
    let answer: Answer<demarche_case::assessment::answer::InitAnswer> =
        serde_json::from_str(&told).unwrap();
    assert_eq!(answer.answer.id.as_str(), "my-case");
}
