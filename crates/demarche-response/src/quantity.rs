//! Numbers that are not known exactly, each drawn from what is known of it.

use demarche_case::number::float;
use demarche_case::random::Random;
use statrs::distribution::{Beta, ContinuousCDF};

/// Steps of the table of a beta distribution: between two of them the quantile is drawn as a line.
const STEPS: u32 = 512;

/// A number from 0 to 1 that is known more or less.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    /// It is this.
    Exactly(f64),
    /// It is between two values and most likely near a third: a triangle.
    Between {
        /// The least.
        low: f64,
        /// The likeliest.
        mode: f64,
        /// The most.
        high: f64,
    },
    /// A share that was counted, as a beta distribution's quantiles at equal steps.
    Counted(Vec<f64>),
    /// Nothing is known: every value is as likely as any other.
    Unknown,
}

impl Quantity {
    /// A share from counts: `hits` of `all`, with `prior` pseudo-counts at the rate `usual`.
    ///
    /// The distribution is Beta(hits + prior·usual, all − hits + prior·(1 − usual)). Where these are no counts
    /// (negative, more hits than all, nothing at all), nothing is known.
    #[must_use]
    pub fn counted(hits: f64, all: f64, prior: f64, usual: f64) -> Self {
        let (yes, no) = (hits + prior * usual, all - hits + prior * (1.0 - usual));
        let Ok(beta) = Beta::new(yes, no) else { return Self::Unknown };
        let at = |step: u32| match step {
            0 => 0.0,
            STEPS => 1.0,
            step => beta.inverse_cdf(f64::from(step) / f64::from(STEPS)),
        };
        Self::Counted((0..=STEPS).map(at).collect())
    }

    /// The value below which this share of the draws falls; from 0 to 1.
    #[must_use]
    pub fn quantile(&self, share: f64) -> f64 {
        match self {
            Self::Exactly(value) => *value,
            Self::Between { low, mode, high } => triangle(*low, *mode, *high, share),
            Self::Counted(table) => {
                let place = share.clamp(0.0, 1.0) * f64::from(STEPS);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "0 to 512"
                )]
                let step = (place as usize).min(table.len().saturating_sub(2));
                let (Some(before), Some(after)) = (table.get(step), table.get(step + 1)) else {
                    return share;
                };
                let part = place - float(step);
                before + (after - before) * part
            }
            Self::Unknown => share,
        }
    }

    /// Draws a value.
    #[must_use]
    pub fn draw(&self, random: &mut Random) -> f64 {
        match self {
            Self::Exactly(value) => *value,
            other => other.quantile(random.unit()),
        }
    }
}

/// The quantile of a triangular distribution; of a point where there is no width.
fn triangle(low: f64, mode: f64, high: f64, share: f64) -> f64 {
    let width = high - low;
    if width <= 0.0 {
        return mode;
    }
    let mode = mode.clamp(low, high);
    let turn = (mode - low) / width;
    if share < turn {
        low + (share * width * (mode - low)).sqrt()
    } else {
        high - ((1.0 - share) * width * (high - mode)).sqrt()
    }
}
