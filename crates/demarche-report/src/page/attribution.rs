//! The attribution: the ranking, the matrix, what the judgement rests on, previous attacks, and what it was compared with.

mod matrix;
mod ranking;
mod record;
mod rests;

use demarche_case::Case;
use demarche_case::assessment::attribution::{AttributionFindings, CitedSource};
use maud::{Markup, html};

use crate::attribution::{attribution_answer, cited};
use crate::number::length;
use crate::writers::marked_up;

/// Rows of a table on the page; the JSON has all.
const ROWS: usize = 20;

/// The answer, in front of everything else.
pub(crate) fn lead(findings: &AttributionFindings, case: &Case) -> Markup {
    let sentences = attribution_answer(findings, case);
    html! {
        section class="answer" aria-labelledby="who-did-it" {
            h2 id="who-did-it" { "Who did it" }
            @if let Some((first, rest)) = sentences.split_first() {
                p class="first" { bdi { (marked_up(first)) } }
                @for sentence in rest.iter().take(1) { p { bdi { (marked_up(sentence)) } } }
                @if rest.len() > 1 { p { bdi { (marked_up(&rest.iter().skip(1).cloned().collect::<Vec<String>>().join(" "))) } } }
            }
        }
    }
}

/// Returns true for a section of the short report.
pub(crate) fn is_short(id: &str) -> bool {
    ["ranking", "planted"].contains(&id)
}

/// The ranking, and what is left of it where evidence was planted.
pub(crate) fn short(findings: &AttributionFindings, case: &Case) -> Markup {
    html! {
        (ranking::ranking(findings))
        (ranking::planted(findings, case))
    }
}

/// Everything else, section by section.
pub(crate) fn annexes(findings: &AttributionFindings, case: &Case) -> Markup {
    html! {
        @if findings.withheld.is_none() { (matrix::matrix(findings, case)) }
        (rests::rests(findings, case))
        (record::precedents(findings, case))
        (record::overlaps(findings))
        (record::hunt_leads(findings))
        (record::record(findings))
    }
}

/// The entries of the contents, in the order of the page.
pub(crate) fn contents(
    findings: Option<&AttributionFindings>,
) -> [(bool, &'static str, &'static str); 8] {
    let has = |part: fn(&AttributionFindings) -> bool| findings.is_some_and(part);
    [
        (
            has(|findings| findings.withheld.is_none() && !findings.as_reported.ranking.is_empty()),
            "ranking",
            "Who may have done it",
        ),
        (has(ranking::has_planted), "planted", "If it was planted"),
        (
            has(|findings| findings.withheld.is_none() && !findings.items.is_empty()),
            "matrix",
            "Hypotheses against evidence",
        ),
        (findings.is_some(), "rests", "What the judgement rests on"),
        (has(|findings| !findings.precedents.is_empty()), "precedents", "Previous attacks"),
        (has(|findings| !findings.overlaps.is_empty()), "overlaps", "Reverse scoring"),
        (has(|findings| !findings.hunt_leads.is_empty()), "hunt", "Hunt leads"),
        (findings.is_some(), "record", "What it was compared with"),
    ]
}

/// Sources as a short list of text; the JSON has all.
fn sources(sources: &[CitedSource]) -> Markup {
    // Two show that it is known from more than one; on paper their addresses fill pages.
    const MOST: usize = 2;
    html! {
        @if !sources.is_empty() {
            ul class="sources" {
                @for source in sources.iter().take(MOST) { li { bdi { (cited(source)) } } }
                @if sources.len() > MOST { li { "and " (length(sources.len().saturating_sub(MOST))) " more" } }
            }
        }
    }
}

/// The number of rows that were left out.
fn rest(all: usize) -> Markup {
    html! {
        @if all > ROWS { p class="note" { "And " (length(all.saturating_sub(ROWS))) " more, which the JSON has." } }
    }
}
