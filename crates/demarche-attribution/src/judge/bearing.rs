//! The evidence for the leader: whether anybody is named, and with which confidence.

use std::collections::BTreeSet;

use demarche_case::Probability;
use demarche_case::assessment::attribution::{
    Chance, Cluster, Confidence, ConfidenceLevel, ConfidenceReason, NoProbability, Sensitivity,
    Without,
};

use super::bench::Bench;
use super::elicited::is_easily_forged;
use super::judged::Judged;
use super::leads::Leader;
use crate::count;

/// The least probability of an answer: below one in four nobody is named.
const LEAST: f64 = 0.25;
/// The least weight of the evidence for a leader, in nats: below it the prior leads and not the evidence.
const SPEAKS: f64 = 0.25;
/// The least probability of a kind of attacker that is told by the kind of the attack alone.
const TOLD_BY_ATTACK: f64 = 0.5;
/// The least probability of a leader for moderate and for high confidence.
const MODERATE: f64 = 0.55;
const HIGH: f64 = 0.8;

/// The grounds of the confidence.
#[derive(Debug)]
pub(crate) struct Bearing<'a> {
    pub(crate) bench: &'a Bench<'a>,
    pub(crate) judged: &'a Judged,
    pub(crate) leader: &'a Leader,
    /// The probability of the leader as reported, with its interval.
    pub(crate) chance: Chance,
    pub(crate) sensitivity: &'a [Sensitivity],
    /// True if the leader stays when everything easily forged was planted.
    pub(crate) stays_if_planted: bool,
}

/// The evidence for the leader's side.
pub(crate) struct Support<'a> {
    groups: BTreeSet<&'a Cluster>,
    hard_to_forge: BTreeSet<&'a Cluster>,
    sources: BTreeSet<&'a str>,
    /// The weight of all of it, in nats.
    nats: f64,
}

/// The evidence for the side of a leader.
fn support<'b>(bench: &'b Bench<'_>, judged: &Judged, leader: &Leader) -> Support<'b> {
    /// The least weight of an item that is counted, in nats.
    const COUNTS: f64 = 0.05;
    let mut support = Support {
        groups: BTreeSet::new(),
        hard_to_forge: BTreeSet::new(),
        sources: BTreeSet::new(),
        nats: 0.0,
    };
    let weights = judged.weights.for_side(bench, leader.side);
    for (item, nats) in bench.items.iter().zip(weights) {
        support.nats += nats;
        if nats > COUNTS {
            support.groups.insert(&item.cluster);
            support.sources.insert(&item.evidence.source.text);
            if !is_easily_forged(item.forgeability) {
                support.hard_to_forge.insert(&item.cluster);
            }
        }
    }
    support
}

/// The reason for naming nobody, if there is one.
pub(crate) fn withheld(
    bench: &Bench<'_>,
    judged: &Judged,
    leader: &Leader,
) -> Option<NoProbability> {
    let tells = judged.weights.items.iter().any(|weight| weight.says_anything());
    let behaves = bench.items.iter().any(|item| item.says.is_behaviour());
    if !tells && !behaves {
        return Some(NoProbability::NoEvidence);
    }
    let needed = Probability::clamped(LEAST);
    if leader.chance < needed {
        return Some(NoProbability::NobodyLeads { needed });
    }
    let behaviour = judged.weights.behaviour_of(leader.side);
    // The kind of the attack may tell a kind of attacker by itself, as a ransom does.
    let is_told_by_attack = leader.side.state().is_none() && leader.chance.get() > TOLD_BY_ATTACK;
    (support(bench, judged, leader).nats + behaviour < SPEAKS && !is_told_by_attack)
        .then_some(NoProbability::PriorAlone)
}

impl Bearing<'_> {
    /// The evidence for the side of the leader.
    pub(crate) fn support(&self) -> Support<'_> {
        support(self.bench, self.judged, self.leader)
    }

    /// The level with its reasons.
    ///
    /// High takes a probability of 80 %, two groups that are hard to forge, three sources for the leader, a leader that
    /// no part left out unseats, and the same leader if everything easily forged was planted. Moderate takes 55 %, two
    /// groups, one of them hard to forge, and a leader that no item, group or source left out unseats.
    pub(crate) fn confidence(&self, support: &Support<'_>) -> Confidence {
        let unseats = |kind: fn(&Without) -> bool| {
            let stays = |part: &Sensitivity| part.leads.as_ref() == Some(&self.leader.leads);
            let unseated = self.sensitivity.iter().filter(|part| !stays(part));
            unseated.map(|part| &part.without).find(|without| kind(without))
        };
        let by_any = unseats(|_| true);
        let by_part = unseats(Without::is_single);
        let wide = self.chance.high.get() - self.chance.low.get() > 0.5;
        let (groups, hard) = (support.groups.len(), support.hard_to_forge.len());
        let chance = self.chance.estimate.get();
        let moderate = chance >= MODERATE && groups >= 2 && hard >= 1 && by_part.is_none() && !wide;
        let high = moderate
            && chance >= HIGH
            && hard >= 2
            && support.sources.len() >= 3
            && by_any.is_none()
            && self.stays_if_planted;
        let (level, needed) = match (high, moderate) {
            (true, _) => (ConfidenceLevel::High, 0.0),
            (false, true) => (ConfidenceLevel::Moderate, HIGH),
            (false, false) => (ConfidenceLevel::Low, MODERATE),
        };
        let leads = self.leader.leads.clone();
        let mut reasons = vec![
            ConfidenceReason::Evidence {
                groups: count(groups),
                sources: count(support.sources.len()),
                hard_to_forge: count(hard),
            },
            match by_part.or(by_any) {
                Some(part) => ConfidenceReason::Overturned { leads, without: part.clone() },
                None => ConfidenceReason::Stable { leads },
            },
        ];
        if chance < needed {
            let needed = Probability::clamped(needed);
            reasons.push(ConfidenceReason::TooImprobable { needed });
        }
        if !self.stays_if_planted {
            reasons.push(ConfidenceReason::DiffersIfPlanted);
        }
        if wide {
            reasons.push(ConfidenceReason::WideInterval);
        }
        Confidence { level, reasons }
    }
}
