//! What the judgement rests on: the same without each item, each cluster, each aspect and each source.

use std::collections::BTreeSet;

use demarche_case::assessment::attribution::{Sensitivity, Without};
use rayon::prelude::*;

use super::authors::Author;
use super::combine::{Flag, Posterior};
use super::elicited::Values;
use super::items::{Item, Says};
use super::listing::{Held, Listing, all, by_state, probability};
use super::{Bench, Part};

/// The judgement without each part of the `full` evidence, which gave `reported`; the part that matters most first.
///
/// A part of one item is listed as the item alone.
pub(crate) fn sensitivity(
    bench: &Bench<'_>,
    full: &Part,
    reported: &Posterior,
    listing: &Listing,
    flags: &[Flag],
) -> Vec<Sensitivity> {
    let Some(leader) = listing.held.first().copied() else { return Vec::new() };
    let parts = parts(bench.items);
    let mut found: Vec<Sensitivity> = parts
        .into_par_iter()
        .map(|(without, is_in)| one(bench, full, listing, flags, leader, without, &is_in))
        .collect();
    let now = probability(reported, leader);
    found.sort_by(|a, b| {
        let moved = |one: &Sensitivity| (one.leading.unwrap_or_default() - now).abs();
        moved(b).total_cmp(&moved(a)).then_with(|| a.without.cmp(&b.without))
    });
    found
}

/// The parts of the evidence that say anything, each with which items are in it.
fn parts(items: &[Item<'_>]) -> Vec<(Without, Vec<bool>)> {
    let mut parts: BTreeSet<Without> = BTreeSet::new();
    for item in items.iter().filter(|item| item.says != Says::Nothing) {
        parts.insert(Without::Item(item.evidence.id.clone()));
        parts.insert(Without::Cluster(item.cluster.clone()));
        parts.insert(Without::Aspect(item.aspect));
        parts.insert(Without::Source(item.evidence.source.text.clone()));
    }
    let is_in = |without: &Without, item: &Item<'_>| {
        item.says != Says::Nothing
            && match without {
                Without::Item(id) => *id == item.evidence.id,
                Without::Cluster(cluster) => *cluster == item.cluster,
                Without::Aspect(aspect) => *aspect == item.aspect,
                Without::Source(source) => *source == item.evidence.source.text,
            }
    };
    let mut known: BTreeSet<Vec<bool>> = BTreeSet::new();
    let parts = parts.into_iter().map(|without| {
        let inside: Vec<bool> = items.iter().map(|item| is_in(&without, item)).collect();
        (without, inside)
    });
    parts.filter(|(_, inside)| known.insert(inside.clone())).collect()
}

fn one(
    bench: &Bench<'_>,
    full: &Part,
    listing: &Listing,
    flags: &[Flag],
    leader: Held,
    without: Without,
    is_in: &[bool],
) -> Sensitivity {
    let counts: Vec<bool> = is_in.iter().map(|inside| !inside).collect();
    // Fitting anew takes long, and is of no use where no behaviour is left out.
    let of_behaviour = |(item, inside): (&Item<'_>, &bool)| *inside && item.says.is_behaviour();
    let part = if bench.items.iter().zip(is_in).any(of_behaviour) {
        bench.part(counts)
    } else {
        Part { counts, fitted: full.fitted.clone() }
    };
    let posterior = bench.judged(&part, &Values::best(), flags).posterior;
    let state = match leader {
        Held::Author(place) => bench.authors.all.get(place),
        Held::Flag(flag) => bench.authors.all.get(flag.author),
    };
    let sums = by_state(bench.authors, all(&posterior).into_iter());
    let leading_state =
        state.and_then(Author::state).map(|state| sums.get(&state).copied().unwrap_or_default());
    let leader_state = sums.iter().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(a.0)));
    let items = bench.items.iter().zip(is_in).filter(|(_, inside)| **inside);
    let ranked = |held: &Held| probability(&posterior, *held);
    let best = (0..listing.held.len()).max_by(|a, b| {
        let of = |place: &usize| listing.held.get(*place).map_or(0.0, ranked);
        of(a).total_cmp(&of(b)).then(b.cmp(a))
    });
    Sensitivity {
        without,
        items: items.map(|(item, _)| item.evidence.id.clone()).collect(),
        leading: Some(probability(&posterior, leader)),
        leading_state,
        leader: best.unwrap_or_default(),
        leader_state: leader_state.map(|(state, _)| *state),
    }
}
