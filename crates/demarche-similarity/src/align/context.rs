//! The evidence of the surest pairs about the pairs around them.

use super::evidence::{Evidence, Pair};
use super::side::{Lists, Side};

/// The number of neighbours on each side, in the order of addresses, that are looked at.
const REACH: i32 = 4;

/// The largest distance, in places, between counterparts of neighbours that are near each other.
const NEAR: i32 = 6;

/// The product of places in tables beyond which they tell nothing.
const MOST_SLOTS: usize = 400;

/// The least that a call by or of a function tells, in nats.
const LEAST: f32 = 0.1;

/// The pairs that are the best for both of their functions, by either function.
#[derive(Debug)]
pub(crate) struct Surest {
    /// For each function of the program that is asked about, its counterpart and the probability.
    of_question: Vec<Option<(u32, f32)>>,
    of_other: Vec<Option<(u32, f32)>>,
    /// The logarithm of the share of the program that has a counterpart.
    related: f32,
    expected: f32,
    /// The logarithm of the number of functions of the other program.
    all_known: f32,
}

#[expect(clippy::cast_precision_loss, reason = "counts of functions are far below 2^24")]
fn count(functions: usize) -> f32 {
    functions as f32
}

impl Surest {
    pub(crate) fn of(pairs: &[(Pair, Evidence)], questions: usize, knowns: usize) -> Self {
        let best = |count: usize, turned: bool| {
            let mut best: Vec<Option<(u32, f32)>> = vec![None; count];
            for (pair, _) in pairs {
                let (function, counterpart) =
                    if turned { (pair.other, pair.question) } else { (pair.question, pair.other) };
                let best = &mut best[function as usize];
                if best.is_none_or(|(_, logit)| pair.logit > logit) {
                    *best = Some((counterpart, pair.logit));
                }
            }
            best
        };
        let (rows, columns) = (best(questions, false), best(knowns, true));
        let mut of_question = vec![None; questions];
        let mut of_other = vec![None; knowns];
        for ((function, row), entry) in (0_u32..).zip(&rows).zip(&mut of_question) {
            let Some((counterpart, logit)) = *row else { continue };
            if columns[counterpart as usize].is_some_and(|(back, _)| back == function) {
                let probability = 1.0 / (1.0 + (-logit).exp());
                *entry = Some((counterpart, probability));
                of_other[counterpart as usize] = Some((function, probability));
            }
        }
        let expected: f32 = of_question.iter().flatten().map(|(_, probability)| probability).sum();
        let share = expected / count(questions.max(1));
        let all_known = count(knowns + 2).ln();
        Self { of_question, of_other, related: (share + 0.003).ln(), expected, all_known }
    }

    pub(crate) fn expected(&self) -> f32 {
        self.expected
    }

    /// The counterpart of a function and its probability.
    pub(crate) fn counterpart(&self, question: usize) -> Option<(u32, f32)> {
        self.of_question.get(question).copied().flatten()
    }

    /// The probability of a function's counterpart.
    pub(crate) fn probability(&self, question: u32) -> f32 {
        self.counterpart(question as usize).map_or(0.0, |(_, probability)| probability)
    }

    pub(crate) fn look_around(
        &self,
        question: &Side,
        known: &Side,
        pair: Pair,
        evidence: &mut Evidence,
    ) {
        let (function, candidate) = (pair.question as usize, pair.other as usize);
        let (found, missed) = self.linked(
            &self.of_question,
            question.callees.get(function),
            known.callees.get(candidate),
            &known.callers,
        );
        (evidence.callees, evidence.callees_missed) = (found, missed);
        let (_, missed) = self.linked(
            &self.of_other,
            known.callees.get(candidate),
            question.callees.get(function),
            &question.callers,
        );
        evidence.callees_missed_by_other = missed;
        let (found, missed) = self.linked(
            &self.of_question,
            question.callers.get(function),
            known.callers.get(candidate),
            &known.callees,
        );
        (evidence.callers, evidence.callers_missed) = (found, missed);
        let (_, missed) = self.linked(
            &self.of_other,
            known.callers.get(candidate),
            question.callers.get(function),
            &question.callees,
        );
        evidence.callers_missed_by_other = missed;
        self.beside(pair, evidence);
        self.in_tables(question, known, pair, evidence);
        evidence.related = self.related;
    }

    /// The evidence of the counterparts of some functions that are among `theirs`, and of those that are not.
    ///
    /// A counterpart counts the more, the fewer links of that kind it has: to be called by both tells little of a function
    /// that everybody calls.
    fn linked(
        &self,
        counterparts: &[Option<(u32, f32)>],
        ours: &[u32],
        theirs: &[u32],
        links: &Lists,
    ) -> (f32, f32) {
        let (mut found, mut missed) = (0.0, 0.0);
        for function in ours {
            let counterpart = counterparts.get(*function as usize).copied().flatten();
            let Some((counterpart, probability)) = counterpart else { continue };
            let common = count(links.get(counterpart as usize).len() + 1).ln();
            let tells = probability * (self.all_known - common).max(LEAST);
            if theirs.binary_search(&counterpart).is_ok() {
                found += tells;
            } else {
                missed += tells;
            }
        }
        (found, missed)
    }

    /// Neighbours in the order of addresses; some linkers and compilers turn it round.
    fn beside(&self, pair: Pair, evidence: &mut Evidence) {
        let (mut near, mut beside, mut far) = (0.0, 0.0, 0.0);
        for step in (-REACH..=REACH).filter(|step| *step != 0) {
            let Some(neighbour) = pair.question.checked_add_signed(step) else { continue };
            let Some((counterpart, probability)) = self.counterpart(neighbour as usize) else {
                continue;
            };
            let distance = i64::from(counterpart) - i64::from(pair.other);
            if distance.abs() == i64::from(step.abs()) {
                beside += probability / f32::from(u8::try_from(step.abs()).unwrap_or(1));
            }
            if distance.abs() <= i64::from(NEAR) {
                near += probability;
            } else {
                far += probability;
            }
        }
        (evidence.near, evidence.beside, evidence.far) = (near, beside, far);
    }

    /// Neighbours in tables of pointers, at the pair of places that agrees best.
    fn in_tables(&self, question: &Side, known: &Side, pair: Pair, evidence: &mut Evidence) {
        let ours = question.slots_of.get(pair.question as usize);
        let theirs = known.slots_of.get(pair.other as usize);
        let (mut in_table, mut not_in_table) = (0.0_f32, 0.0_f32);
        if ours.len() * theirs.len() <= MOST_SLOTS {
            for (our, their) in
                ours.iter().flat_map(|our| theirs.iter().map(move |their| (*our, *their)))
            {
                let (found, missed) = self.in_table(question, known, our, their);
                in_table = in_table.max(found);
                not_in_table += missed;
            }
        }
        (evidence.in_table, evidence.not_in_table) = (in_table, not_in_table.min(2.0));
    }

    fn in_table(&self, question: &Side, known: &Side, our: u32, their: u32) -> (f32, f32) {
        let slot = |side: &Side, index: u32| side.slots.get(index as usize).copied();
        let Some((our_slot, their_slot)) = slot(question, our).zip(slot(known, their)) else {
            return (0.0, 0.0);
        };
        let (mut found, mut missed) = (0.0, 0.0);
        for step in [-2, -1, 1, 2] {
            let next = |side: &Side, index: u32, from: (u32, u32)| {
                let (position, function) = slot(side, index.checked_add_signed(step)?)?;
                // Places further apart than the step are of different tables.
                (position.abs_diff(from.0) <= 2).then_some(function)
            };
            let Some((function, candidate)) =
                next(question, our, our_slot).zip(next(known, their, their_slot))
            else {
                continue;
            };
            match self.counterpart(function as usize) {
                Some((counterpart, probability)) if counterpart == candidate => {
                    found += probability;
                }
                Some((_, probability)) => missed += 0.25 * probability,
                None => {}
            }
        }
        (found, missed)
    }
}
