//! A text as the rules see it: its words that name data, its tokens with digits, its columns.

use std::ops::Range;

use crate::Shape;
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

/// A text that has been read once.
#[derive(Debug)]
pub(crate) struct Page<'t> {
    pub(crate) text: &'t str,
    pub(crate) bytes: &'t [u8],
    pub(crate) shape: Shape,
    pub(crate) hits: Vec<Hit>,
    pub(crate) tokens: Vec<Token>,
    /// Tokens after which `://` comes, or that begin like an issuer's key.
    pub(crate) keys: Vec<Range<usize>>,
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
    pub(crate) fn read(text: &'t str, shape: Shape, lexicon: &Lexicon) -> Self {
        let bytes = text.as_bytes();
        let mut page = Self {
            text,
            bytes,
            shape,
            hits: Vec::new(),
            tokens: Vec::new(),
            keys: Vec::new(),
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
        if shape == Shape::Table {
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

    /// The hits of the header, by column: the first row of short cells without digits, among the first five rows.
    fn headers(&self) -> Vec<Vec<Hit>> {
        let mut start = 0;
        for line in self.text.split_inclusive('\n').take(5) {
            let is_title = !line.contains('\t') && !line.bytes().any(|byte| byte.is_ascii_digit());
            let is_header = !line.bytes().any(|byte| byte.is_ascii_digit())
                && line.split('\t').all(|cell| cell.chars().count() <= HEADER);
            if is_header && !is_title {
                return self.cells(start, line);
            }
            if !is_title {
                break;
            }
            start += line.len();
        }
        Vec::new()
    }

    /// The hits of each cell of a row.
    fn cells(&self, start: usize, line: &str) -> Vec<Vec<Hit>> {
        let mut from = start;
        let cells = line.split('\t').map(|cell| {
            let range = from..from + cell.len();
            from = range.end + 1;
            self.hits_in(&range).to_vec()
        });
        cells.collect()
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

/// The number of bytes from an offset on that continue a character.
fn continuation(bytes: &[u8], offset: usize) -> usize {
    let rest = bytes.get(offset..).unwrap_or(&[]);
    rest.iter().take_while(|byte| matches!(byte, 0x80..=0xBF)).count()
}
