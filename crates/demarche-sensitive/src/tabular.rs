//! Tables in a text without columns of its own: rows with tabs or bars, columns of fixed width, statements of SQL.
//!
//! Each table is written out with tabs and line feeds, so that it is read like any other, and every byte knows its place.
//! A table counts only where a heading is known; what has none stays prose.
#![warn(clippy::indexing_slicing)]

mod aligned;
mod sql;

use std::ops::Range;

use crate::page::Page;

/// The most columns of a table; more would be no table of persons.
const MOST_COLUMNS: usize = 200;

/// The bytes of the longest line that is a row.
const LONGEST_ROW: usize = 8 << 10;

/// A table of a text, written out.
#[derive(Debug)]
pub(crate) struct Table {
    /// Rows by line feed, cells by tab.
    pub(crate) text: String,
    /// The bytes of the text in which the table stands.
    pub(crate) range: Range<usize>,
    /// From an offset in the table on, the offset in the text; sorted.
    shifts: Vec<(usize, usize)>,
}

impl Table {
    fn new() -> Self {
        Self { text: String::new(), range: 0..0, shifts: Vec::new() }
    }

    /// Adds a part of a cell that begins at an offset of the text.
    fn push(&mut self, start: usize, part: &str) {
        self.shifts.push((self.text.len(), start));
        if part.bytes().any(|byte| matches!(byte, b'\t' | b'\n')) {
            self.text.push_str(&part.replace(['\t', '\n'], " "));
        } else {
            self.text.push_str(part);
        }
    }

    /// Adds a cell without the blanks around it.
    fn cell(&mut self, start: usize, cell: &str) {
        let kept = cell.trim_start();
        self.push(start + (cell.len() - kept.len()), kept.trim_end());
        self.text.push('\t');
    }

    /// Ends a row.
    fn end_row(&mut self) {
        if self.text.ends_with('\t') {
            self.text.pop();
        }
        self.text.push('\n');
    }

    /// The place in the text of bytes of the table.
    pub(crate) fn original(&self, span: &Range<usize>) -> Range<usize> {
        // The end is that of the last byte: the next byte may be a cell elsewhere.
        let end = span.end.checked_sub(1).map_or(0, |last| self.offset(last) + 1);
        self.offset(span.start)..end
    }

    fn offset(&self, offset: usize) -> usize {
        let count = self.shifts.partition_point(|(from, _)| *from <= offset);
        let shift = count.checked_sub(1).and_then(|index| self.shifts.get(index));
        shift.map_or(offset, |(from, to)| to + (offset - from))
    }
}

/// The tables of a text, by kind and then by place. Its time follows the length of the text.
pub(crate) fn tables(page: &Page<'_>) -> Vec<Table> {
    // Without a known word no column has a heading.
    if page.hits.is_empty() {
        return Vec::new();
    }
    let mut tables = sql::tables(page.text);
    if memchr::memchr(b'\t', page.bytes).is_some() {
        tables.extend(tabbed(page.text));
    }
    if memchr::memchr(b'|', page.bytes).is_some() {
        tables.extend(barred(page.text));
    }
    if memchr::memmem::find(page.bytes, b"  ").is_some() {
        tables.extend(aligned::tables(page));
    }
    tables
}

/// A line of a text, and the offset at which it begins.
type Line<'t> = (usize, &'t str);

/// The lines of a text.
fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut start = 0;
    text.split_inclusive('\n').map(move |line| {
        let offset = start;
        start += line.len();
        (offset, line.strip_suffix('\n').unwrap_or(line))
    })
}

/// Lines in a row that have as many tabs each, as pages and PDF files have their tables.
fn tabbed(text: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut rows: Vec<Line<'_>> = Vec::new();
    let mut width = 0;
    for line in lines(text).chain(std::iter::once((text.len(), ""))) {
        let is_short = line.1.len() <= LONGEST_ROW;
        let tabs = if is_short { memchr::memchr_iter(b'\t', line.1.as_bytes()).count() } else { 0 };
        let tabs = if tabs < MOST_COLUMNS { tabs } else { 0 };
        if tabs != width {
            tables.extend(of_rows(&rows, |line| cells(line, '\t')));
            rows.clear();
            width = tabs;
        }
        if tabs > 0 {
            rows.push(line);
        }
    }
    tables
}

/// The cells of a line that a sign parts, with their offsets in it.
fn cells(line: &str, sign: char) -> Vec<Line<'_>> {
    let mut start = 0;
    let cells = line.split(sign).map(|cell| {
        let offset = start;
        start += cell.len() + sign.len_utf8();
        (offset, cell)
    });
    cells.collect()
}

/// The table of two rows or more.
fn of_rows<'t>(rows: &[Line<'t>], cells: impl Fn(&'t str) -> Vec<Line<'t>>) -> Option<Table> {
    let (first, last) = (rows.first()?, rows.last()?);
    if rows.len() < 2 {
        return None;
    }
    let mut table = Table::new();
    table.range = first.0..last.0 + last.1.len();
    for (start, line) in rows {
        for (offset, cell) in cells(line) {
            table.cell(start + offset, cell);
        }
        table.end_row();
    }
    Some(table)
}

/// Tables with bars between their cells and a row of dashes below the heading, as Markdown and the clients of databases
/// write them.
///
/// Source: GitHub Flavored Markdown Spec, section 4.10; `PostgreSQL` documentation, psql, output format `aligned`; `MySQL`
/// Reference Manual, "mysql client commands".
fn barred(text: &str) -> Vec<Table> {
    let mut tables = Vec::new();
    let mut rows: Vec<Line<'_>> = Vec::new();
    let mut has_dashes = false;
    for line in lines(text).chain(std::iter::once((text.len(), ""))) {
        let is_row = line.1.len() <= LONGEST_ROW && line.1.contains('|');
        if is_dashes(line.1) {
            has_dashes |= rows.len() == 1;
        } else if is_row && (has_dashes || rows.is_empty()) {
            rows.push(line);
        } else {
            tables.extend(of_rows(&rows, bars).filter(|_| has_dashes));
            rows.clear();
            has_dashes = false;
            // A title of bars may stand above the heading.
            rows.extend(Some(line).filter(|_| is_row));
        }
    }
    tables
}

/// Returns true for a line of dashes that parts a heading from its rows.
fn is_dashes(line: &str) -> bool {
    line.contains("--") && line.chars().all(|sign| matches!(sign, '|' | ':' | '-' | '+' | ' '))
}

/// The cells of a line between bars; the first and the last bar may be missing.
fn bars(line: &str) -> Vec<Line<'_>> {
    let inner = line.trim();
    let lead = line.len() - line.trim_start().len();
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    let (inner, lead) = inner.strip_prefix('|').map_or((inner, lead), |inner| (inner, lead + 1));
    let cells = cells(inner, '|').into_iter().take(MOST_COLUMNS);
    cells.map(|(offset, cell)| (lead + offset, cell)).collect()
}
