//! From statements of items to weights, and from weights to probabilities.
//!
//! An author is compared with the background, for an item that was planted with probability φ.
//! `LR = ((1 − φ) p + φ) / ((1 − φ) q + φ)`, so that easily forged evidence cannot weigh much
//! (ε-contamination: Huber 1965; Berger, "Statistical Decision Theory and Bayesian Analysis", 1985).
//! The logarithm is multiplied by the reliability of the source and by a fitted scale, and pooled with the rest.
//!
//! Under "g imitates y", a planter plants the share f of plantable evidence, and f' = min(f, 2 f φ):
//! `LR = (1 − f') LR'_g + f' LR_planted`. A planted pointer is certain to be seen, `LR_planted = 1 / ((1 − φ) q + φ)`,
//! and planted behaviour looks like that of the imitated actor. Evidence that is hard to forge must still be explained
//! by g. Two things favour a false flag: forgeable and hard evidence that disagree, and proof that an item was planted.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::Probability;
use demarche_case::assessment::attribution::{ParameterName, Prior};
use demarche_case::number::float;
use demarche_case::{EvidenceId, Forgeability};

use super::authors::{Authors, Candidate, Flag};
use super::behaviour::{Behaved, Fitted};
use super::bench::Bench;
use super::elicited::{Values, is_easily_forged, reliability};
use super::items::{Item, Says};
use super::pool::Factors;
use super::prior::Read;
use super::side::Side;

/// The least spread of an item's weights, in nats, that counts as evidence of its own.
pub(crate) const SAYS_ANYTHING: f64 = 0.05;

/// The force of an exposure by a source beyond doubt; the rest is the chance that the exposure was staged.
const SHOWN: f64 = 0.98;

/// The weight of one item, with one set of values.
#[derive(Clone, Debug)]
pub(crate) struct ItemWeight {
    /// By author, in nats, from 0, before pooling; empty where the item says nothing.
    own: Vec<f64>,
    /// In nats, for a false flag that imitates an actor whom the item exposes as imitated, or to whom it points.
    exposure: f64,
    /// The likelihood ratio of a pointer that was planted for certain; 0 for other items.
    certain: f64,
    /// Reliability and scale together; 0 for an item that bears nothing out.
    factor: f64,
    /// The probability that the item was planted.
    pub(crate) planted: Probability,
}

/// The weights of the items of a case, in their order.
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    pub(crate) items: Vec<ItemWeight>,
    /// The weight of techniques and public tools.
    behaviour: Behaved,
    factors: Factors,
}

/// A choice of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// All, as reported.
    AsReported,
    /// Only those that are hard to forge.
    HardToForge,
}

/// The weights of items for `authors`; an item for which `counts` is false weighs nothing.
pub(crate) fn weigh(
    items: &[Item<'_>],
    counts: &[bool],
    fitted: &Fitted,
    values: &Values,
    authors: &Authors<'_>,
) -> Weights {
    let exposed = exposed(items, counts);
    let rows = items.iter().zip(counts).zip(exposed);
    let rows =
        rows.map(|((item, counts), exposed)| item_weight(item, *counts, exposed, values, authors));
    let reliability = |item: &Item<'_>| reliability(item.evidence.grade);
    Weights {
        items: rows.collect(),
        behaviour: Behaved::of(
            fitted,
            &items.iter().map(reliability).collect::<Vec<_>>(),
            values,
            authors,
        ),
        factors: Factors::of(values),
    }
}

/// The weight of one item; `exposed` is the force with which it is shown to be planted.
fn item_weight(
    item: &Item<'_>,
    counts: bool,
    exposed: f64,
    values: &Values,
    authors: &Authors<'_>,
) -> ItemWeight {
    let planted = planted(item, exposed, values);
    let chance = planted.get();
    let reliability = reliability(item.evidence.grade);
    let factor = reliability * values.get(ParameterName::PointerScale);
    let mut weight = ItemWeight { own: Vec::new(), exposure: 0.0, certain: 0.0, factor, planted };
    if !counts || reliability <= 0.0 {
        weight.factor = 0.0;
        return weight;
    }
    match &item.says {
        Says::Points { to, named, strength } => {
            /// The part of a pointer to an actor and its state that counts for other actors of that state; elicited.
            const OF_STATE: f64 = 0.5;
            let (p, q) = values.pointer(*strength);
            let hit = factor * contaminated(p, q, chance);
            let broad = if named.contains(&true) { OF_STATE * hit } else { hit };
            let weighed = |(to, named): (&bool, &bool)| match (to, named) {
                (_, true) => hit,
                (true, false) => broad,
                (false, false) => 0.0,
            };
            weight.own = to.iter().zip(named).map(weighed).collect();
            // A tool that anybody can have imitates nobody.
            if item.forgeability != Forgeability::PublicTool {
                weight.certain = 1.0 / ((1.0 - chance) * q + chance);
            }
            // An item known to be planted gives only a false flag that imitates this actor a reason for it.
            weight.exposure =
                exposed * reliability * (values.get(ParameterName::PlanterUse) / q).ln().max(0.0);
        }
        Says::Has { users } => {
            let is_leaked = item.forgeability == Forgeability::LeakedMalware;
            let [known, shared, background] = values.software(is_leaked);
            let hit = |p: f64| factor * contaminated(p, background, chance);
            weight.own = has(users, [hit(known), hit(shared)], authors);
        }
        Says::Exposes { .. } => {
            // Planting a pointer to an actor is imitating the actor: without a false flag, the exposure must be wrong.
            weight.exposure = -(1.0 - SHOWN * reliability).ln();
        }
        Says::Uses(_) | Says::Nothing => {}
    }
    weight
}

/// The weight of a private program by author: for its known users, and for other authors of the same states.
///
/// A program of several users is the less telling: the weight is divided by 1 + 0.3 ln n for n users (elicited).
fn has(users: &[usize], [known, shared]: [f64; 2], authors: &Authors<'_>) -> Vec<f64> {
    const MANY: f64 = 0.3;
    let mut itself = vec![0.0; authors.len()];
    let known = known / (1.0 + MANY * float(users.len()).max(1.0).ln());
    let states: BTreeSet<Side> = users.iter().map(|user| authors.side_of[*user]).collect();
    for side in states.iter().filter(|side| side.state().is_some()) {
        for author in &authors.members[side] {
            itself[*author] = shared.min(known);
        }
    }
    for user in users {
        itself[*user] = known;
    }
    itself
}

/// By item, the force with which it is shown to be planted, from 0 to 1: the reliability of the best counting exposure.
fn exposed(items: &[Item<'_>], counts: &[bool]) -> Vec<f64> {
    let mut best: BTreeMap<&EvidenceId, f64> = BTreeMap::new();
    for (item, _) in items.iter().zip(counts).filter(|(_, counts)| **counts) {
        let force = reliability(item.evidence.grade);
        for id in &item.evidence.weighing.exposes {
            let known = best.entry(id).or_insert(0.0);
            *known = known.max(force);
        }
    }
    // Few items expose others, and the judgement is made anew for each part that is left out.
    let exposed = |item: &Item<'_>| best.get(&item.evidence.id).copied().unwrap_or(0.0);
    items.iter().map(exposed).collect()
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
    /// What each item adds for a candidate, in nats; the sum is the weight of the evidence for it.
    pub(crate) fn contributions(
        &self,
        bench: &Bench<'_>,
        candidate: Candidate,
        plants: f64,
    ) -> Vec<f64> {
        let (author, raw): (usize, Vec<(usize, f64)>) = match candidate {
            Candidate::Author(author) => (author, self.raw(|weight| weight.of(author))),
            Candidate::Flag(flag) => {
                let under =
                    |index: usize| self.items[index].under(&bench.items[index], flag, plants);
                let raw = (0..self.items.len()).map(|index| (index, under(index)));
                (flag.author, raw.filter(|(_, nats)| *nats != 0.0).collect())
            }
        };
        let mut found = self.pooled(bench, raw);
        for (index, nats) in self.behaviour.shares(author).into_iter().enumerate() {
            found[index] += nats;
        }
        found
    }

    /// What each item adds for a side, in nats; techniques and public tools are not among it.
    pub(crate) fn for_side(&self, bench: &Bench<'_>, side: Side) -> Vec<f64> {
        self.pooled(bench, self.raw_for(&bench.authors.members[&side]))
    }

    /// The weight of the evidence for a side with these members, in nats: each item counts as for the author of the side
    /// that it fits best.
    fn of_side(&self, bench: &Bench<'_>, side: Side, members: &[usize]) -> f64 {
        self.sum(bench, self.raw_for(members)) + self.behaviour.of_side(side)
    }

    /// By item, the most that it weighs for anybody, in nats before pooling; behaviour weighs what all of it may.
    pub(crate) fn heaviest(&self, bench: &Bench<'_>) -> Vec<f64> {
        let ceiling = Values::best().get(ParameterName::BehaviourCeiling);
        let of = |(weight, item): (&ItemWeight, &Item<'_>)| {
            let own = weight.own.iter().copied().fold(weight.exposure, f64::max);
            if item.says.is_behaviour() { ceiling } else { own }
        };
        self.items.iter().zip(bench.items).map(of).collect()
    }

    /// The weight that an item would add for a side if there were no other, in nats.
    pub(crate) fn alone(&self, bench: &Bench<'_>, side: Side, item: usize) -> f64 {
        let members = bench.authors.members[&side].iter();
        members.map(|author| self.items[item].of(*author)).fold(0.0, f64::max)
    }

    /// The weight of techniques and public tools for a side, in nats.
    pub(crate) fn behaviour_of(&self, side: Side) -> f64 {
        self.behaviour.of_side(side)
    }

    fn raw_for(&self, members: &[usize]) -> Vec<(usize, f64)> {
        self.raw(|weight| members.iter().map(|author| weight.of(*author)).fold(0.0, f64::max))
    }

    /// The weight of all evidence for a candidate, in nats.
    pub(crate) fn total(&self, bench: &Bench<'_>, candidate: Candidate, plants: f64) -> f64 {
        match candidate {
            Candidate::Author(author) => {
                self.sum(bench, self.raw(|weight| weight.of(author)))
                    + self.behaviour.of_author(author)
            }
            Candidate::Flag(_) => self.contributions(bench, candidate, plants).iter().sum(),
        }
    }

    /// The weight of all evidence for each of these authors, in nats.
    ///
    /// Most authors of a side have the same items, which are then pooled once.
    fn totals(&self, bench: &Bench<'_>, authors: &[usize]) -> Vec<f64> {
        let mut last: (Vec<(usize, f64)>, f64) = (Vec::new(), 0.0);
        let mut total = |author: &usize| {
            let raw = self.raw(|weight| weight.of(*author));
            if raw != last.0 {
                last = (raw.clone(), self.sum(bench, raw));
            }
            last.1 + self.behaviour.of_author(*author)
        };
        authors.iter().map(&mut total).collect()
    }

    /// The items that weigh anything, with their weights before pooling.
    fn raw(&self, of: impl Fn(&ItemWeight) -> f64) -> Vec<(usize, f64)> {
        let weights = self.items.iter().map(of).enumerate();
        weights.filter(|(_, nats)| *nats > 0.0).collect()
    }

    /// By item, what it adds beside the others; what speaks against a candidate counts whole.
    fn pooled(&self, bench: &Bench<'_>, raw: Vec<(usize, f64)>) -> Vec<f64> {
        let mut found = vec![0.0; self.items.len()];
        let (mut speaking, against): (Vec<_>, Vec<_>) =
            raw.into_iter().partition(|(_, nats)| *nats > 0.0);
        bench.groups.pool(&mut speaking, self.factors);
        for (index, nats) in speaking.into_iter().chain(against) {
            found[index] = nats;
        }
        found
    }

    fn sum(&self, bench: &Bench<'_>, mut raw: Vec<(usize, f64)>) -> f64 {
        match raw.as_slice() {
            [] => 0.0,
            [(_, nats)] => *nats,
            _ => {
                bench.groups.pool(&mut raw, self.factors);
                raw.iter().map(|(_, nats)| nats).sum()
            }
        }
    }
}

impl ItemWeight {
    /// The weight for an author, in nats before pooling.
    pub(crate) fn of(&self, author: usize) -> f64 {
        self.own.get(author).copied().unwrap_or(0.0)
    }

    /// True if the item tells authors apart, or shows that another was planted.
    pub(crate) fn says_anything(&self) -> bool {
        spread(&self.own) > SAYS_ANYTHING || self.exposure > 0.0
    }

    /// The weight of the item for a false flag, in nats; `plants` is the share of plantable evidence that is planted.
    fn under(&self, item: &Item<'_>, flag: Flag, plants: f64) -> f64 {
        if self.factor <= 0.0 {
            return 0.0;
        }
        let points = match &item.says {
            Says::Exposes { imitated: to } | Says::Points { to, .. } => to[flag.imitated],
            Says::Uses(_) | Says::Has { .. } | Says::Nothing => false,
        };
        if points && self.exposure > 0.0 {
            return self.exposure;
        }
        let (own, imitated) = (self.of(flag.author), self.of(flag.imitated));
        // Most items say nothing of most authors.
        if own == 0.0 && imitated == 0.0 {
            return 0.0;
        }
        let planted = f64::min(plants, 2.0 * plants * self.planted.get());
        let likeness = if points && self.certain > 0.0 {
            self.certain
        } else {
            (imitated / self.factor).exp()
        };
        self.factor * ((1.0 - planted) * (own / self.factor).exp() + planted * likeness).ln()
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

/// The posterior: of a side `P(s) ∝ π(s) exp(W(s))`, and of an author of it `P(a) = P(s) ρ(a) exp(w(a)) / Σ`, where ρ is
/// the share of the side beforehand, so that the number of a side's authors does not move the side.
///
/// Where the case says for which states its parties act, the posterior is the sum over both readings of that, each with
/// its own sides. A false flag has `π(f) exp(w(f))` beside the sides. A share ε of the result is the prior: the chance that the
/// evidence as a whole misleads.
pub(crate) fn posterior(
    bench: &Bench<'_>,
    readings: &[Read<'_>],
    prior: &[Prior],
    weights: &Weights,
    flags: &[Flag],
    values: &Values,
) -> Posterior {
    let share = if flags.is_empty() { 0.0 } else { values.get(ParameterName::FalseFlagShare) };
    let plants = values.get(ParameterName::PlanterUse);
    let mut logs = vec![f64::NEG_INFINITY; prior.len()];
    for Read { chance, members, prior } in readings {
        for (side, members) in *members {
            let of_side: f64 = members.iter().map(|author| f64::from(prior[*author])).sum();
            let totals = weights.totals(bench, members);
            let raised: Vec<f64> = members
                .iter()
                .zip(totals)
                .map(|(author, nats)| f64::from(prior[*author]).ln() + nats)
                .collect();
            let side = ((1.0 - share) * of_side).ln() + weights.of_side(bench, *side, members);
            for (author, part) in members.iter().zip(softmax(&raised)) {
                logs[*author] = either(logs[*author], chance.ln() + side + part.ln());
            }
        }
    }
    let all = imitated(flags, prior);
    let flag_priors: Vec<f64> =
        flags.iter().map(|flag| share * f64::from(flag.prior(prior, all))).collect();
    for (flag, prior) in flags.iter().zip(&flag_priors) {
        logs.push(prior.ln() + weights.total(bench, Candidate::Flag(*flag), plants));
    }
    let misled = values.get(ParameterName::Misled);
    let all = (1.0 - share) + flag_priors.iter().sum::<f64>();
    let beforehand = prior.iter().map(|prior| (1.0 - share) * f64::from(*prior)).chain(flag_priors);
    let mut shares: Vec<Probability> = softmax(&logs)
        .into_iter()
        .zip(beforehand)
        .map(|(found, prior)| Probability::clamped((1.0 - misled) * found + misled * prior / all))
        .collect();
    let flagged = shares.split_off(prior.len());
    Posterior { authors: shares, flags: flags.iter().copied().zip(flagged).collect() }
}

/// The logarithm of the sum of two exponentials.
fn either(left: f64, right: f64) -> f64 {
    let (low, high) = (left.min(right), left.max(right));
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
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
    fn either_of_two_is_as_likely_as_both_together() {
        assert!((either(0.25_f64.ln(), 0.5_f64.ln()) - 0.75_f64.ln()).abs() < 1e-12);
        assert!((either(f64::NEG_INFINITY, 1.5) - 1.5).abs() < 1e-12);
        assert!(either(f64::NEG_INFINITY, f64::NEG_INFINITY).is_infinite());
    }

    #[test]
    fn shares_add_up_to_one_and_do_not_overflow() {
        let shares = softmax(&[-1e9, 700.0, 700.0, f64::NAN, f64::NEG_INFINITY]);
        assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!((shares[1] - 0.5).abs() < 1e-12);
    }
}
