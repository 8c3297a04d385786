//! The options in a table: what each is in law, how often it is open, and how often it comes first.

use demarche_case::Country;
use demarche_case::assessment::response::{OptionFound, RankedOption, ResponseFindings};
use demarche_case::options::Direction;
use maud::{Markup, html};

use super::rest;
use crate::document::Column::{Number, Text};
use crate::number::{fraction, index, length, share};
use crate::response::{
    by_first, first_share, is_open, label, law, law_meaning, points, ranked, valued_in_words,
};
use crate::writers::table;

/// Options in the table and with details of their own; the JSON has all.
pub(crate) const OPTIONS: usize = 60;

/// Addressees named in a cell.
const STATES: usize = 6;

/// Places of the options: those that come first most often, then the others in the order of the catalogue.
pub(crate) fn order(findings: &ResponseFindings) -> Vec<usize> {
    let ranked = by_first(&findings.weighing).into_iter();
    let mut order: Vec<usize> =
        ranked.filter_map(|ranked| findings.position(&ranked.option)).collect();
    let rest: Vec<usize> =
        (0..findings.options.len()).filter(|place| !order.contains(place)).collect();
    order.extend(rest);
    order.truncate(OPTIONS);
    order
}

/// All options, those that come first most often before others.
pub(crate) fn overview(findings: &ResponseFindings) -> Markup {
    let rows: Vec<Vec<Markup>> = order(findings)
        .into_iter()
        .filter_map(|place| Some(row(findings, place, findings.options.get(place)?)))
        .collect();
    let columns = [
        Text("Option"),
        Text("In law"),
        Number("Open, law read permissively / strictly"),
        Number("No graver than allowed"),
        Number("Comes first"),
        Number("All ranks in one"),
        Number("Regret"),
        Text("What one would have to value more than usual"),
    ];
    html! {
        section {
            h2 id="options" { "The options" }
            @if rows.is_empty() {
                p { "There was no option to weigh." }
            } @else {
                p {
                    "Shares are of the worlds drawn; the error of the draws is at most ±" (points(findings.weighing.error)) " points. "
                    "All ranks in one is 1 for an option that always comes first and 0 for one that comes last or is never open. "
                    "Regret is what one loses with an option against whichever does most in each world, in the mean and nine times in ten at most, on a scale from 0 to 1."
                }
                div class="options" { (table("Options, those that come first most often before others", &columns, &rows)) }
                (rest(findings.options.len(), OPTIONS))
            }
        }
    }
}

fn row(findings: &ResponseFindings, place: usize, option: &OptionFound) -> Vec<Markup> {
    let ranked = ranked(findings, option);
    let dash = || html! { "–" };
    let number =
        |text: fn(&RankedOption) -> String| ranked.map_or_else(dash, |one| html! { (text(one)) });
    vec![
        html! {
            a href={ "#option-" (place) } { bdi { (label(option)) } }
            @if let Some(states) = addressees(&option.addressees).filter(|_| option.to != Direction::Transit) { div class="note" { "to " (states) } }
        },
        html! { span title=(law_meaning(option.law)) { (law(option.law)) } },
        html! { (share(option.open[0])) " / " (share(option.open[1])) },
        html! { (share(option.proportional)) },
        html! { strong { (number(|one| share(first_share(one)))) } },
        number(|one| index(one.holistic)),
        number(|one| format!("{} ({})", index(one.regret), index(one.regret_high))),
        valued(findings, option, ranked),
    ]
}

fn valued(
    findings: &ResponseFindings,
    option: &OptionFound,
    ranked: Option<&RankedOption>,
) -> Markup {
    let first = ranked.map_or(0.0, first_share);
    html! {
        @if !is_open(option) { span class="note" { "never open" } }
        @else if fraction(first) <= 0.0 { span class="note" { "never comes first" } }
        @else if let Some(aims) = ranked.and_then(|one| valued_in_words(&findings.weighing, one)) { (aims) }
        @else { "nothing in particular" }
    }
}

/// The states that an option is directed at, counted beyond a few; nothing for none.
pub(crate) fn addressees(states: &[Country]) -> Option<String> {
    let mut names: Vec<String> =
        states.iter().take(STATES).map(|state| crate::words::in_text(*state)).collect();
    let more = states.len().saturating_sub(STATES);
    if more > 0 {
        names.push(format!("{} more", length(more)));
    }
    (!names.is_empty()).then(|| crate::words::listed(&names, "and"))
}
