//! The target's own routes, before and after.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    CutAnswer, Dependants, DoubtfulUse, Growth, Internet, OriginEffect, Origins, Reach, Share,
    ratio,
};
use crate::{AsIndex, Link, Propagator, Restriction, RouteClass, RoutingTree, Topology};

/// Most gainers and losers listed.
const SHIFTS: usize = 20;

pub(crate) fn of(
    internet: &Internet<'_>,
    origins: &Origins,
    restriction: &Restriction,
) -> CutAnswer {
    let mut comparison = Comparison::new(internet, origins, restriction);
    let topology = internet.topology;
    let mut before = Propagator::new(topology);
    let mut after = Propagator::new(topology);
    for (origin, weight) in &origins.known {
        let before = before.run(*origin, &Restriction::none());
        let after = after.run(*origin, restriction);
        comparison.add(before, after, *weight);
    }
    comparison.finish()
}

/// For each AS whether its path differs; ASes without a route afterwards are not marked.
pub(crate) fn changed(before: &RoutingTree, after: &RoutingTree, ases: usize) -> Vec<bool> {
    let mut changed = vec![false; ases];
    for at in after.order() {
        let next = after.next_hop(*at);
        changed[at.get()] =
            before.next_hop(*at) != next || next.is_some_and(|next| changed[next.get()]);
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
    each: Vec<[f64; 2]>,
    all: [f64; 2],
}

impl Sides {
    fn new(topology: &Topology) -> Self {
        Self { each: vec![[0.0; 2]; topology.len()], all: [0.0; 2] }
    }

    fn shares<'s>(&'s self, topology: &'s Topology) -> impl Iterator<Item = Share> + 's {
        let share = |part: f64, all: f64| if all > 0.0 { part / all } else { 0.0 };
        let used = move |at: AsIndex| {
            let [before, after] = self.each[at.get()];
            (before > 0.0 || after > 0.0).then(|| Share {
                network: topology.asn(at),
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
        let outside = internet.hit(topology.ases().filter(|at| !is_target[at.get()]));
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

    /// Who loses its route, who has another; the share of the latter.
    fn compare(&mut self, before: &RoutingTree, after: &RoutingTree, weight: f64) -> f64 {
        let changed = changed(before, after, self.is_target.len());
        let (mut remaining, mut elsewhere) = (0, 0);
        for at in before.order().iter().filter(|at| !self.is_target[at.get()]) {
            let (Some(had), Some(has)) = (before.hops(*at), after.hops(*at)) else {
                if !self.restriction.ases.contains(at) {
                    self.lost.insert(*at);
                }
                continue;
            };
            remaining += 1;
            if changed[at.get()] {
                elsewhere += 1;
                self.rerouted.insert(*at);
            }
            *self.growth.entry(i64::from(has) - i64::from(had)).or_insert(0.0) += weight;
        }
        self.remaining += weight * count(remaining);
        self.elsewhere += weight * count(elsewhere);
        ratio(elsewhere, remaining)
    }

    fn reach(&self, tree: &RoutingTree) -> Reach {
        let (mut class, mut hops, mut addresses) = ([0_u64; 4], 0, 0_u64);
        for at in tree.order().iter().filter(|at| !self.is_target[at.get()]) {
            class[tree.class(*at).map_or(0, |class| class as usize)] += 1;
            hops += tree.hops(*at).map_or(0, u64::from);
            addresses = addresses.saturating_add(self.internet.addresses[at.get()]);
        }
        let networks: u64 = class.iter().sum();
        let of = |wanted: RouteClass| count(class[wanted as usize]);
        Reach {
            networks: count(networks),
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
        for at in tree.order().iter().filter(|at| !self.is_target[at.get()]) {
            let Some(next) = tree.next_hop(*at) else { continue };
            entry[at.get()] = if self.is_target[next.get()] { *at } else { entry[next.get()] };
            self.entries.each[entry[at.get()].get()][side] += weight;
            self.entries.all[side] += weight;
        }
    }

    /// Routes through an AS, its own left out.
    fn count_transit(&mut self, tree: &RoutingTree, side: usize, weight: f64) {
        let own: Vec<u64> = self.is_target.iter().map(|target| u64::from(!target)).collect();
        let carried = tree.carried(&own);
        for at in tree.order().iter().filter(|at| !self.is_target[at.get()]) {
            self.transit.each[at.get()][side] += weight * count(carried[at.get()] - 1);
            self.transit.all[side] += weight;
        }
    }

    fn count_doubtful(&mut self, tree: &RoutingTree, side: usize) {
        if self.internet.doubtful.is_empty() {
            return;
        }
        let own: Vec<u64> = self.is_target.iter().map(|target| u64::from(!target)).collect();
        let carried = tree.carried(&own);
        for ((_, link), used) in self.internet.doubtful.iter().zip(&mut self.answer.doubtful) {
            let (one, other) = link.ends();
            for (at, via) in [(one, other), (other, one)] {
                if tree.next_hop(at) == Some(via) {
                    let routes = carried[at.get()];
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
        answer.entries.sort_by(|one, other| {
            let key = |share: &Share| (share.before, share.after);
            key(other).partial_cmp(&key(one)).unwrap_or(std::cmp::Ordering::Equal)
        });
        answer.shifts = self.transit.shares(topology).collect();
        let size = |share: &Share| (share.after - share.before).abs();
        answer.shifts.retain(|share| size(share) > 0.0);
        answer.shifts.sort_by(|one, other| size(other).total_cmp(&size(one)));
        answer.shifts.truncate(SHIFTS);
        answer.doubtful.retain(|used| used.before > 0 || used.after > 0);
        answer
    }
}

impl Reach {
    /// Adds a part of another, for a weighted mean.
    fn plus(self, other: Self, weight: f64) -> Self {
        // Hops are a mean over routes, so an origin that nobody hears has no say in them; see below.
        Self {
            networks: other.networks.mul_add(weight, self.networks),
            customer: other.customer.mul_add(weight, self.customer),
            peer: other.peer.mul_add(weight, self.peer),
            provider: other.provider.mul_add(weight, self.provider),
            network_share: other.network_share.mul_add(weight, self.network_share),
            address_share: other.address_share.mul_add(weight, self.address_share),
            mean_hops: {
                let routes = other.networks.mul_add(weight, self.networks);
                let hops =
                    self.mean_hops * self.networks + other.mean_hops * other.networks * weight;
                if routes > 0.0 { hops / routes } else { 0.0 }
            },
        }
    }
}

/// Customers of the target that are not of it, doubtful links left out.
fn dependants(internet: &Internet<'_>, origins: &Origins, is_target: &[bool]) -> Dependants {
    let topology = internet.topology;
    let doubted: BTreeSet<Link> = internet.doubtful.iter().map(|(_, link)| *link).collect();
    let sound = |one: AsIndex, other: AsIndex| !doubted.contains(&Link::new(one, other));
    let mut below = BTreeSet::new();
    let mut open: Vec<AsIndex> = origins.known.iter().map(|(at, _)| *at).collect();
    while let Some(at) = open.pop() {
        let customers = topology.customers(at).iter().copied().filter(|to| sound(at, *to));
        open.extend(customers.filter(|to| !is_target[to.get()] && below.insert(*to)));
    }
    // Whoever has another way out frees its customers, and so on down.
    let mut captive = below.clone();
    let has_way_out = |at: AsIndex, captive: &BTreeSet<AsIndex>| {
        let providers = topology.providers(at).iter().filter(|up| sound(at, **up));
        let peers = topology.peers(at).iter().filter(|peer| sound(at, **peer));
        let outside = |other: &AsIndex| !is_target[other.get()] && !captive.contains(other);
        providers.chain(peers).copied().any(|other| outside(&other))
    };
    let mut open: Vec<AsIndex> = below.iter().copied().collect();
    while let Some(at) = open.pop() {
        if captive.contains(&at) && has_way_out(at, &captive) {
            captive.remove(&at);
            open.extend(topology.customers(at).iter().chain(topology.peers(at)));
        }
    }
    Dependants {
        customers: internet.hit(below.iter().copied()),
        captive: internet.hit(captive.iter().copied()),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of ASes are far below 2^53")]
fn count(number: u64) -> f64 {
    number as f64
}
