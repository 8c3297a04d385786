//! The options by their ranks, and the gravity of the attack on three scales, as bars in rows.

use demarche_case::assessment::response::{
    Degree, Injury, OptionFound, RankedOption, ResponseFindings,
};

use super::chart::bars::{Bars, Fill, Mark, Panel, Row, Scale};
use crate::number::{fraction, length, share};
use crate::response::{
    by_first, degree_words, first_share, label as label_of, place, place_between, points,
};

/// Options that are drawn; the table has all.
const MOST: usize = 30;

/// Ranks with a colour of their own; the others share the last.
const RANKS: usize = 4;

const NAMES: [&str; 5] = ["first", "second", "third", "fourth", "fifth or later"];

/// The share of draws in which each option has each rank, as a self-contained SVG.
///
/// The options stand by how often they come first; the broken edge at the end of a bar is the share in which an option cannot be taken.
#[must_use]
pub fn svg_of_acceptability(findings: &ResponseFindings) -> String {
    let options = options(findings);
    let further = findings.options.len() - options.len();
    let colour = |rank: usize| Mark::bar(0.0, Fill::Rank(rank));
    let key = NAMES.into_iter().enumerate().map(|(rank, name)| (colour(rank), name));
    let panel = Panel {
        title: "Share of draws in which an option has each rank; the number is the first"
            .to_owned(),
        rows: options.iter().map(|(option, ranked)| row(option, *ranked)).collect(),
        more: (further > 0).then(|| format!("and {} more in the table", length(further))),
        reference: None,
    };
    Bars {
        id: "accept",
        title: "How often each option has each rank".to_owned(),
        desc: description(&options),
        width: 820.0,
        row: 34.0,
        scale: Scale::shares(292.0, 456.0),
        panels: vec![panel],
        key: key.chain([(Mark::bar(0.0, Fill::Dashed), "not open")]).collect(),
        foot: vec![format!(
            "Error of the draws: at most ±{} points.",
            points(findings.weighing.error)
        )],
        palette: None,
    }
    .into_svg()
}

/// An option, and its ranks where it is ever open.
type Ranks<'a> = (&'a OptionFound, Option<&'a RankedOption>);

/// The options that come first most often before others, and those that are never open last.
fn options(findings: &ResponseFindings) -> Vec<Ranks<'_>> {
    let ranked = by_first(&findings.weighing).into_iter();
    let open = ranked.filter_map(|ranked| Some((findings.option(&ranked.option)?, Some(ranked))));
    let is_ranked = |option: &OptionFound| {
        findings.weighing.ranked.iter().any(|ranked| ranked.option == option.id)
    };
    let shut = findings.options.iter().filter(|option| !is_ranked(option));
    open.chain(shut.map(|option| (option, None))).take(MOST).collect()
}

fn description(options: &[Ranks<'_>]) -> String {
    let ranked = options.iter().filter_map(|(option, ranked)| Some((option, (*ranked)?)));
    let first = ranked.take(3).map(|(option, ranked)| {
        format!("{} first in {}", label_of(option), share(first_share(ranked)))
    });
    let first: Vec<String> = first.collect();
    let first = if first.is_empty() { "no option is open".to_owned() } else { first.join(", ") };
    format!("Bars from 0 to 100 % for each option, parted by rank: {first}.")
}

/// The shares of the ranks with a colour of their own and of all others together.
fn parts(ranked: &RankedOption) -> [f64; 5] {
    let mut parts = [0.0; 5];
    let mut left = 1.0_f64;
    for (rank, share) in ranked.ranks.iter().enumerate() {
        // The shares of a file may add up to more than 1; the bar still ends at 1.
        let share = fraction(*share).min(left);
        left -= share;
        parts[rank.min(RANKS)] += share;
    }
    parts
}

fn row(option: &OptionFound, ranked: Option<&RankedOption>) -> Row {
    let name = label_of(option);
    let mut from = 0.0;
    let mut marks = Vec::new();
    for (rank, part) in ranked.map(parts).unwrap_or_default().into_iter().enumerate() {
        let to = from + part;
        marks.push(Mark::Bar { from, to, fill: Fill::Rank(rank), text: share(part) });
        from = to;
    }
    let text = if ranked.is_some() { "not open" } else { "never open" }.to_owned();
    marks.push(Mark::Bar { from, to: 1.0, fill: Fill::Dashed, text });
    Row {
        tip: tip(ranked, &name),
        name: vec![name],
        marks,
        value: share(ranked.map_or(0.0, first_share)),
        ..Row::default()
    }
}

fn tip(ranked: Option<&RankedOption>, name: &str) -> String {
    let Some(ranked) = ranked else { return format!("{name}: never open") };
    let parts: Vec<String> = parts(ranked)
        .into_iter()
        .zip(NAMES)
        .filter(|(part, _)| *part > 0.0)
        .map(|(part, name)| format!("{name} {}", share(part)))
        .collect();
    format!("{name}: {}, open {}", parts.join(", "), share(fraction(ranked.available)))
}

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
    let rows: Vec<Row> = scales.iter().map(|(name, degree)| scale_row(name, degree)).collect();
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

fn scale_row(name: &str, degree: &Degree) -> Row {
    let highest = if degree.most.is_finite() && degree.most > 0.0 { degree.most } else { 1.0 };
    let [low, middle, high] = degree.range.map(|value| value / highest);
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
