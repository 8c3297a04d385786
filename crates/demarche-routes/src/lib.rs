//! BGP tables: who depends on whom, who can cut whom off, and what a cut would hit.

pub mod asn_table;
pub mod compressed;
pub mod delegated;
mod lines;
pub mod prefix_origins;
pub mod propagate;
pub mod relationships;
mod topology;

pub use asn_table::AsnTable;
pub use compressed::{Compression, Decompressed};
pub use delegated::{Delegations, Registry};
pub use prefix_origins::{Origin, PrefixOrigin, PrefixOrigins};
pub use propagate::{Propagator, Restriction, Route, RouteClass, RoutingTree, propagate};
pub use relationships::{Relationship, Relationships};
pub use topology::{AsIndex, Link, LinkKind, Oddities, Topology};
