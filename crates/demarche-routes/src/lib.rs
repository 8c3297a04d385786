//! BGP tables: who depends on whom, who can cut whom off, and what a cut would hit.

pub mod propagate;
mod topology;

pub use propagate::{Propagator, Restriction, Route, RouteClass, RoutingTree, propagate};
pub use topology::{AsIndex, Link, LinkKind, Oddities, Topology};
