//! A small record and cases written for tests.

use demarche_attribution::{Question, judge};
use demarche_case::assessment::attribution::{AttributionFindings, Hypothesis, Judgement};
use demarche_case::record::{Actor, Bond, Catalogue, Record, RecordId, StateClaim, Use, Used};
use demarche_case::{Case, Country};

/// An actor of ATT&CK that acts for a state.
pub(crate) fn actor(id: &str, name: &str, state: &str) -> Actor {
    let state: Country = state.parse().unwrap();
    Actor {
        id: RecordId::new(Catalogue::Attack, id),
        name: name.to_owned(),
        synonyms: Vec::new(),
        states: vec![StateClaim {
            state,
            bond: Bond::ActsFor,
            basis: "test".to_owned(),
            citations: Vec::new(),
        }],
        victims: Vec::new(),
        about: String::new(),
        citations: Vec::new(),
    }
}

/// The claim that an actor uses a technique.
pub(crate) fn uses(id: &str, technique: &str) -> Use {
    Use {
        user: RecordId::new(Catalogue::Attack, id),
        used: Used::Technique(technique.parse().unwrap()),
        citations: Vec::new(),
        about: String::new(),
        grade: None,
    }
}

/// Two actors of one state and one of another, each known for one technique.
pub(crate) fn record() -> Record {
    Record {
        actors: vec![
            actor("G0001", "Alpha", "KP"),
            actor("G0002", "Beta", "KP"),
            actor("G0003", "Gamma", "RU"),
        ],
        uses: vec![uses("G0001", "T1001"), uses("G0002", "T1002"), uses("G0003", "T1003")],
        ..Record::default()
    }
}

/// A case with these items and parties for every actor of [`record`] and for an insider.
pub(crate) fn case(items: &[String]) -> Case {
    let head = r#"
id = "test"
title = "Test"
tlp = "CLEAR"
summary = "Test."
detected = 2020-01-01
[owner]
organisation = "Test"
contact = "test"
[[party]]
id = "victim"
name = "Victim"
country = "US"
role = "victim"
[[party]]
id = "alpha"
name = "Alpha"
role = "other"
actor = "G0001"
[[party]]
id = "gamma"
name = "Gamma"
role = "other"
actor = "G0003"
[[party]]
id = "korea"
name = "Korea"
country = "KP"
role = "other"
[[party]]
id = "insider"
name = "Insider"
role = "other"
[[hypothesis]]
party = "insider"
text = "An insider."
"#;
    Case::read(head, &items.concat()).unwrap()
}

/// An artefact that points to a party.
pub(crate) fn pointer(id: &str, party: &str, strength: &str, more: &str) -> String {
    format!(
        "[[evidence]]\nid = \"{id}\"\nkind = \"artefact\"\ntitle = \"{id}\"\nsays = \"{id}\"\nsource = \"{id}\"\n\
         grade = \"A1\"\ntlp = \"CLEAR\"\ntrace = \"{id}\"\npoints_to = [\"{party}\"]\nstrength = \"{strength}\"\n{more}\n"
    )
}

/// A technique that was seen.
pub(crate) fn technique(id: &str, number: &str) -> String {
    format!(
        "[[evidence]]\nid = \"{id}\"\nkind = \"technique\"\ntitle = \"{id}\"\nsays = \"{id}\"\nsource = \"{id}\"\n\
         grade = \"A1\"\ntlp = \"CLEAR\"\ntechnique = \"{number}\"\n"
    )
}

pub(crate) fn judged(case: &Case, record: &Record) -> AttributionFindings {
    judge(&Question { case, record, located: &[], seed: 7 }).unwrap()
}

/// The probability of the hypotheses that `is` holds for, of those that are listed.
pub(crate) fn probability(
    found: &AttributionFindings,
    judgement: &Judgement,
    is: impl Fn(&Hypothesis) -> bool,
) -> f64 {
    let ranked =
        judgement.ranking.iter().filter(|one| is(found.hypothesis(&one.hypothesis).unwrap()));
    ranked.map(|one| one.chance().estimate.get()).sum()
}

/// The probability of an actor without a false flag, as reported.
pub(crate) fn of_actor(found: &AttributionFindings, called: &str) -> f64 {
    probability(
        found,
        &found.as_reported,
        |one| matches!(one, Hypothesis::Actor { name, .. } if name == called),
    )
}
