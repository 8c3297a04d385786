//! How the options compare: effect against harm, values, other assumptions, packages, and what it is worth to know.

use demarche_case::assessment::response::{Package, ResponseFindings, Variant};
use maud::{Markup, PreEscaped, html};

use super::options::order;
use super::rest;
use crate::attribution::capitalised;
use crate::document::Column::{Number, Text};
use crate::number::{fraction, index, length, share, word};
use crate::response::{
    evidence, in_turn, inaction, label, points, quoted, reading, unknown, weights,
};
use crate::svg;
use crate::writers::table;

/// Rows of a table on the page; the JSON has all.
const ROWS: usize = 20;

/// Options that are compared one by one; the JSON has all.
const PAIRED: usize = 12;

/// Sets of assumptions that are shown.
const VARIANTS: usize = 16;

/// Effect on the ongoing harm against harm to third parties.
pub(crate) fn trade_off(findings: &ResponseFindings) -> Markup {
    html! {
        @if !findings.weighing.ranked.is_empty() {
            section {
                h2 id="trade-off" { "Effect against harm to third parties" }
                figure {
                    div class="scroll" { (PreEscaped(svg::svg_of_trade_off(findings))) }
                    figcaption {
                        "A dot is the mean over all worlds, the ellipse one standard deviation around it; to the right is more effect, upwards more harm. "
                        "Options that are never open are left out."
                    }
                }
            }
        }
    }
}

/// The mean weights under which each option comes first.
pub(crate) fn values(findings: &ResponseFindings) -> Markup {
    html! {
        @if !findings.weighing.ranked.is_empty() {
            section {
                h2 id="values" { "What one would have to value" }
                figure {
                    div class="scroll" { (PreEscaped(svg::svg_of_central_weights(findings))) }
                    figcaption {
                        "The mean of the weights under which an option comes first, in per cent. "
                        "Blue is more than the criterion has in the mean of all draws, brown less. "
                        "The last column is how often the option comes first under just these weights."
                    }
                }
            }
        }
    }
}

/// How often one option is better than another: a table of those that come first most often.
pub(crate) fn pairs(findings: &ResponseFindings) -> Markup {
    let weighing = &findings.weighing;
    let mut ranked: Vec<usize> = (0..weighing.ranked.len().min(weighing.better.len())).collect();
    let first =
        |place: &usize| weighing.ranked[*place].ranks.first().copied().map_or(0.0, fraction);
    ranked.sort_by(|left, right| first(right).total_cmp(&first(left)));
    ranked.truncate(PAIRED);
    let name = |place: usize| findings.option(&weighing.ranked[place].option).map(label);
    let better = |one: usize, other: usize| {
        weighing.better[one]
            .get(other)
            .map_or_else(|| "–".to_owned(), |often| share(fraction(*often)))
    };
    html! {
        @if ranked.len() > 1 {
            section {
                h2 id="pairs" { "One against another" }
                div class="scroll" {
                    table class="variants" {
                        caption { "How often the option of the row is better than that of the column, in per cent of draws; an option that is open is better than one that is not" }
                        thead { tr { th scope="col" { "Option" } @for (number, _) in (1..).zip(&ranked) { th scope="col" { (number) } } } }
                        tbody {
                            @for (number, one) in (1_u64..).zip(&ranked) {
                                tr {
                                    th scope="row" { (number) " · " bdi { (name(*one).unwrap_or_default()) } }
                                    @for other in &ranked {
                                        td class="number" { @if one == other { "–" } @else { (better(*one, *other)) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Who comes first under other weights, readings and judgements.
pub(crate) fn variants(findings: &ResponseFindings) -> Markup {
    let shown: Vec<&Variant> = findings.variants.iter().take(VARIANTS).collect();
    let places: Vec<usize> = order(findings)
        .into_iter()
        .filter(|place| shown.iter().any(|one| first_of(one, *place) > 0.0))
        .collect();
    html! {
        @if !shown.is_empty() {
            section {
                h2 id="variants" { "Under other assumptions" }
                p { "How often each option comes first if one draws weights in another way, reads the law in another way, takes all that can easily be forged as planted, or leaves out doing nothing. ◆ marks who leads." }
                div class="scroll" {
                    table class="variants" {
                        caption { "Who comes first under each set of assumptions, in per cent of draws; options that never come first are left out" }
                        (heads(&shown))
                        tbody {
                            @for place in &places {
                                tr {
                                    th scope="row" { bdi { (findings.options.get(*place).map(label).unwrap_or_default()) } }
                                    @for one in &shown { (variant_cell(one, *place, findings.options.len())) }
                                }
                            }
                        }
                    }
                }
                (rest(findings.variants.len(), VARIANTS))
            }
        }
    }
}

/// What each column assumes, a row for each kind of assumption; neighbours that assume the same share a cell.
fn heads(shown: &[&Variant]) -> Markup {
    let weighed = |one: &Variant| one.assumed.weights;
    let read = |one: &Variant| (one.assumed.weights, one.assumed.reading);
    html! {
        thead {
            tr { th scope="row" { "Weights" } @for (one, wide) in groups(shown, weighed) { (head(weights(one.assumed.weights), wide)) } }
            tr { th scope="row" { "The law is read" } @for (one, wide) in groups(shown, read) { (head(reading(one.assumed.reading), wide)) } }
            tr { th scope="row" { "The evidence" } @for one in shown { (head(evidence(one.assumed), 1)) } }
            tr { th scope="row" { "Doing nothing" } @for one in shown { (head(inaction(one.assumed), 1)) } }
        }
    }
}

fn head(words: &str, wide: usize) -> Markup {
    html! {
        @if wide > 1 { th scope="colgroup" colspan=(wide) class="group" { (words) } } @else { th scope="col" { (words) } }
    }
}

/// Neighbours that are alike, each group by its first and how many they are.
fn groups<'a, T: PartialEq>(
    shown: &[&'a Variant],
    by: impl Fn(&Variant) -> T,
) -> Vec<(&'a Variant, usize)> {
    let alike = shown.chunk_by(|left, right| by(left) == by(right));
    alike.filter_map(|group| Some((*group.first()?, group.len()))).collect()
}

fn first_of(variant: &Variant, place: usize) -> f64 {
    fraction(variant.first.get(place).copied().unwrap_or_default())
}

/// Who leads a set of assumptions, if anybody does.
fn leader(variant: &Variant, options: usize) -> Option<usize> {
    let leader = (0..options).max_by(|left, right| {
        first_of(variant, *left).total_cmp(&first_of(variant, *right)).then(right.cmp(left))
    })?;
    (first_of(variant, leader) > 0.0).then_some(leader)
}

fn variant_cell(variant: &Variant, place: usize, options: usize) -> Markup {
    let first = first_of(variant, place);
    let leads = leader(variant, options) == Some(place);
    let class = match first {
        _ if leads => "n leads",
        most if most >= 0.2 => "n much",
        some if some >= 0.05 => "n some",
        _ => "n",
    };
    html! {
        td class=(class) {
            @if leads { span aria-label="leads" { "◆ " } strong { (share(first)) } } @else { (share(first)) }
        }
    }
}

/// Options taken together.
pub(crate) fn packages(findings: &ResponseFindings) -> Markup {
    let rows: Vec<Vec<Markup>> =
        findings.packages.iter().take(ROWS).map(|one| package(findings, one)).collect();
    let columns = [
        Text("Package"),
        Number("Open"),
        Number("Comes first"),
        Number("All ranks in one"),
        Number("Regret"),
    ];
    html! {
        @if !rows.is_empty() {
            section {
                h2 id="packages" { "Options together" }
                p { "Options do not exclude each other. A package is up to three of them, what must come before another before it." }
                (table("Packages, those that come first most often before others", &columns, &rows))
                (rest(findings.packages.len(), ROWS))
            }
        }
    }
}

fn package(findings: &ResponseFindings, package: &Package) -> Vec<Markup> {
    vec![
        html! { bdi { (in_turn(findings, &package.options)) } },
        html! { (share(package.available)) },
        html! { strong { (share(package.first)) } },
        html! { (index(package.holistic)) },
        html! { (index(package.regret)) },
    ]
}

/// What it would be worth to know for certain.
pub(crate) fn information(findings: &ResponseFindings) -> Markup {
    let rows: Vec<Vec<Markup>> = findings
        .information
        .iter()
        .take(ROWS)
        .map(|one| {
            let [holds, fails] = &one.best;
            vec![
                html! { bdi { (capitalised(&unknown(&one.of))) } },
                html! { (worth(one.value)) },
                html! { bdi { (quoted(findings, holds)) } },
                html! { bdi { (quoted(findings, fails)) } },
            ]
        })
        .collect();
    let columns = [Text("Whether"), Number("Worth"), Text("Ahead if so"), Text("Ahead if not")];
    html! {
        @if !rows.is_empty() {
            section {
                h2 id="information" { "What it is worth to know" }
                p {
                    "How much more the option ahead would bring in the mean if one knew before choosing, on a scale of values from 0 to 1 "
                    "(the expected value of perfect information; Raiffa and Schlaifer 1961)."
                }
                (statement(findings))
                (table("Facts by what it would be worth to know them", &columns, &rows))
                (rest(findings.information.len(), ROWS))
            }
        }
    }
}

/// What holds under all sets of assumptions.
fn statement(findings: &ResponseFindings) -> Markup {
    let statement = &findings.statement;
    html! {
        @if statement.tried > 0 {
            p {
                (capitalised(&word(statement.tried))) " sets of assumptions were tried: both groupings of weights, both readings of the law, the evidence as reported and planted. "
                @if statement.robust.is_some() { "One option leads under all of them by more than the error of the draws (±" (points(findings.weighing.error)) " points)." }
                @else if statement.leaders.len() > 1 { (length(statement.leaders.len())) " options lead under some of them, which is a tie." }
            }
        }
    }
}

fn worth(value: f64) -> String {
    match value {
        value if !value.is_finite() => "–".to_owned(),
        value if value > 0.0 && value < 0.000_5 => "< 0.001".to_owned(),
        value => format!("{value:.3}"),
    }
}
