//! Each network's refusal by itself, as lanes of a batch.
//!
//! Networks that no route tells apart are one ([`Merged`]): only who passes routes on can matter by its absence, and such a network stands for itself alone.

use std::collections::BTreeMap;

use demarche_case::number::float;
use rayon::prelude::*;

use super::{Hit, Internet, Origins, SingleRemoval, ratio};
use crate::merged::Merged;
use crate::propagate::{Lane, Mask, Memory, Picked, Sink, Sweep};
use crate::{AsIndex, Propagator, Restriction, RoutingTree};

/// Most lanes share most routes, as one network more or less changes little: wide masks are quicker here.
const WIDTH: usize = 8;

pub(crate) fn removals(internet: &Internet<'_>, origins: &Origins) -> Vec<SingleRemoval> {
    let flags = origins.flags(internet.topology);
    let outside = Outside::new(internet, &flags);
    let merged = &outside.merged;
    let topology = &merged.topology;
    let sweep = Sweep::new(topology);
    let mut removals: Vec<SingleRemoval> = topology
        .ases()
        .map(|index| SingleRemoval { network: topology.asn(index), ..SingleRemoval::default() })
        .collect();
    let mut is_listed = vec![false; topology.len()];
    let mut weights: BTreeMap<AsIndex, f64> = BTreeMap::new();
    for (origin, weight) in &origins.known {
        *weights.entry(merged.of(*origin)).or_insert(0.0) += weight;
    }
    let mut propagator = Propagator::new(topology);
    for (origin, weight) in &weights {
        let tree = propagator.run(*origin, &Restriction::none());
        let scene = Scene::new(&outside, tree);
        for (index, effect) in scene.removals(&sweep) {
            is_listed[index.get()] = true;
            removals[index.get()].add(&effect, *weight);
        }
    }
    let mut listed: Vec<SingleRemoval> = removals
        .into_iter()
        .zip(is_listed)
        .filter_map(|(removal, listed)| listed.then_some(removal))
        .collect();
    listed.sort_by(|left, right| {
        let by = |part: fn(&SingleRemoval) -> f64| part(right).total_cmp(&part(left));
        by(|removal| removal.lost_share)
            .then(by(|removal| removal.rerouted_share))
            .then(by(|removal| removal.growth))
            .then(left.network.cmp(&right.network))
    });
    listed
}

impl SingleRemoval {
    fn add(&mut self, part: &Self, weight: f64) {
        self.lost_networks += weight * part.lost_networks;
        self.lost_share += weight * part.lost_share;
        self.lost_address_share += weight * part.lost_address_share;
        self.rerouted_share += weight * part.rerouted_share;
        self.rerouted_address_share += weight * part.rerouted_address_share;
        self.growth += weight * part.growth;
    }
}

/// The graph with twins merged, and the outside networks for which each network stands.
struct Outside {
    merged: Merged,
    own: Vec<u64>,
    /// The addresses of these.
    addresses: Vec<u64>,
}

impl Outside {
    fn new(internet: &Internet<'_>, is_target: &[bool]) -> Self {
        let merged = Merged::new(internet.topology, |index| Some(u8::from(is_target[index.get()])));
        let hits: Vec<Hit> = merged
            .topology
            .ases()
            .map(|index| {
                let members = merged.members(index).iter().copied();
                internet.hit(members.filter(|member| !is_target[member.get()]))
            })
            .collect();
        Self {
            own: hits.iter().map(|hit| hit.networks).collect(),
            addresses: hits.iter().map(|hit| hit.addresses).collect(),
            merged,
        }
    }
}

/// One origin, and its routes while all are there.
struct Scene<'s> {
    outside: &'s Outside,
    tree: &'s RoutingTree,
    /// Outside networks with a route, their addresses, and the hops of their routes.
    routed: u64,
    addresses: u64,
    hops: u64,
}

impl<'s> Scene<'s> {
    fn new(outside: &'s Outside, tree: &'s RoutingTree) -> Self {
        let (mut routed, mut addresses, mut hops) = (0, 0, 0);
        for index in tree.order() {
            let vantages = outside.own[index.get()];
            routed += vantages;
            addresses += outside.addresses[index.get()];
            hops += vantages * tree.hops(*index).map_or(0, u64::from);
        }
        Self { outside, tree, routed, addresses, hops }
    }

    /// Only the absence of a next hop changes anything for others.
    fn removals(&self, sweep: &Sweep<'_>) -> Vec<(AsIndex, SingleRemoval)> {
        let mut carriers: Vec<AsIndex> =
            self.tree.order().iter().filter_map(|index| self.tree.next_hop(*index)).collect();
        carriers.sort_unstable();
        carriers.dedup();
        // An origin does not refuse itself.
        carriers.retain(|index| *index != self.tree.origin());
        carriers
            .par_chunks(sweep.capacity::<WIDTH>())
            .map_init(Memory::default, |memory, removed| self.batch(sweep, memory, removed))
            .flatten_iter()
            .collect()
    }

    fn batch(
        &self,
        sweep: &Sweep<'_>,
        memory: &mut Memory<WIDTH>,
        removed: &[AsIndex],
    ) -> Vec<(AsIndex, SingleRemoval)> {
        let without: Vec<Restriction> =
            removed.iter().map(|index| Restriction::without_ases([*index])).collect();
        let origin = self.tree.origin();
        let lanes: Vec<Lane<'_>> =
            without.iter().map(|restriction| Lane { origin, restriction }).collect();
        let mut moved = Moved::new(self.tree, self.outside);
        sweep.run(memory, &lanes, &mut moved);
        let hits = self.hits(&moved, removed);
        removed.iter().zip(hits).map(|(index, hit)| (*index, self.removal(&hit))).collect()
    }

    fn removal(&self, hit: &Hits) -> SingleRemoval {
        let routes = self.routed - hit.routes_lost;
        let hops = self.hops - hit.hops_before + hit.hops_after;
        SingleRemoval {
            lost_networks: float(hit.lost),
            lost_share: ratio(hit.lost, self.routed),
            lost_address_share: ratio(hit.lost_addresses, self.addresses),
            rerouted_share: ratio(hit.rerouted, self.routed),
            rerouted_address_share: ratio(hit.rerouted_addresses, self.addresses),
            growth: ratio(hops, routes) - ratio(self.hops, self.routed),
            ..SingleRemoval::default()
        }
    }

    /// Networks other than the removed one that lose their route or have another, and the hops of what is lost or moved.
    fn hits(&self, moved: &Moved<'_>, removed: &[AsIndex]) -> Vec<Hits> {
        let mut hits: Vec<Hits> = moved.hops[..removed.len()]
            .iter()
            .map(|hops| Hits { hops_after: *hops, ..Hits::default() })
            .collect();
        let mut full: Mask<WIDTH> = [0; WIDTH];
        for lane in 0..removed.len() {
            full[lane / 64] |= 1 << (lane % 64);
        }
        for index in self.outside.merged.topology.ases() {
            let vantages = self.outside.own[index.get()];
            let Some(hops) = self.tree.hops(index).filter(|_| vantages > 0) else { continue };
            let (addresses, hops) = (self.outside.addresses[index.get()], u64::from(hops));
            let (routed, changed) = (&moved.routed[index.get()], &moved.changed[index.get()]);
            for (word, ((full, routed), changed)) in
                full.iter().zip(routed).zip(changed).enumerate()
            {
                each_bit(word, full & !routed, |lane| {
                    hits[lane].routes_lost += vantages;
                    hits[lane].hops_before += vantages * hops;
                    if removed[lane] != index {
                        hits[lane].lost += vantages;
                        hits[lane].lost_addresses += addresses;
                    }
                });
                each_bit(word, *changed, |lane| {
                    hits[lane].hops_before += vantages * hops;
                    hits[lane].rerouted += vantages;
                    hits[lane].rerouted_addresses += addresses;
                });
            }
        }
        hits
    }
}

fn each_bit(word: usize, mut bits: u64, mut removals: impl FnMut(usize)) {
    while bits != 0 {
        removals(word * 64 + bits.trailing_zeros() as usize);
        bits &= bits - 1;
    }
}

#[derive(Clone, Copy, Default)]
struct Hits {
    lost: u64,
    lost_addresses: u64,
    rerouted: u64,
    rerouted_addresses: u64,
    /// Routes that are lost, that of the removed network included.
    routes_lost: u64,
    /// Hops of the routes that are lost or moved, before and after.
    hops_before: u64,
    hops_after: u64,
}

/// The lanes in which each AS has a route, and in which its path is not that of the tree.
struct Moved<'t> {
    tree: &'t RoutingTree,
    outside: &'t Outside,
    routed: Vec<Mask<WIDTH>>,
    changed: Vec<Mask<WIDTH>>,
    /// By lane, the hops of the routes that have moved; most lanes leave most routes as they are.
    hops: Vec<u64>,
}

impl<'t> Moved<'t> {
    fn new(tree: &'t RoutingTree, outside: &'t Outside) -> Self {
        let none = vec![[0; WIDTH]; outside.own.len()];
        let hops = vec![0; 64 * WIDTH];
        Self { tree, outside, routed: none.clone(), changed: none, hops }
    }
}

impl Sink<WIDTH> for Moved<'_> {
    fn origin(&mut self, index: AsIndex, lanes: &Mask<WIDTH>) {
        self.routed[index.get()] = *lanes;
    }

    #[inline]
    fn picked(&mut self, route: Picked<'_, WIDTH>) {
        let (index, via) = (route.index.get(), route.via.get());
        let is_old = self.tree.next_hop(route.index) == Some(route.via);
        let of_via = if is_old { self.changed[via] } else { [u64::MAX; WIDTH] };
        let moved: Mask<WIDTH> = std::array::from_fn(|word| route.lanes[word] & of_via[word]);
        self.changed[index].iter_mut().zip(&moved).for_each(|(all, new)| *all |= new);
        self.routed[index].iter_mut().zip(route.lanes).for_each(|(all, new)| *all |= new);
        let hops = self.outside.own[index] * u64::from(route.hops);
        for (word, bits) in moved.into_iter().enumerate() {
            each_bit(word, bits, |lane| self.hops[lane] += hops);
        }
    }
}
