//! Tables in plain text: values parted by commas, semicolons, tabs or bars, with quotes (RFC 4180).
#![warn(clippy::indexing_slicing)]

use memchr::{memchr, memchr2};

use crate::writer::Writer;
use crate::{Limits, Shape};

/// Reads a table.
pub(crate) fn read(text: &str, writer: &mut Writer<'_>) {
    let (text, separator) = match declared_separator(text) {
        Some((separator, rest)) => (rest, separator),
        None => (text, separator(text)),
    };
    let table = rewritten(text, separator, writer.limits());
    writer.section(None, Shape::Table, table);
}

/// The separator that the first line declares, as spreadsheets write it: `sep=;`.
fn declared_separator(text: &str) -> Option<(u8, &str)> {
    let (line, rest) = text.split_once('\n')?;
    let declared = line.trim().strip_prefix("sep=")?;
    Some((*declared.as_bytes().first()?, rest))
}

/// The separator that stands most evenly in the first lines.
fn separator(text: &str) -> u8 {
    let lines: Vec<_> = text.lines().filter(|line| !line.is_empty()).take(32).collect();
    let evenness = |separator: u8| {
        let counts: Vec<_> =
            lines.iter().map(|line| count_outside_quotes(line, separator)).collect();
        let first = counts.first().map_or(0, |count| *count);
        let equal = counts.iter().filter(|count| **count == first && first > 0).count();
        (equal, counts.iter().filter(|count| **count > 0).count())
    };
    // The last of equals wins, so that the comma is the choice where nothing is known.
    [b'|', b'\t', b';', b',']
        .into_iter()
        .max_by_key(|separator| evenness(*separator))
        .unwrap_or(b',')
}

fn count_outside_quotes(line: &str, separator: u8) -> usize {
    let mut is_quoted = false;
    let mut count = 0;
    for byte in line.bytes() {
        is_quoted ^= byte == b'"';
        count += usize::from(byte == separator && !is_quoted);
    }
    count
}

/// The table with tabs between its cells.
fn rewritten(text: &str, separator: u8, limits: &Limits) -> String {
    let mut table = String::with_capacity(text.len().min(limits.text));
    let mut rest = text;
    // One byte beyond the limit makes the cut known.
    while !rest.is_empty() && table.len() <= limits.text {
        let line_end = memchr2(b'\n', b'\r', rest.as_bytes()).unwrap_or(rest.len());
        let (line, after) = rest.split_at_checked(line_end).unwrap_or((rest, ""));
        if memchr(b'"', line.as_bytes()).is_some() {
            rest = quoted_row(rest, separator, &mut table);
        } else {
            push_cells(line, separator, &mut table);
            rest = after;
        }
        table.push('\n');
        rest =
            rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\r', '\n'])).unwrap_or(rest);
    }
    table
}

/// Writes the cells of a line without quotes.
fn push_cells(line: &str, separator: u8, table: &mut String) {
    if separator == b'\t' {
        table.push_str(line);
        return;
    }
    for (index, cell) in line.split(char::from(separator)).enumerate() {
        if index > 0 {
            table.push('\t');
        }
        push_flat(cell, table);
    }
}

/// Writes a cell with its breaks as spaces.
fn push_flat(cell: &str, table: &mut String) {
    if cell.bytes().any(|byte| matches!(byte, b'\t' | b'\n' | b'\r')) {
        table.push_str(&cell.replace("\r\n", " ").replace(['\t', '\n', '\r'], " "));
    } else {
        table.push_str(cell);
    }
}

/// Writes a row with quotes; returns the text behind it, from its line feed on.
fn quoted_row<'text>(text: &'text str, separator: u8, table: &mut String) -> &'text str {
    let mut rest = text;
    loop {
        if let Some((cell, after)) = rest.trim_start_matches(' ').strip_prefix('"').and_then(quoted)
        {
            push_flat(&cell, table);
            rest = after;
        }
        let bytes = rest.as_bytes();
        let end =
            bytes.iter().position(|byte| matches!(*byte, b'\n' | b'\r') || *byte == separator);
        let (cell, after) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, ""));
        push_flat(cell, table);
        match after.as_bytes().first() {
            Some(first) if *first == separator => {
                table.push('\t');
                rest = after.get(1..).unwrap_or("");
            }
            _ => return after,
        }
    }
}

/// The longest cell in quotes; a quote that is not closed within it is a slip of the writer.
const LONGEST_QUOTED: usize = 1 << 20;

/// The cell behind an opening quote, and the text behind its closing quote.
fn quoted(text: &str) -> Option<(String, &str)> {
    let window = text.as_bytes();
    let window = window.get(..LONGEST_QUOTED).unwrap_or(window);
    let mut cell = String::new();
    let mut start = 0;
    while let Some(found) = window.get(start..).and_then(|rest| memchr(b'"', rest)) {
        let end = start + found;
        cell.push_str(text.get(start..end)?);
        if window.get(end + 1) != Some(&b'"') {
            return Some((cell, text.get(end + 1..)?));
        }
        cell.push('"');
        start = end + 2;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> String {
        let limits = Limits::default();
        let mut writer = Writer::new(&limits);
        read(text, &mut writer);
        writer.finish().sections.remove(0).text
    }

    #[test]
    fn separators_are_found_and_quotes_resolved() {
        assert_eq!(table("a;b\n1,5;\"x;\"\"y\"\"\"\n"), "a\tb\n1,5\tx;\"y\"\n");
        assert_eq!(table("a,b\r\n\"two\nlines\",c\r\n"), "a\tb\ntwo lines\tc\n");
        assert_eq!(table("sep=|\na|b\n"), "a\tb\n");
    }

    #[test]
    fn an_open_quote_does_not_swallow_the_table() {
        assert_eq!(table("a,\"b\nc,d\n"), "a\t\"b\nc\td\n");
    }
}
