//! How good rankings and probabilities are, with intervals by bootstrap.
//!
//! Sources: Brier (1950), "Verification of forecasts expressed in terms of probability"; Good (1952), "Rational
//! decisions", for the logarithmic loss; Naeini, Cooper and Hauskrecht (2015), "Obtaining well calibrated probabilities
//! using Bayesian binning", for the expected calibration error; Efron (1979) for the bootstrap.

use crate::posterior::leader;
use demarche_case::random::Random;

/// The least probability that the logarithmic loss takes an actor to have had, so that one miss costs 13.8 nats.
pub const LEAST: f64 = 1e-6;
/// The number of times the incidents are drawn anew for an interval.
pub const DRAWS: usize = 500;
/// The number of bins of equal width the calibration is looked at in.
pub const BINS: usize = 10;

/// A figure with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// The figure on all incidents.
    pub estimate: f64,
    /// Below it lie 2.5 % of the figures on incidents drawn anew.
    pub low: f64,
    /// Above it lie 2.5 %.
    pub high: f64,
}

/// What came out for one incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The probability of each actor; they sum to at most 1.
    pub posterior: Vec<f64>,
    /// The place of the actor, or `None` when it is not among those that could be named.
    pub actor: Option<usize>,
}

impl Outcome {
    /// The place of the actor in the ranking, from 1; with equals the mean of their places; infinite when it is not there.
    #[must_use]
    pub fn rank(&self) -> f64 {
        let Some(own) = self.actor.and_then(|actor| self.posterior.get(actor)) else {
            return f64::INFINITY;
        };
        let higher = self.posterior.iter().filter(|posterior| *posterior > own).count() as f64;
        let equal =
            self.posterior.iter().filter(|posterior| posterior.total_cmp(own).is_eq()).count()
                as f64;
        higher + f64::midpoint(equal, 1.0)
    }

    /// The probability that the actor was given.
    #[must_use]
    pub fn probability(&self) -> f64 {
        self.actor.and_then(|actor| self.posterior.get(actor)).copied().unwrap_or(0.0)
    }

    /// The Brier score, 0 to 2: the squared error summed over the actors.
    #[must_use]
    pub fn brier(&self) -> f64 {
        let probability = self.probability();
        self.posterior.iter().map(|posterior| posterior * posterior).sum::<f64>()
            - probability * probability
            + (1.0 - probability).powi(2)
    }

    /// The logarithmic loss in nats, at most that of [`LEAST`].
    #[must_use]
    pub fn log_loss(&self) -> f64 {
        -self.probability().max(LEAST).ln()
    }

    fn leading(&self) -> (f64, bool) {
        let leader = leader(&self.posterior);
        let limit = leader.and_then(|leader| self.posterior.get(leader)).copied().unwrap_or(0.0);
        (limit, leader.is_some() && leader == self.actor)
    }
}

/// How good a method is on some incidents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Metrics {
    /// The number of incidents.
    pub incidents: usize,
    /// The share of incidents whose actor is ranked first.
    pub top1: Measured,
    /// Among the first three.
    pub top3: Measured,
    /// Among the first five.
    pub top5: Measured,
    /// The mean of 1 / rank.
    pub mrr: Measured,
    /// The mean Brier score, 0 to 2.
    pub brier: Measured,
    /// The mean logarithmic loss in nats.
    pub log_loss: Measured,
    /// The expected calibration error of the leader's probability, 0 to 1.
    ///
    /// A perfectly calibrated method has about 0.05 on 300 incidents, and more on fewer: the bins are small.
    pub ece: Measured,
}

/// One bin of the reliability diagram.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// The number of incidents have a leader whose probability is in the bin.
    pub incidents: usize,
    /// The mean of those probabilities.
    pub stated: f64,
    /// The share of those leaders that were the actor.
    pub observed: f64,
}

/// What each incident adds to each figure.
#[derive(Clone, Copy)]
struct Parts {
    sums: [f64; 6],
    leading: (f64, bool),
}

/// All figures; 0 for no incident.
#[must_use]
pub fn metrics(outcomes: &[Outcome], seed: u64) -> Metrics {
    let parts: Vec<Parts> = outcomes.iter().map(parts).collect();
    let all = figures(&parts.iter().collect::<Vec<_>>());
    let draws = bootstrap(parts.len(), seed, |places| {
        figures(&places.iter().filter_map(|index| parts.get(*index)).collect::<Vec<_>>()).to_vec()
    });
    let measured = |figure: usize| measured(all[figure], &draws, figure);
    Metrics {
        incidents: outcomes.len(),
        top1: measured(0),
        top3: measured(1),
        top5: measured(2),
        mrr: measured(3),
        brier: measured(4),
        log_loss: measured(5),
        ece: measured(6),
    }
}

fn parts(outcome: &Outcome) -> Parts {
    let rank = outcome.rank();
    let within = |places: f64| f64::from(u8::from(rank <= places));
    let sums =
        [within(1.0), within(3.0), within(5.0), 1.0 / rank, outcome.brier(), outcome.log_loss()];
    Parts { sums, leading: outcome.leading() }
}

fn figures(parts: &[&Parts]) -> [f64; 7] {
    let count = parts.len().max(1) as f64;
    let mut figures = [0.0; 7];
    for part in parts {
        for (figure, value) in figures.iter_mut().zip(part.sums) {
            *figure += value / count;
        }
    }
    let bins = bins(parts.iter().map(|part| part.leading));
    figures[6] = bins
        .iter()
        .map(|bin| (bin.stated - bin.observed).abs() * bin.incidents as f64 / count)
        .sum();
    figures
}

/// The reliability diagram: bins of equal width of the leader's probability.
#[must_use]
pub fn reliability(outcomes: &[Outcome]) -> [Bin; BINS] {
    bins(outcomes.iter().map(Outcome::leading))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a probability times ten"
)]
fn bins(leading: impl Iterator<Item = (f64, bool)>) -> [Bin; BINS] {
    let mut bins = [Bin::default(); BINS];
    for (stated, is_right) in leading {
        let index = ((stated * BINS as f64) as usize).min(BINS - 1);
        let bin = &mut bins[index];
        bin.incidents += 1;
        bin.stated += stated;
        bin.observed += f64::from(u8::from(is_right));
    }
    for bin in bins.iter_mut().filter(|bin| bin.incidents > 0) {
        bin.stated /= bin.incidents as f64;
        bin.observed /= bin.incidents as f64;
    }
    bins
}

/// How well a number tells two sets apart: the chance that one of the first is larger than one of the second, with
/// equals counting half; one half when either is empty.
///
/// Source: Hanley and McNeil (1982), "The meaning and use of the area under a receiver operating characteristic curve".
#[must_use]
pub fn auroc(larger: &[f64], smaller: &[f64]) -> f64 {
    if larger.is_empty() || smaller.is_empty() {
        return 0.5;
    }
    let mut sorted = smaller.to_vec();
    sorted.sort_by(f64::total_cmp);
    let wins: f64 = larger
        .iter()
        .map(|larger| {
            let below = sorted.partition_point(|sorted| sorted < larger);
            let not_above = sorted.partition_point(|sorted| sorted <= larger);
            f64::midpoint(below as f64, not_above as f64)
        })
        .sum();
    wins / (larger.len() as f64 * smaller.len() as f64)
}

/// The AUROC of pairs, with an interval over pairs.
pub(crate) fn paired_auroc(pairs: &[(f64, f64)], seed: u64) -> Measured {
    let of = |pairs: &[(f64, f64)]| {
        let (larger, smaller): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        auroc(&larger, &smaller)
    };
    let draws = bootstrap(pairs.len(), seed, |places| {
        vec![of(&places.iter().filter_map(|index| pairs.get(*index).copied()).collect::<Vec<_>>())]
    });
    measured(of(pairs), &draws, 0)
}

/// The mean of each column, with an interval over rows.
pub(crate) fn mean_shares(rows: &[[f64; 3]], seed: u64) -> [Measured; 3] {
    let mean = |places: &[usize]| -> Vec<f64> {
        let drawn = || places.iter().filter_map(|index| rows.get(*index));
        (0..3)
            .map(|column| drawn().map(|row| row[column]).sum::<f64>() / places.len().max(1) as f64)
            .collect()
    };
    let all = mean(&(0..rows.len()).collect::<Vec<_>>());
    let draws = bootstrap(rows.len(), seed, mean);
    [0, 1, 2].map(|column| measured(all.get(column).copied().unwrap_or(0.0), &draws, column))
}

/// Figures on incidents drawn anew, with replacement.
fn bootstrap(count: usize, seed: u64, figures: impl Fn(&[usize]) -> Vec<f64>) -> Vec<Vec<f64>> {
    let mut draw = Random::new(seed);
    (0..DRAWS)
        .map(|_| figures(&(0..count).map(|_| draw.below(count)).collect::<Vec<_>>()))
        .collect()
}

fn measured(estimate: f64, draws: &[Vec<f64>], figure: usize) -> Measured {
    let mut values: Vec<f64> = draws.iter().filter_map(|draw| draw.get(figure)).copied().collect();
    values.sort_by(f64::total_cmp);
    let position = |of_1000: usize| {
        let index = (values.len().saturating_sub(1) * of_1000 + 500) / 1000;
        values.get(index).copied().unwrap_or(estimate)
    };
    Measured { estimate, low: position(25), high: position(975) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(posterior: &[f64], actor: Option<usize>) -> Outcome {
        Outcome { posterior: posterior.to_vec(), actor }
    }

    #[test]
    fn figures_agree_with_the_hand() {
        let outcomes = [outcome(&[0.7, 0.2, 0.1], Some(0)), outcome(&[0.5, 0.3, 0.2], Some(2))];
        let found = metrics(&outcomes, 1);
        let close = |found: Measured, expected: f64| (found.estimate - expected).abs() < 1e-12;
        assert!(close(found.top1, 0.5) && close(found.top3, 1.0));
        assert!(close(found.mrr, (1.0 + 1.0 / 3.0) / 2.0));
        assert!(close(found.brier, (0.09 + 0.04 + 0.01 + 0.25 + 0.09 + 0.64) / 2.0));
        assert!(close(found.log_loss, -(0.7_f64.ln() + 0.2_f64.ln()) / 2.0));
        assert!(close(found.ece, (0.3 + 0.5) / 2.0));
    }

    #[test]
    fn an_actor_that_cannot_be_named_costs_everything() {
        let missing = outcome(&[0.5, 0.5], None);
        assert!(missing.rank().is_infinite());
        assert!((missing.log_loss() - 13.815_510_557_964_274).abs() < 1e-9);
        assert!((missing.brier() - 1.5).abs() < 1e-12);
    }

    #[test]
    fn equals_share_their_places() {
        assert!((outcome(&[0.4, 0.4, 0.2], Some(1)).rank() - 1.5).abs() < 1e-12);
    }

    #[test]
    fn no_incident_has_no_figures() {
        assert_eq!(metrics(&[], 1).mrr, Measured::default());
    }

    #[test]
    fn the_area_counts_pairs() {
        assert!((auroc(&[1.0, 2.0], &[0.0, 1.0]) - 3.5 / 4.0).abs() < 1e-12);
        assert!((auroc(&[], &[1.0]) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn an_interval_of_a_known_share_is_as_wide_as_the_binomial_one() {
        let outcomes: Vec<Outcome> = (0..400)
            .map(|position| outcome(&[0.6, 0.4], Some(usize::from(position % 2 == 0))))
            .collect();
        let top1 = metrics(&outcomes, 7).top1;
        let expected = 1.96 * (0.25_f64 / 400.0).sqrt();
        assert!(((top1.high - top1.low) / 2.0 - expected).abs() < 0.01, "{top1:?}");
    }
}
