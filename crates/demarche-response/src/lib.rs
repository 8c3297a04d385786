//! Which responses are lawful, feasible and proportional, what happened after similar attacks, and what one would have to
//! value to prefer each response to the others.

mod asking;
mod bundles;
mod catalogue;
mod facts;
mod information;
mod injury;
mod instance;
mod keyed;
mod law;
pub mod precedent;
mod preference;
mod quantity;
mod replies;
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
pub use weigh::{Question, unknown_options, weigh};
