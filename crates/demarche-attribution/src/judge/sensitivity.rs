//! The sensitivity of the judgement: the same without each item, each cluster, each aspect and each source, and without
//! what the case says of who acts for whom.
//!
//! What is left out is left out of the case, so that the judgement is the one of a case that never had it: an item that
//! repeated it counts then, and whoever is suspected because of it alone is not.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::attribution::{Leads, Sensitivity, Without};
use demarche_case::{EvidenceId, Probability};
use rayon::prelude::*;

use super::items::{Item, Says};
use super::leads::Leader;

/// The answer on a part of the evidence.
pub(crate) struct Answer {
    /// The probability of the leader on all the evidence.
    pub(crate) leading: Probability,
    /// The leader; `None` where nobody is named.
    pub(crate) leads: Option<Leads>,
}

/// The parts that are left out in turn at most, the heaviest: each takes a judgement of its own on all the rest.
const MOST: usize = 500;

/// The answers without each part of the evidence, on all of which `leader` leads; the most influential part first.
///
/// `unlinked` is the answer without what the case says of who acts for whom. A part of one item is listed as the item alone. `weights` is by item, in nats: of more than 500 parts the lightest are
/// left where they are.
pub(crate) fn sensitivity(
    items: &[Item<'_>],
    weights: &[f64],
    leader: &Leader,
    answer: &(dyn Fn(&BTreeSet<EvidenceId>) -> Answer + Sync),
    unlinked: Option<Answer>,
) -> Vec<Sensitivity> {
    let judged_without = |(without, left_out): (Without, BTreeSet<EvidenceId>)| {
        let Answer { leading, leads } = answer(&left_out);
        let items = items.iter().map(|item| &item.evidence.id);
        let items = items.filter(|id| left_out.contains(*id)).cloned().collect();
        Sensitivity { without, items, leading: Some(leading), leads }
    };
    let mut found: Vec<Sensitivity> =
        heaviest(parts(items), items, weights).into_par_iter().map(judged_without).collect();
    found.extend(unlinked.map(|Answer { leading, leads }| Sensitivity {
        without: Without::Links,
        items: Vec::new(),
        leading: Some(leading),
        leads,
    }));
    let now = leader.chance.get();
    let moved =
        |without: &Sensitivity| without.leading.map_or(now, |then| (then.get() - now).abs());
    found.sort_by(|left, right| {
        moved(right).total_cmp(&moved(left)).then_with(|| left.without.cmp(&right.without))
    });
    found
}

/// The parts with the most weight.
fn heaviest(
    mut parts: Vec<(Without, BTreeSet<EvidenceId>)>,
    items: &[Item<'_>],
    weights: &[f64],
) -> Vec<(Without, BTreeSet<EvidenceId>)> {
    if parts.len() > MOST {
        let by_id: BTreeMap<&EvidenceId, f64> =
            items.iter().map(|item| &item.evidence.id).zip(weights.iter().copied()).collect();
        let weight = |inside: &BTreeSet<EvidenceId>| -> f64 {
            inside.iter().filter_map(|id| by_id.get(id)).sum()
        };
        parts.sort_by(|left, right| weight(&right.1).total_cmp(&weight(&left.1)));
        parts.truncate(MOST);
    }
    parts
}

/// The parts of the evidence that say anything, each with all its items.
fn parts(items: &[Item<'_>]) -> Vec<(Without, BTreeSet<EvidenceId>)> {
    let mut parts: BTreeSet<Without> = BTreeSet::new();
    for item in items.iter().filter(|item| item.says != Says::Nothing) {
        parts.insert(Without::Item(item.evidence.id.clone()));
        parts.insert(Without::Cluster(item.cluster.clone()));
        parts.insert(Without::Aspect(item.aspect));
        parts.insert(Without::Source(item.evidence.source.text.clone()));
    }
    let is_in = |without: &Without, item: &Item<'_>| match without {
        Without::Item(id) => *id == item.evidence.id,
        Without::Cluster(cluster) => *cluster == item.cluster,
        Without::Aspect(aspect) => *aspect == item.aspect,
        Without::Source(source) => *source == item.evidence.source.text,
        Without::Links => false,
    };
    let mut listed: BTreeSet<BTreeSet<EvidenceId>> = BTreeSet::new();
    let parts = parts.into_iter().map(|without| {
        let inside = items.iter().filter(|item| is_in(&without, item));
        let inside = inside.map(|item| item.evidence.id.clone()).collect();
        (without, inside)
    });
    parts.filter(|(_, inside): &(_, BTreeSet<EvidenceId>)| listed.insert(inside.clone())).collect()
}
