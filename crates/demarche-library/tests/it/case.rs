//! Sealed cases as attacks of the past.

use std::fs;
use std::path::{Path, PathBuf};

use demarche_case::record::Used;
use demarche_case::{CaseFolder, Sha256, Stamp, Tlp};
use demarche_library::case;

/// A copy of the example case of this test's own.
fn copy(test: &str) -> PathBuf {
    let to = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("case").join(test);
    drop(fs::remove_dir_all(&to));
    fs::create_dir_all(&to).unwrap();
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/sony-2014");
    for file in ["case.toml", "evidence.toml"] {
        fs::copy(from.join(file), to.join(file)).unwrap();
    }
    for folder in fs::read_dir(&from).unwrap().map(|entry| entry.unwrap()) {
        if folder.file_type().unwrap().is_dir() && folder.file_name() != "assessment" {
            let into = to.join(folder.file_name());
            fs::create_dir_all(&into).unwrap();
            for file in fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap()) {
                if file.file_type().unwrap().is_file() {
                    fs::copy(file.path(), into.join(file.file_name())).unwrap();
                }
            }
        }
    }
    to
}

fn seal(root: &Path) {
    let time = "2026-11-23T00:00:00Z".parse().unwrap();
    CaseFolder::open(root).unwrap().seal(&Stamp { time, who: "tester" }).unwrap();
}

#[test]
fn a_sealed_case_becomes_an_attack_with_its_claims_and_its_marking() {
    let root = copy("sealed");
    seal(&root);
    let imported = case::import(&root, "sony-2014").unwrap();
    let part = &imported.part;
    let edition = &part.editions[0];
    assert_eq!((edition.name.as_str(), edition.tlp), ("case-sony-2014", Tlp::Amber));
    assert!(edition.licence.contains("TLP:AMBER"));
    assert_eq!(edition.sha256, Sha256::of(&fs::read(root.join("case.lock")).unwrap()));
    let attack = &part.attacks[0];
    assert_eq!(attack.id.to_string(), "case/sony-2014");
    let states: Vec<_> = attack.attributions.iter().filter_map(|claim| claim.state).collect();
    assert!(!states.is_empty() && states.iter().all(|state| state.code() == "KP"), "{states:?}");
    assert!(
        attack.attributions.iter().any(|claim| claim.state.is_none()),
        "an insider is no state"
    );
    let has = |wanted: fn(&Used) -> bool| part.uses.iter().any(|claim| wanted(&claim.used));
    assert!(has(|used| matches!(used, Used::Technique(_))));
    assert!(has(|used| matches!(used, Used::Software(_))));
    assert!(has(|used| matches!(used, Used::Infrastructure(_))));
    assert!(part.uses.iter().all(|claim| claim.grade.is_some() && claim.citations.len() == 1));
}

#[test]
fn a_case_that_is_not_sealed_or_was_changed_is_refused_with_the_remedy() {
    let root = copy("changed");
    let error = case::import(&root, "x").unwrap_err();
    assert_eq!(error.to_string(), "the case is not sealed");
    assert!(error.hint().contains("demarche seal"));
    seal(&root);
    let file = root.join("evidence.toml");
    let mut text = fs::read(&file).unwrap();
    text.push(b'\n');
    fs::write(&file, text).unwrap();
    let error = case::import(&root, "x").unwrap_err();
    assert!(error.to_string().contains("evidence.toml: changed"), "{error}");
    assert!(case::import(&root.join("none"), "x").is_err());
}
