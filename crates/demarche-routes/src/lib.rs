//! BGP tables: who depends on whom, who can cut whom off, and what a cut would hit.

pub mod as_path;
pub mod asn_table;
mod caveats;
pub mod compressed;
pub mod convert;
pub mod cut;
mod cutter;
pub mod delegated;
pub mod depend;
pub mod examine;
mod interner;
mod lines;
pub mod locate;
mod map;
mod max_flow;
mod merged;
pub mod mrt;
pub mod networks;
pub mod organisations;
mod picture;
pub mod population;
pub mod power;
pub mod prefix_map;
pub mod prefix_origins;
mod progress;
pub mod propagate;
pub mod relationships;
mod reserved;
mod rib;
mod routing_data;
mod shortfall;
pub mod tables;
mod target;
mod topology;
pub mod valley_free;

pub use as_path::{AsPath, Hop, PathId, PathTable};
pub use asn_table::AsnTable;
pub use caveats::known_doubts;
pub use compressed::{Compression, Decompressed};
pub use cutter::Cutter;
pub use delegated::{Delegations, Registry};
pub use locate::Locator;
pub use networks::{Networks, Registration};
pub use organisations::{Organisation, Organisations};
pub use population::Populations;
pub use prefix_map::PrefixMap;
pub use prefix_origins::{Origin, PrefixOrigin, PrefixOrigins};
pub use progress::{Cancelled, Progress};
pub use propagate::{
    Count, Lane, Propagator, Restriction, Route, RouteClass, RoutingTree, Sink, Sweep, Tally,
    propagate,
};
pub use relationships::{Relationship, Relationships};
pub use rib::{Rib, span};
pub use routing_data::RoutingData;
pub use tables::{TableKind, Tables};
pub use target::{Ask, AskError};
pub use topology::{AsIndex, Link, Oddities, Topology};
