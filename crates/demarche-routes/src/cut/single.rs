//! Each network's refusal by itself.
//!
//! Networks that no route tells apart are one ([`Merged`]): only who passes routes on can matter by its absence, and such a network stands for itself alone.
//! The routes without it are worked out from those with it ([`Absences`]), as most refusals leave most routes as they are.

use std::collections::BTreeMap;

use demarche_case::number::float;
use rayon::prelude::*;

use super::{Hit, Internet, Origins, SingleRemoval, ratio};
use crate::merged::Merged;
use crate::propagate::{Absences, Moved};
use crate::{AsIndex, Propagator, Restriction, RoutingTree};

/// The effects for so many origins are held at a time: some 20 MB on the internet of 2014.
const HELD: usize = 64;

pub(crate) fn removals(internet: &Internet<'_>, origins: &Origins) -> Vec<SingleRemoval> {
    let flags = origins.flags(internet.topology);
    let outside = Outside::new(internet, &flags);
    let merged = &outside.merged;
    let topology = &merged.topology;
    let mut removals: Vec<SingleRemoval> = topology
        .ases()
        .map(|index| SingleRemoval { network: topology.asn(index), ..SingleRemoval::default() })
        .collect();
    let mut is_listed = vec![false; topology.len()];
    let mut weights: BTreeMap<AsIndex, f64> = BTreeMap::new();
    for (origin, weight) in &origins.known {
        *weights.entry(merged.of(*origin)).or_insert(0.0) += weight;
    }
    let weights: Vec<(AsIndex, f64)> = weights.into_iter().collect();
    for batch in weights.chunks(HELD) {
        let effects: Vec<Vec<(AsIndex, SingleRemoval)>> = batch
            .par_iter()
            .map_init(
                || (Propagator::new(topology), Absences::new(topology)),
                |(propagator, absences), (origin, _)| {
                    let tree = propagator.run(*origin, &Restriction::none());
                    absences.towards(tree);
                    outside.removals(absences, tree)
                },
            )
            .collect();
        // One origin after the other, so that the sums do not depend on the threads.
        for (of_origin, (_, weight)) in effects.iter().zip(batch) {
            for (index, effect) in of_origin {
                is_listed[index.get()] = true;
                removals[index.get()].add(effect, *weight);
            }
        }
    }
    ranked(removals.into_iter().zip(is_listed))
}

fn ranked(all: impl Iterator<Item = (SingleRemoval, bool)>) -> Vec<SingleRemoval> {
    let mut listed: Vec<SingleRemoval> =
        all.filter_map(|(removal, is_listed)| is_listed.then_some(removal)).collect();
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

impl Outside {
    /// The effect of each carrier's absence on the routes of a tree, whose origin does not refuse itself.
    fn removals(
        &self,
        absences: &mut Absences<'_>,
        tree: &RoutingTree,
    ) -> Vec<(AsIndex, SingleRemoval)> {
        let mut all = Whole::default();
        for index in tree.order() {
            let vantages = self.own[index.get()];
            all.routed += vantages;
            all.addresses += self.addresses[index.get()];
            all.hops += vantages * tree.hops(*index).map_or(0, u64::from);
        }
        let carriers = absences.carriers();
        let effect = |carrier| {
            let mut hits = Hits::default();
            absences.without(carrier, |moved| hits.add(self, &moved, carrier));
            (carrier, all.removal(&hits))
        };
        carriers.into_iter().map(effect).collect()
    }
}

/// Outside networks with a route to an origin while all are there, their addresses, and the hops of their routes.
#[derive(Clone, Copy, Debug, Default)]
struct Whole {
    routed: u64,
    addresses: u64,
    hops: u64,
}

impl Whole {
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
}

/// Networks other than the absent one that lose their route or have another, and the hops of what is lost or moved.
#[derive(Clone, Copy, Debug, Default)]
struct Hits {
    lost: u64,
    lost_addresses: u64,
    rerouted: u64,
    rerouted_addresses: u64,
    /// Routes that are lost, that of the absent network included.
    routes_lost: u64,
    /// Hops of the routes that are lost or moved, before and after.
    hops_before: u64,
    hops_after: u64,
}

impl Hits {
    fn add(&mut self, outside: &Outside, moved: &Moved, absent: AsIndex) {
        let (vantages, addresses) =
            (outside.own[moved.index.get()], outside.addresses[moved.index.get()]);
        self.hops_before += vantages * u64::from(moved.before);
        match moved.after {
            Some(hops) => {
                self.hops_after += vantages * u64::from(hops);
                self.rerouted += vantages;
                self.rerouted_addresses += addresses;
            }
            None => {
                self.routes_lost += vantages;
                if moved.index != absent {
                    self.lost += vantages;
                    self.lost_addresses += addresses;
                }
            }
        }
    }
}
