//! From a comparison to probabilities.
//!
//! The score of an actor is a conditional logit (McFadden 1974, "Conditional logit analysis of qualitative choice
//! behavior") whose sums for software and for techniques are bounded, so that no amount of planted items of one class
//! earns more than the class can.
//!
//! The logit of an actor outside the record is a logistic regression on how well the best actor explains the incident.
//! It was fitted on pairs: each incident with its actor in the record and with its actor taken out, and forged copies
//! with the actor taken out. Both are as frequent in the fit, so that the logit is the evidence alone; a prior adds its
//! own logit.

use demarche_case::number::float;

use crate::comparison::{Comparison, TERMS, term};
use crate::parameters::{Parameters, SIGNS};

/// The bounded sum of a class: the sum itself below 0, and ever less of it up to the ceiling.
pub(crate) fn bounded(sum: f64, ceiling: f64) -> f64 {
    if sum <= 0.0 { sum } else { ceiling * -(-sum / ceiling).exp_m1() }
}

/// The sums of an actor: software, techniques, and the rest.
pub(crate) fn sums(weights: &[f64; TERMS], terms: &[f64; TERMS]) -> [f64; 3] {
    let mut sums = [0.0; 3];
    for (index, (weight, term)) in weights.iter().zip(terms).enumerate() {
        let class =
            if index < term::TECHNIQUE { 0 } else { 1 + usize::from(index >= term::TECHNIQUES) };
        sums[class] += weight * term;
    }
    sums
}

/// The score of one actor, in nats before the temperature.
pub(crate) fn score(parameters: &Parameters, weights: &[f64; TERMS], terms: &[f64; TERMS]) -> f64 {
    let [software, technique, actor] = sums(weights, terms);
    bounded(software, parameters.software.ceiling)
        + bounded(technique, parameters.technique.ceiling)
        + actor
}

/// The score of every actor, in nats before the temperature; `None` for those of whom nothing is known.
pub(crate) fn scores(parameters: &Parameters, comparison: &Comparison) -> Vec<Option<f64>> {
    let weights = parameters.terms();
    let score = |terms: &Option<[f64; TERMS]>| {
        terms.as_ref().map(|terms| score(parameters, &weights, terms))
    };
    comparison.terms.iter().map(score).collect()
}

/// Probabilities of the actors with known behaviour, which sum to 1; 0 for all without.
pub(crate) fn posterior(scores: &[Option<f64>], temperature: f64, floor: f64) -> Vec<f64> {
    let highest = scores.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    let raised = |score: &Option<f64>| score.map(|score| ((score - highest) * temperature).exp());
    let raised: Vec<Option<f64>> = scores.iter().map(raised).collect();
    let sum: f64 = raised.iter().flatten().sum();
    let even = floor / float(raised.iter().flatten().count().max(1));
    let share = |raised: f64| (1.0 - floor) * raised / sum + even;
    raised.iter().map(|raised| raised.map_or(0.0, share)).collect()
}

/// The index of the largest number, the first of several; `None` for an empty list.
pub(crate) fn leader(posterior: &[f64]) -> Option<usize> {
    let better = |best: (usize, f64), next: (usize, f64)| if next.1 > best.1 { next } else { best };
    posterior.iter().copied().enumerate().reduce(better).map(|(index, _)| index)
}

/// The features of the regression, in the order of [`crate::UnknownWeights`].
pub(crate) fn features(parameters: &Parameters, comparison: &Comparison) -> [f64; SIGNS] {
    let posterior =
        posterior(&scores(parameters, comparison), parameters.temperature, parameters.floor);
    let terms = leader(&posterior).and_then(|leader| comparison.terms.get(leader)?.as_ref());
    let term = |index: usize| terms.map_or(0.0, |terms| terms[index]);
    let extent = &comparison.extent;
    let share = |count: f64, of: usize| count / float(of.max(1));
    [
        1.0,
        posterior.iter().filter(|share| **share > 0.0).map(|share| -share * share.ln()).sum(),
        share(term(term::SOFTWARE + term::EDGE), extent.software),
        term(term::EXPLAINED),
        share(float(extent.unseen), extent.items()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_posterior_is_the_closed_form() {
        let found = posterior(&[Some(0.0), Some(3.0_f64.ln()), None], 1.0, 0.2);
        for (found, expected) in found.iter().zip([0.8 * 0.25 + 0.1, 0.8 * 0.75 + 0.1, 0.0]) {
            assert!((found - expected).abs() < 1e-12);
        }
        assert_eq!(posterior(&[None, None], 1.0, 0.1), [0.0, 0.0]);
        let doubled = posterior(&[Some(0.0), Some(3.0_f64.ln())], 2.0, 0.0);
        assert!((doubled[1] - 0.9).abs() < 1e-12);
    }

    #[test]
    fn a_sum_is_bounded_above_and_left_alone_below() {
        assert!((bounded(-3.0, 2.0) + 3.0).abs() < 1e-12);
        assert!((bounded(2.0, 2.0) - 2.0 * (1.0 - (-1.0_f64).exp())).abs() < 1e-12);
        assert!(bounded(1e6, 2.0) <= 2.0);
        assert!((bounded(1e-6, 2.0) - 1e-6).abs() < 1e-9, "small sums count in full");
        assert!((bounded(5.0, f64::INFINITY) - 5.0).abs() < 1e-12 || bounded(5.0, 1e9) > 4.9999);
    }

    #[test]
    fn the_first_of_equals_leads() {
        assert_eq!(leader(&[0.1, 0.4, 0.4]), Some(1));
        assert_eq!(leader(&[]), None);
    }
}
