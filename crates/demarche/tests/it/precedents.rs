//! What happened after similar attacks, on the real tables.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use demarche_case::assessment::answer::{Answer, PrecedentsAnswer};
use demarche_case::assessment::precedents::{Act, Circle, EurepocCopy};

use crate::library::{demarche, folder};

const TABLES: [&str; 6] = [
    "dcid-2.0-incidents-2022-06.csv.xz",
    "dcid-2.0-campaigns-2023-02.csv.xz",
    "eurepoc-1.1-global.csv.xz",
    "eurepoc-2023-12-04-responses.csv.xz",
    "eurepoc-2023-12-04-attribution-delays.csv.xz",
    "eurepoc-2023-12-04-initiators.csv.xz",
];

/// A library of the real tables; `None` with a loud word when they are not there.
fn library(folder: &Path) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    #[expect(clippy::disallowed_methods, reason = "tests find real data by the environment")]
    let data = std::env::var_os("DEMARCHE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let tables = TABLES.map(|name| data.join("attacks").join(name));
    if let Some(missing) = tables.iter().find(|path| !path.exists()) {
        println!("SKIPPED: {} not found; set DEMARCHE_DATA", missing.display());
        return None;
    }
    let library = folder.join("library");
    let mut arguments = vec!["library", "add"];
    arguments.extend(tables.iter().map(|path| path.to_str().unwrap()));
    let output = demarche(&library, &arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(library)
}

fn answer(output: &Output) -> PrecedentsAnswer {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice::<Answer<PrecedentsAnswer>>(&output.stdout).unwrap().answer
}

#[test]
fn a_pair_of_states_is_answered_in_words_as_json_and_as_a_page() {
    let folder = folder("precedents-pair");
    let Some(library) = library(&folder) else { return };
    let page = folder.join("page.html");
    let pair = ["options", "precedents", "--responding", "US", "--initiator", "RU"];
    let asked = [&pair[..], &["--html", page.to_str().unwrap()]].concat();
    let output = demarche(&library, &asked);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    for part in ["12 of 429", "2.8 %", "not coded", "base rate", "sanctions", "Démarches"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let page = fs::read_to_string(page).unwrap();
    assert!(page.contains("<svg") && page.contains("not coded"));
    let found = answer(&demarche(&library, &[&pair[..], &["--json"]].concat())).precedents;
    let dyads = found.dyads.unwrap();
    let between = dyads.circles.iter().find(|one| one.group == Circle::Between).unwrap();
    let sanctions = between.acts.iter().find(|one| one.act == Act::Sanction).unwrap().done;
    assert_eq!((sanctions.hits, sanctions.all), (33, 40));
    assert_eq!(found.repository[0].copy, EurepocCopy::Dashboard);
    assert_eq!(found.repository[0].incidents, 2_465);
    let same = demarche(&library, &[&pair[..], &["--json"]].concat()).stdout;
    assert_eq!(same, demarche(&library, &[&pair[..], &["--json"]].concat()).stdout);
}

#[test]
fn a_case_is_asked_about_as_of_its_year() {
    let folder = folder("precedents-case");
    let Some(library) = library(&folder) else { return };
    let sony = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/sony-2014");
    let found = answer(&demarche(&library, &["options", "precedents", sony, "--json"]));
    let question = found.precedents.question;
    assert_eq!(found.case.unwrap().to_string(), "sony-2014");
    assert_eq!((question.responding.code(), question.initiator.code()), ("US", "KP"));
    assert_eq!(question.year, Some(2014));
    let similar = found.precedents.dyads.unwrap().similar;
    assert!(!similar.is_empty() && similar.iter().all(|one| one.year < 2014));
}

#[test]
fn an_empty_library_says_what_to_add() {
    let folder = folder("precedents-empty");
    let pair = ["options", "precedents", "--responding", "US", "--initiator", "KP"];
    let output = demarche(&folder.join("library"), &pair);
    assert_eq!(output.status.code(), Some(2));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("library add"), "{error}");
}
