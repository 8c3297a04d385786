//! The weights under which each option comes first: what a state would have to value to prefer it.

use demarche_case::assessment::response::{OptionFound, RankedOption, ResponseFindings, Weighing};
use demarche_case::options::Criterion;

use super::chart::matrix::{Cell, Column, Matrix, Row};
use crate::number::{fraction, share};
use crate::response::{by_first, first_share, label as label_of, place as number, usual};

/// Options that are drawn: those that come first most often.
const MOST: usize = 20;

/// The beginnings of the steps of colour, as logarithms of a multiple of the usual weight: 1.1, 1.3, 1.6 and 2 times.
const STEPS: [f64; 4] = [0.095, 0.262, 0.47, std::f64::consts::LN_2];

/// The weights under which each option comes first, as a self-contained SVG.
///
/// A row for each option that ever comes first, a column for each criterion; a cell is the mean weight in per cent, blue
/// where it is more than the criterion has in the mean of all draws, brown where it is less.
#[must_use]
pub fn svg_of_central_weights(findings: &ResponseFindings) -> String {
    let weighing = &findings.weighing;
    let ranked = by_first(weighing).into_iter();
    let rows: Vec<Row> = ranked
        .filter_map(|ranked| {
            let option = findings.option(&ranked.option)?;
            Some(row(option, ranked, ranked.central.as_deref()?, weighing))
        })
        .take(MOST)
        .collect();
    let benefits = Criterion::ALL.iter().filter(|criterion| criterion.is_benefit()).count();
    let columns = Criterion::ALL.into_iter().enumerate().map(|(index, criterion)| Column {
        lines: vec![head(criterion).to_owned()],
        tip: criterion.words().to_owned(),
        // The criteria that speak against an option stand a little apart.
        gap: if index == benefits { 10.0 } else { 0.0 },
    });
    let means = Criterion::ALL.map(|criterion| number(usual(weighing, criterion) * 100.0));
    Matrix {
        id: "values",
        title: "The weights under which each option comes first".to_owned(),
        desc: "The mean weight of each criterion, in per cent, among the draws in which an option comes first.".to_owned(),
        cell: 48.0,
        columns: columns.collect(),
        more: rows.is_empty().then(|| "No option ever comes first.".to_owned()),
        rows,
        last: ["first under", "just these"],
        foot: ("in the mean of all draws", means.to_vec()),
        steps: STEPS,
        key: (
            ["÷ 2", "÷ 1.6", "÷ 1.3", "÷ 1.1", "usual", "× 1.1", "× 1.3", "× 1.6", "× 2"],
            "against the mean of all draws",
        ),
    }
    .into_svg()
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

fn row(option: &OptionFound, ranked: &RankedOption, central: &[f64], weighing: &Weighing) -> Row {
    let cell = |(criterion, weight): (Criterion, &f64)| {
        let (weight, usual) = (fraction(*weight), usual(weighing, criterion));
        Cell {
            value: (weight.max(1e-6) / usual).ln(),
            // Per cent without the sign, which the caption has.
            text: format!("{:.0}", weight * 100.0),
            tip: format!(
                "{}: {}, {} in the mean of all draws",
                criterion.words(),
                share(weight),
                share(usual)
            ),
        }
    };
    Row {
        name: label_of(option),
        about: String::new(),
        before: share(first_share(ranked)),
        cells: Criterion::ALL.into_iter().zip(central).map(cell).collect(),
        share: None,
        last: share(fraction(ranked.confidence)),
    }
}
