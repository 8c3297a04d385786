//! The outline of a JSON text: where each object of a bundle begins and ends, how deep it nests, how long its texts are.
//!
//! Nothing is understood here but brackets, strings and commas, so that an element that is no JSON costs nobody else
//! their place. Recursion has no part in it.

use std::fmt;
use std::marker::PhantomData;

use memchr::memchr2;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// The depth to which an object may nest; those of ATT&CK 18.1 need three levels.
pub const MAX_DEPTH: u32 = 64;

/// The most bytes of a single text, as JSON writes it; the longest of ATT&CK 18.1 has 4,745.
pub const MAX_TEXT: usize = 256 * 1024;

/// Reads a JSON object into a type with fields; an array is an error.
///
/// A derived reader takes the elements of an array for the fields in their order, so that `[["…"]]` would pass for
/// an object and its marking would be overlooked.
///
/// # Errors
///
/// The text is no JSON, no object, or not of the type.
///
/// ```
/// # use std::collections::BTreeMap;
/// assert!(demarche_stix::object::<BTreeMap<String, u8>>(b"{\"a\": 1}").is_ok());
/// assert!(demarche_stix::object::<BTreeMap<String, u8>>(b"[1]").is_err());
/// ```
pub fn object<'a, T: Deserialize<'a>>(json: &'a [u8]) -> serde_json::Result<T> {
    serde_json::from_slice(json).map(|Braced(value)| value)
}

/// A value that is read from a JSON object alone, and never from an array.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Braced<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Braced<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(BracedVisitor(PhantomData))
    }
}

struct BracedVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for BracedVisitor<T> {
    type Value = Braced<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Braced<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(Braced)
    }
}

/// One element of an array, or a member's value, as it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span<'a> {
    /// The bytes from its first to its last, white space around it included.
    pub(crate) bytes: &'a [u8],
    /// Its beginning, in bytes from 0.
    pub(crate) offset: usize,
    /// The number of open brackets where it is deepest.
    pub(crate) depth: u32,
    /// The length of its longest text in bytes.
    pub(crate) longest: usize,
}

/// The end of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// The comma or bracket behind an element.
    Element,
    /// The bracket that closes the first one.
    Closed,
    /// The end of the text.
    End,
}

/// A position in a JSON text.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        let offset = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        Self { bytes, offset }
    }

    /// A part of a text, which begins and ends at these offsets in bytes.
    pub(crate) fn between(bytes: &'a [u8], start: usize, end: usize) -> Self {
        Self { bytes: bytes.get(..end).unwrap_or(bytes), offset: start }
    }

    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    /// The bytes between this position and a later one.
    pub(crate) fn until(&self, later: &Self) -> &'a [u8] {
        self.bytes.get(self.offset..later.offset).unwrap_or(&[])
    }

    fn rest(&self) -> &'a [u8] {
        self.rest_from(self.offset)
    }

    fn rest_from(&self, offset: usize) -> &'a [u8] {
        self.bytes.get(offset..).unwrap_or(&[])
    }

    /// The next byte that is not white space, not taken.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        let blank = self.rest().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.offset += blank;
        self.rest().first().copied()
    }

    /// The same behind a byte order mark, which files that were put together have between their parts.
    pub(crate) fn peek_behind_mark(&mut self) -> Option<u8> {
        self.peek();
        while self.rest().starts_with(b"\xef\xbb\xbf") {
            self.offset += 3;
            self.peek();
        }
        self.peek()
    }

    /// Takes this byte if it comes next.
    pub(crate) fn take(&mut self, wanted: u8) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.offset += usize::from(is_next);
        is_next
    }

    /// The name of a member and the colon behind it; `None` when something else comes.
    pub(crate) fn name(&mut self) -> Option<&'a [u8]> {
        if !self.take(b'"') {
            return None;
        }
        let start = self.offset;
        let length = self.skip_text()?;
        let name = self.bytes.get(start..start + length)?;
        self.take(b':').then_some(name)
    }

    /// Everything up to the comma or bracket that ends the element; `None` when the text ends before.
    pub(crate) fn value(&mut self) -> Option<Span<'a>> {
        self.span(Until::Element)
    }

    /// The object or list that begins here; `None` when a bracket or quotation mark is missing.
    pub(crate) fn braced(&mut self) -> Option<Span<'a>> {
        self.span(Until::Closed)
    }

    /// Everything up to the end of the text; `None` when a bracket or quotation mark is missing.
    pub(crate) fn whole(&mut self) -> Option<Span<'a>> {
        self.span(Until::End)
    }

    fn span(&mut self, until: Until) -> Option<Span<'a>> {
        let offset = self.offset;
        let (mut open, mut depth, mut longest) = (0_u32, 0, 0);
        loop {
            let Some(byte) = self.bytes.get(self.offset) else {
                let bytes = self.rest_from(offset);
                return (until == Until::End && open == 0).then_some(Span {
                    bytes,
                    offset,
                    depth,
                    longest,
                });
            };
            match byte {
                b'"' => {
                    self.offset += 1;
                    longest = longest.max(self.skip_text()?);
                    continue;
                }
                b'{' | b'[' => {
                    open = open.saturating_add(1);
                    depth = depth.max(open);
                }
                b'}' | b']' | b',' if open == 0 && until == Until::Element => {
                    let bytes = self.bytes.get(offset..self.offset)?;
                    return Some(Span { bytes, offset, depth, longest });
                }
                b'}' | b']' if open == 1 && until == Until::Closed => {
                    self.offset += 1;
                    let bytes = self.bytes.get(offset..self.offset)?;
                    return Some(Span { bytes, offset, depth, longest });
                }
                b'}' | b']' => open = open.saturating_sub(1),
                _ => {}
            }
            self.offset += 1;
        }
    }

    /// Goes behind the quotation mark that ends a text; gives the text's length.
    fn skip_text(&mut self) -> Option<usize> {
        let start = self.offset;
        loop {
            self.offset += memchr2(b'"', b'\\', self.rest())?;
            if self.bytes.get(self.offset) == Some(&b'"') {
                self.offset += 1;
                return Some(self.offset - 1 - start);
            }
            self.offset += 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(text: &str) -> Vec<(String, u32, usize)> {
        let mut cursor = Cursor::new(text.as_bytes());
        assert!(cursor.take(b'['));
        let mut found = Vec::new();
        while let Some(span) = cursor.value() {
            let text = String::from_utf8_lossy(span.bytes).trim().to_owned();
            found.push((text, span.depth, span.longest));
            if !cursor.take(b',') {
                break;
            }
        }
        found
    }

    #[test]
    fn elements_are_told_apart_whatever_stands_in_their_texts() {
        let found = elements(r#"[{"a":"},]\"{"}, [[1],2] , nonsense here, "\\"]"#);
        assert_eq!(
            found,
            [
                (r#"{"a":"},]\"{"}"#.to_owned(), 1, 6),
                ("[[1],2]".to_owned(), 2, 0),
                ("nonsense here".to_owned(), 0, 0),
                (r#""\\""#.to_owned(), 0, 2),
            ]
        );
    }

    #[test]
    fn a_cut_element_is_none() {
        for text in ["[1, {", "[1, \"a", "[1, \"a\\", "[1, [2]"] {
            assert_eq!(elements(text).len(), 1, "{text}");
        }
    }
}
