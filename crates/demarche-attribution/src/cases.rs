//! The test of the judgement on whole cases whose author became known later.

use demarche_case::assessment::attribution::{
    AttributionFindings, ConfidenceLevel, Hypothesis, Leads, Ranked,
};
use demarche_case::assessment::evaluation::{CaseTest, CaseTried, LevelTried, Method};
use demarche_case::record::{Record, RecordId};
use demarche_case::{AttackerKind, Case, Country, PartyId};
use rayon::prelude::*;

mod fit;

use crate::count;
use crate::judge::{Question, open};
use crate::metrics::{Outcome, metrics, reliability};
use crate::told::{score, told_bins};

/// The truth about a case, as it was established later.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// The kind of the author; [`AttackerKind::Unknown`] where nobody should be named.
    pub attacker: AttackerKind,
    /// The states that count as right; empty for other kinds.
    pub states: Vec<Country>,
    /// The names that count as right.
    pub actors: Vec<String>,
    /// The parties of the case that count as right.
    pub parties: Vec<PartyId>,
    /// True if the author is disputed.
    pub is_disputed: bool,
}

/// A case to be tried.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a> {
    /// The name of the case.
    pub name: &'a str,
    /// The case.
    pub case: &'a Case,
    /// The truth, which the judge does not see.
    pub truth: &'a Truth,
}

/// Judges every case and compares with its truth; `None` without a case that has evidence.
///
/// With `is_fitted`, the parameters are fitted to the cases as well, and again without each author (leave-one-actor-out).
///
/// A state is right with all its actors, another kind as the kind or as a party or actor of one of the names. Where the
/// author is unknown, it is right that nobody has more than one half.
#[must_use]
pub fn try_cases(
    trials: &[Trial<'_>],
    record: &Record,
    seed: u64,
    is_fitted: bool,
) -> Option<CaseTest> {
    let tried: Vec<(CaseTried, Outcome, Outcome)> =
        trials.par_iter().filter_map(|trial| tried(trial, record, seed)).collect();
    if tried.is_empty() {
        return None;
    }
    let counting = || tried.iter().filter(|(case, ..)| !case.is_disputed);
    let found: Vec<Outcome> = counting().map(|(_, found, _)| found.clone()).collect();
    let before: Vec<Outcome> = counting().map(|(_, _, before)| before.clone()).collect();
    let fitted = is_fitted.then(|| fit::fit(trials, record, seed));
    let refitted = fitted.iter().flat_map(|fitted| {
        [
            (Method::Refitted, fitted.together.clone()),
            (Method::LeaveOneActorOut, fitted.apart.clone()),
        ]
    });
    let methods: Vec<(Method, Vec<Outcome>)> =
        [(Method::Demarche, found.clone()), (Method::PriorAlone, before)]
            .into_iter()
            .chain(refitted)
            .collect();
    let parameters = fitted.map_or_else(Vec::new, |fitted| fitted.values.listed());
    let levels = [ConfidenceLevel::High, ConfidenceLevel::Moderate, ConfidenceLevel::Low];
    let levels = levels.into_iter().map(Some).chain([None]);
    let level = |level: Option<ConfidenceLevel>| {
        let answers: Vec<&CaseTried> = counting()
            .map(|(case, ..)| case)
            .filter(|case| level == case.is_named.then_some(case.confidence))
            .collect();
        let right = answers.iter().filter(|case| case.is_right).count();
        LevelTried { level, answers: count(answers.len()), right: count(right) }
    };
    Some(CaseTest {
        methods: methods
            .iter()
            .map(|(method, outcomes)| score(*method, &metrics(outcomes, seed)))
            .collect(),
        parameters,
        levels: levels.map(level).collect(),
        reliability: told_bins(&reliability(&found)),
        cases: tried.into_iter().map(|(case, ..)| case).collect(),
    })
}

/// The name of a hypothesis, as the case or the record has it.
fn name_of(hypothesis: &Hypothesis) -> String {
    match hypothesis {
        Hypothesis::Actor { name, .. }
        | Hypothesis::FalseFlag { name, .. }
        | Hypothesis::Named { name, .. } => name.clone(),
        Hypothesis::Unlisted { .. } => hypothesis.id().to_string(),
    }
}

/// The answer on one case, with the outcomes of the judgement and of its prior.
fn tried(trial: &Trial<'_>, record: &Record, seed: u64) -> Option<(CaseTried, Outcome, Outcome)> {
    let Trial { name, case, truth } = *trial;
    let found = open(&Question { case, record, located: &[], seed })?;
    let leads = found.leads.clone().expect("an open judgement has a leader");
    let leading = found.as_reported.chance(&leads).estimate.get();
    let posterior = Chances::of_judgement(&found, truth, |chance, _| chance).outcome();
    let prior = Chances::of_judgement(&found, truth, |_, prior| prior).outcome();
    let probability = posterior.probability();
    let is_right = truth.is_right(&found, &leads, leading);
    let leader = match &leads {
        Leads::Hypothesis { hypothesis } => found.hypothesis(hypothesis).map(name_of),
        Leads::State { .. } | Leads::Kind { .. } => None,
    };
    let case = CaseTried {
        name: name.to_owned(),
        attacker: truth.attacker,
        states: truth.states.clone(),
        is_disputed: truth.is_disputed,
        probability,
        leads,
        leader,
        leading,
        is_right,
        is_named: found.withheld.is_none(),
        confidence: found.confidence.level,
    };
    Some((case, posterior, prior))
}

/// The probability of the truth, and of every other answer.
#[derive(Clone, Debug)]
struct Chances {
    truth: f64,
    others: Vec<f64>,
}

/// One state or kind of attacker as an answer.
struct Answer {
    leads: Leads,
    /// The probability of the answer.
    chance: f64,
    /// The part of it that has one of the truth's names.
    named: f64,
}

impl Chances {
    /// The chances of all answers.
    ///
    /// Where the author is unknown, the truth is that it is none of the others.
    fn of(answers: impl Iterator<Item = Answer>, truth: &Truth) -> Self {
        let mut chances = Self { truth: 0.0, others: Vec::new() };
        for Answer { leads, chance, named } in answers {
            let right = match leads {
                _ if truth.is_answer(&leads) => chance,
                // A party of one of the names may be of another kind: its part of that kind is right.
                Leads::Kind { .. } => named,
                Leads::State { .. } | Leads::Hypothesis { .. } => 0.0,
            };
            chances.truth += right;
            chances.others.push(chance - right);
        }
        if truth.attacker == AttackerKind::Unknown {
            let highest = chances.others.iter().copied().fold(0.0, f64::max);
            return Self { truth: 1.0 - highest, others: vec![highest] };
        }
        chances
    }

    /// The chances in a judgement; `of` takes a posterior and a prior probability.
    fn of_judgement(found: &AttributionFindings, truth: &Truth, of: fn(f64, f64) -> f64) -> Self {
        let judgement = &found.as_reported;
        let states = judgement.states.iter().map(|ranked| Answer {
            leads: Leads::State { state: ranked.state },
            chance: of(ranked.chance().estimate.get(), ranked.prior.into()),
            named: 0.0,
        });
        let named = |attacker: AttackerKind| -> f64 {
            let is_named = |ranked: &&Ranked| {
                let hypothesis = found.hypothesis(&ranked.hypothesis);
                hypothesis.is_some_and(|named| named.attacker() == attacker && truth.names(named))
            };
            let right = judgement.ranking.iter().filter(is_named);
            right.map(|ranked| of(ranked.chance().estimate.get(), ranked.prior.into())).sum()
        };
        let kinds = judgement.kinds.iter().filter(|kind| kind.attacker != AttackerKind::State);
        let kinds = kinds.map(|ranked| Answer {
            leads: Leads::Kind { attacker: ranked.attacker },
            chance: of(ranked.chance().estimate.get(), ranked.prior.into()),
            named: named(ranked.attacker),
        });
        Self::of(states.chain(kinds), truth)
    }

    /// All probabilities, that of the truth first.
    fn outcome(self) -> Outcome {
        Outcome {
            posterior: std::iter::once(self.truth).chain(self.others).collect(),
            actor: Some(0),
        }
    }
}

impl Truth {
    /// Returns true if a hypothesis has one of the names, and is no state.
    fn names(&self, hypothesis: &Hypothesis) -> bool {
        let has_name =
            |name: &str| self.actors.iter().any(|actor| actor.eq_ignore_ascii_case(name));
        match hypothesis {
            Hypothesis::Named { party, name, .. } => self.parties.contains(party) || has_name(name),
            Hypothesis::Actor { id, name, .. } => {
                has_name(name) || self.actors.iter().any(|actor| *actor == RecordId::to_string(id))
            }
            Hypothesis::Unlisted { .. } | Hypothesis::FalseFlag { .. } => false,
        }
    }

    /// Returns true if a state or a kind of attacker is the right answer; a hypothesis is right by its name.
    fn is_answer(&self, leads: &Leads) -> bool {
        match leads {
            Leads::State { state } => {
                self.attacker == AttackerKind::State && self.states.contains(state)
            }
            Leads::Kind { attacker } => {
                *attacker == self.attacker && self.attacker != AttackerKind::Unknown
            }
            Leads::Hypothesis { .. } => false,
        }
    }

    fn is_right(&self, found: &AttributionFindings, leads: &Leads, leading: f64) -> bool {
        if self.attacker == AttackerKind::Unknown {
            return leading <= 0.5;
        }
        match leads {
            Leads::State { .. } | Leads::Kind { .. } => self.is_answer(leads),
            Leads::Hypothesis { hypothesis } => {
                found.hypothesis(hypothesis).is_some_and(|hypothesis| {
                    self.names(hypothesis) || hypothesis.attacker() == self.attacker
                })
            }
        }
    }
}
