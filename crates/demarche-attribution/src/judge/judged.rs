//! The judgement of any part of the evidence, with any values of the parameters.

use demarche_case::assessment::attribution::{ParameterName, Prior};
use demarche_case::random::Random;
use rayon::prelude::*;

use super::authors::{Author, Candidate, Flag};
use super::behaviour::Fitted;
use super::bench::Bench;
use super::combine::{Posterior, Taken, Weights, counting, posterior, weigh};
use super::elicited::Values;
use super::features;
use super::prior::{self, Read};

/// Draws of the parameters: the 5th and 95th percentile are then known to about two percentage points.
const DRAWS: usize = 200;

/// A part of the evidence, with the fitted weights of the behaviour in it.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// By item: true if it counts.
    pub(crate) counts: Vec<bool>,
    /// The weights of the behaviour that counts.
    pub(crate) fitted: Fitted,
}

/// One judgement: prior, weights and posterior.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    /// By author.
    pub(crate) prior: Vec<Prior>,
    pub(crate) weights: Weights,
    pub(crate) posterior: Posterior,
}

impl Bench<'_> {
    /// The judgement of a part of the evidence with one set of values.
    pub(crate) fn judged(&self, part: &Part, values: &Values, flags: &[Flag]) -> Judged {
        let weights = self.weighed(part, values);
        let readings = self.readings(values);
        let prior = prior::over(&readings, self.authors.len());
        let posterior = posterior(self, &readings, &prior, &weights, flags, values);
        Judged { prior, weights, posterior }
    }

    /// The prior by author in each reading of the case: the kind of the attack, and attacks on such victims.
    fn readings(&self, values: &Values) -> Vec<Read<'_>> {
        let kinds =
            features::prior(self.features, features::has_private_program(self.items), values);
        prior::readings(self.authors, self.counts, &kinds, values)
    }

    /// The weights of the items of a part with one set of values.
    fn weighed(&self, part: &Part, values: &Values) -> Weights {
        weigh(self.items, &part.counts, &part.fitted, values, self.authors)
    }

    /// The items for which `counts` is true, with the fitted weights of the behaviour among them.
    pub(crate) fn part(&self, counts: Vec<bool>) -> Part {
        let fitted = self.behaviour.fitted(self.items, &counts, self.authors.all.len());
        Part { counts, fitted }
    }

    /// The evidence as reported, or what of it is hard to forge.
    pub(crate) fn taken(&self, taken: Taken) -> Part {
        self.part(counting(self.items, taken))
    }

    /// Posteriors with values drawn from their ranges, for each part of the evidence; the same values for each.
    pub(crate) fn draws(
        &self,
        seed: u64,
        parts: [&Part; 2],
        flags: &[Flag],
    ) -> [Vec<Posterior>; 2] {
        let (mut random, mut seldom) = (Random::new(seed), Random::new(seed.wrapping_add(1)));
        let values: Vec<Values> =
            (0..DRAWS).map(|_| Values::drawn(&mut random, &mut seldom)).collect();
        parts.map(|part| {
            values.par_iter().map(|values| self.judged(part, values, flags).posterior).collect()
        })
    }

    /// The false flags worth weighing, in order of prior and evidence.
    ///
    /// The imitated are the actors to whom forgeable evidence points; the authors are actors of another state.
    pub(crate) fn flags(&self, values: &Values, hard: &Part) -> Vec<Flag> {
        const IMITATED: usize = 6;
        const AUTHORS: usize = 12;
        /// The least weight of forgeable evidence, in nats, that makes an actor worth imitating.
        const POINTS: f64 = 0.3;
        let easy = self.part(hard.counts.iter().map(|hard| !hard).collect());
        let weights_easy = self.weighed(&easy, values);
        let weights_hard = self.weighed(hard, values);
        let prior = prior::over(&self.readings(values), self.authors.len());
        let plants = values.get(ParameterName::PlanterUse);
        let actors = || {
            let is_actor = |index: &usize| matches!(self.authors.all[*index], Author::Actor(_));
            (0..self.authors.all.len()).filter(is_actor)
        };
        let total =
            |weights: &Weights, index: usize| weights.total(self, Candidate::Author(index), plants);
        let imitated = actors().map(|index| (total(&weights_easy, index), index));
        let imitated = best(imitated.filter(|(nats, _)| *nats > POINTS).collect(), IMITATED);
        let authors = actors().map(|index| {
            // Forgeable evidence may be the author's own: it speaks for the author in a false flag too.
            let nats = total(&weights_hard, index) + total(&weights_easy, index).max(0.0);
            (f64::from(prior[index]).ln() + nats, index)
        });
        let authors = best(authors.collect(), AUTHORS);
        let state = |index: usize| self.authors.state(index);
        let mut flags = Vec::new();
        for author in authors {
            for imitated in &imitated {
                let same_side = state(author).is_some() && state(author) == state(*imitated);
                if author != *imitated && !same_side {
                    flags.push(Flag { author, imitated: *imitated });
                }
            }
        }
        flags
    }
}

/// The indices with the highest scores, highest first; among equals the first.
fn best(mut scored: Vec<(f64, usize)>, count: usize) -> Vec<usize> {
    scored.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    scored.truncate(count);
    scored.into_iter().map(|(_, index)| index).collect()
}
