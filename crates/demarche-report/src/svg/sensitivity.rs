//! The sensitivity of the judgement: the leading hypothesis with all the evidence and without each part of it.

use demarche_case::Case;
use demarche_case::assessment::attribution::{AttributionFindings, Sensitivity, Without};

use super::chart::bars::{Bars, Fill, Mark, Panel, Row, Scale};
use super::ranking::weight_row;
use crate::attribution::{aspect, by_rank, leader, name, title, weight_for};
use crate::number::{chance, length};
use crate::text::{NAME, shown};
use crate::words::attribution::cluster;

/// Parts shown of each kind, the strongest first.
const MOST: usize = 8;

/// The sensitivity of the judgement, as a self-contained SVG.
///
/// The line is the probability of the leading hypothesis with all the evidence, the dot that without a part of it;
/// a ring says that another hypothesis leads then.
/// Where no probability may be shown, a bar is the weight of an item for the hypothesis with the most weight, in nats.
#[must_use]
pub fn svg_of_sensitivity(findings: &AttributionFindings, case: &Case) -> String {
    if findings.withheld.is_some() {
        return weights_chart(findings, case);
    }
    let Some((ranked, hypothesis)) = leader(findings, &findings.as_reported) else {
        return chart("The sensitivity of the judgement".to_owned(), Vec::new());
    };
    let (all, leading) = (ranked.chance().estimate.get(), &ranked.hypothesis);
    let mut panels = Vec::new();
    for kind in ["aspect", "source", "cluster", "item"] {
        let parts: Vec<&Sensitivity> =
            findings.sensitivity.iter().filter(|part| kind_of(&part.without) == kind).collect();
        if parts.is_empty() {
            continue;
        }
        let row = |part: &&Sensitivity| {
            let is_other = part.leader != *leading;
            let next = is_other.then(|| findings.hypothesis(&part.leader).map(name)).flatten();
            row(part_name(part, case), part.leading.unwrap_or_default().get(), all, next)
        };
        let more = parts.len().saturating_sub(MOST);
        panels.push(Panel {
            title: format!("Without one {kind}"),
            rows: parts.iter().take(MOST).map(row).collect(),
            more: (more > 0).then(|| format!("and {} more that change less", length(more))),
            reference: Some(all),
        });
    }
    chart(format!("The sensitivity of the judgement: {}", name(hypothesis)), panels)
}

fn chart(title: String, panels: Vec<Panel>) -> String {
    let nobody = panels.is_empty().then(|| "No hypothesis leads.".to_owned());
    Bars {
        id: "rests",
        title,
        desc: "The probability of the leading hypothesis with all the evidence and without each aspect, source, cluster and item.".to_owned(),
        width: 760.0,
        row: 28.0,
        scale: Scale::shares(300.0, 260.0),
        panels,
        key: vec![
            (Mark::Stroke(0.0), "with all the evidence"),
            (Mark::Dot(0.0), "without this part"),
            (Mark::Ring(0.0), "without it another leads"),
        ],
        foot: nobody.into_iter().collect(),
        palette: None,
    }
    .into_svg()
}

const fn kind_of(without: &Without) -> &'static str {
    match without {
        Without::Aspect(_) => "aspect",
        Without::Source(_) => "source",
        Without::Cluster(_) => "cluster",
        Without::Item(_) => "item",
    }
}

fn part_name(part: &Sensitivity, case: &Case) -> String {
    match &part.without {
        Without::Item(id) => title(case, id),
        Without::Cluster(id) => cluster(id),
        Without::Source(text) => shown(text, NAME),
        Without::Aspect(kind) => aspect(*kind).to_owned(),
    }
}

fn row(part: String, after: f64, all: f64, next: Option<String>) -> Row {
    let dot = if next.is_some() { Mark::Ring(after) } else { Mark::Dot(after) };
    let leads = next.as_ref().map_or_else(String::new, |next| format!("; {next} leads"));
    Row {
        tip: format!("without {part}: {} instead of {}{leads}", chance(after), chance(all)),
        name: vec![part],
        marks: vec![Mark::Line(all, after), dot],
        value: chance(after),
        notes: next.map(|next| ("warn", format!("then {next}"))).into_iter().collect(),
        ..Row::default()
    }
}

/// The weight of each item for the hypothesis with the most weight.
fn weights_chart(findings: &AttributionFindings, case: &Case) -> String {
    let Some(leading) = by_rank(findings).first().copied() else {
        return chart("The sensitivity of the judgement".to_owned(), Vec::new());
    };
    let who = findings.hypotheses.get(leading).map(name).unwrap_or_default();
    let items = findings.items.iter();
    let mut items: Vec<(String, f64)> =
        items.map(|item| (title(case, &item.evidence), weight_for(item, leading))).collect();
    items.sort_by(|left, right| right.1.abs().total_cmp(&left.1.abs()));
    items.truncate(2 * MOST);
    let scale = Scale::weights(312.0, 370.0, items.iter().map(|item| item.1));
    let rows = items.into_iter().map(|(title, weight)| weight_row(None, vec![title], weight));
    let title = format!("The weight of each item for {who}, in nats");
    let panel = Panel { title: title.clone(), rows: rows.collect(), ..Panel::default() };
    Bars {
        id: "rests",
        title,
        desc: "Bars to the right speak for the hypothesis and to the left against it.".to_owned(),
        width: 760.0,
        row: 28.0,
        scale,
        panels: vec![panel],
        key: vec![
            (Mark::bar(0.0, Fill::Full), "speaks for it"),
            (Mark::bar(0.0, Fill::Pale), "speaks against it"),
        ],
        foot: Vec::new(),
        palette: None,
    }
    .into_svg()
}
