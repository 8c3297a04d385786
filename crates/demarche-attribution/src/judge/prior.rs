//! How probable each author is before any evidence but the victim: who attacks this victim's state, and how often.
//!
//! The victim-conditional frequency, smoothed with pseudo-counts towards how often each state attacks at all.
//! On DCID it does better than naive Bayes and logistic regression over all features of an incident.
//! Data sets of rivals make it optimistic outside of rivalries.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::record::{Catalogue, PreviousAttack, Record};
use demarche_case::{Case, Country, Role};

use super::authors::{Author, Author::Actor, Authors};
use super::elicited::{Name, Values};

/// Actors that are thought to act for states of which the record knows none; elicited, and of weight in small records only.
const ELSEWHERE: f64 = 5.0;

/// How often each state attacked the victims of the case, and anybody.
#[derive(Debug, Default)]
pub(crate) struct Frequencies {
    towards_victim: BTreeMap<Country, f64>,
    overall: BTreeMap<Country, f64>,
    /// The catalogue that was counted.
    pub(crate) catalogue: Option<Catalogue>,
}

impl Frequencies {
    /// Counts the attacks that began before the case did; an attack attributed to several states counts for each in part.
    ///
    /// One data set is counted, the one with most attacks: they describe the same attacks. Lists that do not set out to
    /// have every attack, such as campaigns of ATT&CK and the facts that ship with demarche, say nothing of how often.
    pub(crate) fn of(case: &Case, record: &Record) -> Self {
        let victims: BTreeSet<Country> =
            case.parties_as(Role::Victim).filter_map(|party| party.country).collect();
        let before = case.began.or(case.detected);
        let counted = record.attacks.iter().filter(|attack| {
            before.is_none_or(|before| attack.began.is_some_and(|began| began < before))
                && matches!(attack.id.catalogue, Catalogue::Dcid | Catalogue::Eurepoc)
                && !states(attack).is_empty()
        });
        let mut by_catalogue: BTreeMap<Catalogue, Self> = BTreeMap::new();
        for attack in counted {
            by_catalogue.entry(attack.id.catalogue).or_default().count(attack, &victims);
        }
        let total = |one: &Self| one.overall.values().sum::<f64>();
        let best = by_catalogue.into_iter().max_by(|a, b| total(&a.1).total_cmp(&total(&b.1)));
        best.map_or_else(Self::default, |(catalogue, one)| Self {
            catalogue: Some(catalogue),
            ..one
        })
    }

    fn count(&mut self, attack: &PreviousAttack, victims: &BTreeSet<Country>) {
        let states = states(attack);
        let hits =
            attack.victims.iter().any(|one| one.country.is_some_and(|c| victims.contains(&c)));
        let part = 1.0 / f64::from(u32::try_from(states.len()).unwrap_or(u32::MAX));
        for state in states {
            *self.overall.entry(state).or_default() += part;
            if hits {
                *self.towards_victim.entry(state).or_default() += part;
            }
        }
    }

    /// The share of attacks on such victims that each of `states` has, and what is left for states that are not asked about.
    ///
    /// Without any incident, how many actors of a state are known stands for how often it attacks, with [`ELSEWHERE`]
    /// more in states that have none.
    fn shares(
        &self,
        states: &BTreeMap<Country, f64>,
        values: &Values,
    ) -> (BTreeMap<Country, f64>, f64) {
        let all: f64 = self.overall.values().sum();
        let here: f64 = self.towards_victim.values().sum();
        let actors: f64 = states.values().sum();
        let (pseudo, floor) = (values.get(Name::VictimPseudoCount), values.get(Name::PriorFloor));
        let even = 1.0 / f64::from(u32::try_from(states.len()).unwrap_or(u32::MAX)).max(1.0);
        let share = |(state, known): (&Country, &f64)| {
            if all <= 0.0 {
                return known / (actors + ELSEWHERE);
            }
            let overall = self.overall.get(state).copied().unwrap_or_default() / all;
            let towards = self.towards_victim.get(state).copied().unwrap_or_default();
            smoothed(towards, overall, here, (pseudo, floor, even))
        };
        let shares: BTreeMap<Country, f64> =
            states.iter().map(|one| (*one.0, share(one))).collect();
        let rest = (1.0 - shares.values().sum::<f64>()).max(0.0);
        (shares, rest)
    }
}

fn states(attack: &PreviousAttack) -> BTreeSet<Country> {
    attack.attributions.iter().filter_map(|one| one.state).collect()
}

/// The share of attacks on a victim that a state has: `(1 − λ) (n(s, v) + c f(s)) / (n(v) + c) + λ / S`.
///
/// `towards` is n(s, v), `overall` f(s), `here` n(v); then the pseudo-counts c, the floor λ and the even share 1 / S.
pub(crate) fn smoothed(
    towards: f64,
    overall: f64,
    here: f64,
    (pseudo, floor, even): (f64, f64, f64),
) -> f64 {
    (1.0 - floor) * (towards + pseudo * overall) / (here + pseudo) + floor * even
}

/// The prior of each author, adding up to 1; false flags take their part of it later.
///
/// Inside a state the unlisted take a fixed share and the listed actors the rest evenly: how active a group was says
/// little of whether it will be the next (its fitted exponent is about 0).
pub(crate) fn prior(authors: &Authors<'_>, counts: &Frequencies, values: &Values) -> Vec<f64> {
    let mut states: BTreeMap<Country, f64> = BTreeMap::new();
    for state in authors.all.iter().filter_map(Author::state) {
        *states.entry(state).or_default() += 1.0;
    }
    let (shares, rest) = counts.shares(&states, values);
    let mut listed: BTreeMap<Option<Country>, f64> = BTreeMap::new();
    let mut named = 0.0;
    for author in &authors.all {
        match author {
            Actor { state, .. } => *listed.entry(*state).or_default() += 1.0,
            Author::Named(_) => named += 1.0,
            Author::Unlisted(_) => {}
        }
    }
    let stateless = values.get(Name::StatelessShare);
    let unlisted = values.get(Name::UnlistedShare);
    let each_named = values.get(Name::NamedShare).min(0.5 / f64::max(named, 1.0));
    let others = 1.0 - each_named * named;
    let mass = |state: Option<Country>| match state {
        Some(state) => (1.0 - stateless) * shares.get(&state).copied().unwrap_or_default(),
        None => stateless,
    };
    let prior = |author: &Author<'_>| {
        let state = author.state();
        let actors = listed.get(&state).copied().unwrap_or_default();
        let free = if actors > 0.0 { unlisted } else { 1.0 };
        match author {
            Author::Named(_) => each_named,
            Actor { .. } => others * mass(state) * (1.0 - free) / actors,
            // States without an actor in the record are among the unlisted of no known state.
            Author::Unlisted(None) => others * (mass(None) * free + (1.0 - stateless) * rest),
            Author::Unlisted(_) => others * mass(state) * free,
        }
    };
    authors.all.iter().map(prior).collect()
}
