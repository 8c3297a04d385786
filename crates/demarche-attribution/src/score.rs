//! What techniques and software say about who did it: for each item and each actor a weight in nats.

use std::collections::BTreeSet;

use demarche_case::Moment;
use demarche_case::record::{Record, RecordId, Used};

use crate::claims::Claims;
use crate::comparison::{self, Comparison, Observed};
use crate::mask::Mask;
use crate::parameters::Parameters;
use crate::posterior::{bounded, logit, posterior, scores, sums};
use crate::repertoire::Repertoires;

/// Weighs techniques and software against the record, as they were fitted on attacks whose actor is said to be known.
///
/// Made once for a record, it scores an incident in less than a millisecond.
#[derive(Clone, Debug)]
pub struct Scorer {
    claims: Claims,
    repertoires: Repertoires,
    parameters: Parameters,
}

/// What an incident weighs for every actor, in nats.
///
/// The sum of an actor's column and its standing is its score; differences of scores are logarithms of odds, before
/// anything is known of the victim or of the rest of the evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    /// The techniques and software, each once, in order.
    pub items: Vec<Used>,
    /// For each item its weight for each actor, in the order of [`Scorer::actors`]; 0 where the actor is not known to use it.
    pub weights: Vec<Vec<f64>>,
    /// What belongs to the actor and to no item: how much is known of it, and whether it was active at the time.
    pub standing: Vec<f64>,
    /// The probability of each actor if the actor is in the record and nothing else is known; they sum to 1.
    pub posterior: Vec<f64>,
    /// The logarithm of the odds that the actor is not in the record, if that is as likely beforehand as that it is.
    pub unknown: f64,
    /// The score of "an actor that is not in the record" on the scale of the other scores: beside them, with each
    /// actor as likely as the others and one half for the unknown, it gives `unknown` as odds.
    pub unknown_score: f64,
}

impl Scorer {
    /// What the record knows, but for what the mask leaves out.
    #[must_use]
    pub fn new(record: &Record, mask: &Mask, parameters: &Parameters) -> Self {
        let claims = Claims::of(record);
        let repertoires = Repertoires::of(&claims, mask);
        Self { claims, repertoires, parameters: *parameters }
    }

    /// The actors of whom the record claims that they used anything, in order: the columns of [`Weighed`].
    #[must_use]
    pub fn actors(&self) -> &[RecordId] {
        &self.claims.actors
    }

    /// Weighs what was seen.
    ///
    /// The order of the items does not matter, and an item counts once. Without a date nobody is taken to have been
    /// active. An actor of whom the mask leaves nothing has no weights, and probability 0.
    #[must_use]
    pub fn weigh(&self, seen: &BTreeSet<Used>, date: Option<Moment>) -> Weighed {
        let observed = Observed::of(seen, date, &self.claims);
        let comparison = Comparison::of(&observed, &self.repertoires);
        let Parameters { temperature, floor, .. } = self.parameters;
        let scores = scores(&self.parameters, &comparison);
        let (weights, standing) = self.laid_out(&observed);
        let unknown = logit(&self.parameters, &comparison);
        let limit = scores.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
        let sum: f64 =
            scores.iter().flatten().map(|score| ((score - limit) * temperature).exp()).sum();
        let unknown_score =
            if sum > 0.0 { limit * temperature + sum.ln() + unknown } else { unknown };
        Weighed {
            items: observed.items.into_iter().map(|(used, _)| used).collect(),
            weights,
            standing,
            posterior: posterior(&scores, temperature, floor),
            unknown,
            unknown_score,
        }
    }

    /// The weights of each item, and what is left for the actor.
    ///
    /// A class over its ceiling is shared out in proportion, so that the column still sums to the score.
    fn laid_out(&self, observed: &Observed) -> (Vec<Vec<f64>>, Vec<f64>) {
        let (p, terms) = (&self.parameters, self.parameters.terms());
        let extent = comparison::extent(observed, &self.repertoires);
        let actors = self.repertoires.of.len();
        let mut weights = vec![vec![0.0; actors]; observed.items.len()];
        let mut standing = vec![0.0; actors];
        for (index, one) in self.repertoires.of.iter().enumerate() {
            if one.is_empty() {
                continue;
            }
            let alone = comparison::standing(observed, one);
            if let Some(standing) = standing.get_mut(index) {
                *standing = p.temperature * sums(&terms, &alone)[2];
            }
            let shares = comparison::shares(observed, &extent, one, &self.repertoires);
            let of = |class: usize| {
                shares.iter().map(|share| sums(&terms, &share.terms)[class]).sum::<f64>()
            };
            let scale =
                |sum: f64, ceiling: f64| if sum > 0.0 { bounded(sum, ceiling) / sum } else { 1.0 };
            let scales = [scale(of(0), p.software.ceiling), scale(of(1), p.technique.ceiling)];
            for share in &shares {
                let parts = sums(&terms, &share.terms);
                let nats = scales[0] * parts[0] + scales[1] * parts[1] + parts[2];
                if let Some(weight) = weights.get_mut(share.item).and_then(|row| row.get_mut(index))
                {
                    *weight = p.temperature * nats;
                }
            }
        }
        (weights, standing)
    }
}
