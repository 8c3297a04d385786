//! A bundle, read object by object.

use std::collections::BTreeMap;

use demarche_terms::Tlp;
use serde::Deserialize;

use crate::check::{self, Ids};
use crate::fault::fault;
use crate::json::{self, Cursor, Span};
use crate::marking::{self, Marking};
use crate::members;
use crate::object::{Members, READ};
use crate::{
    Kind, MAX_DEPTH, MAX_TEXT, Object, Problem, Refused, Relationship, RelationshipKind, Text,
};

/// The number of objects of one bundle that are read; ATT&CK Enterprise 18.1 has 24,771.
pub const MAX_OBJECTS: usize = 2_000_000;

/// The number of bundles that a bundle may lie in; the standard knows none in another, and exports of platforms have one.
const MAX_OUTER: u32 = 4;

/// The number of properties that are counted by name; all further ones count under an empty name.
const MAX_UNREAD: usize = 100;

/// The number of broken parts of a file behind which reading goes on.
const MAX_BROKEN: usize = 1000;

/// A bundle as far as it could be read.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The objects that can be used.
    pub bundle: Bundle<'a>,
    /// The objects that cannot, in order.
    pub refused: Vec<Refused>,
    /// The position at which reading stopped, unless the whole file was read.
    pub cut: Option<Cut>,
}

/// The objects of a bundle.
#[derive(Debug, Default)]
pub struct Bundle<'a> {
    /// The bundle's own id, of several bundles that of the first; a single object or a list of objects has none.
    pub id: Option<Text<'a>>,
    /// `2.0` when the bundle says so; objects of STIX 2.1 say it themselves.
    pub spec_version: Option<Text<'a>>,
    /// The objects that are no relationships, by id.
    pub objects: Vec<Object<'a>>,
    /// The relationships, by id; both ends of each are in the bundle.
    pub relationships: Vec<Relationship<'a>>,
    /// The number of objects of each other type; relationships as `relationship mitigates`.
    pub others: BTreeMap<String, u64>,
    /// The number of objects and relationships above that have a property which is not read, by the property.
    pub unread: BTreeMap<String, u64>,
}

impl<'a> Bundle<'a> {
    /// The object of an id.
    #[must_use]
    pub fn object(&self, id: &str) -> Option<&Object<'a>> {
        let index = self.objects.binary_search_by(|object| object.id.as_str().cmp(id)).ok()?;
        self.objects.get(index)
    }

    /// The level of these markings: the strictest of the Traffic Light Protocol among them, `None` without one.
    ///
    /// One that the bundle does not define is RED, since nobody can say what it asks for. What marks a part of an object
    /// counts like what marks the whole.
    #[must_use]
    pub fn tlp(&self, markings: &[Text<'_>]) -> Option<Tlp> {
        let defined = |id: &Text<'_>| self.object(id).map_or(Some(Tlp::Red), |object| object.tlp);
        let level = |id: &Text<'_>| marking::fixed_marking(id).or_else(|| defined(id));
        markings.iter().filter_map(level).max()
    }
}

/// The position and the reason at which reading stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Cut {
    /// The file ends in the middle, or a bracket or quotation mark is missing.
    #[error("cut off in the object that begins at byte {offset}")]
    End {
        /// The offset at which the last object begins, in bytes from 0.
        offset: usize,
    },
    /// The file is no bundle, no object and no list of objects.
    #[error("not a STIX bundle: no object or list where one should begin, at byte {offset}")]
    Form {
        /// The offset of what stands there, in bytes from 0.
        offset: usize,
    },
    /// Something stands behind the last bundle, object or list, and is none.
    #[error("neither a STIX bundle nor an object or list behind the last one, at byte {offset}")]
    Behind {
        /// The offset of what stands there, in bytes from 0.
        offset: usize,
    },
    /// The file holds too many objects.
    #[error("only the first {MAX_OBJECTS} objects are read")]
    Count,
}

impl Cut {
    /// The position in bytes from 0, if it is one of the text.
    fn offset(self) -> Option<usize> {
        match self {
            Self::End { offset } | Self::Form { offset } | Self::Behind { offset } => Some(offset),
            Self::Count => None,
        }
    }
}

/// Reads bundles, lists of objects, or single objects.
///
/// Several stand one behind the other, as lines of JSON do, in a list, or in each other. All are read as one bundle.
/// Behind what is broken, reading goes on at the next line that opens an object or list.
///
/// ```
/// let text = r#"{"type": "bundle", "objects": [
///     {"type": "malware", "id": "malware--1", "name": "Destover"},
///     {"type": "malware", "id": "malware--2"}]}"#;
/// let reading = demarche_stix::read(text.as_bytes());
/// assert_eq!(reading.bundle.objects[0].name.as_str(), "Destover");
/// assert_eq!(reading.refused[0].id, "malware--2");
/// assert_eq!(reading.refused[0].problem.to_string(), "has no `name`");
/// ```
#[must_use]
pub fn read(bytes: &[u8]) -> Reading<'_> {
    let mut reader = Reader::default();
    let cut = reader.file(bytes).err();
    let Reader { mut bundle, mut refused, mut ids, .. } = reader;
    check::duplicates(&mut bundle.objects, |object| (&object.id, &object.modified), &mut refused);
    check::duplicates(
        &mut bundle.relationships,
        |relationship| (&relationship.id, &relationship.modified),
        &mut refused,
    );
    ids.refuse(&refused);
    check::ends(&mut bundle, &ids, &mut refused);
    check::cycles(&mut bundle, &mut refused);
    refused.sort();
    Reading { bundle, refused, cut }
}

/// The members of a bundle beside its objects.
#[derive(Debug, Default)]
struct BundleHead<'a> {
    id: Option<Text<'a>>,
    spec_version: Option<Text<'a>>,
    /// True if something other than a list stands for its objects.
    has_odd_objects: bool,
}

impl<'a> BundleHead<'a> {
    fn member(&mut self, name: &[u8], value: &'a [u8]) {
        let text = || serde_json::from_slice::<Text<'a>>(value).ok();
        match name {
            b"id" => self.id = text(),
            b"spec_version" => self.spec_version = text(),
            b"objects" => self.has_odd_objects = value.trim_ascii() != b"null",
            _ => {}
        }
    }
}

#[derive(Debug, Default)]
struct Reader<'a> {
    bundle: Bundle<'a>,
    refused: Vec<Refused>,
    ids: Ids<'a>,
    count: usize,
    /// The number of bundles around the bundle that is read.
    outer: u32,
    /// The offset at which the bundle that is read begins in the file, in bytes.
    base: usize,
}

impl<'a> Reader<'a> {
    /// Everything that stands in a file.
    fn file(&mut self, bytes: &'a [u8]) -> Result<(), Cut> {
        let Err(mut cut) = self.values(Cursor::new(bytes)) else { return Ok(()) };
        if !matches!(Cursor::new(bytes).peek(), Some(b'{' | b'[')) {
            return Err(cut);
        }
        for _ in 0..MAX_BROKEN {
            let next = cut.offset().and_then(|offset| next_line(bytes, offset));
            let Some(next) = next else { return Err(cut) };
            let id = "part of the file".to_owned();
            self.refused.push(Refused { id, problem: Problem::Broken { cut, next } });
            match self.parts(bytes, next) {
                Ok(()) => return Ok(()),
                Err(later) => cut = later,
            }
        }
        Err(cut)
    }

    /// The parts from this one on, up to the first that is broken.
    ///
    /// A part ends where a line opens the next, so that a file of broken lines is not looked through for each of them.
    fn parts(&mut self, bytes: &'a [u8], mut start: usize) -> Result<(), Cut> {
        loop {
            let next = next_line(bytes, start);
            self.values(Cursor::between(bytes, start, next.unwrap_or(bytes.len())))?;
            let Some(next) = next else { return Ok(()) };
            start = next;
        }
    }

    /// Values that stand one behind the other, with or without a comma between them.
    fn values(&mut self, mut cursor: Cursor<'a>) -> Result<(), Cut> {
        self.value(&mut cursor)?;
        cursor.take(b',');
        while let Some(next) = cursor.peek_behind_mark() {
            if !matches!(next, b'{' | b'[') {
                return Err(Cut::Behind { offset: cursor.offset() });
            }
            self.value(&mut cursor)?;
            cursor.take(b',');
        }
        Ok(())
    }

    /// A bundle, a list or a single object.
    fn value(&mut self, cursor: &mut Cursor<'a>) -> Result<(), Cut> {
        if cursor.take(b'[') {
            return self.list(cursor);
        }
        let start = cursor.clone();
        if !cursor.take(b'{') {
            return Err(Cut::Form { offset: cursor.offset() });
        }
        let (mut is_bundle, mut head) = (false, BundleHead::default());
        while cursor.peek() != Some(b'}') {
            let offset = cursor.offset();
            let name = cursor.name().ok_or(Cut::Form { offset })?;
            if name == b"objects" && cursor.take(b'[') {
                is_bundle = true;
                self.list(cursor)?;
            } else {
                let value = cursor.value().ok_or(Cut::End { offset })?;
                head.member(name, value.bytes);
            }
            if !cursor.take(b',') {
                break;
            }
        }
        if !is_bundle {
            *cursor = start;
            return self.single(cursor, head);
        }
        self.headed(head);
        let offset = cursor.offset();
        if cursor.take(b'}') { Ok(()) } else { Err(Cut::End { offset }) }
    }

    /// An object, or a bundle that holds none.
    fn single(&mut self, cursor: &mut Cursor<'a>, head: BundleHead<'a>) -> Result<(), Cut> {
        cursor.peek();
        let offset = cursor.offset();
        let span = cursor.braced().ok_or(Cut::End { offset })?;
        if Head::of(span.bytes).is_some_and(|object| object.is_bundle()) {
            if head.has_odd_objects {
                let id = head.id.as_deref().unwrap_or("the bundle").chars().take(200).collect();
                self.refused.push(Refused { id, problem: Problem::Objects });
            }
            self.headed(head);
        } else {
            self.element(&span);
        }
        Ok(())
    }

    /// Takes the id and edition of the first bundle that lies in no other.
    fn headed(&mut self, head: BundleHead<'a>) {
        if self.outer == 0 && self.bundle.id.is_none() {
            self.bundle.id = head.id;
            self.bundle.spec_version = head.spec_version;
        }
    }

    /// A bundle in a bundle or list: its objects are read like all others.
    fn inner(&mut self, span: &Span<'a>) -> Result<(), Problem> {
        if self.outer == MAX_OUTER {
            return Err(Problem::Nested);
        }
        let base = self.base;
        self.outer += 1;
        self.base += span.offset;
        let cut = self.value(&mut Cursor::new(span.bytes));
        self.outer -= 1;
        self.base = base;
        match cut {
            // The list around it meets the same end.
            Ok(()) | Err(Cut::Count) => Ok(()),
            Err(cut) => Err(Problem::Form(cut.to_string())),
        }
    }

    /// The elements of a list whose bracket has been taken.
    fn list(&mut self, cursor: &mut Cursor<'a>) -> Result<(), Cut> {
        if cursor.take(b']') {
            return Ok(());
        }
        loop {
            cursor.peek();
            let offset = cursor.offset();
            let span = cursor.value().ok_or(Cut::End { offset })?;
            if self.count == MAX_OBJECTS {
                return Err(Cut::Count);
            }
            self.element(&span);
            self.count += 1;
            if cursor.take(b']') {
                return Ok(());
            }
            if !cursor.take(b',') {
                return Err(Cut::End { offset: cursor.offset() });
            }
        }
    }

    fn element(&mut self, span: &Span<'a>) {
        if let Err((id, problem)) = self.object(span) {
            let offset = self.base + span.offset;
            let name = || format!("object {} at byte {offset}", self.count + 1);
            let id = id.map_or_else(name, |id| id.chars().take(200).collect());
            self.refused.push(Refused { id, problem });
        }
    }

    fn object(&mut self, span: &Span<'a>) -> Result<(), (Option<String>, Problem)> {
        match limits(span).and_then(|()| members::read(span.bytes)) {
            Ok((members, _)) if members.kind.as_deref() == Some("bundle") => {
                let id = members.id.as_ref().map(ToString::to_string);
                self.inner(span).map_err(|problem| (id, problem))
            }
            Ok((members, odd)) => self.members(span, members, odd),
            Err(problem) => match Head::of(span.bytes) {
                Some(head) if head.is_bundle() => {
                    self.inner(span).map_err(|problem| (head.id.map(|id| id.to_string()), problem))
                }
                // What is only counted may be as odd as it likes.
                Some(head) if !head.is_needed() => {
                    self.other(head);
                    Ok(())
                }
                head => Err((head.and_then(|head| head.id).map(|id| id.to_string()), problem)),
            },
        }
    }

    fn members(
        &mut self,
        span: &Span<'a>,
        members: Members<'a>,
        odd: Vec<Problem>,
    ) -> Result<(), (Option<String>, Problem)> {
        let id = members.id.as_ref().map(ToString::to_string);
        let of = |problem| (id, problem);
        let Some(word) = members.kind.clone() else { return Err(of(Problem::Missing("type"))) };
        if word.as_str() == "relationship" {
            let Some(kind) = members.relationship_type.clone() else {
                return Err(of(Problem::Missing("relationship_type")));
            };
            let Some(kind) = RelationshipKind::of(&kind) else {
                self.count_other(format!("relationship {}", short(&kind)), members.id);
                return Ok(());
            };
            let relationship = members.relationship(kind).map_err(of)?;
            self.left_out(&relationship.id, odd);
            self.bundle.relationships.push(relationship);
            self.count_unread(span);
            return Ok(());
        }
        let Some(kind) = Kind::of(&word) else {
            self.count_other(short(&word), members.id);
            return Ok(());
        };
        let mut object = members.object(kind).map_err(of)?;
        if kind == Kind::MarkingDefinition {
            let marking: Marking<'a> = json::object(span.bytes)
                .map_err(|error| (Some(object.id.to_string()), Problem::Form(fault(&error))))?;
            (object.tlp, object.statement) = marking.meaning();
        }
        self.left_out(&object.id, odd);
        self.bundle.objects.push(object);
        if kind.is_told() {
            self.count_unread(span);
        }
        Ok(())
    }

    /// Counts the properties of an object that are not read, by name as far as there are not too many names.
    fn count_unread(&mut self, span: &Span<'a>) {
        let mut cursor = Cursor::new(span.bytes);
        cursor.take(b'{');
        while let Some(name) = cursor.name() {
            let name = String::from_utf8_lossy(name);
            if READ.binary_search(&name.as_ref()).is_err() {
                let unread = &mut self.bundle.unread;
                let is_full = unread.len() >= MAX_UNREAD && !unread.contains_key(name.as_ref());
                let word = if is_full { String::new() } else { short(&name) };
                *unread.entry(word).or_default() += 1;
            }
            if cursor.value().is_none() || !cursor.take(b',') {
                break;
            }
        }
    }

    /// Names the properties without which an object is used.
    fn left_out(&mut self, id: &Text<'_>, odd: Vec<Problem>) {
        let id: String = id.chars().take(200).collect();
        self.refused.extend(odd.into_iter().map(|problem| Refused { id: id.clone(), problem }));
    }

    fn other(&mut self, head: Head<'a>) {
        let word = head.kind.as_deref().unwrap_or("");
        let word = match &head.relationship_type {
            Some(kind) if word == "relationship" => format!("relationship {}", short(kind)),
            _ => short(word),
        };
        self.count_other(word, head.id);
    }

    fn count_other(&mut self, word: String, id: Option<Text<'a>>) {
        if let Some(id) = id {
            self.ids.other(id);
        }
        let count = self.bundle.others.entry(word).or_default();
        *count += 1;
    }
}

/// The next line behind this position that opens an object or list, as its offset in bytes.
fn next_line(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let mut starts = memchr::memchr_iter(b'\n', rest).map(|end| from + end + 1);
    starts.find(|start| matches!(bytes.get(*start), Some(b'{' | b'[')))
}

/// A type's word, cut where no type's word is that long.
fn short(word: &str) -> String {
    word.chars().take(100).collect()
}

fn limits(span: &Span<'_>) -> Result<(), Problem> {
    if span.depth > MAX_DEPTH {
        return Err(Problem::Depth { depth: span.depth });
    }
    if span.longest > MAX_TEXT {
        return Err(Problem::Length { length: span.longest });
    }
    Ok(())
}

/// The name and type of an object that cannot be read.
#[derive(Debug, Deserialize)]
struct Head<'a> {
    #[serde(borrow, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(borrow)]
    relationship_type: Option<Text<'a>>,
}

impl<'a> Head<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        json::object(bytes).ok()
    }

    fn is_bundle(&self) -> bool {
        self.kind.as_deref() == Some("bundle")
    }

    /// Returns true if the object is of a type that is read, or may be.
    fn is_needed(&self) -> bool {
        let Some(kind) = &self.kind else { return true };
        if kind.as_str() == "relationship" {
            return self
                .relationship_type
                .as_deref()
                .is_none_or(|word| RelationshipKind::of(word).is_some());
        }
        Kind::of(kind).is_some()
    }
}
