//! Texts in bytes: runs of printable characters, in ASCII and in UTF-16.

use std::borrow::Cow;
use std::iter::Peekable;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::FileOffset;
use crate::little_endian::wide;

/// The encoding of a text.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub enum Encoding {
    /// One byte for each character, from space to `~`, and tabs.
    #[serde(rename = "ascii")]
    Ascii,
    /// Two bytes for each character, the low one first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
}

/// A text that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Text<'data> {
    /// Its beginning.
    pub offset: FileOffset,
    /// Its encoding.
    pub encoding: Encoding,
    /// The text.
    pub text: Cow<'data, str>,
}

/// A text is cut into pieces of this many characters, so that a file of one long text is no large piece of memory.
const LONGEST: usize = 4096;

/// The texts of at least `minimum` characters, ascending by offset, one at a time.
///
/// In UTF-16 letters of other alphabets count as well (Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic); Chinese,
/// Japanese and Korean signs do not, as a third of all pairs of bytes would be one. A `minimum` of zero is one.
///
/// ```
/// # use demarche_image::strings::strings;
/// let found: Vec<_> = strings(b"\x00hello\x01k\x00e\x00y\x00", 3).map(|one| one.text).collect();
/// assert_eq!(found, ["hello", "key"]);
/// ```
pub fn strings(bytes: &[u8], minimum: usize) -> impl Iterator<Item = Text<'_>> {
    let minimum = minimum.max(1);
    let mut ascii = Ascii { bytes, position: 0, minimum }.peekable();
    let mut even = Utf16 { bytes, position: 0, minimum }.peekable();
    let mut odd = Utf16 { bytes, position: 1, minimum }.peekable();
    std::iter::from_fn(move || {
        let places = [place(&mut ascii), place(&mut even), place(&mut odd)];
        let first = places.iter().flatten().min().copied()?;
        match places.map(|found| found == Some(first)) {
            [true, ..] => ascii.next(),
            [_, true, _] => even.next(),
            _ => odd.next(),
        }
    })
}

fn place<'data>(texts: &mut Peekable<impl Iterator<Item = Text<'data>>>) -> Option<FileOffset> {
    texts.peek().map(|text| text.offset)
}

struct Ascii<'data> {
    bytes: &'data [u8],
    position: usize,
    minimum: usize,
}

impl<'data> Iterator for Ascii<'data> {
    type Item = Text<'data>;

    fn next(&mut self) -> Option<Text<'data>> {
        let is_printable = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t');
        loop {
            let rest = self.bytes.get(self.position..)?;
            let start = rest.iter().position(is_printable)?;
            let run = rest.get(start..)?;
            let count = run.iter().take(LONGEST).take_while(|byte| is_printable(byte)).count();
            let offset = self.position + start;
            self.position = offset + count;
            if count >= self.minimum {
                let text = run.get(..count).and_then(|run| std::str::from_utf8(run).ok())?;
                return Some(Text {
                    offset: FileOffset(wide(offset)),
                    encoding: Encoding::Ascii,
                    text: Cow::Borrowed(text),
                });
            }
        }
    }
}

struct Utf16<'data> {
    bytes: &'data [u8],
    position: usize,
    minimum: usize,
}

impl<'data> Iterator for Utf16<'data> {
    type Item = Text<'data>;

    fn next(&mut self) -> Option<Text<'data>> {
        loop {
            let (units, _) = self.bytes.get(self.position..)?.as_chunks::<2>();
            let start = units.iter().position(|unit| letter(*unit).is_some())?;
            let position = self.position + start * 2;
            // The last byte of a text in ASCII and the zero behind it look like a first letter.
            let before =
                position.checked_sub(2).and_then(|before| self.bytes.get(before..position));
            if before.is_some_and(|before| before.iter().all(|byte| matches!(byte, b' '..=b'~'))) {
                self.position = position + 2;
                continue;
            }
            let run = units.get(start..)?.iter().take(LONGEST);
            let text: String = run.map_while(|unit| letter(*unit)).collect();
            let count = text.chars().count();
            self.position = position + count * 2;
            if count >= self.minimum {
                return Some(Text {
                    offset: FileOffset(wide(position)),
                    encoding: Encoding::Utf16Le,
                    text: Cow::Owned(text),
                });
            }
        }
    }
}

/// The character of a unit, where texts may have it.
fn letter(unit: [u8; 2]) -> Option<char> {
    let character = char::from_u32(u16::from_le_bytes(unit).into())?;
    let is_text = match character {
        ' '..='~' | '\t' => true,
        '\u{a0}'..='\u{6ff}' => character.is_alphanumeric(),
        _ => false,
    };
    is_text.then_some(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(bytes: &[u8], minimum: usize) -> Vec<(u64, String)> {
        strings(bytes, minimum).map(|string| (string.offset.0, string.text.into_owned())).collect()
    }

    #[test]
    fn texts_come_in_the_order_of_the_file_with_their_offsets() {
        let wide: Vec<u8> = "Привет".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let bytes = [b"\0abc\0", &wide[..], b"\0\0tail"].concat();
        let expected = [(1, "abc"), (5, "Привет"), (19, "tail")];
        assert_eq!(found(&bytes, 3), expected.map(|(position, text)| (position, text.to_owned())));
    }

    #[test]
    fn a_text_shorter_than_the_minimum_is_none() {
        assert_eq!(found(b"ab\0abc", 3), [(3, "abc".to_owned())]);
        assert!(found(b"", 0).is_empty());
    }

    #[test]
    fn a_long_text_comes_in_pieces() {
        let texts = found(&[b'a'; 10_000], 4);
        assert_eq!(
            texts.iter().map(|(_, text)| text.len()).collect::<Vec<_>>(),
            [4096, 4096, 1808]
        );
    }
}
