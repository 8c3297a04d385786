//! The routes to one origin, the restrictions that they are under, and their sums.

use std::collections::BTreeSet;
use std::iter;

use crate::{AsIndex, Link};

/// ASes and links that a route may not use.
///
/// For the routes to *one* origin, an AS that refuses to carry them (it drops the announcement) is the same as an AS that has vanished: it has no route and passes none on.
/// The two differ in which origins they hit: a refusal only those that are refused, a removal all of them. That choice is made by whoever applies the restriction.
///
/// An origin that is itself restricted announces nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Restriction {
    /// ASes that have no route and pass none on.
    pub ases: BTreeSet<AsIndex>,
    /// Links over which no route passes, in either direction and of whatever kind.
    pub links: BTreeSet<Link>,
}

impl Restriction {
    /// Nothing is forbidden.
    #[must_use]
    pub const fn none() -> Self {
        Self { ases: BTreeSet::new(), links: BTreeSet::new() }
    }

    /// These ASes do not take part.
    #[must_use]
    pub fn without_ases(ases: impl IntoIterator<Item = AsIndex>) -> Self {
        Self { ases: ases.into_iter().collect(), links: BTreeSet::new() }
    }

    /// These links carry nothing.
    #[must_use]
    pub fn without_links(links: impl IntoIterator<Item = Link>) -> Self {
        Self { ases: BTreeSet::new(), links: links.into_iter().collect() }
    }

    /// Nothing is forbidden.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ases.is_empty() && self.links.is_empty()
    }
}

/// From whom an AS has its route, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteClass {
    /// The AS is the origin.
    Origin,
    /// A customer told it.
    Customer,
    /// A peer told it.
    Peer,
    /// A provider told it.
    Provider,
}

/// The route that one AS has picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// From whom it came.
    pub class: RouteClass,
    /// Links from the AS to the origin; 0 at the origin only.
    pub hops: u32,
    /// The AS that passed the route on; `None` at the origin only.
    pub next_hop: Option<AsIndex>,
}

/// A route in 8 bytes: class (2 bits), hops (30), next hop (32), so that the smaller is the preferred one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pick(u64);

impl Pick {
    pub(crate) const NOTHING: Self = Self(u64::MAX);
    pub(crate) const OWN: Self = Self(AsIndex::NONE.packed() as u64);

    /// The route that an AS with this one offers, in this class for whoever takes it.
    ///
    /// A path visits no AS twice, so 2^30 hops would take more ASes than memory holds.
    #[inline]
    pub(crate) const fn offer(self, class: RouteClass, from: AsIndex) -> Self {
        let hops = ((self.0 >> 32) + 1) & HOPS;
        Self((class as u64) << 62 | hops << 32 | from.packed() as u64)
    }

    #[inline]
    pub(crate) const fn class(self) -> Option<RouteClass> {
        if self.0 == Self::NOTHING.0 {
            return None;
        }
        Some(match self.0 >> 62 {
            0 => RouteClass::Origin,
            1 => RouteClass::Customer,
            2 => RouteClass::Peer,
            _ => RouteClass::Provider,
        })
    }

    #[inline]
    pub(crate) const fn hops(self) -> u32 {
        ((self.0 >> 32) & HOPS) as u32
    }

    #[expect(clippy::cast_possible_truncation, reason = "the lower half is the next hop")]
    const fn next_hop(self) -> AsIndex {
        AsIndex::unpacked(self.0 as u32)
    }
}

const HOPS: u64 = (1 << 30) - 1;

/// The sums over one lane's routes, without the origin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// ASes with a customer route.
    pub customer: u64,
    /// ASes with a peer route.
    pub peer: u64,
    /// ASes with a provider route.
    pub provider: u64,
    /// Links on all their paths.
    pub hops: u64,
}

impl Tally {
    /// ASes with a route.
    #[must_use]
    pub const fn reached(&self) -> u64 {
        self.customer + self.peer + self.provider
    }

    /// Links on the mean path; 0 where nobody has a route.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of ASes are far below 2^53")]
    pub fn mean_hops(&self) -> f64 {
        self.hops as f64 / self.reached().max(1) as f64
    }
}

/// The routes of all ASes to one origin: a tree, as everyone's path is their next hop's path and one hop more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutingTree {
    pub(crate) origin: AsIndex,
    pub(crate) picks: Vec<Pick>,
    /// All ASes with a route, each after its next hop.
    pub(crate) order: Vec<AsIndex>,
}

impl RoutingTree {
    /// The announcing AS.
    #[must_use]
    pub const fn origin(&self) -> AsIndex {
        self.origin
    }

    /// The route of an AS; `None` where it has none.
    #[must_use]
    pub fn route(&self, index: AsIndex) -> Option<Route> {
        let class = self.class(index)?;
        Some(Route { class, hops: self.picks[index.get()].hops(), next_hop: self.next_hop(index) })
    }

    /// From whom an AS has its route; `None` where it has none.
    #[must_use]
    pub fn class(&self, index: AsIndex) -> Option<RouteClass> {
        self.picks[index.get()].class()
    }

    /// Links from an AS to the origin; `None` where it has no route.
    #[must_use]
    pub fn hops(&self, index: AsIndex) -> Option<u32> {
        self.class(index).map(|_| self.picks[index.get()].hops())
    }

    /// Returns the AS that passed the route on to an AS; `None` at the origin and where there is no route.
    #[must_use]
    pub fn next_hop(&self, index: AsIndex) -> Option<AsIndex> {
        match self.class(index)? {
            RouteClass::Origin => None,
            RouteClass::Customer | RouteClass::Peer | RouteClass::Provider => {
                Some(self.picks[index.get()].next_hop())
            }
        }
    }

    /// The path from an AS to the origin, both included; empty where it has no route.
    pub fn path(&self, index: AsIndex) -> impl Iterator<Item = AsIndex> + '_ {
        iter::successors(self.class(index).map(|_| index), |current| self.next_hop(*current))
    }

    /// All ASes with a route, the origin first, and each after its next hop.
    ///
    /// Walked backwards, it sums whatever the ASes of each subtree hold.
    #[must_use]
    pub fn order(&self) -> &[AsIndex] {
        &self.order
    }

    /// Counts the *other* ASes that have a route.
    #[must_use]
    pub fn reached(&self) -> usize {
        self.order.iter().skip(1).len()
    }

    /// The routes by class, and their hops.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for index in &self.order {
            match self.class(*index) {
                None | Some(RouteClass::Origin) => {}
                Some(RouteClass::Customer) => tally.customer += 1,
                Some(RouteClass::Peer) => tally.peer += 1,
                Some(RouteClass::Provider) => tally.provider += 1,
            }
            tally.hops += u64::from(self.picks[index.get()].hops());
        }
        tally
    }

    /// For each AS, the weight of those whose path holds it, its own included.
    ///
    /// `weight` has one entry for each AS of the topology. The sums wrap at 2^64.
    ///
    /// # Panics
    ///
    /// If `weight` is shorter than the topology.
    #[must_use]
    pub fn carried(&self, weight: &[u64]) -> Vec<u64> {
        let mut carried = vec![0_u64; self.picks.len()];
        for index in self.order.iter().rev() {
            carried[index.get()] = carried[index.get()].wrapping_add(weight[index.get()]);
            if let Some(next) = self.next_hop(*index) {
                carried[next.get()] = carried[next.get()].wrapping_add(carried[index.get()]);
            }
        }
        carried
    }
}
