//! Columns of fixed width, as terminals and old printers have them: each begins below its heading.
#![warn(clippy::indexing_slicing)]

use super::{LONGEST_ROW, Line, MOST_COLUMNS, Table, lines};
use crate::page::{Page, heading_hits};

/// The tables of a text that have a heading of two known words or more, with two spaces between columns.
pub(crate) fn tables(page: &Page<'_>) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut heading: Option<(Line<'_>, Vec<usize>)> = None;
    let mut table = Table::new();
    let mut rows = 0;
    for line in lines(page.text).chain(std::iter::once((page.text.len(), ""))) {
        if let Some((_, columns)) = &heading {
            if is_dashes(line.1) {
                continue;
            }
            if let Some(cells) = cells(line.1, columns) {
                push(&mut table, line.0, &cells);
                table.range.end = line.0 + line.1.len();
                rows += 1;
                continue;
            }
        }
        if rows > 0 {
            tables.push(std::mem::replace(&mut table, Table::new()));
        }
        rows = 0;
        heading = columns(page, line).map(|columns| (line, columns));
        if let Some((line, columns)) = &heading {
            table = Table::new();
            table.range = line.0..line.0 + line.1.len();
            push(&mut table, line.0, &cells_at(line.1, columns));
        }
    }
    tables
}

fn push(table: &mut Table, start: usize, cells: &[Line<'_>]) {
    for (offset, cell) in cells {
        table.cell(start + offset, cell);
    }
    table.end_row();
}

/// Returns true for a line of dashes below a heading.
fn is_dashes(line: &str) -> bool {
    line.contains("--") && line.bytes().all(|byte| matches!(byte, b'-' | b'=' | b' ' | b'\r'))
}

/// The characters at which the columns of a heading begin; none for a line that is no heading.
fn columns(page: &Page<'_>, (start, line): Line<'_>) -> Option<Vec<usize>> {
    let is_text = line.len() <= LONGEST_ROW && !line.contains(['\t', '|']) && line.contains("  ");
    let range = start..start + line.len();
    if !is_text || page.hits_in(&range).len() < 2 {
        return None;
    }
    let mut columns = Vec::new();
    let mut labels = 0;
    let (mut offset, mut count) = (0, 0);
    for cell in line.split("  ") {
        let kept = cell.trim();
        let lead = cell.len() - cell.trim_start().len();
        if !kept.is_empty() {
            columns.push(count + lead);
            let from = start + offset + lead;
            labels += usize::from(!heading_hits(page, from..from + kept.len()).is_empty());
        }
        offset += cell.len() + 2;
        count += cell.chars().count() + 2;
    }
    (labels >= 2 && (2..=MOST_COLUMNS).contains(&columns.len())).then_some(columns)
}

/// The cells of a row; none for a line in which text lies over the beginning of a column, or that has one cell alone.
fn cells<'t>(line: &'t str, columns: &[usize]) -> Option<Vec<Line<'t>>> {
    if line.trim().is_empty() || line.len() > LONGEST_ROW {
        return None;
    }
    let mut edges = columns.iter().skip(1).peekable();
    for (index, sign) in line.chars().enumerate() {
        let is_edge = edges.next_if(|column| **column == index + 1).is_some();
        if is_edge && sign != ' ' {
            return None;
        }
    }
    let cells = cells_at(line, columns);
    let filled = cells.iter().filter(|(_, cell)| !cell.trim().is_empty()).count();
    (filled >= 2).then_some(cells)
}

/// The parts of a line that begin at these characters.
fn cells_at<'t>(line: &'t str, columns: &[usize]) -> Vec<Line<'t>> {
    let mut cells = Vec::with_capacity(columns.len());
    let mut start = 0;
    let mut edges = columns.iter().skip(1).peekable();
    for (index, (offset, _)) in line.char_indices().enumerate() {
        if edges.next_if(|column| **column == index).is_some() {
            cells.push((start, line.get(start..offset).unwrap_or("")));
            start = offset;
        }
    }
    cells.push((start, line.get(start..).unwrap_or("")));
    cells
}
