//! Files: a bundle, a list, or a single object, read one object at a time.

use super::checker::{Checker, Path};
use crate::breach::{Level, MAX_OBJECT};
use crate::json::{Cursor, Span};
use crate::tree::{Members, Tree, cut};
use crate::{MAX_DEPTH, MAX_OBJECTS, forms};

/// The reason why a file cannot be read on.
struct Broken {
    offset: usize,
}

impl Checker {
    pub(crate) fn file(&mut self, bytes: &[u8]) {
        "the file".clone_into(&mut self.object);
        let mut cursor = Cursor::new(bytes);
        let outcome = match cursor.peek() {
            Some(b'[') => self.list(&mut cursor).and_then(|()| end(&mut cursor)),
            Some(b'{') => self.bundle_or_object(&mut cursor),
            _ => Err(Broken { offset: cursor.offset() }),
        };
        if let Err(Broken { offset }) = outcome {
            "the file".clone_into(&mut self.object);
            let met = format!("no JSON of a bundle, list or object at byte {offset}");
            self.must(&Path::Root, met, "send the whole file, as it was written", "RFC 8259");
        }
    }

    fn bundle_or_object(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Broken> {
        let start = cursor.clone();
        let mut members = Vec::new();
        cursor.take(b'{');
        while cursor.peek() != Some(b'}') {
            let broken = Broken { offset: cursor.offset() };
            let Some(name) = cursor.name() else { return Err(broken) };
            let Some(span) = cursor.value() else { return Err(broken) };
            members.push((name, span));
            if !cursor.take(b',') {
                break;
            }
        }
        if !cursor.take(b'}') {
            return Err(Broken { offset: cursor.offset() });
        }
        let offset = cursor.offset();
        end(cursor)?;
        let is_type = |(name, span): &(&[u8], Span<'_>)| {
            *name == b"type" && span.bytes.trim_ascii() == b"\"bundle\""
        };
        if members.iter().any(is_type) {
            return self.bundle(&members);
        }
        let Some(span) = start.clone().whole() else { return Err(Broken { offset }) };
        self.element(&span);
        Ok(())
    }

    /// A bundle (section 8).
    fn bundle(&mut self, members: &[(&[u8], Span<'_>)]) -> Result<(), Broken> {
        let find = |wanted: &[u8]| members.iter().rev().find(|(name, _)| *name == wanted);
        "bundle".clone_into(&mut self.object);
        match find(b"id").and_then(|(_, span)| serde_json::from_slice::<Tree<'_>>(span.bytes).ok())
        {
            Some(Tree::Text(id)) => match forms::identifier(&id) {
                Some(identifier) if identifier.kind == "bundle" => {
                    self.object = cut(&id);
                    if identifier.version != 4 {
                        self.should(
                            &Path::Root.name("id"),
                            "a UUID of another version than 4",
                            "take one of version 4",
                            "2.9",
                        );
                    }
                }
                _ => self.must(
                    &Path::Root.name("id"),
                    format!("`{}`", cut(&id)),
                    "write bundle--UUID",
                    "2.9",
                ),
            },
            Some(other) => {
                self.must(&Path::Root.name("id"), other.met(), "write bundle--UUID", "2.9");
            }
            None => self.must(&Path::Root.name("id"), "missing", "add it", "8"),
        }
        let Some((_, span)) = find(b"objects") else { return Ok(()) };
        let mut cursor = Cursor::new(span.bytes);
        if cursor.peek() != Some(b'[') {
            self.must(&Path::Root.name("objects"), "no list", "give a list of objects", "8");
            return Ok(());
        }
        self.is_bundle = true;
        let before = self.validation.objects;
        let bundle = self.object.clone();
        let outcome = self.list(&mut cursor);
        if self.validation.objects == before {
            self.object = bundle;
            self.must(
                &Path::Root.name("objects"),
                "an empty list",
                "leave it out, or add an object",
                "2.12",
            );
        }
        outcome.map_err(|Broken { offset }| Broken { offset: span.offset + offset })
    }

    fn list(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Broken> {
        cursor.take(b'[');
        if cursor.take(b']') {
            return Ok(());
        }
        loop {
            cursor.peek();
            let offset = cursor.offset();
            let Some(span) = cursor.value() else { return Err(Broken { offset }) };
            if self.validation.objects >= MAX_OBJECTS as u64 {
                self.must(
                    &Path::Root,
                    format!("more than {MAX_OBJECTS} objects"),
                    "split the bundle",
                    "8",
                );
                return Ok(());
            }
            self.element(&span);
            if cursor.take(b']') {
                return Ok(());
            }
            if !cursor.take(b',') {
                return Err(Broken { offset: cursor.offset() });
            }
        }
    }

    fn element(&mut self, span: &Span<'_>) {
        self.validation.objects += 1;
        self.object = format!("object {}", self.validation.objects);
        if span.depth > MAX_DEPTH || span.bytes.len() > MAX_OBJECT {
            let met = format!("{} bytes, {} levels deep", span.bytes.len(), span.depth);
            let remedy =
                format!("keep to {MAX_OBJECT} bytes and {MAX_DEPTH} levels, which are read");
            self.must(&Path::Root, met, remedy, "demarche");
            return;
        }
        match serde_json::from_slice::<Tree<'_>>(span.bytes) {
            Ok(Tree::Object(members)) => {
                self.top(&members);
                self.remember(&members);
            }
            Ok(other) => self.must(&Path::Root, other.met(), "give an object", "8"),
            Err(error) => {
                self.must(&Path::Root, format!("no JSON: {error}"), "write it as JSON", "RFC 8259");
            }
        }
    }

    /// Enters what later objects are compared with.
    fn remember(&mut self, object: &Members<'_>) {
        let Some(id) = object.text("id") else { return };
        let version = version_of(object);
        if let Some(versions) = self.ids.get_mut(id) {
            if versions.contains(&version) {
                self.should(
                    &Path::Root.name("id"),
                    "an object of this id and time came before",
                    "send each version once",
                    "3.6",
                );
            } else if versions.len() < 100 {
                versions.push(version);
            }
        } else {
            self.ids.insert(id.to_owned(), vec![version]);
        }
        if !self.rules.interop {
            return;
        }
        let kind = object.text("type").unwrap_or("");
        let creator = object.text("created_by_ref").map(str::to_owned);
        if kind == "identity" {
            self.identities.insert(id.to_owned(), creator.is_some());
        } else if creator.is_some() {
            self.creators.push((id.to_owned(), creator));
        }
    }

    /// The creators that objects name must be in the file and name their own.
    pub(crate) fn creators_known(&mut self) {
        for (object, creator) in std::mem::take(&mut self.creators) {
            let Some(creator) = creator else { continue };
            let met = match self.identities.get(&creator) {
                Some(true) => continue,
                Some(false) => "an identity without `created_by_ref`",
                None => "an identity that is not in the file",
            };
            self.object = cut(&object);
            let path = Path::Root.name("created_by_ref");
            self.breach(
                Level::Interop,
                &path,
                met.to_owned(),
                "add it".to_owned(),
                "interoperability profile",
            );
        }
    }
}

fn end(cursor: &mut Cursor<'_>) -> Result<(), Broken> {
    match cursor.peek() {
        None => Ok(()),
        Some(_) => Err(Broken { offset: cursor.offset() }),
    }
}

/// The times of an object's version, which tell its versions apart.
fn version_of(object: &Members<'_>) -> String {
    object.get("modified").and_then(Tree::text).unwrap_or("").to_owned()
}
