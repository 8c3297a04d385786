//! Pairs of functions that may be one.

use std::collections::HashSet;

use super::context::Surest;
use super::evidence::Evidence;
use super::features::Weighted;
use super::side::Side;
use super::{Model, Pair};

/// How many counterparts are considered for a function by its body.
const BEST: usize = 5;

/// Pairs less likely than this are dropped after the first round, but for the best two of each function.
const HOPELESS: f32 = -5.0;

/// What a pair that only its surroundings suggest starts from.
const SUGGESTED: f32 = -6.0;

/// A pair this sure suggests others.
const SUGGESTS: f32 = 0.3;

/// A function with a counterpart this sure needs no suggestions.
const SETTLED: f32 = 0.9;

/// Functions that call more than this suggest nothing.
const MOST_CALLEES: usize = 12;

/// Functions that are called by more than this suggest nothing.
const MOST_CALLERS: usize = 6;

/// Functions that are pointed to so often that the product for a pair is more than this suggest nothing.
const MOST_SLOTS: usize = 100;

/// The pairs of two programs, ascending by both places.
#[derive(Debug)]
pub(crate) struct Pairs {
    pub(crate) all: Vec<(Pair, Evidence)>,
    pub(crate) questions: usize,
    pub(crate) others: usize,
}

/// The best counterparts of one function by its body: likeness, weight shared and place, the best first.
#[derive(Clone, Debug, Default)]
struct Few(Vec<(f32, f32, u32)>);

impl Few {
    fn offer(&mut self, likeness: f32, shared: f32, place: u32) {
        let after = self.0.partition_point(|(better, ..)| *better >= likeness);
        if after < BEST {
            self.0.truncate(BEST - 1);
            self.0.insert(after, (likeness, shared, place));
        }
    }
}

impl Pairs {
    /// The pairs that their bodies suggest.
    pub(crate) fn alike(question: &Side, weighted: &Weighted, other: &Side) -> Self {
        let mut best = vec![Few::default(); question.len()];
        let mut sums = vec![0.0_f32; question.len()];
        let mut met: Vec<u32> = Vec::new();
        for (place, function) in (0..other.len()).zip(0_u32..) {
            for value in other.features.get(place) {
                let Some((weight, functions)) = weighted.functions(*value) else { continue };
                for one in functions {
                    let Some(sum) = sums.get_mut(*one as usize) else { continue };
                    if *sum == 0.0 {
                        met.push(*one);
                    }
                    *sum += weight;
                }
            }
            let mass = other.mass(place);
            for one in met.drain(..) {
                let one = one as usize;
                let Some(shared) = sums.get_mut(one).map(std::mem::take) else { continue };
                let likeness = shared / (question.mass(one) * mass).sqrt().max(1e-6);
                if let Some(few) = best.get_mut(one) {
                    few.offer(likeness, shared, function);
                }
            }
        }
        let mut pairs = Self { all: Vec::new(), questions: question.len(), others: other.len() };
        for (one, few) in (0_u32..).zip(best) {
            let mut few = few.0;
            few.sort_unstable_by_key(|(.., place)| *place);
            for (likeness, shared, place) in few {
                let evidence = Evidence::of_bodies(question, one, other, place, shared);
                let pair = Pair { question: one, other: place, logit: 8.0 * likeness };
                pairs.all.push((pair, evidence));
            }
        }
        pairs
    }

    /// Judges every pair anew by its evidence.
    pub(crate) fn judge(&mut self, model: &Model) {
        for (pair, evidence) in &mut self.all {
            pair.logit = model.logit(evidence);
        }
    }

    /// How many pairs are expected to be right.
    pub(crate) fn expected(&self) -> f32 {
        Surest::of(self).expected()
    }

    /// The best and the second best logit of each function of one program.
    fn best_two(&self, count: usize, of: impl Fn(&Pair) -> u32) -> Vec<(f32, f32)> {
        let mut best = vec![(f32::MIN, f32::MIN); count];
        for (pair, _) in &self.all {
            let Some((first, second)) = best.get_mut(of(pair) as usize) else { continue };
            if pair.logit > *first {
                *second = *first;
                *first = pair.logit;
            } else if pair.logit > *second {
                *second = pair.logit;
            }
        }
        best
    }

    /// Notes how far each pair is ahead of its rivals.
    pub(crate) fn compare_rivals(&mut self) {
        let rows = self.best_two(self.questions, |pair| pair.question);
        let columns = self.best_two(self.others, |pair| pair.other);
        let ahead = |best: Option<&(f32, f32)>, logit: f32| {
            let (first, second) = best.copied().unwrap_or((f32::MIN, f32::MIN));
            let rival = if logit >= first { second } else { first };
            (logit - rival.max(-8.0)).clamp(-8.0, 8.0)
        };
        for (pair, evidence) in &mut self.all {
            evidence.ahead_in_row = ahead(rows.get(pair.question as usize), pair.logit);
            evidence.ahead_in_column = ahead(columns.get(pair.other as usize), pair.logit);
        }
    }

    /// Drops pairs that will not come to anything.
    pub(crate) fn drop_hopeless(&mut self) {
        let best = self.best_two(self.questions, |pair| pair.question);
        self.all.retain(|(pair, _)| {
            let second = best.get(pair.question as usize).map_or(f32::MIN, |(_, second)| *second);
            pair.logit > HOPELESS || pair.logit >= second
        });
    }

    /// Notes what the surest pairs say of each pair's surroundings.
    pub(crate) fn look_around(&mut self, question: &Side, other: &Side) {
        let surest = Surest::of(self);
        for (pair, evidence) in &mut self.all {
            surest.look_around(question, other, *pair, evidence);
        }
    }

    /// Adds the pairs that the surest ones suggest: callees and callers of both, neighbours of both in the order of
    /// addresses and in tables of pointers.
    pub(crate) fn suggest(&mut self, question: &Side, weighted: &Weighted, other: &Side) {
        let surest = Surest::of(self);
        let known: HashSet<(u32, u32)> =
            self.all.iter().map(|(pair, _)| (pair.question, pair.other)).collect();
        let mut new = Vec::new();
        for (one, place) in (0_u32..).zip(0..self.questions) {
            let Some((counterpart, probability)) = surest.counterpart(place) else { continue };
            if probability >= SUGGESTS {
                suggested(question, one, other, counterpart, &mut new);
            }
        }
        new.retain(|pair| !known.contains(pair) && surest.probability(pair.0) < SETTLED);
        new.sort_unstable();
        new.dedup();
        for (one, place) in new {
            let features =
                (question.features.get(one as usize), other.features.get(place as usize));
            let shared = weighted.shared(features.0, features.1);
            let evidence = Evidence::of_bodies(question, one, other, place, shared);
            let pair = Pair { question: one, other: place, logit: SUGGESTED };
            self.all.push((pair, evidence));
        }
        self.all.sort_unstable_by_key(|(pair, _)| (pair.question, pair.other));
    }
}

/// The pairs that one pair suggests.
fn suggested(question: &Side, one: u32, other: &Side, place: u32, new: &mut Vec<(u32, u32)>) {
    let (a, b) = (one as usize, place as usize);
    let mut all = |ones: &[u32], others: &[u32], most: usize| {
        if ones.len() <= most && others.len() <= most {
            new.extend(ones.iter().flat_map(|one| others.iter().map(move |other| (*one, *other))));
        }
    };
    all(question.callees.get(a), other.callees.get(b), MOST_CALLEES);
    all(question.callers.get(a), other.callers.get(b), MOST_CALLERS);
    let beside = |place: u32, count: usize| {
        [-2, -1, 1, 2]
            .into_iter()
            .filter_map(move |step| place.checked_add_signed(step))
            .filter(move |beside| (*beside as usize) < count)
    };
    for near in beside(one, question.len()) {
        new.extend(beside(place, other.len()).map(|other| (near, other)));
    }
    let (ours, theirs) = (question.slots_of.get(a), other.slots_of.get(b));
    if ours.len().saturating_mul(theirs.len()) > MOST_SLOTS {
        return;
    }
    let function = |side: &Side, slot: u32, step: i32| {
        let slot = slot.checked_add_signed(step)?;
        side.slots.get(slot as usize).map(|(_, function)| *function)
    };
    for (our, their) in ours.iter().flat_map(|our| theirs.iter().map(move |their| (*our, *their))) {
        let next =
            [-1, 1].map(|step| function(question, our, step).zip(function(other, their, step)));
        new.extend(next.into_iter().flatten());
    }
}
