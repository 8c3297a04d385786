//! The tags and texts of HTML and XML, one after the other.
//!
//! No tree is built and nothing is refused: broken markup is what most pages have. References to entities stand in the
//! texts as they were written, and declared entities are never expanded.
#![warn(clippy::indexing_slicing)]

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3, memmem};

use crate::entities::named;

/// A piece of markup.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Token<'text> {
    /// Text between tags, with references.
    Text(&'text str),
    /// Text of a CDATA section, without references.
    Verbatim(&'text str),
    Open(Tag<'text>),
    Close(&'text str),
    Comment(&'text str),
    /// A document type; true where it declares entities.
    Doctype(bool),
}

/// A tag that opens an element.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tag<'text> {
    pub(crate) name: &'text str,
    attributes: &'text str,
    /// True where the tag closes its element too.
    pub(crate) is_empty: bool,
}

/// A name without the prefix of its namespace.
pub(crate) fn local(name: &str) -> &str {
    memchr(b':', name.as_bytes()).and_then(|colon| name.get(colon + 1..)).unwrap_or(name)
}

impl<'text> Tag<'text> {
    /// The value of an attribute, by its name without a prefix, as it was written.
    pub(crate) fn raw(&self, wanted: &str) -> Option<&'text str> {
        self.find(|name| local(name).eq_ignore_ascii_case(wanted))
    }

    /// The value of an attribute whose name has a prefix of a namespace, by the name behind the prefix.
    pub(crate) fn raw_with_prefix(&self, wanted: &str) -> Option<&'text str> {
        self.find(|name| name.contains(':') && local(name) == wanted)
    }

    /// The value of the first attribute whose name is wanted.
    fn find(&self, is_wanted: impl Fn(&str) -> bool) -> Option<&'text str> {
        self.all().find(|(name, _)| is_wanted(name)).map(|(_, value)| value)
    }

    /// Names and values of all attributes, as they were written.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&'text str, &'text str)> + use<'text> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            rest = rest.trim_ascii_start();
            let end = rest.bytes().position(|byte| byte == b'=' || byte.is_ascii_whitespace());
            let (name, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
            if name.is_empty() && after.is_empty() {
                return None;
            }
            let after = after.trim_ascii_start();
            let (value, after) = match after.strip_prefix('=') {
                Some(after) => split_value(after.trim_ascii_start()),
                None => ("", after),
            };
            rest = after;
            Some((name, value))
        })
    }

    /// The value of an attribute with its references resolved; empty where there is no such attribute.
    pub(crate) fn text(&self, name: &str) -> Cow<'text, str> {
        self.attribute(name).unwrap_or(Cow::Borrowed(""))
    }

    /// The value of an attribute with its references resolved.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'text, str>> {
        self.raw(name).map(resolve)
    }
}

/// The value that an attribute begins with, and the rest behind it.
fn split_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    let end = text.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Text with its references resolved; unknown ones stay as they are.
pub(crate) fn resolve(text: &str) -> Cow<'_, str> {
    if memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut resolved = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        resolved.push_str(before);
        if let Some((character, length)) = reference(after) {
            resolved.push(character);
            rest = after.get(length..).unwrap_or("");
        } else {
            resolved.push('&');
            rest = after;
        }
    }
    resolved.push_str(rest);
    Cow::Owned(resolved)
}

/// The character of the reference that a text after `&` begins with, and the bytes that it takes.
pub(crate) fn reference(text: &str) -> Option<(char, usize)> {
    if let Some(number) = text.strip_prefix('#') {
        return numeric(number).map(|(character, length)| (character, length + 1));
    }
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric();
    let length = text.bytes().take(32).take_while(is_part).count();
    let name = text.get(..length)?;
    if text.as_bytes().get(length) == Some(&b';') {
        return named(name).map(|character| (character, length + 1));
    }
    // Browsers take old names without the semicolon, also with letters behind them: `&nbspand`.
    (2..=length.min(6)).rev().find_map(|length| {
        let character = named(text.get(..length)?)?;
        let is_old = u32::from(character) < 256 && length > 1;
        is_old.then_some((character, length))
    })
}

/// The character of a number after `&#`, and the bytes that the number takes with its semicolon.
fn numeric(text: &str) -> Option<(char, usize)> {
    let (digits, radix, prefix) = match text.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 1),
        None => (text, 10, 0),
    };
    let length =
        digits.bytes().take(10).take_while(|byte| char::from(*byte).is_digit(radix)).count();
    let value = u32::from_str_radix(digits.get(..length)?, radix).ok()?;
    let character = match value {
        // The C1 controls are meant as Windows-1252.
        0x80..=0x9f => {
            let byte = [u8::try_from(value).ok()?];
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0.chars().next()?
        }
        _ => char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER),
    };
    let semicolon = usize::from(digits.as_bytes().get(length) == Some(&b';'));
    Some((character, prefix + length + semicolon))
}

/// Goes through markup.
#[derive(Debug)]
pub(crate) struct Scanner<'text> {
    rest: &'text str,
    /// True where the text is HTML: the content of `script` and `style` is no markup.
    is_html: bool,
    /// Set once an end of comments or of CDATA sections is known to be missing, so that nobody looks again.
    has_no_end: bool,
}

impl<'text> Scanner<'text> {
    pub(crate) fn xml(text: &'text str) -> Self {
        Self { rest: text, is_html: false, has_no_end: false }
    }

    pub(crate) fn html(text: &'text str) -> Self {
        Self { rest: text, is_html: true, has_no_end: false }
    }

    /// The text that was not gone through yet.
    pub(crate) fn rest(&self) -> &'text str {
        self.rest
    }

    /// Takes bytes off the rest.
    fn take(&mut self, length: usize) -> &'text str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// Skips the content of an element that holds no markup, up to its closing tag.
    pub(crate) fn skip_raw(&mut self, name: &str) {
        let bytes = self.rest.as_bytes();
        let is_close = |start: &usize| {
            let found = bytes.get(start + 2..start + 2 + name.len());
            found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        };
        let end = memmem::find_iter(bytes, b"</").find(is_close).unwrap_or(bytes.len());
        self.take(end);
    }

    /// The piece after `<!`: a comment, a CDATA section or a document type.
    fn declaration(&mut self) -> Option<Token<'text>> {
        if let Some(inner) = self.rest.strip_prefix("<!--") {
            let end = self.end_of(inner, "-->");
            return end.map(|end| {
                let comment = inner.get(..end).unwrap_or("");
                self.take(end + 7);
                Token::Comment(comment)
            });
        }
        if let Some(inner) = self.rest.strip_prefix("<![CDATA[") {
            let end = self.end_of(inner, "]]>");
            return end.map(|end| {
                let text = inner.get(..end).unwrap_or("");
                self.take(end + 12);
                Token::Verbatim(text)
            });
        }
        let start = self.rest.get(..9)?;
        if !start.eq_ignore_ascii_case("<!DOCTYPE") {
            return None;
        }
        let bytes = self.rest.as_bytes();
        let mut end = memchr2(b'>', b'[', bytes)?;
        let has_entities = bytes.get(end) == Some(&b'[');
        if has_entities {
            end = memmem::find(bytes, b"]>")
                .map_or_else(|| memchr(b'>', bytes), |end| Some(end + 1))?;
        }
        let doctype = self.take(end + 1);
        Some(Token::Doctype(has_entities && doctype.contains("<!ENTITY")))
    }

    /// The offset of an end mark in the text after its beginning.
    fn end_of(&mut self, inner: &str, mark: &str) -> Option<usize> {
        if self.has_no_end {
            return None;
        }
        let end = memmem::find(inner.as_bytes(), mark.as_bytes());
        self.has_no_end = end.is_none();
        end
    }

    /// The length of the tag at the start of the rest, with its brackets.
    fn tag_length(&self) -> usize {
        let bytes = self.rest.as_bytes();
        let mut offset = 1;
        while let Some(step) = bytes.get(offset..).and_then(|rest| memchr3(b'>', b'"', b'\'', rest))
        {
            offset += step;
            let quote = bytes.get(offset).copied().unwrap_or(b'>');
            if quote == b'>' {
                return offset + 1;
            }
            let before = bytes.get(..offset).unwrap_or(b"").trim_ascii_end();
            let value = bytes.get(offset + 1..).unwrap_or(b"");
            // A quote that is not closed within 64 KiB is a slip of the writer.
            let window = value.get(..65_536).unwrap_or(value);
            match memchr(quote, window).filter(|_| before.ends_with(b"=")) {
                Some(end) => offset += end + 2,
                None => offset += 1,
            }
        }
        bytes.len()
    }

    fn tag(&mut self) -> Token<'text> {
        let length = self.tag_length();
        let tag = self.take(length);
        let inner = tag.strip_prefix('<').unwrap_or(tag);
        let inner = inner.strip_suffix('>').unwrap_or(inner);
        if let Some(name) = inner.strip_prefix('/') {
            let end =
                name.bytes().position(|byte| byte.is_ascii_whitespace()).unwrap_or(name.len());
            return Token::Close(name.get(..end).unwrap_or(name));
        }
        let (inner, is_empty) = match inner.strip_suffix('/') {
            Some(inner) => (inner, true),
            None => (inner, false),
        };
        let is_end = |byte: u8| byte.is_ascii_whitespace() || byte == b'/';
        let end = inner.bytes().position(is_end).unwrap_or(inner.len());
        let (name, attributes) = inner.split_at_checked(end).unwrap_or((inner, ""));
        Token::Open(Tag {
            name,
            attributes: attributes.strip_prefix('/').unwrap_or(attributes),
            is_empty,
        })
    }
}

impl<'text> Iterator for Scanner<'text> {
    type Item = Token<'text>;

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.rest.as_bytes();
        if bytes.is_empty() {
            return None;
        }
        let mut start = memchr(b'<', bytes).unwrap_or(bytes.len());
        if start > 0 {
            return Some(Token::Text(self.take(start)));
        }
        match bytes.get(1) {
            Some(b'!') => {
                if let Some(token) = self.declaration() {
                    return Some(token);
                }
                let end = memchr(b'>', bytes).map_or(bytes.len(), |end| end + 1);
                Some(Token::Comment(self.take(end).get(..0).unwrap_or("")))
            }
            Some(b'?') => {
                let end = memchr(b'>', bytes).map_or(bytes.len(), |end| end + 1);
                Some(Token::Comment(self.take(end).get(..0).unwrap_or("")))
            }
            Some(b'/' | b'a'..=b'z' | b'A'..=b'Z' | b'_') => {
                // A mark of less-than before a word is rare in pages, and a cut tag at their end is common.
                Some(self.tag())
            }
            Some(byte) if !self.is_html && !byte.is_ascii() => Some(self.tag()),
            _ => {
                start += 1;
                Some(Token::Text(self.take(start)))
            }
        }
    }
}
