//! How often incidents of all kinds were answered in public, and how long that took.

use demarche_case::assessment::precedents::{
    Delay, EurepocCopy, RateBy, RateRow, RateTable, RepositoryFindings, TypeTable, UNCODED_BEFORE,
};
use maud::{Markup, html};

use super::editions;
use crate::document::Column::{Number, Text};
use crate::number::{count, percent};
use crate::precedents::{days, interval_words, of_words, rate_words};
use crate::text::{NAME, shown};
use crate::writers::table;

/// One section for each copy of EuRepoC.
pub(crate) fn section(repository: &[RepositoryFindings]) -> Markup {
    html! { @for copy in repository { (of_copy(copy)) } }
}

fn of_copy(found: &RepositoryFindings) -> Markup {
    html! {
        section {
            h2 { "Public responses in " (found.copy.word()) }
            (editions(&found.editions))
            @if found.uncoded > 0 {
                p {
                    (count(found.uncoded)) " of " (count(found.incidents)) " incidents began before " (UNCODED_BEFORE)
                    " or at an unknown time. Responses were hardly coded then: that there is none means “not coded”, not “none”, and every share that counts such incidents is too low."
                }
            }
            (expected(found))
            @let (open, folded) = divided(found);
            @for one in open { (rates(one)) }
            @if !folded.is_empty() {
                details {
                    summary { "Other groupings" }
                    @for one in folded { (rates(one)) }
                }
            }
            @if !found.types.is_empty() {
                details {
                    summary { "Responses by type, all years" }
                    @for one in &found.types { (types(one)) }
                }
            }
            (delays(&found.delays))
        }
    }
}

/// The tables that are shown at once, and the others; shares of what nobody coded would only mislead.
fn divided(found: &RepositoryFindings) -> (Vec<&RateTable>, Vec<&RateTable>) {
    let is_coded = !found.expected.is_empty();
    found.tables.iter().partition(|one| is_coded && is_open(found.copy, one))
}

/// Whether a table is shown at once: where both copies have one, that of the dashboard.
fn is_open(copy: EurepocCopy, one: &RateTable) -> bool {
    match one.by {
        RateBy::Intensity => copy == EurepocCopy::Dashboard && one.from.is_some(),
        RateBy::Era | RateBy::Country => copy == EurepocCopy::Dashboard,
        RateBy::GovernmentAttribution => true,
        RateBy::Initiator | RateBy::InitiatorAndIntensity => false,
    }
}

fn expected(found: &RepositoryFindings) -> Markup {
    let rows: Vec<Vec<Markup>> = found
        .expected
        .iter()
        .map(|one| {
            vec![
                html! { (one.response.word()) },
                html! { strong { (one.rate.share().map_or_else(|| "–".to_owned(), percent)) } },
                html! { (interval_words(&one.rate)) },
                html! { (of_words(&one.rate)) },
            ]
        })
        .collect();
    let heads = [Text("Response"), Number("Expected"), Number("95 %"), Number("Counted")];
    html! {
        @if let Some(first) = found.expected.first() {
            (table("What is to be expected", &heads, &rows))
            p class="note" {
                "From " (first.from) " on."
                @if first.is_base_rate { " This is the base rate, which is all there is: narrowed by intensity or states, political responses of 2023 were foretold worse and legal ones hardly better." }
            }
        }
    }
}

fn rates(one: &RateTable) -> Markup {
    let caption = match one.from {
        Some(from) => format!("By {}, from {from} on", one.by.word()),
        None => format!("By {}, all years", one.by.word()),
    };
    let row = |row: &RateRow| {
        let name = shown(&row.group.join(", "), NAME);
        vec![
            html! { @if row.is_asked { strong { (name) } " (asked about)" } @else { (name) } },
            html! { (count(row.any.all)) },
            html! { @if row.uncoded > 0 { (count(row.uncoded)) } @else { "–" } },
            html! { (rate_words(&row.political)) },
            html! { (rate_words(&row.legal)) },
            html! { (row.any.share().map_or_else(|| "–".to_owned(), percent)) },
        ]
    };
    let rows: Vec<Vec<Markup>> = one.rows.iter().map(row).collect();
    let heads = [
        Text("Incidents"),
        Number("Number"),
        Number("Not coded"),
        Number("Political (95 %)"),
        Number("Legal (95 %)"),
        Number("Any"),
    ];
    table(&caption, &heads, &rows)
}

fn types(one: &TypeTable) -> Markup {
    let rows: Vec<Vec<Markup>> = one
        .types
        .iter()
        .map(|kind| vec![html! { (shown(&kind.name, NAME)) }, html! { (count(kind.count)) }])
        .collect();
    table(&format!("By type: {}", one.of.word()), &[Text("Type"), Number("Coded")], &rows)
}

fn delays(delays: &[Delay]) -> Markup {
    let row = |one: &Delay| {
        let mut cells = vec![html! { (one.of.word()) }, html! { (count(one.counted)) }];
        match one.days {
            Some(all) => cells.extend(all.map(|at| html! { (days(at)) })),
            None => cells.extend([0; 4].map(|_| html! { "–" })),
        }
        cells
    };
    let rows: Vec<Vec<Markup>> = delays.iter().map(row).collect();
    let heads = [
        Text("What"),
        Number("Counted"),
        Number("A quarter within"),
        Number("Half within"),
        Number("Three quarters within"),
        Number("Nine tenths within"),
    ];
    table("How long it took", &heads, &rows)
}
