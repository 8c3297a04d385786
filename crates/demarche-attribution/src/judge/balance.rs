//! The items that speak most for and against the leader, and the evidence that would tell most.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::attribution::{
    Balance, Leads, ParameterName, Sensitivity, SpeakingItem, WantedEvidence,
};
use demarche_case::{
    Credibility, EvidenceId, Forgeability, Grade, LikelihoodRatio, Reliability, Strength,
};

use super::bench::Bench;
use super::elicited::{Values, reliability};
use super::judged::Judged;
use super::leads::Leader;
use super::listing::sides_of;
use super::side::Side;

/// Items that are told for each side of the balance at most.
const MOST: usize = 3;

/// The least probability of a side for which an item can speak against the leader.
const RIVAL: f64 = 0.01;

/// The least weight of an item that is told as speaking against the leader, in nats: odds of 5 to 4.
const TOLD: f64 = 0.25;

/// The items for and against a leader.
///
/// An item speaks against the leader as far as it weighs more for another side than for that of the leader, by itself
/// and beside the rest of the evidence. Where a server stands accuses nobody, and what the case itself shows to be
/// planted is no doubt.
pub(crate) fn balance(
    bench: &Bench<'_>,
    judged: &Judged,
    leader: &Leader,
    sensitivity: &[Sensitivity],
    gains_if_planted: Option<Leads>,
) -> Balance {
    let sides = bench.authors.members.keys();
    let weights: BTreeMap<Side, Vec<f64>> =
        sides.map(|side| (*side, judged.weights.for_side(bench, *side))).collect();
    let itself = &weights[&leader.side];
    let chances = sides_of(bench.authors, &judged.posterior);
    let exposed: BTreeSet<&EvidenceId> =
        bench.items.iter().flat_map(|item| &item.evidence.weighing.exposes).collect();
    let against = |item: usize| {
        let rivals = weights.iter().filter(|(side, _)| **side != leader.side);
        let rivals = rivals.filter(|(side, _)| chances[side].get() >= RIVAL);
        // What weighs as much for the leader by itself is no rival's, though it adds less to what is there already.
        let alone = |side: Side| judged.weights.alone(bench, side, item);
        let rivals = rivals.filter(|(side, _)| alone(**side) > alone(leader.side) + 1e-9);
        rivals
            .map(|(side, weights)| (*side, weights[item] - itself[item]))
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
    };
    let (mut speak_for, mut speak_against) = (Vec::new(), Vec::new());
    for (index, item) in bench.items.iter().enumerate() {
        let speaking = |speaks_for: Leads, nats: f64| SpeakingItem {
            evidence: item.evidence.id.clone(),
            speaks_for,
            weight: LikelihoodRatio::from_nats(nats),
        };
        match against(index).filter(|(_, nats)| *nats > 0.0) {
            Some((side, nats)) => {
                let is_doubt = !item.is_mere_location() && !exposed.contains(&item.evidence.id);
                if nats >= TOLD && is_doubt {
                    speak_against.push(speaking(side.leads(), nats));
                }
            }
            None if itself[index] > 0.0 => {
                speak_for.push(speaking(leader.leads.clone(), itself[index]));
            }
            None => {}
        }
    }
    for items in [&mut speak_for, &mut speak_against] {
        items.sort_by(|left, right| right.weight.nats().total_cmp(&left.weight.nats()));
        items.truncate(MOST);
    }
    let stays = |part: &&Sensitivity| part.leads.as_ref() == Some(&leader.leads);
    let unseated = sensitivity.iter().filter(|part| !stays(part));
    let mut parts = unseated.map(|part| &part.without);
    let overturned_by = parts.find(|part| part.is_single()).cloned();
    Balance { speak_for, speak_against, overturned_by, gains_if_planted }
}

/// The kinds of evidence that are hard to forge, by the information that one strong item of grade B2 is expected to give.
///
/// That is the mean, over the sides it may point to, of the divergence of the posterior then from the posterior now. A
/// kind of which the case has items already tells the less by pooling.
pub(crate) fn wanted(bench: &Bench<'_>, judged: &Judged) -> Vec<WantedEvidence> {
    const CLASSES: [Forgeability; 4] = [
        Forgeability::PrivateInfrastructure,
        Forgeability::OperatorError,
        Forgeability::SharedCode,
        Forgeability::PrivateMalware,
    ];
    const GRADE: Grade = Grade { reliability: Reliability::B, credibility: Credibility::Two };
    let values = Values::best();
    let sides = sides_of(bench.authors, &judged.posterior);
    let now: Vec<f64> = sides.values().map(|chance| chance.get()).collect();
    let (seen, background) = values.pointer(Strength::Strong);
    let expected = |forgeability: Forgeability| {
        let planted = values.planted(forgeability).get();
        let of = |share: f64| (1.0 - planted) * share + planted;
        let items = bench.items.iter().filter(|item| item.forgeability == forgeability);
        let further = values.get(ParameterName::FurtherSource);
        let pooled = items.fold(1.0, |factor, _| factor * further);
        let ratio = (of(seen) / of(background)).powf(reliability(GRADE) * pooled);
        WantedEvidence { forgeability, information: information(&now, seen, ratio) }
    };
    let mut wanted = CLASSES.map(expected).to_vec();
    wanted.sort_by(|left, right| right.information.total_cmp(&left.information));
    wanted
}

/// The expected information, in nats, of an item that points to the author with probability `seen` and multiplies the
/// odds of the side that it points to by `ratio`.
fn information(now: &[f64], seen: f64, ratio: f64) -> f64 {
    let told = |side: &f64| {
        let sum = 1.0 + side * (ratio - 1.0);
        let gain = side * ratio / sum * (ratio / sum).ln() - (1.0 - side) / sum * sum.ln();
        side * seen * gain
    };
    now.iter().filter(|side| **side > 0.0).map(told).sum::<f64>().max(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn information_is_that_of_the_closed_form_and_nothing_where_nothing_is_open() {
        // Two sides, even: the item multiplies the odds by 3, so that the posterior is 3/4 and 1/4.
        let gain = 0.75 * 1.5_f64.ln() + 0.25 * 0.5_f64.ln();
        assert!((information(&[0.5, 0.5], 0.6, 3.0) - 0.6 * gain).abs() < 1e-12);
        assert!(information(&[1.0, 0.0], 0.6, 3.0).abs() < 1e-12);
    }
}
