//! A bundle as it came: every object keeps the bytes it was written with, and the whole goes out again to the byte.
//!
//! [`read`](crate::read) takes what demarche uses; here nothing is taken out, so that unknown properties, extensions,
//! objects of any type, older versions and what its author revoked stay.
//! A file that is no JSON, or whose objects are none, is an error: it could not be sent on.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::IgnoredAny;

use crate::breach::MAX_OBJECT;
use crate::fault::fault_at;
use crate::json::{Cursor, Span};
use crate::tree::{Members, Tree};
use crate::{MAX_DEPTH, MAX_OBJECTS, stable_id};

/// A bundle, a list of objects, or a single object, with every byte of it.
///
/// ```
/// use demarche_stix::KeptBundle;
/// let text = r#"{"type": "bundle", "id": "bundle--1", "x_ours": 1.50, "objects": [
///     {"type": "x-new", "id": "x-new--1", "colour": "red", "other_ref": "tool--1"}]}"#;
/// let kept = KeptBundle::read(text.as_bytes())?;
/// assert_eq!(kept.objects[0].id.as_deref(), Some("x-new--1"));
/// assert!(kept.objects[0].references.contains("tool--1"));
/// assert_eq!(kept.write(), text);
/// # Ok::<(), demarche_stix::KeptError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBundle<'a> {
    /// The objects in the order of the file, older versions included.
    pub objects: Vec<KeptObject<'a>>,
    /// The names of the bundle's own properties; none for a list and for a single object.
    pub members: BTreeSet<String>,
    /// The text before the first object.
    before: &'a str,
    /// The text behind the last object.
    behind: &'a str,
}

/// An object as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptObject<'a> {
    /// Its id, where it has one.
    pub id: Option<String>,
    /// Its type; empty where it has none.
    pub kind: String,
    /// The time at which this version was made, as it is written.
    pub modified: Option<String>,
    /// True if its author took it back.
    pub is_revoked: bool,
    /// The ids of other objects that it names in any property that ends in `_ref` or `_refs`, its markings aside.
    pub references: BTreeSet<String>,
    /// The bytes between the commas around it, white space included.
    text: &'a str,
}

impl<'a> KeptObject<'a> {
    /// The object as JSON, as it was written.
    #[must_use]
    pub fn json(&self) -> &'a str {
        self.text.trim_matches(|sign: char| sign.is_ascii_whitespace())
    }
}

/// The file cannot be kept as a bundle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeptError {
    /// The file is not UTF-8.
    #[error("not UTF-8 from byte {offset}")]
    Encoding {
        /// The offset of the first byte that is none, from 0.
        offset: usize,
    },
    /// The file is no JSON.
    #[error("no JSON: {0}")]
    Json(String),
    /// The file is no bundle, list or object.
    #[error("no bundle, list or object at byte {offset}")]
    Form {
        /// The offset, in bytes from 0.
        offset: usize,
    },
    /// An object is no JSON object, too deep or too large.
    #[error("the object at byte {offset}: {problem}")]
    Object {
        /// The offset at which it begins, in bytes from 0.
        offset: usize,
        /// The fault.
        problem: String,
    },
    /// The bundle names a property twice, so that two readers would read two bundles.
    #[error("the bundle has `{name}` twice")]
    Twice {
        /// The name.
        name: String,
    },
    /// The file holds too many objects.
    #[error("more than {MAX_OBJECTS} objects")]
    Count,
}

impl<'a> KeptBundle<'a> {
    /// Reads a file without taking anything out of it.
    ///
    /// # Errors
    ///
    /// [`KeptError`] at the first byte, object or property that another reader could not read, or would read otherwise.
    pub fn read(bytes: &'a [u8]) -> Result<Self, KeptError> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| KeptError::Encoding { offset: error.valid_up_to() })?;
        let plain = text.strip_prefix('\u{feff}').unwrap_or(text);
        serde_json::from_str::<IgnoredAny>(plain)
            .map_err(|error| KeptError::Json(fault_at(&error)))?;
        let mut cursor = Cursor::new(bytes);
        let spans = match cursor.peek() {
            Some(b'[') => {
                cursor.take(b'[');
                list(&mut cursor)?
            }
            Some(b'{') => outer(&mut cursor)?,
            _ => return Err(KeptError::Form { offset: cursor.offset() }),
        };
        if cursor.peek().is_some() {
            return Err(KeptError::Form { offset: cursor.offset() });
        }
        let objects: Vec<KeptObject<'a>> =
            spans.objects.iter().map(kept).collect::<Result<_, _>>()?;
        let end = spans.objects.last().map_or(spans.begin, |span| span.offset + span.bytes.len());
        let before = text.get(..spans.begin).unwrap_or("");
        let behind = text.get(end..).unwrap_or("");
        Ok(Self { objects, members: spans.members, before, behind })
    }

    /// The whole file, as it came to the byte.
    #[must_use]
    pub fn write(&self) -> String {
        let objects: Vec<&str> = self.objects.iter().map(|object| object.text).collect();
        [self.before, &objects.join(","), self.behind].concat()
    }
}

/// A bundle of objects as they were written, each on a line; the same objects give the same bytes.
#[must_use]
pub fn bundle_of<'a>(objects: impl IntoIterator<Item = &'a str>) -> String {
    let text = objects.into_iter().collect::<Vec<&str>>().join(",\n");
    let id = stable_id("bundle", &[&text]);
    format!("{{\"type\":\"bundle\",\"id\":\"{id}\",\"objects\":[\n{text}\n]}}\n")
}

/// The objects of a file as they stand.
struct Spans<'a> {
    objects: Vec<Span<'a>>,
    /// The offset of the first, in bytes from 0.
    begin: usize,
    /// The names of the bundle's own properties.
    members: BTreeSet<String>,
}

/// The elements of a list whose bracket has been taken.
fn list<'a>(cursor: &mut Cursor<'a>) -> Result<Spans<'a>, KeptError> {
    let begin = cursor.offset();
    let mut objects: Vec<Span<'a>> = Vec::new();
    if cursor.take(b']') {
        return Ok(Spans { objects, begin, members: BTreeSet::new() });
    }
    loop {
        let offset = cursor.offset();
        if objects.len() == MAX_OBJECTS {
            return Err(KeptError::Count);
        }
        objects.push(cursor.value().ok_or(KeptError::Form { offset })?);
        if cursor.take(b']') {
            let begin = objects.first().map_or(begin, |span| span.offset);
            return Ok(Spans { objects, begin, members: BTreeSet::new() });
        }
        if !cursor.take(b',') {
            return Err(KeptError::Form { offset: cursor.offset() });
        }
    }
}

/// The objects of a bundle, or a single object.
fn outer<'a>(cursor: &mut Cursor<'a>) -> Result<Spans<'a>, KeptError> {
    let start = cursor.clone();
    cursor.take(b'{');
    let mut found = None;
    let mut members: BTreeMap<String, Span<'a>> = BTreeMap::new();
    while cursor.peek() != Some(b'}') {
        let offset = cursor.offset();
        let name = cursor.name().ok_or(KeptError::Form { offset })?;
        // A name may be written with escapes, which another reader resolves.
        let name = format!("\"{}\"", String::from_utf8_lossy(name));
        let name: String = serde_json::from_str(&name).map_err(|_| KeptError::Form { offset })?;
        let mut peeked = cursor.clone();
        let span = cursor.value().ok_or(KeptError::Form { offset })?;
        if name == "objects" && peeked.take(b'[') {
            found = Some(list(&mut peeked)?);
        } else {
            checked(&span)?;
        }
        if members.insert(name.clone(), span).is_some() {
            return Err(KeptError::Twice { name });
        }
        if !cursor.take(b',') {
            break;
        }
    }
    let offset = cursor.offset();
    if !cursor.take(b'}') {
        return Err(KeptError::Form { offset });
    }
    let is_bundle =
        members.get("type").is_some_and(|span| span.bytes.trim_ascii() == b"\"bundle\"");
    let names = members.keys().cloned().collect();
    match (found, members.get("objects")) {
        (Some(spans), _) if is_bundle => Ok(Spans { members: names, ..spans }),
        (None, Some(span)) if is_bundle => Err(KeptError::Form { offset: span.offset }),
        (None, None) if is_bundle => {
            Ok(Spans { objects: Vec::new(), begin: cursor.offset(), members: names })
        }
        _ => {
            let begin = start.offset();
            let bytes = start.until(cursor);
            let depth = members.values().map(|span| span.depth + 1).max().unwrap_or(1);
            let longest = members.values().map(|span| span.longest).max().unwrap_or(0);
            let objects = vec![Span { bytes, offset: begin, depth, longest }];
            Ok(Spans { objects, begin, members: BTreeSet::new() })
        }
    }
}

/// The value of a span, if it is JSON within the limits.
fn checked<'a>(span: &Span<'a>) -> Result<Tree<'a>, KeptError> {
    let fault = |problem: String| KeptError::Object { offset: span.offset, problem };
    if span.depth > MAX_DEPTH || span.bytes.len() > MAX_OBJECT {
        let met = format!("{} bytes, {} levels deep", span.bytes.len(), span.depth);
        return Err(fault(format!("{met}; at most {MAX_OBJECT} and {MAX_DEPTH} are kept")));
    }
    serde_json::from_slice(span.bytes)
        .map_err(|error| fault(format!("no JSON: {}", crate::fault::fault(&error))))
}

fn kept<'a>(span: &Span<'a>) -> Result<KeptObject<'a>, KeptError> {
    let fault = |problem: String| KeptError::Object { offset: span.offset, problem };
    let members = match checked(span)? {
        Tree::Object(members) => members,
        value => return Err(fault(format!("{} where an object should be", value.met()))),
    };
    let owned = |name: &str| members.text(name).map(str::to_owned);
    let mut references = BTreeSet::new();
    named(&members, &mut references);
    Ok(KeptObject {
        id: owned("id"),
        kind: owned("type").unwrap_or_default(),
        modified: owned("modified"),
        is_revoked: matches!(members.get("revoked"), Some(Tree::Boolean(true))),
        references,
        text: std::str::from_utf8(span.bytes).map_err(|error| fault(error.to_string()))?,
    })
}

/// Collects the ids that properties name; depth is bounded, so that the walk may recurse.
fn named(members: &Members<'_>, found: &mut BTreeSet<String>) {
    for (name, value) in &members.0 {
        if name == "object_marking_refs" || name == "marking_ref" {
            continue;
        }
        match value {
            Tree::Text(id) if name.ends_with("_ref") => {
                found.insert(id.clone().into_owned());
            }
            Tree::List(list) if name.ends_with("_refs") => {
                found.extend(list.iter().filter_map(Tree::text).map(str::to_owned));
            }
            nested => within(nested, found),
        }
    }
}

fn within(value: &Tree<'_>, found: &mut BTreeSet<String>) {
    match value {
        Tree::Object(members) => named(members, found),
        Tree::List(list) => list.iter().for_each(|element| within(element, found)),
        _ => {}
    }
}
