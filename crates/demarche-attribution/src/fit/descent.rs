//! The weights and ceilings at which the logarithmic loss is least.
//!
//! Source: Liu and Nocedal (1989), "On the limited memory BFGS method for large scale optimization".

use rayon::prelude::*;

use super::Case;
use crate::comparison::{TERMS, term};
use crate::parameters::Parameters;
use crate::posterior::{bounded, sums};

/// Weights, and the logarithms of the two ceilings.
const WIDTH: usize = TERMS + 2;
type Point = [f64; WIDTH];

/// The place where the descent begins: every weight small and positive, the ceilings near 4.5 nats.
const START: (f64, f64) = (0.05, 1.5);
/// How the logarithm of a ceiling is held near its start when the data say nothing of it.
const CEILING_PENALTY: f64 = 1e-3;
const STEPS: usize = 200;
const MEMORY: usize = 12;

/// Fits weights and ceilings; temperature 1 and no floor.
pub(crate) fn fit(cases: &[&Case<'_>], penalty: f64) -> Parameters {
    let mut start = [START.0; WIDTH];
    start[TERMS] = START.1;
    start[TERMS + 1] = START.1;
    let end = descend(start, |point| loss(cases, point, penalty));
    let mut terms = [0.0; TERMS];
    terms.copy_from_slice(&end[..TERMS]);
    let plain = Parameters { temperature: 1.0, floor: 0.0, ..Parameters::fitted() };
    plain.with_terms(&terms, [end[TERMS].exp(), end[TERMS + 1].exp()])
}

fn dot(left: &Point, right: &Point) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

fn moved(from: &Point, along: &Point, by: f64) -> Point {
    let mut to = *from;
    for (to, along) in to.iter_mut().zip(along) {
        *to += by * along;
    }
    to
}

fn descend(start: Point, loss: impl Fn(&Point) -> (f64, Point)) -> Point {
    let mut position = start;
    let (mut value, mut gradient) = loss(&position);
    let mut memory: Vec<(Point, Point)> = Vec::new();
    for _ in 0..STEPS {
        let direction = direction(&gradient, &memory);
        let slope = dot(&direction, &gradient);
        if slope >= 0.0 {
            break;
        }
        let tried = (0..25).map(|halving| 0.5_f64.powi(halving)).find_map(|step| {
            let next = moved(&position, &direction, step);
            let (found, steepness) = loss(&next);
            (found < value + 1e-4 * step * slope).then_some((next, found, steepness))
        });
        let Some((next, found, steepness)) = tried else { break };
        let pair = (moved(&next, &position, -1.0), moved(&steepness, &gradient, -1.0));
        if dot(&pair.0, &pair.1) > 1e-12 {
            memory.push(pair);
            if memory.len() > MEMORY {
                memory.remove(0);
            }
        }
        let gained = value - found;
        (position, value, gradient) = (next, found, steepness);
        if gained < 1e-8 {
            break;
        }
    }
    position
}

/// The two-loop recursion.
fn direction(gradient: &Point, memory: &[(Point, Point)]) -> Point {
    let mut along = *gradient;
    let mut parts = Vec::new();
    for (step, change) in memory.iter().rev() {
        let part = dot(step, &along) / dot(step, change);
        along = moved(&along, change, -part);
        parts.push(part);
    }
    let scale = memory.last().map_or(0.3, |(step, change)| dot(step, change) / dot(change, change));
    let mut along = along.map(|along| along * scale);
    for ((step, change), part) in memory.iter().zip(parts.iter().rev()) {
        let back = dot(change, &along) / dot(step, change);
        along = moved(&along, step, part - back);
    }
    along.map(|along| -along)
}

/// The mean loss with its gradient.
fn loss(cases: &[&Case<'_>], point: &Point, penalty: f64) -> (f64, Point) {
    let parts: Vec<(f64, Point)> = cases.par_iter().map(|case| case_loss(case, point)).collect();
    let weight: f64 = cases.iter().map(|case| case.weight).sum::<f64>().max(f64::MIN_POSITIVE);
    let (mut value, mut gradient) = (0.0, [0.0; WIDTH]);
    for (part, slope) in &parts {
        value += part / weight;
        gradient = moved(&gradient, slope, 1.0 / weight);
    }
    for (index, one) in point.iter().enumerate() {
        let (centre, penalty) =
            if index < TERMS { (0.0, penalty) } else { (START.1, CEILING_PENALTY) };
        value += penalty * (one - centre).powi(2);
        gradient[index] += 2.0 * penalty * (one - centre);
    }
    (value, gradient)
}

/// An actor's score, and how fast it grows with the sum of software, that of techniques, and each logarithm of a ceiling.
fn scored(point: &Point, terms: &[f64; TERMS]) -> (f64, [f64; 4]) {
    let mut weights = [0.0; TERMS];
    weights.copy_from_slice(&point[..TERMS]);
    let ceilings = [point[TERMS].exp(), point[TERMS + 1].exp()];
    let sums = sums(&weights, terms);
    let (mut score, mut slopes) = (sums[2], [0.0; 4]);
    for class in 0..2 {
        let (sum, ceiling) = (sums[class], ceilings[class]);
        score += bounded(sum, ceiling);
        let kept = if sum > 0.0 { (-sum / ceiling).exp() } else { 1.0 };
        slopes[class] = kept;
        slopes[class + 2] = if sum > 0.0 { ceiling * (1.0 - kept) - sum * kept } else { 0.0 };
    }
    (score, slopes)
}

fn case_loss(case: &Case<'_>, point: &Point) -> (f64, Point) {
    let scored: Vec<Option<(f64, [f64; 4])>> =
        case.terms.iter().map(|terms| terms.as_ref().map(|terms| scored(point, terms))).collect();
    let limit = scored.iter().flatten().map(|scored| scored.0).fold(f64::NEG_INFINITY, f64::max);
    let sum: f64 = scored.iter().flatten().map(|scored| (scored.0 - limit).exp()).sum();
    let probability = |score: f64| (score - limit).exp() / sum;
    let position = |index: usize| {
        scored.get(index).copied().flatten().map_or(0.0, |scored| probability(scored.0))
    };
    // For a forged copy -ln(1 - P(imitated)), else -ln P(actor).
    let (value, factor, target) = match case.imitated {
        Some(imitated) => {
            let itself = position(imitated).min(1.0 - 1e-9);
            (-(-itself).ln_1p(), -itself / (1.0 - itself), imitated)
        }
        None => (-position(case.actor).max(1e-300).ln(), 1.0, case.actor),
    };
    let mut gradient = [0.0; WIDTH];
    for (place, (terms, scored)) in case.terms.iter().zip(&scored).enumerate() {
        let (Some(terms), Some((score, slopes))) = (terms, scored) else { continue };
        let pull = factor * (probability(*score) - f64::from(u8::from(place == target)));
        if pull.abs() < 1e-10 {
            continue;
        }
        for (index, term) in terms.iter().enumerate() {
            let slope = if index < term::TECHNIQUE {
                slopes[0]
            } else if index < term::TECHNIQUES {
                slopes[1]
            } else {
                1.0
            };
            gradient[index] += case.weight * pull * slope * term;
        }
        gradient[TERMS] += case.weight * pull * slopes[2];
        gradient[TERMS + 1] += case.weight * pull * slopes[3];
    }
    (case.weight * value, gradient)
}
