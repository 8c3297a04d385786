//! The overview: what the first page of the report says, in the same words.

use demarche_report::Chapter;
use maud::{PreEscaped, html};

use super::Scene;
use crate::ask::Ask;
use crate::case_desk::Judged;
use crate::reply::Reply;

pub(crate) fn page(scene: &Scene<'_>, judged: &Judged, _: &Ask) -> Reply {
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
