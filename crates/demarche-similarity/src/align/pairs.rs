//! Pairs of functions that may be one.

use std::collections::HashSet;

use super::context::Surest;
use super::evidence::{Evidence, Model, Pair};
use super::features::Weighted;
use super::side::Side;

/// The number of counterparts that are considered for a function by its body.
const BEST: usize = 5;

/// Pairs less likely than this are dropped after the first round, but for the best two of each function.
const HOPELESS: f32 = -5.0;

/// The logit that a pair starts from which only its surroundings suggest.
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
    questions: usize,
    knowns: usize,
}

/// The best counterparts of one function by its body: likeness, weight shared and function, the best first.
#[derive(Clone, Debug, Default)]
struct Few(Vec<(f32, f32, u32)>);

impl Few {
    fn offer(&mut self, likeness: f32, shared: f32, function: u32) {
        let after = self.0.partition_point(|(better, ..)| *better >= likeness);
        if after < BEST {
            self.0.truncate(BEST - 1);
            self.0.insert(after, (likeness, shared, function));
        }
    }
}

impl Pairs {
    /// The pairs that their bodies suggest. Time grows with the functions of both, and not with their product.
    pub(crate) fn alike(question: &Side, weighted: &Weighted, known: &Side) -> Self {
        let mut best = vec![Few::default(); question.len()];
        let mut sums = vec![0.0_f32; question.len()];
        let mut met: Vec<u32> = Vec::new();
        for (index, function) in (0..known.len()).zip(0_u32..) {
            for value in known.features.get(index) {
                let Some((weight, functions)) = weighted.telling(*value) else { continue };
                for question in functions {
                    let sum = &mut sums[*question as usize];
                    if *sum == 0.0 {
                        met.push(*question);
                    }
                    *sum += weight;
                }
            }
            let mass = known.mass(index);
            for index in met.drain(..).map(|function| function as usize) {
                let shared = std::mem::take(&mut sums[index]);
                let likeness = shared / (question.mass(index) * mass).sqrt().max(1e-6);
                best[index].offer(likeness, shared, function);
            }
        }
        let mut pairs = Self { all: Vec::new(), questions: question.len(), knowns: known.len() };
        for (function, few) in (0_u32..).zip(best) {
            let mut few = few.0;
            few.sort_unstable_by_key(|(.., candidate)| *candidate);
            for (mut likeness, mut shared, candidate) in few {
                if weighted.has_frequent() {
                    let ours = question.features.get(function as usize);
                    shared = weighted.shared(ours, known.features.get(candidate as usize));
                    let mass = question.mass(function as usize) * known.mass(candidate as usize);
                    likeness = shared / mass.sqrt().max(1e-6);
                }
                let evidence = Evidence::of_bodies(question, function, known, candidate, shared);
                let pair = Pair { question: function, other: candidate, logit: 8.0 * likeness };
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

    /// The pairs that are the best for both of their functions.
    fn surest(&self) -> Surest {
        Surest::of(&self.all, self.questions, self.knowns)
    }

    /// The number of pairs that are expected to be right.
    pub(crate) fn expected(&self) -> f32 {
        self.surest().expected()
    }

    /// The best and the second best logit of each function of one program.
    fn best_two(&self, count: usize, of: impl Fn(&Pair) -> u32) -> Vec<(f32, f32)> {
        let mut best = vec![(f32::MIN, f32::MIN); count];
        for (pair, _) in &self.all {
            let (first, second) = &mut best[of(pair) as usize];
            if pair.logit > *first {
                *second = *first;
                *first = pair.logit;
            } else if pair.logit > *second {
                *second = pair.logit;
            }
        }
        best
    }

    /// Notes the lead of each pair over its rivals.
    pub(crate) fn compare_rivals(&mut self) {
        let rows = self.best_two(self.questions, |pair| pair.question);
        let columns = self.best_two(self.knowns, |pair| pair.other);
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

    /// Notes the evidence of the surest pairs around each pair.
    pub(crate) fn look_around(&mut self, question: &Side, known: &Side) {
        let surest = self.surest();
        for (pair, evidence) in &mut self.all {
            surest.look_around(question, known, *pair, evidence);
        }
    }

    /// Adds the pairs that the surest ones suggest: callees and callers of both, neighbours of both in the order of
    /// addresses and in tables of pointers.
    pub(crate) fn suggest(&mut self, question: &Side, weighted: &Weighted, known: &Side) {
        let surest = self.surest();
        let met: HashSet<(u32, u32)> =
            self.all.iter().map(|(pair, _)| (pair.question, pair.other)).collect();
        let mut new = Vec::new();
        for (function, index) in (0_u32..).zip(0..self.questions) {
            let Some((counterpart, probability)) = surest.counterpart(index) else { continue };
            if probability >= SUGGESTS {
                suggested(question, function, known, counterpart, &mut new);
            }
        }
        new.retain(|pair| !met.contains(pair) && surest.probability(pair.0) < SETTLED);
        new.sort_unstable();
        new.dedup();
        for (function, candidate) in new {
            let ours = question.features.get(function as usize);
            let theirs = known.features.get(candidate as usize);
            let shared = weighted.shared(ours, theirs);
            let evidence = Evidence::of_bodies(question, function, known, candidate, shared);
            let pair = Pair { question: function, other: candidate, logit: SUGGESTED };
            self.all.push((pair, evidence));
        }
        self.all.sort_unstable_by_key(|(pair, _)| (pair.question, pair.other));
    }
}

/// The pairs that one pair suggests.
fn suggested(
    question: &Side,
    function: u32,
    known: &Side,
    counterpart: u32,
    new: &mut Vec<(u32, u32)>,
) {
    let (a, b) = (function as usize, counterpart as usize);
    let mut all = |ours: &[u32], theirs: &[u32], limit: usize| {
        if ours.len() <= limit && theirs.len() <= limit {
            new.extend(ours.iter().flat_map(|our| theirs.iter().map(move |their| (*our, *their))));
        }
    };
    all(question.callees.get(a), known.callees.get(b), MOST_CALLEES);
    all(question.callers.get(a), known.callers.get(b), MOST_CALLERS);
    let beside = |function: u32, count: usize| {
        [-2, -1, 1, 2]
            .into_iter()
            .filter_map(move |step| function.checked_add_signed(step))
            .filter(move |beside| (*beside as usize) < count)
    };
    for our in beside(function, question.len()) {
        new.extend(beside(counterpart, known.len()).map(|their| (our, their)));
    }
    let (ours, theirs) = (question.slots_of.get(a), known.slots_of.get(b));
    if ours.len() * theirs.len() > MOST_SLOTS {
        return;
    }
    let slot_function = |side: &Side, slot: u32, step: i32| {
        let slot = slot.checked_add_signed(step)?;
        side.slots.get(slot as usize).map(|(_, function)| *function)
    };
    for (our, their) in ours.iter().flat_map(|our| theirs.iter().map(move |their| (*our, *their))) {
        let next = [-1, 1]
            .map(|step| slot_function(question, our, step).zip(slot_function(known, their, step)));
        new.extend(next.into_iter().flatten());
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use demarche_code::Feature;

    use super::super::side::Body;
    use super::*;

    /// A program whose functions have three features of their own and one that all have.
    fn program(functions: u32) -> Side {
        let body = |function: u32| Body {
            features: [1, 10 * function + 11, 10 * function + 12, 10 * function + 13]
                .map(Feature)
                .to_vec(),
            mass: 4000,
            ..Body::default()
        };
        Side::new((0..functions).map(body).collect())
    }

    #[test]
    fn what_thousands_of_functions_have_brings_up_no_pairs_and_still_counts_in_those_that_are() {
        for (functions, each) in [(1000, 5), (3000, 1)] {
            let (mut question, known) = (program(functions), program(functions));
            let weighted = Weighted::new(&question, |_| Ok::<_, Infallible>(1000)).unwrap();
            question.weigh(|feature| weighted.weight(feature));
            let pairs = Pairs::alike(&question, &weighted, &known).all;
            assert_eq!(pairs.len(), each * functions as usize, "{functions} functions");
            let right = pairs.iter().filter(|(pair, _)| pair.question == pair.other);
            assert_eq!(right.clone().count(), functions as usize);
            for (pair, evidence) in right {
                assert!((evidence.shared - 40.0).abs() < 1e-3, "{evidence:?}");
                assert!((pair.logit - 8.0).abs() < 1e-3, "{pair:?}");
            }
        }
    }
}
