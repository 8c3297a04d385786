//! How far the parameters leave a probability open: the judgement made again with other values.

use demarche_case::assessment::attribution::Chance;
use rayon::prelude::*;

use super::combine::{Flag, Posterior};
use super::elicited::Values;
use super::{Bench, Part};
use demarche_case::random::Random;

/// One judgement made again.
pub(crate) type Drawn = Posterior;

/// How often it is made again; the 5th and 95th percentile are then known to about two percentage points.
const DRAWS: usize = 200;

/// Posteriors with values drawn from the ranges, for each part of the evidence; the same values for each.
pub(crate) fn draws(
    bench: &Bench<'_>,
    seed: u64,
    parts: [&Part; 2],
    flags: &[Flag],
) -> [Vec<Drawn>; 2] {
    let mut draw = Random::new(seed);
    let values: Vec<Values> = (0..DRAWS).map(|_| Values::drawn(&mut draw)).collect();
    parts.map(|part| {
        let one = |values| bench.judged(part, values, flags).posterior;
        values.par_iter().map(one).collect()
    })
}

/// An estimate with the 5th and 95th percentile of what was drawn; the estimate lies between them.
pub(crate) fn chance<T>(estimate: f64, drawn: &[T], of: impl Fn(&T) -> f64) -> Chance {
    let mut values: Vec<f64> = drawn.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    let at = |part: usize| values.get(values.len() * part / 100).copied().unwrap_or(estimate);
    Chance { estimate, low: at(5).min(estimate), high: at(95).max(estimate) }
}
