//! The pooling of evidence that is not independent: the strongest item counts whole, and the rest adds ever less.
//!
//! Items form groups: those of a named cluster, and otherwise those of one source. Groups that have all their items from
//! one source form a family; any other group is a family of its own. With weights w₁ ≥ w₂ ≥ … a group has
//! Σ wᵢ rⁱ⁻¹, a family the same sum over its groups, and all together Σ sᵢ tⁱ⁻¹ over the families. Each sum grows with
//! each of its parts, so that an item more never takes weight away, and adds the less the more is there (it is monotone
//! and submodular).

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::attribution::{Cluster, ParameterName};

use super::elicited::Values;
use super::items::Item;

/// The groups and families of the items of a case.
#[derive(Debug)]
pub(crate) struct Groups {
    /// By item.
    group: Vec<usize>,
    /// By group.
    family: Vec<usize>,
    /// The number of families.
    families: usize,
}

/// The factors on further items: in a group or family, and over families.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factors {
    same_source: f64,
    further_source: f64,
}

impl Factors {
    pub(crate) fn of(values: &Values) -> Self {
        Self {
            same_source: values.get(ParameterName::SameSource),
            further_source: values.get(ParameterName::FurtherSource),
        }
    }
}

/// A key that groups items.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'k> {
    Cluster(&'k str),
    Source(&'k str),
}

impl Groups {
    pub(crate) fn of(items: &[Item<'_>]) -> Self {
        let mut sources: BTreeMap<Key<'_>, BTreeSet<&str>> = BTreeMap::new();
        let keys: Vec<Key<'_>> = items.iter().map(key).collect();
        for (item, key) in items.iter().zip(&keys) {
            sources.entry(*key).or_default().insert(source(item));
        }
        let mut families: BTreeMap<Key<'_>, usize> = BTreeMap::new();
        let family: Vec<usize> = sources
            .iter()
            .map(|(key, sources)| {
                let only = sources.first().filter(|_| sources.len() == 1);
                let label = only.map_or(*key, |source| Key::Source(source));
                let next = families.len();
                *families.entry(label).or_insert(next)
            })
            .collect();
        let order: Vec<&Key<'_>> = sources.keys().collect();
        let index = |key: &Key<'_>| order.binary_search(&key).expect("every key has sources");
        Self { group: keys.iter().map(index).collect(), family, families: families.len() }
    }

    /// Replaces the weights of items, each with its index and at least 0, by what they add; their sum is the pooled weight.
    pub(crate) fn pool(&self, weights: &mut [(usize, f64)], factors: Factors) {
        // Strongest first; ties in the order of the groups, which does not depend on that of the items.
        let group = |index: usize| self.group[index];
        weights.sort_by(|left, right| {
            right.1.total_cmp(&left.1).then_with(|| group(left.0).cmp(&group(right.0)))
        });
        let mut groups = vec![Level::FIRST; self.family.len()];
        for (index, weight) in weights.iter_mut() {
            *weight = groups[group(*index)].add(*weight, factors.same_source);
        }
        let mut families = vec![Level::FIRST; self.families];
        let of_groups = ranks(&groups);
        for index in of_groups {
            let sum = groups[index].sum;
            let counted = families[self.family[index]].add(sum, factors.same_source);
            groups[index].counts = counted / sum;
        }
        let mut all = Level::FIRST;
        for index in ranks(&families) {
            let sum = families[index].sum;
            families[index].counts = all.add(sum, factors.further_source) / sum;
        }
        for (index, weight) in weights {
            let group = group(*index);
            *weight *= groups[group].counts * families[self.family[group]].counts;
        }
    }
}

/// A sum in which each part counts less than the one before.
#[derive(Clone, Copy, Debug)]
struct Level {
    sum: f64,
    /// The factor on the next part.
    next: f64,
    /// The part of the sum that counts one level higher.
    counts: f64,
}

impl Level {
    const FIRST: Self = Self { sum: 0.0, next: 1.0, counts: 1.0 };

    /// Adds a part that is no stronger than those before; returns what it adds.
    fn add(&mut self, part: f64, factor: f64) -> f64 {
        let added = part * self.next;
        self.sum += added;
        self.next *= factor;
        added
    }
}

/// The indices of the sums above 0, the strongest first; among equals the first.
fn ranks(levels: &[Level]) -> Vec<usize> {
    let mut ranks: Vec<usize> =
        (0..levels.len()).filter(|index| levels[*index].sum > 0.0).collect();
    ranks.sort_by(|left, right| {
        levels[*right].sum.total_cmp(&levels[*left].sum).then(left.cmp(right))
    });
    ranks
}

fn key<'i>(item: &'i Item<'_>) -> Key<'i> {
    match &item.cluster {
        Cluster::Named { id } => Key::Cluster(id.as_str()),
        Cluster::Implied { .. } => Key::Source(source(item)),
    }
}

/// The source of an item; that of the item which it seems to repeat, if there is one.
fn source<'i>(item: &'i Item<'_>) -> &'i str {
    item.likely_origin.unwrap_or(&item.evidence.source.text)
}
