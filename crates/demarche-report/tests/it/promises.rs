//! Promises that hold for every note: what an accused state never gets, remedies that work, and nothing from later days.

use std::collections::BTreeSet;

use demarche_case::released::{WithheldItem, WithheldPart};
use demarche_case::{AccusedNote, Body, Case, Moment, Recipient, Role, WithheldReason, released};
use demarche_report::note;

use crate::fixtures::{Seed, country};
use crate::secrecy::{Generated, STATES, generated, words_in};

/// Words of offers, of requests for help, and of traces.
const NEVER_TO_THE_ACCUSED: [&str; 7] = [
    "Annex A",
    "offers",
    "share what it holds",
    "asks for their help",
    "SHA-256",
    "between the CERTs",
    "able to help",
];

#[test]
fn an_accused_or_sheltering_state_gets_no_indicator_no_offer_and_no_ask_for_help() {
    let mut written = 0;
    for seed in 0..400 {
        let Generated { mut assessment, .. } = generated(seed);
        let mut dice = Seed(seed);
        let accused = country(STATES[usize::try_from(dice.next(6)).unwrap()]);
        let role = [Role::ResponsibleAlleged, Role::ShelterAlleged][usize::from(seed % 2 == 0)];
        let choices = [AccusedNote::Protest, AccusedNote::Cease, AccusedNote::Question];
        assessment.case.request.accused = choices[usize::try_from(dice.next(3)).unwrap()];
        for party in &mut assessment.case.parties {
            if party.country == Some(accused) || party.id.as_str() == "kp" {
                party.country = Some(accused);
                party.roles.insert(role);
                // A private party would not stand for its state.
                party.sector = None;
            }
        }
        let state = note(&assessment, accused);
        assert!(note(&assessment, Recipient::Cert(accused)).refused.is_some(), "{seed}");
        written += usize::from(state.refused.is_none());
        let text = format!("{}{}", state.markdown, state.html);
        for word in NEVER_TO_THE_ACCUSED {
            assert!(!text.contains(word), "{word}, seed {seed}: {text}");
        }
        for item in &assessment.case.evidence {
            if let Body::Infrastructure(found) = &item.body {
                let address = found.address.unwrap().to_string();
                for form in [address.replace('.', "[.]"), address] {
                    assert!(!text.contains(&form), "{form}, seed {seed}");
                }
            }
        }
        assert!(state.annex.annexes.is_empty(), "{seed}");
    }
    assert!(written > 100, "{written}");
}

/// The two files with `release_to` added to one part, as the list of what was withheld says.
fn with_release(files: &[String; 2], part: &WithheldPart, state: &str) -> [String; 2] {
    let [case, evidence] = files;
    let key = format!("release_to = [\"{state}\"]\n");
    let in_table = |head: &str, position: usize| {
        let (at, _) = case.match_indices(head).nth(position).unwrap();
        let (before, after) = case.split_at(at + head.len());
        [format!("{before}\n{key}{}", after.trim_start()), evidence.clone()]
    };
    match part {
        WithheldPart::Case => [format!("{key}{case}"), evidence.clone()],
        WithheldPart::Target => in_table("[target]", 0),
        WithheldPart::DoubtfulLink(position) => in_table("[[routes.doubtful]]", *position),
        WithheldPart::Exposure => in_table("[exposed]", 0),
        WithheldPart::Event(position) => in_table("[[event]]", *position),
        WithheldPart::Effect(position) => in_table("[[effect]]", *position),
        WithheldPart::Claim(position) => in_table("[[claim]]", *position),
        WithheldPart::Threat(position) => in_table("[[threat]]", *position),
        WithheldPart::Hypothesis(position) => in_table("[[hypothesis]]", *position),
        WithheldPart::Evidence(id) => {
            let head = format!("[[evidence]]\nid = \"{id}\"\n");
            let (before, after) = evidence.split_once(&head).unwrap();
            let (item, rest) = after.split_once("[[evidence]]").unwrap_or((after, ""));
            let item = match item.contains("release_to = [") {
                true => item.replace("release_to = [", &format!("release_to = [\"{state}\", ")),
                false => format!("{key}{item}"),
            };
            let mark = if rest.is_empty() { "" } else { "[[evidence]]" };
            [case.clone(), format!("{before}{head}{item}{mark}{rest}")]
        }
        other => panic!("{other:?} has no table"),
    }
}

#[test]
fn every_release_that_the_senders_list_names_is_accepted_and_releases() {
    let mut tried = BTreeSet::new();
    for seed in 0..200 {
        let generated = generated(seed);
        let state = STATES[usize::try_from(Seed(seed).next(6)).unwrap()];
        let to = Recipient::State(country(state));
        for WithheldItem { part, because } in released(&generated.assessment, to).withheld {
            let can_be_released = matches!(
                because.reason,
                WithheldReason::NotReleased | WithheldReason::ReleasedToOthers
            );
            let is_derived = matches!(
                part,
                WithheldPart::Routes(_)
                    | WithheldPart::Index(_)
                    | WithheldPart::Edition(_)
                    | WithheldPart::OwnCase(_)
                    | WithheldPart::Attribution
            );
            if !can_be_released || is_derived {
                continue;
            }
            let [case, evidence] = with_release(&generated.files, &part, state);
            let case = Case::read(&case, &evidence)
                .unwrap_or_else(|error| panic!("{part:?}: {error}\n{case}\n{evidence}"));
            let mut assessment = generated.assessment.clone();
            assessment.case = case;
            let left = released(&assessment, to).withheld;
            assert!(left.iter().all(|item| item.part != part), "{part:?} stays, seed {seed}");
            tried.insert(format!("{part:?}").split('(').next().unwrap().to_owned());
        }
    }
    assert_eq!(tried.len(), 10, "{tried:?}");
}

/// A day between November 2014 and April 2015 that a text decides.
fn day_of(text: &str) -> Moment {
    let number: u32 = text.bytes().map(u32::from).sum();
    let months = ["2014-11", "2014-12", "2015-01", "2015-02", "2015-03", "2015-04"];
    let month = months[usize::try_from(number % 6).unwrap()];
    format!("{month}-{:02}", 1 + number % 28).parse().unwrap()
}

#[test]
fn no_note_tells_what_is_later_than_its_day() {
    let day: Moment = "2015-01-15".parse().unwrap();
    let (mut earlier, mut later) = (0, 0);
    for seed in 0..400 {
        let Generated { mut assessment, .. } = generated(seed);
        let case = &mut assessment.case;
        let mut late = BTreeSet::new();
        let mut dated = |text: &str| {
            let date = day_of(text);
            if date.date() > day.date() {
                late.extend(words_in(text).into_iter().map(str::to_owned));
            }
            date
        };
        case.events.iter_mut().for_each(|event| event.date = dated(&event.text));
        case.effects.iter_mut().for_each(|effect| effect.date = Some(dated(&effect.text)));
        case.threats.iter_mut().for_each(|threat| threat.date = Some(dated(&threat.text)));
        case.claims.iter_mut().for_each(|claim| claim.date = Some(dated(&claim.text)));
        case.evidence.iter_mut().for_each(|item| item.observed = Some(dated(&item.title)));
        let known = case.clone().as_of(day);
        assessment.case = known;
        // The routes of the fixture name tables of evidence; what is measured anew has only what is known.
        assessment.routes = None;
        assessment.attribution = None;
        assessment.inputs.clear();
        for state in STATES {
            let note = note(&assessment, country(state));
            let told = words_in(&note.markdown);
            let too_late: Vec<_> = told.iter().filter(|word| late.contains(**word)).collect();
            assert!(too_late.is_empty(), "{too_late:?}, seed {seed}: {}", note.markdown);
            earlier += told.len();
        }
        later += late.len();
    }
    assert!(earlier > 1000 && later > 1000, "{earlier} {later}");
}
