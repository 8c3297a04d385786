//! Small inputs that earlier versions got wrong, each with what is right; they lie beside the project.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::browser::copy;
use crate::command_line::{demarche, folder};

/// A folder of `bench/field`, or `None` with a loud word where it is not there.
fn input(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/bench/field").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not there", path.display());
    None
}

/// The exit status and the answer in JSON.
fn answer(arguments: &[&str]) -> (Option<i32>, Value) {
    let output = demarche(arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let json = serde_json::from_slice(&output.stdout);
    (output.status.code(), json.unwrap_or_else(|error| panic!("{error}: {told}")))
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_note_has_nothing_of_an_edition_that_its_reader_may_not_see() {
    let Some(from) = input("A1-red-library-in-clear-note") else { return };
    let out = folder("field-red");
    let case = out.join("case");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/sony-2014");
    for part in ["case.toml", "evidence.toml", "response.toml"] {
        fs::create_dir_all(&case).unwrap();
        fs::copy(example.join(part), case.join(part)).unwrap();
    }
    copy(&example.join("routes"), &case.join("routes"));
    let written = fs::read_to_string(case.join("case.toml")).unwrap();
    let (before, after) = written.split_once("tlp = \"").unwrap();
    let (_, after) = after.split_once('"').unwrap();
    fs::write(case.join("case.toml"), format!("{before}tlp = \"CLEAR\"{after}")).unwrap();
    let library = out.join("library");
    let library = ["--library", text(&library)];
    let red = from.join("red.json");
    let added = demarche(&[&["library", "add", text(&red)], &library[..]].concat());
    assert!(added.status.success());
    let assessed = demarche(&[&["assess", text(&case)], &library[..]].concat());
    assert_ne!(assessed.status.code(), Some(2));
    let mut notes = 0;
    for entry in fs::read_dir(case.join("assessment")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("note-") && name.ends_with(".md") && !name.contains("withheld") {
            notes += 1;
            assert!(!fs::read_to_string(&path).unwrap().contains("Crimson Secret"), "{name}");
        }
    }
    assert!(notes > 0);
}

#[test]
fn a_program_that_imports_by_number_has_the_hash_that_other_tools_give() {
    let Some(from) = input("A2-imphash-ordinals-pe64") else { return };
    for name in ["ordinals32.exe", "ordinals64.exe"] {
        let (status, found) = answer(&["code", "functions", text(&from.join(name)), "--json"]);
        assert_eq!(status, Some(0), "{name}");
        assert!(
            found.to_string().contains("\"imphash\":\"9237d6d57d1c901f8c9824c9f15ea484\""),
            "{name}"
        );
    }
}

#[test]
fn a_program_in_an_archive_with_the_mark_of_a_document_is_seen() {
    let Some(from) = input("A3-zip-mark-hides-exe") else { return };
    for name in ["zip-mimetype.zip", "zip-readme.txt.zip"] {
        let (status, found) = answer(&["code", "functions", text(&from.join(name)), "--json"]);
        assert_eq!(status, Some(1), "{name}");
        assert!(found.to_string().contains("evil.exe"), "{name}");
    }
}

#[test]
fn catalogues_are_used_as_far_as_they_are_right() {
    let out = folder("field-catalogues");
    let add = |folder: &str, file: &str| {
        let path = input(folder)?.join(file);
        let library = out.join(folder);
        let arguments = ["library", "add", text(&path), "--library", text(&library), "--json"];
        Some((answer(&arguments), library))
    };
    let counts = |found: &Value| found["answer"]["imports"][0]["counts"].clone();
    if let Some(((status, found), _)) = add("A4-two-bundles", "two-bundles.json") {
        assert_eq!((status, &counts(&found)["actors"]), (Some(0), &Value::from(2)));
    }
    if let Some(((status, found), library)) =
        add("A6-attributed-to-threat-actor", "attributed.json")
    {
        assert_eq!((status, &counts(&found)["actors"]), (Some(0), &Value::from(2)));
        for part in ["library", "actors"] {
            let shown = demarche(&[part, "show", "Alpha", "--library", text(&library)]);
            let said = String::from_utf8_lossy(&shown.stdout).contains("Attributed to Unit 5.");
            assert!(said, "{part}");
        }
    }
    if let Some(((status, found), library)) = add("A7-misp-synonym-not-a-list", "misp-syn-str.json")
    {
        assert_eq!((status, &counts(&found)["actors"]), (Some(0), &Value::from(1)));
        let shown = demarche(&["library", "show", "Hippo", "--library", text(&library)]);
        assert!(String::from_utf8_lossy(&shown.stdout).contains("Alpha"));
    }
}

#[test]
fn path_identifiers_that_a_record_does_not_announce_are_no_routes_to_everywhere() {
    let Some(from) = input("A5-addpath-in-plain-update") else { return };
    let table = folder("field-identifiers").join("table.csv");
    let file = from.join("addpath-as-plain.mrt");
    let converted =
        demarche(&["routes", "convert", text(&file), "--to", "csv", "--out", text(&table)]);
    assert!(converted.status.success());
    let table = fs::read_to_string(table).unwrap();
    assert!(table.contains(",10.1.2.0/24,1,") && table.contains(",10.1.3.0/24,1,"), "{table}");
    assert!(!table.contains("0.0.0.0/0"), "{table}");
}
