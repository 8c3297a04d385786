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

/// The order of what matters, and how grave the harm was.
fn what_if(scene: &Scene<'_>, judged: &Judged, asked: &Form) -> Markup {
    let important: Vec<Criterion> = asked.all("important").filter_map(criterion).collect();
    let severity: Option<f64> = asked.first("severity").parse().ok();
    let is_asked = !important.is_empty() || severity.is_some();
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
                                    option value=(word(of)) selected[important.get(place) == Some(&of)] { (of.words()) }
                                }
                            }
                        }
                    }
                }
                fieldset class="row" {
                    legend { "How grave the attack was, from 0 to 10" }
                    label { "Likeliest " input type="number" name="severity" min="0" max="10" step="0.5" value=[severity.map(|value| value.to_string())]; }
                    label { "give or take " input type="number" name="severity_half" min="0" max="5" step="0.5" value=(half(asked)); }
                }
                div class="row" {
                    button { "Weigh it so" }
                    @if is_asked { a href={ (scene.base()) "options" } { "As the case says" } }
                }
            }
            @if is_asked {
                (weighed(scene, judged, &as_asked(case, &important, severity, asked)))
                form method="post" action={ (scene.base()) "options" } class="row" {
                    (scene.key())
                    @for of in &important { input type="hidden" name="important" value=(word(*of)); }
                    @if let Some(severity) = severity {
                        input type="hidden" name="severity" value=(severity);
                        input type="hidden" name="severity_half" value=(half(asked));
                    }
                    button { "Keep it in response.toml" }
                }
            }
        }
    }
}

fn half(asked: &Form) -> f64 {
    asked.first("severity_half").parse::<f64>().ok().filter(|half| half.is_finite()).unwrap_or(1.0)
}

/// The case as if it said what the form says.
fn as_asked(case: &Case, important: &[Criterion], severity: Option<f64>, asked: &Form) -> Case {
    let half = half(asked).abs();
    let range = |value: f64| {
        Range::Between([value - half, value, value + half].map(|end| end.clamp(0.0, 10.0)))
    };
    let severity = severity.filter(|value| value.is_finite()).map(|value| Estimate {
        range: range(value),
        times: None,
        basis: EstimateBasis::Judgement,
        source: Source { text: "the form on this page".to_owned(), url: None },
    });
    let more = Options { importance: important.to_vec(), severity, ..Options::default() };
    Case { response: case.response.clone().and(&more), ..case.clone() }
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

/// The word for a criterion, as it stands in `response.toml`.
const fn word(of: Criterion) -> &'static str {
    match of {
        Criterion::Ongoing => "ongoing",
        Criterion::Conduct => "conduct",
        Criterion::Speed => "speed",
        Criterion::Support => "support",
        Criterion::Collateral => "collateral",
        Criterion::Escalation => "escalation",
        Criterion::Legality => "legality",
        Criterion::Secrecy => "secrecy",
        Criterion::Cost => "cost",
        Criterion::Permanence => "permanence",
    }
}

fn criterion(name: &str) -> Option<Criterion> {
    Criterion::ALL.into_iter().find(|of| word(*of) == name)
}
