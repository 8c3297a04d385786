//! Functions and their counterparts, side by side as disassembly.
//!
//! What differs is marked by a sign, by weight and by a bar, so that no colour is needed to see it.

use demarche_case::assessment::code::{CodeLine, LinePair, SharedFunction};
use maud::{Markup, html};

use crate::code::named;
use crate::document::{Block, Cell, Room, strong, words};
use crate::number::{count, counted, index, length};
use crate::text::{NAME, PROSE, shown};

/// Lines of one function that are shown, and lines up to which nothing is folded.
const MOST: (usize, usize) = (300, 40);

/// Lines that are alike and stay beside those that differ.
const CONTEXT: usize = 3;

/// The longest line of disassembly, in characters.
const INSTRUCTION: usize = 160;

/// Traits named of one function.
const TRAITS: usize = 12;

/// The names of the two sides.
pub(crate) struct Sides<'a> {
    /// The program on the left.
    pub(crate) left: &'a str,
    /// True if the other side comes from an index, so that it has a family and a rarity.
    pub(crate) is_index: bool,
}

/// Each function as a part that opens.
pub(crate) fn functions(shared: &[SharedFunction], sides: &Sides<'_>) -> Vec<Block> {
    shared.iter().map(|function| self::function(function, sides)).collect()
}

fn function(function: &SharedFunction, sides: &Sides<'_>) -> Block {
    let name = function.name.as_deref().map(|name| shown(name, NAME));
    let name =
        name.filter(|name| !name.is_empty()).map_or(String::new(), |name| format!(" {name}"));
    let summary = Cell::Line(vec![
        Cell::Code(format!("{}{name}", address(function.address))),
        words(format!("↔ {}", named(&function.known.name))),
        Cell::Code(address(function.known_address)),
    ]);
    let mut blocks = about(function, sides);
    blocks.push(if function.lines.is_empty() {
        Block::Note(
            "The other program is not at hand, so that its instructions cannot be shown."
                .to_owned(),
        )
    } else {
        Block::Figure {
            markup: side_by_side(function, sides),
            caption: String::new(),
            room: Room::Column,
        }
    });
    Block::Details { id: String::new(), summary: summary.noted(in_short(function, sides)), blocks }
}

fn in_short(function: &SharedFunction, sides: &Sides<'_>) -> String {
    let built = if function.is_identical { "the same instructions" } else { "built otherwise" };
    let mut parts = vec![format!("{} bytes", count(function.size)), built.to_owned()];
    if sides.is_index {
        parts.push(format!("in {}", counted(function.families, "family", "families")));
        parts.push(format!("weight {}", index(function.weight)));
    }
    parts.join(", ")
}

fn about(function: &SharedFunction, sides: &Sides<'_>) -> Vec<Block> {
    let sizes =
        format!("{} bytes here, {} there", count(function.size), count(function.known_size));
    let mut facts = vec![
        ("", words(sizes)),
        ("One source function with probability", strong(index(function.probability))),
    ];
    if sides.is_index {
        let families = counted(function.families, "family", "families");
        let have = if function.families == 1 { "has" } else { "have" };
        facts.extend([
            ("Family", strong(named(&function.family))),
            ("", words(format!("{families} of the index {have} it"))),
            ("Weight", words(format!("{} of 1", index(function.weight)))),
        ]);
    }
    let traits = function.traits.iter().take(TRAITS).map(|name| shown(name, PROSE));
    let mut traits: Vec<String> = traits.filter(|name| !name.is_empty()).collect();
    if function.traits.len() > TRAITS {
        traits.push(format!("and {} more", length(function.traits.len() - TRAITS)));
    }
    let mut blocks = vec![Block::Facts(facts)];
    if !traits.is_empty() {
        blocks.push(Block::Facts(vec![("Both have:", Cell::Code(traits.join("; ")))]));
    }
    blocks
}

fn side_by_side(function: &SharedFunction, sides: &Sides<'_>) -> Markup {
    let rows = folded(&function.lines);
    let differing = function.lines.iter().filter(|pair| !pair.is_same).count();
    html! {
        table class="diff" {
            caption {
                @if differing == 0 { "No line differs but for addresses and registers" }
                @else { (length(differing)) " of " (length(function.lines.len())) " lines differ" }
            }
            thead { tr {
                th scope="col" class="s" { span class="unseen" { "Mark" } }
                th scope="col" class="a" { span class="unseen" { "Address" } }
                th scope="col" { bdi { (sides.left) } }
                th scope="col" class="a" { span class="unseen" { "Address" } }
                th scope="col" { bdi { (named(&function.known.name)) } }
            } }
            tbody { @for row in rows { (one_row(row)) } }
        }
        p class="note" { "≠ differs, + only in " bdi { (sides.left) } ", − only in " bdi { (named(&function.known.name)) } "; without a sign both say the same but for addresses and registers." }
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
    let near = |index: usize| {
        let near = lines.iter().take(index + CONTEXT + 1).skip(index.saturating_sub(CONTEXT));
        near.into_iter().any(|pair| !pair.is_same)
    };
    // A function without any difference shows its beginning.
    let keeps = |index: usize| lines.len() <= MOST.1 || index < 2 * CONTEXT || near(index);
    let mut rows = Vec::new();
    let (mut alike, mut shown) = (0, 0);
    for (index, pair) in lines.iter().enumerate() {
        if shown >= MOST.0 {
            rows.extend((alike > 0).then_some(Row::Alike(alike)));
            rows.push(Row::Beyond(lines.len() - index));
            return rows;
        }
        if !keeps(index) {
            alike += 1;
            continue;
        }
        rows.extend((alike > 0).then_some(Row::Alike(alike)));
        alike = 0;
        rows.push(Row::Pair(pair));
        shown += 1;
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
        let mut equal = vec![true; 100];
        equal[50] = false;
        let lines = pairs(&equal);
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
