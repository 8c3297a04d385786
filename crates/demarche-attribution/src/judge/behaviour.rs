//! Techniques and software, weighed as they were fitted on attacks whose actor is said to be known.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use demarche_case::Moment;
use demarche_case::assessment::attribution::ParameterName;
use demarche_case::record::{Record, Used};

use demarche_case::number::float;

use super::authors::{Author, Authors, Known};
use super::elicited::Values;
use super::items::{Item, Says};
use super::side::Side;
use crate::posterior::bounded;
use crate::{Mask, Parameters, Scorer, Weighed};

/// The known behaviour of each actor, ready to weigh what was seen.
#[derive(Debug)]
pub(crate) struct Behaviour {
    scorer: Scorer,
    /// The author of each of the scorer's actors.
    authors: Vec<Option<usize>>,
    /// The time of the attack: actors that were active then are more likely.
    date: Option<Moment>,
    /// What was seen first, which is mostly all of it, as weighed: most parts of the evidence have the same behaviour.
    first: OnceLock<(BTreeSet<Used>, Weighed)>,
}

/// The fitted weights of the behaviour among the items that count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fitted {
    /// By item and author, in nats; an empty row where an item is no behaviour or does not count.
    weights: Vec<Vec<f64>>,
}

impl Behaviour {
    pub(crate) fn of(record: &Record, known: &Known<'_>, date: Option<Moment>) -> Self {
        let scorer = Scorer::new(record, &Mask::nothing(), &Parameters::fitted());
        let authors = scorer.actors().iter().map(|id| known.index(id)).collect();
        Self { scorer, authors, date, first: OnceLock::new() }
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
            return Fitted { weights: vec![Vec::new(); items.len()] };
        }
        let weigh = || self.scorer.weigh(&seen, self.date);
        let (first, known) = self.first.get_or_init(|| (seen.clone(), weigh()));
        let anew = (*first != seen).then(weigh);
        let weighed = anew.as_ref().unwrap_or(known);
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
        Fitted { weights: items.iter().zip(counts).map(row).collect() }
    }
}

/// Authors of a side without known behaviour who behave as anybody does, beside the known ones; elicited.
const LIKE_ANYBODY: f64 = 5.0;

/// The weight of techniques and public tools together, bounded by one ceiling: anybody can use them.
#[derive(Clone, Debug)]
pub(crate) struct Behaved {
    /// By item and author, in nats from 0, after grades and the scale; empty where an item is no behaviour.
    rows: Vec<Vec<f64>>,
    /// By author, the bounded sum of its rows.
    sums: Vec<f64>,
    /// The logarithm of the mean likelihood ratio over all actors: the weight for anybody.
    anybody: f64,
    /// By item, its share in all the weights; 0 where nothing weighs anything.
    item_shares: Vec<f64>,
    /// The weight for each side, in nats.
    sides: BTreeMap<Side, f64>,
    /// By author, true for an actor of the record.
    is_actor: Vec<bool>,
}

impl Behaved {
    /// The behaviour with one set of values; `reliability` is by item.
    pub(crate) fn of(
        fitted: &Fitted,
        reliability: &[f64],
        values: &Values,
        authors: &Authors<'_>,
    ) -> Self {
        let scale = values.get(ParameterName::BehaviourScale);
        let ceiling = values.get(ParameterName::BehaviourCeiling);
        let weighed = |(row, reliability): (&Vec<f64>, &f64)| -> Vec<f64> {
            row.iter().map(|nats| scale * reliability * nats.max(0.0)).collect()
        };
        let rows: Vec<Vec<f64>> = fitted.weights.iter().zip(reliability).map(weighed).collect();
        let nats = |row: &Vec<f64>, author: usize| row.get(author).copied().unwrap_or(0.0);
        let sum = |author: usize| rows.iter().map(|row| nats(row, author)).sum::<f64>();
        let sums: Vec<f64> =
            (0..authors.len()).map(|author| bounded(sum(author), ceiling)).collect();
        let is_actor: Vec<bool> =
            authors.all.iter().map(|author| matches!(author, Author::Actor(_))).collect();
        let actors = is_actor.iter().filter(|is_actor| **is_actor).count();
        let raised = |members: &[usize]| -> (f64, f64) {
            let actors = members.iter().filter(|author| is_actor[**author]);
            actors.fold((0.0, 0.0), |(count, sum), author| (count + 1.0, sum + sums[*author].exp()))
        };
        let everybody: Vec<usize> = (0..authors.len()).collect();
        let anybody = if actors == 0 { 0.0 } else { (raised(&everybody).1 / float(actors)).ln() };
        let side_scale = values.get(ParameterName::SideBehaviour);
        let of_side = |(side, members): (&Side, &Vec<usize>)| {
            let (count, sum) = raised(members);
            let mean = (sum + LIKE_ANYBODY * anybody.exp()) / (count + LIKE_ANYBODY);
            (*side, side_scale * (mean.ln() - anybody))
        };
        let sides = authors.members.iter().map(of_side).collect();
        let all: f64 = rows.iter().flatten().sum();
        let share = |row: &Vec<f64>| if all > 0.0 { row.iter().sum::<f64>() / all } else { 0.0 };
        let item_shares = rows.iter().map(share).collect();
        Self { rows, sums, anybody, item_shares, sides, is_actor }
    }

    /// The weight for an author, in nats; an author without known behaviour is like anybody.
    pub(crate) fn of_author(&self, author: usize) -> f64 {
        if self.is_actor[author] { self.sums[author] - self.anybody } else { 0.0 }
    }

    /// The weight for a side, in nats.
    pub(crate) fn of_side(&self, side: Side) -> f64 {
        self.sides[&side]
    }

    /// By item, its part in the weight for an author; an actor that is not known to use it is less likely than anybody.
    pub(crate) fn shares(&self, author: usize) -> Vec<f64> {
        if !self.is_actor[author] {
            return vec![0.0; self.rows.len()];
        }
        let nats = |row: &Vec<f64>| row.get(author).copied().unwrap_or(0.0);
        let sum: f64 = self.rows.iter().map(nats).sum();
        let scale = if sum > 0.0 { self.sums[author] / sum } else { 0.0 };
        let rows = self.rows.iter().zip(&self.item_shares);
        rows.map(|(row, share)| scale * nats(row) - share * self.anybody).collect()
    }
}
