//! What planted evidence does: how often the true author and how often the one it points to is named.

use demarche_case::assessment::evaluation::{Estimate, ForgeryRow};
use maud::{Markup, html};

use super::{Figure, as_number, label, px, strong};
use crate::number::{count, fraction};

const PLOT: (f64, f64, f64, f64) = (62.0, 34.0, 470.0, 260.0);

/// The steps of the scale, in per cent.
const STEPS: [u32; 6] = [0, 20, 40, 60, 80, 100];

/// What planted evidence does, as a self-contained SVG.
///
/// The full line is the share of items whose true author is named first, the dashed line the share where the actor is
/// that the planted evidence points to; whiskers are 95 % intervals.
#[must_use]
pub fn svg_of_forgery(rows: &[ForgeryRow]) -> String {
    forgery_chart(rows, "forged")
}

pub(crate) fn forgery_chart(rows: &[ForgeryRow], id: &str) -> String {
    let (left, top, width, height) = PLOT;
    let truth: Vec<(f64, Estimate)> = points(rows, |row| row.truth);
    let impostor: Vec<(f64, Estimate)> = points(rows, |row| row.impostor);
    Figure {
        id,
        title: "What planted evidence does".to_owned(),
        desc: "The share of cases in which the true author, and in which the imitated actor, is named first, by the number of planted items.".to_owned(),
        width: left + width + 168.0,
        height: top + height + 66.0,
        looks: std::collections::BTreeSet::new(),
        body: html! {
            (strong((left, 18.0), 12.5, "ink", "start", "Share of cases where it is named first"))
            @for step in STEPS {
                @let at = px(y(f64::from(step) / 100.0));
                line class="rule" x1=(px(left)) x2=(px(left + width)) y1=(at) y2=(at) stroke-width="1" {}
                (label((left - 8.0, y(f64::from(step) / 100.0) + 4.0), 11.0, "mute", "end", &format!("{step} %")))
            }
            @for (row, (x, _)) in rows.iter().zip(&truth) {
                (label((*x, top + height + 16.0), 11.0, "mute", "middle", &count(row.planted)))
            }
            (strong((left, top + height + 36.0), 12.5, "ink", "start", "Items planted in each case"))
            (line(&truth, "link", ""))
            (line(&impostor, "doubt", "6 4"))
            @for (x, one) in &truth { (whisker(*x - 2.0, one)) circle class="bar" cx=(px(*x - 2.0)) cy=(px(y(one.value))) r="5" {} }
            @for (x, one) in &impostor { (whisker(*x + 2.0, one)) rect class="warn" x=(px(*x - 2.5)) y=(px(y(one.value) - 4.5)) width="9" height="9" {} }
            (ends(&truth, &impostor))
        },
    }
    .into_svg()
}

fn points(rows: &[ForgeryRow], of: fn(&ForgeryRow) -> Estimate) -> Vec<(f64, Estimate)> {
    let (left, _, width, _) = PLOT;
    let most = rows.iter().map(|row| as_number(row.planted)).fold(1.0, f64::max);
    rows.iter()
        .map(|row| (left + 16.0 + (width - 32.0) * as_number(row.planted) / most, of(row)))
        .collect()
}

fn y(share: f64) -> f64 {
    let (_, top, _, height) = PLOT;
    top + height * (1.0 - fraction(share))
}

fn line(points: &[(f64, Estimate)], class: &str, dashes: &str) -> Markup {
    let way: Vec<String> =
        points.iter().map(|(x, one)| format!("{} {}", px(*x), px(y(one.value)))).collect();
    html! {
        @if !way.is_empty() {
            path class=(class) fill="none" stroke-width="2.2" stroke-dasharray=[(!dashes.is_empty()).then_some(dashes)] d={ "M" (way.join("L")) } {}
        }
    }
}

fn whisker(x: f64, one: &Estimate) -> Markup {
    html! { line class="tick" x1=(px(x)) x2=(px(x)) y1=(px(y(one.low))) y2=(px(y(one.high))) stroke-width="1.2" {} }
}

/// The names of the lines at their right ends, never on top of each other.
fn ends(truth: &[(f64, Estimate)], impostor: &[(f64, Estimate)]) -> Markup {
    let (left, _, width, _) = PLOT;
    let (Some((_, upper)), Some((_, lower))) = (truth.last(), impostor.last()) else {
        return html! {};
    };
    let (first, mut second) = (y(upper.value), y(lower.value));
    if (first - second).abs() < 16.0 {
        second = if second < first { first - 16.0 } else { first + 16.0 };
    }
    let at = left + width + 6.0;
    html! {
        (strong((at, first + 4.0), 12.0, "ink", "start", "the true author"))
        (strong((at, second + 4.0), 12.0, "warn", "start", "the imitated actor"))
    }
}
