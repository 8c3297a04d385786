//! The strength of the ties of shared code on a scale of powers of ten, and the kinds of functions as one bar.

use demarche_case::assessment::code::{CodeTie, ComparedProgram, FunctionCounts};
use demarche_case::number::float;

use super::chart::bars::{Bars, Fill, Mark, Panel, Row, Scale};
use crate::code::{SCALE, Support, file_name, measured, named, ratio};
use crate::number::{count, percent};

/// Ties drawn of each kind; the table has more.
const MOST: usize = 8;

/// The powers of ten that the scale always has, and those that it never goes beyond.
const ALWAYS: (f64, f64) = (-1.0, 7.5);
const NEVER: (f64, f64) = (-3.0, 9.0);

/// The strength of the ties of a program to actors and families, as a self-contained SVG.
///
/// A bar is the likelihood ratio on a scale of powers of ten, a whisker its range; a hatched bar stays below the
/// threshold at which nobody was named wrongly in the calibration.
#[must_use]
pub fn svg_of_code_ties(compared: &ComparedProgram) -> String {
    code_ties_chart(compared, "ties")
}

pub(crate) fn code_ties_chart(compared: &ComparedProgram, id: &str) -> String {
    let groups = [("Actors", &compared.actors), ("Families", &compared.families)];
    let panels: Vec<Panel> = groups
        .into_iter()
        .filter(|(_, ties)| !ties.is_empty())
        .map(|(title, ties)| Panel {
            title: title.to_owned(),
            rows: ties.iter().take(MOST).map(row).collect(),
            ..Panel::default()
        })
        .collect();
    let drawn = groups.iter().flat_map(|(_, ties)| ties.iter().take(MOST));
    Bars {
        id,
        title: format!("The strength of the ties of {} to known programs", file_name(&compared.program)),
        desc: "Bars of likelihood ratios on a scale of powers of ten, with the range of each; the words for the strength stand above.".to_owned(),
        width: 760.0,
        row: 27.0,
        scale: scale(drawn),
        panels,
        key: vec![
            (Mark::bar(0.0, Fill::Full), "passes the threshold"),
            (Mark::bar(0.0, Fill::Hatched), "stays below it"),
            (Mark::Whisker(0.0, 0.0), "range that holds nine times in ten"),
        ],
        foot: vec!["The numbers are likelihood ratios.".to_owned()],
        palette: None,
    }
    .into_svg()
}

/// A scale of powers of ten, wide enough for all ranges, within reason.
fn scale<'a>(ties: impl Iterator<Item = &'a CodeTie>) -> Scale {
    let (mut low, mut high) = ALWAYS;
    for tie in ties {
        for nats in [tie.strength.low, tie.strength.nats, tie.strength.high] {
            low = low.min(power(nats).floor());
            high = high.max(power(nats).ceil());
        }
    }
    let (low, high) = (low.max(NEVER.0), high.min(NEVER.1));
    let ends = SCALE.iter().skip(1).map(|(from, _)| from.log10()).chain([high]);
    let bands = SCALE.iter().zip(ends).map(|((from, word), end)| (from.log10(), end, *word));
    let steps = (-3..=9).filter(|step| (low..=high).contains(&f64::from(*step)));
    Scale {
        left: 196.0,
        length: 446.0,
        ends: (low, high),
        steps: steps.map(|step| (f64::from(step), power_of_ten(step))).collect(),
        bands: bands.collect(),
    }
}

/// The power of ten of a ratio that is given in nats; no figure is the ratio of 1.
fn power(nats: f64) -> f64 {
    if nats.is_nan() { 0.0 } else { (nats / std::f64::consts::LN_10).clamp(-99.0, 99.0) }
}

/// `0.01`, `1`, `1,000`, `1M`.
fn power_of_ten(step: i32) -> String {
    match step {
        -3 => "0.001".to_owned(),
        -2 => "0.01".to_owned(),
        -1 => "0.1".to_owned(),
        7 => "10 M".to_owned(),
        8 => "100 M".to_owned(),
        9 => "1000 M".to_owned(),
        step => count(10_u64.pow(step.unsigned_abs().min(9))),
    }
}

fn row(tie: &CodeTie) -> Row {
    let strength = tie.strength;
    let fill = if strength.is_attributed { Fill::Full } else { Fill::Hatched };
    let name = named(&tie.name);
    Row {
        tip: format!("{name}: {}, {}", measured(strength), Support::of(strength.nats).word()),
        name: vec![name],
        marks: vec![
            Mark::bar(power(strength.nats), fill),
            Mark::Whisker(power(strength.low), power(strength.high)),
        ],
        value: ratio(strength.nats),
        ..Row::default()
    }
}

/// The functions of an executable, as a self-contained SVG: shared, unknown, library, too small.
#[must_use]
pub fn svg_of_code_functions(compared: &ComparedProgram) -> String {
    code_functions_chart(compared, "functions")
}

pub(crate) fn code_functions_chart(compared: &ComparedProgram, id: &str) -> String {
    let parts = parts(&compared.functions);
    let all: f64 = parts.iter().map(|part| float(part.number)).sum();
    let share = |number: u64| if all > 0.0 { float(number) / all } else { 0.0 };
    let mut from = 0.0;
    let mut marks = Vec::new();
    let mut told = Vec::new();
    for part in &parts {
        let to = from + share(part.number);
        marks.push(Mark::Bar { from, to, fill: part.fill, text: String::new() });
        told.push(format!(
            "{} {} ({})",
            count(part.number),
            part.name,
            percent(share(part.number))
        ));
        from = to;
    }
    let row = Row { tip: told.join(", "), marks, ..Row::default() };
    let title = format!("All functions: {}", count(compared.functions.found));
    Bars {
        id,
        title: format!("The functions of {}", file_name(&compared.program)),
        desc: "One bar in four parts: functions that known families have, that nothing in the index has, that are library code, and that are too small to tell.".to_owned(),
        width: 760.0,
        row: 34.0,
        scale: Scale::shares(14.0, 724.0),
        panels: vec![Panel { title, rows: vec![row], ..Panel::default() }],
        key: parts.iter().map(|part| (Mark::bar(0.0, part.fill), part.name)).collect(),
        foot: vec![told.join(" · ")],
        palette: None,
    }
    .into_svg()
}

struct Part {
    number: u64,
    name: &'static str,
    fill: Fill,
}

fn parts(functions: &FunctionCounts) -> [Part; 4] {
    [
        Part { number: functions.shared, name: "in known families", fill: Fill::Full },
        Part { number: functions.unknown, name: "nowhere in the index", fill: Fill::Hatched },
        Part { number: functions.library, name: "library code", fill: Fill::Pale },
        Part { number: functions.small, name: "too small to tell", fill: Fill::Empty },
    ]
}
