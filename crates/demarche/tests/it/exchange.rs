//! Import, the server and the comparison, as users run them.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use demarche_case::CaseFolder;
use demarche_case::assessment::answer::{Answer, ImportAnswer};
use demarche_compare::psi::CompareAnswer;
use demarche_exchange::answer::{CheckAnswer, ExportAnswer, MatchAnswer, ShareImportAnswer};
use demarche_server::{PullAnswer, PushAnswer};

use crate::command_line::{demarche, folder};

const REPORT: &str =
    "The wiper called hxxps://evil[.]badhost[.]com/a and 45.77.10[.]20.\nIt used T1561.002.\n";

fn told<T: serde::de::DeserializeOwned>(arguments: &[&str]) -> T {
    let output = demarche(arguments);
    let fault = String::from_utf8_lossy(&output.stderr);
    let answer: Answer<T> =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{fault}"));
    answer.answer
}

fn done(arguments: &[&str]) -> String {
    let output = demarche(arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_report_becomes_evidence_once_and_what_was_written_stays() {
    let out = folder("import");
    let (case, report) = (out.join("my-case"), out.join("report.txt"));
    done(&["init", text(&case)]);
    fs::write(&report, REPORT).unwrap();
    let evidence = case.join("evidence.toml");
    // `init` leaves items to fill in, so that the case is one of ours.
    fs::write(case.join("case.toml"), "id = \"my-case\"\ntitle = \"Made\"\ntlp = \"AMBER\"\nsummary = \"Made up.\"\n[owner]\norganisation = \"Made\"\ncontact = \"made\"\n").unwrap();
    fs::write(&evidence, "# Mine.\n").unwrap();
    let import = ["import", text(&report), "--into", text(&case), "--json"];
    let dry: ImportAnswer = told(&[&import[..], &["--dry-run"]].concat());
    assert_eq!((dry.files[0].added.len(), dry.is_written), (3, false));
    assert_eq!(fs::read_to_string(&evidence).unwrap(), "# Mine.\n");
    let first: ImportAnswer = told(&import);
    assert_eq!((first.files[0].added.len(), first.is_written), (3, true));
    let written = fs::read_to_string(&evidence).unwrap();
    assert!(written.starts_with("# Mine.\n"), "{written}");
    let again: ImportAnswer = told(&import);
    assert_eq!((again.files[0].added.len(), again.files[0].known.len()), (0, 3));
    assert_eq!(fs::read_to_string(&evidence).unwrap(), written);
    assert_eq!(CaseFolder::open(&case).unwrap().case().evidence.len(), 3);
}

/// Kills the server when the test ends, whatever its end.
pub(crate) struct Running(pub(crate) std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_bundle_goes_to_a_server_and_comes_back_without_what_is_marked_higher() {
    let out = folder("share");
    let (store, password, bundle) =
        (out.join("taxii.sqlite"), out.join("password"), out.join("bundle.json"));
    fs::write(&password, "a long secret\n").unwrap();
    fs::write(&bundle, r#"{"type":"bundle","id":"bundle--1","objects":[
        {"type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--ff26c055-6336-5bc5-b98d-13d6226742dd","value":"198.51.100.3","object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"]},
        {"type":"ipv4-addr","spec_version":"2.1","id":"ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4","value":"198.51.100.4","object_marking_refs":["marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"]}]}"#).unwrap();
    let at = ["--store", text(&store)];
    done(&[&["share", "collection", "add", "Indicators"][..], &at].concat());
    done(
        &[&["share", "user", "add", "analyst", "--password-file", text(&password)][..], &at]
            .concat(),
    );
    done(
        &[&["share", "user", "grant", "analyst", "Indicators", "--read", "--write"][..], &at]
            .concat(),
    );
    let server = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(["share", "serve", "--listen", "127.0.0.1:0"])
        .args(at)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut server = Running(server);
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.split_whitespace().find(|word| word.starts_with("http")).unwrap();
    let who = [
        "--collection",
        "Indicators",
        "--user",
        "analyst",
        "--password-file",
        text(&password),
        "--json",
    ];
    let pushed: PushAnswer =
        told(&[&["share", "push", text(&bundle), url, "--highest", "GREEN"][..], &who].concat());
    assert_eq!((pushed.acknowledged, pushed.withheld.len(), pushed.refused.len()), (1, 1, 0));
    let got = out.join("got.json");
    let pulled: PullAnswer =
        told(&[&["share", "pull", url, "--out", text(&got)][..], &who].concat());
    assert_eq!((pulled.objects, pulled.is_complete), (1, true));
    let got = fs::read_to_string(got).unwrap();
    assert!(got.contains("198.51.100.3") && !got.contains("198.51.100.4"), "{got}");
}

#[test]
fn two_lists_are_compared_by_files() {
    let out = folder("compare");
    let path = |name: &str| out.join(name).to_str().unwrap().to_owned();
    let key = |name: &str| done(&["share", "compare", "key", &path(name)]).trim().to_owned();
    let (ours, theirs) = (key("ours.key"), key("theirs.key"));
    assert_eq!(ours, key("ours.key"), "a key is made once");
    fs::write(path("ours.txt"), "45.77.10.20\nevil[.]badhost.com\n45.77.10.99\n").unwrap();
    fs::write(path("theirs.txt"), "it called evil.badhost.com and 45.77.10[.]21\n").unwrap();
    let round = |name: &str, items: &[&str]| {
        let (request, answer) = (path(&format!("{name}.request")), path(&format!("{name}.answer")));
        done(
            &[
                &[
                    "share",
                    "compare",
                    "ask",
                    &path("ours.txt"),
                    "--key",
                    &path("ours.key"),
                    "--to",
                    &theirs,
                    "--out",
                    &request,
                ][..],
                items,
            ]
            .concat(),
        );
        done(
            &[
                &[
                    "share",
                    "compare",
                    "answer",
                    &request,
                    &path("theirs.txt"),
                    "--key",
                    &path("theirs.key"),
                    "--from",
                    &ours,
                    "--log",
                    &path("log"),
                    "--out",
                    &answer,
                ][..],
                items,
            ]
            .concat(),
        );
        told::<CompareAnswer>(&[
            "share",
            "compare",
            "read",
            &answer,
            &path("ours.txt"),
            "--key",
            &path("ours.key"),
            "--request",
            &request,
            "--json",
        ])
    };
    let count = round("count", &[]);
    assert_eq!((count.common, count.items), (1, None));
    let items = round("items", &["--items"]).items.unwrap();
    assert_eq!(items.len(), 1);
    assert_eq!(items[0].text, "evil.badhost.com");
    let sightings = |name: &str, out: &str| {
        let (request, answer) = (path(&format!("{name}.request")), path(&format!("{name}.answer")));
        let (list, key, out) = (path("ours.txt"), path("ours.key"), path(out));
        let read = ["share", "compare", "read", &answer, &list, "--key", &key];
        let more = ["--request", &request, "--stix", &out, "--by", "Ours", "--tlp", "GREEN"];
        demarche(&[&read[..], &more].concat()).status.code()
    };
    assert_eq!(sightings("items", "sightings.json"), Some(0));
    let check: CheckAnswer = told(&["share", "check", &path("sightings.json"), "--json"]);
    assert!(check.files[0].is_valid, "{check:?}");
    let written = fs::read_to_string(path("sightings.json")).unwrap();
    assert!(written.contains("[domain-name:value = 'evil.badhost.com']"), "{written}");
    assert_eq!(sightings("count", "none.json"), Some(2), "a number names no item");
    // An exchange is answered once.
    let again = demarche(&[
        "share",
        "compare",
        "answer",
        &path("count.request"),
        &path("theirs.txt"),
        "--key",
        &path("theirs.key"),
        "--from",
        &ours,
        "--log",
        &path("log"),
        "--out",
        &path("again"),
    ]);
    assert_eq!(again.status.code(), Some(2));
}

const SENT: &str = r#"{"type":"bundle","id":"bundle--3f0c1e2a-0000-4000-8000-000000000001", "objects":[
 {"type":"indicator","spec_version":"2.1","id":"indicator--3f0c1e2a-0000-4000-8000-000000000002","created":"2022-01-01T00:00:00.000Z","modified":"2022-01-01T00:00:00.000Z","name":"Control","pattern":"[ipv4-addr:value = '45.77.10.20']","pattern_type":"stix","valid_from":"2022-01-01T00:00:00Z","x_odd": 1.50,"object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]},
 {"type":"x-new","id":"x-new--3f0c1e2a-0000-4000-8000-000000000003","colour":"red","object_marking_refs":["marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"]}]}
"#;

#[test]
fn a_bundle_of_a_partner_is_kept_whole_matched_and_sent_on() {
    let out = folder("partner");
    let (case, bundle) = (out.join("my-case"), out.join("bundle.json"));
    done(&["init", text(&case)]);
    fs::write(case.join("case.toml"), "id = \"my-case\"\ntitle = \"Made\"\ntlp = \"AMBER\"\nsummary = \"Made up.\"\n[owner]\norganisation = \"Made\"\ncontact = \"made\"\n").unwrap();
    fs::write(case.join("evidence.toml"), "").unwrap();
    fs::write(&bundle, SENT).unwrap();
    let import = ["share", "import", text(&bundle), "--into", text(&case), "--json"];
    let first: ShareImportAnswer = told(&import);
    assert_eq!((first.kept[0].objects, first.kept[0].is_new), (2, true));
    let lost = &first.evidence.files[0].not_used;
    assert!(lost.len() == 1 && lost[0].place.starts_with("x-new--"), "{lost:?}");
    let kept = case.join(&first.kept[0].kept);
    assert_eq!(fs::read_to_string(&kept).unwrap(), SENT);
    let log = fs::read_to_string(case.join("log.jsonl")).unwrap();
    assert!(log.contains(&first.kept[0].sha256.to_string()), "{log}");
    let again: ShareImportAnswer = told(&import);
    assert!(!again.kept[0].is_new);
    done(&["seal", text(&case)]);
    done(&["verify", text(&case)]);

    // The pattern of the partner finds the item that came of it.
    let found: MatchAnswer = told(&["share", "match", text(&case), text(&bundle), "--json"]);
    assert_eq!((found.matched.len(), found.matched[0].evidence.len()), (1, 1));

    let sent = out.join("sent.json");
    let export = ["share", "export", text(&case), "--to", "GB", "--as", "received", "--out"];
    let answer: ExportAnswer = told(&[&export[..], &[text(&sent), "--json"]].concat());
    assert_eq!((answer.objects, answer.unexpressed.len()), (1, 1));
    let written = fs::read_to_string(&sent).unwrap();
    assert!(written.contains("\"x_odd\": 1.50") && !written.contains("x-new"), "{written}");
    for (format, name) in [("misp", "event.json"), ("csv", "table.csv")] {
        let file = out.join(name);
        let answer: ExportAnswer = told(&[
            "share",
            "export",
            text(&case),
            "--to",
            "GB",
            "--as",
            format,
            "--out",
            text(&file),
            "--json",
        ]);
        assert_eq!(answer.objects, 1, "{format}");
        assert!(fs::read_to_string(&file).unwrap().contains("45.77.10.20"), "{format}");
    }
    let none = demarche(&[
        "share",
        "export",
        text(&case),
        "--to",
        "GB",
        "--as",
        "attack-flow",
        "--out",
        text(&out.join("flow.json")),
    ]);
    assert_eq!(none.status.code(), Some(2), "a flow without a technique is none");
}
