//! The findings as sections of blocks: the answers of the commands, and the sections of the pages.
//!
//! An answer holds its sentences first, then the tables that it rests on; pages have the same tables.

mod actors;
pub(crate) mod case;
pub(crate) mod code;
mod custody;
pub(crate) mod exposure;
pub(crate) mod options;
pub(crate) mod precedents;
pub(crate) mod routes;
pub(crate) mod watch;

pub use actors::{actors_rank, actors_show};
pub use code::{code_compare, code_families, code_match};
pub use custody::{verify, verify_note};
pub use exposure::{exposure_people, exposure_scan};
pub use options::options_weigh;
pub use precedents::options_precedents;
pub use routes::{routes_cut, routes_cut_each, routes_depend, routes_locate, routes_power};
pub use watch::{routes_watch, watch_alarm_text, watch_caveat_text, watch_says};
