//! From what items say to what they weigh, and from weights to probabilities.
//!
//! For an author `h` and an item that was planted with probability φ, by a planter who would plant it whoever he is,
//! `LR' = ((1 − φ) p + φ) / ((1 − φ) q + φ)`, so that |ln LR'| ≤ ln 1/φ: what is easily forged cannot weigh much
//! (ε-contamination: Huber 1965; Berger, "Statistical Decision Theory and Bayesian Analysis", 1985).
//! The logarithm is multiplied with the source's reliability and divided by `n^γ` for the `n` items of its cluster that
//! say anything. Under "g posing as y", with f the share of what can be planted that a planter does plant,
//! `LR = (1 − f') LR'_g + f' LR_planted`, where f' = min(f, 2 f φ) and a planted pointer is certain to be seen,
//! `LR_planted = 1 / ((1 − φ) q + φ)`, and planted behaviour looks like the mask's own: what is hard to forge must still
//! be explained by g, and hardly any item speaks more for a mask than for its owner. What favours a false flag over both is that
//! forgeable and hard evidence part ways, and above all an item that shows another to be planted.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::{EvidenceId, Forgeability};

use super::behaviour::Fitted;
use super::elicited::{Name, Values, is_easily_forged, reliability};
use super::items::{Item, Says};
use crate::posterior::bounded;

/// What an item says beyond this, in nats, is worth counting as evidence of its own.
pub(crate) const SAYS_ANYTHING: f64 = 0.05;

/// How far an exposure by a source beyond doubt goes; the rest is left for the exposure itself being staged.
const SHOWN: f64 = 0.95;

/// What the items of a case weigh, with one set of values.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    /// By item and author, in nats, everything counted.
    pub(crate) own: Vec<Vec<f64>>,
    /// By item: what it weighs for whoever poses as one of the masks that it exposes, or to whom it was planted to point,
    /// in nats, everything counted.
    exposure: Vec<f64>,
    /// By item: the likelihood ratio of a pointer that was planted for certain; 0 for what is no pointer.
    certain: Vec<f64>,
    /// By item: reliability and discount together.
    factor: Vec<f64>,
    /// By item: the discount alone.
    pub(crate) discount: Vec<f64>,
    /// By item: how probably it was planted.
    pub(crate) planted: Vec<f64>,
}

/// Which items count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// All, as reported.
    AsReported,
    /// Only those that are hard to forge.
    HardToForge,
}

/// Weighs items for `authors` authors; an item for which `counts` is false weighs nothing.
pub(crate) fn weigh(
    items: &[Item<'_>],
    counts: &[bool],
    fitted: &Fitted,
    values: &Values,
    authors: usize,
) -> Weights {
    let mut weights = Weights {
        own: Vec::with_capacity(items.len()),
        exposure: Vec::with_capacity(items.len()),
        certain: Vec::with_capacity(items.len()),
        factor: Vec::with_capacity(items.len()),
        discount: Vec::new(),
        planted: planted(items, counts, values),
    };
    let exposed = exposed(items, counts);
    let scale = values.get(Name::BehaviourScale);
    for ((((item, counts), fitted), planted), exposed) in
        items.iter().zip(counts).zip(&fitted.weights).zip(&weights.planted).zip(exposed)
    {
        let bound = -planted.ln();
        let (mut exposure, mut certain) = (0.0, 0.0);
        let own = match &item.says {
            Says::Uses(_) if *counts && !fitted.is_empty() => {
                fitted.iter().map(|nats| (nats * scale).clamp(-bound, bound)).collect()
            }
            Says::Points { to, strength } if *counts => {
                let (p, q) = values.pointer(*strength);
                let hit = contaminated(p, q, *planted);
                // What anybody can have makes no mask: nobody would be taken for another by it.
                if item.forgeability != Forgeability::PublicTool {
                    certain = 1.0 / ((1.0 - planted) * q + planted);
                }
                // Once it is known to be planted, only whoever poses as that author has a reason for it.
                exposure = exposed
                    * reliability(item.evidence.grade)
                    * (values.get(Name::PlanterUse) / q).ln().max(0.0);
                to.iter().map(|to| if *to { hit } else { 0.0 }).collect()
            }
            Says::Exposes { .. } => {
                // Whoever plants what points to another poses as him: without that, the exposure must be wrong.
                if *counts {
                    exposure = -(1.0 - SHOWN * reliability(item.evidence.grade)).ln();
                }
                vec![0.0; authors]
            }
            Says::Uses(_) | Says::Points { .. } | Says::Nothing => vec![0.0; authors],
        };
        weights.own.push(own);
        weights.exposure.push(exposure);
        weights.certain.push(certain);
    }
    weights.discount(items, values);
    weights
}

/// How far each item is shown to have been planted, from 0 to 1: the reliability of the best counting item that shows it.
fn exposed(items: &[Item<'_>], counts: &[bool]) -> Vec<f64> {
    let one = |id: &EvidenceId| {
        let exposing = items
            .iter()
            .zip(counts)
            .filter(|(item, counts)| **counts && item.evidence.weighing.exposes.contains(id));
        exposing.map(|(item, _)| reliability(item.evidence.grade)).fold(0.0, f64::max)
    };
    items.iter().map(|item| one(&item.evidence.id)).collect()
}

/// How probably each item was planted: as its class says, and where it is shown to have been, almost certainly.
fn planted(items: &[Item<'_>], counts: &[bool], values: &Values) -> Vec<f64> {
    let one = |(item, exposed): (&Item<'_>, f64)| {
        let usual = values.planted(item.forgeability);
        1.0 - (1.0 - usual) * (1.0 - SHOWN * exposed)
    };
    items.iter().zip(exposed(items, counts)).map(one).collect()
}

/// The logarithm of the likelihood ratio of what is seen with probability `p` and else `q`, both planted or not.
fn contaminated(p: f64, q: f64, planted: f64) -> f64 {
    (((1.0 - planted) * p + planted) / ((1.0 - planted) * q + planted)).ln()
}

impl Weights {
    /// Takes reliability, clusters, sources and classes into account; behaviour comes with its own discount, fitted over all
    /// of it.
    ///
    /// Each of the `n` items of a cluster counts `n^−γ`, and likewise each of the clusters that one source speaks for:
    /// one mouth does not become many by saying several things.
    fn discount(&mut self, items: &[Item<'_>], values: &Values) {
        let mut sizes: BTreeMap<&str, f64> = BTreeMap::new();
        let mut sources: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for ((item, own), exposure) in items.iter().zip(&self.own).zip(&self.exposure) {
            let says = spread(own) > SAYS_ANYTHING || *exposure > 0.0;
            if says && !item.says.is_behaviour() && reliability(item.evidence.grade) > 0.0 {
                *sizes.entry(&item.cluster).or_default() += 1.0;
                sources.entry(&item.evidence.source.text).or_default().insert(&item.cluster);
            }
        }
        let gamma = values.get(Name::ClusterDiscount);
        for (item, own) in items.iter().zip(&mut self.own) {
            let size = sizes.get(item.cluster.as_str()).copied().unwrap_or(1.0);
            let clusters = sources.get(item.evidence.source.text.as_str()).map_or(1, BTreeSet::len);
            let clusters = f64::from(u32::try_from(clusters).unwrap_or(u32::MAX));
            let discount =
                if item.says.is_behaviour() { 1.0 } else { (size * clusters).powf(-gamma) };
            let factor = reliability(item.evidence.grade) * discount;
            for nats in own.iter_mut() {
                *nats *= factor;
            }
            self.factor.push(factor);
            self.discount.push(discount);
        }
        self.bound_classes(items);
    }

    /// What pointers of one class of forgeability together cannot exceed, for who plants one can plant ten: of their sum
    /// what is above the bound `b` of a single one counts as `b (1 − exp(−(s − b) / b))`, so that it stays below `2 b`.
    fn bound_classes(&mut self, items: &[Item<'_>]) {
        let authors = self.own.first().map_or(0, Vec::len);
        let classes: BTreeSet<Forgeability> = items.iter().map(|item| item.forgeability).collect();
        for class in classes {
            let members: Vec<usize> = (0..items.len())
                .filter(|place| {
                    items.get(*place).is_some_and(|item| {
                        item.forgeability == class && matches!(item.says, Says::Points { .. })
                    })
                })
                .collect();
            let usual = members.iter().filter_map(|place| self.planted.get(*place)).copied();
            let bound = -usual.fold(1.0, f64::min).ln();
            if members.len() < 2 || bound <= 0.0 {
                continue;
            }
            for author in 0..authors {
                let at = |place: &usize| self.own.get(*place)?.get(author).copied();
                let sum: f64 = members.iter().filter_map(at).sum();
                if sum <= bound {
                    continue;
                }
                let scale = (bound + bounded(sum - bound, bound)) / sum;
                for place in &members {
                    if let Some(nats) = self.own.get_mut(*place).and_then(|row| row.get_mut(author))
                    {
                        *nats *= scale;
                    }
                }
            }
        }
    }

    /// What all items weigh for an author, in nats.
    pub(crate) fn total(&self, author: usize) -> f64 {
        self.own.iter().filter_map(|item| item.get(author)).sum()
    }

    /// What an item weighs for `author` posing as `mask`, in nats.
    pub(crate) fn under_mask(&self, items: &[Item<'_>], item: usize, flag: Flag, use_: f64) -> f64 {
        let factor = self.factor.get(item).copied().unwrap_or_default();
        if factor <= 0.0 {
            return 0.0;
        }
        let of = |table: &[f64]| table.get(item).copied().unwrap_or_default();
        let at = |column: usize| {
            self.own.get(item).and_then(|row| row.get(column)).copied().unwrap_or_default()
        };
        let points = match items.get(item).map(|item| &item.says) {
            Some(Says::Exposes { masks: to } | Says::Points { to, .. }) => {
                to.get(flag.mask) == Some(&true)
            }
            _ => false,
        };
        if points && of(&self.exposure) > 0.0 {
            return of(&self.exposure);
        }
        // Most items say nothing of most authors.
        if at(flag.author) == 0.0 && at(flag.mask) == 0.0 {
            return 0.0;
        }
        let planted = f64::min(use_, 2.0 * use_ * of(&self.planted));
        let own = (at(flag.author) / factor).exp();
        let likeness = match of(&self.certain) {
            certain if points && certain > 0.0 => certain,
            _ => (at(flag.mask) / factor).exp(),
        };
        factor * ((1.0 - planted) * own + planted * likeness).ln()
    }
}

/// How far apart the weights of an item lie, in nats.
pub(crate) fn spread(weights: &[f64]) -> f64 {
    let low = weights.iter().copied().fold(f64::INFINITY, f64::min);
    let high = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if high > low { high - low } else { 0.0 }
}

/// Which items count.
pub(crate) fn counting(items: &[Item<'_>], taken: Taken) -> Vec<bool> {
    let counts =
        |item: &Item<'_>| taken == Taken::AsReported || !is_easily_forged(item.forgeability);
    items.iter().map(counts).collect()
}

/// One author posing as another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Flag {
    pub(crate) author: usize,
    pub(crate) mask: usize,
}

impl Flag {
    /// How likely this mask on this author is among all false flags: a planter is as likely as any author, and takes the
    /// likeness of a usual suspect among the `masks` that the evidence allows, given by their prior together.
    pub(crate) fn likely(&self, prior: &[f64], masks: f64) -> f64 {
        let of = |place: usize| prior.get(place).copied().unwrap_or_default();
        if masks > 0.0 { of(self.author) * of(self.mask) / masks } else { 0.0 }
    }
}

/// The prior of all masks together, each once.
pub(crate) fn masks(flags: &[Flag], prior: &[f64]) -> f64 {
    let masks: BTreeSet<usize> = flags.iter().map(|flag| flag.mask).collect();
    masks.into_iter().filter_map(|place| prior.get(place)).sum()
}

/// The probability of every hypothesis; together 1.
#[derive(Clone, Debug)]
pub(crate) struct Posterior {
    /// By author, under no mask.
    pub(crate) authors: Vec<f64>,
    /// False flags.
    pub(crate) flags: Vec<(Flag, f64)>,
}

/// The posterior `P(h) ∝ π(h) exp(Σ ln LR)`.
pub(crate) fn posterior(
    items: &[Item<'_>],
    prior: &[f64],
    weights: &Weights,
    flags: &[Flag],
    values: &Values,
) -> Posterior {
    let share = if flags.is_empty() { 0.0 } else { values.get(Name::FalseFlagShare) };
    let mut logs: Vec<f64> = prior
        .iter()
        .enumerate()
        .map(|(author, prior)| ((1.0 - share) * prior).ln() + weights.total(author))
        .collect();
    let authors = logs.len();
    let masks = masks(flags, prior);
    for flag in flags {
        let prior = flag.likely(prior, masks);
        let use_ = values.get(Name::PlanterUse);
        let nats: f64 =
            (0..items.len()).map(|item| weights.under_mask(items, item, *flag, use_)).sum();
        logs.push((share * prior).ln() + nats);
    }
    let mut all = softmax(&logs);
    let flagged = all.split_off(authors);
    Posterior { authors: all, flags: flags.iter().copied().zip(flagged).collect() }
}

/// Logarithms as shares of their exponentials' sum; what is no number has no share.
fn softmax(logs: &[f64]) -> Vec<f64> {
    let most = logs.iter().copied().filter(|log| !log.is_nan()).fold(f64::NEG_INFINITY, f64::max);
    let power = |log: &f64| if log.is_nan() { 0.0 } else { (log - most).exp() };
    let sum: f64 = logs.iter().map(power).sum();
    logs.iter().map(|log| if sum > 0.0 { power(log) / sum } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_holds_for_what_is_certain_and_rare() {
        for planted in [0.05, 0.1, 0.5, 0.8] {
            let most = contaminated(1.0, 0.0, planted);
            assert!((most + f64::ln(planted)).abs() < 1e-12);
            assert!(contaminated(0.6, 0.04, planted) < most);
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
