//! The matrix of hypotheses and evidence, and how each item comes to its weight.

use demarche_case::Case;
use demarche_case::assessment::attribution::{AttributionFindings, WeighedItem};
use maud::{Markup, PreEscaped, html};

use super::sources;
use crate::attribution::{
    aspect, by_rank, columns, forgeability, inconsistency, name, title, weighs, weight_for,
};
use crate::document::Column::{Number, Text};
use crate::item::source;
use crate::number::{index, length, nats};
use crate::svg;
use crate::words::attribution::item_reason;
use crate::writers::{marked_up, table};

/// Hypotheses in the matrix; the JSON has all.
const MOST: usize = 8;

pub(crate) fn matrix(findings: &AttributionFindings, case: &Case) -> Markup {
    if findings.items.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 id="matrix" { "Hypotheses against evidence" }
            p {
                "Each number is the logarithm of a likelihood ratio, in nats: how much better the hypothesis explains the item than an actor outside the record does. "
                "The hypotheses stand in the order of what speaks against them, least first: a hypothesis is judged by what refutes it, for much evidence fits many (Heuer, 1999, chapter 8)."
            }
            figure {
                div class="scroll" tabindex="0" { (PreEscaped(svg::svg_of_matrix(findings, case))) }
                figcaption { "The last column is the diagnosticity. An item that fits all hypotheses equally has none, however certain the item is." }
            }
            details {
                summary { "The same as a table" }
                (numbers(findings, case))
            }
            (items(findings, case))
        }
    }
}

/// The matrix for those who cannot see the figure, or who copy from it.
fn numbers(findings: &AttributionFindings, case: &Case) -> Markup {
    let shown = columns(findings, MOST);
    let heads: Vec<String> = shown
        .iter()
        .map(|shown| findings.hypotheses.get(*shown).map(name).unwrap_or_default())
        .collect();
    html! {
        div class="scroll" tabindex="0" {
            table {
                caption { "Weights in nats" }
                thead { tr { th scope="col" { "Evidence" } @for head in &heads { th scope="col" class="n" { bdi { (head) } } } } }
                tbody {
                    @for item in &findings.items {
                        tr {
                            th scope="row" { bdi { (title(case, &item.evidence)) } }
                            @for position in &shown { td class="n" { (nats(weight_for(item, *position))) } }
                        }
                    }
                    tr {
                        th scope="row" { strong { "All that speaks against it" } }
                        @for position in &shown { td class="n" { strong { (nats(inconsistency(findings, *position))) } } }
                    }
                }
            }
        }
    }
}

/// How each item comes to its weight.
fn items(findings: &AttributionFindings, case: &Case) -> Markup {
    let leader = by_rank(findings).first().copied();
    let (weighty, light): (Vec<_>, Vec<_>) = findings.items.iter().partition(|item| weighs(item));
    let rows = |items: Vec<&WeighedItem>| -> Vec<Vec<Markup>> {
        items.into_iter().map(|item| one_item(item, leader, case)).collect()
    };
    let nothing = light.len();
    let columns = [
        Text("Evidence, what it matched, and the sources"),
        Text("About"),
        Text("What it would take to plant it"),
        Number("Planted"),
        Number("Bound, nats"),
        Number("Relia\u{AD}bility"),
        Number("Discount"),
        Number("Diagnosticity"),
        Number("For the first"),
    ];
    let first = leader.and_then(|leader| findings.hypotheses.get(leader)).map(name);
    html! {
        h3 { "How each item comes to its weight" }
        p {
            "Planted: the probability that somebody planted it, from 0 to 1. Bound: the most that it can weigh then. "
            "Reliability: the factor for the grade of its source. Discount: the factor for what it shares with the other items of its cluster, which stand and fall together. "
            @if let Some(first) = first { "The last column is its weight for " bdi { (first) } ", in nats." }
        }
        div class="weights" { (table("Items of evidence and their weights", &columns, &rows(weighty))) }
        @if nothing > 0 {
            details {
                summary { (length(nothing)) @if nothing == 1 { " item weighs" } @else { " items weigh" } " nothing for anybody, and why" }
                div class="weights" { (table("Items of evidence that weigh nothing", &columns, &rows(light))) }
            }
        }
    }
}

fn one_item(item: &WeighedItem, leader: Option<usize>, case: &Case) -> Vec<Markup> {
    let known = case.evidence(&item.evidence);
    let cluster = crate::words::attribution::cluster(&item.cluster);
    vec![
        html! {
            @if known.is_some() {
                a href={ "#e-" (item.evidence) } { bdi { (title(case, &item.evidence)) } }
            } @else {
                bdi { (title(case, &item.evidence)) }
            }
            @for reason in &item.reasons { div class="note" { bdi { (marked_up(&item_reason(reason))) } } }
            @if let Some(known) = known { div class="note" { "Reported by: " bdi { (source(&known.source)) } ", grade " (known.grade) } }
            @if !cluster.is_empty() { div class="note" { "Cluster: " bdi { (cluster) } } }
            (sources(&item.sources))
        },
        html! { (aspect(item.aspect)) },
        html! { (forgeability(item.forgeability)) },
        html! { (index(item.planted)) },
        html! { (index(item.bound.nats())) },
        html! { (index(item.reliability)) },
        html! { (index(item.discount)) },
        html! { (index(item.diagnosticity)) },
        html! { strong { (leader.map_or_else(|| "–".to_owned(), |leader| nats(weight_for(item, leader)))) } },
    ]
}
