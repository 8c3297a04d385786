//! The effect of a cut, one origin after the other: the plain way, by which the quick one is tested.

use demarche_case::number::float;
use std::collections::{BTreeMap, BTreeSet};

use super::super::{
    CutAnswer, DoubtfulUse, Growth, Internet, OriginEffect, Origins, Reach, Resolved, Share, ratio,
};
use super::dependants;
use crate::{AsIndex, Propagator, Restriction, RouteClass, RoutingTree, Topology};

/// Most gainers and losers listed.
const SHIFTS: usize = 20;

pub(crate) fn of(internet: &Internet<'_>, origins: &Origins, cut: &Resolved) -> CutAnswer {
    let mut comparison = Comparison::new(internet, origins, &cut.restriction);
    let topology = internet.topology;
    let mut before = Propagator::new(topology);
    let mut after = Propagator::new(topology);
    for (origin, weight) in &origins.known {
        let before = before.run(*origin, &Restriction::none());
        let mut restriction = cut.restriction.clone();
        if !cut.is_removal {
            // An origin does not refuse itself.
            restriction.ases.remove(origin);
        }
        let after = after.run(*origin, &restriction);
        comparison.add(before, after, *weight);
    }
    comparison.finish()
}

/// For each AS whether its path differs; ASes without a route afterwards are not marked.
pub(crate) fn changed(before: &RoutingTree, after: &RoutingTree, ases: usize) -> Vec<bool> {
    let mut changed = vec![false; ases];
    for index in after.order() {
        let next = after.next_hop(*index);
        changed[index.get()] =
            before.next_hop(*index) != next || next.is_some_and(|next| changed[next.get()]);
    }
    changed
}

struct Comparison<'c> {
    internet: &'c Internet<'c>,
    restriction: &'c Restriction,
    is_target: Vec<bool>,
    outside: u64,
    outside_addresses: u64,
    answer: CutAnswer,
    lost: BTreeSet<AsIndex>,
    rerouted: BTreeSet<AsIndex>,
    /// Sums over the origins, each by its weight: routes that remain, and those of them by another path.
    remaining: f64,
    elsewhere: f64,
    growth: BTreeMap<i64, f64>,
    entries: Sides,
    transit: Sides,
}

/// A weighted number of routes for each AS, and of all, before and after.
struct Sides {
    per_origin: Vec<[f64; 2]>,
    all: [f64; 2],
}

impl Sides {
    fn new(topology: &Topology) -> Self {
        Self { per_origin: vec![[0.0; 2]; topology.len()], all: [0.0; 2] }
    }

    fn shares<'s>(&'s self, topology: &'s Topology) -> impl Iterator<Item = Share> + 's {
        let share = |part: f64, all: f64| if all > 0.0 { part / all } else { 0.0 };
        let used = move |index: AsIndex| {
            let [before, after] = self.per_origin[index.get()];
            (before > 0.0 || after > 0.0).then(|| Share {
                network: topology.asn(index),
                before: share(before, self.all[0]),
                after: share(after, self.all[1]),
            })
        };
        topology.ases().filter_map(used)
    }
}

impl<'c> Comparison<'c> {
    fn new(internet: &'c Internet<'c>, origins: &Origins, restriction: &'c Restriction) -> Self {
        let topology = internet.topology;
        let is_target = origins.flags(topology);
        let outside = internet.hit(topology.ases().filter(|index| !is_target[index.get()]));
        let doubtful = internet.doubtful.iter().map(|(link, _)| DoubtfulUse {
            link: *link,
            before: 0,
            after: 0,
        });
        Self {
            internet,
            restriction,
            outside: outside.networks,
            outside_addresses: outside.addresses,
            answer: CutAnswer {
                dependants: dependants(internet, origins, &is_target),
                doubtful: doubtful.collect(),
                ..CutAnswer::default()
            },
            is_target,
            lost: BTreeSet::new(),
            rerouted: BTreeSet::new(),
            remaining: 0.0,
            elsewhere: 0.0,
            growth: BTreeMap::new(),
            entries: Sides::new(topology),
            transit: Sides::new(topology),
        }
    }

    fn add(&mut self, before: &RoutingTree, after: &RoutingTree, weight: f64) {
        let rerouted_share = self.compare(before, after, weight);
        let effect = OriginEffect {
            origin: self.internet.topology.asn(before.origin()),
            weight,
            before: self.reach(before),
            after: self.reach(after),
            rerouted_share,
        };
        self.answer.before = self.answer.before.plus(effect.before, weight);
        self.answer.after = self.answer.after.plus(effect.after, weight);
        self.answer.origins.push(effect);
        for (side, tree) in [before, after].into_iter().enumerate() {
            self.count_entries(tree, side, weight);
            self.count_transit(tree, side, weight);
            self.count_doubtful(tree, side);
        }
    }

    /// Counts the networks that lose or change their route, and returns the share of those that change it.
    fn compare(&mut self, before: &RoutingTree, after: &RoutingTree, weight: f64) -> f64 {
        let changed = changed(before, after, self.is_target.len());
        let (mut remaining, mut elsewhere) = (0, 0);
        for index in before.order().iter().filter(|index| !self.is_target[index.get()]) {
            let (Some(had), Some(has)) = (before.hops(*index), after.hops(*index)) else {
                if !self.restriction.ases.contains(index) {
                    self.lost.insert(*index);
                }
                continue;
            };
            remaining += 1;
            if changed[index.get()] {
                elsewhere += 1;
                self.rerouted.insert(*index);
            }
            *self.growth.entry(i64::from(has) - i64::from(had)).or_insert(0.0) += weight;
        }
        self.remaining += weight * float(remaining);
        self.elsewhere += weight * float(elsewhere);
        ratio(elsewhere, remaining)
    }

    fn reach(&self, tree: &RoutingTree) -> Reach {
        let (mut class, mut hops, mut addresses) = ([0_u64; 4], 0, 0_u64);
        for index in tree.order().iter().filter(|index| !self.is_target[index.get()]) {
            class[tree.class(*index).map_or(0, |class| class as usize)] += 1;
            hops += tree.hops(*index).map_or(0, u64::from);
            addresses += self.internet.addresses[index.get()];
        }
        let networks: u64 = class.iter().sum();
        let of = |wanted: RouteClass| float(class[wanted as usize]);
        Reach {
            networks: float(networks),
            customer: of(RouteClass::Customer),
            peer: of(RouteClass::Peer),
            provider: of(RouteClass::Provider),
            network_share: ratio(networks, self.outside),
            address_share: ratio(addresses, self.outside_addresses),
            mean_hops: ratio(hops, networks),
        }
    }

    /// The entry of a path is its last AS before the first of the target.
    fn count_entries(&mut self, tree: &RoutingTree, side: usize, weight: f64) {
        let mut entry = vec![AsIndex::NONE; self.is_target.len()];
        for index in tree.order().iter().filter(|index| !self.is_target[index.get()]) {
            let Some(next) = tree.next_hop(*index) else { continue };
            entry[index.get()] =
                if self.is_target[next.get()] { *index } else { entry[next.get()] };
            self.entries.per_origin[entry[index.get()].get()][side] += weight;
            self.entries.all[side] += weight;
        }
    }

    /// Routes through an AS, its own left out.
    fn count_transit(&mut self, tree: &RoutingTree, side: usize, weight: f64) {
        let counts: Vec<u64> = self.is_target.iter().map(|target| u64::from(!target)).collect();
        let carried = tree.carried(&counts);
        for index in tree.order().iter().filter(|index| !self.is_target[index.get()]) {
            self.transit.per_origin[index.get()][side] += weight * float(carried[index.get()] - 1);
            self.transit.all[side] += weight;
        }
    }

    fn count_doubtful(&mut self, tree: &RoutingTree, side: usize) {
        if self.internet.doubtful.is_empty() {
            return;
        }
        let counts: Vec<u64> = self.is_target.iter().map(|target| u64::from(!target)).collect();
        let carried = tree.carried(&counts);
        for ((_, link), used) in self.internet.doubtful.iter().zip(&mut self.answer.doubtful) {
            let (left, right) = link.ends();
            for (index, via) in [(left, right), (right, left)] {
                if tree.next_hop(index) == Some(via) {
                    let routes = carried[index.get()];
                    *(if side == 0 { &mut used.before } else { &mut used.after }) += routes;
                }
            }
        }
    }

    fn finish(self) -> CutAnswer {
        let Self { internet, mut answer, remaining, .. } = self;
        let topology = internet.topology;
        let share = |part: f64| if remaining > 0.0 { part / remaining } else { 0.0 };
        answer.lost = internet.hit(self.lost.into_iter());
        answer.rerouted = internet.hit(self.rerouted.into_iter());
        answer.rerouted_share = share(self.elsewhere);
        answer.growth = self
            .growth
            .into_iter()
            .filter(|(_, routes)| *routes > 0.0)
            .map(|(hops, routes)| Growth { hops, share: share(routes) })
            .collect();
        answer.entries = self.entries.shares(topology).collect();
        answer.entries.sort_by(|left, right| {
            let key = |share: &Share| (share.before, share.after);
            key(right).partial_cmp(&key(left)).unwrap_or(std::cmp::Ordering::Equal)
        });
        answer.shifts = self.transit.shares(topology).collect();
        let size = |share: &Share| (share.after - share.before).abs();
        answer.shifts.retain(|share| size(share) > 0.0);
        answer.shifts.sort_by(|left, right| size(right).total_cmp(&size(left)));
        answer.shifts.truncate(SHIFTS);
        answer.doubtful.retain(|used| used.before > 0 || used.after > 0);
        answer
    }
}
