//! Canonical JSON, and identifiers that the same content always gets.
//!
//! Source: RFC 8785 (canonical JSON), RFC 4122 section 4.3 (UUID of version 5), STIX 2.1 section 3.4 (observables).

use std::fmt::Write as _;

use sha1::{Digest as _, Sha1};

use crate::standard::{Class, ObjectType};
use crate::tree::{Members, Tree};

/// A UUID, as 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uuid(pub [u8; 16]);

/// The namespace of observables: 00abedb4-aa42-466c-9c01-fed23315a9b7 (STIX 2.1, section 3.4).
const OBSERVABLES: Uuid = Uuid([
    0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c, 0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7,
]);

impl Uuid {
    /// The UUID of version 5 for a name in a namespace (RFC 4122, section 4.3).
    ///
    /// ```
    /// # use demarche_stix::Uuid;
    /// let dns = Uuid([0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0, 0xc0, 0x4f, 0xd4, 0x30, 0xc8]);
    /// assert_eq!(dns.named("python.org").to_string(), "886313e1-3b8a-5372-9b90-0c9aee199e5d");
    /// ```
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        let mut hash = Sha1::new();
        hash.update(self.0);
        hash.update(name.as_bytes());
        let mut bytes = [0; 16];
        bytes.iter_mut().zip(hash.finalize()).for_each(|(byte, of)| *byte = of);
        let [.., version, _, variant, _, _, _, _, _, _, _] = &mut bytes;
        *version = (*version & 0x0f) | 0x50;
        *variant = (*variant & 0x3f) | 0x80;
        Self(bytes)
    }
}

impl std::fmt::Display for Uuid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, byte) in self.0.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                f.write_char('-')?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// The identifier that the standard gives an observable by its content; `None` for other types, and where none of the
/// properties that make it is there (STIX 2.1, section 3.4).
pub(crate) fn observable_id(kind: &ObjectType, members: &Members<'_>) -> Option<String> {
    if kind.class != Class::Observable {
        return None;
    }
    let mut found: Vec<(&str, Contribution<'_, '_>)> = Vec::new();
    for name in kind.contributing {
        let Some(value) = members.get(name) else { continue };
        let contribution = match value {
            Tree::Object(hashes) if *name == "hashes" => Contribution::Hash(chosen_hash(hashes)?),
            _ => Contribution::Whole(value),
        };
        found.push((name, contribution));
    }
    if found.is_empty() {
        return None;
    }
    found.sort_unstable_by_key(|(name, _)| *name);
    let mut text = String::with_capacity(128);
    text.push('{');
    for (index, (name, contribution)) in found.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        write_text(&mut text, name);
        text.push(':');
        match contribution {
            Contribution::Whole(value) => write_canonical(&mut text, value),
            Contribution::Hash((algorithm, value)) => {
                text.push('{');
                write_text(&mut text, algorithm);
                text.push(':');
                write_canonical(&mut text, value);
                text.push('}');
            }
        }
    }
    text.push('}');
    Some(format!("{}--{}", kind.name, OBSERVABLES.named(&text)))
}

enum Contribution<'m, 'a> {
    Whole(&'m Tree<'a>),
    Hash((&'m str, &'m Tree<'a>)),
}

/// The one hash that counts: MD5, SHA-1, SHA-256 or SHA-512, else the first by name.
fn chosen_hash<'m, 'a>(hashes: &'m Members<'a>) -> Option<(&'m str, &'m Tree<'a>)> {
    let preferred = ["MD5", "SHA-1", "SHA-256", "SHA-512"];
    let known = preferred.iter().find_map(|name| Some((*name, hashes.get(name)?)));
    let any = || hashes.0.iter().min_by_key(|(name, _)| name.as_ref());
    known.or_else(|| any().map(|(name, value)| (name.as_ref(), value)))
}

/// Writes a value as canonical JSON (RFC 8785): the same value, the same bytes.
pub(crate) fn write_canonical(text: &mut String, value: &Tree<'_>) {
    match value {
        Tree::Null => text.push_str("null"),
        Tree::Boolean(value) => text.push_str(if *value { "true" } else { "false" }),
        Tree::Integer(value) => push(text, format_args!("{value}")),
        Tree::Number(value) => write_number(text, *value),
        Tree::Text(value) => write_text(text, value),
        Tree::List(list) => {
            text.push('[');
            for (index, element) in list.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_canonical(text, element);
            }
            text.push(']');
        }
        Tree::Object(members) => {
            let mut sorted: Vec<_> = members.0.iter().collect();
            sorted.sort_by(|(left, _), (right, _)| left.encode_utf16().cmp(right.encode_utf16()));
            text.push('{');
            for (index, (name, value)) in sorted.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_text(text, name);
                text.push(':');
                write_canonical(text, value);
            }
            text.push('}');
        }
    }
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("writing to a text cannot fail");
}

fn write_text(text: &mut String, value: &str) {
    text.push('"');
    for sign in value.chars() {
        match sign {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\u{8}' => text.push_str("\\b"),
            '\t' => text.push_str("\\t"),
            '\n' => text.push_str("\\n"),
            '\u{c}' => text.push_str("\\f"),
            '\r' => text.push_str("\\r"),
            '\0'..='\u{1f}' => push(text, format_args!("\\u{:04x}", u32::from(sign))),
            _ => text.push(sign),
        }
    }
    text.push('"');
}

/// A number as ECMAScript writes it (RFC 8785, section 3.2.2.3).
fn write_number(text: &mut String, value: f64) {
    let size = value.abs();
    if value == 0.0 {
        text.push('0');
    } else if (1e-6..1e21).contains(&size) {
        push(text, format_args!("{value}"));
    } else {
        let exponent = format!("{value:e}");
        text.push_str(&match exponent.split_once("e-") {
            Some(_) => exponent,
            None => exponent.replace('e', "e+"),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(json: &str) -> String {
        let mut text = String::new();
        write_canonical(&mut text, &serde_json::from_str(json).unwrap());
        text
    }

    #[test]
    fn canonical_json_is_that_of_rfc_8785() {
        // Section 3.2.2 and 3.2.3 of the RFC.
        let numbers = "[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001]";
        assert_eq!(canonical(numbers), "[333333333.3333333,1e+30,4.5,0.002,1e-27]");
        let keys = r#"{"\u20ac":1,"\r":2,"\ud83d\ude00":3,"1":4,"\u00f6":5,"\ufb33":6}"#;
        assert_eq!(canonical(keys), "{\"\\r\":2,\"1\":4,\"ö\":5,\"€\":1,\"😀\":3,\"\u{fb33}\":6}");
        assert_eq!(
            canonical(r#""\u20ac$\u000f\nA'\u0042\u0022\u005c\\\"\/""#),
            r#""€$\u000f\nA'B\"\\\\\"/""#
        );
    }

    #[test]
    fn an_observable_has_the_identifier_of_its_content() {
        let members = |json| match serde_json::from_str(json).unwrap() {
            Tree::Object(members) => members,
            _ => Members::default(),
        };
        // Made by stix2 3.0.2.
        let address = members(r#"{"type":"ipv4-addr","value":"198.51.100.3"}"#);
        let id = observable_id(ObjectType::of("ipv4-addr").unwrap(), &address).unwrap();
        assert_eq!(id, "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4");
        assert_eq!(observable_id(ObjectType::of("process").unwrap(), &address), None);
    }
}
