//! The share of earlier attacks that each act followed: all attacks, those on the responding state, by the initiator, between the two.

use demarche_case::assessment::precedents::{
    Act, ActShare, ActsIn, Circle, DyadFindings, PrecedentQuestion,
};

use super::chart::bars::{Bars, Fill, Mark, Panel, Row, Scale};
use crate::attribution::capitalised;
use crate::number::chance;
use crate::precedents::{circle_word, of_words};

/// Acts that are drawn; force is among hostile military acts, and an escalating reply among replies.
const DRAWN: [Act; 6] =
    [Act::Sanction, Act::CyberReply, Act::Military, Act::Threaten, Act::Reject, Act::Negotiate];

/// The share of earlier attacks that each act followed, with its interval, as a self-contained SVG.
#[must_use]
pub fn svg_of_precedents(found: &DyadFindings, question: &PrecedentQuestion) -> String {
    precedents_chart(found, question, "precedents")
}

pub(crate) fn precedents_chart(
    found: &DyadFindings,
    question: &PrecedentQuestion,
    id: &str,
) -> String {
    let drawn = DRAWN.iter().filter_map(|act| found.acts.iter().find(|share| share.act == *act));
    Bars {
        id,
        title: format!(
            "Replies to attacks by {} and on {}",
            question.initiator.label(),
            question.responding.label()
        ),
        desc: "For each act within a month the share that is expected, and the shares that were counted in all attacks, in those on the responding state, by the initiator, and between the two, with their intervals.".to_owned(),
        width: 824.0,
        row: 21.0,
        scale: Scale::shares(250.0, 400.0),
        panels: drawn.map(|share| panel(share, found, question)).collect(),
        key: vec![
            (Mark::Diamond(0.0), "expected, with its interval"),
            (Mark::Ring(0.0), "counted, with its interval"),
            (Mark::DoubtStroke(0.0), "the initiator’s own attacks"),
        ],
        foot: vec!["Shares of attacks that the act followed within a month.".to_owned()],
        palette: None,
    }
    .into_svg()
}

fn panel(share: &ActShare, found: &DyadFindings, question: &PrecedentQuestion) -> Panel {
    let counted =
        found.circles.iter().rev().filter_map(|circle| counted(circle, share.act, question));
    Panel {
        title: capitalised(share.act.word()),
        rows: std::iter::once(expected(share)).chain(counted).collect(),
        ..Panel::default()
    }
}

fn expected(share: &ActShare) -> Row {
    let [low, high] = share.range;
    Row {
        tip: format!("expected: {}, {} to {}", chance(share.share), chance(low), chance(high)),
        head: "expected".to_owned(),
        marks: vec![
            Mark::Bar { from: low, to: high, fill: Fill::Pale, text: String::new() },
            Mark::Diamond(share.share),
        ],
        value: chance(share.share),
        ..Row::default()
    }
}

/// The count of one circle of attacks; `None` where it has no attack.
fn counted(circle: &ActsIn<Circle>, act: Act, question: &PrecedentQuestion) -> Option<Row> {
    let done = *circle.acts.iter().find(|count| count.act == act)?;
    if circle.attacks == 0 {
        return None;
    }
    let name = circle_word(circle.group, question);
    let rate = done.done;
    let [low, high] = rate.interval.unwrap_or_default();
    let itself = done.by_initiator.and_then(|by_initiator| by_initiator.share());
    let mut marks = vec![Mark::Whisker(low, high), Mark::Ring(rate.share().unwrap_or(0.0))];
    marks.extend(itself.map(Mark::DoubtStroke));
    Some(Row {
        tip: format!("{name}: {}", of_words(&rate)),
        name: vec![name],
        marks,
        value: of_words(&rate),
        ..Row::default()
    })
}
