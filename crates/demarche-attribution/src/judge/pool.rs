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
        let family = sources
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
        Self { group: keys.iter().map(index).collect(), family }
    }

    /// Replaces the weights of items, each with its index and at least 0, by what they add; their sum is the pooled weight.
    pub(crate) fn pool(&self, weights: &mut [(usize, f64)], factors: Factors) {
        // Strongest first; ties in the order of the groups, which does not depend on that of the items.
        let group = |index: usize| self.group[index];
        weights.sort_by(|left, right| {
            right.1.total_cmp(&left.1).then_with(|| group(left.0).cmp(&group(right.0)))
        });
        let groups = self.level(weights, &group, factors.same_source);
        let groups = self.ranks(&groups, &|group| self.family[group], factors.same_source);
        let mut families: BTreeMap<usize, f64> = BTreeMap::new();
        for (group, (sum, factor)) in &groups {
            *families.entry(self.family[*group]).or_default() += sum * factor;
        }
        let families = self.ranks(&families, &|_| 0, factors.further_source);
        for (index, weight) in weights {
            let group = group(*index);
            *weight *= groups[&group].1 * families[&self.family[group]].1;
        }
    }

    /// Discounts each weight by its rank in its group; returns the sums of the groups.
    fn level(
        &self,
        weights: &mut [(usize, f64)],
        group: &impl Fn(usize) -> usize,
        factor: f64,
    ) -> BTreeMap<usize, f64> {
        let mut next: BTreeMap<usize, f64> = BTreeMap::new();
        let mut sums: BTreeMap<usize, f64> = BTreeMap::new();
        for (index, weight) in weights {
            let of_rank = next.entry(group(*index)).or_insert(1.0);
            *weight *= *of_rank;
            *of_rank *= factor;
            *sums.entry(group(*index)).or_default() += *weight;
        }
        sums
    }

    /// Each sum with the factor of its rank among the sums of the same parent.
    fn ranks(
        &self,
        sums: &BTreeMap<usize, f64>,
        parent: &impl Fn(usize) -> usize,
        factor: f64,
    ) -> BTreeMap<usize, (f64, f64)> {
        let mut order: Vec<(usize, f64)> = sums.iter().map(|(key, sum)| (*key, *sum)).collect();
        order.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        let mut next: BTreeMap<usize, f64> = BTreeMap::new();
        let mut rank = |(key, sum): (usize, f64)| {
            let of_rank = next.entry(parent(key)).or_insert(1.0);
            let found = *of_rank;
            *of_rank *= factor;
            (key, (sum, found))
        };
        order.into_iter().map(&mut rank).collect()
    }
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
