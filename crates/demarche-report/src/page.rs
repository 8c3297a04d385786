//! `report.html`: one self-contained page for a screen, light or dark, and for paper.

mod attribution;
mod case;
mod code;
mod precedents;
mod requests;
mod response;
mod routes;
mod shell;
mod style;

use demarche_case::assessment::Assessment;
use maud::{Markup, html};

use crate::text::shown;

pub(crate) use case::role_word;
pub use code::{code_comparison_html, code_families_html, code_html};
pub use precedents::precedents_html;
pub use response::response_page;
pub(crate) use shell::shell;

/// The whole assessment as one self-contained page.
///
/// The page needs no script and asks nothing of any server.
/// It shows every part of the case, so that its marking is the strictest of all parts: it is the sender's own paper.
#[must_use]
pub fn to_html(assessment: &Assessment) -> String {
    let case = &assessment.case;
    let body = html! {
        header { (case::head(assessment)) }
        @if let Some(findings) = &assessment.attribution { (attribution::lead(findings, case)) }
        @if let Some(findings) = &assessment.routes { (routes::lead(findings)) }
        @if let Some(findings) = &assessment.response { (response::lead(findings)) }
        (contents(assessment))
        @if let Some(findings) = &assessment.code { (code::section(findings)) }
        @if let Some(findings) = &assessment.attribution { (attribution::sections(findings, case)) }
        @if let Some(findings) = &assessment.routes { (routes::sections(findings)) }
        @if let Some(findings) = &assessment.response {
            (response::sections(findings, assessment.routes.as_ref()))
        }
        (requests::section(assessment))
        (case::timeline(case))
        (case::harm(case))
        (case::parties(case))
        (case::claims(case))
        (case::register(case))
        @if let Some(findings) = &assessment.routes { (routes::limits(findings)) }
        (case::gaps(&assessment.gaps))
        (case::inputs(assessment))
    };
    shell(&shown(&case.title, 300), assessment.marking(), "report", &body)
}

/// The contents of the page; only sections that are there.
fn contents(assessment: &Assessment) -> Markup {
    let case = &assessment.case;
    let routes = assessment.routes.as_ref();
    let ways = [
        (routes.is_some_and(|routes| !routes.map.nodes.is_empty()), "map", "Map"),
        (
            routes.is_some_and(|routes| !routes.dependencies.is_empty()),
            "dependency",
            "Who carries the traffic",
        ),
        (
            routes.is_some_and(|routes| !routes.cuts.is_empty()),
            "cuts",
            "What a refusal would change",
        ),
        (routes.is_some_and(|routes| routes.power.is_some()), "power", "Whose cooperation is key"),
        (
            routes.is_some_and(|routes| !routes.located.is_empty()),
            "located",
            "The attacker’s machines",
        ),
    ];
    let rest = [
        (requests::is_there(assessment), "requests", "Whom to ask"),
        (!case.events.is_empty(), "timeline", "What happened"),
        (!case.effects.is_empty() || !case.threats.is_empty(), "harm", "Effects and threats"),
        (!case.parties.is_empty(), "parties", "Parties"),
        (!case.claims.is_empty(), "claims", "Claims"),
        (!case.evidence.is_empty(), "evidence", "Evidence"),
        (routes.is_some_and(|routes| !routes.caveats.is_empty()), "caveats", "Caveats"),
        (routes.is_some_and(|routes| !routes.sources.is_empty()), "sources", "Sources"),
        (true, "gaps", "Gaps"),
        (true, "inputs", "Inputs"),
    ];
    let code = [(assessment.code.is_some(), "code", "Shared code")];
    let who = attribution::contents(assessment.attribution.as_ref());
    let responses = response::contents(assessment.response.as_ref());
    let all = code.iter().chain(&who).chain(&ways).chain(&responses).chain(&rest);
    html! {
        nav aria-label="Contents" {
            ol { @for (_, id, name) in all.filter(|(is, ..)| *is) { li { a href={ "#" (id) } { (name) } } } }
        }
    }
}
