//! The carriers of a target's traffic: AS hegemony, country hegemony, transit influence, and points of control.
//!
//! Two bases, never mixed: routes that collectors' peers really had ([`observed`]), and routes computed on the
//! AS graph by business relationships ([`modelled`]), where every network is a vantage point.

mod entries;
mod groups;
mod hegemony;
mod hops;
mod influence;
mod modelled;
mod net_weight;
mod observed;
mod question;
mod score;
mod shares;
mod visibility;
mod weighed;

pub use modelled::modelled;
pub use observed::observed;
pub use question::{DependOptions, Describe, FullFeed, Subject};
pub use shares::{
    JoinedSessions, LocalHegemony, Session, Share, TableShares, full_feed_sessions, local_hegemony,
};
pub use visibility::{SeenPrefix, visibility};
