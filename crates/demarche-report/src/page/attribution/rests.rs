//! What the judgement rests on, and what would change it.

use demarche_case::Case;
use demarche_case::assessment::attribution::{AttributionFindings, Likelihood, Sensitivity};
use maud::{Markup, PreEscaped, html};

use super::{ROWS, rest};
use crate::attribution::{capitalised, leader, moved, name, withheld, without};
use crate::document::Column::{Number, Text};
use crate::number::{chance, length};
use crate::svg;
use crate::text::{NAME, shown};
use crate::words::listed;
use crate::writers::table;

/// Parts named that would change the judgement, the strongest first; the table has more.
const MOST: usize = 6;

pub(crate) fn rests(findings: &AttributionFindings, case: &Case) -> Markup {
    let has_figure = if findings.withheld.is_some() {
        !findings.items.is_empty()
    } else {
        !findings.sensitivity.is_empty()
    };
    html! {
        section {
            h2 id="rests" { "What the judgement rests on" }
            @if has_figure {
                figure { div class="scroll" { (PreEscaped(svg::svg_of_sensitivity(findings, case))) } }
            }
            @if findings.withheld.is_none() { (parts(findings, case)) }
            h3 { "What would change it" }
            ul { @for change in changes(findings, case) { li { bdi { (change) } } } }
            h3 { "Confidence" }
            p { bdi { (crate::attribution::confidence(&findings.confidence, "this")) } }
        }
    }
}

fn parts(findings: &AttributionFindings, case: &Case) -> Markup {
    let Some((ranked, _)) = leader(findings, &findings.as_reported) else { return html! {} };
    let rows: Vec<Vec<Markup>> = findings
        .sensitivity
        .iter()
        .take(ROWS)
        .map(|one| {
            let other = findings.hypothesis(&one.leader).map(name).unwrap_or_default();
            vec![
                html! { bdi { (without(one, case)) } },
                html! { strong { (chance(one.leading.unwrap_or_default())) } },
                html! { (Likelihood::of(one.leading.unwrap_or_default()).words()) },
                html! { (one.leading_state.map_or_else(|| "–".to_owned(), chance)) },
                html! { @if one.leader == ranked.hypothesis { "the same" } @else { bdi { (other) } } },
            ]
        })
        .collect();
    let columns = [
        Text("Without"),
        Number("The leading hypothesis"),
        Text("In words"),
        Number("The leading state"),
        Text("Who leads then"),
    ];
    html! {
        (table("The judgement without a part of the evidence, the strongest part first", &columns, &rows))
        (rest(findings.sensitivity.len()))
    }
}

/// What would change the analyst's mind: parts that turn out wrong, and evidence that could still be found.
fn changes(findings: &AttributionFindings, case: &Case) -> Vec<String> {
    let mut changes = match &findings.withheld {
        Some(none) => withheld(none, findings).into_iter().skip(1).collect(),
        None => overturns(findings, case),
    };
    let leads: Vec<String> = findings
        .hunt_leads
        .iter()
        .take(5)
        .map(|lead| format!("{} {}", lead.technique, shown(&lead.name, NAME)))
        .collect();
    if !leads.is_empty() {
        changes.push(format!(
            "Techniques of the leading actor that were not seen, if they are found: {}.",
            listed(&leads, "or")
        ));
    }
    let nothing = findings.items.iter().filter(|item| item.reliability <= 0.0).count();
    if nothing > 0 {
        changes.push(format!(
            "A better source for what counts for nothing because of its grade: {} {}.",
            length(nothing),
            if nothing == 1 { "item" } else { "items" }
        ));
    }
    changes
}

/// The parts without which another leads, or the words for the leading hypothesis change.
fn overturns(findings: &AttributionFindings, case: &Case) -> Vec<String> {
    let Some((ranked, hypothesis)) = leader(findings, &findings.as_reported) else {
        return Vec::new();
    };
    let words = Likelihood::of(ranked.chance().estimate);
    let flips = |one: &&Sensitivity| one.leader != ranked.hypothesis;
    let drops =
        |one: &&Sensitivity| !flips(one) && Likelihood::of(one.leading.unwrap_or_default()) < words;
    let mut changes: Vec<String> = findings
        .sensitivity
        .iter()
        .filter(flips)
        .chain(findings.sensitivity.iter().filter(drops))
        .take(MOST)
        .filter_map(|one| {
            let part = capitalised(&without(one, case));
            let moved = moved(findings, one)?;
            let after = Likelihood::of(one.leading.unwrap_or_default());
            let words = if after == words {
                String::new()
            } else {
                format!(": “{}” instead of “{}”", after.words(), words.words())
            };
            let turn = if one.items.len() == 1 { "turns" } else { "turn" };
            Some(format!("{part} {turn} out to be wrong: then {moved}{words}."))
        })
        .collect();
    if changes.is_empty() {
        changes.push(format!(
            "No single part of the evidence does: without any one item, cluster, aspect or source, {} still leads, in the same words.",
            name(hypothesis)
        ));
    }
    if let Some((after, other)) = leader(findings, &findings.if_planted)
        && after.hypothesis != ranked.hypothesis
    {
        changes.push(format!(
            "Proof that the forgeable evidence was planted: then {} leads.",
            name(other)
        ));
    }
    changes
}
