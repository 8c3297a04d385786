//! The judgement held to real cases whose author became known later.

use std::path::{Path, PathBuf};
use std::process::Output;

use demarche_case::assessment::answer::Answer;
use demarche_case::assessment::attribution::ConfidenceLevel;
use demarche_case::assessment::evaluation::{CaseTest, Evaluation, Method};

use crate::library::{demarche, folder};

const CATALOGUES: [&str; 6] = [
    "attacks/enterprise-attack-18.1.stix20.json.xz",
    "attacks/misp-galaxy-threat-actor.json.xz",
    "attacks/misp-galaxy-malpedia.json.xz",
    "attacks/dcid-2.0-incidents-2022-06.csv.xz",
    "attacks/eurepoc-1.1-global.csv.xz",
    "attacks/eurepoc-1.1-attributions.csv.xz",
];

/// The folder of real cases; `None` with a loud word when it is not there.
fn cases() -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/bench");
    #[expect(clippy::disallowed_methods, reason = "tests find real data by the environment")]
    let bench = std::env::var_os("DEMARCHE_BENCH").map_or_else(|| beside.into(), PathBuf::from);
    let cases = bench.join("cases/dev");
    if !cases.exists() {
        println!("SKIPPED: {} not found; set DEMARCHE_BENCH", cases.display());
        return None;
    }
    Some(cases)
}

/// A library of all catalogues; `None` with a loud word when they are not there.
fn library(folder: &Path) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    #[expect(clippy::disallowed_methods, reason = "tests find real data by the environment")]
    let data = std::env::var_os("DEMARCHE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let files = CATALOGUES.map(|name| data.join(name));
    if let Some(missing) = files.iter().find(|path| !path.exists()) {
        println!("SKIPPED: {} not found; set DEMARCHE_DATA", missing.display());
        return None;
    }
    let library = folder.join("library");
    let mut arguments = vec!["library", "add"];
    arguments.extend(files.iter().map(|path| path.to_str().unwrap()));
    let output = demarche(&library, &arguments);
    assert!(output.status.code() < Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    Some(library)
}

fn tried(library: &Path, cases: &Path) -> CaseTest {
    let cases = cases.to_str().unwrap();
    let output: Output = demarche(library, &["actors", "evaluate", "--cases", cases, "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let answer = serde_json::from_slice::<Answer<Evaluation>>(&output.stdout).unwrap().answer;
    answer.cases.unwrap()
}

/// The bars: the truth first in three of four, a log-loss of 0.9, no wrong answer of high confidence, and three of four
/// right of moderate confidence.
fn meets_the_bars(found: &CaseTest, least_right: f64) {
    let score = found.methods.iter().find(|score| score.method == Method::Demarche).unwrap();
    assert!(score.top_1.value >= least_right, "{score:?}");
    assert!(score.log_loss.value <= 0.9, "{score:?}");
    assert!(score.ece.value <= 0.25, "{score:?}");
    for tried in &found.levels {
        match tried.level {
            Some(ConfidenceLevel::High) => assert_eq!(tried.right, tried.answers),
            Some(ConfidenceLevel::Moderate) => assert!(4 * tried.right >= 3 * tried.answers),
            Some(ConfidenceLevel::Low) | None => {}
        }
    }
}

#[test]
fn real_cases_come_out_right_with_all_catalogues_and_with_none() {
    let folder = folder("real-cases");
    let (Some(cases), Some(library)) = (cases(), library(&folder)) else { return };
    let full = tried(&library, &cases);
    let alone = tried(&folder.join("no such library"), &cases);
    meets_the_bars(&full, 0.75);
    meets_the_bars(&alone, 0.75);
    assert!(full.cases.len() >= 19, "{}", full.cases.len());
    // What the catalogues add may not cost more than a tenth of the cases.
    let right = |found: &CaseTest| found.cases.iter().filter(|case| case.is_right).count();
    assert!(right(&full) + full.cases.len() / 10 >= right(&alone));
}

#[test]
fn a_folder_without_truth_is_an_error_with_its_remedy() {
    let folder = folder("no-cases");
    let library = folder.join("library");
    let output = demarche(&library, &["actors", "evaluate", "--cases", folder.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("truth.toml"));
}
