//! Techniques and software, weighed as they were fitted on attacks whose actor is said to be known.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::record::{Record, RecordId, Used};
use demarche_case::{Case, Moment};

use demarche_case::number::float;

use super::authors::{Author, Authors};
use super::items::{Item, Says};
use crate::{Mask, Parameters, Scorer};

/// The known behaviour of each actor, ready to weigh what was seen.
#[derive(Debug)]
pub(crate) struct Behaviour {
    scorer: Scorer,
    /// The author of each of the scorer's actors.
    authors: Vec<Option<usize>>,
    /// The time of the attack: actors that were active then are more likely.
    date: Option<Moment>,
}

/// The weights of the behaviour among the items that count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fitted {
    /// By item and author, in nats; an empty row where an item is no behaviour or does not count.
    pub(crate) weights: Vec<Vec<f64>>,
    /// By author: the weight of the actor as a whole, in nats; empty where no behaviour counts.
    pub(crate) standing: Vec<f64>,
    /// The logarithm of the odds that the behaviour is that of nobody in the record, as likely beforehand as not.
    pub(crate) unknown: f64,
}

impl Behaviour {
    pub(crate) fn of(case: &Case, record: &Record, authors: &Authors<'_>) -> Self {
        let scorer = Scorer::new(record, &Mask::nothing(), &Parameters::fitted());
        let by_id: BTreeMap<&RecordId, usize> = authors
            .all
            .iter()
            .enumerate()
            .filter_map(|(index, author)| match author {
                Author::Actor { actor, .. } => Some((&actor.id, index)),
                Author::Unlisted(_) | Author::Named(_) => None,
            })
            .collect();
        let authors = scorer.actors().iter().map(|id| by_id.get(id).copied()).collect();
        Self { scorer, authors, date: case.noticed() }
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
            for (author, nats) in self.authors.iter().zip(row) {
                if let Some(author) = author {
                    by_author[*author] = *nats;
                }
            }
            by_author
        };
        let rows: BTreeMap<&Used, &Vec<f64>> = weighed.items.iter().zip(&weighed.weights).collect();
        let row = |(item, counts): (&Item<'_>, &bool)| {
            let row = used(item).filter(|_| *counts).and_then(|used| rows.get(&used).copied());
            row.map_or_else(Vec::new, |row| spread(row))
        };
        Fitted {
            weights: items.iter().zip(counts).map(row).collect(),
            standing: spread(&weighed.standing),
            unknown: weighed.unknown,
        }
    }
}

impl Fitted {
    /// The share of the fitted weights that grades and bounds leave, from 0 to 1.
    ///
    /// The weights of actors as a whole balance those of items, so that both are reduced by the same share.
    fn left(&self, own: &[&[f64]]) -> f64 {
        let size = |rows: &[&[f64]]| -> f64 {
            let fitted = rows.iter().zip(&self.weights).filter(|(_, fitted)| !fitted.is_empty());
            fitted.flat_map(|(row, _)| row.iter()).map(|nats| nats.abs()).sum()
        };
        let fitted: Vec<&[f64]> = self.weights.iter().map(Vec::as_slice).collect();
        let all = size(&fitted);
        if all > 0.0 { (size(own) / all).min(1.0) } else { 1.0 }
    }

    /// By author, the weight of the author as a whole, in nats.
    ///
    /// Authors without known behaviour get the fitted odds of an unknown actor, given the weights of the items, after
    /// grades and bounds, for the known actors.
    pub(crate) fn standing(&self, authors: &Authors<'_>, own: &[&[f64]], scale: f64) -> Vec<f64> {
        if self.standing.is_empty() {
            return vec![0.0; authors.all.len()];
        }
        let scale = scale * self.left(own);
        let of_items = |author: usize| -> f64 {
            let rows = own.iter().zip(&self.weights).filter(|(_, fitted)| !fitted.is_empty());
            rows.map(|(row, _)| row[author]).sum()
        };
        let actors: Vec<f64> = authors
            .all
            .iter()
            .enumerate()
            .filter(|(_, author)| matches!(author, Author::Actor { .. }))
            .map(|(index, _)| scale * self.standing[index] + of_items(index))
            .collect();
        let highest = actors.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 = actors.iter().map(|nats| (nats - highest).exp()).sum();
        let mean = highest + sum.ln() - float(actors.len()).ln();
        let unlisted = mean + scale * self.unknown;
        let standing = |(index, author): (usize, &Author<'_>)| match author {
            Author::Actor { .. } => scale * self.standing[index],
            Author::Unlisted(_) | Author::Named(_) => unlisted,
        };
        authors.all.iter().enumerate().map(standing).collect()
    }
}
