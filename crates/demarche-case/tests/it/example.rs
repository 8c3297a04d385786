//! The example is what a newcomer reads first, so it has to be right.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use demarche_case::{Body, CaseFolder, Country, Role, RouteTable, Tlp, table_files};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/sony-2014")
}

#[test]
fn the_example_has_no_problem_and_no_gap() {
    let folder = CaseFolder::open(&example()).unwrap_or_else(|error| panic!("{error}"));
    assert!(folder.gaps().is_empty());
    let case = folder.case();
    assert_eq!(case.parties_as(Role::Sender).count(), 1);
    assert_eq!(case.routes.doubtful.len(), 1);
    assert!(case.events.is_sorted_by_key(|event| event.date));
}

#[test]
fn the_example_has_every_kind_of_evidence_and_the_published_indicators() {
    let folder = CaseFolder::open(&example()).unwrap();
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for item in &folder.case().evidence {
        *kinds.entry(item.kind()).or_default() += 1;
    }
    assert_eq!(kinds.len(), Body::KINDS.len(), "{kinds:?}");
    assert_eq!((kinds["sample"], kinds["infrastructure"], kinds["software"]), (10, 7, 7));
}

#[test]
fn a_note_to_china_has_something_to_withhold() {
    let folder = CaseFolder::open(&example()).unwrap();
    let china: Country = "CN".parse().unwrap();
    let withheld: Vec<&str> = folder
        .case()
        .evidence
        .iter()
        .filter(|item| item.may_go_to(china).is_err())
        .map(|item| item.id.as_str())
        .collect();
    assert_eq!(withheld, ["known-addresses-signals"]);
    assert_eq!(folder.case().marking(), Tlp::Amber);
}

#[test]
fn the_route_tables_are_named_by_evidence() {
    let folder = CaseFolder::open(&example()).unwrap();
    let mut tables = Vec::new();
    for item in &folder.case().evidence {
        if let Body::RouteData(data) = &item.body {
            assert!(folder.open_evidence(item.file.as_ref().unwrap()).is_ok());
            tables.push(data.table);
        }
    }
    assert_eq!(tables, [RouteTable::AsRelationships, RouteTable::PrefixToAs, RouteTable::AsTable]);
    let (listed, gaps) =
        table_files(&folder.root().join(folder.case().routes.folder.as_str())).unwrap();
    assert!(gaps.is_empty());
    assert_eq!(listed.len(), tables.len());
}
