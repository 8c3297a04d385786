//! One option with everything that is known of it, folded until somebody asks.

use demarche_case::assessment::response::{Cell, Gate, OptionFound, ResponseFindings};
use demarche_case::assessment::routes::RoutesFindings;
use demarche_case::options::{Criterion, Estimate, EstimateBasis, Range};
use maud::{Markup, PreEscaped, html};

use super::options::{addressees, order};
use super::resting::{known_as, norms};
use crate::attribution::capitalised;
use crate::date::date;
use crate::document::Column::{Number, Text};
use crate::item;
use crate::number::share;
use crate::response::{
    amount, amount_between, article, condition, direction, factor, first_share, label, law,
    law_meaning, place, place_between, ranked, reason, thought,
};
use crate::svg;
use crate::text::{NAME, PROSE, shown};
use crate::words::listed;
use crate::writers::table;

/// Maps of refusals on one page; each option's own can be drawn alone.
const MAPS: usize = 4;

/// Each option, in the order of the table.
pub(crate) fn each(findings: &ResponseFindings, routes: Option<&RoutesFindings>) -> Markup {
    let mut maps = 0_usize;
    let mut details = Vec::new();
    for place in order(findings) {
        let Some(option) = findings.options.get(place) else { continue };
        let map = routes.filter(|_| maps < MAPS);
        let map = map.and_then(|routes| svg::svg_of_response_map(routes, findings, place));
        maps = maps.saturating_add(usize::from(map.is_some()));
        details.push(one(findings, place, option, map));
    }
    html! {
        @if !details.is_empty() {
            section {
                h3 { "Each option, and why" }
                @for one in details { (one) }
            }
        }
    }
}

fn one(
    findings: &ResponseFindings,
    place: usize,
    option: &OptionFound,
    map: Option<String>,
) -> Markup {
    let first = ranked(findings, option).map_or(0.0, first_share);
    html! {
        details class="pair" id={ "option-" (place) } {
            summary {
                bdi { (label(option)) }
                span class="note" {
                    " " (law(option.law)) " · open in " (share(option.open[0])) ", read strictly in " (share(option.open[1]))
                    " · first in " (share(first))
                }
            }
            p { (capitalised(law(option.law))) ": " (law_meaning(option.law)) "." (directed(option)) (comes_after(findings, option)) }
            (gates(option))
            (reading_of_law(option))
            (in_words(option))
            (cells(option))
            @if let Some(map) = map {
                figure class="map" {
                    div class="scroll" { (PreEscaped(map)) }
                    figcaption { "Whom the refusal would touch, as far as the routing tables tell: a statement of capability." }
                }
            }
        }
    }
}

fn directed(option: &OptionFound) -> Markup {
    html! {
        " It is directed at "
        @if let Some(states) = addressees(&option.addressees) { (states) } @else { (direction(option.to)) }
        ". It hits at " (place_between(option.gravity)) " on the scale of the injury; in " (share(option.proportional))
        " of worlds that is no graver than the injury and the margin allow."
    }
}

/// What must come before it, by the names of the options.
fn comes_after(findings: &ResponseFindings, option: &OptionFound) -> Markup {
    let names: Vec<String> = option
        .after
        .iter()
        .map(|id| format!("“{}”", findings.option(id).map_or_else(|| shown(id, NAME), label)))
        .collect();
    html! { @if !names.is_empty() { " Before it comes " bdi { (listed(&names, "or")) } "." } }
}

/// What must hold for it, how often it does, and why.
fn gates(option: &OptionFound) -> Markup {
    let rows: Vec<Vec<Markup>> = option.gates.iter().map(gate).collect();
    let columns = [
        Text("What must hold"),
        Number("Read permissively"),
        Number("Read strictly"),
        Text("Why, in this case"),
    ];
    html! {
        @if rows.is_empty() { p class="note" { "Nothing must hold for it." } }
        (table("What must hold, and in how many worlds it does", &columns, &rows))
    }
}

fn gate(gate: &Gate) -> Vec<Markup> {
    let loose = if gate.is_strict_only {
        html! { span class="note" { "not asked for" } }
    } else {
        html! { (share(gate.holds[0])) }
    };
    vec![
        html! { (capitalised(condition(gate.condition))) },
        loose,
        html! { (share(gate.holds[1])) },
        html! { @if let Some(because) = &gate.reason { bdi { (reason(because)) } } },
    ]
}

/// Its norms, how states see it under either reading, and its basis at home.
fn reading_of_law(option: &OptionFound) -> Markup {
    html! {
        @if option.strict.is_some() || option.permissive.is_some() || option.basis.is_some() || !option.articles.is_empty() {
            p class="label" { "In law" }
            @if option.strict.is_some() || option.permissive.is_some() || option.basis.is_some() {
                dl class="caveats" {
                    @if let Some(basis) = &option.basis {
                        dt { "Basis at home" }
                        dd { bdi { (article(&basis.cite).0) } ", in force since " (date(basis.since)) }
                    }
                    @if let Some(text) = &option.permissive { dt { "Read permissively" } dd { bdi { (shown(text, PROSE)) } } }
                    @if let Some(text) = &option.strict { dt { "Read strictly" } dd { bdi { (shown(text, PROSE)) } } }
                }
            }
            (norms(&option.articles))
        }
    }
}

/// What it takes, how it can be taken back, and what it would cost others.
fn in_words(option: &OptionFound) -> Markup {
    let parts = [
        ("Whose cooperation it needs", &option.cooperation),
        ("How it can be taken back", &option.reversible),
        ("What evidence it would expose", &option.exposes),
        ("What it would cost third parties", &option.third_parties),
    ];
    html! {
        p class="label" { "In practice" }
        dl class="caveats" {
            @for (name, text) in parts {
                @let text = shown(text, PROSE);
                dt { (name) }
                dd { @if text.is_empty() { "not said" } @else { bdi { (text) } } }
            }
        }
    }
}

/// What is known of it by each criterion.
fn cells(option: &OptionFound) -> Markup {
    let rows: Vec<Vec<Markup>> = option.cells.iter().map(cell).collect();
    let columns =
        [Text("Criterion"), Number("Over all worlds"), Number("5th to 95th"), Text("Known from")];
    let caption =
        "By each criterion: the mean and the range over all worlds, from 0 to 1, time in days";
    html! { div class="known" { (table(caption, &columns, &rows)) } }
}

fn cell(cell: &Cell) -> Vec<Markup> {
    let [low, mean, high] = cell.range;
    let name = capitalised(cell.criterion.words());
    let sign = if cell.criterion.is_benefit() { "speaks for it" } else { "speaks against it" };
    let known = cell.estimate.as_ref().filter(|one| !is_unknown(one));
    vec![
        html! { (name) div class="note" { (sign) } },
        html! { (amount(mean, cell.criterion)) },
        html! { (ends(low, high, cell.criterion)) },
        match known {
            Some(estimate) => known_from(estimate, cell.criterion),
            None => unknown(cell),
        },
    ]
}

/// `0.10 to 0.60`, `2 to 60`.
fn ends(low: f64, high: f64, criterion: Criterion) -> String {
    if criterion == Criterion::Speed {
        return format!("{} to {}", place(low), place(high));
    }
    format!("{} to {}", amount(low, criterion), amount(high, criterion))
}

fn is_unknown(estimate: &Estimate) -> bool {
    matches!(estimate.range, Range::Unknown) || estimate.basis == EstimateBasis::Unknown
}

fn known_from(estimate: &Estimate, criterion: Criterion) -> Markup {
    let told = match estimate.range {
        Range::Between(ends) => amount_between(ends, criterion),
        other @ (Range::Counted(..) | Range::Unknown) => thought(other, criterion),
    };
    html! {
        (known_as(estimate.basis)) " " (told)
        @if let Some(times) = estimate.times { ", times " (factor(times)) }
        div class="note" { bdi { (item::source(&estimate.source)) } }
    }
}

/// What nobody knows, as what it is; a factor of the case still bounds it.
fn unknown(cell: &Cell) -> Markup {
    html! {
        (known_as(EstimateBasis::Unknown)) " "
        em { (thought(Range::Unknown, cell.criterion)) }
        @if let Some(estimate) = &cell.estimate {
            @if let Some(times) = estimate.times { ", times " (factor(times)) }
            div class="note" { bdi { (item::source(&estimate.source)) } }
        }
    }
}
