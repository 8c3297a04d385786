//! AS hegemony: the share of routes to an origin that pass through a network, robust against a lopsided view.
//!
//! Source: Fontugne, Shah and Aben (2018), "The (thin) bridges of AS connectivity: measuring dependency using
//! AS hegemony", PAM; the edge cases follow the values that the Internet Health Report publishes:
//! the peer's own network is on the path, the sessions of one network are averaged over those that see the
//! other network, networks that see nothing count as zero.

use std::collections::BTreeMap;

use demarche_case::assessment::routes::Score;

use super::hops::Hop;
use super::score::{score, trimmed_mean};
use super::weighed::{WeighedRoute, WeighedRoutes};

/// The weight of a route that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Addresses,
    Prefixes,
}

impl Weight {
    pub(crate) fn of(self, route: &WeighedRoute) -> f64 {
        match self {
            Self::Addresses => route.addresses,
            Self::Prefixes => route.prefixes,
        }
    }
}

/// The share of each group of networks that each host sees: `(group, host, share)`, by group and then by host, above zero.
pub(crate) type Views = Vec<(u32, u16, f64)>;

/// The share of the routes to one origin that pass through each group, as each host sees it.
///
/// `group` names the group a network belongs to, given its place on the path from the vantage point's own network at 0;
/// a path counts once for a group however often it enters it.
pub(crate) fn views(
    weighed: &WeighedRoutes,
    routes: &[WeighedRoute],
    weight: Weight,
    group: impl Fn(usize, u32) -> Option<u32>,
) -> Views {
    per_host(weighed, session_shares(weighed, routes, weight, group))
}

/// The same as each session sees it: `(group, session, share)`, by group and then by session, above zero.
pub(crate) fn session_shares(
    weighed: &WeighedRoutes,
    routes: &[WeighedRoute],
    weight: Weight,
    group: impl Fn(usize, u32) -> Option<u32>,
) -> Vec<(u32, u16, f64)> {
    let Some(origin) = routes.first().map(|route| route.origin) else { return Vec::new() };
    let mut hops = Vec::new();
    let mut passes: Vec<(u64, f64)> = Vec::new();
    for session in routes.chunk_by(|left, right| left.session == right.session) {
        let total: f64 = session.iter().map(|route| weight.of(route)).sum();
        if total <= 0.0 {
            continue;
        }
        for route in session {
            weighed.hops.on_the_way(route.path, origin, &mut hops);
            into_groups(&mut hops, &group);
            let share = weight.of(route) / total;
            passes
                .extend(hops.iter().map(|hop| (key(hop.asn, route.session), share * hop.share())));
        }
    }
    // Stable, so that the sums have one order.
    passes.sort_by_key(|(key, _)| *key);
    let sums = passes.chunk_by(|left, right| left.0 == right.0).filter_map(|run| {
        let (group, session) = unkey(run.first()?.0);
        Some((group, session, run.iter().map(|(_, share)| share).sum()))
    });
    sums.collect()
}

/// The order in which passes are summed: by group, then by session.
fn key(group: u32, session: u16) -> u64 {
    u64::from(group) << 16 | u64::from(session)
}

/// The group and session of a key.
fn unkey(key: u64) -> (u32, u16) {
    let group = u32::try_from(key >> 16).expect("packed from four bytes");
    (group, u16::try_from(key & 0xffff).expect("packed from two bytes"))
}

/// Replaces networks by their groups, each once, with the largest share.
fn into_groups(hops: &mut Vec<Hop>, group: &impl Fn(usize, u32) -> Option<u32>) {
    let mut kept = 0;
    for position in 0..hops.len() {
        let Some(hop) = hops.get(position).copied() else { break };
        let Some(asn) = group(position, hop.asn) else { continue };
        let (earlier, _) = hops.split_at_mut(kept);
        if let Some(run) = earlier.iter_mut().find(|earlier| earlier.asn == asn) {
            run.among = run.among.min(hop.among);
        } else if let Some(slot) = hops.get_mut(kept) {
            *slot = Hop { asn, ..hop };
            kept += 1;
        }
    }
    hops.truncate(kept);
}

/// Averages the sessions of a host over those that see the group.
fn per_host(weighed: &WeighedRoutes, shares: Vec<(u32, u16, f64)>) -> Views {
    let mut views = Views::new();
    let host = |session: u16| weighed.host_of.get(usize::from(session)).copied().flatten();
    let mut sessions: Vec<(u32, u16, f64)> = shares
        .into_iter()
        .filter_map(|(group, session, share)| Some((group, host(session)?, share)))
        .collect();
    sessions.sort_by_key(|(group, host, _)| (*group, *host));
    for run in sessions.chunk_by(|left, right| (left.0, left.1) == (right.0, right.1)) {
        if let Some((group, host, _)) = run.first() {
            let mean = run.iter().map(|(_, _, share)| share).sum::<f64>() / run.len() as f64;
            views.push((*group, *host, mean));
        }
    }
    views
}

/// The trimmed mean over all hosts for every group, those with zero left out.
pub(crate) fn trimmed(views: &Views, hosts: usize, trim: f64) -> Vec<(u32, f64)> {
    let mut values = Vec::new();
    let mut scores = Vec::new();
    for run in views.chunk_by(|left, right| left.0 == right.0) {
        values.clear();
        values.extend(run.iter().map(|(_, _, share)| *share));
        values.sort_unstable_by(f64::total_cmp);
        let score = trimmed_mean(&values, hosts, trim);
        if let Some((group, _, _)) = run.first().filter(|_| score > 0.0) {
            scores.push((*group, score));
        }
    }
    scores
}

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
