//! What executables share with known programs, as tables.

use demarche_case::assessment::code::{
    CodeComparison, CodeFindings, CodeTie, ProgramFacts, SharedFunction,
};

use crate::code::Support;
use crate::number::fraction;

use super::csv::{line, number, text};

/// The ties: a row for each actor and each family that a program shares rare code with, the strongest first.
///
/// `weight`, `low` and `high` are natural logarithms of the likelihood ratio (nats), `share` is the part of the bytes of
/// the functions that could tell, from 0 to 1. Lines end in CR LF, as RFC 4180 has it; a text that a spreadsheet would
/// take for a formula begins with an apostrophe.
#[must_use]
pub fn code_ties_csv(findings: &CodeFindings) -> String {
    let head = [
        "program",
        "sha256",
        "kind",
        "rank",
        "name",
        "actors",
        "weight",
        "low",
        "high",
        "support",
        "passes threshold",
        "functions",
        "only there",
        "bytes",
        "share",
        "shared with",
        "nearest program",
        "nearest sha256",
        "marking",
    ];
    let mut lines = vec![line(&head.map(str::to_owned))];
    for compared in &findings.programs {
        for (kind, ties) in [("actor", &compared.actors), ("family", &compared.families)] {
            for (rank, tie) in (1_usize..).zip(ties) {
                lines.push(line(&tie_row(&compared.program, kind, rank, tie)));
            }
        }
    }
    lines.concat()
}

fn tie_row(program: &ProgramFacts, kind: &str, rank: usize, tie: &CodeTie) -> Vec<String> {
    vec![
        text(&program.name),
        program.sha256.to_string(),
        kind.to_owned(),
        rank.to_string(),
        text(&tie.name),
        text(&tie.actors.join("; ")),
        number(tie.strength.nats),
        number(tie.strength.low),
        number(tie.strength.high),
        Support::of(tie.strength.nats).word(),
        yes_or_no(tie.strength.is_attributed),
        tie.functions.to_string(),
        tie.alone.to_string(),
        tie.bytes.to_string(),
        number(fraction(tie.share)),
        text(&tie.with.join("; ")),
        text(&tie.nearest.name),
        tie.nearest.sha256.to_string(),
        marking(program),
    ]
}

/// The functions that the first tie of each program rests on, the weightiest first; written as [`code_ties_csv`] is.
///
/// Addresses are hexadecimal with `0x`; the disassembly is in the JSON alone.
#[must_use]
pub fn code_functions_csv(findings: &CodeFindings) -> String {
    let programs = findings.programs.iter();
    functions_csv(programs.map(|one| (&one.program, one.rests_on.as_slice())))
}

/// The functions that two programs have in common, written as [`code_functions_csv`] is; the second program is the known one.
#[must_use]
pub fn code_comparison_csv(comparison: &CodeComparison) -> String {
    functions_csv([(&comparison.left, comparison.shared.as_slice())])
}

fn functions_csv<'a>(
    programs: impl IntoIterator<Item = (&'a ProgramFacts, &'a [SharedFunction])>,
) -> String {
    let head = [
        "program",
        "sha256",
        "address",
        "size",
        "name",
        "family",
        "known program",
        "known sha256",
        "known address",
        "known size",
        "probability",
        "identical",
        "families",
        "weight",
        "traits",
        "marking",
    ];
    let mut lines = vec![line(&head.map(str::to_owned))];
    for (program, shared) in programs {
        lines.extend(shared.iter().map(|one| line(&function_row(program, one))));
    }
    lines.concat()
}

fn function_row(program: &ProgramFacts, one: &SharedFunction) -> Vec<String> {
    vec![
        text(&program.name),
        program.sha256.to_string(),
        format!("0x{:x}", one.address),
        one.size.to_string(),
        text(one.name.as_deref().unwrap_or_default()),
        text(&one.family),
        text(&one.known.name),
        one.known.sha256.to_string(),
        format!("0x{:x}", one.known_address),
        one.known_size.to_string(),
        number(fraction(one.probability)),
        yes_or_no(one.is_identical),
        one.families.to_string(),
        number(one.weight),
        text(&one.traits.join("; ")),
        marking(program),
    ]
}

fn marking(program: &ProgramFacts) -> String {
    program.tlp.map(|tlp| tlp.to_string()).unwrap_or_default()
}

fn yes_or_no(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}
