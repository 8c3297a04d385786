//! The networks around a target, ready to be drawn in layers.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::routes::{ConnectivityMap, LinkKind, MapLink, MapNode, Target};
use demarche_case::{Asn, DoubtfulLink};

use demarche_case::number::float;

use crate::propagate::{Propagator, Restriction};
use crate::routing_data::RoutingData;
use crate::topology::{AsIndex, Topology};

/// More networks than this make a drawing nobody can read.
const DRAWN: usize = 40;

/// More of the target's own networks than this leave no room for the others.
const ORIGINS_DRAWN: usize = 8;

/// Origins beyond these carry too little of a target to change its picture.
const ORIGINS: usize = 256;

/// The networks and links that carry most of the modelled routes to a target.
///
/// Empty where none of its networks is in the graph.
pub(crate) fn map(
    routing_data: &RoutingData,
    target: &Target,
    key: &BTreeSet<Asn>,
) -> ConnectivityMap {
    let Some(topology) = &routing_data.topology else { return ConnectivityMap::default() };
    let flows = Flows::new(topology, target);
    let core: BTreeSet<AsIndex> = topology.core().into_iter().collect();
    let mut ranked: Vec<AsIndex> = flows.shares.keys().copied().collect();
    // The target's largest networks and the key ones are always drawn; its smaller ones are not.
    ranked.retain(|index| flows.layer(*index) > 0 || flows.main.contains(index));
    let must = |index: AsIndex| flows.layer(index) == 0 || key.contains(&topology.asn(index));
    ranked.sort_by(|left, right| {
        let share = |index: &AsIndex| flows.shares.get(index).copied().unwrap_or(0.0);
        must(*right)
            .cmp(&must(*left))
            .then(share(right).total_cmp(&share(left)))
            .then(left.cmp(right))
    });
    let doubted: BTreeMap<(Asn, Asn), &DoubtfulLink> = routing_data
        .doubtful
        .iter()
        .flat_map(|link| [((link.left, link.right), link), ((link.right, link.left), link)])
        .collect();
    let mut drawn: BTreeSet<AsIndex> = ranked.iter().take(DRAWN).copied().collect();
    let passes = |index: &AsIndex| flows.shares.get(index).is_some_and(|share| *share > 0.0);
    let left_out =
        flows.layers.keys().filter(|index| passes(index) && !drawn.contains(index)).count() as u64;
    let suspects = flows.layers.iter().filter(|(_, layer)| **layer == 0).flat_map(|(index, _)| {
        let near = topology.asn(*index);
        doubted
            .keys()
            .filter(move |(left, _)| *left == near)
            .filter_map(|(_, far)| topology.index(*far))
    });
    drawn.extend(suspects.collect::<Vec<_>>());
    let mut nodes: Vec<MapNode> = drawn
        .iter()
        .map(|index| MapNode {
            network: routing_data.network(topology.asn(*index)),
            layer: flows.layer(*index),
            share: flows.shares.get(index).copied().unwrap_or(0.0),
            is_core: core.contains(index),
            is_key: key.contains(&topology.asn(*index)),
        })
        .collect();
    nodes.sort_by(|left, right| {
        left.layer
            .cmp(&right.layer)
            .then(right.share.total_cmp(&left.share))
            .then(left.network.cmp(&right.network))
    });
    ConnectivityMap {
        links: flows.links(routing_data, topology, &drawn, &doubted),
        nodes,
        left_out,
    }
}

/// The share of the routes that passes each network and link.
struct Flows {
    shares: BTreeMap<AsIndex, f64>,
    links: BTreeMap<(AsIndex, AsIndex), f64>,
    /// The fewest hops from any origin.
    layers: BTreeMap<AsIndex, u32>,
    /// The origins with most addresses.
    main: BTreeSet<AsIndex>,
}

impl Flows {
    fn new(topology: &Topology, target: &Target) -> Self {
        let mut flows = Self {
            shares: BTreeMap::new(),
            links: BTreeMap::new(),
            layers: BTreeMap::new(),
            main: BTreeSet::new(),
        };
        let mut origins: Vec<(AsIndex, u64)> = target
            .origins
            .iter()
            .filter_map(|origin| {
                Some((topology.index(origin.network.asn)?, origin.ipv4_addresses.max(1)))
            })
            .collect();
        let total: u64 = origins.iter().map(|(_, addresses)| addresses).sum();
        origins.sort_by_key(|(index, addresses)| (std::cmp::Reverse(*addresses), *index));
        flows.main = origins.iter().take(ORIGINS_DRAWN).map(|(index, _)| *index).collect();
        let mut propagator = Propagator::new(topology);
        let ones = vec![1; topology.len()];
        for (origin, addresses) in origins.into_iter().take(ORIGINS) {
            let tree = propagator.run(origin, &Restriction::none());
            let reached = float(tree.reached().max(1));
            let weight = float(addresses) / float(total);
            let carried = tree.carried(&ones);
            flows.layers.insert(origin, 0);
            flows.shares.insert(origin, weight);
            for index in tree.order().iter().skip(1) {
                let share = weight * float(carried[index.get()]) / reached;
                // Networks that carry only themselves are the vantage points, not the way.
                let is_way = carried.get(index.get()).is_some_and(|carried| *carried > 1);
                let hops = tree.hops(*index).expect("an AS in the order has a route");
                if !is_way && hops > 1 {
                    continue;
                }
                let layer = flows.layers.entry(*index).or_insert(hops);
                *layer = hops.min(*layer);
                if *layer > 0 {
                    *flows.shares.entry(*index).or_default() += share;
                }
                if let Some(near) = tree.next_hop(*index) {
                    *flows.links.entry((near, *index)).or_default() += share;
                }
            }
            for provider in topology.providers(origin).iter().chain(topology.peers(origin)) {
                flows.layers.entry(*provider).or_insert(1);
                flows.shares.entry(*provider).or_default();
                flows.links.entry((origin, *provider)).or_default();
            }
        }
        flows
    }

    fn layer(&self, index: AsIndex) -> u32 {
        self.layers.get(&index).copied().unwrap_or(1)
    }

    fn links(
        &self,
        routing_data: &RoutingData,
        topology: &Topology,
        drawn: &BTreeSet<AsIndex>,
        doubted: &BTreeMap<(Asn, Asn), &DoubtfulLink>,
    ) -> Vec<MapLink> {
        let mut links: BTreeMap<(AsIndex, AsIndex), f64> = self.links.clone();
        for (left, right) in doubted.keys() {
            if let Some((left, right)) = topology.index(*left).zip(topology.index(*right))
                && self.layers.get(&left) == Some(&0)
            {
                links.entry((left, right)).or_default();
            }
        }
        links
            .into_iter()
            .filter(|((near, far), _)| drawn.contains(near) && drawn.contains(far))
            .filter(|((near, far), share)| {
                *share > 0.0
                    || self.layer(*near) < self.layer(*far)
                    || doubted.contains_key(&(topology.asn(*near), topology.asn(*far)))
            })
            .map(|((near, far), share)| {
                let (near_asn, far_asn) = (topology.asn(near), topology.asn(far));
                MapLink {
                    near: near_asn,
                    far: far_asn,
                    kind: routing_data.relationship(near_asn, far_asn).unwrap_or(LinkKind::Peer),
                    share,
                    doubt: doubted.get(&(near_asn, far_asn)).map(|link| link.reason.clone()),
                }
            })
            .collect()
    }
}
