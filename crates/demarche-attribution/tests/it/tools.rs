//! Personas, fronts and contractors, and the states for which they act.

use arbtest::arbtest;
use demarche_case::Case;
use demarche_case::assessment::attribution::{
    AttributionCaveat, AttributionFindings, ConfidenceLevel, ConfidenceReason, Leads, RankedState,
    Without,
};

use crate::small::{judged, pointer, record};

/// A case of a flood and a leak with a persona, a state that may be behind it, and a third state.
fn case(persona: &str, evidence: &str) -> Case {
    let head = format!(
        r#"
id = "test"
title = "Test"
tlp = "CLEAR"
summary = "Test."
detected = 2025-09-26
[owner]
organisation = "Test"
contact = "test"
[[party]]
id = "victim"
name = "Victim"
country = "MD"
role = "victim"
sector = "government"
[[party]]
id = "russia"
name = "Russia"
country = "RU"
role = "responsible-alleged"
[[party]]
id = "china"
name = "China"
country = "CN"
role = "other"
[[party]]
id = "kazakhstan"
name = "Kazakhstan"
country = "KZ"
role = "other"
[[party]]
id = "insider"
name = "An insider"
role = "other"
[[party]]
id = "polar-wind"
name = "Polar Wind"
role = "responsible-alleged"
{persona}
[[hypothesis]]
party = "polar-wind"
kind = "hacktivist"
text = "Volunteers."
[[hypothesis]]
party = "insider"
kind = "insider"
text = "An insider."
[[effect]]
kind = "disruption"
text = "Late."
"#
    );
    Case::read(&head, evidence).unwrap_or_else(|error| panic!("{error}"))
}

fn points(id: &str, parties: &str, strength: &str) -> String {
    let class = "forgeability = \"private-infrastructure\"";
    let item = pointer(id, "one", strength, class);
    item.replace("points_to = [\"one\"]", &format!("points_to = [{parties}]"))
}

fn of_state(found: &AttributionFindings, code: &str) -> f64 {
    let state = code.parse().unwrap();
    found.as_reported.chance(&Leads::State { state }).estimate.get()
}

fn of_party(found: &AttributionFindings, party: &str) -> f64 {
    let own = found.hypotheses.iter().filter(|known| {
        known.id().as_str().starts_with(&format!("named-{party}")) && known.state().is_none()
    });
    let leads = own.map(|known| Leads::Hypothesis { hypothesis: known.id() });
    leads.map(|leads| found.as_reported.chance(&leads).estimate.get()).sum()
}

const ACTS: &str = "acts_for = \"russia\"";
const BOTH: &str = "\"russia\", \"polar-wind\"";

#[test]
fn a_state_leads_with_the_persona_that_acts_for_it() {
    for evidence in [
        points("payroll", BOTH, "strong"),
        points("payroll", BOTH, "strong") + &points("claim", "\"polar-wind\"", "medium"),
        points("admin", "\"polar-wind\"", "strong"),
    ] {
        let apart = judged(&case("", &evidence), &record());
        let found = judged(&case(ACTS, &evidence), &record());
        let state = "RU".parse().unwrap();
        assert_eq!(found.leads, Some(Leads::State { state }), "{evidence}");
        assert!(of_state(&found, "RU") > of_state(&apart, "RU") + 0.2);
        let group = found.hypotheses.iter().find(|known| known.state() == Some(state)).unwrap();
        assert_eq!(group.id().as_str(), "named-polar-wind-for-ru");
        // What the case says may be wrong: the persona alone keeps a part.
        assert!(of_party(&found, "polar-wind") > 0.02, "{}", of_party(&found, "polar-wind"));
    }
}

#[test]
fn what_nobody_shows_of_a_persona_keeps_confidence_from_high() {
    let proofs: String = ["one", "two", "three", "four"]
        .iter()
        .map(|id| points(id, "\"polar-wind\"", "strong").replace("source = \"", "source = \"From "))
        .collect();
    let declared = judged(&case(ACTS, &proofs), &record());
    let links = declared.sensitivity.iter().find(|part| part.without == Without::Links).unwrap();
    assert_ne!(links.leads, declared.leads);
    assert!(declared.confidence.level < ConfidenceLevel::High);
    let told = declared.confidence.reasons.iter().any(|reason| {
        matches!(reason, ConfidenceReason::Overturned { without: Without::Links, .. })
    });
    assert!(told, "{:?}", declared.confidence);
    let apart = judged(&case("", &proofs), &record());
    assert!(apart.sensitivity.iter().all(|part| part.without != Without::Links));
}

#[test]
fn a_state_that_never_attacked_leads_by_its_contractor_as_well() {
    let contractor = "country = \"CY\"\nsector = \"company\"\nacts_for = \"kazakhstan\"";
    let evidence = points("product", "\"polar-wind\"", "strong")
        + &points("names", "\"kazakhstan\"", "strong");
    let found = judged(&case(contractor, &evidence), &record());
    assert_eq!(found.leads, Some(Leads::State { state: "KZ".parse().unwrap() }));
    assert!(of_state(&found, "CY") < 0.01);
}

#[test]
fn an_item_that_names_both_supports_each_as_fully_as_if_it_named_it_alone() {
    let more = points("other", "\"china\"", "medium") + &points("inside", "\"insider\"", "medium");
    let of =
        |parties: &str| judged(&case("", &(points("item", parties, "strong") + &more)), &record());
    let (state, persona, both) = (of("\"russia\""), of("\"polar-wind\""), of(BOTH));
    // The part of the prior that stays, for the case that the evidence misleads, moves the odds a little.
    let same = |left: f64, right: f64| (left / right - 1.0).abs() < 0.25;
    let odds = |found: &AttributionFindings| of_state(found, "RU") / of_state(found, "CN");
    assert!(same(odds(&both), odds(&state)), "{} {}", odds(&both), odds(&state));
    let odds =
        |found: &AttributionFindings| of_party(found, "polar-wind") / of_party(found, "insider");
    assert!(same(odds(&both), odds(&persona)), "{} {}", odds(&both), odds(&persona));
}

#[test]
fn an_item_that_names_both_asks_for_whom_the_persona_acts_until_the_case_says_so() {
    let evidence = points("payroll", BOTH, "strong");
    let asks = |persona: &str| {
        let found = judged(&case(persona, &evidence), &record());
        found.caveats.iter().any(|caveat| {
            matches!(caveat, AttributionCaveat::MayActFor { evidence, party, patron }
                if evidence.as_str() == "payroll" && party.as_str() == "polar-wind" && patron.as_str() == "russia")
        })
    };
    assert!(asks(""));
    assert!(!asks(ACTS));
}

#[test]
fn saying_for_whom_a_persona_acts_never_takes_from_the_state_and_all_still_add_up_to_one() {
    arbtest(|u| {
        let parties = ["\"russia\"", "\"polar-wind\"", BOTH, "\"china\"", "\"insider\""];
        let mut evidence = String::new();
        for place in 0..u.int_in_range(1..=4)? {
            let strength = *u.choose(&["weak", "medium", "strong"])?;
            evidence += &points(&format!("item-{place}"), u.choose(&parties)?, strength);
        }
        let apart = judged(&case("", &evidence), &record());
        let found = judged(&case(ACTS, &evidence), &record());
        if apart.withheld.is_none() && found.withheld.is_none() {
            assert!(of_state(&found, "RU") >= of_state(&apart, "RU") - 1e-9, "{evidence}");
        }
        if found.withheld.is_none() {
            let kinds = found.as_reported.kinds.iter();
            let all: f64 = kinds.map(|kind| kind.chance().estimate.get()).sum();
            assert!((all - 1.0).abs() < 1e-9, "{all}");
        }
        Ok(())
    })
    .budget_ms(1000);
}

#[test]
fn what_speaks_for_a_persona_does_not_speak_against_the_state_for_which_it_acts() {
    let evidence = points("payroll", BOTH, "strong")
        + &points("hours", "\"russia\"", "medium")
        + &points("claim", "\"polar-wind\"", "medium");
    let found = judged(&case(ACTS, &evidence), &record());
    assert_eq!(found.leads, Some(Leads::State { state: "RU".parse().unwrap() }));
    assert!(found.balance.speak_against.is_empty(), "{:?}", found.balance.speak_against);
}

#[test]
fn a_state_that_was_never_caught_can_be_found_and_is_always_listed() {
    let weak = judged(&case("", &points("words", "\"kazakhstan\"", "weak")), &record());
    let is_it = |state: &RankedState| state.state == "KZ".parse().unwrap();
    assert!(weak.as_reported.states.iter().any(is_it), "{:?}", weak.as_reported.states);
    assert!(of_state(&weak, "KZ") < 0.2, "{}", of_state(&weak, "KZ"));
    let paper = points("paper", "\"kazakhstan\"", "direct");
    let found = judged(&case("", &paper), &record());
    assert!(of_state(&found, "KZ") > 0.3, "{}", of_state(&found, "KZ"));
}

#[test]
fn where_a_server_stands_and_what_was_shown_to_be_planted_are_no_doubts() {
    let server = r#"
[[evidence]]
id = "server"
title = "A rented server"
kind = "infrastructure"
says = "The stolen files went there."
host = "files[.]example"
role = "exfiltration"
country = "CN"
source = "A report"
grade = "B2"
tlp = "CLEAR"
"#;
    let hours = points("hours", "\"russia\"", "strong");
    let planted = points("planted", "\"china\"", "medium");
    let shown = hours.replace("id = \"hours\"", "id = \"hours\"\nexposes = [\"planted\"]");
    let told = |evidence: &str| {
        let found = judged(&case("", evidence), &record());
        let against = found.balance.speak_against.into_iter();
        against.map(|item| item.evidence.to_string()).collect::<Vec<String>>()
    };
    assert_eq!(told(&(hours.clone() + &planted)), ["planted"]);
    assert!(told(&(shown + &planted)).is_empty());
    assert!(told(&(hours + server)).is_empty());
}
