//! The functions of an executable by where they are known, as one bar.

use demarche_case::assessment::code::{ComparedProgram, FunctionCounts};
use demarche_case::number::float;

use super::chart::bars::{Bars, Fill, Mark, Panel, Row, Scale};
use crate::code::file_name;
use crate::number::{count, percent};

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
