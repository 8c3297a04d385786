//! Laws that every weighing obeys, and parameters recovered from incidents made up with them.

use std::collections::BTreeSet;

use demarche_attribution::{Fit, Incident, Mask, Parameters, Scorer, Weighed, fit};
use demarche_case::record::{
    Actor, Catalogue, Citation, CitationId, Record, RecordId, SoftwareEntry, Use, Used,
};
use demarche_case::{Availability, Moment, TechniqueId};

const ACTORS: usize = 40;
const TECHNIQUES: usize = 60;
const SOFTWARE: usize = 50;

/// Numbers from a seed (`SplitMix64`), independent of the library's own.
struct Numbers(u64);

impl Numbers {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        f64::from(u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap()) / f64::from(u32::MAX)
    }
}

fn actor(place: usize) -> RecordId {
    RecordId::new(Catalogue::Attack, format!("G{place:04}"))
}

fn technique(place: usize) -> Used {
    let id: TechniqueId = format!("T1{place:03}").parse().unwrap();
    Used::Technique(id)
}

fn software(place: usize) -> Used {
    Used::Software(RecordId::new(Catalogue::Attack, format!("S{place:04}")))
}

fn entry(id: RecordId) -> Actor {
    Actor {
        id,
        name: String::new(),
        synonyms: Vec::new(),
        states: Vec::new(),
        victims: Vec::new(),
        about: String::new(),
        citations: Vec::new(),
    }
}

/// A record in which each actor has three sources, each with some of what the actor uses.
fn made_up(seed: u64) -> Record {
    let mut numbers = Numbers(seed);
    let mut record = Record::default();
    for place in 0..ACTORS {
        record.actors.push(entry(actor(place)));
        for source in 0..3 {
            let citation = CitationId(u32::try_from(record.citations.len()).unwrap());
            let date: Option<Moment> = format!("{}", 2009 + source * 2 + place % 3).parse().ok();
            let name = format!("source {}", citation.0);
            record.citations.push(Citation { name, text: String::new(), url: None, date });
            let mut used: Vec<Used> = (0..TECHNIQUES)
                .filter(|item| numbers.unit() < 0.4 / (1.0 + *item as f64 / 8.0))
                .map(technique)
                .collect();
            let common = (0..SOFTWARE / 5).filter(|_| numbers.unit() < 0.1);
            used.extend(common.map(software));
            let own = SOFTWARE / 5 + place;
            used.extend((own < SOFTWARE && numbers.unit() < 0.6).then(|| software(own)));
            for used in used {
                record.uses.push(Use {
                    user: actor(place),
                    used,
                    citations: vec![citation],
                    about: String::new(),
                    grade: None,
                });
            }
        }
    }
    for place in 0..SOFTWARE {
        let Used::Software(id) = software(place) else { continue };
        record.software.push(SoftwareEntry {
            id,
            name: String::new(),
            synonyms: Vec::new(),
            availability: Availability::Private,
            about: String::new(),
            citations: Vec::new(),
        });
    }
    record
}

fn seen(seed: u64) -> BTreeSet<Used> {
    let mut numbers = Numbers(seed);
    let techniques = (0..TECHNIQUES).filter(|_| numbers.unit() < 0.2).map(technique);
    let mut seen: BTreeSet<Used> = techniques.collect();
    seen.extend([software(1), software(SOFTWARE / 5 + 7), software(SOFTWARE * 2)]);
    seen
}

fn weighed(record: &Record, seen: &BTreeSet<Used>) -> Weighed {
    let date = "2016-05".parse().ok();
    Scorer::new(record, &Mask::nothing(), &Parameters::fitted()).weigh(seen, date)
}

fn close(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-9
}

#[test]
fn the_weights_of_the_items_and_the_standing_are_the_logarithms_of_the_odds() {
    let parameters = Parameters::fitted();
    let found = weighed(&made_up(1), &seen(2));
    let score = |place: usize| {
        found.weights.iter().map(|row| row[place]).sum::<f64>() + found.standing[place]
    };
    let scores: Vec<f64> = (0..ACTORS).map(score).collect();
    let sum: f64 = scores.iter().map(|score| score.exp()).sum();
    for (score, probability) in scores.iter().zip(&found.posterior) {
        let even = parameters.floor / ACTORS as f64;
        assert!(close(*probability, (1.0 - parameters.floor) * score.exp() / sum + even));
    }
    assert!(close(found.unknown_score - sum.ln(), found.unknown));
    assert!(close(found.posterior.iter().sum(), 1.0));
}

#[test]
fn the_order_of_claims_and_claims_said_twice_change_nothing() {
    let record = made_up(1);
    let expected = weighed(&record, &seen(2));
    let mut other = record.clone();
    other.uses.reverse();
    other.uses.extend(record.uses.iter().step_by(3).cloned());
    assert_eq!(weighed(&other, &seen(2)), expected);
}

#[test]
fn other_names_of_actors_carry_the_same_weights() {
    let record = made_up(1);
    let renamed = |id: &RecordId| {
        let place: usize = id.id.trim_start_matches('G').parse().unwrap();
        actor(ACTORS - 1 - place)
    };
    let mut other = record.clone();
    for actor in &mut other.actors {
        actor.id = renamed(&actor.id);
    }
    for one in &mut other.uses {
        one.user = renamed(&one.user);
    }
    let (left, right) = (weighed(&record, &seen(2)), weighed(&other, &seen(2)));
    for place in 0..ACTORS {
        assert!(close(left.posterior[place], right.posterior[ACTORS - 1 - place]));
    }
    assert!(close(left.unknown, right.unknown));
}

#[test]
fn what_nobody_is_known_to_use_weighs_for_nobody() {
    let found = weighed(&made_up(1), &seen(2));
    let place = found.items.iter().position(|item| *item == software(SOFTWARE * 2)).unwrap();
    assert!(found.weights[place].iter().all(|nats| close(*nats, 0.0)));
}

#[test]
fn planted_software_earns_no_more_than_its_ceiling_and_what_likeness_adds() {
    let record = made_up(1);
    let parameters = Parameters::fitted();
    let plain = weighed(&record, &seen(2));
    let all: BTreeSet<Used> = seen(2).into_iter().chain((0..SOFTWARE).map(software)).collect();
    let planted = weighed(&record, &all);
    let most = parameters.temperature
        * (parameters.software.ceiling
            + parameters.actor.nearest
            + parameters.actor.explained
            + parameters.actor.common);
    for place in 0..ACTORS {
        let of = |found: &Weighed| found.weights.iter().map(|row| row[place]).sum::<f64>();
        assert!(of(&planted) - of(&plain) <= most + 1e-9);
    }
}

#[test]
fn nothing_known_and_nothing_seen_are_no_panic() {
    let nobody = weighed(&Record::default(), &seen(2));
    assert_eq!(nobody.posterior, Vec::<f64>::new());
    let nothing = weighed(&made_up(1), &BTreeSet::new());
    assert!(close(nothing.posterior.iter().sum(), 1.0));
    assert!(nothing.unknown.is_finite());
}

/// Incidents whose actors are drawn from the posterior of known parameters.
fn simulated(record: &Record, truth: &Parameters, count: u64) -> Vec<Incident> {
    let scorer = Scorer::new(record, &Mask::nothing(), truth);
    let mut numbers = Numbers(99);
    let incident = |place: u64| {
        let mut used = seen(1000 + place);
        used.extend((0..SOFTWARE).filter(|_| numbers.unit() < 0.15).map(software));
        let date: Option<Moment> = "2016-05".parse().ok();
        let posterior = scorer.weigh(&used, date).posterior;
        let mut left = numbers.unit();
        let drawn = posterior.iter().position(|one| {
            left -= one;
            left <= 0.0
        });
        let drawn = drawn.unwrap_or(ACTORS - 1);
        // No source tells of it, and all of the record is earlier: holding it out takes nothing away.
        Incident {
            name: place.to_string(),
            actor: actor(drawn),
            used,
            date,
            sources: BTreeSet::new(),
            attack: None,
        }
    };
    (0..count).map(incident).collect()
}

#[test]
fn parameters_are_recovered_from_incidents_made_up_with_them() {
    let record = made_up(5);
    let truth = Parameters { temperature: 1.0, floor: 0.0, ..Parameters::trusting() };
    let reports = simulated(&record, &truth, 1500);
    let found =
        fit(&Fit { record: &record, reports: &reports, campaigns: &[], caution: 0.0, seed: 1 });
    // What can be told from so many incidents is the score: its errors are about 0.1 nats, so that the posterior of
    // new incidents must agree to a few hundredths on average.
    let date = "2016-05".parse().ok();
    let (one, other) = (
        Scorer::new(&record, &Mask::nothing(), &truth),
        Scorer::new(&record, &Mask::nothing(), &found),
    );
    let mut apart = 0.0;
    for seed in 0..100 {
        let seen = seen(50_000 + seed);
        let (left, right) = (one.weigh(&seen, date).posterior, other.weigh(&seen, date).posterior);
        apart +=
            left.iter().zip(&right).map(|(left, right)| (left - right).abs()).sum::<f64>() / 200.0;
    }
    println!("{found:#?} total variation {apart}");
    assert!(apart < 0.06, "mean total variation {apart}");
    assert!((found.temperature - 1.0).abs() < 0.1, "{}", found.temperature);
}
