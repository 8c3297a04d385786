//! The responses that are open, and the values that each suits; never what to do.

mod comparing;
mod one;
mod options;
mod resting;

use demarche_case::Case;
use demarche_case::assessment::response::ResponseFindings;
use demarche_case::assessment::routes::RoutesFindings;
use maud::{Markup, PreEscaped, html};

use super::precedents;
use super::shell::shell;
use crate::number::{count, length};
use crate::response::{answer_in_parts, caveat as response_caveat, response_in_short};
use crate::svg;
use crate::text::{PROSE, shown};

/// The responses that are open to the sender of the case, as one self-contained page.
///
/// With the routes at hand it maps what a refusal would hit. Its marking is that of the case. It says which values each option suits, and never what to do.
#[must_use]
pub fn response_page(
    case: &Case,
    findings: &ResponseFindings,
    routes: Option<&RoutesFindings>,
) -> String {
    let title = format!("Responses: {}", shown(&case.title, 300));
    let body = html! {
        header {
            p class="kicker" { "Responses · " bdi { (case.id) } }
            h1 { bdi { (shown(&case.title, 300)) } }
            p { bdi { (shown(&case.summary, PROSE)) } }
        }
        (lead(findings))
        (contents_of(findings))
        (sections(findings, routes))
    };
    shell(&title, case.marking(), "report", &body)
}

/// The contents of a page of its own.
fn contents_of(findings: &ResponseFindings) -> Markup {
    let there = contents(Some(findings));
    html! {
        nav aria-label="Contents" {
            ol { @for (_, id, name) in there.iter().filter(|(is, ..)| *is) { li { a href={ "#" (id) } { (name) } } } }
        }
    }
}

/// The answer in short, at the top of a report that is about more.
pub(crate) fn lead(findings: &ResponseFindings) -> Markup {
    let sentences = response_in_short(findings);
    html! {
        section class="answer" aria-labelledby="responses-in-short" {
            h2 id="responses-in-short" { "Which responses are open, and which values each suits" }
            @if let Some((first, rest)) = sentences.split_first() {
                p class="first" { bdi { (first) } }
                @if !rest.is_empty() { p { bdi { (rest.join(" ")) } } }
            } @else {
                p { "No response could be weighed." }
            }
        }
    }
}

/// Everything, section by section; with the routes at hand, maps of what a refusal would hit.
pub(crate) fn sections(findings: &ResponseFindings, routes: Option<&RoutesFindings>) -> Markup {
    html! {
        (answer(findings))
        (resting::injury(&findings.injury))
        (resting::law(&findings.questions))
        (resting::facts(findings))
        (options::overview(findings))
        (one::each(findings, routes))
        (comparing::trade_off(findings))
        (comparing::values(findings))
        (comparing::pairs(findings))
        (comparing::variants(findings))
        (comparing::packages(findings))
        (comparing::information(findings))
        (caveats(findings))
        @if let Some(found) = &findings.precedents { (precedents::section(found)) }
    }
}

/// The entries of the contents, in the order of the page.
pub(crate) fn contents(
    findings: Option<&ResponseFindings>,
) -> [(bool, &'static str, &'static str); 11] {
    let has = |part: fn(&ResponseFindings) -> bool| findings.is_some_and(part);
    let is_ranked = has(|one| !one.weighing.ranked.is_empty());
    [
        (findings.is_some(), "responses", "Responses"),
        (findings.is_some(), "injury", "How grave it was"),
        (has(|one| !one.questions.is_empty()), "law", "What the law asks"),
        (has(|one| !one.facts.is_empty() || !one.asking.is_empty()), "facts", "What must be known"),
        (has(|one| !one.options.is_empty()), "options", "The options"),
        (is_ranked, "trade-off", "Effect against harm"),
        (is_ranked, "values", "What one would have to value"),
        (has(|one| !one.variants.is_empty()), "variants", "Under other assumptions"),
        (has(|one| !one.packages.is_empty()), "packages", "Options together"),
        (has(|one| !one.information.is_empty()), "information", "What it is worth to know"),
        (has(|one| one.precedents.is_some()), "after-similar", "After similar attacks"),
    ]
}

/// The answer in full, and the figure that it is read from.
fn answer(findings: &ResponseFindings) -> Markup {
    let parts = answer_in_parts(findings);
    html! {
        section {
            h2 id="responses" { "Responses" }
            @for part in parts.iter().filter(|part| !part.is_empty()) { p { bdi { (part.join(" ")) } } }
            @if !findings.options.is_empty() {
                figure {
                    div class="scroll" { (PreEscaped(svg::svg_of_acceptability(findings))) }
                    figcaption {
                        "In each of " (count(u64::from(findings.draws))) " simulations, who did it, what the law asks and what each option would bring "
                        "are drawn from what is known, and weights from all that one may value. "
                        "A bar is how often an option has each rank; it says what one may come to prefer, not what is right."
                    }
                }
            }
        }
    }
}

fn caveats(findings: &ResponseFindings) -> Markup {
    html! {
        section {
            h2 id="response-caveats" { "Limits of these answers" }
            @if !findings.caveats.is_empty() {
                ul { @for caveat in &findings.caveats { li { bdi { (response_caveat(caveat, findings)) } } } }
            }
            p class="note" {
                (count(u64::from(findings.draws))) " simulations were made for each weighing, from the seed " span class="mono" { (findings.seed) } "; the same seed gives the same figures. "
                "Norms are told in one sentence each, which shortens them; none of this is legal advice."
            }
        }
    }
}

/// The number of rows that were left out.
fn rest(all: usize, most: usize) -> Markup {
    let more = all.saturating_sub(most);
    html! { @if more > 0 { p class="note" { "And " (length(more)) " more, which the JSON has." } } }
}
