//! The record that the evidence was compared with: previous attacks, overlaps, hunt leads, the record itself and the parameters.

use demarche_case::Case;
use demarche_case::assessment::attribution::{AttributionFindings, HuntLead, Overlap, Precedent};
use maud::{Markup, html};

use super::{ROWS, rest, sources};
use crate::attribution::{basis, by_rank, name, title};
use crate::date::date_if_known;
use crate::document::Column::{Number, Text};
use crate::number::{count, counted, setting};
use crate::text::{NAME, PROSE, shown};
use crate::words::attribution::{parameter, parameter_source};
use crate::words::{in_text, listed};
use crate::writers::{marked_up, table};

/// The attacks of the past that are cited, each with its sources.
pub(crate) fn precedents(findings: &AttributionFindings, case: &Case) -> Markup {
    html! {
        @if !findings.precedents.is_empty() {
            section {
                h2 id="precedents" { "Previous attacks" }
                p { "Who did them is what the cited sources say; rival claims stand side by side." }
                ol class="items" {
                    @for entry in findings.precedents.iter().take(ROWS) { (precedent(entry, case)) }
                }
                (rest(findings.precedents.len()))
            }
        }
    }
}

fn precedent(one: &Precedent, case: &Case) -> Markup {
    let actors: Vec<String> = one.actors.iter().take(6).map(|actor| shown(actor, NAME)).collect();
    let states: Vec<String> = one.states.iter().take(6).map(|state| in_text(*state)).collect();
    let ties: Vec<String> = one.ties.iter().take(6).map(crate::words::attribution::tie).collect();
    let name = shown(&one.name, NAME);
    html! {
        li class="item" {
            h3 { bdi { @if name.is_empty() { (shown(&one.attack.to_string(), NAME)) } @else { (name) } } }
            p { bdi { @if ties.is_empty() { "No tie is given." } @else { "Tied to this case by " (listed(&ties, "and")) "." } } }
            p class="meta" {
                span { (date_if_known(one.began)) }
                span class="mono" { bdi { (shown(&one.attack.to_string(), NAME)) } }
                @if !actors.is_empty() { span { "attributed to " bdi { (listed(&actors, "or")) } } }
                @if !states.is_empty() { span { "acting for " (listed(&states, "or")) } }
            }
            @if !one.evidence.is_empty() {
                p class="meta" {
                    span {
                        "Items: "
                        @for (index, id) in one.evidence.iter().take(8).enumerate() {
                            @if index > 0 { "; " }
                            @if case.evidence(id).is_some() { a href={ "#e-" (id) } { bdi { (title(case, id)) } } } @else { (id) }
                        }
                    }
                }
            }
            (sources(&one.sources))
        }
    }
}

/// How much of each actor's known behaviour was seen.
pub(crate) fn overlaps(findings: &AttributionFindings) -> Markup {
    let rows: Vec<Vec<Markup>> = findings.overlaps.iter().take(ROWS).map(overlap).collect();
    let columns =
        [Text("Actor"), Number("Techniques seen"), Number("Software seen"), Text("Which")];
    html! {
        @if !rows.is_empty() {
            section {
                h2 id="overlaps" { "Reverse scoring" }
                p {
                    "How much of what each actor is known for was seen here, as n of m. "
                    "It is a count and no probability: a large repertoire overlaps with every attack, and what everybody uses tells nothing."
                }
                (table("Overlap with what is known of each actor", &columns, &rows))
                (rest(findings.overlaps.len()))
            }
        }
    }
}

fn overlap(one: &Overlap) -> Vec<Markup> {
    let techniques: Vec<String> = one.techniques.iter().map(ToString::to_string).collect();
    let software: Vec<String> = one.software.iter().map(|name| shown(name, NAME)).collect();
    let seen = |seen: usize, known: u64| {
        format!("{} of {}", count(u64::try_from(seen).unwrap_or(u64::MAX)), count(known))
    };
    let actor = shown(&one.name, NAME);
    vec![
        html! { bdi { (actor) } div class="note mono" { bdi { (shown(&one.actor.to_string(), NAME)) } } },
        html! { (seen(techniques.len(), one.techniques_known)) },
        html! { (seen(software.len(), one.software_known)) },
        html! {
            @if !software.is_empty() { bdi { (software.join(", ")) } }
            @if !techniques.is_empty() { div class="note mono" { (techniques.join(" ")) } }
        },
    ]
}

/// Where to look next.
pub(crate) fn hunt_leads(findings: &AttributionFindings) -> Markup {
    let rows: Vec<Vec<Markup>> = findings.hunt_leads.iter().take(ROWS).map(hunt_lead).collect();
    let columns = [
        Text("Technique"),
        Text("Name"),
        Number("Other actors known for it"),
        Text("Who says that this one uses it"),
    ];
    let whose = by_rank(findings).first().and_then(|by_rank| findings.hypotheses.get(*by_rank));
    html! {
        @if !rows.is_empty() {
            section {
                h2 id="hunt" { "Hunt leads" }
                p {
                    strong { "Where to look, not evidence of absence. " }
                    "Techniques that the leading actor of the record is known for and that were not seen here; those come first that tell most."
                    @if let Some(whose) = whose { " The leading hypothesis is " bdi { (name(whose)) } "." }
                }
                (table("Techniques to look for", &columns, &rows))
                (rest(findings.hunt_leads.len()))
            }
        }
    }
}

fn hunt_lead(one: &HuntLead) -> Vec<Markup> {
    vec![
        html! { span class="mono" { (one.technique) } },
        html! { bdi { (shown(&one.name, NAME)) } },
        html! { (count(one.others)) },
        sources(&one.sources),
    ]
}

/// What the judgement was compared with, what it cannot know, and every parameter.
pub(crate) fn record(findings: &AttributionFindings) -> Markup {
    let used = &findings.record;
    let editions: Vec<Vec<Markup>> = used
        .editions
        .iter()
        .map(|edition| {
            vec![
                html! { bdi class="mono" { (shown(&edition.name, NAME)) } },
                html! { (date_if_known(edition.date)) },
                html! { bdi { (shown(&edition.licence, PROSE)) } },
                html! { span class="mark" { (edition.tlp) } },
            ]
        })
        .collect();
    let columns = [Text("Edition"), Text("Issued"), Text("Terms"), Text("Marking")];
    html! {
        section {
            h2 id="record" { "What it was compared with" }
            p {
                "The record of previous attacks had " (counted(used.actors, "actor", "actors")) ", "
                (counted(used.attacks, "attack", "attacks")) " and "
                (counted(used.uses, "claim", "claims")) " that somebody used something."
            }
            (table("Editions of the record, with their terms", &columns, &editions))
            @if !findings.caveats.is_empty() {
                h3 { "What this judgement cannot know or may have wrong" }
                ul { @for caveat in &findings.caveats { li { bdi { (marked_up(&crate::words::attribution::caveat(caveat))) } } } }
            }
            (parameters(findings))
        }
    }
}

fn parameters(findings: &AttributionFindings) -> Markup {
    let rows: Vec<Vec<Markup>> = findings
        .parameters
        .iter()
        .map(|entry| {
            vec![
                html! { (parameter(entry.name)) },
                html! { (setting(entry.value)) },
                html! { (setting(entry.low)) " to " (setting(entry.high)) },
                html! { (basis(entry.basis)) },
                html! { (marked_up(parameter_source(entry.name))) },
            ]
        })
        .collect();
    let columns = [
        Text("Parameter"),
        Number("Value"),
        Number("Varied"),
        Text("How it was set"),
        Text("From"),
    ];
    html! {
        @if !rows.is_empty() {
            details {
                summary { "Every parameter that the figures depend on (" (counted(u64::try_from(rows.len()).unwrap_or(u64::MAX), "parameter", "parameters")) ")" }
                (table("Parameters", &columns, &rows))
            }
        }
    }
}
