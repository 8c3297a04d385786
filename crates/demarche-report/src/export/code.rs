//! The code that executables share with known programs, as tables.

use demarche_case::assessment::code::{
    CodeComparison, CodeFindings, ComparedProgram, FunctionKind, KnownFunction, MatchedFunction,
    ProgramFacts, SharedFunction,
};

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

/// Every function of each program with its surest counterpart, ascending by address; written as [`code_ties_csv`] is.
///
/// A function that matches nothing has empty cells from `family` on. `weight` is what a function adds to the first tie, for
/// the functions that it rests on most. Addresses are hexadecimal with `0x`; the disassembly is in the JSON alone.
#[must_use]
pub fn code_functions_csv(findings: &CodeFindings) -> String {
    type Row<'a> = (&'a ComparedProgram, &'a MatchedFunction, Option<&'a KnownFunction>);
    let functions = findings.programs.iter().flat_map(|compared| {
        let all = compared.matched.iter();
        all.map(move |function| (compared, function, function.counterpart.as_ref()))
    });
    let known =
        |row: &Row<'_>, cell: fn(&KnownFunction) -> String| row.2.map_or(String::new(), cell);
    Sheet::of(functions)
        .column("program", |(compared, ..)| text(&compared.program.name))
        .column("sha256", |(compared, ..)| compared.program.sha256.to_string())
        .column("address", |(_, function, _)| format!("0x{:x}", function.address))
        .column("size", |(_, function, _)| function.size.to_string())
        .column("name", |(_, function, _)| text(function.name.as_deref().unwrap_or("")))
        .column("is", |(_, function, _)| kind(function.kind).to_owned())
        .column("package", |(_, function, _)| text(function.package.as_deref().unwrap_or("")))
        .column("family", move |row| known(row, |known| text(&known.family)))
        .column("known program", move |row| known(row, |known| text(&known.known.name)))
        .column("known sha256", move |row| known(row, |known| known.known.sha256.to_string()))
        .column("known address", move |row| known(row, |known| format!("0x{:x}", known.address)))
        .column("known size", move |row| known(row, |known| known.size.to_string()))
        .column("known name", move |row| {
            known(row, |known| text(known.name.as_deref().unwrap_or("")))
        })
        .column("probability", move |row| known(row, |known| number(fraction(known.probability))))
        .column("identical", move |row| known(row, |known| yes_or_no(known.is_identical)))
        .column("families", move |row| known(row, |known| known.families.to_string()))
        .column("weight", |(compared, function, _)| {
            let mut tied = compared.rests_on.iter();
            let tied = tied.find(|tied| tied.address == function.address);
            tied.map_or(String::new(), |tied| number(tied.weight))
        })
        .column("marking", |(compared, ..)| marking(&compared.program))
        .into_csv()
}

/// The kind of a function in the words of the page.
const fn kind(kind: FunctionKind) -> &'static str {
    match kind {
        FunctionKind::Library => "library code",
        FunctionKind::Shared => "in known families",
        FunctionKind::Unknown => "nowhere in the index",
        FunctionKind::Small => "too small to tell",
    }
}

/// The functions that two programs have in common, written as [`code_ties_csv`] is; the second program is the known one.
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
