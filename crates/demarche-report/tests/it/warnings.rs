//! What the sender reads before a note is sent, and what the addressee never reads.

use demarche_case::assessment::attribution::Leads;
use demarche_case::assessment::{Assessment, SharedAttribution};
use demarche_case::{Body, Recipient, Role, Tlp};
use demarche_report::{addressees, note};

use crate::fixtures::{country, small};
use crate::judged::judged;

#[test]
fn the_sender_is_warned_when_a_note_accuses_more_strongly_than_the_assessment() {
    let mut assessment = judged();
    let whole = assessment.attribution.clone().unwrap();
    let leads = whole.leads.clone().unwrap();
    let held = whole.as_reported.chance(&leads).estimate.get();
    assessment.case.evidence[0].tlp = Tlp::AmberStrict;
    for item in &mut assessment.case.evidence[1..] {
        item.tlp = Tlp::Clear;
    }
    let to = addressees(&assessment)[0].to;
    let without = demarche_case::released::released(&assessment, to).unseen;
    for (told, is_warned) in [(held, false), (held - 0.1, false), (0.99, true)] {
        let mut findings = whole.clone();
        let chance = Some(crate::judged::chance(told, told - 0.01, told + 0.005));
        for ranked in &mut findings.as_reported.states {
            if leads == (Leads::State { state: ranked.state }) {
                ranked.probability = chance;
            }
        }
        let without = without.clone();
        assessment.attribution_shared = vec![SharedAttribution { without, findings }];
        let written = note(&assessment, to);
        let words = "accuses more strongly than the assessment does";
        assert_eq!(written.warnings.iter().any(|told| told.contains(words)), is_warned, "{told}");
        assert_eq!(written.sender_markdown.contains(words), is_warned, "{told}");
        assert!(!written.markdown.contains(words), "the addressee is not told");
    }
}

#[test]
fn the_sender_is_warned_when_one_of_several_reasons_is_withheld() {
    let mut assessment = small();
    let mut police = assessment.case.parties[0].clone();
    (police.country, police.roles) = (Some(country("PL")), [Role::LawEnforcement].into());
    assessment.case.parties.push(police);
    let words = "A reason to ask this addressee is withheld from it";
    let warns = |assessment: &Assessment| {
        let written = note(assessment, country("PL"));
        assert!(!written.is_reason_withheld && !written.markdown.contains(words));
        written.warnings.iter().any(|told| told.contains(words))
    };
    for item in &mut assessment.case.evidence {
        item.tlp = Tlp::Clear;
    }
    assert!(!warns(&assessment));
    for item in &mut assessment.case.evidence {
        if let Body::Infrastructure(_) = item.body {
            item.tlp = Tlp::Red;
        }
    }
    assert!(warns(&assessment));
}

#[test]
fn the_sender_is_warned_when_shared_items_name_the_parties_of_a_withheld_case() {
    let mut assessment = small();
    let (words, to) = ("items that are shared name its parties", addressees(&small())[0].to);
    let warned = |assessment: &Assessment| {
        let written = note(assessment, to);
        assert!(!written.markdown.contains(words));
        written.warnings.into_iter().find(|told| told.contains(words))
    };
    assessment.case.tlp = Tlp::Red;
    for item in &mut assessment.case.evidence {
        item.tlp = Tlp::Clear;
    }
    let hidden = assessment.case.parties[0].name.clone();
    assert_eq!(warned(&assessment).filter(|told| told.contains(&hidden)), None);
    assessment.case.evidence[0].says = format!("It ran at {hidden}, as {hidden}s do not.");
    assert!(warned(&assessment).is_some_and(|told| told.contains(&hidden)));
    assessment.case.evidence[0].says = format!("It ran at {hidden}s.");
    assert_eq!(warned(&assessment).filter(|told| told.contains(&hidden)), None);
}

#[test]
fn a_cert_is_told_that_a_service_in_its_country_was_used() {
    let mut assessment = small();
    assessment.case.tlp = Tlp::Clear;
    let mut service = assessment.case.parties[0].clone();
    service.id = "service".parse().unwrap();
    service.name = "Chat Service".to_owned();
    (service.country, service.roles) = (Some(country("NL")), [Role::Host].into());
    assessment.case.parties.push(service);
    let written = note(&assessment, Recipient::Cert(country("NL")));
    assert!(!written.is_reason_withheld, "{}", written.sender_markdown);
    assert!(written.markdown.contains("Chat Service"), "{}", written.markdown);
}
