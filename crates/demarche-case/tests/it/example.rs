//! The example is what a newcomer reads first, so it has to be right.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use demarche_case::{Body, CaseFolder, Country, Moment, Role, RouteTable, Tlp, table_files};

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/sony-2014")
}

/// The example of another kind: no target, no routing tables, many victims.
fn notpetya() -> CaseFolder {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/notpetya-2017");
    CaseFolder::open(&folder).unwrap_or_else(|error| panic!("{error}"))
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

#[test]
fn notpetya_has_no_problem_no_gap_and_no_target() {
    let folder = notpetya();
    assert!(folder.gaps().is_empty());
    let case = folder.case();
    assert!(case.target.is_none(), "nobody's refusal would have helped");
    assert!(case.events.is_sorted_by_key(|event| event.date));
    let sender: Vec<&str> = case.parties_as(Role::Sender).map(|party| party.id.as_str()).collect();
    assert_eq!(sender, ["united-kingdom"]);
    let victims: BTreeSet<Country> =
        case.parties_as(Role::Victim).filter_map(|party| party.country).collect();
    assert!(victims.len() > 5, "{victims:?}");
    assert_eq!(case.hypotheses.len(), 1);
}

#[test]
fn notpetya_is_no_evidence_of_itself() {
    let folder = notpetya();
    let case = folder.case();
    let began: Moment = "2017-06-27".parse().unwrap();
    assert_eq!(case.record.until, Some(began), "what was written later may be about it");
    assert!(case.record.leave_out.iter().any(|name| name == "ESET Telebots June 2017"));
    assert!(case.evidence.iter().all(|item| item.weighing.record.iter().all(|id| id != "S0368")));
}

#[test]
fn what_is_behind_the_statement_on_notpetya_goes_to_nobody() {
    let folder = notpetya();
    for country in ["RU", "US", "UA", "FR"] {
        let country: Country = country.parse().unwrap();
        let withheld: Vec<&str> = folder
            .case()
            .evidence
            .iter()
            .filter(|item| item.may_go_to(country).is_err())
            .map(|item| item.id.as_str())
            .collect();
        assert_eq!(withheld, ["ncsc-indicators"]);
    }
}
