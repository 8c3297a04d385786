//! How the parameters are fitted, so that anybody can fit them again.
//!
//! Terms and ceilings by L-BFGS on the logarithmic loss, temperature and floor on a grid, the unknown actor by
//! logistic regression. Nothing is drawn at random but the impostors.

mod calibration;
mod descent;
mod logistic;

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::evaluation::Protocol;
use demarche_case::record::{Record, RecordId};

use crate::comparison::{Comparison, TERMS};
use crate::evaluate::{Folds, without};
use crate::incident::Incident;
use crate::parameters::{Parameters, UnknownWeights};
use crate::posterior::{features, scores};
use crate::trial::{Plan, Trial, trials};

/// How much a campaign weighs beside a report; there are few, and they are what the method is for.
const CAMPAIGN: f64 = 2.0;
/// How much an incident under P2 weighs beside the same under P1.
const EARLIER_ONLY: f64 = 1.5;
/// The number of actors' shares the incidents are cut into for cross-fitting.
const FOLDS: usize = 5;
/// What a squared weight costs, in nats.
const PENALTY: f64 = 1e-4;
/// The weight of a forged copy of a report by the number of planted items, for each unit of caution.
const COPIES: [(usize, f64); 3] = [(1, 0.3), (3, 0.5), (5, 0.2)];
/// Draws of masks for a campaign, each of which weighs less accordingly; a report has one.
const CAMPAIGN_DRAWS: usize = 10;
/// The weight of a forged copy without its actor in the fit of the unknown actor, for each report and draw.
const FORGED_UNKNOWN: f64 = 0.1;

/// What is fitted on, and how cautiously.
#[derive(Clone, Copy, Debug)]
pub struct Fit<'a> {
    /// The record of previous attacks.
    pub record: &'a Record,
    /// Reports, see [`crate::reports`].
    pub reports: &'a [Incident],
    /// Campaigns, see [`crate::campaigns`].
    pub campaigns: &'a [Incident],
    /// How much forged copies weigh: 0 trusts every item, 5 is what demarche ships.
    pub caution: f64,
    /// The seed of the impostors.
    pub seed: u64,
}

/// An incident to fit on: the terms of every actor, the true one, and the weight.
pub(crate) struct Case<'a> {
    pub(crate) terms: &'a [Option<[f64; TERMS]>],
    pub(crate) actor: usize,
    /// The actor whose items were planted; then it is its probability that must be small.
    pub(crate) imitated: Option<usize>,
    pub(crate) weight: f64,
}

struct Trials {
    reports: Vec<Trial>,
    campaigns: Vec<Trial>,
    earlier_reports: Vec<Trial>,
    earlier_campaigns: Vec<Trial>,
}

impl Trials {
    fn of(fit: &Fit<'_>) -> Self {
        let held = |incidents, protocol, draws| {
            let plan = Plan { protocol, draws, with_baselines: false, seed: fit.seed };
            trials(fit.record, incidents, plan)
        };
        Self {
            reports: held(fit.reports, Protocol::Cite, 2),
            campaigns: held(fit.campaigns, Protocol::Cite, CAMPAIGN_DRAWS),
            earlier_reports: held(fit.reports, Protocol::Time, 0),
            earlier_campaigns: held(fit.campaigns, Protocol::Time, 0),
        }
    }
}

/// Reports and campaigns as they are, each with its weight; those whose actor does not count are left out.
fn cases<'t>(
    reports: &'t [Trial],
    campaigns: &'t [Trial],
    weight: f64,
    actor: &impl Fn(&Trial) -> Option<usize>,
) -> Vec<Case<'t>> {
    let reports = reports.iter().map(|trial| (trial, weight));
    let campaigns = campaigns.iter().map(|trial| (trial, weight * CAMPAIGN));
    let case = |(trial, weight): (&'t Trial, f64)| {
        let terms = trial.comparison.terms.as_slice();
        Some(Case { terms, actor: actor(trial)?, imitated: None, weight })
    };
    reports.chain(campaigns).filter_map(case).collect()
}

/// Fits all parameters.
#[must_use]
pub fn fit(question: &Fit<'_>) -> Parameters {
    fit_without(question, &Trials::of(question), &BTreeSet::new())
}

/// Fits all parameters once on everything, and once more without each fifth of the actors.
///
/// Actors with most incidents are dealt out first, each to the fold that has fewest.
#[must_use]
pub fn cross_fit(question: &Fit<'_>) -> Folds {
    let trials = Trials::of(question);
    let all = fit_without(question, &trials, &BTreeSet::new());
    let claims = crate::claims::Claims::of(question.record);
    let index = |actor: &RecordId| claims.actors.binary_search(actor).ok();
    let mut folds = Folds::same(all);
    for fold in dealt(question) {
        let places: BTreeSet<usize> = fold.iter().filter_map(index).collect();
        let parameters = fit_without(question, &trials, &places);
        folds.without.extend(fold.into_iter().map(|actor| (actor, parameters)));
    }
    folds
}

fn dealt(question: &Fit<'_>) -> Vec<Vec<RecordId>> {
    let mut counts: BTreeMap<&RecordId, usize> = BTreeMap::new();
    for incident in question.reports.iter().chain(question.campaigns) {
        *counts.entry(&incident.actor).or_default() += 1;
    }
    let mut order: Vec<(&RecordId, usize)> = counts.into_iter().collect();
    order.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    let mut folds: Vec<(usize, Vec<RecordId>)> = vec![(0, Vec::new()); FOLDS];
    for (actor, count) in order {
        if let Some((incidents, actors)) = folds.iter_mut().min_by_key(|fold| fold.0) {
            *incidents += count;
            actors.push(actor.clone());
        }
    }
    folds.into_iter().map(|(_, actors)| actors).collect()
}

fn fit_without(question: &Fit<'_>, trials: &Trials, left_out: &BTreeSet<usize>) -> Parameters {
    let counts = |trial: &Trial| trial.answerable().filter(|actor| !left_out.contains(actor));
    let cases = |reports, campaigns, weight| cases(reports, campaigns, weight, &counts);
    let clean = cases(&trials.reports, &trials.campaigns, 1.0);
    let earlier = cases(&trials.earlier_reports, &trials.earlier_campaigns, EARLIER_ONLY);
    let mut forged = Vec::new();
    for (of, draws, weight) in [
        (&trials.reports, 1, 1.0),
        (&trials.campaigns, CAMPAIGN_DRAWS, CAMPAIGN / CAMPAIGN_DRAWS as f64),
    ] {
        for trial in of {
            let Some(actor) = counts(trial) else { continue };
            for copy in trial.forged.iter().filter(|copy| copy.draw < draws) {
                let Some((_, part)) = COPIES.iter().find(|(planted, _)| *planted == copy.planted)
                else {
                    continue;
                };
                let weight = question.caution * part * weight;
                forged.push(Case {
                    terms: &copy.comparison.terms,
                    actor,
                    imitated: Some(copy.imitated),
                    weight,
                });
            }
        }
    }
    forged.retain(|case| case.weight > 0.0);
    let all: Vec<&Case<'_>> = clean.iter().chain(&earlier).chain(&forged).collect();
    let parameters = descent::fit(&all, PENALTY);
    let parameters = calibration::fit(parameters, &clean);
    let unknown = unknown(&parameters, trials, left_out);
    Parameters { unknown, ..parameters }
}

/// The unknown actor: incidents with their actor, without it, and forged without it.
fn unknown(parameters: &Parameters, trials: &Trials, left_out: &BTreeSet<usize>) -> UnknownWeights {
    let mut rows = Vec::new();
    let mut add = |comparison: &Comparison, is_unknown: bool, weight: f64| {
        if scores(parameters, comparison).iter().flatten().count() > 0 {
            rows.push((features(parameters, comparison), is_unknown, weight));
        }
    };
    for (of, weight, forged) in [
        (&trials.reports, 1.0, FORGED_UNKNOWN),
        (&trials.campaigns, CAMPAIGN, FORGED_UNKNOWN / 2.0),
    ] {
        for trial in
            of.iter().filter(|trial| trial.actor.is_none_or(|actor| !left_out.contains(&actor)))
        {
            add(&trial.comparison, false, weight);
            add(&without(&trial.comparison, trial.actor), true, weight);
            for copy in trial.forged.iter().filter(|copy| copy.planted <= 3) {
                add(&without(&copy.comparison, trial.actor), true, forged);
            }
        }
    }
    UnknownWeights::from_list(logistic::fit(&rows))
}
