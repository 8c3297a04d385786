//! The confidence in the evidence, and the evidence that a probability takes.

use std::collections::BTreeSet;

use demarche_case::Probability;
use demarche_case::assessment::attribution::{
    Chance, Cluster, Confidence, ConfidenceLevel, ConfidenceReason, Leads, Likelihood,
    NoProbability, Sensitivity, Without,
};

use super::combine::{SAYS_ANYTHING, Weights, spread};
use super::elicited::is_easily_forged;
use super::items::Item;
use crate::count;

/// Groups of evidence that a probability takes: fewer are one report's opinion.
const NEEDED: u64 = 3;

/// Actors that a record must know for a judgement to be held with high confidence: ATT&CK has about 170.
const MANY_ACTORS: u64 = 100;

/// The grounds of the confidence.
#[derive(Debug)]
pub(crate) struct Bearing<'a> {
    pub(crate) items: &'a [Item<'a>],
    pub(crate) weights: &'a Weights,
    pub(crate) sensitivity: &'a [Sensitivity],
    pub(crate) leads: Leads,
    /// The probability of the leader as reported.
    pub(crate) leading: Chance,
    /// The probability of the leader if everything easily forged was planted.
    pub(crate) if_planted: Probability,
    /// Actors in the record.
    pub(crate) actors: u64,
}

/// The evidence that says anything.
struct Groups<'a> {
    all: BTreeSet<&'a Cluster>,
    hard_to_forge: BTreeSet<&'a Cluster>,
    sources: BTreeSet<&'a str>,
}

impl Bearing<'_> {
    fn groups(&self) -> Groups<'_> {
        let mut groups = Groups {
            all: BTreeSet::new(),
            hard_to_forge: BTreeSet::new(),
            sources: BTreeSet::new(),
        };
        let saying = self.items.iter().zip(&self.weights.items);
        for (item, _) in saying.filter(|(_, weight)| spread(&weight.own) > SAYS_ANYTHING) {
            groups.all.insert(&item.cluster);
            groups.sources.insert(item.evidence.source.text.as_str());
            if !is_easily_forged(item.forgeability) {
                groups.hard_to_forge.insert(&item.cluster);
            }
        }
        groups
    }

    /// The reason against a probability, if there is one: independent groups come from different sources as well.
    pub(crate) fn withheld(&self) -> Option<NoProbability> {
        let groups = self.groups();
        let independent = count(groups.all.len().min(groups.sources.len()));
        (independent < NEEDED).then_some(NoProbability { independent, needed: NEEDED })
    }

    /// The level with its reasons.
    ///
    /// High takes a record of many actors, five groups, two of them hard to forge, three sources, a leader that no part
    /// left out unseats, and the same words if everything easily forged was planted. Moderate takes three groups, two
    /// sources, and a leader that no single item, group or source unseats.
    pub(crate) fn confidence(&self) -> Confidence {
        let groups = self.groups();
        let unseats = |kind: fn(&Without) -> bool| {
            let is_unseated = |without: &&Sensitivity| match &self.leads {
                Leads::State { state } => without.leader_state != Some(*state),
                Leads::Hypothesis { hypothesis } => without.leader != *hypothesis,
            };
            self.sensitivity.iter().filter(is_unseated).find(|without| kind(&without.without))
        };
        let by_any = unseats(|_| true);
        let by_part = unseats(|without| !matches!(without, Without::Aspect(_)));
        let same_words = Likelihood::of(self.if_planted) == Likelihood::of(self.leading.estimate);
        let wide = self.leading.high.get() - self.leading.low.get() > 0.5;
        let is_small = self.actors < MANY_ACTORS;
        let (all, sources) = (groups.all.len(), groups.sources.len());
        let hard_to_forge = groups.hard_to_forge.len();
        let is_broad = !is_small && all >= 5 && sources >= 3 && hard_to_forge >= 2;
        let level = if is_broad && by_any.is_none() && same_words && !wide {
            ConfidenceLevel::High
        } else if all >= 3 && sources >= 2 && by_part.is_none() && hard_to_forge > 0 && !wide {
            ConfidenceLevel::Moderate
        } else {
            ConfidenceLevel::Low
        };
        let leads = self.leads.clone();
        let mut reasons = vec![
            ConfidenceReason::Evidence {
                groups: count(all),
                sources: count(sources),
                hard_to_forge: count(hard_to_forge),
            },
            match by_part.or(by_any) {
                Some(part) => ConfidenceReason::Overturned { leads, without: part.without.clone() },
                None => ConfidenceReason::Stable { leads },
            },
        ];
        if !same_words {
            reasons.push(ConfidenceReason::DiffersIfPlanted);
        }
        if is_small {
            reasons.push(ConfidenceReason::FewActors { actors: self.actors });
        }
        if wide {
            reasons.push(ConfidenceReason::WideInterval);
        }
        Confidence { level, reasons }
    }
}
