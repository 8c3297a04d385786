//! The reliability diagram: how often forecasts of about the same probability came true.

use demarche_case::assessment::evaluation::ReliabilityBin;
use demarche_case::number::float;
use maud::{Markup, html};

use super::chart::plot::{Axis, Plot};
use super::figure::{Figure, label, px};
use crate::number::{chance, count};

/// The reliability diagram, as a self-contained SVG.
///
/// Points on the diagonal are perfectly calibrated, points under it were said with too much certainty.
/// The bars below are the numbers of forecasts that the points stand for.
#[must_use]
pub fn svg_of_reliability(bins: &[ReliabilityBin]) -> String {
    reliability_chart(bins, "rel")
}

pub(crate) fn reliability_chart(bins: &[ReliabilityBin], id: &str) -> String {
    let plot = Plot {
        left: 62.0,
        top: 34.0,
        width: 340.0,
        height: 340.0,
        across: Axis::shares("Probability that was said, and the number of forecasts"),
        up: Axis::shares("Share that was right"),
    };
    let strip = plot.bottom() + 44.0;
    let points: Vec<(f64, f64)> = bins.iter().map(|bin| (bin.forecast, bin.observed)).collect();
    Figure {
        id,
        title: "Reliability: probabilities that were said, and shares that were right".to_owned(),
        desc: "The share of right answers among forecasts of about the same probability; on the diagonal both are equal.".to_owned(),
        width: plot.left + plot.width + 150.0,
        height: strip + 86.0,
        looks: std::collections::BTreeSet::new(),
        body: html! {
            (plot.grid())
            (diagonal(&plot))
            @if bins.is_empty() { (label((plot.x(0.05), plot.y(0.5)), 13.0, "mute", "start", "No forecast was made.")) }
            (plot.line(&points, "link", None))
            @for bin in bins {
                g {
                    title { "said " (chance(bin.forecast)) ", right " (chance(bin.observed)) ", " (count(bin.count)) " forecasts" }
                    circle class="bar" cx=(px(plot.x(bin.forecast))) cy=(px(plot.y(bin.observed))) r="5.5" {}
                }
            }
            (counts(bins, &plot, strip + 64.0))
        },
    }
    .into_svg()
}

fn diagonal(plot: &Plot) -> Markup {
    html! {
        line class="tick" x1=(px(plot.x(0.0))) x2=(px(plot.x(1.0))) y1=(px(plot.y(0.0))) y2=(px(plot.y(1.0))) stroke-width="1.3" stroke-dasharray="5 4" {}
        (label((plot.x(1.0) + 8.0, plot.y(1.0) + 4.0), 11.0, "mute", "start", "as said"))
        (label((plot.x(0.98), plot.y(0.06)), 11.0, "mute", "end", "said with too much certainty"))
        (label((plot.x(0.02), plot.y(0.94) + 4.0), 11.0, "mute", "start", "said with too little"))
    }
}

fn counts(bins: &[ReliabilityBin], plot: &Plot, bottom: f64) -> Markup {
    let limit = bins.iter().map(|bin| float(bin.count)).fold(1.0, f64::max);
    html! {
        line class="rule" x1=(px(plot.x(0.0))) x2=(px(plot.x(1.0))) y1=(px(bottom)) y2=(px(bottom)) stroke-width="1" {}
        @for bin in bins {
            @let high = 44.0 * float(bin.count) / limit;
            rect class="bar2" x=(px(plot.x(bin.forecast) - 9.0)) y=(px(bottom - high)) width="18" height=(px(high)) {}
            (label((plot.x(bin.forecast), bottom - high - 4.0), 10.5, "ink", "middle", &count(bin.count)))
        }
    }
}
