//! Who wrote to whom: persons in two lists, inside and outside, and a bow for each pair who exchanged messages.
//!
//! Lists keep names readable on a telephone, where a web of nodes is not; and the same persons always stand at the same
//! places.

use std::collections::BTreeSet;

use demarche_case::assessment::exposure::{NetworkPerson, PersonNetwork, PersonTie};
use demarche_case::number::float;
use maud::{Markup, html};

use super::figure::{Figure, label, px};
use super::measure::fitted;
use crate::number::{count, counted, length};
use crate::text::{NAME, shown};
use crate::words::listed;

/// The width of the drawing, that of a telephone with its margins; in pixels, as all that follow.
const WIDTH: f64 = 356.0;
/// The place of the persons' marks, from the left.
const MARKS: f64 = 182.0;
/// The height of a row.
const ROW: f64 = 22.0;
/// The heights of the widest and the narrowest line.
const LINES: (f64, f64) = (0.8, 5.0);
/// The pairs that are drawn, the strongest: more lie on each other.
const DRAWN: usize = 40;
/// The pairs that the description names.
const TOLD: usize = 5;

/// The persons of a network who wrote to one another, as a self-contained SVG.
#[must_use]
pub fn svg_of_exposure_network(network: &PersonNetwork) -> String {
    exposure_network_chart("exposed-network", network)
}

/// A person with the height of the row.
struct Row<'a> {
    person: &'a NetworkPerson,
    y: f64,
}

pub(crate) fn exposure_network_chart(id: &str, network: &PersonNetwork) -> String {
    let (headings, rows, bottom) = laid_out(&network.persons);
    let most = network.ties.iter().map(|tie| tie.messages).max().unwrap_or(1).max(1);
    let values = network.persons.iter().map(|person| person.values).max().unwrap_or(1).max(1);
    let row = |rank: u32| usize::try_from(rank).ok().and_then(|rank| rows.get(rank));
    let mut ties: Vec<(&PersonTie, &Row<'_>, &Row<'_>)> = network
        .ties
        .iter()
        .filter_map(|tie| Some((tie, row(tie.left)?, row(tie.right)?)))
        .collect();
    // The strongest are drawn last and lie above the others.
    ties.sort_by_key(|(tie, ..)| (tie.messages, tie.left, tie.right));
    let left_out = ties.len().saturating_sub(DRAWN);
    ties.drain(..left_out);
    let body = html! {
        @for (heading, y) in &headings { (label((8.0, *y), 12.0, "mute", "start", heading)) }
        @for (tie, left, right) in &ties { (bow(tie, left, right, (most, bottom))) }
        @for row in &rows { (mark(row, values)) }
        (label((8.0, bottom + 14.0), 11.0, "mute", "start", &format!("Widest line: {}.", counted(most, "message", "messages"))))
        (label((8.0, bottom + 30.0), 11.0, "mute", "start", "Larger dot: more sensitive values about the person."))
        @if left_out > 0 {
            (label((8.0, bottom + 46.0), 11.0, "mute", "start", &format!("The {} strongest of {} pairs are drawn.", length(DRAWN), length(network.ties.len()))))
        }
    };
    Figure {
        id,
        title: "Who wrote to whom among the most exposed".to_owned(),
        desc: description(network, &ties),
        width: WIDTH,
        height: bottom + if left_out > 0 { 56.0 } else { 40.0 },
        looks: BTreeSet::new(),
        body,
    }
    .into_svg()
}

/// The headings with their heights, the rows in the order of the persons, and the height below them.
fn laid_out(persons: &[NetworkPerson]) -> (Vec<(&'static str, f64)>, Vec<Row<'_>>, f64) {
    let mut headings = Vec::new();
    let mut rows: Vec<(usize, Row<'_>)> = Vec::new();
    let mut y = 8.0;
    for (is_insider, heading) in [(true, "Inside the organisations"), (false, "Outside")] {
        let group =
            persons.iter().enumerate().filter(|(_, person)| person.is_insider == is_insider);
        let mut group = group.peekable();
        if group.peek().is_none() {
            continue;
        }
        y += ROW;
        headings.push((heading, y - 6.0));
        for (number, person) in group {
            y += ROW;
            rows.push((number, Row { person, y: y - ROW / 2.0 }));
        }
        y += ROW / 2.0;
    }
    rows.sort_by_key(|(number, _)| *number);
    (headings, rows.into_iter().map(|(_, row)| row).collect(), y)
}

/// A bow between two persons, the wider the more messages they exchanged.
fn bow(tie: &PersonTie, left: &Row<'_>, right: &Row<'_>, (most, bottom): (u64, f64)) -> Markup {
    // The square parts the strong pairs from the many weak ones.
    let share = (float(tie.messages) / float(most)).powi(2);
    let width = LINES.0 + (LINES.1 - LINES.0) * share;
    let reach = (WIDTH - MARKS - 12.0) * 4.0 / 3.0;
    let distance = (left.y - right.y).abs() / bottom.max(ROW);
    let bend = MARKS + 24.0 + (reach - 24.0) * distance.min(1.0).sqrt();
    let names = [left, right].map(|row| shown(&row.person.name, NAME));
    let [a, b] = &names;
    html! {
        path class="edge" fill="none" stroke-width=(px(width)) stroke-opacity=(px(0.3 + 0.5 * share))
            d={ "M" (px(MARKS)) " " (px(left.y)) "C" (px(bend)) " " (px(left.y)) " " (px(bend)) " " (px(right.y)) " " (px(MARKS)) " " (px(right.y)) } {
            title { (a) " and " (b) ": " (counted(tie.messages, "message", "messages")) }
        }
    }
}

/// A person: the name, and a dot whose area grows with the values about the person.
fn mark(row: &Row<'_>, values: u64) -> Markup {
    let radius = 3.0 + 4.0 * (float(row.person.values) / float(values)).sqrt();
    let name = fitted(&shown(&row.person.name, NAME), 12.0, MARKS - 22.0);
    let class = if row.person.is_insider { "ink" } else { "card" };
    html! {
        (label((MARKS - 12.0, row.y + 4.0), 12.0, "ink", "end", &name))
        circle class=(class) cx=(px(MARKS)) cy=(px(row.y)) r=(px(radius)) {
            title { (shown(&row.person.name, NAME)) ": " (counted(row.person.values, "value", "values")) }
        }
    }
}

/// The drawing in words: the numbers, and the strongest pairs.
fn description(network: &PersonNetwork, ties: &[(&PersonTie, &Row<'_>, &Row<'_>)]) -> String {
    let insiders = network.persons.iter().filter(|person| person.is_insider).count();
    let pairs: Vec<String> = ties
        .iter()
        .rev()
        .take(TOLD)
        .map(|(tie, left, right)| {
            let [left, right] = [left, right].map(|row| shown(&row.person.name, NAME));
            format!("{left} with {right} ({})", count(tie.messages))
        })
        .collect();
    format!(
        "{}, {} of them inside, and {} who exchanged messages. Most messages: {}.",
        counted(network.persons.len() as u64, "person", "persons"),
        count(insiders as u64),
        counted(network.ties.len() as u64, "pair", "pairs"),
        listed(&pairs, "and")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str, is_insider: bool) -> NetworkPerson {
        NetworkPerson { name: name.to_owned(), is_insider, values: 2 }
    }

    #[test]
    fn a_network_is_drawn_and_told() {
        let network = PersonNetwork {
            persons: vec![person("Anna <b>", true), person("Ben", false), person("Clara", true)],
            ties: vec![
                PersonTie { left: 0, right: 1, messages: 40 },
                PersonTie { left: 0, right: 2, messages: 1 },
            ],
        };
        let svg = svg_of_exposure_network(&network).replace('\u{a0}', " ");
        assert_eq!(svg.matches("<path class=\"edge\"").count(), 2);
        assert!(svg.contains("3 persons, 2 of them inside, and 2 pairs"), "{svg}");
        assert!(svg.contains("Anna &lt;b&gt; with Ben (40)"), "{svg}");
        assert!(!svg.contains("NaN"));
        let many: Vec<NetworkPerson> = (0..20).map(|_| person("Anna", true)).collect();
        let pairs = (0..20).flat_map(|left| (left + 1..20).map(move |right| (left, right)));
        let ties = pairs.map(|(left, right)| PersonTie { left, right, messages: 1 }).collect();
        let svg = svg_of_exposure_network(&PersonNetwork { persons: many, ties });
        assert_eq!(svg.matches("<path class=\"edge\"").count(), 40);
        assert!(svg.contains("The 40 strongest of 190 pairs are drawn."), "{svg}");
        let outsiders = PersonNetwork { persons: vec![person("Ben", false)], ties: Vec::new() };
        assert!(!svg_of_exposure_network(&outsiders).contains("Inside"));
        assert!(!svg_of_exposure_network(&PersonNetwork::default()).contains("NaN"));
    }
}
