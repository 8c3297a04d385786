use std::collections::BTreeMap;

use demarche_similarity::{Amount, Calibration};

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
pub(crate) struct Named {
    pub(crate) right: usize,
    /// Program and actor of each that is named wrongly.
    pub(crate) wrong: Vec<String>,
    /// The same, were nothing known of the right actor.
    pub(crate) unknown: Vec<String>,
}

pub(crate) fn shipped(asked: &[Asked]) -> Named {
    let by = Calibration::MADE;
    let mut named = Named { right: 0, wrong: Vec::new(), unknown: Vec::new() };
    for one in asked {
        let (right, wrong): (Vec<_>, Vec<_>) =
            one.named(&one.scores, &by).partition(|actor| **actor == one.actor);
        let line = |actor: &String| format!("{} as {actor}", one.program);
        named.right += right.len();
        named.wrong.extend(wrong.into_iter().map(line));
        named.unknown.extend(one.named(&one.unknown, &by).map(line));
    }
    let Named { right, wrong, unknown } = &named;
    println!("  as shipped: {right}/{} to the right actor; to a wrong one {wrong:?}", asked.len());
    println!("  where the right actor is unknown, to another: {unknown:?}");
    named
}

/// Returns the number of questions with the right actor first; prints also how often it is above every wrong one of all.
pub(crate) fn summary(title: &str, asked: &[Asked], each: bool) -> usize {
    let first = asked.iter().filter(|question| question.right() > question.wrong()).count();
    let highest = asked.iter().map(Asked::wrong).fold(0.0, f64::max);
    let above = asked.iter().filter(|question| question.right() > highest).count();
    let won =
        asked.iter().flat_map(|right| asked.iter().map(|wrong| right.right() - wrong.wrong()));
    let won: f64 = won.map(|ahead| if ahead > 0.0 { 1.0 } else { 0.0 }).sum();
    let number = asked.len() as f64;
    println!(
        "{title}: first {first}/{}, above every wrong actor {above}/{} ({:.0} %), AUC {:.3}, highest wrong {highest:.2}",
        asked.len(),
        asked.len(),
        100.0 * above as f64 / number,
        won / (number * number),
    );
    let nats = |question: &Asked, evidence| Amount { evidence, compared: question.compared }.nats();
    let highest_nats =
        asked.iter().map(|question| nats(question, question.wrong())).fold(0.0, f64::max);
    let above =
        asked.iter().filter(|question| nats(question, question.right()) > highest_nats).count();
    println!("  weighed against chance: above every wrong actor {above}/{}", asked.len());
    for question in asked.iter().filter(|question| each || question.right() <= highest) {
        let (right, wrong) = (question.right(), question.wrong());
        println!("  {:28} right {right:8.2} best wrong {wrong:8.2}", question.program);
    }
    first
}
