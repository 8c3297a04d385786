//! The prior of each author before any evidence but the victim: how often each state attacks this victim's state.
//!
//! The victim-conditional frequency, smoothed with pseudo-counts towards how often each state attacks at all.
//! On DCID it does better than naive Bayes and logistic regression over all features of an incident.
//! Data sets of rivals make it optimistic outside of rivalries.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::attribution::{ParameterName, Prior};
use demarche_case::record::{Catalogue, PreviousAttack, Record};
use demarche_case::{Case, Country, Role};

use demarche_case::Probability;
use demarche_case::number::float;

use super::authors::{Author, Author::Actor, Authors};
use super::elicited::Values;

/// Actors that are thought to act for states of which the record knows none; elicited, and of weight in small records only.
const ELSEWHERE: f64 = 5.0;

/// Attacks by each state: on the victims of the case, and on any victim.
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
        let total = |counts: &Self| counts.overall.values().sum::<f64>();
        let largest = by_catalogue
            .into_iter()
            .max_by(|left, right| total(&left.1).total_cmp(&total(&right.1)));
        largest.map_or_else(Self::default, |(catalogue, counts)| Self {
            catalogue: Some(catalogue),
            ..counts
        })
    }

    fn count(&mut self, attack: &PreviousAttack, victims: &BTreeSet<Country>) {
        let states = states(attack);
        let hits = attack
            .victims
            .iter()
            .any(|victim| victim.country.is_some_and(|c| victims.contains(&c)));
        let part = 1.0 / float(states.len());
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
        let on_victim: f64 = self.towards_victim.values().sum();
        let actors: f64 = states.values().sum();
        let (pseudo, floor) =
            (values.get(ParameterName::VictimPseudoCount), values.get(ParameterName::PriorFloor));
        let even = 1.0 / float(states.len()).max(1.0);
        let count = |counts: &BTreeMap<Country, f64>, state: Country| {
            counts.get(&state).copied().unwrap_or(0.0)
        };
        let share = |(state, actors_of_state): (&Country, &f64)| {
            if all <= 0.0 {
                return actors_of_state / (actors + ELSEWHERE);
            }
            let overall = count(&self.overall, *state) / all;
            let towards = count(&self.towards_victim, *state);
            smoothed(towards, overall, on_victim, (pseudo, floor, even))
        };
        let shares: BTreeMap<Country, f64> =
            states.iter().map(|counted| (*counted.0, share(counted))).collect();
        let rest = (1.0 - shares.values().sum::<f64>()).max(0.0);
        (shares, rest)
    }
}

fn states(attack: &PreviousAttack) -> BTreeSet<Country> {
    attack.attributions.iter().filter_map(|attribution| attribution.state).collect()
}

/// The share of attacks on a victim that a state has: `(1 − λ) (n(s, v) + c f(s)) / (n(v) + c) + λ / S`.
///
/// `towards` is n(s, v), `overall` f(s), `on_victim` n(v); then the pseudo-counts c, the floor λ and the even share 1 / S.
pub(crate) fn smoothed(
    towards: f64,
    overall: f64,
    on_victim: f64,
    (pseudo, floor, even): (f64, f64, f64),
) -> f64 {
    (1.0 - floor) * (towards + pseudo * overall) / (on_victim + pseudo) + floor * even
}

/// The prior of each author, adding up to 1; false flags take their part of it later.
///
/// Inside a state the unlisted take a fixed share and the listed actors the rest evenly: how active a group was says
/// little of whether it will be the next (its fitted exponent is about 0).
pub(crate) fn prior(authors: &Authors<'_>, counts: &Frequencies, values: &Values) -> Vec<Prior> {
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
    let stateless = values.get(ParameterName::StatelessShare);
    let unlisted = values.get(ParameterName::UnlistedShare);
    let each_named = values.get(ParameterName::NamedShare).min(0.5 / f64::max(named, 1.0));
    let rest_of_all = 1.0 - each_named * named;
    let mass = |state: Option<Country>| match state {
        Some(state) => (1.0 - stateless) * shares[&state],
        None => stateless,
    };
    let prior = |author: &Author<'_>| {
        let state = author.state();
        let actors = listed.get(&state).copied().unwrap_or(0.0);
        let free = if actors > 0.0 { unlisted } else { 1.0 };
        let prior = match author {
            Author::Named(_) => each_named,
            Actor { .. } => rest_of_all * mass(state) * (1.0 - free) / actors,
            // States without an actor in the record are among the unlisted of no known state.
            Author::Unlisted(None) => rest_of_all * (mass(None) * free + (1.0 - stateless) * rest),
            Author::Unlisted(_) => rest_of_all * mass(state) * free,
        };
        Prior(Probability::clamped(prior))
    };
    authors.all.iter().map(prior).collect()
}
