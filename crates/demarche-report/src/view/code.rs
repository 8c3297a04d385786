//! The answers about the code of executables.

use demarche_case::assessment::code::{
    CodeComparison, CodeFamilies, CodeFindings, ComparedProgram, SharedFunction,
};

use crate::code::{
    FamilyPair, code_answer, code_comparison_answer, code_families_answer, family_pairs, of_whom,
    ratio,
};
use crate::document::Column::{Number, Text};
use crate::document::{Block, Cell, Section, words};
use crate::number::{count, length, percent};
use crate::text::{NAME, shown};

/// Functions or ties that are listed; pages, CSV and JSON have all.
const ROWS: usize = 25;

/// The families and actors whose code each executable shares.
#[must_use]
pub fn code_match(findings: &CodeFindings) -> Vec<Section> {
    findings.programs.iter().map(program).collect()
}

fn program(compared: &ComparedProgram) -> Section {
    let row = |shared: &SharedFunction| {
        vec![
            function(shared),
            words(count(shared.size)),
            words(format!("{} ({})", shown(&shared.known.name, NAME / 2), shared.family)),
            Cell::Code(format!("{:#x}", shared.known_address)),
            words(percent(shared.probability)),
            words(count(shared.families)),
            words(shown(&shared.traits.join(", "), NAME / 2)),
        ]
    };
    let columns = vec![
        Text("function"),
        Number("bytes"),
        Text("known program"),
        Text("address"),
        Number("probability"),
        Number("families"),
        Text("in common"),
    ];
    let rows = compared.rests_on.iter().map(row).collect();
    Section::new("program", compared.program.name.as_str())
        .with(Block::Answer(code_answer(compared)))
        .with(Block::Table { caption: "", columns, rows })
}

/// The address of a function with its name.
fn function(shared: &SharedFunction) -> Cell {
    let address = format!("{:#x}", shared.address);
    Cell::Code(match &shared.name {
        Some(name) => format!("{address} {name}"),
        None => address,
    })
}

/// The code that two executables have in common.
#[must_use]
pub fn code_compare(comparison: &CodeComparison) -> Vec<Section> {
    let row = |shared: &SharedFunction| {
        vec![
            function(shared),
            words(count(shared.size)),
            Cell::Code(format!("{:#x}", shared.known_address)),
            words(count(shared.known_size)),
            words(percent(shared.probability)),
            words(if shared.is_identical { "yes" } else { "" }),
            words(shown(&shared.traits.join(", "), NAME / 2)),
        ]
    };
    let columns = vec![
        Text("function"),
        Number("bytes"),
        Text("counterpart"),
        Number("bytes"),
        Number("probability"),
        Text("identical"),
        Text("in common"),
    ];
    let rows = comparison.shared.iter().take(ROWS).map(row).collect();
    let section = Section::new("comparison", "")
        .with(Block::Answer(code_comparison_answer(comparison)))
        .with(Block::Table { caption: "", columns, rows })
        .and(more(comparison.shared.len(), "--html, --csv and --json"));
    vec![section]
}

/// The families of the index that share code with each other.
#[must_use]
pub fn code_families(families: &CodeFamilies) -> Vec<Section> {
    let pairs = family_pairs(families);
    let row = |pair: &FamilyPair<'_>| {
        let strength = pair.tie.strength;
        vec![
            words(of_whom(pair.families[0])),
            words(of_whom(pair.families[1])),
            words(count(pair.tie.functions)),
            words(ratio(strength.nats)),
            words(if strength.is_attributed { "passed" } else { "below" }),
        ]
    };
    let columns = vec![
        Text("family"),
        Text("and"),
        Number("functions"),
        Number("likelihood ratio"),
        Text("threshold"),
    ];
    let rows = pairs.iter().take(ROWS).map(row).collect();
    let section = Section::new("families", "")
        .with(Block::Answer(code_families_answer(families)))
        .with(Block::Table { caption: "", columns, rows })
        .and(more(pairs.len(), "--html and --json"));
    vec![section]
}

fn more(all: usize, options: &str) -> Option<Block> {
    (all > ROWS).then(|| Block::Note(format!("{} more: {options} have them.", length(all - ROWS))))
}
