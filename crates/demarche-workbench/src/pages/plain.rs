//! Pages that show a chapter of the report and ask nothing.

use demarche_report::Chapter;
use maud::{PreEscaped, html};

use super::Scene;
use crate::ask::Ask;
use crate::case_desk::Judged;
use crate::reply::Reply;

pub(crate) fn timeline(scene: &Scene<'_>, judged: &Judged, _: &Ask) -> Reply {
    chapter(
        scene,
        judged,
        "timeline",
        "What happened",
        Chapter::Timeline,
        "The case tells of no events.",
    )
}

pub(crate) fn code(scene: &Scene<'_>, judged: &Judged, _: &Ask) -> Reply {
    let none = "No program of the case was compared: put one into its folder “samples”, and name an index of known programs with --index.";
    chapter(scene, judged, "code", "Code", Chapter::Code, none)
}

pub(crate) fn limits(scene: &Scene<'_>, judged: &Judged, _: &Ask) -> Reply {
    chapter(scene, judged, "limits", "Inputs and gaps", Chapter::Limits, "")
}

fn chapter(
    scene: &Scene<'_>,
    judged: &Judged,
    page: &str,
    title: &str,
    chapter: Chapter,
    none: &str,
) -> Reply {
    let text = judged.chapter(chapter, &scene.base());
    let main = html! {
        h1 { (title) }
        @if text.is_empty() { p { (none) } } @else { (PreEscaped(text)) }
    };
    scene.page(page, title, judged, &main)
}

/// The overview: what the first page of the report says, in the same words.
pub(crate) fn overview(scene: &Scene<'_>, judged: &Judged, _: &Ask) -> Reply {
    let gaps = judged.assessment.gaps.len();
    let main = html! {
        h1 { bdi { (judged.assessment.case.title) } }
        (PreEscaped(judged.chapter(Chapter::Overview, &scene.base())))
        @if gaps > 0 {
            p { a href={ (scene.base()) "limits" } { (gaps) @if gaps == 1 { " gap" } @else { " gaps" } " in what could be read or answered" } }
        }
    };
    scene.page("", "Overview", judged, &main)
}
