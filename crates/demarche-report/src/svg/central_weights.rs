//! What one would have to value to prefer each option: the weights under which it comes first.

use std::collections::BTreeSet;

use demarche_case::assessment::response::{OptionFound, RankedOption, ResponseFindings, Weighing};
use demarche_case::options::Criterion;
use maud::{Markup, PreEscaped, html};

use super::heat::{HEAT, tone};
use super::measure::wrapped;
use super::{Figure, fitted, label, px, strong};
use crate::number::{fraction, share};
use crate::response::{by_first, first_share, label as label_of, place as place_of, usual};

const NAMES: f64 = 272.0;
const CELL: (f64, f64) = (48.0, 32.0);
const HEAD: f64 = 150.0;
const LAST: f64 = 104.0;
const TURN: f64 = -42.0;

/// Options that are drawn: those that come first most often.
const MOST: usize = 20;

/// Where the steps of the colours begin, as logarithms of a multiple of the usual weight: 1.1, 1.3, 1.6 and 2 times.
const STEPS: [f64; 4] = [0.095, 0.262, 0.47, std::f64::consts::LN_2];

/// The weights under which each option comes first, as a self-contained SVG.
///
/// A row for each option that ever comes first, a column for each criterion; a cell is the mean weight in per cent, blue
/// where it is more than the criterion has in the mean of all draws, brown where it is less.
#[must_use]
pub fn svg_of_central_weights(findings: &ResponseFindings) -> String {
    let weighing = &findings.weighing;
    let rows = rows(findings);
    let mut y = HEAD;
    let mut drawn = Vec::new();
    for (option, ranked, central) in &rows {
        drawn.push(draw_row(option, ranked, central, weighing, y));
        y += CELL.1;
    }
    if rows.is_empty() {
        drawn.push(label((8.0, y + 18.0), 12.0, "mute", "start", "No option ever comes first."));
        y += CELL.1;
    }
    let usual_row = usual_row(weighing, y + 8.0);
    let bottom = y + 8.0 + CELL.1;
    Figure {
        id: "values",
        title: "What one would have to value to prefer each option".to_owned(),
        desc: "The mean weight of each criterion, in per cent, among the draws in which an option comes first.".to_owned(),
        width: column(Criterion::ALL.len()) + LAST + 12.0,
        height: bottom + 44.0,
        looks: BTreeSet::new(),
        body: html! {
            style { (PreEscaped(HEAT)) }
            (heads())
            @for row in drawn { (row) }
            (usual_row)
            (key(bottom + 16.0))
        },
    }
    .into_svg()
}

type Row<'a> = (&'a OptionFound, &'a RankedOption, &'a [f64]);

fn rows(findings: &ResponseFindings) -> Vec<Row<'_>> {
    by_first(&findings.weighing)
        .into_iter()
        .filter_map(|one| Some((findings.options.get(one.option)?, one, one.central.as_deref()?)))
        .take(MOST)
        .collect()
}

/// Where the column of a criterion begins; those that speak against an option stand a little apart.
fn column(place: usize) -> f64 {
    let benefits = Criterion::ALL.iter().filter(|one| one.is_benefit()).count();
    let apart = if place >= benefits { 10.0 } else { 0.0 };
    NAMES + apart + u32::try_from(place).map_or(0.0, f64::from) * CELL.0
}

/// The names of the criteria, turned.
fn heads() -> Markup {
    html! {
        @for (place, criterion) in Criterion::ALL.into_iter().enumerate() {
            @let at = (column(place) + CELL.0 / 2.0 + 4.0, HEAD - 8.0);
            g transform={ "rotate(" (px(TURN)) " " (px(at.0)) " " (px(at.1)) ")" } {
                title { (criterion.words()) }
                (label(at, 11.5, "ink", "start", &fitted(head(criterion), 11.5, 190.0)))
            }
        }
        (label((column(Criterion::ALL.len()) + LAST, HEAD - 22.0), 11.0, "mute", "end", "first under"))
        (label((column(Criterion::ALL.len()) + LAST, HEAD - 8.0), 11.0, "mute", "end", "just these"))
    }
}

/// The criterion in few words; the sense of each is in its name.
const fn head(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::Ongoing => "ongoing harm ended",
        Criterion::Conduct => "future conduct",
        Criterion::Speed => "time to effect",
        Criterion::Support => "support of others",
        Criterion::Collateral => "harm to third parties",
        Criterion::Escalation => "escalation",
        Criterion::Legality => "disputed in law",
        Criterion::Secrecy => "evidence exposed",
        Criterion::Cost => "own cost",
        Criterion::Permanence => "hard to take back",
    }
}

fn draw_row(
    option: &OptionFound,
    ranked: &RankedOption,
    central: &[f64],
    weighing: &Weighing,
    y: f64,
) -> Markup {
    let name = label_of(option);
    let lines = wrapped(&name, 11.5, NAMES - 66.0, 2);
    let mut line_y = if lines.len() > 1 { y + 0.5 } else { y + 7.0 };
    html! {
        g {
            title { (name) }
            @for line in &lines {
                @let line_y = { line_y += 13.0; line_y };
                (label((8.0, line_y), 11.5, "ink", "start", line))
            }
            (label((NAMES - 10.0, y + 20.0), 11.5, "mute", "end", &share(first_share(ranked))))
            @for (place, (criterion, weight)) in Criterion::ALL.into_iter().zip(central).enumerate() {
                (cell(fraction(*weight), usual(weighing, criterion), criterion, (column(place), y)))
            }
            (strong((column(Criterion::ALL.len()) + LAST, y + 20.5), 12.5, "ink", "end", &share(fraction(ranked.confidence))))
        }
    }
}

fn cell(weight: f64, usual: f64, criterion: Criterion, at: (f64, f64)) -> Markup {
    let (class, ink) = tone((weight.max(1e-6) / usual).ln(), STEPS);
    html! {
        g {
            title { (criterion.words()) ": " (share(weight)) ", " (share(usual)) " in the mean of all draws" }
            rect class=(class) x=(px(at.0 + 1.0)) y=(px(at.1 + 1.0)) width=(px(CELL.0 - 2.0)) height=(px(CELL.1 - 2.0)) rx="2" {}
            (label((at.0 + CELL.0 / 2.0, at.1 + 20.0), 11.5, ink, "middle", &whole(weight)))
        }
    }
}

/// Per cent without the sign, which the caption has.
fn whole(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

/// What each criterion has in the mean of all draws, to read the rows against.
fn usual_row(weighing: &Weighing, y: f64) -> Markup {
    html! {
        line class="rule" x1="8" x2=(px(column(Criterion::ALL.len()))) y1=(px(y - 4.0)) y2=(px(y - 4.0)) stroke-width="1.5" {}
        (label((8.0, y + 18.0), 11.5, "mute", "start", "in the mean of all draws"))
        @for (place, criterion) in Criterion::ALL.into_iter().enumerate() {
            (label((column(place) + CELL.0 / 2.0, y + 18.0), 11.5, "mute", "middle", &place_of(usual(weighing, criterion) * 100.0)))
        }
    }
}

fn key(y: f64) -> Markup {
    const STEPS: [(&str, &str, &str); 9] = [
        ("m4", "on4", "÷ 2"),
        ("m3", "on", "÷ 1.6"),
        ("m2", "on", "÷ 1.3"),
        ("m1", "on", "÷ 1.1"),
        ("z", "onz", "usual"),
        ("p1", "on", "× 1.1"),
        ("p2", "on", "× 1.3"),
        ("p3", "on", "× 1.6"),
        ("p4", "on4", "× 2"),
    ];
    html! {
        @for (place, (class, ink, text)) in STEPS.iter().enumerate() {
            @let x = NAMES + u32::try_from(place).map_or(0.0, f64::from) * 48.0;
            rect class=(class) x=(px(x)) y=(px(y)) width="48" height="18" {}
            (label((x + 24.0, y + 13.0), 10.5, ink, "middle", text))
        }
        (label((8.0, y + 13.0), 11.0, "mute", "start", "against the mean of all draws"))
    }
}
