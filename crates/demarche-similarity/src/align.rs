//! The alignment of two programs: pairs of functions that are one, by their bodies and by their surroundings.
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
mod pairs;
mod side;

use demarche_code::Feature;

pub use evidence::{Evidence, FITTED, Model, Pair, TERMS};
pub use side::{Body, HEAVIEST, Side, weight};

use features::Weighted;
use pairs::Pairs;

/// The rounds that an alignment goes through.
const ROUNDS: usize = 6;

/// After which rounds the surest pairs bring up others.
const SUGGESTING: [usize; 2] = [1, 2];

/// The sum of probabilities after the first round under which two programs have nothing in common worth going on.
const NOTHING: f32 = 0.5;

/// A program that is asked about, ready to be aligned with many others.
#[derive(Debug)]
pub struct Question {
    side: Side,
    weighted: Weighted,
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

    /// The weight of the features of a function, in the unit of [`weight`].
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
