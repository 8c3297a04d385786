//! The prior of each author before any evidence but the victim and the kind of the attack.
//!
//! The victim-conditional frequency, smoothed with pseudo-counts towards how often each state attacks at all.
//! On DCID it does better than naive Bayes and logistic regression over all features of an incident.
//! Data sets of rivals make it optimistic outside of rivalries.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::attribution::{ParameterName, Prior};
use demarche_case::record::{Catalogue, PreviousAttack, Record};
use demarche_case::{AttackerKind, Case, Country, Role};

use demarche_case::Probability;
use demarche_case::number::float;

use super::authors::{Author, Authors, Reading};
use super::elicited::Values;
use super::side::Side;

/// The share of the attacks by states that each state has, the rest being spread evenly.
///
/// The mean of the shares in EuRepoC 1.1 (599 incidents of states and their proxies) and in DCID 2.0 (429). It stands for
/// the data sets where the record has none, and for attacks on any victim at any time beside them.
const WORLD: [(&str, f64); 14] = [
    ("CN", 0.29),
    ("RU", 0.23),
    ("IR", 0.145),
    ("KP", 0.125),
    ("US", 0.05),
    ("PK", 0.03),
    ("IL", 0.027),
    ("GB", 0.015),
    ("SY", 0.012),
    ("KR", 0.012),
    ("IN", 0.011),
    ("VN", 0.008),
    ("TR", 0.004),
    ("SA", 0.004),
];

/// The states that have attacked others, as far as demarche itself knows.
fn world() -> BTreeMap<Country, f64> {
    let country = |code: &str| code.parse().expect("a code of ISO 3166-1");
    WORLD.iter().map(|(code, share)| (country(code), *share)).collect()
}

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

    /// The states that are known to have attacked any victim.
    pub(crate) fn attacking(&self) -> BTreeSet<Country> {
        self.overall.keys().copied().chain(world().into_keys()).collect()
    }

    /// The share of the attacks by states on such victims that each of `states` has; they add up to 1.
    ///
    /// Without a data set the shares are those of attacks on any victim.
    fn shares(&self, states: &[Country], values: &Values) -> BTreeMap<Country, f64> {
        let world = world();
        let all: f64 = self.overall.values().sum();
        let on_victim: f64 = self.towards_victim.values().sum();
        let (pseudo, floor) =
            (values.get(ParameterName::VictimPseudoCount), values.get(ParameterName::PriorFloor));
        let of_world = values.get(ParameterName::WorldShare);
        let even = 1.0 / float(states.len()).max(1.0);
        let count = |counts: &BTreeMap<Country, f64>, state: Country| {
            counts.get(&state).copied().unwrap_or(0.0)
        };
        let share = |state: &Country| {
            let anywhere = count(&world, *state);
            if all <= 0.0 {
                return (1.0 - floor) * anywhere + floor * even;
            }
            let overall = count(&self.overall, *state) / all;
            let towards = count(&self.towards_victim, *state);
            let on_victim = smoothed(towards, overall, on_victim, (pseudo, floor, even));
            (1.0 - of_world) * on_victim + of_world * anywhere
        };
        let shares: BTreeMap<Country, f64> =
            states.iter().map(|state| (*state, share(state))).collect();
        let sum: f64 = shares.values().sum();
        shares.into_iter().map(|(state, share)| (state, share / sum)).collect()
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

/// Most that all raised states have together: what is brought up stays less likely than the usual suspects.
const MOST_RAISED: f64 = 0.1;

/// The shares with those of `brought_up` raised to `least`, at the cost of all others; they still add up to 1.
///
/// Counts of attacks know nothing of a state that was never caught. Without a floor no evidence could name it, although
/// a party that is no state has a share as soon as the case names it.
fn raised(
    shares: &BTreeMap<Country, f64>,
    brought_up: &BTreeSet<Country>,
    least: f64,
) -> BTreeMap<Country, f64> {
    let is_low = |state: &Country, least: f64| brought_up.contains(state) && shares[state] < least;
    let low = shares.keys().filter(|state| is_low(state, least)).count();
    let least = least.min(MOST_RAISED / float(low.max(1)));
    let rest: f64 =
        shares.iter().filter(|(state, _)| !is_low(state, least)).map(|(_, share)| share).sum();
    let low = float(shares.keys().filter(|state| is_low(state, least)).count());
    let factor = (1.0 - least * low) / rest;
    let share = |(state, share): (&Country, &f64)| {
        (*state, if is_low(state, least) { least } else { share * factor })
    };
    shares.iter().map(share).collect()
}

/// One reading of what the case says of parties that act for others, with its priors.
#[derive(Clone, Debug)]
pub(crate) struct Read<'a> {
    /// The probability of the reading before the evidence.
    pub(crate) chance: f64,
    /// Every side with its authors.
    pub(crate) members: &'a BTreeMap<Side, Vec<usize>>,
    /// By author, adding up to 1.
    pub(crate) prior: Vec<Prior>,
}

/// The prior of each author in each reading, adding up to 1; false flags take their part of it later.
///
/// It has three levels: the kind of attacker, told by the kind of the attack; the state, told by the victim; and the
/// authors of a side, which are as likely as one another and add up to the side, so that none of them moves it. The
/// unlisted have a fixed share of a side with actors, and each party that the case names one of a kind.
///
/// A party that acts for a state brings the prior of its own kind along: that it did it is as likely whomever it acts for.
pub(crate) fn readings<'a>(
    authors: &'a Authors<'_>,
    counts: &Frequencies,
    kinds: &[(AttackerKind, f64); 5],
    values: &Values,
) -> Vec<Read<'a>> {
    let holds = values.get(ParameterName::ActsFor);
    let read = |reading: &'a Reading| Read {
        chance: match reading.holds {
            None => 1.0,
            Some(true) => holds,
            Some(false) => 1.0 - holds,
        },
        members: &reading.members,
        prior: prior(authors, reading, counts, kinds, values),
    };
    authors.readings.iter().map(read).collect()
}

/// The prior of each author over all readings.
pub(crate) fn over(readings: &[Read<'_>], authors: usize) -> Vec<Prior> {
    let of = |author: usize| {
        readings.iter().map(|read| read.chance * f64::from(read.prior[author])).sum::<f64>()
    };
    (0..authors).map(|author| Prior(Probability::clamped(of(author)))).collect()
}

fn prior(
    authors: &Authors<'_>,
    reading: &Reading,
    counts: &Frequencies,
    kinds: &[(AttackerKind, f64); 5],
    values: &Values,
) -> Vec<Prior> {
    let states: Vec<Country> = reading.members.keys().filter_map(|side| side.state()).collect();
    let least = values.get(ParameterName::BroughtUpShare);
    let shares = raised(&counts.shares(&states, values), &authors.brought_up, least);
    let kind = |wanted: AttackerKind| -> f64 {
        kinds.iter().filter(|(kind, _)| *kind == wanted).map(|(_, share)| share).sum()
    };
    let mut prior = vec![0.0; authors.len()];
    for (side, members) in &reading.members {
        let of_side = match side {
            Side::State(state) => kind(AttackerKind::State) * shares[state],
            Side::Kind(attacker) => kind(*attacker),
        };
        let is_tool = |author: &usize| authors.tools.iter().any(|tool| tool.for_state == *author);
        let (tools, others): (Vec<usize>, Vec<usize>) = members.iter().copied().partition(is_tool);
        for (author, share) in within(authors, &others, values) {
            prior[author] = of_side * share;
        }
        // Tools of one kind share its prior, as the parties of a kind do.
        let own_kind = |tool: usize| {
            let mut found = authors.tools.iter().filter(|found| found.for_state == tool);
            found.next().map(|found| authors.side_of[found.alone].attacker())
        };
        for tool in &tools {
            let alike = tools.iter().filter(|other| own_kind(**other) == own_kind(*tool)).count();
            prior[*tool] = own_kind(*tool).map_or(0.0, kind) / float(alike);
        }
    }
    // Without tools the sum is 1, but for rounding.
    let sum: f64 = if reading.holds == Some(true) { prior.iter().sum() } else { 1.0 };
    prior.into_iter().map(|prior| Prior(Probability::clamped(prior / sum))).collect()
}

/// The authors of a side, each with its share of the side; together 1.
pub(crate) fn within(
    authors: &Authors<'_>,
    members: &[usize],
    values: &Values,
) -> Vec<(usize, f64)> {
    let count = |is: fn(&Author<'_>) -> bool| {
        float(members.iter().filter(|author| is(&authors.all[**author])).count())
    };
    let actors = count(|author| matches!(author, Author::Actor(_)));
    let named = count(|author| matches!(author, Author::Named(_)));
    let each_named = values.get(ParameterName::NamedShare).min(0.6 / f64::max(named, 1.0));
    let rest = 1.0 - each_named * named;
    let unlisted = if actors > 0.0 { values.get(ParameterName::UnlistedShare) } else { 1.0 };
    let share = |author: &usize| {
        let share = match authors.all[*author] {
            Author::Named(_) => each_named,
            Author::Actor(_) => rest * (1.0 - unlisted) / actors,
            Author::Unlisted => rest * unlisted,
        };
        (*author, share)
    };
    members.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(code: &str) -> Country {
        code.parse().unwrap()
    }

    #[test]
    fn a_state_that_was_never_caught_has_a_floor_once_the_case_brings_it_up() {
        let shares = [("RU", 0.7), ("CN", 0.2999), ("BY", 0.000_08), ("FJ", 0.000_02)];
        let shares: BTreeMap<Country, f64> =
            shares.into_iter().map(|(code, share)| (state(code), share)).collect();
        let brought_up = BTreeSet::from([state("BY"), state("CN")]);
        let found = raised(&shares, &brought_up, 0.02);
        assert!((found.values().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((found[&state("BY")] - 0.02).abs() < 1e-12);
        assert!(found[&state("FJ")] < shares[&state("FJ")]);
        let ratio = |found: &BTreeMap<Country, f64>| found[&state("RU")] / found[&state("CN")];
        assert!((ratio(&found) - ratio(&shares)).abs() < 1e-9);
        assert_eq!(raised(&shares, &BTreeSet::new(), 0.02), shares);
    }

    #[test]
    fn all_states_that_a_case_brings_up_share_a_tenth_at_most() {
        let codes = ["BY", "FJ", "MT", "LU", "IS", "AD", "MC", "SM", "TO", "WS"];
        let low = codes.map(|code| (state(code), 0.0001));
        let shares = low.into_iter().chain([(state("RU"), 0.999)]).collect();
        let found = raised(&shares, &codes.map(state).into_iter().collect(), 0.02);
        assert!((found[&state("RU")] - 0.9).abs() < 1e-12);
    }
}
