//! The code that executables share with known programs, as tables.

use demarche_case::assessment::code::{CodeComparison, CodeFindings, ProgramFacts, SharedFunction};

use crate::code::Support;
use crate::number::fraction;

use super::csv::{Sheet, number, text};

/// The ties: a row for each actor and each family that a program shares rare code with, the strongest first.
///
/// `weight`, `low` and `high` are natural logarithms of the likelihood ratio (nats), `share` is the part of the bytes of
/// the functions that could tell, from 0 to 1. Lines end in CR LF, as RFC 4180 has it; a text that a spreadsheet would
/// take for a formula begins with an apostrophe.
#[must_use]
pub fn code_ties_csv(findings: &CodeFindings) -> String {
    let ties = findings.programs.iter().flat_map(|compared| {
        let groups = [("actor", &compared.actors), ("family", &compared.families)];
        groups.into_iter().flat_map(move |(kind, ties)| {
            (1_usize..).zip(ties).map(move |(rank, tie)| (&compared.program, kind, rank, tie))
        })
    });
    Sheet::of(ties)
        .column("program", |(program, ..)| text(&program.name))
        .column("sha256", |(program, ..)| program.sha256.to_string())
        .column("kind", |(_, kind, ..)| (*kind).to_owned())
        .column("rank", |(_, _, rank, _)| rank.to_string())
        .column("name", |(.., tie)| text(&tie.name))
        .column("actors", |(.., tie)| text(&tie.actors.join("; ")))
        .column("weight", |(.., tie)| number(tie.strength.nats))
        .column("low", |(.., tie)| number(tie.strength.low))
        .column("high", |(.., tie)| number(tie.strength.high))
        .column("support", |(.., tie)| Support::of(tie.strength.nats).word())
        .column("passes threshold", |(.., tie)| yes_or_no(tie.strength.is_attributed))
        .column("functions", |(.., tie)| tie.functions.to_string())
        .column("only there", |(.., tie)| tie.alone.to_string())
        .column("bytes", |(.., tie)| tie.bytes.to_string())
        .column("share", |(.., tie)| number(fraction(tie.share)))
        .column("shared with", |(.., tie)| text(&tie.with.join("; ")))
        .column("nearest program", |(.., tie)| text(&tie.nearest.name))
        .column("nearest sha256", |(.., tie)| tie.nearest.sha256.to_string())
        .column("marking", |(program, ..)| marking(program))
        .into_csv()
}

/// The functions that the first tie of each program rests on, the weightiest first; written as [`code_ties_csv`] is.
///
/// Addresses are hexadecimal with `0x`; the disassembly is in the JSON alone.
#[must_use]
pub fn code_functions_csv(findings: &CodeFindings) -> String {
    functions_csv(findings.programs.iter().flat_map(|compared| {
        compared.rests_on.iter().map(|function| (&compared.program, function))
    }))
}

/// The functions that two programs have in common, written as [`code_functions_csv`] is; the second program is the known one.
#[must_use]
pub fn code_comparison_csv(comparison: &CodeComparison) -> String {
    functions_csv(comparison.shared.iter().map(|function| (&comparison.left, function)))
}

fn functions_csv<'a>(
    functions: impl Iterator<Item = (&'a ProgramFacts, &'a SharedFunction)>,
) -> String {
    Sheet::of(functions)
        .column("program", |(program, _)| text(&program.name))
        .column("sha256", |(program, _)| program.sha256.to_string())
        .column("address", |(_, function)| format!("0x{:x}", function.address))
        .column("size", |(_, function)| function.size.to_string())
        .column("name", |(_, function)| text(function.name.as_deref().unwrap_or("")))
        .column("family", |(_, function)| text(&function.family))
        .column("known program", |(_, function)| text(&function.known.name))
        .column("known sha256", |(_, function)| function.known.sha256.to_string())
        .column("known address", |(_, function)| format!("0x{:x}", function.known_address))
        .column("known size", |(_, function)| function.known_size.to_string())
        .column("probability", |(_, function)| number(fraction(function.probability)))
        .column("identical", |(_, function)| yes_or_no(function.is_identical))
        .column("families", |(_, function)| function.families.to_string())
        .column("weight", |(_, function)| number(function.weight))
        .column("traits", |(_, function)| text(&function.traits.join("; ")))
        .column("marking", |(program, _)| marking(program))
        .into_csv()
}

fn marking(program: &ProgramFacts) -> String {
    program.tlp.map_or(String::new(), |tlp| tlp.to_string())
}

fn yes_or_no(is_so: bool) -> String {
    if is_so { "yes" } else { "no" }.to_owned()
}
