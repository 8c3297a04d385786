//! Requests that fit their addressee, and a first page that asks for nothing for which no note asks.

use demarche_case::assessment::attribution::NoProbability;
use demarche_case::assessment::{Assessment, SharedAttribution};
use demarche_case::{
    Asn, Body, Effect, EffectKind, LikelihoodRatio, Moment, Probability, Recipient, Role, Sector,
    Tlp, released,
};
use demarche_report::{
    NoNote, Note, Reason, addressees, attribution_answer, brief, is_written, note, state_in_text,
};

use crate::fixtures::{Seed, country, small};
use crate::judged::{findings, judged, unjudged};
use crate::secrecy::{Generated, STATES, generated};

/// The small case, in which a company that is registered in Cyprus is alleged to be responsible.
fn with_a_company() -> Assessment {
    let mut assessment = judged();
    assessment.case.tlp = Tlp::Clear;
    let mut company = assessment.case.parties[0].clone();
    company.id = "vendor".parse().unwrap();
    company.name = "Vendor Ltd".to_owned();
    company.country = Some(country("CY"));
    company.sector = Some(Sector::Company);
    company.roles = [Role::ResponsibleAlleged].into();
    assessment.case.parties.push(company);
    assessment
}

fn markdown(assessment: &Assessment, to: &str) -> String {
    note(assessment, country(to)).markdown
}

#[test]
fn what_is_alleged_of_a_company_is_not_alleged_of_the_state_where_it_is_registered() {
    let mut assessment = with_a_company();
    assert!(!assessment.case.accuses(country("CY")));
    let asked = addressees(&assessment);
    let cyprus = asked.iter().find(|one| one.to == country("CY").into()).unwrap();
    assert!(is_written(&assessment.case, cyprus));
    assert!(
        matches!(cyprus.why.as_slice(), [Reason::Registered { parties }] if parties.len() == 1)
    );
    let text = markdown(&assessment, "CY");
    assert!(text.starts_with("**TLP:") && text.contains("# Request to Cyprus"), "{text}");
    assert!(text.contains("accuses no state of what a private party may have done"), "{text}");
    // Without a sector the party stands for its state.
    assessment.case.parties.last_mut().unwrap().sector = None;
    assert!(assessment.case.accuses(country("CY")));
    assert!(markdown(&assessment, "CY").contains("# Protest to Cyprus"));
}

#[test]
fn those_who_inquire_are_asked_to_keep_data_for_legal_assistance_and_for_a_contact_at_any_hour() {
    let about_a_company = with_a_company();
    let mut known = small();
    known.case.tlp = Tlp::Clear;
    let mut police = known.case.parties[0].clone();
    police.country = Some(country("CY"));
    police.roles = [Role::LawEnforcement].into();
    known.case.parties.push(police);
    for (assessment, about) in
        [(about_a_company, "hold on Vendor Ltd"), (known, "hold on what the facts below name")]
    {
        let text = markdown(&assessment, "CY");
        for words in [
            about,
            "To have data kept",
            "request for legal assistance",
            "reached day and night",
            "common inquiry",
            "within 3 days of receipt",
            "Convention on Cybercrime",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(!text.contains("support joint steps"), "{text}");
    }
}

/// Has nobody reach even chances, or nobody a probability at all, in every judgement of an assessment.
fn name_nobody(assessment: &mut Assessment, is_withheld: bool) {
    let shared = assessment.attribution_shared.iter_mut().map(|shared| &mut shared.findings);
    for findings in shared.chain(&mut assessment.attribution) {
        if is_withheld {
            let needed = Probability::clamped(0.25);
            findings.withheld = Some(NoProbability::NobodyLeads { needed });
            *findings = findings.clone().without_withheld();
        }
        let states = findings.as_reported.states.iter_mut();
        for chance in states.filter_map(|state| state.probability.as_mut()) {
            chance.estimate = Probability::clamped(0.4);
        }
    }
}

#[test]
fn a_transit_state_is_asked_about_everybody_alleged_whom_the_judgement_names_and_nobody_else() {
    let mut assessment = judged();
    let mut bureau = assessment.case.parties[1].clone();
    bureau.id = "bureau".parse().unwrap();
    bureau.name = "Bureau 121".to_owned();
    let mut other = bureau.clone();
    other.id = "other".parse().unwrap();
    (other.name, other.country) = ("Another service".to_owned(), Some(country("IR")));
    assessment.case.parties.extend([other, bureau]);
    let text = markdown(&assessment, "CN");
    let asked = "alleged to be responsible (Government of North Korea and Bureau 121)";
    assert!(text.contains(asked), "{text}");
    assert!(!text.contains("Another service"), "{text}");
    name_nobody(&mut assessment, false);
    let text = markdown(&assessment, "CN");
    assert!(text.contains("persons who took part in the attack work from its territory"), "{text}");
}

/// A note without what it takes over from others: statements about the case.
fn without_statements(text: &str) -> String {
    let Some((before, after)) = text.split_once("## What has been said about it") else {
        return text.to_owned();
    };
    format!("{before}{}", after.split_once("\n## ").map_or("", |(_, rest)| rest))
}

#[test]
fn nobody_is_named_in_a_note_that_says_that_nobody_can_be_named() {
    let mut silent = 0;
    for seed in 0..400 {
        let Generated { mut assessment, .. } = generated(seed);
        // The front is a suspect of its own, so that the judgement of the fixture may go with the case.
        let parties = &mut assessment.case.parties;
        let front = parties.iter_mut().find(|party| party.id.as_str() == "gop").unwrap();
        front.roles = [Role::ResponsibleAlleged].into();
        let mut second = assessment.case.parties[1].clone();
        second.id = "second".parse().unwrap();
        second.name.push_str(" second");
        assessment.case.parties.push(second);
        let state = country(STATES[usize::try_from(Seed(seed).next(6)).unwrap()]);
        let released = released(&assessment, state.into());
        if assessment.attribution.is_some() && !released.unseen.is_empty() {
            let findings = findings(&released.case);
            let shared = SharedAttribution { without: released.unseen, findings };
            assessment.attribution_shared.push(shared);
        }
        name_nobody(&mut assessment, seed % 2 == 0);
        let note = note(&assessment, state);
        let text = note.markdown.replace('\\', "");
        let says_so = ["We cannot say who did it", "names nobody", "adds nobody"];
        let asks_about_it = text.contains("This note asks for an inquiry into");
        if asks_about_it || !says_so.iter().any(|words| text.contains(words)) {
            continue;
        }
        silent += 1;
        for party in assessment.case.parties_as(Role::ResponsibleAlleged) {
            let told = without_statements(&text);
            assert!(!told.contains(&party.name), "{}, seed {seed}: {text}", party.name);
        }
    }
    assert!(silent > 60, "{silent}");
}

#[test]
fn the_first_page_asks_for_nothing_for_which_no_note_asks() {
    let (mut preserving, mut sharing, mut withheld) = (0, 0, 0);
    for seed in 0..400 {
        let Generated { assessment, .. } = generated(seed);
        for told in brief(&assessment) {
            for state in STATES.map(country) {
                if !told.text.contains(&state_in_text(state)) || told.section != "requests" {
                    continue;
                }
                let note = note(&assessment, state);
                let asks =
                    note.markdown.split_once("## What is asked").map_or("", |(_, asks)| asks);
                if told.text.contains("to preserve records") {
                    assert!(
                        asks.contains("preserved") || asks.contains("kept"),
                        "{state}, seed {seed}"
                    );
                    preserving += 1;
                } else if told.text.contains("to share what is known") {
                    assert!(asks.contains("o share what"), "{state}, seed {seed}");
                    sharing += 1;
                } else if told.text.contains("The markings withhold") {
                    let is_withheld = note.is_reason_withheld || note.refused.is_some();
                    assert!(is_withheld, "{state}, seed {seed}");
                    withheld += 1;
                }
            }
        }
    }
    assert!(preserving > 50 && sharing > 5 && withheld > 10, "{preserving} {sharing} {withheld}");
}

#[test]
fn every_reason_that_the_markings_withhold_is_told_with_where_the_remedy_stands() {
    let mut assessment = small();
    assessment.routes = None;
    assessment.case.tlp = Tlp::Red;
    assessment.case.evidence.iter_mut().for_each(|item| item.tlp = Tlp::Red);
    let told: Vec<String> = brief(&assessment).into_iter().map(|told| told.text).collect();
    let told = told.join(" ");
    assert!(!told.contains("First ask"), "{told}");
    assert!(told.contains("The markings withhold from"), "{told}");
}

#[test]
fn what_tells_nobody_from_another_is_not_said_to_be_unknown() {
    let mut assessment = unjudged();
    let shared = assessment.attribution_shared.iter_mut().map(|shared| &mut shared.findings);
    for findings in shared.chain(&mut assessment.attribution) {
        let weights = findings.items.iter_mut().flat_map(|item| &mut item.weights);
        weights.for_each(|weight| *weight = LikelihoodRatio::from_nats(0.0));
    }
    let text = markdown(&assessment, "CN");
    assert!(!text.contains("Nothing yet is known"), "{text}");
    assert!(text.contains("tells no attacker from another."), "{text}");
    // What the case has no evidence of is for the sender: what is withheld may be such evidence.
    assessment.attribution.as_mut().unwrap().items.clear();
    let answer = attribution_answer(assessment.attribution.as_ref().unwrap(), &assessment.case);
    assert!(answer.concat().contains("The case has no evidence yet of malware"), "{answer:?}");
    assert!(!text.contains("has no evidence yet"), "{text}");
}

/// An effect of a kind under a marking.
fn effect(kind: EffectKind, tlp: Tlp) -> Effect {
    let date: Moment = "2014-11-24".parse().unwrap();
    Effect {
        kind,
        text: format!("An effect of {kind:?}."),
        quantity: None,
        date: Some(date),
        evidence: Vec::new(),
        tlp,
        release_to: [].into(),
    }
}

#[test]
fn a_protest_speaks_of_espionage_only_where_it_tells_of_nothing_but_secrets() {
    use EffectKind::{Disclosure, Disruption, Espionage};
    let espionage = "no general prohibition of espionage";
    let mark = "mark these CLEAR: “An effect of Disruption”";
    for (effects, is_espionage, is_named, has_remedy) in [
        (vec![effect(Disruption, Tlp::Green)], false, false, true),
        (vec![effect(Disruption, Tlp::Clear)], false, true, false),
        (vec![effect(Espionage, Tlp::Clear)], true, false, false),
        (vec![effect(Disclosure, Tlp::Clear), effect(Disruption, Tlp::Green)], true, false, true),
        (vec![effect(EffectKind::Other, Tlp::Clear)], false, false, false),
        (Vec::new(), false, false, false),
    ] {
        let mut assessment = small();
        assessment.case.tlp = Tlp::Clear;
        assessment.case.effects = effects;
        let Note { markdown, sender_markdown, .. } = note(&assessment, country("KP"));
        assert_eq!(markdown.contains(espionage), is_espionage, "{markdown}");
        assert_eq!(!markdown.contains("names no obligation as breached"), is_named, "{markdown}");
        assert_eq!(sender_markdown.contains(mark), has_remedy, "{sender_markdown}");
    }
}

#[test]
fn traffic_with_addresses_is_asked_for_only_where_one_lies_outside_the_target() {
    let asks = "and the addresses of annex A";
    let mut assessment = small();
    assert!(markdown(&assessment, "CN").contains(asks));
    let own = assessment.routes.as_ref().unwrap().target.origins[0].network.clone();
    for located in &mut assessment.routes.as_mut().unwrap().located {
        located.origins = vec![own.clone()];
    }
    let state = markdown(&assessment, "CN");
    let cert = note(&assessment, Recipient::Cert(country("CN"))).markdown;
    assert!(!state.contains(asks) && !cert.contains(asks), "{state}{cert}");
    assert!(cert.contains("To have flow records kept of traffic from and to"), "{cert}");
    assert_ne!(own.asn, Asn(0));
}

#[test]
fn a_host_of_which_no_machine_may_be_told_is_asked_what_it_knows() {
    let mut assessment = small();
    assessment.routes = None;
    let mut host = assessment.case.parties[0].clone();
    (host.country, host.roles) = (Some(country("FR")), [Role::Host].into());
    assessment.case.parties.push(host);
    for to in [Recipient::State(country("FR")), Recipient::Cert(country("FR"))] {
        let text = note(&assessment, to).markdown;
        assert!(!text.contains("machines at the addresses of annex A"), "{text}");
    }
    assert!(markdown(&assessment, "FR").contains("knows of machines in its networks"));
    let address = assessment.case.evidence.iter_mut().find_map(|item| match &mut item.body {
        Body::Infrastructure(found) if item.tlp == Tlp::Clear => Some(found),
        _ => None,
    });
    address.unwrap().country = Some(country("FR"));
    assert!(markdown(&assessment, "FR").contains("machines at the addresses of annex A"));
}

#[test]
fn the_state_of_a_victim_is_told_of_its_own_people_and_asked_what_they_found() {
    let mut assessment = small();
    let mut hospital = assessment.case.parties[0].clone();
    (hospital.name, hospital.country) = ("City hospital".to_owned(), Some(country("BE")));
    assessment.case.parties.push(hospital);
    let asked = addressees(&assessment);
    let belgium = asked.iter().find(|one| one.to == country("BE").into()).unwrap();
    assert!(is_written(&assessment.case, belgium));
    let text = markdown(&assessment, "BE");
    assert!(text.contains("Attacked in Belgium: City hospital."), "{text}");
    assert!(text.contains("To pass on to City hospital what this note lists"), "{text}");
    let mut patients = assessment.clone();
    patients.case.parties.last_mut().unwrap().sector = Some(Sector::People);
    let text = markdown(&patients, "BE");
    assert!(text.contains("To warn City hospital, and to tell them what they can do"), "{text}");
    assert!(!text.contains("what it found"), "{text}");
    let mut clinic = assessment.case.parties.last().unwrap().clone();
    clinic.name = "Clinic, north".to_owned();
    assessment.case.parties.push(clinic);
    let text = markdown(&assessment, "BE");
    assert!(text.contains("Attacked in Belgium: “City hospital” and “Clinic, north”."), "{text}");
    // The sender's own victims are no reason to ask anybody.
    assert!(asked.iter().all(|one| one.to != country("US").into()));
}

#[test]
fn a_note_that_gives_its_reason_needs_no_release_though_the_case_is_withheld() {
    let mut assessment = small();
    assessment.case.tlp = Tlp::Red;
    let written = note(&assessment, country("TH"));
    assert!(written.markdown.contains("annex A lists it") && written.remedy.is_none());
}

#[test]
fn a_case_of_which_nothing_may_be_told_yields_no_note_and_the_way_to_one() {
    let mut assessment = small();
    assessment.routes = None;
    assessment.inputs.clear();
    let case = &mut assessment.case;
    case.tlp = Tlp::Red;
    case.target = None;
    case.evidence.iter_mut().for_each(|item| item.tlp = Tlp::Red);
    case.events.iter_mut().for_each(|event| event.tlp = Tlp::Red);
    case.effects.iter_mut().for_each(|effect| effect.tlp = Tlp::Red);
    for to in addressees(&assessment) {
        let none = note(&assessment, to.to);
        assert!(none.refused.is_some(), "{}: {}", to.to, none.markdown);
        assert!(!none.markdown.contains("may be shared with the world") || none.refused.is_some());
    }
    let none = note(&assessment, country("TH"));
    assert_eq!(none.refused, Some(NoNote::NothingToTell));
    assert!(none.remedy.is_some() && none.sender_markdown.contains("There is no note"));
}

#[test]
fn a_list_for_the_sender_is_for_nobody_else_whatever_the_marking_of_the_case() {
    let mut assessment = small();
    assessment.case.tlp = Tlp::Clear;
    let list = note(&assessment, country("CN")).sender_markdown;
    assert!(list.starts_with("**For the sender only**, never part of the note."), "{list}");
}

#[test]
fn two_judgements_that_name_nobody_are_not_told_apart() {
    let mut assessment = judged();
    name_nobody(&mut assessment, false);
    for shared in &mut assessment.attribution_shared {
        shared.findings.as_reported.ranking.reverse();
    }
    let list = note(&assessment, country("CN")).sender_markdown;
    assert!(!list.contains("the judgement is another"), "{list}");
}

#[test]
fn an_accused_state_is_listed_by_what_it_is_accused_of() {
    let mut assessment = small();
    for located in &mut assessment.routes.as_mut().unwrap().located {
        located.announced_from = Some(country("KP"));
    }
    let asked = addressees(&assessment);
    let accused = asked.iter().find(|one| one.to == country("KP").into()).unwrap();
    assert!(accused.why.len() > 1);
    assert!(matches!(accused.why[0], Reason::ResponsibleAlleged { .. }), "{accused:?}");
}

#[test]
fn no_page_shows_the_backticks_of_a_key_or_command() {
    for assessment in [judged(), unjudged(), crate::judged::contested(), crate::weighed::weighed()]
    {
        let page = demarche_report::to_html(&assessment);
        let place = page.find('`').map(|at| page.get(at.saturating_sub(80)..at + 40));
        assert!(place.is_none(), "{place:?}");
        assert!(page.contains("<code>"));
    }
}

/// The small case with everything shared, and its first machine as a page on a service in Poland.
fn with_a_page() -> Assessment {
    let mut assessment = small();
    assessment.case.tlp = Tlp::Clear;
    assessment.routes = None;
    for item in &mut assessment.case.evidence {
        item.tlp = Tlp::Clear;
        if let Body::Infrastructure(found) = &mut item.body {
            (found.address, found.host) = (None, None);
            found.url = Some("https://pages.example/nobody".to_owned());
            found.country = Some(country("PL"));
        }
    }
    assessment
}

#[test]
fn a_page_on_a_service_is_an_account_and_no_machine() {
    let assessment = with_a_page();
    for to in [Recipient::State(country("PL")), Recipient::Cert(country("PL"))] {
        let text = note(&assessment, to).markdown;
        assert!(text.contains("log-ins") && !text.contains("Copies of"), "{text}");
        assert!(!text.contains("who rented or ran them"), "{text}");
    }
}

#[test]
fn a_fact_that_was_planted_says_so_and_every_fact_is_a_sentence() {
    let mut assessment = with_a_page();
    let planted = assessment.case.evidence[0].id.clone();
    assessment.case.evidence[0].says = "It holds words in Polish".to_owned();
    assessment.case.evidence[1].weighing.exposes = vec![planted];
    let text = markdown(&assessment, "PL");
    assert!(text.contains("Number 2 shows it to be planted."), "{text}");
    assert!(text.contains("words in Polish. "), "{text}");
}
