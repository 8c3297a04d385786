//! From statements of items to weights, and from weights to probabilities.
//!
//! An author `h` is compared with the background, for an item that was planted with probability φ.
//! `LR' = ((1 − φ) p + φ) / ((1 − φ) q + φ)`, so that |ln LR'| ≤ ln 1/φ: easily forged evidence cannot weigh much
//! (ε-contamination: Huber 1965; Berger, "Statistical Decision Theory and Bayesian Analysis", 1985).
//! The logarithm is multiplied by the reliability of the source and divided by `n^γ`, for `n` telling items in a cluster.
//!
//! Under "g imitates y", a planter plants the share f of plantable evidence, and f' = min(f, 2 f φ):
//! `LR = (1 − f') LR'_g + f' LR_planted`. A planted pointer is certain to be seen, `LR_planted = 1 / ((1 − φ) q + φ)`,
//! and planted behaviour looks like that of the imitated actor. Evidence that is hard to forge must still be explained
//! by g. Two things favour a false flag: forgeable and hard evidence that disagree, and proof that an item was planted.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::Probability;
use demarche_case::assessment::attribution::{Cluster, ParameterName, Prior};
use demarche_case::number::float;
use demarche_case::{EvidenceId, Forgeability};

use super::authors::{Candidate, Flag};
use super::behaviour::Fitted;
use super::elicited::{Values, is_easily_forged, reliability};
use super::items::{Item, Says};
use crate::posterior::bounded;

/// The least spread of an item's weights, in nats, that counts as evidence of its own.
pub(crate) const SAYS_ANYTHING: f64 = 0.05;

/// The force of an exposure by a source beyond doubt; the rest is the chance that the exposure was staged.
const SHOWN: f64 = 0.95;

/// The weight of one item, with one set of values.
#[derive(Clone, Debug)]
pub(crate) struct ItemWeight {
    /// By author, in nats, after reliability and discounts.
    pub(crate) own: Vec<f64>,
    /// In nats, for a false flag that imitates an actor whom the item exposes as imitated, or to whom it points.
    exposure: f64,
    /// The likelihood ratio of a pointer that was planted for certain; 0 for other items.
    certain: f64,
    /// Reliability and discount together, from 0 to 1.
    factor: f64,
    /// The discount alone, from 0 to 1.
    pub(crate) discount: f64,
    /// The probability that the item was planted.
    pub(crate) planted: Probability,
}

/// The weights of the items of a case, in their order.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    pub(crate) items: Vec<ItemWeight>,
}

/// A choice of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// All, as reported.
    AsReported,
    /// Only those that are hard to forge.
    HardToForge,
}

/// The weights of items for `authors` authors; an item for which `counts` is false weighs nothing.
pub(crate) fn weigh(
    items: &[Item<'_>],
    counts: &[bool],
    fitted: &Fitted,
    values: &Values,
    authors: usize,
) -> Weights {
    let exposed = exposed(items, counts);
    let rows = items.iter().zip(counts).zip(&fitted.weights).zip(exposed);
    let items_weights = rows
        .map(|(((item, counts), fitted), exposed)| {
            item_weight(item, *counts, fitted, exposed, values, authors)
        })
        .collect();
    let mut weights = Weights { items: items_weights };
    weights.discount(items, values);
    weights
}

/// The weight of one item before reliability and discounts.
///
/// `fitted` is its weight by author as behaviour, and `exposed` the force with which it is shown to be planted.
fn item_weight(
    item: &Item<'_>,
    counts: bool,
    fitted: &[f64],
    exposed: f64,
    values: &Values,
    authors: usize,
) -> ItemWeight {
    let planted = planted(item, exposed, values);
    let chance = planted.get();
    let bound = -chance.ln();
    let reliability = reliability(item.evidence.grade);
    let (mut exposure, mut certain) = (0.0, 0.0);
    let own = match &item.says {
        Says::Uses(_) if counts && !fitted.is_empty() => {
            let scale = values.get(ParameterName::BehaviourScale);
            fitted.iter().map(|nats| (nats * scale).clamp(-bound, bound)).collect()
        }
        Says::Points { to, strength } if counts => {
            let (p, q) = values.pointer(*strength);
            let hit = contaminated(p, q, chance);
            // A tool that anybody can have imitates nobody.
            if item.forgeability != Forgeability::PublicTool {
                certain = 1.0 / ((1.0 - chance) * q + chance);
            }
            // An item known to be planted gives only a false flag that imitates this actor a reason for it.
            exposure =
                exposed * reliability * (values.get(ParameterName::PlanterUse) / q).ln().max(0.0);
            to.iter().map(|to| if *to { hit } else { 0.0 }).collect()
        }
        Says::Exposes { .. } => {
            // Planting a pointer to an actor is imitating the actor: without a false flag, the exposure must be wrong.
            if counts {
                exposure = -(1.0 - SHOWN * reliability).ln();
            }
            vec![0.0; authors]
        }
        Says::Uses(_) | Says::Points { .. } | Says::Nothing => vec![0.0; authors],
    };
    // The factors follow when the sizes of all clusters are known.
    ItemWeight { own, exposure, certain, factor: 1.0, discount: 1.0, planted }
}

/// By item, the force with which it is shown to be planted, from 0 to 1: the reliability of the best counting exposure.
fn exposed(items: &[Item<'_>], counts: &[bool]) -> Vec<f64> {
    let exposed = |id: &EvidenceId| {
        let exposing = items
            .iter()
            .zip(counts)
            .filter(|(item, counts)| **counts && item.evidence.weighing.exposes.contains(id));
        exposing.map(|(item, _)| reliability(item.evidence.grade)).fold(0.0, f64::max)
    };
    items.iter().map(|item| exposed(&item.evidence.id)).collect()
}

/// The probability that an item was planted: that of its class, and almost 1 where it is shown to be planted.
fn planted(item: &Item<'_>, exposed: f64, values: &Values) -> Probability {
    let usual = values.planted(item.forgeability).get();
    Probability::clamped(1.0 - (1.0 - usual) * (1.0 - SHOWN * exposed))
}

/// The weight of a trace, in nats, that is seen with probability `p` and else `q`, both planted or not.
fn contaminated(p: f64, q: f64, planted: f64) -> f64 {
    (((1.0 - planted) * p + planted) / ((1.0 - planted) * q + planted)).ln()
}

impl Weights {
    /// Takes reliability, clusters, sources and classes into account; behaviour has a discount of its own, fitted over all
    /// of it.
    ///
    /// Each of the `n` items of a cluster counts `n^−γ`, and likewise each of the clusters of one source: several
    /// statements by one source are not independent.
    fn discount(&mut self, items: &[Item<'_>], values: &Values) {
        let mut sizes: BTreeMap<&Cluster, f64> = BTreeMap::new();
        let mut sources: BTreeMap<&str, BTreeSet<&Cluster>> = BTreeMap::new();
        for (item, weight) in items.iter().zip(&self.items) {
            let says = spread(&weight.own) > SAYS_ANYTHING || weight.exposure > 0.0;
            if says && !item.says.is_behaviour() && reliability(item.evidence.grade) > 0.0 {
                *sizes.entry(&item.cluster).or_default() += 1.0;
                sources.entry(&item.evidence.source.text).or_default().insert(&item.cluster);
            }
        }
        let gamma = values.get(ParameterName::ClusterDiscount);
        for (item, weight) in items.iter().zip(&mut self.items) {
            let size = sizes.get(&item.cluster).copied().unwrap_or(1.0);
            let clusters = sources.get(item.evidence.source.text.as_str()).map_or(1, BTreeSet::len);
            if !item.says.is_behaviour() {
                weight.discount = (size * float(clusters)).powf(-gamma);
            }
            weight.factor = reliability(item.evidence.grade) * weight.discount;
            for nats in &mut weight.own {
                *nats *= weight.factor;
            }
        }
        self.bound_classes(items);
    }

    /// Bounds the sum of the pointers of each class of forgeability: a planter of one pointer can plant ten.
    ///
    /// The part of the sum above the bound `b` of a single pointer counts as `b (1 − exp(−(s − b) / b))`, so that the sum
    /// stays below `2 b`.
    fn bound_classes(&mut self, items: &[Item<'_>]) {
        let authors = self.items.first().map_or(0, |item| item.own.len());
        let classes: BTreeSet<Forgeability> = items.iter().map(|item| item.forgeability).collect();
        for class in classes {
            let is_member = |index: &usize| {
                let item = &items[*index];
                item.forgeability == class && matches!(item.says, Says::Points { .. })
            };
            let members: Vec<usize> = (0..items.len()).filter(is_member).collect();
            let usual = members.iter().map(|index| self.items[*index].planted.get());
            let bound = -usual.fold(1.0, f64::min).ln();
            if members.len() < 2 || bound <= 0.0 {
                continue;
            }
            for author in 0..authors {
                let sum: f64 = members.iter().map(|index| self.items[*index].own[author]).sum();
                if sum <= bound {
                    continue;
                }
                let scale = (bound + bounded(sum - bound, bound)) / sum;
                for index in &members {
                    self.items[*index].own[author] *= scale;
                }
            }
        }
    }

    /// The weight of all items for an author, in nats.
    pub(crate) fn total(&self, author: usize) -> f64 {
        self.items.iter().map(|item| item.own[author]).sum()
    }

    /// The weight of the item at `index` for a candidate, in nats.
    pub(crate) fn of(
        &self,
        items: &[Item<'_>],
        index: usize,
        candidate: Candidate,
        values: &Values,
    ) -> f64 {
        match candidate {
            Candidate::Author(author) => self.items[index].own[author],
            Candidate::Flag(flag) => {
                let plants = values.get(ParameterName::PlanterUse);
                self.items[index].under(&items[index], flag, plants)
            }
        }
    }
}

impl ItemWeight {
    /// The weight of the item for a false flag, in nats; `plants` is the share of plantable evidence that is planted.
    fn under(&self, item: &Item<'_>, flag: Flag, plants: f64) -> f64 {
        if self.factor <= 0.0 {
            return 0.0;
        }
        let points = match &item.says {
            Says::Exposes { imitated: to } | Says::Points { to, .. } => to[flag.imitated],
            Says::Uses(_) | Says::Nothing => false,
        };
        if points && self.exposure > 0.0 {
            return self.exposure;
        }
        // Most items say nothing of most authors.
        if self.own[flag.author] == 0.0 && self.own[flag.imitated] == 0.0 {
            return 0.0;
        }
        let planted = f64::min(plants, 2.0 * plants * self.planted.get());
        let own = (self.own[flag.author] / self.factor).exp();
        let likeness = if points && self.certain > 0.0 {
            self.certain
        } else {
            (self.own[flag.imitated] / self.factor).exp()
        };
        self.factor * ((1.0 - planted) * own + planted * likeness).ln()
    }
}

/// The distance between the highest and the lowest weight of an item, in nats.
pub(crate) fn spread(weights: &[f64]) -> f64 {
    let low = weights.iter().copied().fold(f64::INFINITY, f64::min);
    let high = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if high > low { high - low } else { 0.0 }
}

/// By item, true if it counts.
pub(crate) fn counting(items: &[Item<'_>], taken: Taken) -> Vec<bool> {
    let counts =
        |item: &Item<'_>| taken == Taken::AsReported || !is_easily_forged(item.forgeability);
    items.iter().map(counts).collect()
}

impl Flag {
    /// The prior of this false flag among all: proportional to the priors of the author and of the imitated.
    ///
    /// `all` is the prior of all that can be imitated, each once; 0 gives 0.
    pub(crate) fn prior(self, prior: &[Prior], all: f64) -> Prior {
        let product = f64::from(prior[self.author]) * f64::from(prior[self.imitated]);
        Prior(if all > 0.0 { Probability::clamped(product / all) } else { Probability::IMPOSSIBLE })
    }
}

/// The prior of all imitated authors together, each once.
pub(crate) fn imitated(flags: &[Flag], prior: &[Prior]) -> f64 {
    let imitated: BTreeSet<usize> = flags.iter().map(|flag| flag.imitated).collect();
    imitated.into_iter().map(|index| f64::from(prior[index])).sum()
}

/// The probability of every hypothesis; together 1.
#[derive(Clone, Debug)]
pub(crate) struct Posterior {
    /// By author, without a false flag.
    authors: Vec<Probability>,
    /// The false flags.
    pub(crate) flags: Vec<(Flag, Probability)>,
}

impl Posterior {
    /// Every candidate with its probability, the authors first.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Candidate, Probability)> {
        let authors = self.authors.iter().enumerate();
        let authors = authors.map(|(author, chance)| (Candidate::Author(author), *chance));
        authors.chain(self.flags.iter().map(|(flag, chance)| (Candidate::Flag(*flag), *chance)))
    }

    /// The probability of one candidate; 0 for a false flag that was not weighed.
    pub(crate) fn of(&self, candidate: Candidate) -> Probability {
        match candidate {
            Candidate::Author(author) => self.authors[author],
            Candidate::Flag(flag) => {
                let found = self.flags.iter().find(|(weighed, _)| *weighed == flag);
                found.map_or(Probability::IMPOSSIBLE, |(_, chance)| *chance)
            }
        }
    }
}

/// The posterior `P(h) ∝ π(h) exp(Σ ln LR)`.
pub(crate) fn posterior(
    items: &[Item<'_>],
    prior: &[Prior],
    weights: &Weights,
    flags: &[Flag],
    values: &Values,
) -> Posterior {
    let share = if flags.is_empty() { 0.0 } else { values.get(ParameterName::FalseFlagShare) };
    let mut logs: Vec<f64> = prior
        .iter()
        .enumerate()
        .map(|(author, prior)| ((1.0 - share) * f64::from(*prior)).ln() + weights.total(author))
        .collect();
    let all = imitated(flags, prior);
    let plants = values.get(ParameterName::PlanterUse);
    for flag in flags {
        let under = weights.items.iter().zip(items);
        let nats: f64 = under.map(|(weight, item)| weight.under(item, *flag, plants)).sum();
        logs.push((share * f64::from(flag.prior(prior, all))).ln() + nats);
    }
    let mut shares: Vec<Probability> =
        softmax(&logs).into_iter().map(Probability::clamped).collect();
    let flagged = shares.split_off(prior.len());
    Posterior { authors: shares, flags: flags.iter().copied().zip(flagged).collect() }
}

/// Logarithms as shares of their exponentials' sum; "not a number" has no share.
fn softmax(logs: &[f64]) -> Vec<f64> {
    let highest =
        logs.iter().copied().filter(|log| !log.is_nan()).fold(f64::NEG_INFINITY, f64::max);
    let power = |log: &f64| if log.is_nan() { 0.0 } else { (log - highest).exp() };
    let sum: f64 = logs.iter().map(power).sum();
    logs.iter().map(|log| if sum > 0.0 { power(log) / sum } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_holds_for_what_is_certain_and_rare() {
        for planted in [0.05, 0.1, 0.5, 0.8] {
            let bound = contaminated(1.0, 0.0, planted);
            assert!((bound + f64::ln(planted)).abs() < 1e-12);
            assert!(contaminated(0.6, 0.04, planted) < bound);
        }
    }

    #[test]
    fn what_is_seen_as_often_anyway_weighs_nothing() {
        assert!(contaminated(0.3, 0.3, 0.1).abs() < 1e-12);
    }

    #[test]
    fn shares_add_up_to_one_and_do_not_overflow() {
        let shares = softmax(&[-1e9, 700.0, 700.0, f64::NAN, f64::NEG_INFINITY]);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((shares[1] - 0.5).abs() < 1e-12);
    }
}
