//! The code that executables share with known programs: pages of their own, and a section of the report.

mod comparison;
mod families;
mod program;
mod side_by_side;

use demarche_case::Gap;
use demarche_case::assessment::code::{CodeFindings, CodeTie, ComparedProgram, ComparedWith};
use maud::{Markup, html};

use super::case;
use super::shell::shell;
use crate::code::{Support, file_name, lead, named, range, ratio};
use crate::document::Column::{Number, Text};
use crate::number::{count, counted, fraction, length, percent};
use crate::text::{PROSE, shown};
use crate::writers::table;

pub use comparison::code_comparison_html;
pub use families::code_families_html;

/// Programs that get a section of their own; the table has all.
const PROGRAMS: usize = 12;

/// The code that executables share with known programs, as one self-contained page, with what could not be read.
///
/// Its marking is the strictest of the executables; where none has one, the page says that it is not marked.
#[must_use]
pub fn code_html(findings: &CodeFindings, gaps: &[Gap]) -> String {
    let title = match findings.programs.as_slice() {
        [one] => format!("What {} shares with known programs", file_name(&one.program)),
        programs => format!("What {} programs share with known ones", length(programs.len())),
    };
    let body = html! {
        header {
            p class="kicker" { "Shared code" }
            h1 { bdi { (title) } }
        }
        @if findings.programs.is_empty() { p { "There was no program to compare." } }
        (overview(findings))
        (programs(findings))
        (compared_with(&findings.index))
        (case::gaps(gaps))
    };
    shell(&title, findings.marking(), "report", &body)
}

/// The part of the report.
pub(crate) fn section(findings: &CodeFindings) -> Markup {
    html! {
        section {
            h2 id="code" { "Shared code" }
            p { (against(&findings.index)) }
            @if findings.programs.is_empty() { p { "There was no program to compare." } }
            (overview(findings))
        }
        (programs(findings))
        section { (reading()) }
    }
}

/// All programs in a table, where there are several.
fn overview(findings: &CodeFindings) -> Markup {
    let rows: Vec<Vec<Markup>> = if findings.programs.len() > 1 {
        findings
            .programs
            .iter()
            .enumerate()
            .map(|(place, one)| in_short(place, one, findings))
            .collect()
    } else {
        Vec::new()
    };
    let columns = [
        Text("Program"),
        Text("Strongest tie"),
        Number("Likelihood ratio"),
        Text("Support"),
        Number("Rare functions"),
        Number("Of its own bytes"),
        Text("Beware"),
    ];
    table("The programs, and what each is tied to most", &columns, &rows)
}

fn in_short(place: usize, compared: &ComparedProgram, findings: &CodeFindings) -> Vec<Markup> {
    let name = file_name(&compared.program);
    let first = lead(compared).map(|(tie, _)| tie);
    let dash = || html! { "–" };
    vec![
        html! {
            @if shown_places(findings).contains(&place) { a href={ "#program-" (place) } { bdi { (name) } } }
            @else { bdi { (name) } }
        },
        first.map_or_else(|| html! { "none" }, |tie| html! { bdi { (named(&tie.name)) } }),
        first.map_or_else(dash, strength),
        first.map_or_else(dash, |tie| html! { (Support::of(tie.strength.nats).word()) }),
        first.map_or_else(dash, |tie| html! { (count(tie.functions)) }),
        first.map_or_else(dash, |tie| html! { (percent(fraction(tie.share))) }),
        html! { (beware(compared, first)) },
    ]
}

/// The warnings about a program.
fn beware(compared: &ComparedProgram, first: Option<&CodeTie>) -> String {
    let functions = &compared.functions;
    let is_library =
        functions.library > 0 && functions.shared.saturating_add(functions.unknown) == 0;
    let words = [
        (compared.program.packed.is_some(), "looks packed"),
        (functions.found == 0, "no function found"),
        (is_library && compared.program.packed.is_none(), "library code only"),
        (first.is_some_and(|tie| !tie.with.is_empty()), "several share this code base"),
        (first.is_some_and(|tie| !tie.strength.is_attributed), "below the threshold"),
    ];
    let words: Vec<&str> = words.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect();
    words.join("; ")
}

/// A ratio with its range below.
fn strength(tie: &CodeTie) -> Markup {
    html! { strong { (ratio(tie.strength.nats)) } div class="note" { (range(tie.strength)) } }
}

/// The programs that get a section: those of the strongest ties, where there are too many.
fn shown_places(findings: &CodeFindings) -> Vec<usize> {
    let strongest = |place: &usize| {
        let compared = findings.programs.get(*place);
        compared.and_then(lead).map_or(f64::NEG_INFINITY, |(tie, _)| tie.strength.nats)
    };
    let mut places: Vec<usize> = (0..findings.programs.len()).collect();
    places
        .sort_by(|left, right| strongest(right).total_cmp(&strongest(left)).then(left.cmp(right)));
    places.truncate(PROGRAMS);
    places.sort_unstable();
    places
}

fn programs(findings: &CodeFindings) -> Markup {
    let places = shown_places(findings);
    let left = findings.programs.len().saturating_sub(places.len());
    html! {
        @for place in places {
            @if let Some(one) = findings.programs.get(place) { (program::program(one, place)) }
        }
        @if left > 0 { p class="note" { "And " (length(left)) " more, which the JSON has." } }
    }
}

/// The index, and how to read the figures.
fn compared_with(index: &ComparedWith) -> Markup {
    html! {
        section {
            h2 id="index" { "What it was compared with" }
            p { (against(index)) }
            (reading())
        }
    }
}

fn against(index: &ComparedWith) -> Markup {
    html! {
        "An index of " (counted(index.programs, "program", "programs")) " with " (counted(index.functions, "function", "functions"))
        ", of " (counted(index.families, "family", "families")) " ascribed to " (counted(index.actors, "actor", "actors")) "; "
        (count(index.library_programs)) " of the programs are library code that anybody can have. "
        "Hash of its list: " code { (index.sha256) } "."
    }
}

/// The meaning of the figures.
fn reading() -> Markup {
    html! {
        details {
            summary { "How to read this" }
            dl class="caveats" {
                dt { "Likelihood ratio" }
                dd { "How many times likelier this much shared code is between programs of one code base than between programs that have nothing to do with each other. It is no probability of who did it: that takes what was thought before, and all other evidence." }
                dt { "Words" }
                dd { "From 2 weak, from 10 moderate, from 100 moderately strong, from 1,000 strong, from 10,000 very strong, from 1,000,000 extremely strong support (ENFSI, 2015, Guideline for evaluative reporting in forensic science)." }
                dt { "Threshold" }
                dd { "The strength above which no program was ascribed to a wrong hand in the calibration. What stays below it is a lead." }
                dt { "Share" }
                dd { "Part of the bytes of those functions of the program that could tell: library code and functions too small to tell are not in its base." }
                dt { "Not said" }
                dd { "Who ran the program. Code is published, sold, leaked, stolen, and copied to mislead; who has the source of another can build a tie as strong as this." }
            }
        }
    }
}

/// A text of the findings in one line.
fn line(text: &str) -> String {
    shown(text, PROSE)
}
