//! The results of an evaluation as plain data.

use demarche_case::assessment::attribution::{Basis, Parameter, ParameterName};
use demarche_case::assessment::evaluation::{self as told, ItemSet, Method};

use crate::count;
use crate::evaluate::{HeldOut, OpenSet};
use crate::metrics::{Bin, Measured, Metrics};
use crate::parameters::Parameters;

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

/// The figures of one method.
pub(crate) fn score(method: Method, metrics: &Metrics) -> told::MethodScore {
    told::MethodScore {
        method,
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
    /// The test of a set of incidents as plain data.
    #[must_use]
    pub fn told(&self, set: ItemSet) -> told::ActorTest {
        let ours = std::iter::once(score(Method::Demarche, &self.ours));
        let baselines = self.baselines.iter();
        let baselines = baselines.map(|(baseline, metrics)| score(baseline.method(), metrics));
        told::ActorTest {
            set,
            protocol: self.protocol,
            items: count(self.ours.incidents),
            unanswerable: count(self.unanswerable),
            methods: ours.chain(baselines).collect(),
            reliability: told_bins(&self.reliability),
            open_set: Some(self.open.into()),
            forgery: self
                .forgery
                .iter()
                .map(|forgery| told::ForgeryRow {
                    planted: count(forgery.planted),
                    truth: forgery.actor_first.into(),
                    impostor: forgery.imitated_first.into(),
                })
                .collect(),
        }
    }
}

impl Parameters {
    /// Every fitted number with its name.
    #[must_use]
    pub fn told(&self) -> Vec<Parameter> {
        use ParameterName as Name;
        let (software, technique) = (&self.software, &self.technique);
        let (actor, unknown) = (&self.actor, &self.unknown);
        let named = [
            (Name::SoftwareEdge, software.edge),
            (Name::SoftwareSurprise, software.surprise),
            (Name::SoftwareSources, software.sources),
            (Name::SoftwareSize, software.size),
            (Name::SoftwareCeiling, software.ceiling),
            (Name::TechniqueEdge, technique.edge),
            (Name::TechniqueSurprise, technique.surprise),
            (Name::TechniqueSources, technique.sources),
            (Name::TechniqueSize, technique.size),
            (Name::TechniqueCeiling, technique.ceiling),
            (Name::ActorTechniques, actor.techniques),
            (Name::ActorRecency, actor.recency),
            (Name::ActorNearest, actor.nearest),
            (Name::ActorCommon, actor.common),
            (Name::ActorExplained, actor.explained),
            (Name::Temperature, self.temperature),
            (Name::Floor, self.floor),
            (Name::UnknownConstant, unknown.constant),
            (Name::UnknownDoubt, unknown.doubt),
            (Name::UnknownSoftware, unknown.software),
            (Name::UnknownExplained, unknown.explained),
            (Name::UnknownUnseen, unknown.unseen),
        ];
        named
            .map(|(name, value)| Parameter {
                name,
                value,
                low: value,
                high: value,
                basis: Basis::Fitted,
            })
            .to_vec()
    }
}

/// The bins that have a forecast.
pub(crate) fn told_bins(bins: &[Bin]) -> Vec<told::ReliabilityBin> {
    let bins = bins.iter().filter(|bin| bin.incidents > 0);
    bins.map(|bin| told::ReliabilityBin {
        forecast: bin.stated,
        observed: bin.observed,
        count: count(bin.incidents),
    })
    .collect()
}
