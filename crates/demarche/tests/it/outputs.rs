//! The folder of outputs: what a person changed there is never lost, and what others put there is never touched.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::command_line::{demarche, folder};

const CASE: &str = r#"id = "outputs"
title = "The wiper at the hospital"
tlp = "GREEN"
summary = "A wiper erased 400 computers."
owner = { organisation = "National CERT", contact = "duty desk", country = "NL" }
[[party]]
id = "japan"
name = "Japan"
country = "JP"
role = "partner"
"#;

const SECOND_PARTY: &str = r#"
[[party]]
id = "france"
name = "France"
country = "FR"
role = "partner"
"#;

/// A case that asks Japan and France, in a folder of this test's own.
struct Tried {
    case: PathBuf,
    out: PathBuf,
}

impl Tried {
    fn new(test: &str) -> Self {
        let folder = folder(test);
        let (case, out) = (folder.join("case"), folder.join("out"));
        fs::create_dir(&case).unwrap();
        fs::write(case.join("evidence.toml"), "").unwrap();
        fs::write(case.join("case.toml"), format!("{CASE}{SECOND_PARTY}")).unwrap();
        Self { case, out }
    }

    fn run(&self, command: &str, more: &[&str]) -> Output {
        let (case, out) = (self.case.to_str().unwrap(), self.out.to_str().unwrap());
        let mut all = vec![command, case, "--library", case, "--out", out];
        all.extend_from_slice(more);
        demarche(&all)
    }

    /// Runs a command that does not fail; returns what it says on standard error.
    fn told(&self, command: &str, more: &[&str]) -> String {
        let output = self.run(command, more);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() < Some(2), "{told}");
        told
    }

    /// Runs `assess`, which must be refused and change nothing; returns the reason.
    fn refused(&self) -> String {
        let before = files(&self.out);
        for more in [&[][..], &["--force"]] {
            let output = self.run("assess", more);
            let told = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{told}");
            assert!(told.contains("hint:"), "{told}");
            assert!(files(&self.out) == before);
            if more.is_empty() {
                continue;
            }
            return told;
        }
        unreachable!("the second run returns")
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.out.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.out.join(name), text).unwrap();
    }

    fn exists(&self, name: &str) -> bool {
        self.out.join(name).exists()
    }
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            waiting.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
        } else if let Ok(bytes) = fs::read(&path) {
            found.insert(path, bytes);
        }
    }
    found
}

#[test]
fn a_changed_note_is_kept_and_the_new_text_lies_beside_it() {
    let tried = Tried::new("kept");
    assert_eq!(tried.told("assess", &[]), "");
    let new = tried.read("note-JP.md");
    tried.write("note-JP.md", "mine");
    let told = tried.told("assess", &[]);
    assert!(
        told.contains("kept: note-JP.md was changed and is kept; the new text is new/note-JP.md"),
        "{told}"
    );
    assert!(told.contains("--force"), "{told}");
    assert_eq!(
        (tried.read("note-JP.md").as_str(), tried.read("new/note-JP.md")),
        ("mine", new.clone())
    );
    let list = tried.out.join("new/note-JP.annex.json");
    assert_eq!(demarche(&["verify", "--note", list.to_str().unwrap()]).status.code(), Some(0));
    assert!(!tried.exists("new/report.html") && !tried.exists("new/note-FR.md"));

    // The new text is changed as well: neither is lost.
    tried.write("new/note-JP.docx", "mine too");
    tried.told("note", &["--to", "JP"]);
    assert_eq!(
        (tried.read("note-JP.md").as_str(), tried.read("new/note-JP.docx").as_str()),
        ("mine", "mine too")
    );
    assert_eq!(tried.read("new-2/note-JP.md"), new);

    tried.told("assess", &["--force"]);
    assert_eq!(tried.read("note-JP.md"), new);
    assert!(!tried.exists("new") && !tried.exists("new-2"));
    assert_eq!(tried.told("assess", &[]), "");
}

#[test]
fn a_changed_report_is_kept_and_a_deleted_file_comes_back() {
    let tried = Tried::new("kept-report");
    tried.told("assess", &[]);
    tried.write("report.html", "mine");
    fs::remove_file(tried.out.join("assessment.json")).unwrap();
    let output = tried.run("assess", &[]);
    assert!(
        String::from_utf8(output.stdout).unwrap().contains("- new/report.html, assessment.json")
    );
    assert_eq!(tried.read("report.html"), "mine");
    // A text that is put back by hand needs no copy beside it.
    fs::rename(tried.out.join("new/report.html"), tried.out.join("report.html")).unwrap();
    assert_eq!(tried.told("assess", &[]), "");
}

#[test]
fn an_earlier_note_does_not_outlive_its_reason_unless_a_person_wants_it() {
    let tried = Tried::new("stale");
    tried.told("assess", &[]);
    tried.told("note", &["--to", "TH"]);
    fs::write(tried.case.join("case.toml"), CASE).unwrap();
    tried.write("note-FR.docx", "mine");
    let told = tried.told("assess", &[]);
    assert!(told.contains("note-FR.docx was changed and is kept"), "{told}");
    assert!(tried.exists("note-FR.docx") && !tried.exists("note-FR.md"));
    assert!(tried.exists("note-TH.md") && tried.exists("note-JP.md"));
    tried.told("assess", &["--force"]);
    assert!(tried.exists("note-TH.md") && !tried.exists("note-FR.docx"));
}

#[test]
fn files_of_others_are_never_touched() {
    let tried = Tried::new("foreign");
    tried.told("assess", &[]);
    for name in ["mine.txt", "note-FR.odt", "note-France.md", "note-CN.md"] {
        tried.write(name, "not demarche's");
    }
    // A folder in the place of a file, and a file in the place of the folder of new texts.
    fs::remove_file(tried.out.join("report.html")).unwrap();
    fs::create_dir(tried.out.join("report.html")).unwrap();
    tried.write("new", "not demarche's");
    for more in [&[][..], &["--force"]] {
        let told = tried.told("assess", more);
        assert!(told.contains("report.html was not written by demarche and is kept; the new text is new-2/report.html"), "{told}");
        let told = tried.told("note", &[&["--to", "CN"], more].concat());
        assert!(told.contains("note-CN.md was not written by demarche"), "{told}");
    }
    for name in ["mine.txt", "note-FR.odt", "note-France.md", "note-CN.md", "new"] {
        assert_eq!(tried.read(name), "not demarche's", "{name}");
    }
    assert!(tried.exists("new-2/note-CN.md") && tried.out.join("report.html").is_dir());
}

#[test]
fn a_folder_that_is_no_assessment_of_this_case_is_refused() {
    let tried = Tried::new("refused");
    fs::create_dir(&tried.out).unwrap();
    // Desktops leave hidden files everywhere; they make no folder foreign.
    tried.write(".DS_Store", "x");
    tried.told("assess", &[]);
    let list = tried.read("written.json");

    let lies = [
        list.replace("note-JP.md", "../case/case.toml"),
        list.replace("note-JP.md", "mine.txt"),
        list.replace("\"version\": 1", "\"version\": 9"),
        "[".repeat(100_000),
    ];
    for lie in lies {
        tried.write("written.json", &lie);
        assert!(tried.refused().contains("written.json is no list"), "{lie}");
    }
    tried.write("written.json", &list.replace("\"outputs\"", "\"elsewhere\""));
    assert!(tried.refused().contains("another case, `elsewhere`"));
    fs::remove_file(tried.out.join("written.json")).unwrap();
    assert!(tried.refused().contains("is not empty"));

    fs::remove_dir_all(&tried.out).unwrap();
    fs::write(&tried.out, "a file").unwrap();
    assert!(tried.refused().contains("is not a folder"));
}

#[test]
#[cfg(unix)]
fn a_link_as_the_folder_of_outputs_is_not_followed() {
    use std::os::unix::fs::symlink;

    let mut tried = Tried::new("link");
    let elsewhere = tried.case.with_file_name("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    symlink(&elsewhere, &tried.out).unwrap();
    assert!(tried.refused().contains("is a link"));
    tried.out.push("");
    assert!(tried.refused().contains("is a link"));
    symlink(&elsewhere, tried.case.join("assessment")).unwrap();
    let output = demarche(&["assess", tried.case.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);

    // A link in the place of a note, or of the folder of new texts, leads nowhere either.
    fs::remove_file(tried.case.with_file_name("out")).unwrap();
    tried.out = tried.case.with_file_name("out");
    tried.told("assess", &[]);
    fs::write(elsewhere.join("letter"), "mine").unwrap();
    fs::remove_file(tried.out.join("note-JP.md")).unwrap();
    symlink(elsewhere.join("letter"), tried.out.join("note-JP.md")).unwrap();
    symlink(&elsewhere, tried.out.join("new")).unwrap();
    tried.told("assess", &["--force"]);
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(elsewhere.join("letter")).unwrap(), "mine");
    assert!(tried.exists("new-2/note-JP.md"));
}

#[test]
fn those_on_whom_little_depends_are_listed_and_get_a_note_on_request() {
    let tried = Tried::new("on-request");
    let accused = SECOND_PARTY.replace("\"partner\"", "\"responsible-alleged\"");
    let request = "[request]\naccused = \"nothing\"\n";
    fs::write(tried.case.join("case.toml"), format!("{CASE}{accused}{request}")).unwrap();
    let answer = String::from_utf8(tried.run("assess", &[]).stdout).unwrap();
    let (_, listed) = answer.split_once("Not written").expect("the rest is listed");
    assert!(listed.contains("- FR ") && listed.contains("--all"), "{listed}");
    assert!(tried.exists("note-JP.md") && !tried.exists("note-FR.withheld.md"));
    assert!(tried.read("report.html").contains("on request"));
    let answer = String::from_utf8(tried.run("note", &["--all"]).stdout).unwrap();
    assert!(answer.starts_with("Wrote 2 notes:"), "{answer}");
    assert!(tried.exists("note-FR.withheld.md"));
    tried.told("assess", &[]);
    assert!(tried.exists("note-FR.withheld.md"), "a person asked for it");
    assert_eq!(tried.run("note", &[]).status.code(), Some(2));
    assert_eq!(tried.run("note", &["--all", "--to", "JP"]).status.code(), Some(2));
}

/// A case that was received may bring a link in place of `new/` and a list that names what it leads to.
#[cfg(unix)]
#[test]
fn a_link_in_place_of_the_folder_of_new_texts_leads_nobody_to_other_files() {
    let tried = Tried::new("linked-new");
    tried.told("assess", &[]);
    let victim = tried.out.parent().unwrap().join("victim");
    fs::create_dir(&victim).unwrap();
    fs::write(victim.join("note-CN.md"), "mine").unwrap();
    fs::copy(tried.out.join("report.html"), victim.join("report.html")).unwrap();
    std::os::unix::fs::symlink(&victim, tried.out.join("new")).unwrap();
    let list = tried.out.join("written.json");
    let text = fs::read_to_string(&list).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let report = value["files"]["report.html"].clone();
    value["files"]["new/report.html"] = report;
    let none = "0".repeat(64);
    value["files"]["new/note-CN.md"] =
        serde_json::json!([{ "bytes": 4, "sha256": none, "by": "assess" }]);
    fs::write(&list, value.to_string()).unwrap();
    tried.told("assess", &[]);
    tried.told("assess", &["--force"]);
    assert_eq!(fs::read(victim.join("note-CN.md")).unwrap(), b"mine");
    assert!(victim.join("report.html").exists());
}

#[test]
fn runs_on_one_folder_wait_for_each_other() {
    let tried = Tried::new("at-once");
    tried.told("assess", &[]);
    std::thread::scope(|scope| {
        for round in 0..4 {
            let tried = &tried;
            scope.spawn(move || {
                if round % 2 == 0 {
                    tried.told("assess", &[])
                } else {
                    tried.told("note", &["--all"])
                }
            });
        }
    });
    let told = tried.told("assess", &[]);
    assert!(!told.contains("kept:"), "{told}");
}

/// The answer of the reference case stands in the README, word by word.
#[test]
fn the_readme_prints_what_the_program_prints() {
    let out = folder("readme-answer");
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let title = "The attack on Sony Pictures Entertainment, 2014 (TLP:AMBER)";
    let (_, quoted) = readme.split_once(title).unwrap();
    let (quoted, _) = quoted.split_once("\nWritten to").unwrap();
    let library = out.join("library");
    let assessment = out.join("assessment");
    let output = demarche(&[
        "assess",
        "examples/sony-2014",
        "--library",
        library.to_str().unwrap(),
        "--out",
        assessment.to_str().unwrap(),
    ]);
    let printed = String::from_utf8(output.stdout).unwrap();
    let (_, printed) = printed.split_once(title).unwrap();
    let (printed, _) = printed.split_once("\nWritten to").unwrap();
    assert_eq!(quoted, printed);
}
