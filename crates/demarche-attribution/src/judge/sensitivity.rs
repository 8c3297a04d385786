//! The sensitivity of the judgement: the same without each item, each cluster, each aspect and each source.

use std::collections::BTreeSet;

use demarche_case::assessment::attribution::{Sensitivity, Without};
use rayon::prelude::*;

use super::authors::Flag;
use super::bench::Bench;
use super::elicited::Values;
use super::items::{Item, Says};
use super::judged::Part;
use super::leads::{self, Leader, chance_of};

/// The judgement without each part of the `full` evidence, on which `leader` leads; the most influential part first.
///
/// A part of one item is listed as the item alone.
pub(crate) fn sensitivity(
    bench: &Bench<'_>,
    full: &Part,
    leader: &Leader,
    flags: &[Flag],
) -> Vec<Sensitivity> {
    let parts = parts(bench.items);
    let mut found: Vec<Sensitivity> = parts
        .into_par_iter()
        .map(|(without, is_in)| judged_without(bench, full, leader, flags, without, &is_in))
        .collect();
    let now = leader.chance.get();
    let moved =
        |without: &Sensitivity| without.leading.map_or(now, |then| (then.get() - now).abs());
    found.sort_by(|left, right| {
        moved(right).total_cmp(&moved(left)).then_with(|| left.without.cmp(&right.without))
    });
    found
}

/// The parts of the evidence that say anything; by item, true if the item is in the part.
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
    let mut listed: BTreeSet<Vec<bool>> = BTreeSet::new();
    let parts = parts.into_iter().map(|without| {
        let inside: Vec<bool> = items.iter().map(|item| is_in(&without, item)).collect();
        (without, inside)
    });
    parts.filter(|(_, inside)| listed.insert(inside.clone())).collect()
}

fn judged_without(
    bench: &Bench<'_>,
    full: &Part,
    leader: &Leader,
    flags: &[Flag],
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
    let items = bench.items.iter().zip(is_in).filter(|(_, inside)| **inside);
    Sensitivity {
        without,
        items: items.map(|(item, _)| item.evidence.id.clone()).collect(),
        leading: Some(chance_of(bench.authors, &posterior, leader)),
        leads: leads::leader(bench.authors, &posterior).leads,
    }
}
