//! How often each option has each rank, as bars in a row.

use std::collections::BTreeSet;

use demarche_case::assessment::response::{OptionFound, RankedOption, ResponseFindings};
use maud::{Markup, PreEscaped, html};

use super::measure::wrapped;
use super::{Figure, label, px, scale, strong, width_of};
use crate::number::{fraction, length, share};
use crate::response::{by_first, first_share, label as label_of, points};

const WIDTH: f64 = 820.0;
const BARS: (f64, f64) = (292.0, 456.0);
const ROW: f64 = 34.0;
const TOP: f64 = 42.0;

/// Options that are drawn; the table has all.
const MOST: usize = 30;

/// Ranks with a colour of their own; the others share the last.
const RANKS: usize = 4;

/// From the first rank to the last: ever less of one blue. Ink on each has a contrast of more than 4.5 to 1.
const RANK: &str = "\
svg.dm .k0{fill:#174a80}svg.dm .k1{fill:#4a86bf}svg.dm .k2{fill:#8db6dc}svg.dm .k3{fill:#c3d9ee}svg.dm .k4{fill:#e6ebf1}\
svg.dm .o0{fill:#fff}svg.dm .o1{fill:#0b1520}svg.dm .o2,svg.dm .o3,svg.dm .o4{fill:#1a2230}\
svg.dm .shut{fill:none;stroke:#9aa5b2}\
@media screen and (prefers-color-scheme:dark){\
svg.dm .k0{fill:#a8d0f7}svg.dm .k1{fill:#5b95cc}svg.dm .k2{fill:#34648f}svg.dm .k3{fill:#284562}svg.dm .k4{fill:#26303c}\
svg.dm .o0,svg.dm .o1{fill:#0d131a}svg.dm .o2,svg.dm .o3,svg.dm .o4{fill:#f2f5f8}\
svg.dm .shut{stroke:#66727f}}";

const CLASSES: [(&str, &str); 5] =
    [("k0", "o0"), ("k1", "o1"), ("k2", "o2"), ("k3", "o3"), ("k4", "o4")];
const NAMES: [&str; 5] = ["first", "second", "third", "fourth", "fifth or later"];

/// How often each option has each rank, as a self-contained SVG.
///
/// The options stand by how often they come first; the hollow end of a bar is how often an option cannot be taken.
#[must_use]
pub fn svg_of_acceptability(findings: &ResponseFindings) -> String {
    let rows = rows(findings);
    let more = findings.options.len().saturating_sub(rows.len());
    let bottom = TOP + u32::try_from(rows.len()).map_or(0.0, f64::from) * ROW;
    let error = format!("Error of the draws: at most ±{} points.", points(findings.weighing.error));
    let mut y = TOP - ROW;
    let body = html! {
        style { (PreEscaped(RANK)) }
        (strong((8.0, 16.0), 12.0, "mute", "start", "Option"))
        (strong((WIDTH - 8.0, 16.0), 12.0, "mute", "end", "first"))
        (scale(BARS.0, BARS.1, TOP - 4.0, bottom))
        @for row in &rows {
            @let y = { y += ROW; y };
            (draw_row(row, y))
        }
        (signs(bottom + 14.0))
        (label((8.0, bottom + 66.0), 12.0, "mute", "start", &error))
        @if more > 0 { (label((WIDTH - 8.0, bottom + 66.0), 12.0, "mute", "end", &format!("and {} more in the table", length(more)))) }
    };
    Figure {
        id: "accept",
        title: "How often each option has each rank".to_owned(),
        desc: description(&rows),
        width: WIDTH,
        height: bottom + 76.0,
        looks: BTreeSet::new(),
        body,
    }
    .into_svg()
}

struct Row<'a> {
    option: &'a OptionFound,
    /// `None` for an option that is never open.
    ranked: Option<&'a RankedOption>,
}

/// Those that come first most often before others, and what is never open last.
fn rows(findings: &ResponseFindings) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for ranked in by_first(&findings.weighing) {
        let Some(option) = findings.options.get(ranked.option) else { continue };
        rows.push(Row { option, ranked: Some(ranked) });
    }
    let is_ranked =
        |place: usize| findings.weighing.ranked.iter().any(|ranked| ranked.option == place);
    let shut = findings.options.iter().enumerate().filter(|(place, _)| !is_ranked(*place));
    rows.extend(shut.map(|(_, option)| Row { option, ranked: None }));
    rows.truncate(MOST);
    rows
}

fn description(rows: &[Row<'_>]) -> String {
    let first: Vec<String> = rows
        .iter()
        .filter_map(|row| Some((row, row.ranked?)))
        .take(3)
        .map(|(row, ranked)| {
            format!("{} first in {}", label_of(row.option), share(first_share(ranked)))
        })
        .collect();
    let first = if first.is_empty() { "no option is open".to_owned() } else { first.join(", ") };
    format!("Bars from 0 to 100 % for each option, parted by rank: {first}.")
}

/// The shares of the ranks with a colour of their own and of all others together.
fn parts(ranked: &RankedOption) -> [f64; 5] {
    let mut parts = [0.0; 5];
    let mut left = 1.0_f64;
    for (place, share) in ranked.ranks.iter().enumerate() {
        // What a file holds may come to more than all; the bar still ends where it ends.
        let share = fraction(*share).min(left);
        left -= share;
        if let Some(part) = parts.get_mut(place.min(RANKS)) {
            *part += share;
        }
    }
    parts
}

fn draw_row(row: &Row<'_>, y: f64) -> Markup {
    let name = label_of(row.option);
    let lines = wrapped(&name, 12.0, BARS.0 - 22.0, 2);
    let text = if lines.len() > 1 { y + 13.5 } else { y + 20.0 };
    let mut line_y = text - 14.0;
    let first = row.ranked.map_or(0.0, first_share);
    html! {
        g {
            title { (tip(row, &name)) }
            @for line in &lines {
                @let line_y = { line_y += 14.0; line_y };
                (label((8.0, line_y), 12.0, "ink", "start", line))
            }
            rect class="shut" x=(px(BARS.0 + 0.5)) y=(px(y + 5.5)) width=(px(BARS.1 - 1.0)) height="21" rx="2" stroke-dasharray="3 3" {}
            @match row.ranked {
                Some(ranked) => (bar(ranked, y)),
                None => (label((BARS.0 + BARS.1 / 2.0, y + 20.0), 11.0, "mute", "middle", "never open")),
            }
            (strong((WIDTH - 8.0, y + 20.5), 13.0, "ink", "end", &share(first)))
        }
    }
}

fn bar(ranked: &RankedOption, y: f64) -> Markup {
    let mut x = BARS.0;
    html! {
        @for (part, (class, ink)) in parts(ranked).into_iter().zip(CLASSES) {
            @let wide = BARS.1 * part;
            @let left = { x += wide; x - wide };
            @let text = share(part);
            @if wide > 0.0 {
                rect class=(class) x=(px(left)) y=(px(y + 5.0)) width=(px(wide)) height="22" {}
                @if width_of(&text, 10.5) + 4.0 < wide {
                    (label((left + wide / 2.0, y + 19.8), 10.5, ink, "middle", &text))
                }
            }
        }
        @let shut = BARS.0 + BARS.1 - x;
        @if shut > 62.0 { (label((x + shut / 2.0, y + 19.8), 10.5, "mute", "middle", "not open")) }
    }
}

fn tip(row: &Row<'_>, name: &str) -> String {
    let Some(ranked) = row.ranked else { return format!("{name}: never open") };
    let parts: Vec<String> = parts(ranked)
        .into_iter()
        .zip(NAMES)
        .filter(|(part, _)| *part > 0.0)
        .map(|(part, name)| format!("{name} {}", share(part)))
        .collect();
    format!("{name}: {}, open {}", parts.join(", "), share(fraction(ranked.available)))
}

fn signs(y: f64) -> Markup {
    let mut x = BARS.0;
    html! {
        @for ((class, _), name) in CLASSES.iter().zip(NAMES) {
            @let left = { x += 30.0 + width_of(name, 11.5); x - 30.0 - width_of(name, 11.5) };
            rect class=(class) x=(px(left)) y=(px(y)) width="16" height="14" rx="2" {}
            (label((left + 21.0, y + 11.0), 11.5, "ink", "start", name))
        }
        rect class="shut" x=(px(BARS.0 + 0.5)) y=(px(y + 20.5)) width="15" height="13" rx="2" stroke-dasharray="3 3" {}
        (label((BARS.0 + 21.0, y + 31.0), 11.5, "ink", "start", "cannot be taken: a condition fails, or it is graver than the injury allows"))
    }
}
