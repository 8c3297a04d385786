//! Temperature and floor, so that a probability of one half is right half the time.

use super::Case;
use crate::parameters::Parameters;
use crate::posterior::{leader, posterior, score};

/// The temperature and the floor at which the logarithmic loss of the actor and that of the leader together are least.
///
/// The second asks only whether the leader is right, which is what a reader of a ranking asks.
pub(crate) fn fit(parameters: Parameters, clean: &[Case<'_>]) -> Parameters {
    let weights = parameters.terms();
    let scored: Vec<(Vec<Option<f64>>, &Case<'_>)> = clean
        .iter()
        .map(|case| {
            let of =
                |terms: &Option<_>| terms.as_ref().map(|terms| score(&parameters, &weights, terms));
            (case.terms.iter().map(of).collect(), case)
        })
        .collect();
    let mut best = (f64::INFINITY, parameters);
    for step in 0..28 {
        let temperature = 0.7 * 1.06_f64.powi(step);
        let plain: Vec<(Vec<f64>, &Case<'_>)> = scored
            .iter()
            .map(|(scores, case)| (posterior(scores, temperature, 0.0), *case))
            .collect();
        for step in 0..20 {
            let floor = 0.01 * f64::from(step);
            let loss: f64 = plain.iter().map(|(plain, case)| loss(plain, case, floor)).sum();
            if loss < best.0 {
                best = (loss, Parameters { temperature, floor, ..parameters });
            }
        }
    }
    best.1
}

fn loss(plain: &[f64], case: &Case<'_>, floor: f64) -> f64 {
    let actors = case.terms.iter().flatten().count().max(1) as f64;
    let probability = |index: usize| {
        plain
            .get(index)
            .map_or(0.0, |plain| (1.0 - floor) * plain + floor / actors)
            .clamp(1e-12, 1.0 - 1e-12)
    };
    let leader = leader(plain).unwrap_or(case.actor);
    let right = if leader == case.actor { probability(leader) } else { 1.0 - probability(leader) };
    -case.weight * (probability(case.actor).ln() + right.ln())
}
