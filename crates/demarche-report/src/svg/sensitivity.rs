//! The sensitivity of the judgement: the leading hypothesis with all the evidence and without each part of it.

use demarche_case::Case;
use demarche_case::assessment::attribution::{AttributionFindings, Sensitivity, Without};

use super::chart::bars::{Bars, Mark, Panel, Row, Scale};
use crate::attribution::{aspect, leading, leads_name, title};
use crate::number::{chance, length};
use crate::text::{NAME, shown};
use crate::words::attribution::{LINKS, cluster};

/// Parts shown of each kind, the strongest first.
const MOST: usize = 8;

/// The sensitivity of the judgement, as a self-contained SVG.
///
/// The line is the probability of the leading hypothesis with all the evidence, the dot that without a part of it;
/// a ring says that another leads then.
#[must_use]
pub fn svg_of_sensitivity(findings: &AttributionFindings, case: &Case) -> String {
    let Some((leads, chance)) = leading(findings, &findings.as_reported) else {
        return chart("The sensitivity of the judgement".to_owned(), Vec::new());
    };
    let all = chance.estimate.get();
    let mut panels = Vec::new();
    for kind in ["aspect", "source", "cluster", "item"] {
        let parts: Vec<&Sensitivity> =
            findings.sensitivity.iter().filter(|part| kind_of(&part.without) == kind).collect();
        if parts.is_empty() {
            continue;
        }
        let row = |part: &&Sensitivity| {
            let next = match &part.leads {
                Some(then) if then == leads => None,
                Some(then) => Some(leads_name(findings, then)),
                None => Some("nobody".to_owned()),
            };
            row(part_name(part, case), part.leading.unwrap_or_default().get(), all, next)
        };
        let further = parts.len().saturating_sub(MOST);
        panels.push(Panel {
            title: format!("Without one {kind}"),
            rows: parts.iter().take(MOST).map(row).collect(),
            more: (further > 0).then(|| format!("and {} more that change less", length(further))),
            reference: Some(all),
        });
    }
    chart(format!("The sensitivity of the judgement: {}", leads_name(findings, leads)), panels)
}

fn chart(title: String, panels: Vec<Panel>) -> String {
    let nobody = panels.is_empty().then(|| "Nobody is named.".to_owned());
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
        Without::Links => "case",
    }
}

fn part_name(part: &Sensitivity, case: &Case) -> String {
    match &part.without {
        Without::Item(id) => title(case, id),
        Without::Links => LINKS.to_owned(),
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
