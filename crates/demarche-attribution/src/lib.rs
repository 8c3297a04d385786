//! Who did it, and how sure: what the evidence weighs for each hypothesis, and how well such weights have done before.
//!
//! [`Scorer`] weighs techniques and software as they were fitted on attacks whose actor is said to be known.

mod baseline;
mod claims;
mod comparison;
mod evaluate;
mod fit;
mod incident;
mod judge;
mod mask;
mod metrics;
mod parameters;
mod posterior;
mod repertoire;
mod score;
mod show;
mod states;
mod told;
mod trial;
mod unknown;

pub use baseline::Baseline;
pub use evaluate::{Evaluate, Folds, Forgery, HeldOut, Named, OpenSet, evaluate};
pub use fit::{Fit, cross_fit, fit};
pub use incident::{Incident, campaigns, listed, reports};
pub use judge::{Question, judge};
pub use mask::Mask;
pub use metrics::{
    BINS, Bin, DRAWS, LEAST, Measured, Metrics, Outcome, auroc, metrics, reliability,
};
pub use parameters::{ActorWeights, ItemWeights, Parameters, UnknownWeights};
pub use score::{Scorer, Weighed};
pub use show::known_actors;
pub use states::state_tests;
