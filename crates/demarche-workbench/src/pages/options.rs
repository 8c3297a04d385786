//! The responses, and which would come first if one valued other things.

use demarche_assess::response;
use demarche_case::options::{Criterion, Estimate, EstimateBasis, Options, Range};
use demarche_case::{Case, Source};
use demarche_report::view::options_weigh;
use demarche_report::{Chapter, section_html};
use maud::{Markup, PreEscaped, html};

use super::Scene;
use crate::ask::{Ask, Form};
use crate::case_desk::Judged;
use crate::reply::Reply;

/// Criteria that a form puts in an order; those behind them stay free.
const ORDERED: usize = 3;

pub(crate) fn page(scene: &Scene<'_>, judged: &Judged, ask: &Ask) -> Reply {
    let text = judged.chapter(Chapter::Options, &scene.base());
    let main = html! {
        h1 { "Options" }
        @if text.is_empty() {
            p { "No response was weighed: the case names no state that could respond." }
        } @else {
            (what_if(scene, judged, &ask.query))
            (PreEscaped(text))
        }
    };
    scene.page("options", "Options", judged, &main)
}

/// The values that a form states.
pub(crate) fn wanted(form: &Form) -> Options {
    let severity: Option<f64> = form.first("severity").parse().ok();
    let severity = severity.filter(|value| value.is_finite()).map(|value| {
        let half = half(form).abs();
        let ends = [value - half, value, value + half].map(|end| end.clamp(0.0, 10.0));
        Estimate {
            range: Range::Between(ends),
            times: None,
            basis: EstimateBasis::Judgement,
            source: Source { text: "the form on this page".to_owned(), url: None },
        }
    });
    Options {
        importance: form.all("important").filter_map(criterion).collect(),
        weights: Criterion::ALL
            .into_iter()
            .filter_map(|of| Some((of, bounds(form, of)?)))
            .collect(),
        severity,
        ..Options::default()
    }
}

/// The least and the greatest weight that a form states in percent; `None` where it leaves both out.
fn bounds(form: &Form, of: Criterion) -> Option<[f64; 2]> {
    let end = |name: &str| {
        let percent: Option<f64> = form.first(&format!("{name}-{}", of.word())).parse().ok();
        percent
            .filter(|percent| percent.is_finite())
            .map(|percent| (percent / 100.0).clamp(0.0, 1.0))
    };
    let (low, high) = (end("least"), end("most"));
    let ends = [low.unwrap_or(0.0), high.unwrap_or(1.0)];
    (low.is_some() || high.is_some()).then_some(ends)
}

/// The order of what matters, the weights, and how grave the harm was.
fn what_if(scene: &Scene<'_>, judged: &Judged, asked: &Form) -> Markup {
    let wanted = wanted(asked);
    let important = &wanted.importance;
    let severity = wanted.severity.as_ref().map(|_| asked.first("severity"));
    let is_asked = wanted != Options::default();
    let case = &judged.assessment.case;
    html! {
        details open[is_asked] class="what-if" {
            summary { "What if something else mattered most, or the harm were graver?" }
            form method="get" data-live="" {
                fieldset class="row" {
                    legend { "What matters most" }
                    @for place in 0..ORDERED {
                        label { (place + 1) ". "
                            select name="important" {
                                option value="" { "not said" }
                                @for of in Criterion::ALL {
                                    option value=(of.word()) selected[important.get(place) == Some(&of)] { (of.words()) }
                                }
                            }
                        }
                    }
                }
                details open[!wanted.weights.is_empty()] {
                    summary { "Weights one by one" }
                    (weights(case, asked))
                }
                fieldset class="row" {
                    legend { "How grave the attack was, from 0 to 10" }
                    label { "Likeliest " input type="number" name="severity" min="0" max="10" step="0.5" value=[severity]; }
                    label { "give or take " input type="number" name="severity_half" min="0" max="5" step="0.5" value=(half(asked)); }
                }
                div class="row" {
                    button { "Weigh it so" }
                    @if is_asked { a href={ (scene.base()) "options" } { "As the case says" } }
                }
            }
            @if is_asked {
                @let case = Case { response: case.response.clone().and(&wanted), ..case.clone() };
                @if case.response.weight_bounds().is_none() {
                    div class="found" role="alert" { p { "No weights lie in all these ranges: the least may add up to 100 % at most, the greatest to 100 % at least, and what matters more weighs at least as much." } }
                } @else {
                    (weighed(scene, judged, &case))
                    form method="post" action={ (scene.base()) "options" } class="row" {
                        (scene.key())
                        @for (name, value) in asked.fields() { input type="hidden" name=(name) value=(value); }
                        button { "Keep it in response.toml" }
                    }
                }
            }
        }
    }
}

/// A row for each criterion with the range of its weight; the case's own stands there where the form says nothing.
fn weights(case: &Case, asked: &Form) -> Markup {
    let said = |of: Criterion, end: usize| {
        let (_, ends) = case.response.weights.iter().find(|(named, _)| *named == of)?;
        Some(format!("{:.0} %", ends.get(end)? * 100.0))
    };
    let field = |name: &str, of: Criterion, end: usize| {
        let name = format!("{name}-{}", of.word());
        let value = asked.first(&name);
        html! { input type="number" name=(name) min="0" max="100" step="1" size="4" value=[(!value.is_empty()).then_some(value)] placeholder=[said(of, end)] aria-label={ (name.replace('-', " weight of ")) ", in percent" }; }
    };
    html! {
        div class="scroll" tabindex="0" { table {
            caption { "The share of each criterion in all weights, in percent; a field left out sets no bound" }
            thead { tr { th scope="col" { "Criterion" } th scope="col" { "At least" } th scope="col" { "At most" } } }
            tbody { @for of in Criterion::ALL { tr {
                th scope="row" { (of.words()) }
                td { (field("least", of, 0)) }
                td { (field("most", of, 1)) }
            } } }
        } }
    }
}

fn half(asked: &Form) -> f64 {
    asked.first("severity_half").parse::<f64>().ok().filter(|half| half.is_finite()).unwrap_or(1.0)
}

fn weighed(scene: &Scene<'_>, judged: &Judged, case: &Case) -> Markup {
    let all = &judged.assessment;
    let record = judged.readings.known.library.record();
    let (attribution, routes) = (all.attribution.as_ref(), all.routes.as_ref());
    let found = scene.bench.tools.pool.install(|| response(case, attribution, routes, record));
    html! {
        div class="found" aria-live="polite" {
            @match found {
                None => p { "No response could be weighed." },
                Some(found) => {
                    @let sections = options_weigh(&found, case, all.marking());
                    (PreEscaped(section_html(sections.get(1..3).unwrap_or_default())))
                },
            }
        }
    }
}

fn criterion(name: &str) -> Option<Criterion> {
    Criterion::ALL.into_iter().find(|of| of.word() == name)
}
