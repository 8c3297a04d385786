use std::iter;

use crate::AsIndex;

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
    /// Who passed it on; `None` at the origin only.
    pub next_hop: Option<AsIndex>,
}

/// The routes of all ASes to one origin: a tree, as everyone's path is their next hop's path and one hop more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoutingTree {
    pub(super) origin: AsIndex,
    /// `None` where there is no route.
    pub(super) class: Vec<Option<RouteClass>>,
    /// Meaningless without a class, as is the next hop.
    pub(super) hops: Vec<u32>,
    /// [`AsIndex::NONE`] at the origin.
    pub(super) next_hop: Vec<AsIndex>,
    pub(super) order: Vec<AsIndex>,
}

impl RoutingTree {
    /// Who announces.
    #[must_use]
    pub const fn origin(&self) -> AsIndex {
        self.origin
    }

    /// The route of an AS; `None` where it has none.
    #[must_use]
    pub fn route(&self, at: AsIndex) -> Option<Route> {
        let class = self.class(at)?;
        Some(Route { class, hops: self.hops[at.get()], next_hop: self.next_hop(at) })
    }

    /// From whom an AS has its route; `None` where it has none.
    #[must_use]
    pub fn class(&self, at: AsIndex) -> Option<RouteClass> {
        self.class[at.get()]
    }

    /// Links from an AS to the origin; `None` where it has no route.
    #[must_use]
    pub fn hops(&self, at: AsIndex) -> Option<u32> {
        self.class(at).map(|_| self.hops[at.get()])
    }

    /// Who passed the route on to an AS; `None` at the origin and where there is no route.
    #[must_use]
    pub fn next_hop(&self, at: AsIndex) -> Option<AsIndex> {
        match self.class(at)? {
            RouteClass::Origin => None,
            RouteClass::Customer | RouteClass::Peer | RouteClass::Provider => {
                Some(self.next_hop[at.get()])
            }
        }
    }

    /// The path from an AS to the origin, both included; empty where it has no route.
    pub fn path(&self, at: AsIndex) -> impl Iterator<Item = AsIndex> + '_ {
        iter::successors(self.class(at).map(|_| at), |here| self.next_hop(*here))
    }

    /// All ASes with a route, the origin first, and each after its next hop.
    ///
    /// Walked backwards, it sums whatever the ASes of each subtree hold.
    #[must_use]
    pub fn order(&self) -> &[AsIndex] {
        &self.order
    }

    /// How many *other* ASes have a route.
    #[must_use]
    pub fn reached(&self) -> usize {
        self.order.len().saturating_sub(1)
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
        let mut carried = vec![0_u64; self.class.len()];
        for at in self.order.iter().rev() {
            carried[at.get()] = carried[at.get()].wrapping_add(weight[at.get()]);
            if let Some(next) = self.next_hop(*at) {
                carried[next.get()] = carried[next.get()].wrapping_add(carried[at.get()]);
            }
        }
        carried
    }
}
