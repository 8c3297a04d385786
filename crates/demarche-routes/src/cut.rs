//! The effect of networks or links that no longer carry a target.
//!
//! A *target* is a set of origins, each with its number of addresses. There are two kinds of cut, and they are not the same to everyone else:
//!
//! - a **refusal**: networks drop the announcements of the target and carry all others as before. Only routes to the target change.
//! - a **removal** (*severing*): networks or links vanish for everyone. Routes between third parties are lost or change too, and [`Collateral`] says how many.
//!
//! The routes are those of [`mod@crate::propagate`], before and after. Two facts keep the work small:
//!
//! **Removing what nobody uses changes nothing.** Let `T` be the routes that all ASes pick to an origin, and `e` a link that no path of `T` uses, or an AS that is nobody's next hop in `T`.
//! Every AS picks the best of what its neighbours offer. Take `T` as it stands in the graph without `e`: each AS (other than `e`) still picks its route from an offer that is still there, since neither its link nor its next hop is `e`, and the offers that are gone had been turned down for it.
//! So `T` is stable without `e`. There is no other stable state: class and length of a route, read as one number, are larger than those of the route it extends, so the routes are settled one after the other in ascending order of that number (the argument of Dijkstra's algorithm; Sobrinho, "Network Routing with Path Vector Protocols", SIGCOMM 2003, for the general case), whatever circles the provider links run in.
//! Therefore only origins whose tree uses what is removed are computed again, and of single networks only those that are a next hop.
//!
//! **The converse does not hold**: an AS whose own path avoids `e` may still be rerouted. A provider that loses a long customer route and falls back to a short one of another provider becomes *more* attractive to its customers. That is why the whole tree is computed again and not the part below `e`, and why paths can get shorter after a cut.
//!
//! What the answer does not know is what the model does not know: capacity, backup-only links, and whether an operator would obey.
//! A link that the caller knows to be doubtful, such as the forged path of 2013 by which AS51040 (the Pirate Party) appears as a customer of AS131279, stays in the graph for the target's own routes, and the answer names those that rest on it; but nobody is said to hang on the target by it, and collateral is computed without it.

mod answer;
mod counters;
mod effect;
mod pairs;
mod single;

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::Asn;
use demarche_case::number::float;

pub use answer::{
    Collateral, CutAnswer, Dependants, DoubtfulUse, Growth, Hit, OriginEffect, PairHit, Reach,
    Share, SingleRemoval, Worst,
};

use crate::{AsIndex, Link, Restriction, Topology};

/// The graph and what else is known of its networks.
#[derive(Clone, Debug)]
pub struct Internet<'a> {
    topology: &'a Topology,
    /// Addresses each AS announces.
    addresses: Vec<u64>,
    doubtful: Vec<((Asn, Asn), Link)>,
}

/// The networks or links that no longer carry the target. Countries are resolved to their networks by the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cut {
    /// These networks drop the target's announcements; an origin of the target among them drops those of the other
    /// origins, and goes on announcing its own.
    Refuse(BTreeSet<Asn>),
    /// These networks and links vanish for everyone.
    Sever {
        /// Networks, the target's own included where they are named.
        networks: BTreeSet<Asn>,
        /// Links, in either order.
        links: BTreeSet<(Asn, Asn)>,
    },
}

/// A target with its origins in the topology, ascending, and their shares, which sum to 1.
#[derive(Clone, Debug)]
struct Origins {
    known: Vec<(AsIndex, f64)>,
    /// The same shares as whole numbers, of which they are parts.
    weights: Vec<u64>,
    absent: Vec<Asn>,
}

/// A cut in terms of the topology.
struct Resolved {
    restriction: Restriction,
    is_removal: bool,
    absent_networks: Vec<Asn>,
    absent_links: Vec<(Asn, Asn)>,
}

impl<'a> Internet<'a> {
    /// `addresses` are those that each AS announces; `doubtful` are links of the topology that are likely false.
    #[must_use]
    pub fn new(
        topology: &'a Topology,
        addresses: &BTreeMap<Asn, u64>,
        doubtful: &BTreeSet<(Asn, Asn)>,
    ) -> Self {
        let of = |index| addresses.get(&topology.asn(index)).copied().unwrap_or(0);
        let known = |named: &(Asn, Asn)| {
            let link = topology.link(topology.index(named.0)?, topology.index(named.1)?)?;
            Some((*named, link))
        };
        Self {
            topology,
            addresses: topology.ases().map(of).collect(),
            doubtful: doubtful.iter().filter_map(known).collect(),
        }
    }

    /// Returns the effect of a cut on a target (origins and their weights, such as addresses) and on third parties.
    ///
    /// Weights that sum to 0 count as equal. A refusal takes two propagations an origin (milliseconds);
    /// a removal a batched propagation of all origins, and two more of those whose routes used what is removed (seconds), on the caller's rayon pool.
    ///
    /// ```
    /// use std::collections::{BTreeMap, BTreeSet};
    /// use demarche_case::Asn;
    /// use demarche_routes::{Relationship, Topology};
    /// use demarche_routes::cut::{Cut, Internet};
    ///
    /// let buys = |customer, provider| (Asn(provider), Asn(customer), Relationship::ProviderToCustomer);
    /// let topology = Topology::from_links([buys(131_279, 4837), buys(131_279, 22351), buys(4837, 3356), buys(22351, 3356)]);
    /// let internet = Internet::new(&topology, &BTreeMap::new(), &BTreeSet::new());
    /// let target = BTreeMap::from([(Asn(131_279), 1024)]);
    ///
    /// let one = internet.cut(&target, &Cut::Refuse([Asn(4837)].into()));
    /// assert_eq!((one.before.networks, one.after.networks, one.lost.networks), (3.0, 2.0, 0));
    /// let both = internet.cut(&target, &Cut::Refuse([Asn(4837), Asn(22351)].into()));
    /// assert_eq!(both.after.networks, 0.0);
    /// ```
    #[must_use]
    pub fn cut(&self, target: &BTreeMap<Asn, u64>, cut: &Cut) -> CutAnswer {
        let origins = self.origins(target);
        let resolved = self.resolve(cut);
        let mut answer = effect::of(self, &origins, &resolved);
        if resolved.is_removal {
            answer.collateral = Some(pairs::of(self, &origins, &resolved.restriction));
        }
        answer.absent_origins = origins.absent;
        answer.absent_networks = resolved.absent_networks;
        answer.absent_links = resolved.absent_links;
        answer
    }

    /// Returns the effect of each network's refusal, by itself, on the target: the strongest first.
    ///
    /// Only networks that carry some route of the target are listed; the refusal of any other changes nothing but its own
    /// route. An origin of the target that carries routes of the others is among them.
    /// For the target it is the same whether a network outside refuses or vanishes.
    /// The order is that of lost share, rerouted share and growth, each descending, and then of AS numbers.
    #[must_use]
    pub fn single_removals(&self, target: &BTreeMap<Asn, u64>) -> Vec<SingleRemoval> {
        single::removals(self, &self.origins(target))
    }

    fn origins(&self, target: &BTreeMap<Asn, u64>) -> Origins {
        let index_of = |asn: &Asn| self.topology.index(*asn);
        let known: Vec<_> =
            target.iter().filter_map(|(asn, weight)| Some((index_of(asn)?, *weight))).collect();
        let is_weighed = known.iter().any(|(_, weight)| *weight > 0);
        let weights = known.iter().map(|(_, weight)| if is_weighed { *weight } else { 1 });
        let sum: f64 = known.iter().map(|(_, weight)| float(*weight)).sum();
        let equal = 1.0 / float(known.len().max(1));
        let share = |weight: u64| if sum > 0.0 { float(weight) / sum } else { equal };
        Origins {
            weights: weights.collect(),
            known: known.iter().map(|(index, weight)| (*index, share(*weight))).collect(),
            absent: target.keys().filter(|asn| index_of(asn).is_none()).copied().collect(),
        }
    }

    fn resolve(&self, cut: &Cut) -> Resolved {
        let no_links = BTreeSet::new();
        let (networks, links, is_removal) = match cut {
            Cut::Refuse(networks) => (networks, &no_links, false),
            Cut::Sever { networks, links } => (networks, links, true),
        };
        let index_of = |asn: &Asn| self.topology.index(*asn);
        let link = |link: &(Asn, Asn)| self.topology.link(index_of(&link.0)?, index_of(&link.1)?);
        Resolved {
            restriction: Restriction {
                ases: networks.iter().filter_map(index_of).collect(),
                links: links.iter().filter_map(link).collect(),
            },
            is_removal,
            absent_networks: networks
                .iter()
                .filter(|asn| index_of(asn).is_none())
                .copied()
                .collect(),
            absent_links: links.iter().filter(|named| link(named).is_none()).copied().collect(),
        }
    }

    fn hit(&self, networks: impl Iterator<Item = AsIndex>) -> Hit {
        networks.fold(Hit::default(), |hit, index| Hit {
            networks: hit.networks + 1,
            addresses: hit.addresses + self.addresses[index.get()],
        })
    }
}

impl Origins {
    /// For each AS, whether it is an origin of the target.
    fn flags(&self, topology: &Topology) -> Vec<bool> {
        let mut flags = vec![false; topology.len()];
        for (index, _) in &self.known {
            flags[index.get()] = true;
        }
        flags
    }
}

/// `part` of `whole`, 0 where there is nothing.
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { float(part) / float(whole) }
}
