//! What refusals and cuts would change: reach before and after, and who has to go another way.

use demarche_case::assessment::routes::{Collateral, CutEffect, Target};
use maud::{Markup, html};

use super::measure::wrapped;
use super::{Figure, label, px, scale, strong};
use crate::answer::{mean_over, origins_of};
use crate::number::{count, counted, fraction, length, percent};
use crate::words::routes::change_text;
use crate::words::subject;

const WIDTH: f64 = 760.0;
const BARS: (f64, f64) = (250.0, 250.0);
const ROW: f64 = 62.0;

/// Changes that are drawn.
const MOST: usize = 16;

/// What refusals and cuts would change, as a self-contained SVG.
///
/// For each change: the share of other networks with a route before (open dot) and after (full dot), the share
/// of those that go another way (lower bar), and the third parties that are hit.
#[must_use]
pub fn svg_of_cuts(target: &Target, cuts: &[CutEffect]) -> String {
    cuts_chart(target, cuts)
}

pub(crate) fn cuts_chart(target: &Target, cuts: &[CutEffect]) -> String {
    let shown_cuts = cuts.iter().take(MOST);
    let rows = u32::try_from(cuts.len().min(MOST)).map_or(0.0, f64::from);
    let (first, bottom) = (34.0, 34.0 + rows * ROW);
    let more = cuts.len().saturating_sub(MOST);
    let mean = mean_over(origins_of(cuts));
    let mut desc = "For each change, the share of other networks that have a route before and after it, and the share that goes another way".to_owned();
    if let Some(mean) = &mean {
        desc.push_str(&format!(", {mean}"));
    }
    desc.push('.');
    let mut y = first - ROW;
    let body = html! {
        (strong((8.0, 15.0), 12.0, "mute", "start", "If"))
        (strong((BARS.0 + BARS.1 + 26.0, 15.0), 12.0, "mute", "start", if mean.is_some() { "then, on average" } else { "then" }))
        (scale(BARS.0, BARS.1, first, bottom))
        @for cut in shown_cuts {
            @let y = { y += ROW; y };
            (draw_row(cut, y))
        }
        @if more > 0 { (label((8.0, bottom + 16.0), 12.0, "mute", "start", &format!("and {} more changes in the table", length(more)))) }
        (signs(bottom + 30.0))
    };
    Figure {
        id: "cuts",
        title: format!("What a refusal or cut would change for {}", subject(target)),
        desc,
        width: WIDTH,
        height: bottom + 56.0,
        looks: std::collections::BTreeSet::new(),
        body,
    }
    .into_svg()
}

fn x(share: f64) -> f64 {
    BARS.0 + BARS.1 * fraction(share)
}

fn draw_row(cut: &CutEffect, y: f64) -> Markup {
    let lines = wrapped(&change_text(cut), 12.5, BARS.0 - 30.0, 3);
    let (before, after) = (x(cut.before.network_share), x(cut.after.network_share));
    let mut line_y = y + 9.0;
    let text = BARS.0 + BARS.1 + 26.0;
    let have = if cut.after.networks == 1 { "has" } else { "have" };
    let reach =
        format!("{} of {} {have} a route", count(cut.after.networks), count(cut.before.networks));
    html! {
        g {
            title { (change_text(cut)) ": " (reach) ", " (percent(cut.rerouted_share)) " of them by another way" }
            line class="rule" x1="8" x2=(px(WIDTH - 8.0)) y1=(px(y)) y2=(px(y)) {}
            @for line in &lines {
                @let line_y = { line_y += 15.0; line_y };
                (label((8.0, line_y), 12.5, "ink", "start", line))
            }
            line class="tick" x1=(px(after)) x2=(px(before)) y1=(px(y + 22.0)) y2=(px(y + 22.0)) stroke-width="2" {}
            circle class="paper tick" style="stroke-width:2" cx=(px(before)) cy=(px(y + 22.0)) r="6.5" {}
            circle class="bar" cx=(px(after)) cy=(px(y + 22.0)) r="5" {}
            rect class="bar2" x=(px(BARS.0)) y=(px(y + 38.0)) width=(px(BARS.1 * fraction(cut.rerouted_share))) height="10" {}
            (strong((text, y + 18.0), 12.5, "ink", "start", &reach))
            (label((text, y + 35.0), 12.0, "mute", "start", &rerouted(cut)))
            (label((text, y + 52.0), 12.0, "mute", "start", &hit(&cut.collateral)))
        }
    }
}

fn rerouted(cut: &CutEffect) -> String {
    if cut.after.networks == 0 {
        return "nobody is left to go another way".to_owned();
    }
    format!("{} of them by another way", percent(cut.rerouted_share))
}

fn hit(collateral: &Collateral) -> String {
    match (collateral.lost.networks, collateral.changed.networks) {
        (0, 0) => "no third party is hit".to_owned(),
        (0, 1) => format!("{} elsewhere reroutes", counted(1, "network", "networks")),
        (0, changed) => format!("{} elsewhere reroute", counted(changed, "network", "networks")),
        (1, _) => format!("{} elsewhere loses routes", counted(1, "network", "networks")),
        (lost, _) => format!("{} elsewhere lose routes", counted(lost, "network", "networks")),
    }
}

fn signs(y: f64) -> Markup {
    html! {
        circle class="paper tick" style="stroke-width:2" cx="16" cy=(px(y + 8.0)) r="6.5" {}
        (label((30.0, y + 12.5), 12.0, "ink", "start", "networks with a route before"))
        circle class="bar" cx="236" cy=(px(y + 8.0)) r="5" {}
        (label((248.0, y + 12.5), 12.0, "ink", "start", "after"))
        rect class="bar2" x="306" y=(px(y + 3.0)) width="30" height="10" {}
        (label((344.0, y + 12.5), 12.0, "ink", "start", "of those left, how many go another way"))
    }
}
