//! Tables with a head line, row by row.

use std::collections::BTreeMap;

use demarche_case::Moment;

use crate::Refused;
use crate::refused::Malformed;

/// The longest a row may be, in bytes; the longest of EuRepoC 1.1 has 70,000.
const MAX_ROW: u64 = 4 << 20;

/// One row by the names of its columns, without white space around the cells and without empty ones.
#[derive(Debug, Default)]
pub(crate) struct Row {
    /// The line on which it begins.
    pub(crate) line: u64,
    cells: BTreeMap<String, String>,
}

impl Row {
    /// A cell, unless it is empty.
    pub(crate) fn get(&self, column: &str) -> Option<&str> {
        self.cells.get(column).map(String::as_str)
    }

    /// All cells that are not empty, but those of some columns, and those that say that nothing is known.
    pub(crate) fn without(self, columns: &[&str]) -> BTreeMap<String, String> {
        let mut cells = self.cells;
        cells.retain(|column, cell| !columns.contains(&column.as_str()) && cell != "Not available");
        cells
    }
}

/// The names of the columns, as the first line has them.
pub(crate) fn columns(bytes: &[u8]) -> Vec<String> {
    separated(bytes, b',')
}

/// The same of a table with another byte between its cells.
pub(crate) fn separated(bytes: &[u8], separator: u8) -> Vec<String> {
    let mut reader = reader(bytes, separator);
    let heads = reader.byte_headers().ok();
    let heads = heads.into_iter().flatten();
    heads.map(|head| String::from_utf8_lossy(head).trim().to_owned()).collect()
}

fn reader(bytes: &[u8], separator: u8) -> csv::Reader<&[u8]> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    csv::ReaderBuilder::new().flexible(true).delimiter(separator).from_reader(bytes)
}

/// Refuses, once for the whole table, each of these columns that it lacks.
pub(crate) fn lacking<'c>(
    bytes: &[u8],
    wanted: impl IntoIterator<Item = &'c &'static str>,
) -> Vec<Refused> {
    let columns = columns(bytes);
    let lacking = wanted.into_iter().filter(|name| columns.iter().all(|column| column != *name));
    lacking.map(|name| Refused::new("the table", Malformed::Column(name))).collect()
}

/// The date of a column as a reader understands it; one that it does not costs itself alone.
pub(crate) fn date(
    row: &Row,
    field: &'static str,
    read: impl Fn(&str) -> Option<Moment>,
    id: &str,
    refused: &mut Vec<Refused>,
) -> Option<Moment> {
    let cell = row.get(field)?;
    let date = read(cell);
    if date.is_none() {
        refused.push(Refused::new(id, Malformed::Date { field, value: short(cell) }));
    }
    date
}

/// The word for fields that are not read and whose names are too many to be told.
pub(crate) const OTHER_FIELD: &str = "field of another name";

/// A cell as it is shown in a reason.
pub(crate) fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The rows; a row that cannot be read is refused by its line, and the others are read.
pub(crate) fn rows(bytes: &[u8]) -> Vec<Result<Row, Refused>> {
    let columns = columns(bytes);
    let mut reader = reader(bytes, b',');
    let mut record = csv::ByteRecord::new();
    let mut rows = Vec::new();
    loop {
        let line = reader.position().line();
        match reader.read_byte_record(&mut record) {
            Ok(false) => return rows,
            Ok(true) => rows.push(row(&columns, &record)),
            Err(error) => {
                rows.push(Err(Refused::row(line, Malformed::Syntax(error.to_string()))));
                return rows;
            }
        }
    }
}

fn row(columns: &[String], record: &csv::ByteRecord) -> Result<Row, Refused> {
    let line = record.position().map_or(0, csv::Position::line);
    let refuse = |fault| Err(Refused::row(line, fault));
    if record.len() != columns.len() {
        return refuse(Malformed::Cells { cells: record.len(), columns: columns.len() });
    }
    let bytes: u64 = record.iter().map(|cell| cell.len() as u64).sum();
    if bytes > MAX_ROW {
        return refuse(Malformed::Length { bytes, limit: MAX_ROW });
    }
    let mut cells = BTreeMap::new();
    for (column, cell) in columns.iter().zip(record) {
        match std::str::from_utf8(cell).map(str::trim) {
            Ok("") => {}
            Ok(cell) => drop(cells.insert(column.clone(), cell.to_owned())),
            Err(_) => return refuse(Malformed::Encoding(column.clone())),
        }
    }
    Ok(Row { line, cells })
}

/// The texts of a list as Python writes it, by the elements of the outermost list: `['a', 'b']` and `[['a', 'b'], ['c']]`.
///
/// A text that is no list is one element; anything that is not in quotation marks is passed over.
pub(crate) fn python_lists(text: &str) -> Vec<Vec<String>> {
    if !text.starts_with('[') {
        return vec![vec![text.to_owned()]];
    }
    let mut elements: Vec<Vec<String>> = Vec::new();
    let mut depth = 0_u32;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '[' => {
                // A row has at most 4 MiB, so that the depth fits.
                depth += 1;
                if depth == 2 {
                    elements.push(Vec::new());
                }
            }
            ']' => depth = depth.saturating_sub(1),
            '\'' | '"' => {
                let text = quoted(&mut letters, letter);
                match elements.last_mut() {
                    Some(last) if depth >= 2 => last.push(text),
                    _ => elements.push(vec![text]),
                }
            }
            _ => {}
        }
    }
    elements
}

fn quoted(letters: &mut std::str::Chars<'_>, end: char) -> String {
    let mut text = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.extend(letters.next()),
            _ if letter == end => break,
            _ => text.push(letter),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_as_python_writes_them() {
        let of = |text: &str| python_lists(text);
        assert_eq!(of("['a', \"b's\"]"), [["a"], ["b's"]]);
        assert_eq!(of("[['a', 'b'], ['']]"), [vec!["a", "b"], vec![""]]);
        assert_eq!(of("['it\\'s']"), [["it's"]]);
        assert_eq!(of("plain"), [["plain"]]);
        assert_eq!(of("[]"), Vec::<Vec<String>>::new());
        assert_eq!(of("[[['x"), [["x"]]);
    }

    #[test]
    fn a_bad_row_does_not_cost_the_others() {
        let rows = rows(b"a,b\n1,2\n3\n\xff,4\n5,\"6\n7\"\n");
        let lines: Vec<_> = rows
            .iter()
            .map(|row| row.as_ref().map(|row| row.line).map_err(|refused| refused.id.as_str()))
            .collect();
        assert_eq!(lines, [Ok(2), Err("line 3"), Err("line 4"), Ok(5)]);
        assert_eq!(rows[3].as_ref().unwrap().get("b"), Some("6\n7"));
    }
}
