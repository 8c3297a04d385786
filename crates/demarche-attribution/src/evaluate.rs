//! How well the actor is named, on attacks of the past that are held out of the record one by one.

use std::collections::BTreeMap;

use demarche_case::assessment::evaluation::Protocol;
use demarche_case::record::{Record, RecordId};

use crate::baseline::Baseline;
use crate::comparison::Comparison;
use crate::incident::Incident;
use crate::metrics::{
    BINS, Bin, Measured, Metrics, Outcome, mean_shares, metrics, paired_auroc, reliability,
};
use crate::parameters::Parameters;
use crate::posterior::{leader, logistic, logit, posterior, scores};
use crate::trial::{PLANTED, Plan, Trial, trials};

/// Which parameters an incident is judged with.
#[derive(Clone, Debug, PartialEq)]
pub struct Folds {
    /// For an actor that has none of its own.
    pub all: Parameters,
    /// For each actor, parameters that were fitted without any incident of it.
    pub without: BTreeMap<RecordId, Parameters>,
}

impl Folds {
    /// The same parameters for every incident.
    #[must_use]
    pub const fn same(parameters: Parameters) -> Self {
        Self { all: parameters, without: BTreeMap::new() }
    }

    /// The parameters for incidents of an actor.
    #[must_use]
    pub fn of(&self, actor: &RecordId) -> &Parameters {
        self.without.get(actor).unwrap_or(&self.all)
    }
}

/// What to evaluate, and how.
#[derive(Clone, Copy, Debug)]
pub struct Evaluate<'a> {
    /// The record of previous attacks.
    pub record: &'a Record,
    /// The incidents that are held out of it.
    pub incidents: &'a [Incident],
    /// What stays in the record.
    pub protocol: Protocol,
    /// The parameters.
    pub folds: &'a Folds,
    /// The number of impostors that are drawn for each incident and number of planted items.
    pub impostors: usize,
    /// The seed of the impostors and of the intervals.
    pub seed: u64,
}

/// What came of holding incidents out.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldOut {
    /// What stayed in the record.
    pub protocol: Protocol,
    /// The number of incidents have an actor of whom nothing is left in the record: they count as complete misses.
    pub unanswerable: usize,
    /// Ours.
    pub ours: Metrics,
    /// The methods of others on the same incidents, each with the temperature that suits it best on them.
    pub baselines: Vec<(Baseline, Metrics)>,
    /// The number of times the leader was the actor, by the probability it was given.
    pub reliability: [Bin; BINS],
    /// With the actor in the record and taken out of it.
    pub open: OpenSet,
    /// With planted items.
    pub forgery: Vec<Forgery>,
    /// For each incident its name, the actor's place in the ranking, and its probability.
    pub each: Vec<Named>,
}

/// What became of one incident.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// The incident.
    pub incident: String,
    /// Its actor.
    pub actor: RecordId,
    /// The actor's place in the ranking, from 1; infinite when nothing is left of it in the record.
    pub rank: f64,
    /// Its probability, if the actor is in the record.
    pub probability: f64,
    /// The probability that it is not, if both are as likely beforehand.
    pub unknown: f64,
}

/// True if an actor that is not in the record is told from one that is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct OpenSet {
    /// How well the probability of "unknown" tells incidents whose actor was taken out from the same with their actor.
    pub auroc: Measured,
    /// The mean probability of "unknown" with the actor in the record.
    pub mean_present: f64,
    /// The same with the actor taken out.
    pub mean_removed: f64,
    /// The share of incidents whose actor is likelier than every other and than "unknown".
    pub named: f64,
    /// The share of incidents without their actor of which "unknown" is likeliest.
    pub unknown_when_removed: f64,
}

/// What comes of planted items.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Forgery {
    /// The number of items of another actor, those that fewest actors use; 0 for the incidents as they are, beside the masks
    /// of the least number.
    pub planted: usize,
    /// The number of forged incidents.
    pub forged: usize,
    /// The share in which the actor is still ranked first.
    pub actor_first: Measured,
    /// The share in which the actor whose items were planted is ranked first.
    pub imitated_first: Measured,
    /// The share in which it is also likelier than "unknown".
    pub imitated_named: Measured,
}

/// Holds every incident out of the record and asks who did it.
#[must_use]
pub fn evaluate(question: &Evaluate<'_>) -> HeldOut {
    let Evaluate { record, incidents, protocol, folds, impostors, seed } = *question;
    let plan = Plan { protocol, draws: impostors, with_baselines: true, seed };
    let trials = trials(record, incidents, plan);
    let of = |trial: &Trial| {
        incidents.get(trial.incident).map_or(&folds.all, |incident| folds.of(&incident.actor))
    };
    let outcomes: Vec<Outcome> = trials
        .iter()
        .map(|trial| Outcome {
            posterior: closed(of(trial), &trial.comparison),
            actor: trial.answerable(),
        })
        .collect();
    let baseline =
        |(position, entry): (usize, &Baseline)| (*entry, baseline_metrics(&trials, position, seed));
    HeldOut {
        protocol,
        unanswerable: trials.iter().filter(|trial| trial.answerable().is_none()).count(),
        ours: metrics(&outcomes, seed),
        baselines: Baseline::ALL.iter().enumerate().map(baseline).collect(),
        reliability: reliability(&outcomes),
        open: open_set(&trials, of, seed),
        forgery: forgeries(&trials, of, impostors, seed),
        each: each(incidents, &trials, &outcomes, of),
    }
}

fn each<'p>(
    incidents: &[Incident],
    trials: &[Trial],
    outcomes: &[Outcome],
    of: impl Fn(&Trial) -> &'p Parameters,
) -> Vec<Named> {
    let named = |(trial, outcome): (&Trial, &Outcome)| {
        let incident = incidents.get(trial.incident)?;
        Some(Named {
            incident: incident.name.clone(),
            actor: incident.actor.clone(),
            rank: outcome.rank(),
            probability: outcome.probability(),
            unknown: logistic(logit(of(trial), &trial.comparison)),
        })
    };
    trials.iter().zip(outcomes).filter_map(named).collect()
}

/// The posterior if the actor is in the record.
fn closed(parameters: &Parameters, comparison: &Comparison) -> Vec<f64> {
    posterior(&scores(parameters, comparison), parameters.temperature, parameters.floor)
}

/// Whom the posterior with "unknown" among the hypotheses names; `None` for "unknown".
fn named(parameters: &Parameters, comparison: &Comparison) -> (Option<usize>, f64) {
    let posterior = closed(parameters, comparison);
    let unknown = logistic(logit(parameters, comparison));
    let likeliest = leader(&posterior).filter(|leader| {
        posterior.get(*leader).is_some_and(|posterior| posterior * (1.0 - unknown) > unknown)
    });
    (likeliest, unknown)
}

/// A comparison from which an actor was taken out.
pub(crate) fn without(comparison: &Comparison, actor: Option<usize>) -> Comparison {
    let mut without = comparison.clone();
    if let Some(terms) = actor.and_then(|actor| without.terms.get_mut(actor)) {
        *terms = None;
    }
    without
}

fn open_set<'p>(trials: &[Trial], of: impl Fn(&Trial) -> &'p Parameters, seed: u64) -> OpenSet {
    let mut open = OpenSet::default();
    let count = trials.len().max(1) as f64;
    let mut pairs = Vec::new();
    for trial in trials {
        let parameters = of(trial);
        let (present, unknown) = named(parameters, &trial.comparison);
        let (removed, unknown_removed) =
            named(parameters, &without(&trial.comparison, trial.actor));
        pairs.push((unknown_removed, unknown));
        open.mean_present += unknown / count;
        open.mean_removed += unknown_removed / count;
        open.named += f64::from(u8::from(present.is_some() && present == trial.actor)) / count;
        open.unknown_when_removed += f64::from(u8::from(removed.is_none())) / count;
    }
    OpenSet { auroc: paired_auroc(&pairs, seed), ..open }
}

fn forgery<'p>(
    trials: &[Trial],
    of: impl Fn(&Trial) -> &'p Parameters,
    planted: usize,
    seed: u64,
) -> Forgery {
    let drawn = if planted == 0 { PLANTED[0] } else { planted };
    let mut rows = Vec::new();
    let mut forged = 0;
    for trial in trials {
        let copies: Vec<_> = trial.forged.iter().filter(|copy| copy.planted == drawn).collect();
        let mut row = [0.0; 3];
        for copy in &copies {
            let comparison = if planted == 0 { &trial.comparison } else { &copy.comparison };
            let first = leader(&closed(of(trial), comparison));
            let (named, _) = named(of(trial), comparison);
            let came = [
                first.is_some() && first == trial.actor,
                first == Some(copy.imitated),
                named == Some(copy.imitated),
            ];
            for (share, came) in row.iter_mut().zip(came) {
                *share += f64::from(u8::from(came)) / copies.len() as f64;
            }
        }
        forged += copies.len();
        rows.extend((!copies.is_empty()).then_some(row));
    }
    let [actor_first, imitated_first, imitated_named] = mean_shares(&rows, seed);
    Forgery { planted, forged, actor_first, imitated_first, imitated_named }
}

fn forgeries<'p>(
    trials: &[Trial],
    of: impl Fn(&Trial) -> &'p Parameters,
    impostors: usize,
    seed: u64,
) -> Vec<Forgery> {
    if impostors == 0 {
        return Vec::new();
    }
    let planted = std::iter::once(0).chain(PLANTED);
    planted.map(|planted| forgery(trials, &of, planted, seed)).collect()
}

/// A method of others, with the temperature at which its logarithmic loss on these incidents is least.
fn baseline_metrics(trials: &[Trial], index: usize, seed: u64) -> Metrics {
    let scored: Vec<(&Vec<Option<f64>>, Option<usize>)> = trials
        .iter()
        .filter_map(|trial| Some((trial.baselines.get(index)?, trial.answerable())))
        .collect();
    let loss = |temperature: f64| -> f64 {
        let lost = |(scores, actor): &(&Vec<Option<f64>>, Option<usize>)| {
            let Some(own) = actor.and_then(|actor| scores.get(actor).copied().flatten()) else {
                return 0.0;
            };
            let sum: f64 =
                scores.iter().flatten().map(|score| ((score - own) * temperature).exp()).sum();
            sum.ln()
        };
        scored.iter().map(lost).sum()
    };
    let steps = (0..96).map(|step| 0.02 * 1.1_f64.powi(step));
    let best = steps.min_by(|a, b| loss(*a).total_cmp(&loss(*b))).unwrap_or(1.0);
    let outcomes: Vec<Outcome> = scored
        .iter()
        .map(|(scores, actor)| Outcome { posterior: posterior(scores, best, 0.0), actor: *actor })
        .collect();
    metrics(&outcomes, seed)
}
