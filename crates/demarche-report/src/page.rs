//! Pages: self-contained, for a screen, light or dark, and for paper.

mod attribution;

use demarche_case::assessment::Assessment;
use demarche_case::assessment::code::{CodeComparison, CodeFamilies, CodeFindings};
use demarche_case::assessment::precedents::PrecedentFindings;
use demarche_case::assessment::response::ResponseFindings;
use demarche_case::assessment::routes::RoutesFindings;
use demarche_case::{Case, Gap, Tlp};
use maud::{Markup, html};

use crate::date::date;
use crate::document::Section;
use crate::number::length;
use crate::text::{NAME, PROSE, shown};
use crate::view::{case, code, options, precedents, routes};
use crate::writers::fragment;

pub(crate) use crate::writers::shell;

/// The longest title of a page, in characters.
const TITLE: usize = 300;

/// The whole assessment as one self-contained page.
///
/// The page needs no script and asks nothing of any server.
/// It shows every part of the case, so that its marking is the strictest of all parts: it is the sender's own paper.
#[must_use]
pub fn to_html(assessment: &Assessment) -> String {
    let Assessment { case: of, attribution: judged, routes: networks, .. } = assessment;
    let leads: Vec<Section> = networks
        .iter()
        .map(routes::lead)
        .chain(assessment.response.iter().map(options::lead))
        .collect();
    let shared_code = assessment.code.iter().flat_map(code::sections).collect::<Vec<_>>();
    let mut sections = Vec::new();
    sections.extend(networks.iter().flat_map(routes::sections));
    let responses = assessment.response.iter();
    sections.extend(responses.flat_map(|found| options::sections(found, networks.as_ref())));
    sections.extend(case::sections(assessment));
    sections.extend(networks.iter().flat_map(routes::limits));
    sections.push(case::gaps(&assessment.gaps));
    sections.push(case::inputs(assessment));
    let facts = html! {
        p class="facts" {
            @if let Some(began) = of.began { span { "Began " b { (date(began)) } } }
            @if let Some(detected) = of.detected { span { "Detected " b { (date(detected)) } } }
            span { "By " b { bdi { (shown(&of.owner.organisation, NAME)) } } }
            span { "Evidence " b { (length(of.evidence.len())) } " items" }
        }
        p { bdi { (shown(&of.summary, PROSE)) } }
    };
    let body = html! {
        (head(&format!("Assessment · {}", of.id), &of.title, &facts))
        @if let Some(findings) = judged { (attribution::lead(findings, of)) }
        @for section in &leads { (fragment(section)) }
        nav aria-label="Contents" {
            ol {
                (contents(&shared_code))
                @for (_, id, name) in attribution::contents(judged.as_ref()).iter().filter(|(is, ..)| *is) {
                    li { a href={ "#" (id) } { (name) } }
                }
                (contents(&sections))
            }
        }
        @for section in &shared_code { (fragment(section)) }
        @if let Some(findings) = judged { (attribution::sections(findings, of)) }
        @for section in &sections { (fragment(section)) }
    };
    shell(&shown(&of.title, TITLE), assessment.marking(), "report", &body)
}

/// The responses that are open to the sender of the case, as one self-contained page.
///
/// With the routes at hand it maps the networks that a refusal would hit. Its marking is that of the case.
/// It says which values each option suits, and never what to do.
#[must_use]
pub fn response_page(
    case: &Case,
    findings: &ResponseFindings,
    routes: Option<&RoutesFindings>,
) -> String {
    let kicker = format!("Responses · {}", case.id);
    let head = head(&kicker, &case.title, &html! { p { bdi { (shown(&case.summary, PROSE)) } } });
    let lead = [options::lead(findings)];
    let sections = options::sections(findings, routes);
    let title = format!("Responses: {}", shown(&case.title, TITLE));
    page(&title, Some(case.marking()), &head, &lead, &sections)
}

/// The acts and responses after earlier attacks, as one self-contained page, with the gaps in the sources.
///
/// The marking is that of the case; without one the page says that it is not marked.
#[must_use]
pub fn precedents_html(findings: &PrecedentFindings, marking: Option<Tlp>, gaps: &[Gap]) -> String {
    let until = findings.question.year.map(|year| format!(", as known before {year}"));
    let title = precedents::title(findings);
    let head = head(&format!("Precedents{}", until.unwrap_or_default()), &title, &html! {});
    let mut sections = precedents::sections(findings);
    sections.push(case::gaps(gaps));
    page(&title, marking, &head, &[], &sections)
}

/// The code that executables share with known programs, as one self-contained page, with the gaps in the sources.
///
/// Its marking is the strictest of the executables; where none has one, the page says that it is not marked.
#[must_use]
pub fn code_html(findings: &CodeFindings, gaps: &[Gap]) -> String {
    let mut sections = code::sections(findings);
    sections.push(case::gaps(gaps));
    code_page(&code::title(findings), findings.marking(), &[], &sections)
}

/// Two programs compared, as one self-contained page.
#[must_use]
pub fn code_comparison_html(comparison: &CodeComparison) -> String {
    let (title, sections) = code::comparison(comparison);
    let marking = comparison.left.tlp.max(comparison.right.tlp);
    let (lead, sections) = sections.split_at(1);
    code_page(&title, marking, lead, sections)
}

/// The families that share code, as one self-contained page.
#[must_use]
pub fn code_families_html(families: &CodeFamilies) -> String {
    let sections = code::families(families);
    let (lead, sections) = sections.split_at(1);
    code_page("Who shares code with whom", None, lead, sections)
}

fn code_page(title: &str, marking: Option<Tlp>, lead: &[Section], sections: &[Section]) -> String {
    page(title, marking, &head("Shared code", title, &html! {}), lead, sections)
}

/// A page with its contents behind the sections that lead.
fn page(
    title: &str,
    marking: Option<Tlp>,
    head: &Markup,
    lead: &[Section],
    sections: &[Section],
) -> String {
    let body = html! {
        (head)
        @for section in lead { (fragment(section)) }
        nav aria-label="Contents" { ol { (contents(sections)) } }
        @for section in sections { (fragment(section)) }
    };
    shell(title, marking, "report", &body)
}

/// The title of a page below its kind, and above the facts of the case.
fn head(kicker: &str, title: &str, facts: &Markup) -> Markup {
    html! {
        header {
            p class="kicker" { bdi { (kicker) } }
            h1 { bdi { (shown(title, TITLE)) } }
            (facts)
        }
    }
}

/// The entries of the contents: each section that can be linked to, by its title.
fn contents(sections: &[Section]) -> Markup {
    html! {
        @for Section { id, title, .. } in sections.iter().filter(|section| !section.id.is_empty()) {
            li { a href={ "#" (id) } { (shown(title, TITLE)) } }
        }
    }
}
