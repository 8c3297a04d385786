//! The expected value of perfect information: the gain from knowing, before choosing, whether a condition holds.
//!
//! Whoever decides knows what they value and does not know the world.
//!
//! Source: Raiffa and Schlaifer (1961), "Applied statistical decision theory": the expected value of perfect information.

use demarche_case::assessment::response::{Information, Reading, Unknown};
use demarche_case::random::Random;

use crate::Preference;
use crate::bundles::Bundles;
use crate::facts::DRAWN;
use crate::world::{CRITERIA, Drawn, Model, stakes, values as on_scale};

/// Worlds that are drawn.
const DRAWS: u32 = 10_000;

/// Weights that are drawn: whoever decides knows what they value, so that the gain is reckoned for each and then averaged.
const VALUERS: u32 = 1_000;

/// The least gain that is listed, on the scale of values from 0 to 1: less is within the error of the draws.
const LEAST: f64 = 0.000_5;

/// The value of each unknown, most first; an option that is not open in a world leaves one with the baseline.
pub(crate) fn values(
    model: &Model<'_>,
    bundles: &Bundles,
    preference: &Preference,
    reading: Reading,
    seed: u64,
) -> Vec<Information> {
    // A case may restrict every option to other states.
    if bundles.singles.is_empty() {
        return Vec::new();
    }
    let mut unknowns: Vec<Unknown> = DRAWN.into_iter().map(Unknown::Condition).collect();
    unknowns.extend(model.asking.iter().map(|asking| Unknown::Agreement(asking.state)));
    let cells = bundles.singles.len() * CRITERIA;
    let mut sums = vec![[vec![0.0; cells], vec![0.0; cells]]; unknowns.len()];
    let mut counts = vec![[0_u32; 2]; unknowns.len()];
    let mut random = Random::new(seed);
    for _ in 0..DRAWS {
        let drawn = model.draw(random.bits(), reading);
        let values = all_values(model, &drawn, bundles);
        let holds = drawn.holds.iter().chain(&drawn.agrees);
        for ((holds, sums), counts) in holds.zip(&mut sums).zip(&mut counts) {
            let column = usize::from(!holds);
            counts[column] += 1;
            sums[column].iter_mut().zip(&values).for_each(|(sum, value)| *sum += value);
        }
    }
    let weights: Vec<Vec<f64>> = (0..VALUERS)
        .map(|_| {
            let mut weights = vec![0.0; CRITERIA];
            preference.draw(&mut random, &mut weights);
            weights
        })
        .collect();
    let found = unknowns.into_iter().zip(sums).zip(counts);
    let mut found: Vec<Information> = found
        .map(|((of, sums), counts)| {
            let (value, best) = worth(&sums, counts, &weights);
            let best = best.map(|option| model.instances[option].id.clone());
            Information { of, value, best }
        })
        .filter(|gain| gain.value >= LEAST)
        .collect();
    found.sort_by(|left, right| {
        right.value.total_cmp(&left.value).then_with(|| left.of.cmp(&right.of))
    });
    found
}

/// The values of all options in a world, option after option, each times what is at stake.
fn all_values(model: &Model<'_>, drawn: &Drawn, bundles: &Bundles) -> Vec<f64> {
    let stakes = stakes(drawn.severity);
    let of = |set: &[usize]| {
        let (is_open, raw) = model.together(drawn, set);
        is_open.then(|| {
            on_scale(&raw).iter().zip(stakes).map(|(value, stake)| value * stake).collect()
        })
    };
    let idle = || bundles.idle.and_then(|idle| of(&bundles.singles[idle]));
    let under = (!bundles.baseline.is_empty()).then(|| of(&bundles.baseline)).flatten();
    let closed = under.or_else(idle).unwrap_or_else(|| vec![0.0; CRITERIA]);
    bundles.singles.iter().flat_map(|set| of(set).unwrap_or_else(|| closed.clone())).collect()
}

/// The gain from knowing whether one condition holds, and the option that is best most often where it holds and where it
/// does not.
fn worth(sums: &[Vec<f64>; 2], counts: [u32; 2], weights: &[Vec<f64>]) -> (f64, [usize; 2]) {
    let all_worlds: Vec<f64> = sums[0].iter().zip(&sums[1]).map(|(yes, no)| yes + no).collect();
    let all = f64::from(counts[0] + counts[1]).max(1.0);
    let mut gain = 0.0;
    let options = all_worlds.len() / CRITERIA;
    let mut firsts = [vec![0_u32; options], vec![0_u32; options]];
    for weights in weights {
        let uninformed = best(&all_worlds, weights).1;
        let mut informed = 0.0;
        for (sums, firsts) in sums.iter().zip(&mut firsts) {
            let (option, sum) = best(sums, weights);
            informed += sum;
            firsts[option] += 1;
        }
        gain += (informed - uninformed).max(0.0) / all;
    }
    let leader = |firsts: &[u32]| {
        // The first of several that lead as often.
        (0..firsts.len()).rev().max_by_key(|option| firsts[*option]).expect("there are options")
    };
    (gain / f64::from(VALUERS), firsts.map(|firsts| leader(&firsts)))
}

/// The option with the greatest sum of values under some weights, the first of several; and that sum.
fn best(sums: &[f64], weights: &[f64]) -> (usize, f64) {
    let utilities = sums
        .chunks(CRITERIA)
        .map(|row| row.iter().zip(weights).map(|(value, weight)| value * weight).sum::<f64>());
    let start = (0, f64::NEG_INFINITY);
    utilities
        .enumerate()
        .fold(start, |best, (position, sum)| if sum > best.1 { (position, sum) } else { best })
}
