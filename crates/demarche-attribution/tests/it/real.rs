//! The example cases against the whole of ATT&CK.

use std::io::Read;
use std::path::PathBuf;

use demarche_attribution::{Question, judge};
use demarche_case::assessment::attribution::{AttributionFindings, Hypothesis, Judgement};
use demarche_case::record::Record;
use demarche_case::{Case, Country, Digest};
use demarche_library::{Provenance, attack};

#[expect(clippy::disallowed_methods, reason = "where the data are is for the environment to say")]
fn data() -> PathBuf {
    std::env::var_os("DEMARCHE_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")),
        PathBuf::from,
    )
}

/// ATT&CK as a record; `None`, said aloud, where the data are not there.
fn attack_record() -> Option<Record> {
    let path = data().join("attacks/enterprise-attack-18.1.stix20.json.xz");
    let Ok(file) = std::fs::read(&path) else {
        println!("SKIPPED: no {}; set DEMARCHE_DATA", path.display());
        return None;
    };
    let mut bytes = Vec::new();
    lzma_rust2::XzReader::new(file.as_slice(), true).read_to_end(&mut bytes).unwrap();
    let provenance = Provenance { origin: "test".to_owned(), date: None, sha256: Digest([0; 32]) };
    Some(attack::import(&bytes, &provenance).part)
}

fn example(name: &str) -> Case {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/");
    let read = |file: &str| std::fs::read_to_string(format!("{folder}{name}/{file}")).unwrap();
    Case::read(&read("case.toml"), &read("evidence.toml")).unwrap()
}

fn judged(case: &Case, record: &Record) -> AttributionFindings {
    judge(&Question { case, record, located: &[], seed: 1 }).unwrap()
}

fn of_state(judgement: &Judgement, state: &str) -> f64 {
    let state: Country = state.parse().unwrap();
    let found = judgement.states.iter().find(|one| one.state == state);
    found.map_or(0.0, |one| one.chance().estimate.get())
}

/// What the false flags have together, of those that are listed.
fn false_flags(found: &AttributionFindings, imitated: &str) -> f64 {
    let flags = found.as_reported.ranking.iter().filter(|ranked| {
        matches!(found.hypothesis(&ranked.hypothesis).unwrap(),
            Hypothesis::FalseFlag { imitated_name, .. } if imitated_name == imitated)
    });
    flags.map(|ranked| ranked.chance().estimate.get()).sum()
}

#[test]
fn olympic_destroyer_is_held_to_be_a_false_flag_and_not_the_work_of_the_imitated() {
    let Some(record) = attack_record() else { return };
    let case = example("olympic-destroyer-2018");
    let found = judged(&case, &record);
    let flags = false_flags(&found, "Lazarus Group");
    assert!(flags > 0.1, "{flags}");
    assert!(of_state(&found.as_reported, "KP") < 0.05);
    assert!(of_state(&found.as_reported, "RU") > of_state(&found.as_reported, "CN"));
    assert!(found.withheld.is_none());
}

#[test]
fn a_false_flag_needs_what_points_elsewhere() {
    let Some(record) = attack_record() else { return };
    let mut case = example("olympic-destroyer-2018");
    // With what points to the imitated actor alone, unexposed, and nothing that speaks for another, that actor is the better explanation.
    let keep = ["rich-header", "file-names", "wiping-routine", "stolen-accounts"];
    case.evidence.retain(|item| keep.contains(&item.id.as_str()));
    let found = judged(&case, &record);
    assert!(found.withheld.is_none());
    assert!(false_flags(&found, "Lazarus Group") < of_state(&found.as_reported, "KP"));
}

#[test]
fn a_driver_that_anybody_can_buy_weighs_next_to_nothing() {
    let Some(record) = attack_record() else { return };
    let found = judged(&example("sony-2014"), &record);
    let item = |id: &str| found.items.iter().find(|one| one.evidence.as_str() == id).unwrap();
    let weighs =
        |id: &str| item(id).weights.iter().map(|weight| weight.nats().abs()).fold(0.0, f64::max);
    assert!(weighs("rawdisk-2012") < 0.2, "{}", weighs("rawdisk-2012"));
    assert!(weighs("rawdisk-32") < 0.2);
    assert!(weighs("shared-code-kp") > 0.6);
    assert!(weighs("gop-claim") < 1e-9);
}

#[test]
fn sources_on_the_attack_itself_do_not_count() {
    let Some(record) = attack_record() else { return };
    let case = example("sony-2014");
    let mut careless = case.clone();
    careless.record.leave_out.clear();
    let lazarus = |case: &Case| {
        let found = judged(case, &record);
        let ranked = found.as_reported.ranking.iter().find(|one| {
            matches!(found.hypothesis(&one.hypothesis).unwrap(), Hypothesis::Actor { name, .. } if name == "Lazarus Group")
        });
        ranked.map_or(0.0, |one| one.chance().estimate.get())
    };
    assert!(lazarus(&careless) > lazarus(&case), "its own dissection would speak against Lazarus");
}
