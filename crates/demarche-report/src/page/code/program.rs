//! One executable: the answer, the ties, what its functions are, and those that the first tie rests on.

use demarche_case::assessment::code::{CodeTie, ComparedProgram, ProgramFacts};
use maud::{Markup, PreEscaped, html};

use super::side_by_side::{Sides, functions};
use super::{line, strength};
use crate::code::{Support, code_answer, code_base, few, file_name, lead, named};
use crate::document::Column::{Number, Text};
use crate::number::{count, fraction, percent};
use crate::svg::{code_functions_chart, code_ties_chart};
use crate::text::{NAME, shown};
use crate::writers::table;

/// Ties in a table; the JSON has all.
const TIES: usize = 20;

pub(crate) fn program(compared: &ComparedProgram, place: usize) -> Markup {
    let sentences = code_answer(compared);
    let name = file_name(&compared.program);
    let has_ties = lead(compared).is_some();
    html! {
        section {
            h2 id={ "program-" (place) } { bdi { (name) } }
            (facts(&compared.program))
            div class="answer" { (answer(&sentences)) }
            @if has_ties {
                figure {
                    div class="scroll" { (PreEscaped(code_ties_chart(compared, &format!("ties-{place}")))) }
                    figcaption { "The scale goes by powers of ten. A range that reaches down to 1 says that there may be nothing in it." }
                }
            }
            (ties("Actors", &compared.actors, true))
            (ties("Families", &compared.families, false))
            @if compared.functions.found > 0 {
                figure { div class="scroll" { (PreEscaped(code_functions_chart(compared, &format!("functions-{place}")))) } }
            }
            @if !compared.rests_on.is_empty() {
                h3 { "The functions it rests on" }
                p { "The weightiest first. Each opens to show both sides as disassembly." }
                (functions(&compared.rests_on, &Sides { here: &name, is_index: true }))
            }
        }
    }
}

/// The first sentence large, the next two together, and the rest.
pub(crate) fn answer(sentences: &[String]) -> Markup {
    let (first, rest) = sentences.split_at(sentences.len().min(1));
    let (next, rest) = rest.split_at(rest.len().min(2));
    html! {
        @for sentence in first { p class="first" { bdi { (sentence) } } }
        @for part in [next, rest] {
            @if !part.is_empty() { p { bdi { (part.join(" ")) } } }
        }
    }
}

/// The facts of the program, in a line or two.
pub(crate) fn facts(program: &ProgramFacts) -> Markup {
    html! {
        p class="facts" {
            span { b { (shown(&program.format, NAME)) } " " b { (shown(&program.architecture, NAME)) } }
            span { (count(program.bytes)) " bytes, " (count(program.code_bytes)) " of them code" }
            @if let Some(why) = &program.packed { span { b { "Looks packed" } ": " bdi { (line(why)) } } }
            @if let Some(tlp) = program.tlp { span class="mark" { (tlp) } }
            span { "SHA-256 " code { (program.sha256) } }
            span { "File " bdi class="mono" { (line(&program.name)) } }
        }
    }
}

fn ties(what: &'static str, ties: &[CodeTie], are_actors: bool) -> Markup {
    let rows: Vec<Vec<Markup>> =
        ties.iter().take(TIES).map(|tie| one_tie(tie, are_actors)).collect();
    let columns = [
        Text(if are_actors { "Actor" } else { "Family, and whose" }),
        Number("Likelihood ratio"),
        Text("Support"),
        Text("Threshold"),
        Number("Rare functions"),
        Number("Only there"),
        Number("Bytes"),
        Number("Of its own bytes"),
        Text("Nearest program"),
    ];
    html! {
        (table(what, &columns, &rows))
        @if ties.len() > TIES { p class="note" { "And " (crate::number::length(ties.len().saturating_sub(TIES))) " more, which the JSON has." } }
    }
}

fn one_tie(tie: &CodeTie, is_actor: bool) -> Vec<Markup> {
    vec![
        html! {
            bdi { (named(&tie.name)) }
            @if !is_actor {
                div class="note" { @if tie.actors.is_empty() { "ascribed to nobody" } @else { bdi { (few(&tie.actors, "or")) } } }
            }
            @if let Some(shared) = code_base(tie, &[]) { div class="note" { bdi { (shared) } } }
        },
        strength(tie),
        html! { (Support::of(tie.strength.nats).word()) },
        html! { @if tie.strength.is_attributed { "passed" } @else { "below" } },
        html! { (count(tie.functions)) },
        html! { (count(tie.alone)) },
        html! { (count(tie.bytes)) },
        html! { (percent(fraction(tie.share))) },
        html! { bdi class="mono" { (named(&tie.nearest.name)) } },
    ]
}
