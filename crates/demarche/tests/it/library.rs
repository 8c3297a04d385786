//! The library as a user meets it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use demarche_case::assessment::answer::Answer;
use demarche_library::answer::{AddAnswer, DataKind, DoctorAnswer, ListAnswer, ShowAnswer};

const BUNDLE: &str = r#"{"type":"bundle","id":"bundle--0a1b2c3d-0000-4000-8000-000000000000","spec_version":"2.0","objects":[
{"type":"x-mitre-matrix","id":"x-mitre-matrix--1","name":"M","external_references":[{"source_name":"mitre-attack","external_id":"enterprise-attack"}]},
{"type":"intrusion-set","id":"intrusion-set--1","name":"Test Panda","modified":"2020-01-02T00:00:00Z","external_references":[{"source_name":"mitre-attack","external_id":"G9001"}]},
{"type":"malware","id":"malware--1","name":5}]}"#;

pub(crate) fn demarche(library: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_demarche"))
        .env("DEMARCHE_LIBRARY", library)
        .args(arguments)
        .output()
        .expect("the program runs")
}

pub(crate) fn folder(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("library").join(test);
    drop(fs::remove_dir_all(&path));
    fs::create_dir_all(&path).unwrap();
    path
}

fn answer<T: serde::de::DeserializeOwned>(output: &Output) -> T {
    assert!(output.status.code() < Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice::<Answer<T>>(&output.stdout).unwrap().answer
}

#[test]
fn what_is_added_is_listed_and_shown_and_what_is_refused_is_named() {
    let folder = folder("add");
    let library = folder.join("library");
    let file = folder.join("bundle");
    fs::write(&file, BUNDLE).unwrap();
    let file = file.to_str().unwrap();
    let output = demarche(&library, &["library", "add", file, "--json"]);
    assert_eq!(output.status.code(), Some(1), "a refused object is a gap");
    let added: AddAnswer = answer(&output);
    assert_eq!(added.imports[0].edition.name, "attack-enterprise-2020-01-02");
    assert_eq!(added.imports[0].refused[0].id, "malware--1");
    let again: AddAnswer = answer(&demarche(&library, &["library", "add", file, "--json"]));
    assert!(again.imports[0].was_known);
    let listed: ListAnswer = answer(&demarche(&library, &["library", "list", "--json"]));
    assert_eq!(listed.editions.len(), 2, "with what ships with demarche");
    for asked in ["Test Panda", "G9001", "attack/G9001", "test-panda"] {
        let shown: ShowAnswer = answer(&demarche(&library, &["library", "show", asked, "--json"]));
        assert_eq!(shown.entries[0].id, "attack/G9001", "{asked}");
    }
    let text = String::from_utf8(demarche(&library, &["library", "add", file]).stdout).unwrap();
    // Where a line is folded depends on the length of the path it begins with.
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("in the library already") && text.contains("malware--1"), "{text}");
}

#[test]
fn without_a_catalogue_the_facts_are_there() {
    let library = folder("facts").join("none");
    let shown: ShowAnswer = answer(&demarche(&library, &["library", "show", "S0364", "--json"]));
    assert_eq!(shown.entries[0].name, "RawDisk");
    assert!(!library.exists(), "looking makes no folder");
}

#[test]
fn what_cannot_be_added_is_an_error_with_its_remedy() {
    let folder = folder("errors");
    let file = folder.join("table.csv");
    fs::write(&file, "a,b\n1,2\n").unwrap();
    let nothing = folder.join("nothing.json");
    fs::write(&nothing, "{\"type\":\"bundle\"}").unwrap();
    // Made with `head -c 300000000 /dev/zero | bzip2 -9`.
    let bomb = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/zeros-300-mb.bz2");
    for (arguments, expected) in [
        (vec!["library", "add", file.to_str().unwrap()], "docs/library.md"),
        (vec!["library", "add", folder.to_str().unwrap()], "not sealed"),
        (vec!["library", "add", "no/such/file"], "no/such/file"),
        (vec!["library", "add", nothing.to_str().unwrap()], "nothing.json"),
        (vec!["library", "add", nothing.to_str().unwrap()], "docs/library.md"),
        (vec!["library", "add", bomb], "256000000 bytes when unpacked"),
        (vec!["library", "add", bomb], "add it decompressed"),
        (vec!["library", "show", "nobody at all"], "nobody at all"),
        (vec!["library", "show", "S0364", "--edition", "none-1"], "library list"),
    ] {
        let output = demarche(&folder.join("library"), &arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains(expected), "{arguments:?}: {text}");
    }
    assert!(!folder.join("library").join("editions").exists(), "nothing was added");
}

#[test]
#[cfg(unix)]
fn the_file_names_of_the_readme_are_those_of_the_files() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    #[expect(clippy::disallowed_methods, reason = "tests find real data by the environment")]
    let data = std::env::var_os("DEMARCHE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let catalogues = data.join("attacks");
    if !catalogues.exists() {
        println!("SKIPPED: {} not found; set DEMARCHE_DATA", catalogues.display());
        return;
    }
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let lines = readme.lines().filter_map(|line| line.strip_prefix("$ demarche library add "));
    let lines: Vec<&str> = lines.collect();
    assert_eq!(lines.len(), 2);
    let library = folder("readme-globs");
    for line in lines {
        let output = Command::new("sh")
            .args(["-c", &format!("\"$0\" library add {line}"), env!("CARGO_BIN_EXE_demarche")])
            .current_dir(&catalogues)
            .env("DEMARCHE_LIBRARY", &library)
            .output()
            .expect("a shell runs");
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn the_doctor_tells_which_data_there_are_how_old_and_what_is_missing() {
    let folder = folder("doctor");
    let library = folder.join("library");
    let missing = |answer: &DoctorAnswer| -> Vec<String> {
        answer.missing.iter().map(|missing| missing.what.clone()).collect()
    };
    let output = demarche(&library, &["doctor", "--json"]);
    assert_eq!(output.status.code(), Some(1), "an empty library is a gap");
    let nothing: DoctorAnswer = answer(&output);
    assert!(nothing.data.is_empty() && nothing.record.actors > 0, "{nothing:?}");
    let names = missing(&nothing);
    for what in ["ATT&CK", "EuRepoC", "DCID", "an index of known programs", "routing tables"] {
        assert!(names.iter().any(|name| name == what), "{what}: {names:?}");
    }

    let file = folder.join("bundle");
    fs::write(&file, BUNDLE).unwrap();
    demarche(&library, &["library", "add", file.to_str().unwrap()]);
    let case = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/sony-2014");
    let found: DoctorAnswer = answer(&demarche(&library, &["doctor", case, "--json"]));
    assert_eq!(found.day.to_string(), "2014-11-24");
    let catalogue = found.data.iter().find(|data| data.kind == DataKind::Catalogue).unwrap();
    assert_eq!(catalogue.name, "attack-enterprise-2020-01-02");
    assert!(catalogue.age_days > Some(365), "{catalogue:?}");
    assert!(missing(&found).contains(&"an edition of ATT&CK of the last year".to_owned()));
    let tables: Vec<_> =
        found.data.iter().filter(|data| data.kind == DataKind::RoutingTable).collect();
    assert!(tables.len() >= 3 && !missing(&found).contains(&"AS relationships".to_owned()));
    assert!(missing(&found).contains(&"the dates of the tables".to_owned()));

    // A table has its date in its name, where nothing else tells it.
    let dated = folder.join("20140901.as-rel.txt");
    fs::copy(Path::new(case).join("routes/as-rel.txt"), &dated).unwrap();
    let routes = dated.to_str().unwrap();
    let all = ["doctor", case, "--as-of", "2024-01-01", "--routes", routes, "--json"];
    let far = answer(&demarche(&library, &all));
    assert!(missing(&far).contains(&"tables of 2024-01-01".to_owned()), "{far:?}");
    let told = demarche(&library, &["doctor", case]).stdout;
    let told = String::from_utf8(told).unwrap();
    assert!(
        told.contains("Missing for a better answer:") && told.contains("library fetch"),
        "{told}"
    );
}
