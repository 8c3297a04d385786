//! The matrix of hypotheses and evidence, with the number in every cell.

use demarche_case::Case;
use demarche_case::assessment::attribution::{AttributionFindings, WeighedItem};

use super::chart::matrix::{Cell, Column, Matrix, Row};
use crate::attribution::{
    aspect, columns, inconsistency, name, name_lines, title, weighs, weight_for,
};
use crate::number::{index, length, nats};

/// Hypotheses shown, and items shown: the most diagnostic.
const MOST: (usize, usize) = (8, 30);

/// The beginnings of the steps of colour, in nats: hardly anything, half a doubling of the odds, a doubling,
/// and a factor of four.
const STEPS: [f64; 4] = [0.05, 0.35, std::f64::consts::LN_2, 2.0 * std::f64::consts::LN_2];

/// The matrix of hypotheses and evidence, as a self-contained SVG.
///
/// The hypotheses stand least inconsistent first, the items most diagnostic first.
/// A cell is the weight of the item for the hypothesis, in nats, against an actor that is not in the record.
#[must_use]
pub fn svg_of_matrix(findings: &AttributionFindings, case: &Case) -> String {
    let hypotheses = columns(findings, MOST.0);
    let items = items(findings);
    let further = findings.items.len().saturating_sub(items.len());
    let row = |item: &&WeighedItem| row(item, &hypotheses, findings, case);
    let against = hypotheses.iter().map(|hypothesis| nats(inconsistency(findings, *hypothesis)));
    Matrix {
        id: "ach",
        title: "Hypotheses against evidence".to_owned(),
        desc: "The weight of each item of evidence for each hypothesis, in nats: positive numbers speak for it, negative ones against it.".to_owned(),
        cell: 58.0,
        columns: hypotheses.iter().map(|hypothesis| column(*hypothesis, findings)).collect(),
        rows: items.iter().map(row).collect(),
        last: ["diagnosticity", "in nats"],
        more: (further > 0).then(|| format!("and {} more that are hardly diagnostic", length(further))),
        foot: ("All that speaks against it", against.collect()),
        steps: STEPS,
        key: (
            ["−1.4", "−0.7", "−0.35", "−0.05", "0", "+0.05", "+0.35", "+0.7", "+1.4"],
            "nats: +0.7 doubles the odds, −0.7 halves them",
        ),
    }
    .into_svg()
}

/// The most diagnostic items first; ties in the order of the case.
fn items(findings: &AttributionFindings) -> Vec<&WeighedItem> {
    let mut items: Vec<&WeighedItem> = findings.items.iter().filter(|item| weighs(item)).collect();
    items.sort_by(|left, right| right.diagnosticity.total_cmp(&left.diagnosticity));
    items.truncate(MOST.1);
    items
}

fn column(hypothesis: usize, findings: &AttributionFindings) -> Column {
    let hypothesis = findings.hypotheses.get(hypothesis);
    let (lines, tip) =
        hypothesis.map_or_else(Default::default, |found| (name_lines(found), name(found)));
    Column { lines, tip, gap: 0.0 }
}

fn row(
    item: &WeighedItem,
    hypotheses: &[usize],
    findings: &AttributionFindings,
    case: &Case,
) -> Row {
    let cell = |hypothesis: &usize| {
        let weight = weight_for(item, *hypothesis);
        let name = findings.hypotheses.get(*hypothesis).map(name).unwrap_or_default();
        Cell { value: weight, text: nats(weight), tip: format!("{name}: {} nats", nats(weight)) }
    };
    Row {
        name: title(case, &item.evidence),
        about: format!("{} · {}", item.evidence, aspect(item.aspect)),
        before: String::new(),
        cells: hypotheses.iter().map(cell).collect(),
        // A nat fills the bar: more is rare, and the number says it.
        share: Some(item.diagnosticity),
        last: index(item.diagnosticity),
    }
}
