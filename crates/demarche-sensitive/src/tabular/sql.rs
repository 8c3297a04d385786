//! Rows in statements of SQL: `INSERT INTO … VALUES` and the `COPY … FROM stdin` of `PostgreSQL`.
//!
//! The columns are those of the statement, or of the `CREATE TABLE` before it.
//!
//! Source: ISO/IEC 9075-2, "insert statement"; `MySQL` Reference Manual, "String literals"; `PostgreSQL` documentation, "COPY".
#![warn(clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::ops::Range;

use super::{MOST_COLUMNS, Table};

/// The bytes of the longest name of a table or column.
const LONGEST_NAME: usize = 128;

/// The bytes of the longest value, such as a picture in hexadecimal digits.
const LONGEST_VALUE: usize = 16 << 20;

/// The names of the columns of a table, by their places.
type Columns = Vec<Range<usize>>;

/// The tables that statements fill, in their order.
pub(crate) fn tables(text: &str) -> Vec<Table> {
    let mut known: BTreeMap<String, Columns> = BTreeMap::new();
    let mut tables: Vec<Table> = Vec::new();
    let mut reader = Reader { text, offset: 0 };
    while let Some(statement) = reader.statement() {
        let Some(name) = reader.name() else { continue };
        let name = text.get(name).unwrap_or("").to_lowercase();
        if statement == Statement::Create {
            if let Some(columns) = reader.definitions() {
                known.insert(name, columns);
            }
            continue;
        }
        let named = reader.columns();
        let Some(columns) = named.as_ref().or_else(|| known.get(&name)) else { continue };
        let mut table = Table::new();
        table.range.start = reader.offset;
        for column in columns {
            table.cell(column.start, text.get(column.clone()).unwrap_or(""));
        }
        table.end_row();
        let has_rows = match statement {
            Statement::Insert => reader.values(&mut table),
            Statement::Copy | Statement::Create => reader.copied(&mut table),
        };
        table.range.end = reader.offset;
        if has_rows {
            tables.push(table);
        }
    }
    tables
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Statement {
    Create,
    Insert,
    Copy,
}

/// A place in a text; it only moves ahead, so that a hostile text costs its length.
struct Reader<'t> {
    text: &'t str,
    offset: usize,
}

impl<'t> Reader<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.offset..).unwrap_or("")
    }

    /// Moves behind the next words that begin a statement.
    fn statement(&mut self) -> Option<Statement> {
        let bytes = self.rest().as_bytes();
        for (index, _) in bytes.iter().enumerate().filter(|(_, byte)| is_initial(**byte)) {
            let before = index.checked_sub(1).and_then(|index| bytes.get(index));
            if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_') {
                continue;
            }
            let found = STATEMENTS.iter().find_map(|(words, statement)| {
                let rest = bytes.get(index..)?;
                words_at(rest, words).map(|length| (length, *statement))
            });
            if let Some((length, statement)) = found {
                self.offset += index + length;
                return Some(statement);
            }
        }
        self.offset = self.text.len();
        None
    }

    fn skip_blanks(&mut self) {
        let rest = self.rest();
        self.offset += rest.len() - rest.trim_ascii_start().len();
    }

    fn eats(&mut self, sign: u8) -> bool {
        self.skip_blanks();
        let is_next = self.rest().as_bytes().first() == Some(&sign);
        self.offset += usize::from(is_next);
        is_next
    }

    /// The name of a table or column, in the quotes of any database or none, with the schema before it.
    fn name(&mut self) -> Option<Range<usize>> {
        self.skip_blanks();
        let rest = self.rest();
        let quote = rest.chars().next().filter(|sign| matches!(sign, '"' | '`' | '['));
        let name = match quote {
            Some(quote) => {
                let close = if quote == '[' { ']' } else { quote };
                let length = rest.bytes().skip(1).take(LONGEST_NAME);
                let mut length = length.enumerate().filter(|(_, byte)| char::from(*byte) == close);
                let length = length.next()?.0;
                let start = self.offset + 1;
                self.offset += length + 2;
                start..start + length
            }
            None => {
                let is_sign = |sign: &char| sign.is_alphanumeric() || matches!(sign, '_' | '$');
                let signs = rest.chars().take(LONGEST_NAME).take_while(is_sign);
                let length: usize = signs.map(char::len_utf8).sum();
                let start = self.offset;
                self.offset += length;
                (length > 0).then_some(start..start + length)?
            }
        };
        if self.rest().starts_with('.') {
            self.offset += 1;
            return self.name();
        }
        Some(name)
    }

    /// The names in brackets.
    fn columns(&mut self) -> Option<Columns> {
        if !self.eats(b'(') {
            return None;
        }
        let mut columns = Vec::new();
        loop {
            columns.push(self.name()?);
            if self.eats(b')') {
                return Some(columns);
            }
            if !self.eats(b',') || columns.len() >= MOST_COLUMNS {
                return None;
            }
        }
    }

    /// The names of the columns that `CREATE TABLE` defines.
    fn definitions(&mut self) -> Option<Columns> {
        if !self.eats(b'(') {
            return None;
        }
        let mut columns = Vec::new();
        loop {
            let name = self.name()?;
            let word = self.text.get(name.clone()).unwrap_or("").to_ascii_uppercase();
            let is_quoted = self.text.get(..name.start).is_some_and(|text| text.ends_with('`'));
            if is_quoted || !CONSTRAINTS.contains(&word.as_str()) {
                columns.push(name);
            }
            let end = self.value(&mut Table::new())?;
            self.offset += 1;
            if end == b')' {
                return Some(columns);
            }
            if columns.len() >= MOST_COLUMNS {
                return None;
            }
        }
    }

    /// Adds the rows behind `VALUES`; false if there is none.
    fn values(&mut self, table: &mut Table) -> bool {
        self.skip_blanks();
        let rest = self.rest().as_bytes();
        let Some(length) = words_at(rest, "VALUES").or_else(|| words_at(rest, "VALUE")) else {
            return false;
        };
        self.offset += length;
        let mut has_rows = false;
        while self.eats(b'(') {
            has_rows = true;
            loop {
                let end = self.value(table);
                table.text.push('\t');
                self.offset += usize::from(end.is_some());
                match end {
                    Some(b',') => {}
                    Some(_) => break,
                    None => return has_rows,
                }
            }
            table.end_row();
            if !self.eats(b',') {
                break;
            }
        }
        has_rows
    }

    /// Adds a value, and moves to the comma or bracket that ends it, which is returned.
    fn value(&mut self, table: &mut Table) -> Option<u8> {
        let bytes = self.text.as_bytes();
        self.skip_blanks();
        let start = self.offset;
        let mut depth = 0;
        while let Some(byte) =
            bytes.get(self.offset).filter(|_| self.offset - start < LONGEST_VALUE)
        {
            match byte {
                b',' if depth == 0 => return Some(self.plain(start, b',', table)),
                b')' if depth == 0 => return Some(self.plain(start, b')', table)),
                b'(' => depth += 1,
                b')' => depth -= 1,
                b'\'' | b'"' | b'`' => {
                    self.string(*byte, table);
                    continue;
                }
                _ => {}
            }
            self.offset += 1;
        }
        None
    }

    /// Adds a value without quotes; one with quotes was added already.
    fn plain(&self, start: usize, end: u8, table: &mut Table) -> u8 {
        let value = self.text.get(start..self.offset).unwrap_or("").trim_ascii_end();
        let is_plain = !value.contains(['\'', '"', '`']) && !value.eq_ignore_ascii_case("NULL");
        if is_plain {
            table.push(start, value);
        }
        end
    }

    /// Adds the inside of a string, with its quotes and backslashes as they were meant.
    fn string(&mut self, quote: u8, table: &mut Table) {
        let bytes = self.text.as_bytes();
        self.offset += 1;
        let mut from = self.offset;
        while let Some(byte) = bytes.get(self.offset) {
            let next = bytes.get(self.offset + 1);
            let is_pair = *byte == quote && next == Some(&quote)
                || *byte == b'\\' && matches!(next, Some(b'\'' | b'"' | b'\\'));
            if is_pair {
                table.push(from, self.text.get(from..self.offset).unwrap_or(""));
                from = self.offset + 1;
                self.offset += 2;
            } else if *byte == quote {
                break;
            } else {
                self.offset += 1;
            }
        }
        table.push(from, self.text.get(from..self.offset).unwrap_or(""));
        self.offset = (self.offset + 1).min(bytes.len());
    }

    /// Adds the rows behind `FROM stdin`, up to the line `\.`; false if there is none.
    fn copied(&mut self, table: &mut Table) -> bool {
        self.skip_blanks();
        let Some(length) = words_at(self.rest().as_bytes(), "FROM STDIN") else { return false };
        self.offset += length;
        let Some(line) = memchr::memchr(b'\n', self.rest().as_bytes()) else { return false };
        self.offset += line + 1;
        let mut has_rows = false;
        for line in self.rest().split_inclusive('\n') {
            let start = self.offset;
            self.offset += line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            if line == "\\." {
                break;
            }
            let mut offset = start;
            for cell in line.split('\t') {
                table.cell(offset, if cell == "\\N" { "" } else { cell });
                offset += cell.len() + 1;
            }
            table.end_row();
            has_rows = true;
        }
        has_rows
    }
}

/// The words with which statements begin.
const STATEMENTS: [(&str, Statement); 8] = [
    ("INSERT INTO", Statement::Insert),
    ("INSERT IGNORE INTO", Statement::Insert),
    ("INSERT OR REPLACE INTO", Statement::Insert),
    ("INSERT", Statement::Insert),
    ("REPLACE INTO", Statement::Insert),
    ("COPY", Statement::Copy),
    ("CREATE TABLE IF NOT EXISTS", Statement::Create),
    ("CREATE TABLE", Statement::Create),
];

fn is_initial(byte: u8) -> bool {
    matches!(byte.to_ascii_uppercase(), b'I' | b'R' | b'C')
}

/// The words with which a definition begins that is none of a column.
const CONSTRAINTS: [&str; 11] = [
    "PRIMARY",
    "KEY",
    "UNIQUE",
    "INDEX",
    "CONSTRAINT",
    "FOREIGN",
    "CHECK",
    "FULLTEXT",
    "SPATIAL",
    "EXCLUDE",
    "PERIOD",
];

/// The length of words, in capitals or not, with blanks between and no letter behind; none where others stand.
fn words_at(text: &[u8], words: &str) -> Option<usize> {
    let mut offset = 0;
    for (index, word) in words.split(' ').enumerate() {
        if index > 0 {
            let rest = text.get(offset..)?.iter();
            let blanks = rest.take(8).take_while(|byte| byte.is_ascii_whitespace()).count();
            offset += (blanks > 0).then_some(blanks)?;
        }
        let found = text.get(offset..offset + word.len())?;
        found.eq_ignore_ascii_case(word.as_bytes()).then_some(())?;
        offset += word.len();
    }
    let is_end =
        text.get(offset).is_none_or(|next| !(next.is_ascii_alphanumeric() || *next == b'_'));
    is_end.then_some(offset)
}
