//! What came of an evaluation, as the views show it.

use demarche_case::assessment::attribution::{Basis, Parameter};
use demarche_case::assessment::evaluation as told;

use crate::evaluate::{HeldOut, OpenSet};
use crate::metrics::{Bin, Measured, Metrics};
use crate::parameters::{ItemWeights, Parameters};

impl From<Measured> for told::Estimate {
    fn from(measured: Measured) -> Self {
        Self { value: measured.estimate, low: measured.low, high: measured.high }
    }
}

impl From<OpenSet> for told::OpenSet {
    fn from(open: OpenSet) -> Self {
        Self {
            auroc: open.auroc.into(),
            present: open.mean_present,
            removed: open.mean_removed,
            noticed: open.unknown_when_removed,
        }
    }
}

/// The figures of one method, as the views show them.
pub(crate) fn score(method: &str, metrics: &Metrics) -> told::MethodScore {
    told::MethodScore {
        method: method.to_owned(),
        top_1: metrics.top1.into(),
        top_3: metrics.top3.into(),
        top_5: metrics.top5.into(),
        mrr: metrics.mrr.into(),
        brier: metrics.brier.into(),
        log_loss: metrics.log_loss.into(),
        ece: metrics.ece.into(),
    }
}

impl HeldOut {
    /// The test of a set of incidents, as the views show it.
    #[must_use]
    pub fn told(&self, set: &str) -> told::ActorTest {
        let ours = std::iter::once(score("demarche", &self.ours));
        let others = self.baselines.iter().map(|(baseline, one)| score(baseline.word(), one));
        told::ActorTest {
            set: set.to_owned(),
            protocol: self.protocol,
            items: count(self.ours.incidents),
            unanswerable: count(self.unanswerable),
            methods: ours.chain(others).collect(),
            reliability: told_bins(&self.reliability),
            open_set: Some(self.open.into()),
            forgery: self
                .forgery
                .iter()
                .map(|one| told::ForgeryRow {
                    planted: count(one.planted),
                    truth: one.actor_first.into(),
                    impostor: one.mask_first.into(),
                })
                .collect(),
        }
    }
}

impl Parameters {
    /// Every fitted number with its name, as the views show it.
    #[must_use]
    pub fn told(&self) -> Vec<Parameter> {
        let of_items = |class: &str, weights: &ItemWeights| {
            [
                ("an item the actor is known to use", weights.edge),
                ("each nat of its surprise", weights.surprise),
                ("the logarithm of its sources", weights.sources),
                ("the logarithm of the repertoire's size", weights.size),
                ("ceiling of all items", weights.ceiling),
            ]
            .map(|(name, value)| (format!("{class}: {name}"), value))
        };
        let (actor, unknown) = (&self.actor, &self.unknown);
        let rest = [
            ("actor: the logarithm of its techniques", actor.techniques),
            ("actor: a source of the same time", actor.recency),
            ("actor: likeness to one source", actor.nearest),
            ("actor: share of common techniques", actor.common),
            ("actor: share of surprise explained", actor.explained),
            ("temperature", self.temperature),
            ("floor", self.floor),
            ("unknown: constant", unknown.constant),
            ("unknown: entropy of the posterior", unknown.doubt),
            ("unknown: share of software explained", unknown.software),
            ("unknown: share of surprise explained", unknown.explained),
            ("unknown: share of items nobody uses", unknown.unseen),
        ];
        let named = of_items("software", &self.software)
            .into_iter()
            .chain(of_items("technique", &self.technique))
            .chain(rest.map(|(name, value)| (name.to_owned(), value)));
        let from = "reports and campaigns of the development lists, held out of the record";
        named
            .map(|(name, value)| Parameter {
                name,
                value,
                low: value,
                high: value,
                basis: Basis::Fitted,
                from: from.to_owned(),
            })
            .collect()
    }
}

/// The bins that have a forecast, as the views show them.
pub(crate) fn told_bins(bins: &[Bin]) -> Vec<told::ReliabilityBin> {
    let bins = bins.iter().filter(|bin| bin.incidents > 0);
    bins.map(|bin| told::ReliabilityBin {
        forecast: bin.stated,
        observed: bin.observed,
        count: count(bin.incidents),
    })
    .collect()
}

/// A number of things as the views have it.
pub(crate) fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
