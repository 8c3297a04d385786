//! The route that each AS picks towards an origin, by the policies of business relationships.
//!
//! The model is that of Gao and Rexford, "Stable Internet Routing Without Global Coordination" (IEEE/ACM Transactions on Networking 9(6), 2001):
//! an AS prefers routes learned from customers to those from peers, and those to routes from providers;
//! it tells customers everything, and tells peers and providers only its own and its customers' routes.
//! Among routes of the best class it takes the one with the fewest hops, and among those the one with the lowest next-hop AS number, as published simulators do; real routers break ties by internal cost, which nobody outside can see.
//!
//! So the routes to one origin come in three phases, each a breadth-first search:
//! *up* from customer to provider, *across* one peer link, and *down* from provider to customer, where an AS that already has a route of a better class keeps it.
//! Every phase visits an AS at most once, so provider links that run in circles end like any others.
//!
//! [`RoutingTree`] is the answer for one origin; [`propagate`] computes it in about a millisecond on the internet of 2014.
//! [`lanes`] does hundreds of (origin, restriction) pairs at once, a bit each.
//!
//! What the model does not know: capacity, links that serve as backup only, different policies at different places, prepending, and every link that no vantage point saw.
//! Customer preference over *inferred* links picks strange long paths now and then: on CAIDA's graph of September 2014 there are customer routes of 13 hops.
//! "Has a route" therefore means *could* be reached, not that the traffic would fit.

mod absent;
mod count;
mod kept;
pub mod lanes;
mod tree;

pub(crate) use absent::{Absences, Moved};
pub(crate) use count::BitCounter;
pub use count::Count;
pub(crate) use kept::{
    Kept, LANES, Pick as KeptPick, WIDTH, by_network, each_bit, each_lane, row, row_mut, two_rows,
};
pub use lanes::{Lane, Mask, Memory, Picked, Sink, Sweep};
use tree::Pick;
pub use tree::{Restriction, Route, RouteClass, RoutingTree, Tally};

use crate::{AsIndex, Link, Topology};

/// The routes of all ASes to one origin.
///
/// Where the origin is itself restricted nobody has a route, not even the origin.
///
/// ```
/// use demarche_case::Asn;
/// use demarche_routes::{Relationship, Restriction, Topology, propagate};
///
/// let topology = Topology::from_links([
///     (Asn(3356), Asn(4837), Relationship::ProviderToCustomer),
///     (Asn(4837), Asn(131_279), Relationship::ProviderToCustomer),
/// ]);
/// let [unicom, star] = [4837, 131_279].map(|number| topology.index(Asn(number)).expect("is there"));
/// assert_eq!(propagate(&topology, star, &Restriction::none()).reached(), 2);
/// assert_eq!(propagate(&topology, star, &Restriction::without_ases([unicom])).reached(), 0);
/// ```
#[must_use]
pub fn propagate(topology: &Topology, origin: AsIndex, restriction: &Restriction) -> RoutingTree {
    let mut propagator = Propagator::new(topology);
    propagator.run(origin, restriction);
    propagator.tree
}

/// Computes one routing tree after another in the same memory.
#[derive(Clone, Debug)]
pub struct Propagator<'a> {
    topology: &'a Topology,
    tree: RoutingTree,
    /// [`RESTRICTED`], or else [`LINK_END`] where a link of the AS is restricted.
    marks: Vec<u8>,
}

const RESTRICTED: u8 = 1;
const LINK_END: u8 = 2;

impl<'a> Propagator<'a> {
    /// Takes 13 bytes for each AS.
    #[must_use]
    pub fn new(topology: &'a Topology) -> Self {
        let ases = topology.len();
        let tree = RoutingTree {
            origin: AsIndex::NONE,
            picks: vec![Pick::NOTHING; ases],
            order: Vec::with_capacity(ases),
        };
        Self { topology, tree, marks: vec![0; ases] }
    }

    /// The routes of all ASes to one origin, until the next call.
    pub fn run(&mut self, origin: AsIndex, restriction: &Restriction) -> &RoutingTree {
        self.tree.picks.fill(Pick::NOTHING);
        self.tree.order.clear();
        self.tree.origin = origin;
        self.mark(restriction, true);
        if self.marks[origin.get()] != RESTRICTED {
            self.tree.picks[origin.get()] = Pick::OWN;
            self.tree.order.push(origin);
            let customer_routes = self.up(restriction);
            self.across(customer_routes, restriction);
            self.down(customer_routes, restriction);
        }
        self.mark(restriction, false);
        &self.tree
    }

    fn mark(&mut self, restriction: &Restriction, on: bool) {
        for index in &restriction.ases {
            self.marks[index.get()] = if on { RESTRICTED } else { 0 };
        }
        for (left, right) in restriction.links.iter().map(|link| link.ends()) {
            for end in [left, right] {
                let mark = &mut self.marks[end.get()];
                if *mark != RESTRICTED {
                    *mark = if on { LINK_END } else { 0 };
                }
            }
        }
    }

    /// From customer to provider: the ASes with an own or a customer route, by distance. Returns how many.
    fn up(&mut self, restriction: &Restriction) -> usize {
        let mut next = 0;
        while let Some(from) = self.tree.order.get(next).copied() {
            next += 1;
            for to in self.topology.providers(from) {
                self.offer(from, *to, RouteClass::Customer, restriction);
            }
        }
        self.tree.order.len()
    }

    /// One peer link from each of the first `customer_routes` ASes.
    fn across(&mut self, customer_routes: usize, restriction: &Restriction) {
        for position in 0..customer_routes {
            let from = self.tree.order[position];
            for to in self.topology.peers(from) {
                self.offer(from, *to, RouteClass::Peer, restriction);
            }
        }
    }

    /// From provider to customer, by distance.
    ///
    /// Customer, peer and provider routes lie in `order` one kind after the other, each by distance, so a level is one run of each.
    fn down(&mut self, customer_routes: usize, restriction: &Restriction) {
        let peer_routes = self.tree.order.len();
        let mut runs = [(0, customer_routes), (customer_routes, peer_routes)];
        let mut provider = peer_routes;
        loop {
            let run_heads = runs.iter().filter(|(next, end)| next < end).map(|(next, _)| *next);
            let heads = run_heads.chain((provider < self.tree.order.len()).then_some(provider));
            let Some(level) = heads.map(|position| self.hops_in_order(position)).min() else {
                return;
            };
            for (next, end) in &mut runs {
                while *next < *end && self.hops_in_order(*next) == level {
                    self.export_down(*next, restriction);
                    *next += 1;
                }
            }
            while provider < self.tree.order.len() && self.hops_in_order(provider) == level {
                self.export_down(provider, restriction);
                provider += 1;
            }
        }
    }

    fn hops_in_order(&self, position: usize) -> u32 {
        self.tree.picks[self.tree.order[position].get()].hops()
    }

    fn export_down(&mut self, position: usize, restriction: &Restriction) {
        let from = self.tree.order[position];
        for to in self.topology.customers(from) {
            self.offer(from, *to, RouteClass::Provider, restriction);
        }
    }

    /// `to` takes the route if it has none, or one of this class and length from a higher AS number.
    ///
    /// Better classes come first, and those of a class by ascending length, so a route once taken is never worse in either.
    #[inline]
    fn offer(&mut self, from: AsIndex, to: AsIndex, class: RouteClass, restriction: &Restriction) {
        let offer = self.tree.picks[from.get()].offer(class, from);
        let had = self.tree.picks[to.get()];
        if offer >= had || self.forbids(from, to, restriction) {
            return;
        }
        if had == Pick::NOTHING {
            self.tree.order.push(to);
        }
        self.tree.picks[to.get()] = offer;
    }

    #[inline]
    fn forbids(&self, from: AsIndex, to: AsIndex, restriction: &Restriction) -> bool {
        match self.marks[to.get()] {
            0 => false,
            LINK_END => restriction.links.contains(&Link::new(from, to)),
            _ => true,
        }
    }
}
