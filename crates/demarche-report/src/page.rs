//! Pages: self-contained, for a screen, light or dark, and for paper.

mod attribution;
pub(crate) mod chapter;

use demarche_case::assessment::Assessment;
use demarche_case::assessment::code::{CodeComparison, CodeFamilies, CodeFindings};
use demarche_case::assessment::exposure::ExposureFindings;
use demarche_case::assessment::precedents::PrecedentFindings;
use demarche_case::assessment::response::ResponseFindings;
use demarche_case::assessment::routes::RoutesFindings;
use demarche_case::assessment::watch::WatchFindings;
use demarche_case::{Case, Gap, Tlp};
use maud::{Markup, PreEscaped, html};

use crate::answer::is_asked;
use crate::brief::brief;
use crate::date::date;
use crate::document::Section;
use crate::number::length;
use crate::svg;
use crate::text::{NAME, PROSE, shown};
use crate::view::{case, code, exposure, options, precedents, routes, watch};
use crate::words::palette_of;
use crate::writers::{Dress, DressError, Page, fragment, marked_up};

pub(crate) use crate::writers::shell;

/// The longest title of a page, in characters.
const TITLE: usize = 300;

/// The parts of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportParts {
    /// The page that stands alone and prints on one sheet.
    pub first: bool,
    /// The answers in full, with their figures.
    pub short: bool,
    /// Everything else: tables, evidence, methods, inputs.
    pub annexes: bool,
}

impl ReportParts {
    /// The whole report.
    pub const ALL: Self = Self { first: true, short: true, annexes: true };
}

/// The sections of the short report behind who did it, in their order; every other section is an annex.
const SHORT: [&str; 9] = [
    "answer",
    "map",
    "exposure",
    "requests",
    "responses-in-short",
    "options",
    "timeline",
    "harm",
    "gaps",
];

/// The answers in the short report, which the contents do not list beside their figures.
const ANSWERS: [&str; 2] = ["answer", "responses-in-short"];

/// The whole assessment as one self-contained page.
///
/// It opens with a page that stands alone, goes on with a short report, and has everything else as annexes.
/// The page needs no script and asks nothing of any server.
/// It shows every part of the case, so that its marking is the strictest of all parts: it is the sender's own paper.
#[must_use]
pub fn to_html(assessment: &Assessment) -> String {
    let (title, body) = report(assessment, ReportParts::ALL);
    shell(&title, assessment.marking(), "report", &body)
}

/// The same with some of its parts, in the sender's dress.
///
/// # Errors
///
/// The template cannot be filled with this report.
pub fn to_html_of(
    assessment: &Assessment,
    parts: ReportParts,
    dress: &Dress,
) -> Result<String, DressError> {
    let (title, body) = report(assessment, parts);
    let marking = Some(assessment.marking());
    Page { title: &title, marking, class: "report", body: &body }.dressed(dress)
}

/// The title and the body of the report.
fn report(assessment: &Assessment, parts: ReportParts) -> (String, Markup) {
    let of = &assessment.case;
    let (short, annexes) = divided(assessment);
    let body = html! {
        (head(&format!("Assessment · {}", of.id), &of.title, &facts(of)))
        @if parts.first { (first_page(assessment)) }
        (nav(assessment, parts, &short, &annexes))
        @if parts.short { (short_report(assessment, &short)) }
        @if parts.annexes { (annex_part(assessment, &annexes)) }
    };
    (shown(&of.title, TITLE), body)
}

/// The sections of the short report and those of the annexes; the attribution, which is markup, aside.
fn divided(assessment: &Assessment) -> (Vec<Section>, Vec<Section>) {
    let networks = assessment.routes.as_ref();
    let mut sections = Vec::new();
    sections.extend(networks.filter(|findings| is_asked(findings)).map(routes::lead));
    sections.extend(watch::case_watches(&assessment.watches));
    sections.extend(networks.into_iter().flat_map(routes::sections));
    if let Some(found) = &assessment.response {
        sections.push(options::lead(found));
        sections.extend(options::sections(found, None));
    }
    sections.extend(case::sections(assessment));
    sections.extend(assessment.exposure.iter().map(exposure::short));
    sections.extend(assessment.exposure.iter().flat_map(exposure::annexes));
    sections.extend(networks.into_iter().flat_map(routes::limits));
    sections.push(case::gaps(&assessment.gaps));
    sections.push(case::inputs(assessment));
    let (mut short, annexes): (Vec<Section>, Vec<Section>) =
        sections.into_iter().partition(|section| SHORT.contains(&section.id.as_str()));
    let order = |section: &Section| SHORT.iter().position(|id| *id == section.id);
    short.sort_by_key(order);
    let code = assessment.code.iter().flat_map(code::sections);
    (short, code.chain(annexes).collect())
}

/// When it was, by whom it is reported, and on how much it rests.
fn facts(of: &Case) -> Markup {
    html! {
        p class="facts" {
            @if let Some(began) = of.began { span { "Began " b { (date(began)) } } }
            @if let Some(detected) = of.detected { span { "Detected " b { (date(detected)) } } }
            span { "By " b { bdi { (shown(&of.owner.organisation, NAME)) } } }
            span { "Evidence " b { (length(of.evidence.len())) } " items" }
        }
        p { bdi { (shown(&of.summary, PROSE)) } }
    }
}

/// The answer on one sheet: eight sentences, the ranking, and the networks that are key.
fn first_page(assessment: &Assessment) -> Markup {
    let judged = assessment.attribution.as_ref().filter(|findings| findings.withheld.is_none());
    html! {
        section class="answer first-page" aria-labelledby="first-page" {
            h2 id="first-page" { "In short" }
            @for told in brief(assessment) {
                p { bdi { (marked_up(&told.text)) } " " a class="why" href={ "#" (told.section) } { (told.title) } }
            }
            div class="pictures" tabindex="0" {
                @if let Some(findings) = judged { figure { (PreEscaped(svg::ranking_in_short(findings))) } }
                @if let Some(power) = assessment.routes.as_ref().and_then(key_networks) { figure { (power) } }
            }
        }
    }
}

/// The networks and states that are key, each with its power.
fn key_networks(findings: &RoutesFindings) -> Option<Markup> {
    let power = findings.power.as_ref()?;
    Some(PreEscaped(svg::power_chart(
        "power-in-short",
        &findings.target,
        power,
        &palette_of(findings),
    )))
}

fn nav(
    assessment: &Assessment,
    parts: ReportParts,
    short: &[Section],
    annexes: &[Section],
) -> Markup {
    let judged = attribution::contents(assessment.attribution.as_ref());
    let entries = |is_short: bool| {
        html! {
            @for (_, id, name) in judged.iter().filter(|(is, id, _)| *is && attribution::is_short(id) == is_short) {
                li { a href={ "#" (id) } { (name) } }
            }
        }
    };
    html! {
        nav aria-label="Contents" {
            @if parts.short { p class="label" { "Short report" } ol { (entries(true)) (contents(short)) } }
            @if parts.annexes { p class="label" { "Annexes" } ol { (entries(false)) (contents(annexes)) } }
        }
    }
}

/// The answers in full, each with its figure, then whom to ask, the responses, and what happened.
fn short_report(assessment: &Assessment, sections: &[Section]) -> Markup {
    html! {
        @if let Some(findings) = &assessment.attribution {
            (attribution::lead(findings, &assessment.case))
            (attribution::short(findings, &assessment.case))
        }
        @for section in sections { (fragment(section)) }
    }
}

/// Everything else.
fn annex_part(assessment: &Assessment, sections: &[Section]) -> Markup {
    html! {
        div class="annexes" {
            h2 id="annexes" { "Annexes" }
            @if let Some(findings) = &assessment.attribution { (attribution::annexes(findings, &assessment.case)) }
            @for section in sections { (fragment(section)) }
        }
    }
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

/// The inventory of what was exposed, as one self-contained page: with persons, mailboxes and places, for the sender alone.
#[must_use]
pub fn exposure_html(findings: &ExposureFindings, marking: Tlp) -> String {
    let title = exposure::title(findings);
    let head = head("Exposure", &title, &html! {});
    let lead = [exposure::lead(findings)];
    let tables = exposure::tables(findings).into_iter();
    let sections: Vec<Section> = tables.chain(exposure::annexes(findings)).collect();
    page(&title, Some(marking), &head, &lead, &sections)
}

/// The record of a watch over routes as one self-contained page.
#[must_use]
pub fn watch_html(findings: &WatchFindings) -> String {
    let title = watch::title(findings);
    let head = head("Watch", &title, &html! {});
    let sections = watch::sections(findings);
    let (lead, sections) = sections.split_at(1);
    page(&title, None, &head, lead, sections)
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
        @for Section { id, title, .. } in sections.iter().filter(|section| is_listed(section)) {
            li { a href={ "#" (id) } { (shown(title, TITLE)) } }
        }
    }
}

fn is_listed(section: &Section) -> bool {
    !section.id.is_empty() && !ANSWERS.contains(&section.id.as_str())
}
