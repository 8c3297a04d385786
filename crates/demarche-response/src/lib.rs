//! Responses to an attack: which are lawful, feasible and proportional, what happened after similar attacks, and the values
//! under which each response is preferred.

mod asking;
mod bundles;
mod catalogue;
mod demand;
mod facts;
mod information;
mod injury;
mod instance;
mod law;
pub mod precedent;
mod preference;
mod quantity;
mod setting;
mod singles;
mod smaa;
mod states;
mod weigh;
mod world;

pub use catalogue::catalogue;
pub use injury::injury;
pub use precedent::precedents;
pub use preference::Preference;
pub use quantity::Quantity;
pub use smaa::{Acceptability, OptionAcceptability, Size, World, acceptability, outline};
pub use weigh::{Question, unknown_options, unknown_steps, weigh};
