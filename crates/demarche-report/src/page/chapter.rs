//! The report in parts, each as a fragment for a page of its own.

use demarche_case::Tlp;
use demarche_case::assessment::Assessment;
use maud::{Markup, html};

use super::{attribution, facts, first_page};
use crate::answer::is_asked;
use crate::document::Section;
use crate::view::{case, code, exposure, options, routes, watch};
use crate::writers::{Page, STYLE, fragment};

/// A part of the report, with everything that it says of one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Chapter {
    /// The page that stands alone: the answer in eight sentences.
    Overview,
    /// Events, harm, parties and claims.
    Timeline,
    /// The judgement of who did it, and its grounds.
    Attribution,
    /// Shared code.
    Code,
    /// Through whose networks, and what a refusal would change.
    Networks,
    /// Exposed data.
    Exposure,
    /// The responses.
    Options,
    /// The addressees of requests.
    Requests,
    /// The evidence register.
    Evidence,
    /// Gaps and inputs.
    Limits,
}

impl Chapter {
    /// All chapters, in the order of the report.
    pub const ALL: [Self; 10] = [
        Self::Overview,
        Self::Timeline,
        Self::Evidence,
        Self::Attribution,
        Self::Code,
        Self::Networks,
        Self::Exposure,
        Self::Options,
        Self::Requests,
        Self::Limits,
    ];
}

/// A chapter as markup without a frame; empty where the assessment says nothing of its subject.
///
/// Its links lead to identifiers such as `#ranking`, which may stand in another chapter.
#[must_use]
pub fn chapter(assessment: &Assessment, chapter: Chapter) -> String {
    let of = &assessment.case;
    let markup = match chapter {
        Chapter::Overview => html! { (facts(of)) (first_page(assessment)) },
        Chapter::Attribution => html! {
            @if let Some(findings) = &assessment.attribution {
                (attribution::lead(findings, of))
                (attribution::short(findings, of))
                (attribution::annexes(findings, of))
            }
        },
        Chapter::Timeline => case_sections(assessment, &["timeline", "harm", "claims", "parties"]),
        Chapter::Evidence => case_sections(assessment, &["evidence", "refuted"]),
        Chapter::Requests => case_sections(assessment, &["requests"]),
        Chapter::Code => written(assessment.code.iter().flat_map(code::sections)),
        Chapter::Networks => written(networks(assessment)),
        Chapter::Exposure => written(assessment.exposure.iter().flat_map(|found| {
            let tables = exposure::tables(found).into_iter();
            std::iter::once(exposure::lead(found)).chain(tables).chain(exposure::annexes(found))
        })),
        Chapter::Options => written(assessment.response.iter().flat_map(|found| {
            std::iter::once(options::lead(found)).chain(options::sections(found, None))
        })),
        Chapter::Limits => written([case::gaps(&assessment.gaps), case::inputs(assessment)]),
    };
    markup.into_string()
}

fn networks(assessment: &Assessment) -> Vec<Section> {
    let findings = assessment.routes.as_ref();
    let lead = findings.filter(|findings| is_asked(findings)).map(routes::lead);
    let watches = watch::case_watches(&assessment.watches);
    let parts = findings.into_iter().flat_map(routes::sections);
    let limits = findings.into_iter().flat_map(routes::limits);
    lead.into_iter().chain(watches).chain(parts).chain(limits).collect()
}

fn case_sections(assessment: &Assessment, ids: &[&str]) -> Markup {
    let sections = case::sections(assessment);
    written(sections.into_iter().filter(|section| ids.contains(&section.id.as_str())))
}

fn written(sections: impl IntoIterator<Item = Section>) -> Markup {
    let sections: Vec<Section> = sections.into_iter().collect();
    html! { @for section in &sections { (fragment(section)) } }
}

/// Sections as markup without a frame.
#[must_use]
pub fn section_html(sections: &[Section]) -> String {
    written(sections.iter().cloned()).into_string()
}

/// The style sheet of every page.
#[must_use]
pub fn page_style() -> &'static str {
    STYLE
}

/// The marking as a band across a page; without one it says so.
#[must_use]
pub fn marking_band(marking: Option<Tlp>) -> String {
    Page { title: "", marking, class: "", body: &html! {} }.banner().into_string()
}
