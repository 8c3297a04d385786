//! The families that share code: the picture, and the tables beside it.

use std::collections::BTreeMap;

use demarche_case::assessment::code::CodeFamilies;
use maud::{Markup, PreEscaped, html};

use super::compared_with;
use super::program::answer;
use crate::code::{
    FamilyPair, Support, code_families_answer, family_pairs, few, named, range, ratio,
};
use crate::document::Column::{Number, Text};
use crate::number::{count, length};
use crate::page::shell::shell;
use crate::svg::{families_are_cut, families_are_wide, svg_of_code_families};
use crate::writers::table;

/// Rows of the table of ties, and of that of families; the JSON has all.
const ROWS: (usize, usize) = (60, 120);

/// The families that share code, as one self-contained page.
#[must_use]
pub fn code_families_html(families: &CodeFamilies) -> String {
    let title = "Who shares code with whom";
    let sentences = code_families_answer(families);
    let pairs = family_pairs(families);
    let cut = families_are_cut(families);
    let body = html! {
        header { p class="kicker" { "Shared code" } h1 { (title) } }
        section class="answer" { (answer(&sentences)) }
        section class=[families_are_wide(families).then_some("wide")] {
            h2 { "The picture" }
            figure class=[families_are_wide(families).then_some("full")] {
                div class="scroll" { (PreEscaped(svg_of_code_families(families))) }
                figcaption { "Where a curve crosses from one actor to another, they share a code base, or one has the other’s, or both bought or took it from a third. " (cut) }
            }
        }
        section { h2 { "The ties" } (ties(&pairs)) }
        section { h2 { "The families" } (family_table(families, &pairs)) }
        (compared_with(&families.index))
    };
    shell(title, None, "report", &body)
}

fn ties(pairs: &[FamilyPair<'_>]) -> Markup {
    let rows: Vec<Vec<Markup>> = pairs.iter().take(ROWS.0).map(one_tie).collect();
    let columns = [
        Text("Family"),
        Text("And"),
        Number("Rare functions"),
        Number("Likelihood ratio"),
        Text("Support"),
        Text("Threshold"),
        Text("Crosses actors"),
    ];
    html! {
        @if pairs.is_empty() { p { "No two families share rare code." } }
        (table("Families that share rare code", &columns, &rows))
        (rest(pairs.len(), ROWS.0))
    }
}

fn one_tie(pair: &FamilyPair<'_>) -> Vec<Markup> {
    let strength = pair.tie.strength;
    let family = |place: usize| {
        let family = pair.families.get(place).copied();
        html! {
            @if let Some(family) = family {
                bdi { (named(&family.name)) }
                div class="note" { @if family.actors.is_empty() { "ascribed to nobody" } @else { bdi { (few(&family.actors, "or")) } } }
            }
        }
    };
    vec![
        family(0),
        family(1),
        html! { (count(pair.tie.functions)) },
        html! { strong { (ratio(strength.nats)) } div class="note" { (range(strength)) } },
        html! { (Support::of(strength.nats).word()) },
        html! { @if strength.is_attributed { "passed" } @else { "below" } },
        html! { @if pair.is_across() { "yes" } @else { "no" } },
    ]
}

fn family_table(families: &CodeFamilies, pairs: &[FamilyPair<'_>]) -> Markup {
    let mut ties: BTreeMap<usize, usize> = BTreeMap::new();
    for place in pairs.iter().flat_map(|pair| pair.places) {
        *ties.entry(place).or_default() += 1;
    }
    let rows: Vec<Vec<Markup>> = families
        .families
        .iter()
        .enumerate()
        .take(ROWS.1)
        .map(|(place, family)| {
            vec![
                html! { bdi { (named(&family.name)) } },
                html! {
                    @if family.is_library { "library code" }
                    @else if family.actors.is_empty() { "nobody" }
                    @else { bdi { (few(&family.actors, "or")) } }
                },
                html! { (count(family.programs)) },
                html! { (count(family.functions)) },
                html! { (length(ties.get(&place).copied().unwrap_or_default())) },
            ]
        })
        .collect();
    let columns = [
        Text("Family"),
        Text("Ascribed to"),
        Number("Programs"),
        Number("Functions"),
        Number("Ties"),
    ];
    html! {
        (table("Families of the index", &columns, &rows))
        (rest(families.families.len(), ROWS.1))
    }
}

fn rest(all: usize, shown: usize) -> Markup {
    html! { @if all > shown { p class="note" { "And " (length(all.saturating_sub(shown))) " more, which the JSON has." } } }
}
