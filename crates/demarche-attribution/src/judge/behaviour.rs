//! Techniques and software, weighed as they were fitted on attacks whose actor is said to be known.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::record::{Record, RecordId, Used};
use demarche_case::{Case, Moment};

use super::authors::{Author, Authors};
use super::items::{Item, Says};
use crate::{Mask, Parameters, Scorer};

/// Who is known to use what, ready to weigh what was seen.
#[derive(Debug)]
pub(crate) struct Behaviour {
    scorer: Scorer,
    /// The author of each of the scorer's actors.
    places: Vec<Option<usize>>,
    /// When it happened: actors that were active then are the more likely.
    date: Option<Moment>,
}

/// What the behaviour among the items that count weighs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fitted {
    /// By item and author, in nats; an empty row where an item is no behaviour or does not count.
    pub(crate) weights: Vec<Vec<f64>>,
    /// By author: what belongs to the actor and to no item, in nats; empty where no behaviour counts.
    pub(crate) standing: Vec<f64>,
    /// The logarithm of the odds that the behaviour is that of nobody in the record, as likely beforehand as not.
    pub(crate) unknown: f64,
}

impl Behaviour {
    pub(crate) fn of(case: &Case, record: &Record, authors: &Authors<'_>) -> Self {
        let scorer = Scorer::new(record, &Mask::nothing(), &Parameters::fitted());
        let known: BTreeMap<&RecordId, usize> = authors
            .all
            .iter()
            .enumerate()
            .filter_map(|(place, author)| match author {
                Author::Actor { actor, .. } => Some((&actor.id, place)),
                Author::Unlisted(_) | Author::Named(_) => None,
            })
            .collect();
        let places = scorer.actors().iter().map(|id| known.get(id).copied()).collect();
        Self { scorer, places, date: case.noticed() }
    }

    /// Weighs the behaviour among the items that count.
    pub(crate) fn fitted(&self, items: &[Item<'_>], counts: &[bool], authors: usize) -> Fitted {
        let used = |item: &Item<'_>| match &item.says {
            Says::Uses(used) => Some(used.clone()),
            _ => None,
        };
        let counting = items.iter().zip(counts).filter(|(_, counts)| **counts);
        let seen: BTreeSet<Used> = counting.filter_map(|(item, _)| used(item)).collect();
        if seen.is_empty() {
            return Fitted { weights: vec![Vec::new(); items.len()], ..Fitted::default() };
        }
        let weighed = self.scorer.weigh(&seen, self.date);
        let spread = |row: &[f64]| {
            let mut by_author = vec![0.0; authors];
            for (place, nats) in self.places.iter().zip(row) {
                if let Some(slot) = place.and_then(|place| by_author.get_mut(place)) {
                    *slot = *nats;
                }
            }
            by_author
        };
        let rows: BTreeMap<&Used, &Vec<f64>> = weighed.items.iter().zip(&weighed.weights).collect();
        let row = |(item, counts): (&Item<'_>, &bool)| {
            let row = used(item).filter(|_| *counts).and_then(|used| rows.get(&used).copied());
            row.map(|row| spread(row)).unwrap_or_default()
        };
        Fitted {
            weights: items.iter().zip(counts).map(row).collect(),
            standing: spread(&weighed.standing),
            unknown: weighed.unknown,
        }
    }
}

impl Fitted {
    /// How much of what was fitted grades and bounds leave, from 0 to 1: what belongs to actors as a whole balances what
    /// belongs to items, and must not be left alone with them.
    fn left(&self, own: &[Vec<f64>]) -> f64 {
        let size = |rows: &[Vec<f64>]| -> f64 {
            let fitted = rows.iter().zip(&self.weights).filter(|(_, fitted)| !fitted.is_empty());
            fitted.flat_map(|(row, _)| row).map(|nats| nats.abs()).sum()
        };
        let all = size(&self.weights);
        if all > 0.0 { (size(own) / all).min(1.0) } else { 1.0 }
    }

    /// What speaks for each author as a whole and is in no item, in nats.
    ///
    /// Those of whom nothing is known stand where the fitted odds of an unknown actor put them, given what the items
    /// weigh here, with grades and bounds, for those who are known.
    pub(crate) fn standing(&self, authors: &Authors<'_>, own: &[Vec<f64>], scale: f64) -> Vec<f64> {
        if self.standing.is_empty() {
            return vec![0.0; authors.all.len()];
        }
        let scale = scale * self.left(own);
        let of_items = |place: usize| -> f64 {
            let rows = own.iter().zip(&self.weights).filter(|(_, fitted)| !fitted.is_empty());
            rows.filter_map(|(row, _)| row.get(place)).sum()
        };
        let actors: Vec<(usize, f64)> = authors
            .all
            .iter()
            .enumerate()
            .filter(|(_, author)| matches!(author, Author::Actor { .. }))
            .map(|(place, _)| {
                let standing = self.standing.get(place).copied().unwrap_or_default();
                (place, scale * standing + of_items(place))
            })
            .collect();
        let most = actors.iter().map(|one| one.1).fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = actors.iter().map(|one| (one.1 - most).exp()).sum();
        let mean = most + sum.ln() - f64::from(u32::try_from(actors.len()).unwrap_or(1)).ln();
        let unlisted = mean + scale * self.unknown;
        let standing = |(place, author): (usize, &Author<'_>)| match author {
            Author::Actor { .. } => scale * self.standing.get(place).copied().unwrap_or_default(),
            Author::Unlisted(_) | Author::Named(_) => unlisted,
        };
        authors.all.iter().enumerate().map(standing).collect()
    }
}
