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

mod count;
pub mod lanes;
mod restriction;
mod scalar;
mod tree;

pub(crate) use count::BitCounter;
pub use count::{Count, Tally};
pub use lanes::{Lane, Mask, Memory, Picked, Sink, Sweep};
pub use restriction::Restriction;
pub use scalar::{Propagator, propagate};
pub use tree::{Route, RouteClass, RoutingTree};
