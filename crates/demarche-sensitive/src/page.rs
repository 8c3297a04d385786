//! A text as the rules see it: its words that name data, its tokens with digits, its columns.

use std::ops::Range;

use crate::Layout;
use crate::grid::{Cell, Grid};
use crate::lexicon::{Hit, Lexicon};

/// A run of ASCII letters and digits with a digit in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) is_number: bool,
}

/// The longest cell of a header, in characters.
const HEADER: usize = 40;

/// The first rows of a table among which its header is looked for; titles and notes stand above it.
const HEADERS: usize = 10;

/// A text that has been read once.
#[derive(Debug)]
pub(crate) struct Page<'t> {
    pub(crate) text: &'t str,
    pub(crate) bytes: &'t [u8],
    pub(crate) layout: Layout,
    pub(crate) hits: Vec<Hit>,
    pub(crate) tokens: Vec<Token>,
    /// Tokens after which `://` comes, or that begin like an issuer's key.
    pub(crate) keys: Vec<Range<usize>>,
    /// The cells of a table.
    pub(crate) grid: Grid,
    /// For each column of a table the hits of its header.
    pub(crate) columns: Vec<Vec<Hit>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Gap,
    Letter,
    Digit,
    /// A byte of a letter that takes two bytes.
    High,
    /// The first byte of a sign that takes two or three bytes.
    Sign2,
    Sign3,
    /// The first byte of a letter of a script that does not part words.
    Wide,
}

const CLASSES: [Class; 256] = {
    let mut table = [Class::Gap; 256];
    let mut byte: u8 = 0;
    loop {
        #[expect(clippy::as_conversions, reason = "a constant cannot call `usize::from`")]
        let index = byte as usize;
        table[index] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            0xC2 => Class::Sign2,
            0xE2 => Class::Sign3,
            0x80..=0xBF | 0xC3..=0xDF | 0xE1 => Class::High,
            0xE0 | 0xE3..=0xFF => Class::Wide,
            _ => Class::Gap,
        };
        if byte == u8::MAX {
            break table;
        }
        byte += 1;
    }
};

/// The bit of a letter and of a digit in [`ALPHANUMERIC`].
const LETTER: u8 = 1;
const DIGIT: u8 = 2;

/// A bit for each ASCII letter and digit, and none for every other byte.
const ALPHANUMERIC: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte: u8 = 0;
    while byte < 0x80 {
        #[expect(clippy::as_conversions, reason = "a constant cannot call `usize::from`")]
        let index = byte as usize;
        table[index] = match CLASSES[index] {
            Class::Letter => LETTER,
            Class::Digit => DIGIT,
            Class::Gap | Class::High | Class::Sign2 | Class::Sign3 | Class::Wide => 0,
        };
        byte += 1;
    }
    table
};

fn class(byte: u8) -> Class {
    CLASSES[usize::from(byte)]
}

impl<'t> Page<'t> {
    pub(crate) fn read(text: &'t str, layout: Layout, lexicon: &Lexicon) -> Self {
        let bytes = text.as_bytes();
        let mut page = Self {
            text,
            bytes,
            layout,
            hits: Vec::new(),
            tokens: Vec::new(),
            keys: Vec::new(),
            grid: if layout == Layout::Table { Grid::of(bytes) } else { Grid::none() },
            columns: Vec::new(),
        };
        let mut offset = 0;
        let mut was_letter = false;
        while let Some(&byte) = bytes.get(offset) {
            let kind = class(byte);
            match kind {
                Class::Gap => offset += 1,
                Class::Sign2 => offset += 2,
                Class::Sign3 => offset += 3,
                Class::Wide => {
                    lexicon.note_wide(bytes, offset, &mut page.hits);
                    offset += 1 + continuation(bytes, offset + 1);
                }
                Class::High => {
                    if !was_letter {
                        lexicon.note(bytes, offset, &mut page.hits);
                    }
                    offset += 1;
                }
                Class::Letter | Class::Digit => {
                    if kind == Class::Letter && !was_letter {
                        lexicon.note(bytes, offset, &mut page.hits);
                    }
                    offset = page.token(offset);
                }
            }
            was_letter = matches!(kind, Class::Letter | Class::High | Class::Digit);
        }
        if layout == Layout::Table {
            page.columns = page.headers();
        }
        page
    }

    /// Reads the token that begins here, and returns its end.
    fn token(&mut self, start: usize) -> usize {
        let rest = self.bytes.get(start..).unwrap_or(&[]);
        let mut signs = 0;
        let is_part = |byte: &&u8| {
            let bits = ALPHANUMERIC[usize::from(**byte)];
            signs |= bits;
            bits != 0
        };
        let end = start + rest.iter().take_while(is_part).count();
        let (has_digit, has_letter) = (signs & DIGIT != 0, signs & LETTER != 0);
        let is_prefix = end - start == 1 && has_letter && self.byte(end) == b'-';
        if has_digit || is_prefix && self.byte(end + 1).is_ascii_digit() {
            self.tokens.push(Token { start, end, is_number: !has_letter });
        }
        let next = self.bytes.get(end);
        let is_key = match next {
            Some(b':') => self.bytes.get(end + 1..end + 3) == Some(b"//"),
            Some(b'_' | b'-' | b'.') => {
                crate::lexicon::is_prefix(self.bytes.get(start..end).unwrap_or(&[]))
            }
            _ => end - start >= 16 && has_letter,
        };
        if is_key || self.begins_block(start, end) {
            self.keys.push(start..end);
        }
        end
    }

    fn begins_block(&self, start: usize, end: usize) -> bool {
        end - start == 5
            && self.bytes.get(start..end) == Some(b"BEGIN")
            && start.checked_sub(5).and_then(|from| self.bytes.get(from..start)) == Some(b"-----")
    }

    /// The hits of the header, by column.
    ///
    /// The header is the row with the most cells that are labels among the first [`HEADERS`]. A row below the first
    /// that is no title must have two such cells: a form has its labels below each other, and is not to be mistaken.
    fn headers(&self) -> Vec<Vec<Hit>> {
        let is_filled = |cell: &Cell| !self.slice(cell.range.clone()).trim().is_empty();
        let is_title = |row: &usize| !self.grid.row(*row).skip(1).any(|cell| is_filled(&cell));
        let mut rows = (0..self.grid.rows().min(HEADERS)).skip_while(is_title);
        let Some(first) = rows.next() else { return Vec::new() };
        let is_known = |cell: &Cell| !self.hits_in(&cell.range).is_empty();
        let mut best = if self.is_header(first) {
            (self.grid.row(first).filter(is_known).count(), Some(first))
        } else {
            (0, None)
        };
        for row in rows.filter(|row| self.is_header(*row)) {
            let is_label = |cell: &Cell| !heading_hits(self, cell.range.clone()).is_empty();
            let labels = self.grid.row(row).filter(is_label).count();
            if labels >= 2 && labels > best.0 {
                best = (labels, Some(row));
            }
        }
        let Some(row) = best.1 else { return Vec::new() };
        self.grid.row(row).map(|cell| self.hits_in(&cell.range).to_vec()).collect()
    }

    /// Returns true if every cell of a row can stand in a header.
    fn is_header(&self, row: usize) -> bool {
        self.grid.row(row).all(|cell| self.is_heading(&cell))
    }

    /// Returns true for a cell that can stand in a header: short, and with no digits but a number of a word or a year.
    fn is_heading(&self, cell: &Cell) -> bool {
        let text = self.slice(cell.range.clone());
        // A cell of megabytes must not be counted through.
        if text.len() > 4 * HEADER || text.chars().count() > HEADER {
            return false;
        }
        // The number of a field, or the year of a column that a word names: "Phone 2", "Salary 2021".
        let most = if self.hits_in(&cell.range).is_empty() { 2 } else { 4 };
        let is_word = |word: &str| {
            !has_digit(word) || word.len() <= most && word.bytes().all(|byte| byte.is_ascii_digit())
        };
        !has_digit(text)
            || text.split([' ', '(', ')']).all(is_word) && text.contains(char::is_alphabetic)
    }

    /// Returns true for a text that is only a label, such as `Date of birth (child):` or `Passwort`.
    pub(crate) fn is_label(&self, range: &Range<usize>) -> bool {
        !label_hits(self, range.clone()).is_empty()
    }

    /// The hits that lie in a range.
    pub(crate) fn hits_in(&self, range: &Range<usize>) -> &[Hit] {
        let first = self.hits.partition_point(|hit| hit.start < range.start);
        let last = self.hits.partition_point(|hit| hit.start < range.end);
        self.hits.get(first..last).unwrap_or(&[])
    }

    /// The text of a range; empty where it is none.
    pub(crate) fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or("")
    }

    /// The byte at an offset; a line feed outside the text.
    pub(crate) fn byte(&self, offset: usize) -> u8 {
        self.bytes.get(offset).copied().unwrap_or(b'\n')
    }

    /// The byte before an offset; a line feed at the start.
    pub(crate) fn byte_before(&self, offset: usize) -> u8 {
        offset.checked_sub(1).map_or(b'\n', |before| self.byte(before))
    }

    /// The start of the line in which an offset lies, looking back a number of bytes at most.
    pub(crate) fn line_start(&self, offset: usize, reach: usize) -> usize {
        let from = self.back(offset, reach);
        let before = self.bytes.get(from..offset).unwrap_or(&[]);
        memchr::memrchr(b'\n', before).map_or(from, |index| from + index + 1)
    }

    /// The end of the line in which an offset lies, looking ahead a number of bytes at most.
    pub(crate) fn line_end(&self, offset: usize, reach: usize) -> usize {
        let to = self.boundary(self.bytes.len().min(offset + reach));
        let after = self.bytes.get(offset..to).unwrap_or(&[]);
        memchr::memchr(b'\n', after).map_or(to, |index| offset + index)
    }

    /// The start of a character a number of bytes before an offset, or the start of the text.
    pub(crate) fn back(&self, offset: usize, reach: usize) -> usize {
        offset.checked_sub(reach).map_or(0, |from| self.boundary(from))
    }

    /// The nearest start of a character at or before an offset.
    pub(crate) fn boundary(&self, offset: usize) -> usize {
        self.text.floor_char_boundary(offset)
    }

    /// Returns true if a number can begin here: no longer number or word goes before.
    pub(crate) fn is_left_edge(&self, start: usize) -> bool {
        let before = self.byte_before(start);
        let second = start.checked_sub(1).map_or(b'\n', |offset| self.byte_before(offset));
        match before {
            b'-' | b'/' | b'\\' => !second.is_ascii_alphanumeric(),
            b'.' | b',' => !second.is_ascii_digit(),
            b'_' | b'$' | b'%' | b'+' | b'@' => false,
            _ => !before.is_ascii_alphanumeric(),
        }
    }

    /// Returns true if a number can end here: no longer number or word goes on.
    pub(crate) fn is_right_edge(&self, end: usize) -> bool {
        let (next, second) = (self.byte(end), self.byte(end + 1));
        match next {
            b'-' | b'/' | b'\\' | b'_' => !second.is_ascii_alphanumeric(),
            b'.' | b',' | b':' => !second.is_ascii_digit(),
            b'@' | b'%' => false,
            _ => !next.is_ascii_alphanumeric(),
        }
    }

    /// Returns true if a space and a further number go before or come after.
    pub(crate) fn has_number_beside(&self, range: &Range<usize>) -> bool {
        let before = self.byte_before(range.start) == b' '
            && self.byte_before(range.start - 1).is_ascii_digit();
        before || self.byte(range.end) == b' ' && self.byte(range.end + 1).is_ascii_digit()
    }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The number of bytes from an offset on that continue a character.
fn continuation(bytes: &[u8], offset: usize) -> usize {
    let rest = bytes.get(offset..).unwrap_or(&[]);
    rest.iter().take_while(|byte| matches!(byte, 0x80..=0xBF)).count()
}

/// The characters from which on a text is no label.
const LONGEST_LABEL: usize = 60;

/// The characters that may follow the last known word of a label, as in `Date of birth (child):`.
const LABEL_TAIL: usize = 14;

/// The words of a cell that is only a label, such as `Date of birth (child):`; none of another cell.
pub(crate) fn label_hits<'p>(page: &'p Page<'_>, cell: Range<usize>) -> &'p [Hit] {
    let hits = heading_hits(page, cell.clone());
    if hits.is_empty() || page.slice(cell).bytes().any(|byte| byte.is_ascii_digit()) {
        &[]
    } else {
        hits
    }
}

/// The words of a label that may have a number, as headings have: `Phone 2`.
pub(crate) fn heading_hits<'p>(page: &'p Page<'_>, cell: Range<usize>) -> &'p [Hit] {
    // A cell of megabytes must not be counted through.
    if cell.len() >= 4 * LONGEST_LABEL || page.slice(cell.clone()).chars().count() >= LONGEST_LABEL
    {
        return &[];
    }
    let hits = page.hits_in(&cell);
    let end = hits.last().map_or(cell.start, |hit| hit.end);
    let start = hits.first().map_or(cell.end, |hit| hit.start);
    let lead = page.slice(cell.start..start).split_whitespace().count();
    let tail = page.slice(end..cell.end).chars().count();
    if tail <= LABEL_TAIL && lead <= 2 { hits } else { &[] }
}
