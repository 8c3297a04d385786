//! Two programs side by side.

use demarche_case::assessment::code::{CodeComparison, ProgramFacts};
use maud::{Markup, html};

use super::program::{answer, facts};
use super::side_by_side::{Sides, functions};
use crate::code::{code_comparison_answer, file_name};
use crate::number::length;
use crate::page::shell::shell;

/// Functions that open as disassembly; the JSON has all.
const FUNCTIONS: usize = 60;

/// Two programs compared, as one self-contained page.
#[must_use]
pub fn code_comparison_html(comparison: &CodeComparison) -> String {
    let (left, right) = (file_name(&comparison.left), file_name(&comparison.right));
    let sentences = code_comparison_answer(comparison);
    let title = format!("{left} and {right}");
    let shared = comparison.shared.get(..FUNCTIONS).unwrap_or(&comparison.shared);
    let left_out = comparison.shared.len().saturating_sub(shared.len());
    let body = html! {
        header { p class="kicker" { "Shared code" } h1 { bdi { (title) } } }
        section class="answer" { (answer(&sentences)) }
        (side("On the left", &left, &comparison.left))
        (side("On the right", &right, &comparison.right))
        @if !shared.is_empty() {
            section {
                h2 { "What both have" }
                p { "The largest of the surest first. Each opens to show both sides as disassembly." }
                (functions(shared, &Sides { here: &left, is_index: false }))
                @if left_out > 0 { p class="note" { "And " (length(left_out)) " more, which the JSON has." } }
            }
        }
    };
    let marking = comparison.left.tlp.max(comparison.right.tlp);
    shell(&title, marking, "report", &body)
}

fn side(which: &str, name: &str, program: &ProgramFacts) -> Markup {
    html! { section { h2 { (which) ": " bdi { (name) } } (facts(program)) } }
}
