use std::collections::BTreeSet;

use demarche_similarity::{Amount, Calibration, KnownPair};

use super::figures::Asked;

/// Every question with every actor as a pair whose relation is known.
pub(crate) fn pairs(asked: &[Asked]) -> Vec<KnownPair> {
    let actors: BTreeSet<&String> = asked.iter().map(|asked| &asked.actor).collect();
    let of = |asked: &Asked| {
        let pair = |actor: &&String| KnownPair {
            amount: Amount {
                evidence: asked.scores.get(*actor).copied().unwrap_or(0.0),
                compared: asked.compared,
            },
            is_same: asked.actor == **actor,
        };
        actors.iter().map(pair).collect::<Vec<_>>()
    };
    asked.iter().flat_map(of).collect()
}

/// What the stated likelihood ratios came to: their cost, and how often pairs of each strength were of one hand.
pub(crate) fn reliability(name: &str, pairs: &[KnownPair], fitted: &Calibration) {
    let nats = |pair: &KnownPair| fitted.strength(pair.amount).nats;
    let mean = |of: bool, sign: f64| {
        let costs: Vec<f64> = pairs
            .iter()
            .filter(|pair| pair.is_same == of)
            .map(|pair| (sign * nats(pair)).exp().ln_1p() / std::f64::consts::LN_2)
            .collect();
        costs.iter().sum::<f64>() / costs.len().max(1) as f64
    };
    // Brümmer and du Preez 2006: 0 is perfect, 1 is what knowing nothing costs.
    println!("{name}: Cllr {:.3}", f64::midpoint(mean(true, -1.0), mean(false, 1.0)));
    let same = pairs.iter().filter(|pair| pair.is_same).count() as f64;
    let base = same / (pairs.len() as f64 - same);
    for (low, high) in [(-9.0, -2.0), (-2.0, 0.0), (0.0, 2.0), (2.0, 4.0), (4.0, 99.0)] {
        let of = pairs.iter().filter(|pair| (low..high).contains(&nats(pair)));
        let (stated, of_one, all) = of.fold((0.0, 0.0, 0.0), |(stated, of_one, all), pair| {
            let odds = nats(pair).exp() * base;
            (stated + odds / (1.0 + odds), of_one + f64::from(u8::from(pair.is_same)), all + 1.0)
        });
        if all > 0.0 {
            println!(
                "  ln LR {low:4.0} to {high:3.0}: {all:4.0} pairs, stated {:5.1} %, of one hand {:5.1} %",
                100.0 * stated / all,
                100.0 * of_one / all
            );
        }
    }
    let is_attributed = |pair: &KnownPair| fitted.strength(pair.amount).is_attributed;
    let wrong = pairs.iter().filter(|pair| !pair.is_same && is_attributed(pair));
    let right = pairs.iter().filter(|pair| pair.is_same && is_attributed(pair));
    println!("  at the threshold: {} of {same} right, {} wrong", right.count(), wrong.count());
}
