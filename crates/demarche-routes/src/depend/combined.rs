//! From the hegemony towards single origins to that towards a whole target.

use std::collections::BTreeMap;

use demarche_case::assessment::routes::Score;

use super::hegemony::{Views, trimmed};
use super::score::score;

/// The views of one origin and its weight in the target; weights are scaled to sum to 1.
pub(crate) struct Part {
    pub(crate) weight: f64,
    pub(crate) views: Views,
}

/// The score of every group for the whole target.
///
/// The trimmed score is the weighted mean of the origins' trimmed scores, as country hegemony is published;
/// mean and spread are those of the hosts' weighted sums.
pub(crate) fn combined(parts: &[Part], hosts: usize, trim: f64) -> BTreeMap<u32, Score> {
    let total: f64 = parts.iter().map(|part| part.weight).sum();
    let mut groups: BTreeMap<u32, (f64, BTreeMap<u16, f64>)> = BTreeMap::new();
    for part in parts.iter().filter(|_| total > 0.0) {
        let weight = part.weight / total;
        for (group, host, share) in &part.views {
            *groups.entry(*group).or_default().1.entry(*host).or_default() += weight * share;
        }
        for (group, score) in trimmed(&part.views, hosts, trim) {
            groups.entry(group).or_default().0 += weight * score;
        }
    }
    let scored = groups.into_iter().map(|(group, (trimmed, values))| {
        let mut values: Vec<f64> = values.into_values().collect();
        (group, Score { trimmed, ..score(&mut values, hosts, trim) })
    });
    scored.collect()
}
