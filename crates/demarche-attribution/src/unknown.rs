//! The chance that the actor is not in the record at all.
//!
//! A logistic regression on how well the best actor explains the incident, fitted on pairs: each incident with its actor
//! in the record and with its actor taken out, and forged copies with the actor taken out.
//! Both are as frequent in the fit, so that the logit is the evidence alone; whoever thinks an unlisted actor more or
//! less likely beforehand adds that logit.

use crate::comparison::{Comparison, term};
use crate::parameters::{Parameters, SIGNS};
use crate::posterior::{leader, posterior, scores};

/// What the regression looks at, in the order of [`crate::UnknownWeights`].
pub(crate) fn features(parameters: &Parameters, comparison: &Comparison) -> [f64; SIGNS] {
    let posterior =
        posterior(&scores(parameters, comparison), parameters.temperature, parameters.floor);
    let terms = leader(&posterior).and_then(|leader| comparison.terms.get(leader)?.as_ref());
    let term = |place: usize| terms.map_or(0.0, |terms| terms[place]);
    let extent = &comparison.extent;
    let share = |count: f64, of: usize| count / of.max(1) as f64;
    [
        1.0,
        posterior.iter().filter(|one| **one > 0.0).map(|one| -one * one.ln()).sum(),
        share(term(term::SOFTWARE + term::EDGE), extent.software),
        term(term::EXPLAINED),
        share(extent.unseen as f64, extent.items()),
    ]
}

/// The logit that the actor is not in the record, in nats, as likely beforehand as that it is.
pub(crate) fn logit(parameters: &Parameters, comparison: &Comparison) -> f64 {
    let features = features(parameters, comparison);
    features.iter().zip(parameters.unknown.list()).map(|(feature, weight)| feature * weight).sum()
}

/// 1 / (1 + exp(-x)).
pub(crate) fn logistic(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}
