use std::collections::BTreeMap;

use demarche_kinship::{Amount, Calibration, KnownPair};

/// A question and what each actor scored.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) program: String,
    pub(crate) actor: String,
    pub(crate) compared: usize,
    pub(crate) scores: BTreeMap<String, f64>,
    /// The same, were nothing known of the right actor.
    pub(crate) unknown: BTreeMap<String, f64>,
}

impl Asked {
    fn right(&self) -> f64 {
        self.scores.get(&self.actor).copied().unwrap_or(0.0)
    }

    fn wrong(&self) -> f64 {
        let others = self.scores.iter().filter(|(actor, _)| **actor != self.actor);
        others.map(|(_, score)| *score).fold(0.0, f64::max)
    }
}

impl Asked {
    /// The actors that a calibration names.
    fn named<'a>(
        &self,
        scores: &'a BTreeMap<String, f64>,
        by: &Calibration,
    ) -> impl Iterator<Item = &'a String> {
        let amount = |evidence| Amount { evidence, compared: self.compared };
        let is_named = move |score: f64| by.strength(amount(score)).is_attributed;
        scores.iter().filter(move |(_, score)| is_named(**score)).map(|(actor, _)| actor)
    }
}

/// Whom the shipped calibration names.
pub(crate) fn shipped(asked: &[Asked]) {
    let by = Calibration::SHIPPED;
    let (mut right, mut wrong, mut unknown) = (0, Vec::new(), Vec::new());
    for one in asked {
        right += one.named(&one.scores, &by).filter(|actor| **actor == one.actor).count();
        let others = one.named(&one.scores, &by).filter(|actor| **actor != one.actor);
        wrong.extend(others.map(|actor| format!("{} as {actor}", one.program)));
        let others = one.named(&one.unknown, &by);
        unknown.extend(others.map(|actor| format!("{} as {actor}", one.program)));
    }
    println!("  as shipped: {right}/{} to the right actor; to a wrong one {wrong:?}", asked.len());
    println!("  where the right actor is unknown, to another: {unknown:?}");
}

/// How often the right actor is first, and how often above every wrong one of all questions.
pub(crate) fn summary(title: &str, asked: &[Asked], each: bool) {
    let first = asked.iter().filter(|one| one.right() > one.wrong()).count();
    let highest = asked.iter().map(Asked::wrong).fold(0.0, f64::max);
    let above = asked.iter().filter(|one| one.right() > highest).count();
    let won = asked.iter().flat_map(|one| asked.iter().map(|other| one.right() - other.wrong()));
    let won: f64 = won.map(|ahead| if ahead > 0.0 { 1.0 } else { 0.0 }).sum();
    let number = asked.len() as f64;
    println!(
        "{title}: first {first}/{}, above every wrong actor {above}/{} ({:.0} %), AUC {:.3}, highest wrong {highest:.2}",
        asked.len(),
        asked.len(),
        100.0 * above as f64 / number,
        won / (number * number),
    );
    let nats = |one: &Asked, evidence| Amount { evidence, compared: one.compared }.nats();
    let highest_nats = asked.iter().map(|one| nats(one, one.wrong())).fold(0.0, f64::max);
    let above = asked.iter().filter(|one| nats(one, one.right()) > highest_nats).count();
    println!("  weighed against chance: above every wrong actor {above}/{}", asked.len());
    for one in asked.iter().filter(|one| each || one.right() <= highest) {
        println!("  {:28} right {:8.2} best wrong {:8.2}", one.program, one.right(), one.wrong());
    }
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
    let wrong = pairs.iter().filter(|pair| !pair.is_same && nats(pair) >= fitted.threshold);
    let right = pairs.iter().filter(|pair| pair.is_same && nats(pair) >= fitted.threshold);
    println!("  at the threshold: {} of {same} right, {} wrong", right.count(), wrong.count());
}
