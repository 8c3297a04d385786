//! The matrix of hypotheses and evidence as a heat map, with the number in every cell.

use demarche_case::Case;
use demarche_case::assessment::attribution::{AttributionFindings, WeighedItem};
use maud::{Markup, PreEscaped, html};

use super::heat::{HEAT, tone};
use super::{Figure, fitted, fitted_label, label, px, strong};
use crate::attribution::{
    aspect, columns, inconsistency, name, name_lines, title, weighs, weight_for,
};
use crate::number::{fraction, index, length, nats};

const NAMES: f64 = 268.0;
const CELL: (f64, f64) = (58.0, 30.0);
const HEAD: f64 = 138.0;
const LAST: f64 = 104.0;

/// How the heads are turned, in degrees.
const TURN: f64 = -38.0;

/// Hypotheses shown, and items shown: those that tell most apart.
const MOST: (usize, usize) = (8, 30);

/// Where the steps of the colours begin, in nats: what hardly says anything, half a doubling of the odds, a doubling,
/// and a factor of four.
const STEPS: [f64; 4] = [0.05, 0.35, std::f64::consts::LN_2, 2.0 * std::f64::consts::LN_2];

/// The matrix of hypotheses and evidence, as a self-contained SVG.
///
/// The hypotheses stand least inconsistent first, the items most diagnostic first.
/// A cell is what the item weighs for the hypothesis, in nats, against an actor that is not in the record.
#[must_use]
pub fn svg_of_matrix(findings: &AttributionFindings, case: &Case) -> String {
    let shown = columns(findings, MOST.0);
    let rows = rows(findings);
    let count = |number: usize| u32::try_from(number).map_or(0.0, f64::from);
    let width = NAMES + count(shown.len()) * CELL.0 + LAST + 16.0;
    let mut y = HEAD;
    let mut drawn = Vec::new();
    for item in &rows {
        drawn.push(draw_row(item, &shown, findings, case, y));
        y += CELL.1;
    }
    let left_out = findings.items.len().saturating_sub(rows.len());
    if left_out > 0 {
        let text = format!("and {} more that tell less or nothing", length(left_out));
        drawn.push(label((8.0, y + 16.0), 11.5, "mute", "start", &text));
        y += 24.0;
    }
    let sums = sums(findings, &shown, y + 8.0);
    let bottom = y + 8.0 + CELL.1 + 18.0;
    Figure {
        id: "ach",
        title: "Hypotheses against evidence".to_owned(),
        desc: "What each item of evidence weighs for each hypothesis, in nats: positive numbers speak for it, negative ones against it.".to_owned(),
        width: width.max(620.0),
        height: bottom + 30.0,
        looks: std::collections::BTreeSet::new(),
        body: html! {
            style { (PreEscaped(HEAT)) }
            (heads(findings, &shown))
            @for row in drawn { (row) }
            (sums)
            (key(bottom))
        },
    }
    .into_svg()
}

/// The items that tell most apart, first; ties in the order of the case.
fn rows(findings: &AttributionFindings) -> Vec<&WeighedItem> {
    let mut rows: Vec<&WeighedItem> = findings.items.iter().filter(|item| weighs(item)).collect();
    rows.sort_by(|left, right| right.diagnosticity.total_cmp(&left.diagnosticity));
    rows.truncate(MOST.1);
    rows
}

fn column(place: usize) -> f64 {
    NAMES + u32::try_from(place).map_or(0.0, f64::from) * CELL.0
}

/// The names of the hypotheses, turned, in one or two lines.
fn heads(findings: &AttributionFindings, shown: &[usize]) -> Markup {
    html! {
        @for (place, hypothesis) in shown.iter().enumerate() {
            @if let Some(one) = findings.hypotheses.get(*hypothesis) {
                @let at = (column(place) + CELL.0 / 2.0 + 4.0, HEAD - 8.0);
                g transform={ "rotate(" (px(TURN)) " " (px(at.0)) " " (px(at.1)) ")" } {
                    title { (name(one)) }
                    @let lines = name_lines(one);
                    @for (line, text) in lines.iter().enumerate() {
                        @let down = if lines.len() > 1 && line == 0 { -13.0 } else { 0.0 };
                        (label((at.0, at.1 + down), 11.5, "ink", "start", &fitted(text, 11.5, 172.0)))
                    }
                }
            }
        }
        (label((column(shown.len()) + 16.0, HEAD - 22.0), 11.0, "mute", "start", "diagnos-"))
        (label((column(shown.len()) + 16.0, HEAD - 8.0), 11.0, "mute", "start", "ticity"))
    }
}

fn draw_row(
    item: &WeighedItem,
    shown: &[usize],
    findings: &AttributionFindings,
    case: &Case,
    y: f64,
) -> Markup {
    let name = title(case, &item.evidence);
    let about = format!("{} · {}", item.evidence, aspect(item.aspect));
    let last = column(shown.len()) + 16.0;
    html! {
        g {
            (fitted_label((8.0, y + 13.5), 12.0, "ink", &name, NAMES - 18.0))
            (fitted_label((8.0, y + 25.5), 10.0, "mute", &about, NAMES - 18.0))
            @for (place, hypothesis) in shown.iter().enumerate() {
                (cell(weight_for(item, *hypothesis), (column(place), y), findings.hypotheses.get(*hypothesis).map(crate::attribution::name).as_deref()))
            }
            // A nat across the whole width: more is rare, and the number says it.
            rect class="bar2" x=(px(last)) y=(px(y + 8.0)) width=(px(44.0 * fraction(item.diagnosticity))) height="14" {}
            (label((last + 50.0, y + 19.5), 11.5, "ink", "start", &index(item.diagnosticity)))
        }
    }
}

fn cell(weight: f64, at: (f64, f64), whose: Option<&str>) -> Markup {
    let (class, ink) = tone(weight, STEPS);
    html! {
        g {
            @if let Some(whose) = whose { title { (whose) ": " (nats(weight)) " nats" } }
            rect class=(class) x=(px(at.0 + 1.0)) y=(px(at.1 + 1.0)) width=(px(CELL.0 - 2.0)) height=(px(CELL.1 - 2.0)) rx="2" {}
            (label((at.0 + CELL.0 / 2.0, at.1 + 19.5), 12.0, ink, "middle", &nats(weight)))
        }
    }
}

/// What speaks against each hypothesis, which is what the order follows.
fn sums(findings: &AttributionFindings, shown: &[usize], y: f64) -> Markup {
    let right = px(column(shown.len()));
    html! {
        line class="rule" x1="8" x2=(right) y1=(px(y - 4.0)) y2=(px(y - 4.0)) stroke-width="1.5" {}
        (strong((8.0, y + 19.5), 12.0, "ink", "start", "All that speaks against it"))
        @for (place, hypothesis) in shown.iter().enumerate() {
            (strong((column(place) + CELL.0 / 2.0, y + 19.5), 12.0, "ink", "middle", &nats(inconsistency(findings, *hypothesis))))
        }
    }
}

fn key(y: f64) -> Markup {
    const STEPS: [(&str, &str, &str); 9] = [
        ("m4", "on4", "−1.4"),
        ("m3", "on", "−0.7"),
        ("m2", "on", "−0.35"),
        ("m1", "on", "−0.05"),
        ("z", "onz", "0"),
        ("p1", "on", "+0.05"),
        ("p2", "on", "+0.35"),
        ("p3", "on", "+0.7"),
        ("p4", "on4", "+1.4"),
    ];
    html! {
        @for (place, (class, ink, text)) in STEPS.iter().enumerate() {
            @let x = 8.0 + u32::try_from(place).map_or(0.0, f64::from) * 44.0;
            rect class=(class) x=(px(x)) y=(px(y)) width="44" height="18" {}
            (label((x + 22.0, y + 13.0), 10.5, ink, "middle", text))
        }
        (label((416.0, y + 13.0), 11.0, "mute", "start", "nats: +0.7 doubles the odds, −0.7 halves them"))
    }
}
