//! The effect of planted evidence: how often the true author and how often the imitated actor is named.

use demarche_case::assessment::evaluation::{Estimate, ForgeryRow};
use demarche_case::number::float;
use maud::{Markup, html};

use super::chart::plot::{Axis, Plot};
use super::figure::{Figure, px, strong};
use crate::number::count;

/// The effect of planted evidence, as a self-contained SVG.
///
/// The full line is the share of items whose true author is named first, the dashed line the share where the actor is
/// that the planted evidence points to; whiskers are 95 % intervals.
#[must_use]
pub fn svg_of_forgery(rows: &[ForgeryRow]) -> String {
    forgery_chart(rows, "forged")
}

pub(crate) fn forgery_chart(rows: &[ForgeryRow], id: &str) -> String {
    let limit = rows.iter().map(|row| float(row.planted)).fold(1.0, f64::max);
    let plot = Plot {
        left: 62.0,
        top: 34.0,
        width: 470.0,
        height: 260.0,
        across: Axis {
            title: "Items planted in each case".to_owned(),
            most: limit * 1.04,
            steps: rows.iter().map(|row| (float(row.planted), count(row.planted))).collect(),
        },
        up: Axis::shares("Share of cases where the actor is named first"),
    };
    let series = |estimate: fn(&ForgeryRow) -> Estimate| -> Vec<(f64, Estimate)> {
        rows.iter().map(|row| (float(row.planted), estimate(row))).collect()
    };
    let truth = series(|row| row.truth);
    let impostor = series(|row| row.impostor);
    let line = |points: &[(f64, Estimate)]| -> Vec<(f64, f64)> {
        points.iter().map(|(planted, share)| (*planted, share.value)).collect()
    };
    Figure {
        id,
        title: "The effect of planted evidence".to_owned(),
        desc: "The share of cases in which the true author, and in which the imitated actor, is named first, by the number of planted items.".to_owned(),
        width: plot.left + plot.width + 168.0,
        height: plot.bottom() + 56.0,
        looks: std::collections::BTreeSet::new(),
        body: html! {
            (plot.grid())
            (plot.line(&line(&truth), "link", None))
            (plot.line(&line(&impostor), "doubt", Some("6 4")))
            @for (planted, share) in &truth {
                @let x = plot.x(*planted) - 2.0;
                (whisker(&plot, x, share))
                circle class="bar" cx=(px(x)) cy=(px(plot.y(share.value))) r="5" {}
            }
            @for (planted, share) in &impostor {
                @let x = plot.x(*planted) + 2.0;
                (whisker(&plot, x, share))
                rect class="warn" x=(px(x - 4.5)) y=(px(plot.y(share.value) - 4.5)) width="9" height="9" {}
            }
            (names(&plot, truth.last(), impostor.last()))
        },
    }
    .into_svg()
}

fn whisker(plot: &Plot, x: f64, share: &Estimate) -> Markup {
    html! { line class="tick" x1=(px(x)) x2=(px(x)) y1=(px(plot.y(share.low))) y2=(px(plot.y(share.high))) stroke-width="1.2" {} }
}

/// The names of the lines at their right ends, never on top of each other.
fn names(
    plot: &Plot,
    truth: Option<&(f64, Estimate)>,
    impostor: Option<&(f64, Estimate)>,
) -> Markup {
    let (Some((_, upper)), Some((_, lower))) = (truth, impostor) else { return Markup::default() };
    let (first, mut second) = (plot.y(upper.value), plot.y(lower.value));
    if (first - second).abs() < 16.0 {
        second = if second < first { first - 16.0 } else { first + 16.0 };
    }
    let left = plot.left + plot.width + 6.0;
    html! {
        (strong((left, first + 4.0), 12.0, "ink", "start", "the true author"))
        (strong((left, second + 4.0), 12.0, "warn", "start", "the imitated actor"))
    }
}
