//! The text without what only its transport or typesetting put there.
//!
//! Soft hyphens, zero-width characters and marks of quoted mail are dropped; no-break spaces, typographic hyphens and
//! quotes, full-width characters and the digits of other scripts become their ASCII counterparts. Every byte of the
//! cleaned text knows its place in the original.

use std::borrow::Cow;
use std::ops::Range;

/// A cleaned text.
#[derive(Debug)]
pub(crate) struct Clean<'t> {
    pub(crate) text: Cow<'t, str>,
    /// From an offset in the cleaned text on, the offset in the original; sorted.
    shifts: Vec<(usize, usize)>,
    length: usize,
}

impl<'t> Clean<'t> {
    pub(crate) fn of(text: &'t str) -> Self {
        if text.is_ascii() && is_plain(text) {
            return Self { text: Cow::Borrowed(text), shifts: Vec::new(), length: text.len() };
        }
        let mut cleaned = String::new();
        let mut shifts = Vec::new();
        let mut copied = 0;
        let bytes = text.as_bytes();
        let mut offset = 0;
        if bytes.first() == Some(&b'>') {
            offset = quote_marks(bytes);
        }
        let mut change = |from: usize, to: usize, with: &str| {
            cleaned.push_str(text.get(copied..from).unwrap_or(""));
            cleaned.push_str(with);
            copied = to;
            shifts.push((cleaned.len(), to));
        };
        if offset > 0 {
            change(0, offset, "");
        }
        while let Some(&byte) = bytes.get(offset) {
            if !INTERESTING[usize::from(byte)] {
                offset += 1;
                continue;
            }
            let rest = bytes.get(offset..).unwrap_or(&[]);
            match replacement(rest) {
                Some((length, with)) => {
                    change(offset, offset + length, with);
                    offset += length;
                }
                None => offset += 1,
            }
        }
        if shifts.is_empty() {
            return Self { text: Cow::Borrowed(text), shifts, length: text.len() };
        }
        cleaned.push_str(text.get(copied..).unwrap_or(""));
        Self { text: Cow::Owned(cleaned), shifts, length: text.len() }
    }

    /// The place in the original text.
    pub(crate) fn original(&self, span: &Range<usize>) -> Range<usize> {
        self.offset(span.start)..self.offset(span.end)
    }

    fn offset(&self, cleaned: usize) -> usize {
        let count = self.shifts.partition_point(|(from, _)| *from <= cleaned);
        let shift = count.checked_sub(1).and_then(|index| self.shifts.get(index));
        shift.map_or(cleaned, |(from, to)| to + (cleaned - from)).min(self.length)
    }
}

/// Returns true if an ASCII text has neither carriage returns nor quoted lines.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.first() != Some(&b'>')
        && memchr::memchr(b'\r', bytes).is_none()
        && memchr::memmem::find(bytes, b"\n>").is_none()
}

/// The bytes that may begin a sequence to replace.
const INTERESTING: [bool; 256] = {
    let mut table = [false; 256];
    let mut bytes: &[u8] = &[b'\r', b'\n', 0xC2, 0xE2, 0xE3, 0xEF, 0xD9, 0xDB, 0xE0];
    while let [byte, rest @ ..] = bytes {
        #[expect(clippy::as_conversions, reason = "a constant cannot call `usize::from`")]
        {
            table[*byte as usize] = true;
        }
        bytes = rest;
    }
    table
};

/// The length of the marks `> > ` before a quoted line.
fn quote_marks(line: &[u8]) -> usize {
    let mut length = 0;
    while line.get(length) == Some(&b'>') {
        length += 1;
        length += usize::from(line.get(length) == Some(&b' '));
    }
    length
}

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

/// ASCII from `!` to `~`, to which the full-width characters from U+FF01 correspond.
const FULL_WIDTH: &str = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// Returns the length of the sequence that begins here, and its replacement; `None` where it stays.
fn replacement(rest: &[u8]) -> Option<(usize, &'static str)> {
    let digit = |byte: u8, zero: u8| DIGITS.get(usize::from(byte.wrapping_sub(zero))).copied();
    match *rest {
        [b'\r', b'\n', b'>', ..] => Some((2 + quote_marks(rest.get(2..)?), "\n")),
        [b'\r', b'\n', ..] => Some((2, "\n")),
        [b'\r' | b'\n', b'>', ..] => Some((1 + quote_marks(rest.get(1..)?), "\n")),
        [b'\r', ..] => Some((1, "\n")),
        [0xC2, 0xA0, ..] => Some((2, " ")),
        [0xC2, 0xAD, ..] => Some((2, "")),
        [0xC2, 0xAB | 0xBB, ..] => Some((2, "\"")),
        [0xE2, 0x80, third, ..] => match third {
            0x80..=0x8A | 0xAF => Some((3, " ")),
            0x8B..=0x8F | 0xAA..=0xAE => Some((3, "")),
            0x90..=0x95 => Some((3, "-")),
            0x98..=0x9B | 0xB9 | 0xBA => Some((3, "'")),
            0x9C..=0x9F => Some((3, "\"")),
            0xA8 | 0xA9 => Some((3, "\n")),
            _ => None,
        },
        [0xE2, 0x81, 0x9F, ..] => Some((3, " ")),
        [0xE2, 0x81, 0xA0, ..] | [0xEF, 0xBB, 0xBF, ..] => Some((3, "")),
        [0xE2, 0x88, 0x92, ..] => Some((3, "-")),
        [0xE3, 0x80, 0x80, ..] => Some((3, " ")),
        [0xE3, 0x80, 0x8C..=0x8F, ..] => Some((3, "\"")),
        [0xEF, 0xBC, third @ 0x81..=0xBF, ..] => full_width(usize::from(third) - 0x81),
        [0xEF, 0xBD, third @ 0x80..=0x9E, ..] => full_width(usize::from(third) - 0x80 + 63),
        [0xD9, second, ..] => digit(second, 0xA0).map(|with| (2, with)),
        [0xDB, second, ..] => digit(second, 0xB0).map(|with| (2, with)),
        [0xE0, 0xA5, third, ..] => digit(third, 0xA6).map(|with| (3, with)),
        _ => None,
    }
}

fn full_width(index: usize) -> Option<(usize, &'static str)> {
    FULL_WIDTH.get(index..=index).map(|with| (3, with))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_quotation_and_soft_hyphens_go_and_places_stay() {
        let text = "a\u{ad}b\r\n> > c\u{a0}４１";
        let clean = Clean::of(text);
        assert_eq!(clean.text, "ab\nc 41");
        assert_eq!(text.get(clean.original(&(5..7))), Some("４１"));
        assert_eq!(text.get(clean.original(&(3..4))), Some("c"));
    }

    #[test]
    fn a_plain_text_is_not_copied() {
        assert!(matches!(Clean::of("plain\ntext é ж").text, Cow::Borrowed(_)));
    }
}
