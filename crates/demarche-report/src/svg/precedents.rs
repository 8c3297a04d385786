//! How often each act followed earlier attacks: all of them, on the responding state, by the initiator, between the two.

use demarche_case::assessment::precedents::{
    Act, ActCount, ActShare, DyadFindings, PrecedentQuestion,
};
use maud::{Markup, html};

use super::{Figure, label, px, scale, strong};
use crate::number::{chance, fraction};
use crate::precedents::{circle_word, of_words};

/// Acts that are drawn; force is among hostile military acts, and an escalating reply among replies.
const DRAWN: [Act; 6] =
    [Act::Sanction, Act::CyberReply, Act::Military, Act::Threaten, Act::Reject, Act::Negotiate];

/// Where the scale begins, how long it is, and where the counts stand.
const LEFT: f64 = 250.0;
const WIDTH: f64 = 420.0;
const COUNTS: f64 = LEFT + WIDTH + 24.0;

/// The height of a line, and of what stands above the lines of an act.
const LINE: f64 = 19.0;
const HEAD: f64 = 26.0;
const TOP: f64 = 54.0;

/// How often each act followed earlier attacks, with its interval, as a self-contained SVG.
#[must_use]
pub fn svg_of_precedents(found: &DyadFindings, question: &PrecedentQuestion) -> String {
    precedents_chart(found, question, "precedents")
}

pub(crate) fn precedents_chart(
    found: &DyadFindings,
    question: &PrecedentQuestion,
    id: &str,
) -> String {
    let drawn: Vec<(&ActShare, Vec<Line>)> = DRAWN
        .iter()
        .filter_map(|act| found.acts.iter().find(|share| share.act == *act))
        .map(|share| (share, lines(found, question, share.act)))
        .collect();
    let mut places = Vec::new();
    let mut bottom = TOP;
    for (_, lines) in &drawn {
        places.push(bottom);
        bottom += HEAD + LINE * as_float(lines.len().saturating_add(1)) + 8.0;
    }
    Figure {
        id,
        title: format!(
            "What followed attacks by {} and on {}",
            question.initiator.label(),
            question.responding.label()
        ),
        desc: "For each act within a month the share that is expected, and the shares that were counted in all attacks, in those on the responding state, by the initiator, and between the two, with their intervals.".to_owned(),
        width: COUNTS + 130.0,
        height: bottom + 4.0,
        looks: std::collections::BTreeSet::new(),
        body: html! {
            (strong((0.0, 16.0), 12.5, "ink", "start", "Share of attacks that were followed within a month by …"))
            (scale(LEFT, WIDTH, TOP - 4.0, bottom))
            @for ((share, lines), top) in drawn.iter().zip(places) { (act(share, lines, top)) }
        },
    }
    .into_svg()
}

/// The counts of one circle.
struct Line {
    name: String,
    done: ActCount,
}

/// The circles that have attacks, the narrowest first.
fn lines(found: &DyadFindings, question: &PrecedentQuestion, act: Act) -> Vec<Line> {
    let line = |circle: &demarche_case::assessment::precedents::ActsIn<_>| {
        let done = *circle.acts.iter().find(|one| one.act == act)?;
        (circle.attacks > 0).then(|| Line { name: circle_word(circle.group, question), done })
    };
    found.circles.iter().rev().filter_map(line).collect()
}

fn act(share: &ActShare, lines: &[Line], top: f64) -> Markup {
    let first = top + HEAD;
    let y = |place: usize| first + LINE * (as_float(place) + 0.5);
    let [low, high] = share.range.map(x);
    let at = x(share.share);
    html! {
        (strong((0.0, top + 17.0), 13.0, "ink", "start", &upper_first(share.act.word())))
        g {
            title { "expected: " (chance(share.share)) ", " (chance(share.range[0])) " to " (chance(share.range[1])) }
            rect class="bar2" x=(px(low)) y=(px(y(0) - 5.5)) width=(px((high - low).max(1.0))) height="11" rx="5.5" {}
            path class="bar" d=(diamond(at, y(0))) {}
        }
        (strong((LEFT - 14.0, y(0) + 4.0), 11.5, "ink", "end", "expected"))
        (strong((COUNTS, y(0) + 4.0), 11.5, "ink", "start", &chance(share.share)))
        @for (place, line) in lines.iter().enumerate() { (counted(line, y(place + 1))) }
    }
}

fn counted(line: &Line, y: f64) -> Markup {
    let rate = line.done.done;
    let share = rate.share().unwrap_or_default();
    let [low, high] = rate.interval.unwrap_or_default().map(x);
    let own = line.done.by_initiator.and_then(|own| own.share());
    html! {
        (super::fitted_end((LEFT - 14.0, y + 4.0), 11.5, &line.name, LEFT - 30.0))
        g {
            title { (line.name) ": " (of_words(&rate)) }
            line class="tick" x1=(px(low)) x2=(px(high)) y1=(px(y)) y2=(px(y)) stroke-width="1.3" {}
            circle class="paper" cx=(px(x(share))) cy=(px(y)) r="4.8" {}
            circle class="ring" cx=(px(x(share))) cy=(px(y)) r="4" stroke-width="1.6" {}
            @if let Some(own) = own {
                line class="doubt" x1=(px(x(own))) x2=(px(x(own))) y1=(px(y - 6.0)) y2=(px(y + 6.0)) stroke-width="2.4" {}
            }
        }
        (label((COUNTS, y + 4.0), 11.5, "mute", "start", &of_words(&rate)))
    }
}

fn x(share: f64) -> f64 {
    LEFT + WIDTH * fraction(share)
}

fn diamond(x: f64, y: f64) -> String {
    let at = |dx: f64, dy: f64| format!("{} {}", px(x + dx), px(y + dy));
    format!("M{}L{}L{}L{}Z", at(-6.5, 0.0), at(0.0, -6.5), at(6.5, 0.0), at(0.0, 6.5))
}

fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A number of lines, of which there are few.
fn as_float(number: usize) -> f64 {
    u32::try_from(number).map_or(0.0, f64::from)
}
