//! Attribution: the weight of the evidence for each hypothesis, and the evaluation of such weights on past attacks.
//!
//! [`judge`] judges a case. [`Scorer`] weighs techniques and software as they were fitted on attacks whose actor is said
//! to be known. Long loops use rayon's parallel iterators, which run in the pool of the caller; no pool is built here.

mod baseline;
mod cases;
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
mod unlisted;

pub use baseline::Baseline;
pub use cases::{Trial, Truth, try_cases};
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
pub use unlisted::{Unlisted, unlisted};

/// A number of items as findings have it.
pub(crate) fn count(number: usize) -> u64 {
    u64::try_from(number).expect("a usize has at most 64 bits")
}
