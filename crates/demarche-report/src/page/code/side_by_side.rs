//! Functions and their counterparts, side by side as disassembly.
//!
//! What differs is marked by a sign, by weight and by a bar, so that no colour is needed to see it.

use demarche_case::assessment::code::{CodeLine, LinePair, SharedFunction};
use maud::{Markup, html};

use super::line;
use crate::code::named;
use crate::number::{count, counted, index, length};
use crate::text::{NAME, shown};

/// Lines of one function that are shown, and lines up to which nothing is folded.
const MOST: (usize, usize) = (300, 40);

/// Lines that are alike and stay beside those that differ.
const CONTEXT: usize = 3;

/// The longest line of disassembly, in characters.
const INSTRUCTION: usize = 160;

/// Traits named of one function.
const TRAITS: usize = 12;

/// What the two sides are called.
pub(crate) struct Sides<'a> {
    /// The program on the left.
    pub(crate) here: &'a str,
    /// Whether the other side comes from an index, so that it has a family and a rarity.
    pub(crate) is_index: bool,
}

/// Each function as a part that opens.
pub(crate) fn functions(shared: &[SharedFunction], sides: &Sides<'_>) -> Markup {
    html! { @for one in shared { (function(one, sides)) } }
}

fn function(one: &SharedFunction, sides: &Sides<'_>) -> Markup {
    let name = one.name.as_deref().map(|name| shown(name, NAME)).filter(|name| !name.is_empty());
    html! {
        details class="pair" {
            summary {
                span class="mono" { (address(one.address)) }
                @if let Some(name) = &name { " " bdi class="mono" { (name) } }
                " ↔ " bdi { (named(&one.known.name)) } " " span class="mono" { (address(one.known_address)) }
                span class="note" { " " (in_short(one, sides)) }
            }
            (about(one, sides))
            @if one.lines.is_empty() {
                p class="note" { "The other program is not at hand, so that its instructions cannot be shown." }
            } @else {
                (side_by_side(one, sides))
            }
        }
    }
}

fn in_short(one: &SharedFunction, sides: &Sides<'_>) -> String {
    let mut parts = vec![format!("{} bytes", count(one.size))];
    parts.push(if one.is_identical {
        "the same instructions".to_owned()
    } else {
        "built otherwise".to_owned()
    });
    if sides.is_index {
        parts.push(format!("in {}", counted(one.families, "family", "families")));
        parts.push(format!("weight {}", index(one.weight)));
    }
    parts.join(", ")
}

fn about(one: &SharedFunction, sides: &Sides<'_>) -> Markup {
    let traits: Vec<String> = one
        .traits
        .iter()
        .take(TRAITS)
        .map(|text| line(text))
        .filter(|text| !text.is_empty())
        .collect();
    let more = one.traits.len().saturating_sub(TRAITS);
    html! {
        p class="meta" {
            span { (count(one.size)) " bytes here, " (count(one.known_size)) " there" }
            span { "One source function with probability " b { (index(one.probability)) } }
            @if sides.is_index {
                span { "Family " b { bdi { (named(&one.family)) } } }
                span { (counted(one.families, "family", "families")) " of the index " (if one.families == 1 { "has" } else { "have" }) " it" }
                span { "Weight " (index(one.weight)) " of 1" }
            }
        }
        @if !traits.is_empty() {
            p class="meta" {
                "Both have: "
                @for text in &traits { span { bdi class="mono" { (text) } } }
                @if more > 0 { span { "and " (length(more)) " more" } }
            }
        }
    }
}

fn side_by_side(one: &SharedFunction, sides: &Sides<'_>) -> Markup {
    let rows = folded(&one.lines);
    let differing = one.lines.iter().filter(|pair| !pair.is_same).count();
    html! {
        table class="diff" {
            caption {
                @if differing == 0 { "No line differs but for addresses and registers" }
                @else { (length(differing)) " of " (length(one.lines.len())) " lines differ" }
            }
            thead { tr {
                th scope="col" class="s" { span class="unseen" { "Mark" } }
                th scope="col" class="a" { span class="unseen" { "Address" } }
                th scope="col" { bdi { (sides.here) } }
                th scope="col" class="a" { span class="unseen" { "Address" } }
                th scope="col" { bdi { (named(&one.known.name)) } }
            } }
            tbody { @for row in rows { (one_row(row)) } }
        }
        p class="note" { "≠ differs, + only in " bdi { (sides.here) } ", − only in " bdi { (named(&one.known.name)) } "; without a sign both say the same but for addresses and registers." }
    }
}

/// A line of the table.
#[derive(Clone, Copy)]
enum Row<'a> {
    Pair(&'a LinePair),
    /// Lines that are alike and left out.
    Alike(usize),
    /// Lines beyond the limit.
    Beyond(usize),
}

/// The lines, with long stretches without a difference folded away.
fn folded(lines: &[LinePair]) -> Vec<Row<'_>> {
    let near = |place: usize| {
        let from = place.saturating_sub(CONTEXT);
        let until = place.saturating_add(CONTEXT);
        lines.iter().take(until.saturating_add(1)).skip(from).any(|pair| !pair.is_same)
    };
    // A function without any difference shows its beginning.
    let keeps = |place: usize| lines.len() <= MOST.1 || place < 2 * CONTEXT || near(place);
    let mut rows = Vec::new();
    let mut alike = 0_usize;
    let mut shown = 0_usize;
    for (place, pair) in lines.iter().enumerate() {
        if shown >= MOST.0 {
            rows.extend((alike > 0).then_some(Row::Alike(alike)));
            rows.push(Row::Beyond(lines.len().saturating_sub(place)));
            return rows;
        }
        if !keeps(place) {
            alike = alike.saturating_add(1);
            continue;
        }
        rows.extend((alike > 0).then_some(Row::Alike(alike)));
        alike = 0;
        rows.push(Row::Pair(pair));
        shown = shown.saturating_add(1);
    }
    rows.extend((alike > 0).then_some(Row::Alike(alike)));
    rows
}

fn one_row(row: Row<'_>) -> Markup {
    let pair = match row {
        Row::Pair(pair) => pair,
        Row::Alike(1) => return html! { tr class="fold" { td colspan="5" { "1 line alike" } } },
        Row::Alike(number) => {
            return html! { tr class="fold" { td colspan="5" { (length(number)) " lines alike" } } };
        }
        Row::Beyond(number) => {
            return html! { tr class="fold" { td colspan="5" { (length(number)) " more lines, which the JSON has" } } };
        }
    };
    let (sign, what) = match (&pair.left, &pair.right) {
        _ if pair.is_same => ("", ""),
        (Some(_), None) => ("+", "only in the first"),
        (None, Some(_)) => ("−", "only in the second"),
        (Some(_), Some(_)) | (None, None) => ("≠", "differs"),
    };
    let text = |line: &Option<CodeLine>| line.as_ref().map(|line| line.text.clone());
    let is_equal = pair.is_same && text(&pair.left) == text(&pair.right);
    html! {
        tr class=[if !pair.is_same { Some("d") } else if is_equal { Some("eq") } else { None }] {
            td class="s" title=[(!what.is_empty()).then_some(what)] { (sign) }
            (side(pair.left.as_ref()))
            (side(pair.right.as_ref()))
        }
    }
}

fn side(line: Option<&CodeLine>) -> Markup {
    html! {
        @match line {
            Some(line) => {
                td class="a" { (address(line.address)) }
                td class="t" { bdi { (shown(&line.text, INSTRUCTION)) } }
            },
            None => {
                td class="a" {}
                td class="t gone" {}
            },
        }
    }
}

fn address(address: u64) -> String {
    format!("0x{address:x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(same: &[bool]) -> Vec<LinePair> {
        let line = |text: &str| Some(CodeLine { address: 0, text: text.to_owned() });
        same.iter()
            .map(|is_same| LinePair { left: line("ret"), right: line("ret"), is_same: *is_same })
            .collect()
    }

    fn sizes(rows: &[Row<'_>]) -> Vec<usize> {
        rows.iter()
            .map(|row| match row {
                Row::Pair(_) => 0,
                Row::Alike(number) | Row::Beyond(number) => *number,
            })
            .filter(|number| *number > 0)
            .collect()
    }

    #[test]
    fn long_stretches_without_a_difference_are_folded_and_no_line_is_lost() {
        let mut same = vec![true; 100];
        same[50] = false;
        let lines = pairs(&same);
        let rows = folded(&lines);
        let shown = rows.iter().filter(|row| matches!(row, Row::Pair(_))).count();
        assert_eq!(shown + sizes(&rows).iter().sum::<usize>(), 100);
        assert_eq!(sizes(&rows), [41, 46]);
        assert!(sizes(&folded(&pairs(&[true; 30]))).is_empty());
    }

    #[test]
    fn what_is_beyond_the_limit_is_counted() {
        let lines = pairs(&vec![false; 1_000]);
        assert_eq!(sizes(&folded(&lines)), [700]);
    }
}
