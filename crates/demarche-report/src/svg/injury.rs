//! The gravity of the attack, a row for each scale.

use demarche_case::assessment::response::{Degree, Injury};

use super::chart::bars::{Bars, Fill, Mark, Panel, Row, Scale};
use crate::response::{degree_words, place, place_between};

/// The gravity of the attack, as a self-contained SVG.
///
/// A row for each of the three scales: the bar is the range that the effects allow, the dot the likeliest value.
#[must_use]
pub fn svg_of_injury(injury: &Injury) -> String {
    let scales = [
        ("Severity (DCID)", &injury.dcid),
        ("Weighted intensity (EuRepoC)", &injury.eurepoc),
        ("Severity schema (PPD-41)", &injury.schema),
    ];
    let rows: Vec<Row> = scales.iter().map(|(name, degree)| row(name, degree)).collect();
    let told: Vec<&str> = rows.iter().map(|row| row.tip.as_str()).collect();
    Bars {
        id: "injury",
        title: "The gravity of the attack".to_owned(),
        desc: format!("{}.", told.join("; ")),
        width: 760.0,
        row: 46.0,
        scale: Scale::shares(290.0, 350.0),
        panels: vec![Panel { title: "Share of each scale".to_owned(), rows, ..Panel::default() }],
        key: vec![
            (Mark::bar(0.0, Fill::Pale), "range that the effects allow"),
            (Mark::Dot(0.0), "likeliest value"),
        ],
        foot: Vec::new(),
        palette: None,
    }
    .into_svg()
}

fn row(name: &str, degree: &Degree) -> Row {
    let most = if degree.most.is_finite() && degree.most > 0.0 { degree.most } else { 1.0 };
    let [low, middle, high] = degree.range.map(|value| value / most);
    let value = format!("{} of {}", place_between(degree.range), place(degree.most));
    Row {
        tip: format!("{name} {value}"),
        name: vec![name.to_owned(), degree_words(degree)],
        marks: vec![
            Mark::Bar { from: low, to: high, fill: Fill::Pale, text: String::new() },
            Mark::Dot(middle),
        ],
        value,
        ..Row::default()
    }
}
