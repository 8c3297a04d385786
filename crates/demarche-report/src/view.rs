//! The answers of the commands as documents, one function for each answer.
//!
//! A view holds the answer in sentences first, then the tables that it rests on; JSON and pages have all rows.

mod actors;
mod code;
mod custody;
mod options;
mod precedents;
mod routes;

pub use actors::{actors_rank, actors_show};
pub use code::{code_compare, code_families, code_match};
pub use custody::{verify, verify_note};
pub use options::options_weigh;
pub use precedents::options_precedents;
pub use routes::{routes_cut, routes_cut_each, routes_depend, routes_locate, routes_power};
