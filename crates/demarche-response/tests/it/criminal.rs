//! Cases in which a criminal group leads or is alleged, or a person is named.

use demarche_case::assessment::attribution::{
    AttributionFindings, Chance, Hypothesis, Judgement, Leads, Prior, Ranked, RankedKind,
};
use demarche_case::assessment::response::ResponseFindings;
use demarche_case::options::{Condition, Fact, Reason};
use demarche_case::record::Record;
use demarche_case::{AttackerKind, Case, LikelihoodRatio, PartyId, Probability};
use demarche_response::{Question, weigh};

const CASE: &str = r#"
id = "made"
title = "Made"
tlp = "CLEAR"
summary = "Made up."
detected = 2022-06-01
[owner]
organisation = "Made"
country = "US"
contact = "made"
[[party]]
id = "victim"
name = "Victim"
country = "US"
role = "victim"
[[party]]
id = "clerk"
name = "A clerk"
country = "CA"
sector = "people"
role = "other"
[[hypothesis]]
party = "clerk"
text = "The clerk did it"
kind = "criminal"
[[effect]]
kind = "disruption"
text = "Harm."
"#;

const EVIDENCE: &str = r#"
[[evidence]]
id = "trace"
kind = "artefact"
trace = "name"
title = "A trace"
says = "It was found."
source = "made"
grade = "B2"
tlp = "CLEAR"
"#;

const POINTS: &str = "points_to = [\"clerk\"]\nstrength = \"strong\"\nbecause = \"made\"\n";

const BLACKMAIL: &str = "[[effect]]\nkind = \"coercion\"\ntext = \"A ransom was asked for.\"\n";

const SHELTER: &str =
    "[[party]]\nid = \"haven\"\nname = \"Haven\"\ncountry = \"RU\"\nrole = \"shelter-alleged\"\n";

fn weighed(more: &str, evidence: &str) -> ResponseFindings {
    weighed_of(&format!("{CASE}{more}"), &format!("{EVIDENCE}{evidence}"))
}

fn weighed_of(case: &str, evidence: &str) -> ResponseFindings {
    let case = Case::read(case, evidence).unwrap_or_else(|error| panic!("{error}"));
    let (attribution, record) = (judged(), Record::default());
    let attribution = Some(&attribution);
    let question = Question { case: &case, attribution, routes: None, record: &record, seed: 7 };
    weigh(&question).unwrap()
}

/// A judgement that gives the clerk, and so a criminal, four chances in five.
fn judged() -> AttributionFindings {
    let clerk = Hypothesis::Named {
        party: "clerk".parse::<PartyId>().unwrap(),
        name: "A clerk".to_owned(),
        attacker: AttackerKind::Criminal,
        state: None,
    };
    let likely = Chance {
        estimate: Probability::clamped(0.8),
        low: Probability::clamped(0.7),
        high: Probability::clamped(0.9),
    };
    let judgement = || Judgement {
        ranking: vec![Ranked {
            hypothesis: clerk.id(),
            probability: Some(likely),
            prior: Prior(Probability::clamped(0.1)),
            weight: LikelihoodRatio::default(),
            aspects: Vec::new(),
        }],
        others: None,
        states: Vec::new(),
        kinds: vec![RankedKind {
            attacker: AttackerKind::Criminal,
            probability: Some(likely),
            prior: Prior(Probability::clamped(0.1)),
        }],
    };
    AttributionFindings {
        as_reported: judgement(),
        if_planted: judgement(),
        hypotheses: vec![clerk],
        leads: Some(Leads::Kind { attacker: AttackerKind::Criminal }),
        ..crate::weighing::judged([0.0; 2])
    }
}

fn open(found: &ResponseFindings, id: &str) -> f64 {
    found.option(id).unwrap_or_else(|| panic!("no {id}")).open[1]
}

#[test]
fn a_ransom_is_paid_or_refused_only_where_somebody_is_blackmailed() {
    let (without, with) = (weighed("", ""), weighed(BLACKMAIL, ""));
    for id in ["ransom-refuse", "ransom-pay"] {
        assert!(open(&without, id) <= 0.0 && open(&with, id) >= 1.0, "{id}");
    }
    let bans = &with.option("ransom-pay").unwrap().articles;
    assert!(bans.iter().any(|norm| norm == "us-ofac-2021"));
}

#[test]
fn a_threat_without_a_demand_for_money_or_data_can_be_refused_but_not_paid() {
    let threat = |text: &str| weighed(&format!("[[threat]]\ntext = \"{text}\"\n"), "");
    let vote = threat("The next flood comes unless the vote is annulled.");
    assert!(open(&vote, "ransom-refuse") >= 1.0 && open(&vote, "ransom-pay") <= 0.0);
    let money = threat("The next flood comes unless 20 bitcoin are paid.");
    assert!(open(&money, "ransom-refuse") >= 1.0 && open(&money, "ransom-pay") >= 1.0);
}

#[test]
fn a_gang_is_sanctioned_as_often_as_it_did_it() {
    let sanctions = open(&weighed("", ""), "sanctions-gang");
    assert!((sanctions - 0.8).abs() < 0.03, "{sanctions}");
}

#[test]
fn a_state_is_warned_only_where_the_case_says_that_it_shelters_the_gang() {
    assert!(open(&weighed("", ""), "warn-shelter") <= 0.0);
    let found = weighed(SHELTER, "");
    assert!((open(&found, "warn-shelter") - 0.8).abs() < 0.03);
    assert_eq!(found.option("warn-shelter").unwrap().addressees, ["RU".parse().unwrap()]);
}

#[test]
fn a_named_suspect_with_evidence_opens_what_needs_persons() {
    let (without, with) = (weighed("", ""), weighed("", POINTS));
    assert!(open(&with, "indictment") > open(&without, "indictment") + 0.2);
    let fact = Fact::of(&with.facts, Condition::Persons).unwrap();
    assert_eq!(fact.reason, Reason::NamedSuspect);
}

#[test]
fn a_front_or_a_name_on_a_forum_is_no_person_known_by_name() {
    for left_out in ["country = \"CA\"\n", "sector = \"people\"\n"] {
        let case = CASE.replace(left_out, "");
        let found = weighed_of(&case, &format!("{EVIDENCE}{POINTS}"));
        let fact = Fact::of(&found.facts, Condition::Persons).unwrap();
        assert_ne!(fact.reason, Reason::NamedSuspect, "{left_out}");
    }
}

#[test]
fn nobody_is_arrested_at_home_for_a_remote_chance() {
    let suspect = "[[party]]\nid = \"other\"\nname = \"Another\"\ncountry = \"US\"\nsector = \"people\"\nrole = \"other\"\n[[hypothesis]]\nparty = \"other\"\ntext = \"The other did it\"\nkind = \"criminal\"\n";
    let points = POINTS.replace("[\"clerk\"]", "[\"clerk\", \"other\"]");
    assert!(open(&weighed(suspect, &points), "prosecute-home") <= 0.0);
    let at_home = CASE.replace("\"CA\"", "\"US\"");
    assert!(open(&weighed_of(&at_home, &format!("{EVIDENCE}{POINTS}")), "prosecute-home") > 0.2);
}

#[test]
fn what_may_not_be_published_makes_no_advisory() {
    assert!(open(&weighed("", ""), "advisory") >= 1.0);
    let case = Case::read(CASE, &EVIDENCE.replace("CLEAR", "AMBER")).unwrap();
    let (attribution, record) = (judged(), Record::default());
    let attribution = Some(&attribution);
    let question = Question { case: &case, attribution, routes: None, record: &record, seed: 7 };
    assert!(open(&weigh(&question).unwrap(), "advisory") <= 0.0);
}
