//! Which responses are lawful, feasible and proportional, what happened after similar attacks, and what one would have to
//! value to prefer each response to the others.

pub mod precedent;
mod preference;
mod quantity;
mod smaa;

pub use precedent::precedents;
pub use preference::Preference;
pub use quantity::Quantity;
pub use smaa::{Acceptability, OptionAcceptability, Size, World, acceptability};
