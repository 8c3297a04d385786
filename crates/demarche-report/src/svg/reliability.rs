//! Whether what is said to be likely happens as often as it is said: the reliability diagram.

use demarche_case::assessment::evaluation::ReliabilityBin;
use maud::{Markup, html};

use super::{Figure, label, px, strong};
use crate::number::{chance, count, fraction};

const SIDE: f64 = 340.0;
const LEFT: f64 = 62.0;
const TOP: f64 = 34.0;

/// The steps of both scales, in per cent.
const STEPS: [u32; 6] = [0, 20, 40, 60, 80, 100];

/// Whether what is said to be likely happens as often as it is said, as a self-contained SVG.
///
/// Points on the diagonal are perfectly calibrated, points under it were said with too much certainty.
/// The bars below are how many forecasts each point stands for.
#[must_use]
pub fn svg_of_reliability(bins: &[ReliabilityBin]) -> String {
    reliability_chart(bins, "rel")
}

pub(crate) fn reliability_chart(bins: &[ReliabilityBin], id: &str) -> String {
    let strip = TOP + SIDE + 44.0;
    Figure {
        id,
        title: "Reliability: what was said and what was so".to_owned(),
        desc: "The share of right answers among forecasts of about the same probability; on the diagonal both are equal.".to_owned(),
        width: LEFT + SIDE + 150.0,
        height: strip + 86.0,
        looks: std::collections::BTreeSet::new(),
        body: html! {
            (grid())
            @if bins.is_empty() { (label((LEFT + 20.0, TOP + SIDE / 2.0), 13.0, "mute", "start", "No forecast was made.")) }
            path class="link" fill="none" stroke-width="2" d=(way(bins)) {}
            @for bin in bins { (point(bin)) }
            (counts(bins, strip))
        },
    }
    .into_svg()
}

fn x(share: f64) -> f64 {
    LEFT + SIDE * fraction(share)
}

fn y(share: f64) -> f64 {
    TOP + SIDE * (1.0 - fraction(share))
}

fn grid() -> Markup {
    html! {
        (strong((LEFT, 18.0), 12.5, "ink", "start", "Share that was right"))
        @for step in STEPS {
            @let share = f64::from(step) / 100.0;
            line class="rule" x1=(px(x(0.0))) x2=(px(x(1.0))) y1=(px(y(share))) y2=(px(y(share))) stroke-width="1" {}
            line class="rule" x1=(px(x(share))) x2=(px(x(share))) y1=(px(y(0.0))) y2=(px(y(1.0))) stroke-width="1" {}
            (label((LEFT - 8.0, y(share) + 4.0), 11.0, "mute", "end", &format!("{step} %")))
            (label((x(share), TOP + SIDE + 16.0), 11.0, "mute", "middle", &format!("{step} %")))
        }
        line class="tick" x1=(px(x(0.0))) x2=(px(x(1.0))) y1=(px(y(0.0))) y2=(px(y(1.0))) stroke-width="1.3" stroke-dasharray="5 4" {}
        (label((x(1.0) + 8.0, y(1.0) + 4.0), 11.0, "mute", "start", "as said"))
        (label((x(0.98), y(0.06)), 11.0, "mute", "end", "said with too much certainty"))
        (label((x(0.02), y(0.94) + 4.0), 11.0, "mute", "start", "said with too little"))
        (strong((LEFT, TOP + SIDE + 34.0), 12.5, "ink", "start", "Probability that was said, and how many forecasts"))
    }
}

fn way(bins: &[ReliabilityBin]) -> String {
    let points: Vec<String> =
        bins.iter().map(|bin| format!("{} {}", px(x(bin.forecast)), px(y(bin.observed)))).collect();
    if points.is_empty() { "M0 0".to_owned() } else { format!("M{}", points.join("L")) }
}

fn point(bin: &ReliabilityBin) -> Markup {
    html! {
        g {
            title { "said " (chance(bin.forecast)) ", right " (chance(bin.observed)) ", " (count(bin.count)) " forecasts" }
            circle class="bar" cx=(px(x(bin.forecast))) cy=(px(y(bin.observed))) r="5.5" {}
        }
    }
}

fn counts(bins: &[ReliabilityBin], top: f64) -> Markup {
    let most = bins.iter().map(|bin| as_number(bin.count)).fold(1.0, f64::max);
    let bottom = top + 64.0;
    html! {
        line class="rule" x1=(px(x(0.0))) x2=(px(x(1.0))) y1=(px(bottom)) y2=(px(bottom)) stroke-width="1" {}
        @for bin in bins {
            @let high = 44.0 * as_number(bin.count) / most;
            rect class="bar2" x=(px(x(bin.forecast) - 9.0)) y=(px(bottom - high)) width="18" height=(px(high)) {}
            (label((x(bin.forecast), bottom - high - 4.0), 10.5, "ink", "middle", &count(bin.count)))
        }
    }
}

fn as_number(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
