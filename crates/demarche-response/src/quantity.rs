//! Numbers that are not known exactly, each drawn from what is known of it; and random numbers by name.
//!
//! An option's values are drawn under its own name, so that adding another option changes none of them.

use demarche_case::number::float;
use demarche_case::random::{Random, mixed, unit};
use statrs::distribution::{Beta, ContinuousCDF};

/// Steps of the table of a beta distribution: between two of them the quantile is drawn as a line.
const STEPS: u32 = 512;

/// A number from 0 to 1 that is known more or less.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    /// A known value.
    Exactly(f64),
    /// A value between two ends and most likely near a third: a triangular distribution.
    Between {
        /// The least.
        low: f64,
        /// The likeliest.
        mode: f64,
        /// The most.
        high: f64,
    },
    /// A share that was counted, as the 513 quantiles of a beta distribution at equal steps.
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
        let quantile = |step: u32| match step {
            0 => 0.0,
            STEPS => 1.0,
            step => beta.inverse_cdf(f64::from(step) / f64::from(STEPS)),
        };
        Self::Counted((0..=STEPS).map(quantile).collect())
    }

    /// The value below which this share of the draws falls; from 0 to 1.
    #[must_use]
    pub fn quantile(&self, share: f64) -> f64 {
        match self {
            Self::Exactly(value) => *value,
            Self::Between { low, mode, high } => triangle(*low, *mode, *high, share),
            Self::Counted(table) => {
                let position = share.clamp(0.0, 1.0) * f64::from(STEPS);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "0 to 512"
                )]
                let step = (position as usize).min(table.len() - 2);
                let (before, after) = (table[step], table[step + 1]);
                let part = position - float(step);
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
            uncertain => uncertain.quantile(random.unit()),
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

/// The random numbers of one draw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keyed(pub(crate) u64);

/// A name that a number is drawn under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(u64);

impl Key {
    /// The key of a name; FNV-1a, spread over all bits.
    pub(crate) fn of(name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(mixed(hash))
    }
}

impl Keyed {
    /// The number under a key, from 0 to below 1, in steps of 2⁻⁵³.
    pub(crate) fn unit(self, key: Key) -> f64 {
        unit(mixed(mixed(self.0 ^ key.0).wrapping_add(key.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_even_and_those_of_two_names_have_nothing_in_common() {
        let (cost, speed) = (Key::of("sanctions/cost"), Key::of("sanctions/speed"));
        let draws = 100_000_u32;
        let (mut sums, mut squares, mut product) = ([0.0; 2], [0.0; 2], 0.0);
        for draw in 0..draws {
            let keyed = Keyed(mixed(u64::from(draw)));
            let pair = [keyed.unit(cost), keyed.unit(speed)];
            for index in 0..2 {
                sums[index] += pair[index];
                squares[index] += pair[index] * pair[index];
            }
            product += pair[0] * pair[1];
        }
        let all = f64::from(draws);
        for index in 0..2 {
            assert!((sums[index] / all - 0.5).abs() < 0.004);
            assert!((squares[index] / all - 1.0 / 3.0).abs() < 0.004);
        }
        assert!((product / all - 0.25).abs() < 0.004);
    }
}
