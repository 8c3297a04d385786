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

/// The examples that stand as of a day, with that day.
const OF_THEIR_DAY: [(&str, &str); 2] =
    [("albania-2022", "2022-09-08"), ("colonial-2021", "2021-05-14")];

/// The days that a text names as `2022-09-08`.
fn days(text: &str) -> impl Iterator<Item = Moment> + '_ {
    text.split(|sign: char| !sign.is_ascii_digit() && sign != '-')
        .filter(|word| word.len() == "2022-09-08".len())
        .filter_map(|word| word.parse().ok())
}

#[test]
fn cases_of_their_day_tell_nothing_that_is_later() {
    for (name, day) in OF_THEIR_DAY {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name);
        let folder = CaseFolder::open(&folder).unwrap_or_else(|error| panic!("{error}"));
        assert!(folder.gaps().is_empty(), "{name}");
        let case = folder.case();
        let day: Moment = day.parse().unwrap();
        assert_eq!(case.record.until, case.detected, "{name}: the record of the day of the attack");
        assert!(case.events.is_sorted_by_key(|event| event.date), "{name}");
        let dates = case.events.iter().map(|event| event.date);
        let dates = dates.chain(case.evidence.iter().filter_map(|item| item.observed));
        let dates = dates.chain(case.effects.iter().filter_map(|effect| effect.date));
        let dates = dates.chain(case.claims.iter().filter_map(|claim| claim.date));
        let sources = case.evidence.iter().map(|item| &item.source.text);
        let sources = sources.chain(case.claims.iter().map(|claim| &claim.source.text));
        let sources = sources
            .chain(case.events.iter().filter_map(|event| Some(&event.source.as_ref()?.text)))
            .flat_map(|text| days(text));
        for date in dates.chain(sources) {
            assert!(date <= day, "{name} tells of {date}");
        }
    }
}

#[test]
fn a_state_said_to_shelter_a_gang_is_not_said_to_be_responsible() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/colonial-2021");
    let folder = CaseFolder::open(&folder).unwrap();
    let countries = |role| folder.case().parties_as(role).filter_map(|party| party.country);
    assert_eq!(countries(Role::ShelterAlleged).count(), 1);
    assert_eq!(countries(Role::ResponsibleAlleged).count(), 0);
}
