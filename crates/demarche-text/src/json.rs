//! JSON: the characters that its strings write as escapes (RFC 8259, section 7).
//!
//! Lines stay where they are, so that a place in the text is one in the file: an escaped line feed becomes U+2028, the line
//! separator. An escaped quotation mark stays as it is, because it would end the string.
#![warn(clippy::indexing_slicing)]

use std::borrow::Cow;

/// The bytes at the start of a text in which it is told whether it is JSON.
const HEAD: usize = 256;

/// Returns true for a text that begins as an object, or as an array of objects or strings, does.
pub(crate) fn is_json(text: &str) -> bool {
    let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or(text);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let inside = head.strip_prefix('{').or_else(|| {
        let first = head.strip_prefix('[')?.trim_start();
        first.strip_prefix('{').or_else(|| first.starts_with('"').then_some(first))
    });
    inside.is_some_and(|rest| rest.trim_start().starts_with('"'))
}

/// The text with its escapes resolved; one that is none stays as it is.
pub(crate) fn resolved(text: &str) -> Cow<'_, str> {
    let mut rest = text;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let (sign, length) = escaped(after);
        match sign {
            Some('"') => plain.push_str("\\\""),
            Some('\n' | '\r') => plain.push('\u{2028}'),
            Some(sign) if sign != '\t' && sign.is_control() => plain.push(' '),
            Some(sign) => plain.push(sign),
            None => plain.push('\\'),
        }
        rest = after.get(length..).unwrap_or("");
    }
    if rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The character of an escape and its length, both behind the backslash; none and 0 for other text.
fn escaped(text: &str) -> (Option<char>, usize) {
    let sign = match text.bytes().next() {
        Some(sign @ (b'"' | b'\\' | b'/')) => char::from(sign),
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(b'b' | b'f') => ' ',
        Some(b'u') => return unicode(text),
        _ => return (None, 0),
    };
    (Some(sign), 1)
}

/// The character of `uXXXX`, or of two such that are a surrogate pair.
fn unicode(text: &str) -> (Option<char>, usize) {
    let Some(first) = unit(text) else { return (None, 0) };
    if let Some(sign) = char::from_u32(first) {
        return (Some(sign), 5);
    }
    let second = text.get(5..).and_then(|rest| rest.strip_prefix('\\')).and_then(unit);
    let low = second.filter(|second| (0xDC00..0xE000).contains(second));
    match low.filter(|_| first < 0xDC00) {
        Some(low) => {
            let code = 0x1_0000 + ((first - 0xD800) << 10) + (low - 0xDC00);
            (char::from_u32(code), 11)
        }
        None => (Some(char::REPLACEMENT_CHARACTER), 5),
    }
}

/// The number of `uXXXX`.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_their_characters_and_lines_stay() {
        for (escaped, plain) in [
            (r#"{"a":"\u041f\u0430 12\/03\/1985"}"#, "{\"a\":\"Па 12/03/1985\"}"),
            (r#"{"a":"x\nIBAN\ty"}"#, "{\"a\":\"x\u{2028}IBAN\ty\"}"),
            (r#"{"a":"b\"c\\u0041\\"}"#, r#"{"a":"b\"c\u0041\"}"#),
            (r#""\ud83d\ude00 \ud83d \u12 \q \u0022""#, "\"😀 \u{fffd} \\u12 \\q \\\"\""),
        ] {
            assert_eq!(resolved(escaped), plain);
        }
        assert!(matches!(resolved("{\"a\":1}"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_is_told_by_its_beginning() {
        for text in ["{\"a\":1}", " [\n {\"a\": 1}]", "[\"a\"]", "{\n  \"a\": 1\n}"] {
            assert!(is_json(text), "{text}");
        }
        for text in ["[section]\nkey=C:\\new", "{\\rtf1", "[1] \"a\"", "text", ""] {
            assert!(!is_json(text), "{text}");
        }
    }
}
