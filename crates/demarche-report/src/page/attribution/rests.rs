//! What the judgement rests on, and what would change it.

use demarche_case::Case;
use demarche_case::assessment::attribution::{AttributionFindings, Likelihood, Sensitivity};
use maud::{Markup, PreEscaped, html};

use super::{ROWS, rest};
use crate::attribution::{leading, leads_name, moved, withheld_in_full, without};
use crate::document::Column::{Number, Text};
use crate::number::{chance, length};
use crate::svg;
use crate::text::{NAME, shown};
use crate::words::listed;
use crate::writers::{marked_up, table};

/// Parts named that would change the judgement, the strongest first; the table has more.
const MOST: usize = 6;

pub(crate) fn rests(findings: &AttributionFindings, case: &Case) -> Markup {
    html! {
        section {
            h2 id="rests" { "What the judgement rests on" }
            @if !findings.sensitivity.is_empty() {
                figure { div class="scroll" tabindex="0" { (PreEscaped(svg::svg_of_sensitivity(findings, case))) } }
                (parts(findings, case))
            }
            h3 { "What would change it" }
            ul { @for change in changes(findings, case) { li { bdi { (marked_up(&change)) } } } }
            @if findings.withheld.is_none() {
                h3 { "Confidence" }
                p { bdi { (marked_up(&crate::attribution::confidence(&findings.confidence, "this"))) } }
            }
        }
    }
}

fn parts(findings: &AttributionFindings, case: &Case) -> Markup {
    let rows: Vec<Vec<Markup>> = findings
        .sensitivity
        .iter()
        .take(ROWS)
        .map(|part| {
            let then = match &part.leads {
                Some(then) if findings.leads.as_ref() == Some(then) => "the same".to_owned(),
                Some(then) => leads_name(findings, then),
                None => "nobody".to_owned(),
            };
            let leading = part.leading.unwrap_or_default();
            vec![
                html! { bdi { (without(part, case)) } },
                html! { strong { (chance(leading)) } },
                html! { (Likelihood::of(leading).words()) },
                html! { bdi { (then) } },
            ]
        })
        .collect();
    let columns = [Text("Without"), Number("The leader"), Text("In words"), Text("Who leads then")];
    html! {
        (table("The judgement without a part of the evidence, the strongest part first", &columns, &rows))
        (rest(findings.sensitivity.len()))
    }
}

/// What would change the analyst's mind: parts that turn out wrong, and evidence that could still be found.
fn changes(findings: &AttributionFindings, case: &Case) -> Vec<String> {
    let mut changes = match &findings.withheld {
        Some(none) => withheld_in_full(none, findings, case).into_iter().skip(1).collect(),
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
    let Some((leads, chance)) = leading(findings, &findings.as_reported) else {
        return Vec::new();
    };
    let words = Likelihood::of(chance.estimate);
    let flips = |part: &&Sensitivity| part.leads.as_ref() != Some(leads);
    let drops = |part: &&Sensitivity| {
        !flips(part) && Likelihood::of(part.leading.unwrap_or_default()) < words
    };
    let mut changes: Vec<String> = findings
        .sensitivity
        .iter()
        .filter(flips)
        .chain(findings.sensitivity.iter().filter(drops))
        .take(MOST)
        .filter_map(|part| {
            let moved = moved(findings, part)?;
            let after = Likelihood::of(part.leading.unwrap_or_default());
            let words = if after == words {
                String::new()
            } else {
                format!(": “{}” instead of “{}”", after.words(), words.words())
            };
            let part = without(part, case);
            Some(format!("If {part} turns out to be wrong, {moved}{words}."))
        })
        .collect();
    if changes.is_empty() {
        changes.push(format!(
            "No single part of the evidence would: without any one item, cluster, aspect or source, {} still leads, in the same words.",
            leads_name(findings, leads)
        ));
    }
    if let Some(other) = &findings.balance.gains_if_planted {
        changes.push(format!(
            "Proof that the forgeable evidence was planted: then {} leads.",
            leads_name(findings, other)
        ));
    }
    changes
}
