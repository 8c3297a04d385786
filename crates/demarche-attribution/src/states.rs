//! The test of the prior: the state behind an attack from its victim alone, learnt from earlier attacks.
//!
//! Coded columns of the data sets are not used, for many were filled in after an initiator was named.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use demarche_case::Country;
use demarche_case::assessment::evaluation::{Method, StateTest};
use demarche_case::number::float;
use demarche_case::record::{Catalogue, PreviousAttack, Record};

use crate::count;
use crate::judge::{FITTED_FLOOR, FITTED_PSEUDO_COUNTS, smoothed};
use crate::metrics::{Outcome, metrics, reliability};
use crate::told::{score, told_bins};

/// A cut of one data set in time.
struct Split {
    catalogue: Catalogue,
    data: &'static str,
    /// The first year that is not learnt from.
    learnt_before: u16,
    asked: RangeInclusive<u16>,
    /// States with fewer learnt attacks are one answer, `other`.
    least: usize,
    /// True if no parameter was chosen on the years that are asked about.
    held_out: bool,
}

/// The splits of the design: on the earlier of each pair parameters may be chosen, on the later they are tried.
const SPLITS: [Split; 4] = [
    Split {
        catalogue: Catalogue::Dcid,
        data: "DCID 2.0",
        learnt_before: 2016,
        asked: 2016..=2017,
        least: 1,
        held_out: false,
    },
    Split {
        catalogue: Catalogue::Dcid,
        data: "DCID 2.0",
        learnt_before: 2018,
        asked: 2018..=2020,
        least: 1,
        held_out: true,
    },
    Split {
        catalogue: Catalogue::Eurepoc,
        data: "EuRepoC 1.1",
        learnt_before: 2020,
        asked: 2020..=2021,
        least: 10,
        held_out: false,
    },
    Split {
        catalogue: Catalogue::Eurepoc,
        data: "EuRepoC 1.1",
        learnt_before: 2022,
        asked: 2022..=2023,
        least: 10,
        held_out: true,
    },
];

/// One attack: the year, the states of the victims, and the state behind it.
struct Attack {
    year: u16,
    victims: BTreeSet<Country>,
    state: Country,
}

/// Tries the victim-conditional frequency on every data set that the record has.
#[must_use]
pub fn state_tests(record: &Record, seed: u64) -> Vec<StateTest> {
    SPLITS.iter().filter_map(|split| test(record, split, seed)).collect()
}

/// The attacks of a data set that began at a known time and are attributed to exactly one state.
fn attacks(record: &Record, catalogue: Catalogue) -> Vec<Attack> {
    let attacks = record.attacks.iter().filter(|attack| attack.id.catalogue == catalogue);
    let attack = |attack: &PreviousAttack| {
        let attributions = attack.attributions.iter();
        let states: BTreeSet<Country> =
            attributions.filter_map(|attribution| attribution.state).collect();
        let state = states.first().copied().filter(|_| states.len() == 1)?;
        let victims = attack.victims.iter().filter_map(|victim| victim.country).collect();
        Some(Attack { year: attack.began?.year(), victims, state })
    };
    attacks.filter_map(attack).collect()
}

fn test(record: &Record, split: &Split, seed: u64) -> Option<StateTest> {
    let all = attacks(record, split.catalogue);
    let (learnt, later): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|attack| attack.year < split.learnt_before);
    let asked: Vec<_> =
        later.into_iter().filter(|attack| split.asked.contains(&attack.year)).collect();
    if learnt.is_empty() || asked.is_empty() {
        return None;
    }
    let answers = Answers::of(&learnt, split.least);
    let outcomes = |pseudo: f64, floor: f64| -> Vec<Outcome> {
        let outcome = |attack: &Attack| Outcome {
            posterior: answers.shares(&attack.victims, pseudo, floor),
            actor: answers.column(attack.state),
        };
        asked.iter().map(outcome).collect()
    };
    let ours = outcomes(FITTED_PSEUDO_COUNTS, FITTED_FLOOR);
    let tried = [
        (Method::Demarche, ours.clone()),
        (Method::VictimFrequency, outcomes(3.0, 0.0)),
        (Method::OverallFrequency, outcomes(1e9, 0.0)),
    ];
    Some(StateTest {
        data: split.data.to_owned(),
        learnt_before: split.learnt_before,
        learnt_items: count(learnt.len()),
        asked: [*split.asked.start(), *split.asked.end()],
        held_out: split.held_out,
        items: count(asked.len()),
        states: count(answers.columns.len()),
        methods: tried
            .iter()
            .map(|(method, outcomes)| score(*method, &metrics(outcomes, seed)))
            .collect(),
        reliability: told_bins(&reliability(&ours)),
    })
}

/// The states that can be answered, with the attacks of each by victim.
struct Answers {
    /// The column of each state; the rare ones share that of `None`.
    columns: BTreeMap<Option<Country>, usize>,
    overall: Vec<f64>,
    by_victim: BTreeMap<Country, Vec<f64>>,
}

impl Answers {
    fn of(learnt: &[Attack], minimum: usize) -> Self {
        let mut counts: BTreeMap<Country, usize> = BTreeMap::new();
        for attack in learnt {
            *counts.entry(attack.state).or_default() += 1;
        }
        let common = counts.iter().filter(|(_, count)| **count >= minimum);
        // `None` is any other state.
        let states = common.map(|(state, _)| Some(*state)).chain([None]);
        let columns: BTreeMap<_, _> =
            states.enumerate().map(|(column, state)| (state, column)).collect();
        let size = columns.len();
        let mut answers = Self { overall: vec![0.0; size], by_victim: BTreeMap::new(), columns };
        for attack in learnt {
            let Some(column) = answers.column(attack.state) else { continue };
            answers.overall[column] += 1.0;
            for victim in &attack.victims {
                let row = answers.by_victim.entry(*victim).or_insert_with(|| vec![0.0; size]);
                row[column] += 1.0;
            }
        }
        answers
    }

    fn column(&self, state: Country) -> Option<usize> {
        self.columns.get(&Some(state)).or_else(|| self.columns.get(&None)).copied()
    }

    /// The share of attacks on these victims that each state has, reckoned as the prior of a judgement.
    fn shares(&self, victims: &BTreeSet<Country>, pseudo: f64, floor: f64) -> Vec<f64> {
        let rows: Vec<&Vec<f64>> =
            victims.iter().filter_map(|victim| self.by_victim.get(victim)).collect();
        let all: f64 = self.overall.iter().sum();
        let on_victims: f64 = rows.iter().flat_map(|row| row.iter()).sum();
        let even = 1.0 / float(self.overall.len());
        let share = |(column, overall): (usize, &f64)| {
            let towards: f64 = rows.iter().map(|row| row[column]).sum();
            smoothed(towards, overall / all, on_victims, (pseudo, floor, even))
        };
        self.overall.iter().enumerate().map(share).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_are_those_of_the_formula() {
        let (korea, russia, victim): (Country, Country, Country) =
            ("KP".parse().unwrap(), "RU".parse().unwrap(), "KR".parse().unwrap());
        let attack = |state, victims: &[Country]| Attack {
            year: 2010,
            victims: victims.iter().copied().collect(),
            state,
        };
        let learnt = [attack(korea, &[victim]), attack(korea, &[victim]), attack(russia, &[korea])];
        let answers = Answers::of(&learnt, 1);
        let shares = answers.shares(&BTreeSet::from([victim]), 3.0, 0.1);
        let expected = 0.9 * (2.0 + 3.0 * 2.0 / 3.0) / 5.0 + 0.1 / 3.0;
        assert!((shares[answers.column(korea).unwrap()] - expected).abs() < 1e-12);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let nobody = answers.shares(&BTreeSet::new(), 3.0, 0.0);
        assert!((nobody[answers.column(korea).unwrap()] - 2.0 / 3.0).abs() < 1e-12);
    }
}
