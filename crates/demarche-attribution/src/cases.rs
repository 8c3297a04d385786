//! The test of the judgement on whole cases whose author became known later.

use demarche_case::assessment::attribution::{
    AttributionFindings, ConfidenceLevel, Hypothesis, Judgement, Leads,
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
    let outcomes = |chances: &[fit::Chances]| -> Vec<Outcome> {
        let outcome = |chances: &fit::Chances| {
            let rest = (1.0 - chances.truth - chances.rival).max(0.0);
            Outcome {
                posterior: vec![chances.truth, chances.rival, rest.min(chances.rival)],
                actor: Some(0),
            }
        };
        chances.iter().map(outcome).collect()
    };
    let refitted = fitted.iter().flat_map(|fitted| {
        [
            (Method::Refitted, outcomes(&fitted.together)),
            (Method::LeaveOneActorOut, outcomes(&fitted.apart)),
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

/// The answer on one case, with the outcomes of the judgement and of its prior.
fn tried(trial: &Trial<'_>, record: &Record, seed: u64) -> Option<(CaseTried, Outcome, Outcome)> {
    let Trial { name, case, truth } = *trial;
    let without = std::collections::BTreeSet::new();
    let question = Question { case, record, located: &[], without: &without, seed };
    let found = open(&question)?;
    let judgement = &found.as_reported;
    let leads = found.leads.clone().expect("an open judgement has a leader");
    let leading = leading(judgement, &leads);
    let outcome =
        |chances: Chances| Outcome { posterior: chances.posterior(truth), actor: Some(0) };
    let posterior = outcome(Chances::of(&found, truth, |chance, _| chance));
    let prior = outcome(Chances::of(&found, truth, |_, prior| prior));
    let probability = posterior.probability();
    let is_right = truth.is_right(&found, &leads, leading);
    let case = CaseTried {
        name: name.to_owned(),
        attacker: truth.attacker,
        states: truth.states.clone(),
        is_disputed: truth.is_disputed,
        probability,
        leads,
        leading,
        is_right,
        is_named: found.withheld.is_none(),
        confidence: found.confidence.level,
    };
    Some((case, posterior, prior))
}

/// The probability of the truth, and of every other answer.
struct Chances {
    truth: f64,
    others: Vec<f64>,
}

impl Chances {
    /// The chances in a judgement; `of` takes a posterior and a prior probability.
    fn of(found: &AttributionFindings, truth: &Truth, of: fn(f64, f64) -> f64) -> Self {
        let judgement = &found.as_reported;
        let mut chances = Self { truth: 0.0, others: Vec::new() };
        for ranked in &judgement.states {
            let chance = of(ranked.chance().estimate.get(), ranked.prior.into());
            chances.add(
                truth.attacker == AttackerKind::State && truth.states.contains(&ranked.state),
                chance,
            );
        }
        for ranked in judgement.kinds.iter().filter(|kind| kind.attacker != AttackerKind::State) {
            let chance = of(ranked.chance().estimate.get(), ranked.prior.into());
            let is_kind =
                truth.attacker == ranked.attacker && truth.attacker != AttackerKind::Unknown;
            // A party of one of the names may be of another kind: its part of that kind is right.
            let named = |ranked: &demarche_case::assessment::attribution::Ranked| {
                of(ranked.chance().estimate.get(), ranked.prior.into())
            };
            let right: f64 = judgement
                .ranking
                .iter()
                .filter(|hypothesis| {
                    found.hypothesis(&hypothesis.hypothesis).is_some_and(|hypothesis| {
                        hypothesis.attacker() == ranked.attacker && truth.names(hypothesis)
                    })
                })
                .map(named)
                .sum();
            chances.add(true, if is_kind { chance } else { right });
            chances.add(false, if is_kind { 0.0 } else { chance - right });
        }
        chances
    }

    fn add(&mut self, is_truth: bool, chance: f64) {
        if is_truth {
            self.truth += chance;
        } else {
            self.others.push(chance);
        }
    }

    /// The probabilities of all answers, that of the truth first.
    ///
    /// Where the author is unknown, the truth is that it is none of the others.
    fn posterior(self, truth: &Truth) -> Vec<f64> {
        if truth.attacker != AttackerKind::Unknown {
            return std::iter::once(self.truth).chain(self.others).collect();
        }
        let highest = self.others.iter().copied().fold(0.0, f64::max);
        vec![1.0 - highest, highest]
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

    fn is_right(&self, found: &AttributionFindings, leads: &Leads, leading: f64) -> bool {
        if self.attacker == AttackerKind::Unknown {
            return leading <= 0.5;
        }
        match leads {
            Leads::State { state } => {
                self.attacker == AttackerKind::State && self.states.contains(state)
            }
            Leads::Kind { attacker } => *attacker == self.attacker,
            Leads::Hypothesis { hypothesis } => {
                found.hypothesis(hypothesis).is_some_and(|hypothesis| {
                    self.names(hypothesis) || hypothesis.attacker() == self.attacker
                })
            }
        }
    }
}

fn leading(judgement: &Judgement, leads: &Leads) -> f64 {
    let chance = match leads {
        Leads::State { state } => {
            let ranked = judgement.states.iter().find(|ranked| ranked.state == *state);
            ranked.map(|ranked| ranked.chance())
        }
        Leads::Kind { attacker } => {
            let ranked = judgement.kinds.iter().find(|ranked| ranked.attacker == *attacker);
            ranked.map(|ranked| ranked.chance())
        }
        Leads::Hypothesis { hypothesis } => {
            let ranked = judgement.ranking.iter().find(|ranked| ranked.hypothesis == *hypothesis);
            ranked.map(|ranked| ranked.chance())
        }
    };
    chance.map_or(0.0, |chance| chance.estimate.get())
}
