//! The body of a request to add objects, read without trust in a byte of it.
//!
//! Objects keep their bytes; only what the server needs of them is understood.
//!
//! Source: TAXII 2.1, sections 3.7 and 5.5.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::outline::{self, OutlineError};
use crate::timestamp::VersionKey;

/// The depth to which an object may nest; those of ATT&CK 18.1 need three levels.
pub const MAX_DEPTH: u32 = 64;

/// A version of STIX that the server keeps, in tenths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum SpecVersion {
    V20,
    V21,
}

impl SpecVersion {
    pub(crate) const ALL: [Self; 2] = [Self::V20, Self::V21];

    /// The number in the store.
    pub(crate) const fn tenths(self) -> i64 {
        match self {
            Self::V20 => 20,
            Self::V21 => 21,
        }
    }

    pub(crate) fn of_tenths(tenths: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|spec| spec.tenths() == tenths)
    }

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::V20 => "2.0",
            Self::V21 => "2.1",
        }
    }

    pub(crate) fn read(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|spec| spec.word() == word)
    }

    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::V20 => "application/stix+json;version=2.0",
            Self::V21 => "application/stix+json;version=2.1",
        }
    }
}

/// An object that may be added.
#[derive(Debug)]
pub(crate) struct Posted<'a> {
    pub(crate) id: Cow<'a, str>,
    pub(crate) kind: Cow<'a, str>,
    pub(crate) spec: SpecVersion,
    /// The version as the object writes it, with its key; `None` for an object that has none.
    pub(crate) version: Option<(Cow<'a, str>, VersionKey)>,
    /// The object's bytes.
    pub(crate) body: &'a str,
}

/// A body that cannot be added.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EnvelopeError {
    #[error("the body is empty")]
    Empty,
    #[error("the body is not JSON: {0}")]
    Json(serde_json::Error),
    #[error("the body is not an envelope: {0}")]
    Form(serde_json::Error),
    #[error("the envelope has no objects")]
    NoObjects,
    #[error("the envelope has {met} objects, and at most {limit} are taken at once")]
    Count { met: usize, limit: usize },
    #[error("object {index} (counted from 0): {problem}")]
    Object { index: usize, problem: ObjectError },
}

impl EnvelopeError {
    /// Is it the form of the request that is wrong, and not what it holds?
    pub(crate) const fn is_form(&self) -> bool {
        matches!(self, Self::Empty | Self::Json(_))
    }
}

/// An object that cannot be added.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ObjectError {
    #[error("{0}")]
    Outline(#[from] OutlineError),
    #[error("not a STIX object: {0}")]
    Form(serde_json::Error),
    #[error("`type` is no name of a STIX type")]
    Type,
    #[error("`id` is not the type, two hyphens and a UUID")]
    Id,
    #[error("`{0}` is not a timestamp in UTC")]
    Time(&'static str),
    #[error("`spec_version` is neither 2.0 nor 2.1")]
    SpecVersion,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    objects: Option<Vec<&'a RawValue>>,
}

/// The properties that a server needs; whatever else an object has stays in its bytes.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    spec_version: Option<Cow<'a, str>>,
    #[serde(borrow)]
    created: Option<Cow<'a, str>>,
    #[serde(borrow)]
    modified: Option<Cow<'a, str>>,
}

/// Reads an envelope of at most `limit` objects; a single object that cannot be added spoils the whole.
pub(crate) fn read(body: &[u8], limit: usize) -> Result<Vec<Posted<'_>>, EnvelopeError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Err(EnvelopeError::Empty);
    }
    let envelope: Envelope<'_> = demarche_stix::object(body).map_err(|error| {
        let text = std::str::from_utf8(body).ok();
        let is_json = text.is_some_and(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
        if is_json { EnvelopeError::Form(error) } else { EnvelopeError::Json(error) }
    })?;
    let objects = envelope.objects.ok_or(EnvelopeError::NoObjects)?;
    match objects.len() {
        0 => return Err(EnvelopeError::NoObjects),
        met if met > limit => return Err(EnvelopeError::Count { met, limit }),
        _ => {}
    }
    let posted = objects.into_iter().enumerate().map(|(index, object)| {
        self::object(object.get()).map_err(|problem| EnvelopeError::Object { index, problem })
    });
    posted.collect()
}

fn object(body: &str) -> Result<Posted<'_>, ObjectError> {
    outline::check(body.as_bytes(), MAX_DEPTH)?;
    let head: Head<'_> = demarche_stix::object(body.as_bytes()).map_err(ObjectError::Form)?;
    if !is_type(&head.kind) {
        return Err(ObjectError::Type);
    }
    if !is_id(&head.id, &head.kind) {
        return Err(ObjectError::Id);
    }
    let is_20 = head.modified.is_some() || head.kind == "marking-definition";
    let spec = match head.spec_version.as_deref() {
        Some(word) => SpecVersion::read(word).ok_or(ObjectError::SpecVersion)?,
        // STIX 2.1, section 3.1: only observables may leave it out; objects of 2.0 know nothing of it.
        None if is_20 => SpecVersion::V20,
        None => SpecVersion::V21,
    };
    let key = |name, text: Option<Cow<'_, str>>| match text {
        Some(text) => VersionKey::read(&text).ok_or(ObjectError::Time(name)).map(Some),
        None => Ok(None),
    };
    let (created, modified) =
        (key("created", head.created.clone())?, key("modified", head.modified.clone())?);
    let version = head.modified.zip(modified).or_else(|| head.created.zip(created));
    Ok(Posted { id: head.id, kind: head.kind, spec, version, body })
}

/// STIX 2.1, section 3.1: types are of lower-case letters, digits and hyphens; a bundle is no object.
fn is_type(word: &str) -> bool {
    let is_plain = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (1..=250).contains(&word.len()) && word.bytes().all(is_plain) && word != "bundle"
}

/// STIX 2.1, section 2.9: the type, `--` and a UUID in lower case; upper case is met and kept.
fn is_id(id: &str, kind: &str) -> bool {
    id.strip_prefix(kind).and_then(|rest| rest.strip_prefix("--")).is_some_and(is_uuid)
}

/// 32 hexadecimal digits in groups of 8, 4, 4, 4 and 12.
pub(crate) fn is_uuid(text: &str) -> bool {
    let shape = text.bytes().map(|byte| if byte.is_ascii_hexdigit() { b'0' } else { byte });
    shape.eq(*b"00000000-0000-0000-0000-000000000000")
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "malware--00000000-0000-4000-8000-000000000000";

    fn problem(object: &str) -> String {
        read(format!(r#"{{"objects":[{object}]}}"#).as_bytes(), 10).unwrap_err().to_string()
    }

    #[test]
    fn an_object_keeps_its_bytes() {
        let object = format!(r#"{{"type":"malware",  "id":"{ID}", "x_é":"\u0041" }}"#);
        let body = format!(r#"{{ "objects" : [ {object} ], "x_custom": [[]] }}"#);
        let posted = read(body.as_bytes(), 10).unwrap();
        assert_eq!(posted[0].body, object);
    }

    #[test]
    fn a_version_is_modified_or_else_created_or_else_nothing() {
        let version = |rest: &str| {
            let body = format!(r#"{{"objects":[{{"type":"malware","id":"{ID}"{rest}}}]}}"#);
            let version = read(body.as_bytes(), 10).unwrap().remove(0).version;
            version.map(|(text, _)| text.into_owned())
        };
        let (old, new) = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00.000Z");
        assert_eq!(version(&format!(r#","created":"{old}","modified":"{new}""#)).unwrap(), new);
        assert_eq!(version(&format!(r#","created":"{old}""#)).unwrap(), old);
        assert_eq!(version(""), None);
    }

    #[test]
    fn what_is_no_object_is_told_by_its_index() {
        assert!(problem("1").starts_with("object 0 (counted from 0): not a STIX object"));
        assert!(problem(&format!(r#"["malware","{ID}",null,null,null]"#)).contains("not a STIX"));
        assert!(problem(r#"{"type":"malware"}"#).contains("id"));
        assert!(problem(&format!(r#"{{"type":"tool","id":"{ID}"}}"#)).contains("`id`"));
        assert!(problem(r#"{"type":"bundle","id":"bundle--1"}"#).contains("`type`"));
        assert!(
            problem(&format!(r#"{{"type":"malware","id":"{ID}","type":"a"}}"#))
                .contains("duplicate")
        );
        assert!(
            problem(&format!(r#"{{"type":"malware","id":"{ID}","modified":"x"}}"#))
                .contains("modified")
        );
    }

    #[test]
    fn a_body_that_is_no_envelope_is_an_error() {
        for body in ["", " \n", "{", "\u{feff}{}"] {
            assert!(read(body.as_bytes(), 10).unwrap_err().is_form(), "{body}");
        }
        for body in
            ["{}", "[]", "1", r#"{"objects":{}}"#, r#"{"objects":[]}"#, r#"{"objects":null}"#]
        {
            assert!(!read(body.as_bytes(), 10).unwrap_err().is_form(), "{body}");
        }
    }
}
