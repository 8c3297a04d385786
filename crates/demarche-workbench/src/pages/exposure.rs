//! Exposed data, and a search in it. Values are masked.

use demarche_exposure::{Hit, MARKS, find};
use demarche_report::{Chapter, exposure_people, section_html};
use maud::{Markup, PreEscaped, html};

use super::Scene;
use crate::ask::Ask;
use crate::case_desk::Judged;
use crate::reply::Reply;
use crate::tools::told;

/// Hits that are shown.
const MOST: usize = 50;

pub(crate) fn page(scene: &Scene<'_>, judged: &Judged, ask: &Ask) -> Reply {
    let question = ask.query.first("q");
    let main = html! {
        h1 { "Exposure" }
        @match &judged.assessment.exposure {
            None => p { "Nothing was scanned: put what was leaked into the folder “" (judged.assessment.case.exposed.folder) "” and run " code { "demarche expose scan" } "." },
            Some(findings) => {
                form method="get" role="search" class="row" data-live="" {
                    label { "Search in all texts " input type="search" name="q" value=(question) placeholder="budget AND \"board meeting\"" size="32" data-search=""; }
                    button { "Search" }
                }
                @if !question.is_empty() { (hits(scene, question)) }
                (PreEscaped(judged.chapter(Chapter::Exposure, &scene.base())))
                details {
                    summary { "All persons" }
                    (PreEscaped(section_html(&exposure_people(findings))))
                }
            },
        }
    };
    scene.page("exposure", "Exposure", judged, &main)
}

fn hits(scene: &Scene<'_>, question: &str) -> Markup {
    let found = match scene.bench.tools.store(&scene.desk.root) {
        Ok(Some(store)) => find(&store, question, MOST, false).map_err(|error| told(&error)),
        Ok(None) => Err("the scan is gone".to_owned()),
        Err(reason) => Err(reason),
    };
    html! {
        section aria-live="polite" {
            @match found {
                Err(reason) => p role="alert" { strong { bdi { (reason) } } },
                Ok(hits) => {
                    h2 { @if hits.all == 1 { "One text has it" } @else { (hits.all) " texts have it" } }
                    @if (hits.best.len() as u64) < hits.all { p class="note" { "The best " (hits.best.len()) " are shown." } }
                    @for hit in &hits.best { (shown(hit)) }
                },
            }
        }
    }
}

/// A hit: where it stands, and the words around what was found.
fn shown(hit: &Hit) -> Markup {
    html! {
        div class="item" {
            @if let Some(subject) = &hit.subject { h3 { bdi { (subject) } } }
            // The parts are what is found and what is not, in turn.
            p { @for (number, part) in hit.snippet.split(MARKS).enumerate() {
                @if number % 2 == 1 { mark { bdi { (part) } } } @else { bdi { (part) } }
            } }
            p class="meta" {
                span { code { (hit.place) } }
                @if let Some(section) = &hit.section { span { bdi { (section) } } }
                span { "line " (hit.line) }
                @if hit.places > 1 { span { (hit.places) " places" } }
            }
        }
    }
}
