//! The verdicts of the validator beside those of OASIS' stix2-validator 3.3.2.
//!
//! `DEMARCHE_STIX_PYTHON` names a Python that has it: `python3 -m venv V; V/bin/pip install stix2-validator==3.3.2`.

use std::path::{Path, PathBuf};
use std::process::Command;

use demarche_stix::{Rules, Validation, validate};
use serde_json::Value;

use crate::real::{data, files};

/// The Python with the oracle, or `None` with a loud word.
pub(crate) fn python() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "tests find the oracle by the environment")]
    let python = std::env::var_os("DEMARCHE_STIX_PYTHON").map(PathBuf::from);
    if python.is_none() {
        println!("SKIPPED: DEMARCHE_STIX_PYTHON names no Python with stix2-validator 3.3.2");
    }
    python
}

/// The lines that the oracle says.
fn verdicts(python: &Path, arguments: &[&str], files: &[PathBuf]) -> Vec<Value> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracle/verdicts.py");
    let output = Command::new(python).arg(script).args(arguments).args(files).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    output
        .stdout
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

fn faults(validation: &Validation) -> Vec<String> {
    validation.invalid().map(ToString::to_string).collect()
}

/// The files on which the two differ, with the reason: the standard's text is with demarche.
const OTHER_FILES: [(&str, &str); 0] = [];

#[test]
fn the_verdict_on_every_real_file_is_that_of_the_oracle() {
    let (Some(python), Some(folder)) = (python(), data("stix")) else { return };
    let files = files(&folder);
    let mut differences = Vec::new();
    for verdict in verdicts(&python, &["files"], &files) {
        let path = verdict["path"].as_str().unwrap();
        let ours = validate(&std::fs::read(path).unwrap(), &Rules::default());
        let is_known = OTHER_FILES.iter().any(|(name, _)| path.ends_with(name));
        if Value::Bool(ours.is_valid()) != verdict["valid"] && !is_known {
            differences.push(format!("{path}: oracle {verdict}, ours {:#?}", faults(&ours)));
        }
    }
    assert!(files.len() > 80, "{} files", files.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

#[test]
fn the_verdict_by_the_interoperability_profile_is_that_of_the_oracle() {
    let (Some(python), Some(folder)) = (python(), data("stix/oasis-examples")) else { return };
    let mut valid = 0;
    for verdict in verdicts(&python, &["interop"], &files(&folder)) {
        let path = verdict["path"].as_str().unwrap();
        let rules = Rules { interop: true, pattern: None };
        let ours = validate(&std::fs::read(path).unwrap(), &rules);
        assert_eq!(Value::Bool(ours.is_valid()), verdict["valid"], "{path}: {:#?}", faults(&ours));
        valid += u32::from(ours.is_valid());
    }
    assert_eq!(valid, 1, "the object that OASIS made for the profile");
}

#[test]
fn the_verdict_on_changed_objects_is_that_of_the_oracle_but_where_the_standard_says_otherwise() {
    let (Some(python), Some(folder)) = (python(), data("stix")) else { return };
    let mut sources: Vec<PathBuf> = files(&folder.join("oasis-examples"));
    sources.push(folder.join("oasis-testdata/sco-examples-bundle.json"));
    sources.push(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/each-type.json").into());
    let mut differences = Vec::new();
    let (mut same, mut known) = (0, 0);
    for verdict in verdicts(&python, &["mutated", "7", "5000"], &sources) {
        let object = verdict["object"].to_string();
        let ours = validate(object.as_bytes(), &Rules::default());
        let is_valid = verdict["valid"].as_bool().unwrap();
        if ours.is_valid() == is_valid {
            same += 1;
        } else if reason(is_valid, &verdict, &ours).is_some() {
            known += 1;
        } else {
            differences.push(format!("{verdict}\n    ours: {:?}", faults(&ours)));
        }
    }
    println!("{same} verdicts are the same, {known} differ for a known reason");
    assert!(
        differences.is_empty(),
        "{} of {}:\n{}",
        differences.len(),
        same + known,
        differences.join("\n")
    );
}

#[test]
fn observables_have_the_identifiers_that_stix2_gives_them() {
    let (Some(python), Some(folder)) = (python(), data("stix")) else { return };
    let source = folder.join("oasis-testdata/sco-examples-bundle.json");
    let mut compared = 0;
    for made in verdicts(&python, &["ids", "7", "500"], &[source]) {
        let mut object = made["object"].clone();
        let (kind, expected) = (object["type"].as_str().unwrap(), made["id"].as_str().unwrap());
        if !expected.contains("-5") {
            continue;
        }
        // A wrong identifier of version 5 brings the right one into the remedy.
        object["id"] = format!("{kind}--00abedb4-aa42-566c-9c01-fed23315a9b7").into();
        let ours = validate(object.to_string().as_bytes(), &Rules::default());
        let remedy = ours.breaches.iter().find(|breach| breach.path == "id");
        let remedy = remedy.map_or("", |breach| breach.remedy.as_str());
        let is_fixed_version =
            expected.split('-').nth_back(2).is_some_and(|part| part.starts_with('5'));
        if is_fixed_version {
            assert!(remedy.contains(expected), "{made}: {remedy}");
            compared += 1;
        }
    }
    assert!(compared > 300, "{compared} compared");
}

/// The reason why the two differ, where the standard's text decides for demarche.
///
/// The oracle is laxer than the standard in seven places and stricter in one.
fn reason(is_valid: bool, verdict: &Value, ours: &Validation) -> Option<&'static str> {
    let change = verdict["change"].as_str().unwrap();
    let kind = verdict["object"]["type"].as_str().unwrap_or("");
    if !is_valid {
        let property = change.split(' ').nth(1).unwrap_or("");
        let is_observable =
            verdict["object"].get("modified").is_none() && kind != "marking-definition";
        return match property {
            "pattern" => Some("patterns are left to the caller"),
            "created" | "lang" if is_observable => Some(
                "3.2: observables and markings have no such property, so that its value is nobody's business",
            ),
            _ => None,
        };
    }
    let faults: Vec<_> = ours.invalid().collect();
    let all = |check: &dyn Fn(&str) -> bool| faults.iter().all(|fault| check(&fault.path));
    let ends =
        |path: &str, end: &str| path.split('[').next().is_some_and(|path| path.ends_with(end));
    if all(&|path| path == "created_by_ref") {
        Some("3.2: created_by_ref names an identity; 7.3: an extension definition has one")
    } else if all(&|path| ends(path, "_ref") || ends(path, "_refs")) {
        Some(
            "6: references of observables name objects of certain types; the oracle takes any text",
        )
    } else if all(&|path| path == "id") {
        Some("2.9: an id begins with the type of its object, a custom one as well")
    } else if kind == "marking-definition" && all(&|path| ends(path, "_hex") || ends(path, "_bin"))
    {
        Some("3.1: such names promise hexadecimal digits or base64 in every object")
    } else if kind == "marking-definition" && all(&|path| path.is_empty() || path == "severity") {
        Some("7.2.1.4: a marking of TLP 1 has its word; 3.8: reserved names are so in every object")
    } else if kind == "language-content" && all(&|path| path.starts_with("contents.")) {
        Some("2.12 and 3.1: no null and no empty list, in translations as well")
    } else if all(&|path| path.contains("60a3c5c5-0d10-413e-aab3-9e08dde9e88d")) {
        Some("TLP 2.0 extension: its markings are fixed; the oracle does not know it")
    } else {
        None
    }
}
