//! The judgement of who did it, and what the answer would be without some of the evidence.

use std::collections::BTreeSet;

use demarche_assess::attribution;
use demarche_case::assessment::attribution::AttributionFindings;
use demarche_case::{Case, EvidenceId};
use demarche_report::{Chapter, attribution_answer, svg_of_ranking};
use maud::{Markup, PreEscaped, html};

use super::Scene;
use crate::ask::Ask;
use crate::case_desk::Judged;
use crate::reply::Reply;

pub(crate) fn page(scene: &Scene<'_>, judged: &Judged, ask: &Ask) -> Reply {
    let without: BTreeSet<EvidenceId> =
        ask.query.all("without").filter_map(|id| id.parse().ok()).collect();
    let text = judged.chapter(Chapter::Attribution, &scene.base());
    let main = html! {
        h1 { "Who did it" }
        @if judged.assessment.case.evidence.is_empty() {
            p { "The case has no evidence yet: " a href={ (scene.base()) "evidence" } { "add an item" } "." }
        } @else {
            (what_if(scene, judged, &without))
        }
        (PreEscaped(text))
    };
    scene.page("attribution", "Who did it", judged, &main)
}

/// The switches of the items, and the answer without those that are off.
fn what_if(scene: &Scene<'_>, judged: &Judged, without: &BTreeSet<EvidenceId>) -> Markup {
    let case = &judged.assessment.case;
    let is_open = !without.is_empty();
    html! {
        details open[is_open] class="what-if" {
            summary { "What if an item had never been found?" }
            @if is_open { (compared(scene, judged, without)) }
            form method="get" data-live="" {
                fieldset class="switches" {
                    legend { "Ticked items are left out" }
                    @for item in &case.evidence {
                        label {
                            input type="checkbox" name="without" value=(item.id) checked[without.contains(&item.id)];
                            " " bdi { (item.title) } " " span class="mark" { (item.grade) }
                        }
                    }
                }
                div class="row" {
                    button { "Judge without the ticked items" }
                    @if is_open { a href={ (scene.base()) "attribution" } { "With all items again" } }
                }
            }
        }
    }
}

fn compared(scene: &Scene<'_>, judged: &Judged, without: &BTreeSet<EvidenceId>) -> Markup {
    let all = &judged.assessment;
    let case = all.case.clone().without(without);
    let record = judged.readings.known.library.record();
    let located = all.routes.as_ref().map_or(&[][..], |routes| routes.located.as_slice());
    let found = scene.bench.tools.pool.install(|| attribution(&case, record, located));
    html! {
        div class="beside" aria-live="polite" {
            (answer("With all items", all.attribution.as_ref(), &all.case))
            (answer(&left_out(without.len()), found.as_ref(), &case))
        }
    }
}

fn left_out(count: usize) -> String {
    match count {
        1 => "Without the ticked item".to_owned(),
        count => format!("Without the {count} ticked items"),
    }
}

fn answer(title: &str, findings: Option<&AttributionFindings>, case: &Case) -> Markup {
    html! {
        section class="answer" {
            h2 { (title) }
            @match findings {
                None => p class="first" { "There is nothing to judge from." },
                Some(findings) => {
                    @for (number, sentence) in attribution_answer(findings, case).iter().take(2).enumerate() {
                        p class=[(number == 0).then_some("first")] { bdi { (sentence) } }
                    }
                    @if findings.withheld.is_none() {
                        div class="scroll" tabindex="0" { (PreEscaped(svg_of_ranking(findings))) }
                    }
                },
            }
        }
    }
}
