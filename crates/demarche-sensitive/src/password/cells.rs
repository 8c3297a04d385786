//! Passwords in tables: the cell beside a label, the cells below a header.
#![warn(clippy::indexing_slicing)]

use std::ops::Range;

use crate::finding::Findings;
use crate::grid::Cell;
use crate::lexicon::Hit;
use crate::page::Page;
use crate::page::label_hits;
use crate::password::look::{is_foreign, is_placeholder, is_usual, is_withheld};
use crate::password::words::OTHER_LABELS;
use crate::password::{is_blocked, push};

/// The columns whose headers are read as those of passwords; more would make a hostile table slow.
const MOST_COLUMNS: usize = 64;

/// The bytes that may stand in a cell before the word for a password.
const LEAD: usize = 30;

/// The cell to the right of a cell that is only a label, or the cells below a header; false if there is neither.
pub(crate) fn beside(page: &Page<'_>, hit: &Hit, out: &mut Findings) -> bool {
    let Some(cell) = page.grid.at(hit.start) else { return false };
    let header = page.columns.get(cell.column);
    let is_header = header.is_some_and(|hits| hits.iter().any(|known| known.start == hit.start));
    // A form has its labels below each other, so that the first of them looks like a header.
    let below = page.grid.cell(cell.row + 1, cell.column).filter(|_| is_header);
    let is_form = below.is_some_and(|below| is_other_label(page, &below.range));
    if is_header && !is_form && column(page, &cell, out) {
        return true;
    }
    let label = hit.end..cell.range.end;
    if hit.start - cell.range.start >= LEAD || label_hits(page, cell.range.clone()).is_empty() {
        return is_header;
    }
    let label = page.slice(label);
    let has_sign = label.trim_end_matches([' ', ':']).contains([':', '=']);
    let Some(right) = page.grid.cell(cell.row, cell.column + 1) else { return is_header };
    let range = trimmed(page, right.range);
    let is_sure =
        !is_header || is_form || label.ends_with(':') || is_usual(page.slice(range.clone()));
    if !has_sign && is_sure && is_cell_value(page, &range) && !is_blocked(label) {
        push(page, range, out);
        return true;
    }
    is_header
}

/// The range without the blanks around its text.
fn trimmed(page: &Page<'_>, range: Range<usize>) -> Range<usize> {
    let text = page.slice(range.clone());
    let start = range.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

/// Returns true for a cell that names some kind of data, and so is no value of another.
fn is_other_label(page: &Page<'_>, range: &Range<usize>) -> bool {
    let range = trimmed(page, range.clone());
    let word = page.slice(range.clone()).trim_end_matches([':', ' ']);
    word.len() <= 40 && OTHER_LABELS.contains(&word.to_lowercase().as_str())
        || page.is_label(&range)
}

fn is_cell_value(page: &Page<'_>, range: &Range<usize>) -> bool {
    // A cell of megabytes must not be counted through.
    if range.len() > 256 {
        return false;
    }
    let value = page.slice(range.clone());
    (4..=64).contains(&value.chars().count())
        && !value.contains(' ')
        && !is_placeholder(value)
        && !is_withheld(value)
        && !is_foreign(value)
        && !is_other_label(page, range)
}

/// The cells of a column below its header; false if none has a value.
fn column(page: &Page<'_>, header: &Cell, out: &mut Findings) -> bool {
    if header.column >= MOST_COLUMNS {
        return true;
    }
    let mut has_value = false;
    let cells =
        (header.row + 1..page.grid.rows()).filter_map(|row| page.grid.cell(row, header.column));
    for cell in cells.filter(|cell| is_cell_value(page, &cell.range)) {
        push(page, cell.range, out);
        has_value = true;
    }
    has_value
}
