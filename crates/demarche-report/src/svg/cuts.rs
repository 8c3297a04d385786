//! The effect of refusals and cuts: reach before and after, and who has to go another way.

use demarche_case::assessment::routes::{Collateral, CutEffect, Target};

use super::chart::bars::{Bars, Fill, Mark, Panel, Row, Scale};
use crate::answer::{mean_over, origins_of};
use crate::number::{count, counted, length, percent};
use crate::words::routes::change_text;
use crate::words::subject;

/// Changes that are drawn.
const MOST: usize = 16;

/// The effect of refusals and cuts, as a self-contained SVG.
///
/// For each change: the share of other networks with a route before (ring) and after (dot), the share
/// of those that go another way (lower bar), and the third parties that are hit.
#[must_use]
pub fn svg_of_cuts(target: &Target, cuts: &[CutEffect]) -> String {
    let mean = mean_over(origins_of(cuts)).map_or_else(String::new, |mean| format!(", {mean}"));
    let further = cuts.iter().skip(MOST).count();
    let panel = Panel {
        title: if mean.is_empty() { "If … then" } else { "If … then, on average" }.to_owned(),
        rows: cuts.iter().take(MOST).map(row).collect(),
        more: (further > 0).then(|| format!("and {} more changes in the table", length(further))),
        reference: None,
    };
    Bars {
        id: "cuts",
        title: format!("The effect of a refusal or cut on {}", subject(target)),
        desc: format!("For each change, the share of other networks that have a route before and after it, and the share that goes another way{mean}."),
        width: 760.0,
        row: 62.0,
        scale: Scale::shares(250.0, 250.0),
        panels: vec![panel],
        key: vec![
            (Mark::Ring(0.0), "networks with a route before"),
            (Mark::Dot(0.0), "after"),
            (Mark::bar(0.0, Fill::Pale), "share of those left that go another way"),
        ],
        foot: Vec::new(),
        palette: None,
    }
    .into_svg()
}

fn row(cut: &CutEffect) -> Row {
    let (before, after) = (cut.before.network_share, cut.after.network_share);
    let have = if cut.after.networks == 1 { "has" } else { "have" };
    let reach =
        format!("{} of {} {have} a route", count(cut.after.networks), count(cut.before.networks));
    let label = change_text(cut);
    Row {
        tip: format!("{label}: {reach}, {} of them by another way", percent(cut.rerouted_share)),
        name: vec![label],
        marks: vec![Mark::Line(after, before), Mark::Ring(before), Mark::Dot(after)],
        below: vec![Mark::bar(cut.rerouted_share, Fill::Pale)],
        value: reach,
        notes: vec![("mute", rerouted(cut)), ("mute", hit(&cut.collateral))],
        ..Row::default()
    }
}

fn rerouted(cut: &CutEffect) -> String {
    if cut.after.networks == 0 {
        return "no network is left to go another way".to_owned();
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
