//! Which state is behind an attack, from its victim alone: learnt from earlier attacks, asked about later ones.
//!
//! This is the prior of a judgement tried by itself. Columns that coders filled in after they knew who did it are not used;
//! neither are, by this method, those that they filled in before.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use demarche_case::Country;
use demarche_case::assessment::evaluation::StateTest;
use demarche_case::record::{Catalogue, Record};

use crate::judge::{FITTED_FLOOR, FITTED_PSEUDO_COUNTS, smoothed};
use crate::metrics::{Outcome, metrics, reliability};
use crate::told::{count, score, told_bins};

/// How one data set is cut in time.
struct Split {
    catalogue: Catalogue,
    data: &'static str,
    /// The first year that is not learnt from.
    learnt_before: u16,
    asked: RangeInclusive<u16>,
    /// States with fewer learnt attacks are one answer, `other`.
    least: usize,
    words: (&'static str, &'static str),
}

/// The splits of the design: on the earlier of each pair parameters may be chosen, on the later they are tried.
const SPLITS: [Split; 4] = [
    Split {
        catalogue: Catalogue::Dcid,
        data: "DCID 2.0",
        learnt_before: 2016,
        asked: 2016..=2017,
        least: 1,
        words: ("before 2016", "2016 and 2017, on which parameters may be chosen"),
    },
    Split {
        catalogue: Catalogue::Dcid,
        data: "DCID 2.0",
        learnt_before: 2018,
        asked: 2018..=2020,
        least: 1,
        words: ("before 2018", "2018 to 2020, held out"),
    },
    Split {
        catalogue: Catalogue::Eurepoc,
        data: "EuRepoC 1.1",
        learnt_before: 2020,
        asked: 2020..=2021,
        least: 10,
        words: ("before 2020", "2020 and 2021, on which parameters were chosen"),
    },
    Split {
        catalogue: Catalogue::Eurepoc,
        data: "EuRepoC 1.1",
        learnt_before: 2022,
        asked: 2022..=2023,
        least: 10,
        words: ("before 2022", "2022 and 2023, held out"),
    },
];

/// One attack: when, on whose state, by which.
struct Known {
    year: u16,
    victims: BTreeSet<Country>,
    state: Country,
}

/// Tries the victim-conditional frequency on every data set that the record has.
#[must_use]
pub fn state_tests(record: &Record, seed: u64) -> Vec<StateTest> {
    SPLITS.iter().filter_map(|split| test(record, split, seed)).collect()
}

/// The attacks of a data set that began at a known time and are said to be of exactly one state.
fn known(record: &Record, catalogue: Catalogue) -> Vec<Known> {
    let attacks = record.attacks.iter().filter(|attack| attack.id.catalogue == catalogue);
    let one = |attack: &demarche_case::record::PreviousAttack| {
        let states: BTreeSet<Country> =
            attack.attributions.iter().filter_map(|one| one.state).collect();
        let state = states.first().copied().filter(|_| states.len() == 1)?;
        let victims = attack.victims.iter().filter_map(|one| one.country).collect();
        Some(Known { year: attack.began?.year(), victims, state })
    };
    attacks.filter_map(one).collect()
}

fn test(record: &Record, split: &Split, seed: u64) -> Option<StateTest> {
    let all = known(record, split.catalogue);
    let (learnt, later): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|one| one.year < split.learnt_before);
    let asked: Vec<_> = later.into_iter().filter(|one| split.asked.contains(&one.year)).collect();
    if learnt.is_empty() || asked.is_empty() {
        return None;
    }
    let answers = Answers::of(&learnt, split.least);
    let outcomes = |pseudo: f64, floor: f64| -> Vec<Outcome> {
        let one = |attack: &Known| Outcome {
            posterior: answers.shares(&attack.victims, pseudo, floor),
            actor: answers.place(attack.state),
        };
        asked.iter().map(one).collect()
    };
    let ours = outcomes(FITTED_PSEUDO_COUNTS, FITTED_FLOOR);
    let tried = [
        ("demarche", ours.clone()),
        ("victim-conditional frequency, 3 pseudo-counts", outcomes(3.0, 0.0)),
        ("how often each state attacks anybody", outcomes(1e9, 0.0)),
    ];
    Some(StateTest {
        data: split.data.to_owned(),
        learnt: split.words.0.to_owned(),
        learnt_items: count(learnt.len()),
        asked: split.words.1.to_owned(),
        items: count(asked.len()),
        states: count(answers.places.len()),
        methods: tried.iter().map(|(name, one)| score(name, &metrics(one, seed))).collect(),
        reliability: told_bins(&reliability(&ours)),
    })
}

/// The states that can be answered, and how often each attacked whom.
struct Answers {
    /// The place of each state; the rare ones share the last.
    places: BTreeMap<Option<Country>, usize>,
    overall: Vec<f64>,
    by_victim: BTreeMap<Country, Vec<f64>>,
}

impl Answers {
    fn of(learnt: &[Known], least: usize) -> Self {
        let mut counts: BTreeMap<Country, usize> = BTreeMap::new();
        for one in learnt {
            *counts.entry(one.state).or_default() += 1;
        }
        let common = counts.iter().filter(|(_, count)| **count >= least).map(|one| Some(*one.0));
        // `None` is any other state.
        let states: Vec<Option<Country>> = common.chain([None]).collect();
        let places: BTreeMap<_, _> =
            states.iter().enumerate().map(|(place, state)| (*state, place)).collect();
        let mut answers =
            Self { overall: vec![0.0; places.len()], by_victim: BTreeMap::new(), places };
        for one in learnt {
            let Some(place) = answers.place(one.state) else { continue };
            let size = answers.overall.len();
            if let Some(count) = answers.overall.get_mut(place) {
                *count += 1.0;
            }
            for victim in &one.victims {
                let row = answers.by_victim.entry(*victim).or_insert_with(|| vec![0.0; size]);
                if let Some(count) = row.get_mut(place) {
                    *count += 1.0;
                }
            }
        }
        answers
    }

    fn place(&self, state: Country) -> Option<usize> {
        self.places.get(&Some(state)).or_else(|| self.places.get(&None)).copied()
    }

    /// The share of attacks on these victims that each state has, as the prior of a judgement reckons it.
    fn shares(&self, victims: &BTreeSet<Country>, pseudo: f64, floor: f64) -> Vec<f64> {
        let rows: Vec<&Vec<f64>> =
            victims.iter().filter_map(|victim| self.by_victim.get(victim)).collect();
        let all: f64 = self.overall.iter().sum();
        let here: f64 = rows.iter().flat_map(|row| row.iter()).sum();
        let even = 1.0 / f64::from(u32::try_from(self.overall.len()).unwrap_or(u32::MAX));
        let share = |(place, overall): (usize, &f64)| {
            let towards: f64 = rows.iter().filter_map(|row| row.get(place)).sum();
            smoothed(towards, overall / all, here, (pseudo, floor, even))
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
        let attack = |state, victims: &[Country]| Known {
            year: 2010,
            victims: victims.iter().copied().collect(),
            state,
        };
        let learnt = [attack(korea, &[victim]), attack(korea, &[victim]), attack(russia, &[korea])];
        let answers = Answers::of(&learnt, 1);
        let shares = answers.shares(&BTreeSet::from([victim]), 3.0, 0.1);
        let expected = 0.9 * (2.0 + 3.0 * 2.0 / 3.0) / 5.0 + 0.1 / 3.0;
        assert!((shares[answers.place(korea).unwrap()] - expected).abs() < 1e-12);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        let nobody = answers.shares(&BTreeSet::new(), 3.0, 0.0);
        assert!((nobody[answers.place(korea).unwrap()] - 2.0 / 3.0).abs() < 1e-12);
    }
}
