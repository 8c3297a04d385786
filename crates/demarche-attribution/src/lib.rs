//! Who did it, and how sure: what the evidence weighs for each hypothesis, and how well such weights have done before.
//!
//! [`Scorer`] weighs techniques and software as they were fitted on attacks whose actor is said to be known.

mod claims;
mod comparison;
mod draw;
mod judge;
mod mask;
mod parameters;
mod posterior;
mod repertoire;
mod score;
mod show;
mod unknown;

pub use judge::{Question, judge};
pub use mask::{Mask, Protocol, ProtocolError};
pub use parameters::{ActorWeights, ItemWeights, Parameters, UnknownWeights};
pub use score::{Scorer, Weighed};
pub use show::known_actors;
