//! The basis of the weighing: how grave the attack was, what the law asks, and what must be known.

use demarche_case::assessment::response::{
    AskingUsed, Degree, Injury, LegalQuestion, ResponseFindings,
};
use demarche_case::options::{EstimateBasis, Fact};
use maud::{Markup, PreEscaped, html};

use super::rest;
use crate::attribution::capitalised;
use crate::document::Column::{Number, Text};
use crate::item;
use crate::number::{chance, chances};
use crate::response::{
    article, asked_for, basis, condition, degree_words, issue, place, place_between, reason, step,
};
use crate::svg;
use crate::writers::table;

/// Rows of a table on the page; the JSON has all.
const ROWS: usize = 60;

/// The gravity of the attack, on three scales of others, with the steps that led there.
pub(crate) fn injury(injury: &Injury) -> Markup {
    let scales = [
        ("Dyadic Cyber Incident and Campaign Data, severity", &injury.dcid),
        ("European Repository of Cyber Incidents, weighted intensity", &injury.eurepoc),
        ("Cyber incident severity schema (PPD-41)", &injury.schema),
    ];
    html! {
        section {
            h2 id="injury" { "How grave it was" }
            p { "Three scales of others, each with its own rule; none is our own. What a response may be is measured on the first." }
            figure { div class="scroll" { (PreEscaped(svg::svg_of_injury(injury))) } }
            @for (name, degree) in scales { (scale(name, degree)) }
        }
    }
}

fn scale(name: &str, degree: &Degree) -> Markup {
    html! {
        details {
            summary {
                (name) ": " (place_between(degree.range)) " of " (place(degree.most))
            }
            p { bdi { (capitalised(&degree_words(degree))) } }
            @if degree.steps.is_empty() {
                p class="note" { "No step of the rule was recorded." }
            } @else {
                ol class="sets" { @for taken in &degree.steps { li { bdi { (step(degree.scale, taken)) } } } }
            }
        }
    }
}

/// The questions of international law, with the norms that bear on each.
pub(crate) fn law(questions: &[LegalQuestion]) -> Markup {
    html! {
        @if !questions.is_empty() {
            section {
                h2 id="law" { "What the law asks" }
                p {
                    "States read the law differently, so that a chance stands under each reading. "
                    "Where the law is read permissively, sovereignty is no rule of its own in networks, and acting for a state ties to it. "
                    "Where it is read strictly, sovereignty is a rule, effective control must be shown, and only the injured state may answer. A call to cease comes before a countermeasure under both."
                }
                @for question in questions.iter().take(ROWS) { (question_of_law(question)) }
                (rest(questions.len(), ROWS))
            }
        }
    }
}

fn question_of_law(question: &LegalQuestion) -> Markup {
    html! {
        div class="item" {
            h3 { (issue(question.issue)) }
            @if let Some(answer) = &question.reason { p { bdi { (reason(answer)) } } }
            @if let Some([permissive, strict]) = question.chance {
                p class="meta" {
                    span { "Read permissively " b { (probable(permissive)) } }
                    span { "Read strictly " b { (probable(strict)) } }
                }
            }
            (norms(&question.norms))
        }
    }
}

/// Norms with where they stand, what they say, and where states differ; what is no norm of the table stands as it is.
pub(crate) fn norms(cited: &[String]) -> Markup {
    html! {
        @if !cited.is_empty() {
            ul class="sources" {
                @for one in cited.iter().take(ROWS) {
                    @let (cite, says) = article(one);
                    li {
                        bdi { b { (cite) } }
                        @if let Some((says, differ)) = says {
                            ": " (says)
                            @if let Some(differ) = differ { " " em { (differ) } }
                        }
                    }
                }
            }
        }
    }
}

/// `46 % (30–60 %)`.
fn probable([low, middle, high]: [f64; 3]) -> String {
    if high <= 0.0 {
        return "0\u{a0}%".to_owned();
    }
    let (alone, range) = (chance(middle), chances(low, high));
    if alone == range { alone } else { format!("{alone} ({range})") }
}

/// The sort of knowledge, and who says so; a judgement and what is unknown stand out.
pub(crate) fn knowledge(of: EstimateBasis, from: &str) -> Markup {
    html! {
        (known_as(of)) " "
        span class="note" { bdi { (from) } }
    }
}

/// The sort of knowledge as a label.
pub(crate) fn known_as(of: EstimateBasis) -> Markup {
    let class = match of {
        EstimateBasis::Reckoned | EstimateBasis::Counted | EstimateBasis::Cited => "basis",
        EstimateBasis::Judgement | EstimateBasis::Unknown => "basis soft",
    };
    html! { span class=(class) { (basis(of)) } }
}

/// The facts that simulations draw, and the record of requests that were met.
pub(crate) fn facts(findings: &ResponseFindings) -> Markup {
    let facts: Vec<Vec<Markup>> = findings.facts.iter().take(ROWS).map(fact).collect();
    let asking: Vec<Vec<Markup>> = findings.asking.iter().take(ROWS).map(asked).collect();
    let fact_columns = [
        Text("What must hold"),
        Number("Read permissively"),
        Number("Read strictly"),
        Text("Known from"),
    ];
    let asked_columns = [
        Text("State"),
        Text("Asked for"),
        Number("Met, of its own"),
        Number("Met, of anybody’s"),
        Number("Chance that it agrees"),
        Text("Known from"),
    ];
    html! {
        @if !facts.is_empty() || !asking.is_empty() {
            section {
                h2 id="facts" { "What must be known" }
                p { "Each world is drawn from these chances; options share a world, so that none is compared under an attribution of its own. A figure here is the likeliest of its range; how often a condition holds at an option is the mean over the whole range, and where that is lopsided the two differ." }
                div class="known" { (table("Conditions: how probable each is, with its range", &fact_columns, &facts)) }
                (rest(findings.facts.len(), ROWS))
                div class="known" { (table("Requests of the past and how they ended; those to anybody count as four to the state itself", &asked_columns, &asking)) }
                (rest(findings.asking.len(), ROWS))
            }
        }
    }
}

fn fact(fact: &Fact) -> Vec<Markup> {
    vec![
        html! { (capitalised(condition(fact.condition))) },
        html! { (probable(fact.permissive)) },
        html! { (probable(fact.strict)) },
        knowledge(fact.basis, &reason(&fact.reason)),
    ]
}

fn asked(asking: &AskingUsed) -> Vec<Markup> {
    let met = |[met, all]: [f64; 2]| format!("{} of {}", place(met), place(all));
    vec![
        html! { (asking.state.label()) },
        html! { (asked_for(asking.of)) },
        html! { (met(asking.own)) },
        html! { (met(asking.anybody)) },
        html! { (probable(asking.chance)) },
        html! {
            (known_as(asking.basis))
            ul class="sources" { @for source in &asking.sources { li { bdi { (item::source(source)) } } } }
        },
    ]
}
