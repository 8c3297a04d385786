//! Which functions of one program are those of another, by their bodies and by their places among the others.
//!
//! Bodies alone tell many functions apart, but not those that a compiler has changed much, and not small ones. A program,
//! however, is built as a whole: who calls whom, what lies beside what and the order of tables of pointers survive most
//! builds. So pairs of functions that resemble each other are weighed first by themselves, then again and again with what
//! the surest pairs so far say about their callers, callees and neighbours, which also brings up pairs that their bodies do
//! not suggest. Each round has its own logistic model ([`Model`]), fitted on programs of known source.
//!
//! Left out: parts of functions. A function that was inlined into its callers has no counterpart.

mod context;
mod evidence;
mod features;
mod model;
mod pairs;
mod side;

use demarche_code::Feature;

pub use evidence::{Evidence, TERMS};
pub use model::{FITTED, Model};
pub use side::{Body, Side};

use demarche_index::{Rarity, Totals};
use features::Weighted;
use pairs::Pairs;

/// The rounds that an alignment goes through.
const ROUNDS: usize = 6;

/// After which rounds the surest pairs bring up others.
const SUGGESTING: [usize; 2] = [1, 2];

/// The sum of probabilities after the first round under which two programs have nothing in common worth going on.
const NOTHING: f32 = 0.5;

/// The weight of a feature that nothing in an index has.
pub const HEAVIEST: u16 = 1000;

/// What a feature weighs in comparisons, from 0 (every function has it) to [`HEAVIEST`] (none has it).
///
/// The inverse document frequency over functions, as a share of what it is for a feature that was never seen, so that it means
/// the same in small and large indexes.
#[must_use]
pub fn weight(rarity: Rarity, totals: Totals) -> u16 {
    #[expect(clippy::cast_precision_loss, reason = "a share does not need the last digit")]
    let (some, all) = ((rarity.functions + 1) as f64, (totals.functions + 2) as f64);
    let share = 1.0 - some.ln() / all.ln();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
    let weight = (share.clamp(0.0, 1.0) * f64::from(HEAVIEST)).round() as u16;
    weight
}

/// A program that is asked about, ready to be aligned with many others.
#[derive(Debug)]
pub struct Question {
    side: Side,
    weighted: Weighted,
}

/// Two functions that may be one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// The function of the program that is asked about, by its place.
    pub question: u32,
    /// The function of the other program, by its place.
    pub other: u32,
    /// The natural logarithm of the odds that both are one.
    pub logit: f32,
}

impl Pair {
    /// The probability that both are one, from 0 to 1.
    #[must_use]
    pub fn probability(&self) -> f64 {
        1.0 / (1.0 + f64::from(-self.logit).exp())
    }
}

impl Question {
    /// Prepares a program; `weigh` tells the weight of a feature.
    ///
    /// # Errors
    ///
    /// Those of `weigh`.
    pub fn new<E>(
        bodies: Vec<Body>,
        weigh: impl FnMut(Feature) -> Result<u16, E>,
    ) -> Result<Self, E> {
        let mut side = Side::new(bodies);
        let weighted = Weighted::new(&side, weigh)?;
        side.weigh(|feature| weighted.weight(feature));
        Ok(Self { side, weighted })
    }

    /// How much the features of a function weigh, in the unit of [`weight`].
    #[must_use]
    pub fn mass(&self, function: usize) -> f32 {
        self.side.mass(function)
    }

    /// Aligns the program with another: the pairs that are worth a look, ascending by both places.
    #[must_use]
    pub fn align(&self, other: &Side, models: &[Model]) -> Vec<Pair> {
        let Some(last) = models.last() else { return Vec::new() };
        let mut pairs = self.rounds(other, models, models.len().max(ROUNDS) - 1);
        pairs.judge(last);
        pairs.all.into_iter().map(|(pair, _)| pair).collect()
    }

    /// The pairs with the evidence that the model of a round gets to see, the first round being 0.
    ///
    /// To fit models: the models of the rounds before are needed.
    #[must_use]
    pub fn evidence(&self, other: &Side, models: &[Model], round: usize) -> Vec<(Pair, Evidence)> {
        self.rounds(other, models, round).all
    }

    fn rounds(&self, other: &Side, models: &[Model], last: usize) -> Pairs {
        let mut pairs = Pairs::alike(&self.side, &self.weighted, other);
        pairs.compare_rivals();
        for round in 0..last {
            let Some(model) = models.get(round).or(models.last()) else { break };
            pairs.judge(model);
            if round == 0 {
                pairs.drop_hopeless();
                if pairs.expected() < NOTHING {
                    break;
                }
            }
            if SUGGESTING.contains(&round) {
                pairs.suggest(&self.side, &self.weighted, other);
            }
            pairs.compare_rivals();
            pairs.look_around(&self.side, other);
        }
        pairs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_weighs_less_the_more_functions_have_it() {
        let totals = Totals { families: 3, functions: 998 };
        let of = |functions| weight(Rarity { families: 1, functions }, totals);
        assert_eq!(of(0), HEAVIEST);
        assert!(of(1) < of(0) && of(100) < of(10));
        assert!(of(998) < 5);
    }

    #[test]
    fn an_empty_index_has_weights() {
        let totals = Totals { families: 0, functions: 0 };
        assert_eq!(weight(Rarity { families: 0, functions: 0 }, totals), HEAVIEST);
    }
}
