//! The objects of a PDF file by their numbers (ISO 32000-1, 7.5).
//!
//! The tables of places at the end of the file are used where they are sound. An object that does not lie where its
//! table says is searched for in the whole file, so that cut and patched files are read too.
#![warn(clippy::indexing_slicing)]

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use memchr::memmem;

use super::crypt::Crypt;
use super::filter;
use super::lexer::{Dictionary, Lexer, Object};
use crate::package::expansion_limit;
use crate::writer::{Writer, count};
use crate::{Fault, Unread};

/// The place of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Offset(usize),
    /// In a stream of objects, by the stream's number.
    Stream(u32),
}

/// An object with the bytes of its stream, if it has one.
#[derive(Clone, Debug)]
pub(crate) struct Found<'bytes> {
    pub(crate) object: Object,
    stream: Option<&'bytes [u8]>,
    number: u32,
    generation: u32,
}

/// A file whose objects are read when they are asked for.
#[derive(Debug)]
pub(crate) struct File<'bytes> {
    bytes: &'bytes [u8],
    places: BTreeMap<u32, Place>,
    searched: OnceCell<BTreeMap<u32, Place>>,
    /// Offsets of the words that end streams.
    stream_ends: OnceCell<Vec<usize>>,
    /// Bytes of objects read since they were last counted as steps.
    read: Cell<u64>,
    pub(crate) trailer: Dictionary,
    crypt: Option<Crypt>,
    depth: usize,
    /// Streams of objects that were expanded, a few at a time.
    streams: RefCell<BTreeMap<u32, Rc<Packed>>>,
}

/// A stream of objects: its bytes, and the offsets of the objects in them.
#[derive(Debug)]
struct Packed {
    bytes: Vec<u8>,
    offsets: BTreeMap<u32, usize>,
}

/// Bytes in which a trailer is looked for; it has some ten entries.
const LONGEST_TRAILER: usize = 4_096;

/// Bytes of expanded streams of objects that are kept.
const KEPT: usize = 32 << 20;

impl<'bytes> File<'bytes> {
    pub(crate) fn open(bytes: &'bytes [u8], writer: &mut Writer<'_>) -> Result<Self, Unread> {
        // Offsets count from the header.
        let start = memmem::find(bytes.get(..bytes.len().min(1_024)).unwrap_or(bytes), b"%PDF-")
            .map_or(0, |start| start);
        let mut file = Self {
            bytes: bytes.get(start..).unwrap_or(bytes),
            places: BTreeMap::new(),
            searched: OnceCell::new(),
            stream_ends: OnceCell::new(),
            read: Cell::new(0),
            trailer: Dictionary::default(),
            crypt: None,
            depth: writer.limits().depth,
            streams: RefCell::new(BTreeMap::new()),
        };
        file.read_tables(writer);
        if file
            .dictionary(file.trailer.get(b"Root"), writer)
            .is_none_or(|root| root.get(b"Pages").is_none())
        {
            file.places.clear();
            file.trailer = file.searched_trailer(writer);
        }
        if let Some(encryption) = file.dictionary(file.trailer.get(b"Encrypt"), writer) {
            let identifier = file.array(file.trailer.get(b"ID"), writer);
            let identifier = identifier.first().and_then(Object::text).unwrap_or(b"");
            let encryption = file.shallow(&encryption, writer);
            file.crypt = Some(Crypt::open(&encryption, identifier).ok_or(Unread::Encrypted)?);
            file.streams.borrow_mut().clear();
        }
        if file.searched.get().is_some() {
            writer.fault(Fault::Directory);
        }
        Ok(file)
    }

    /// A dictionary whose values stand in it, not elsewhere.
    fn shallow(&self, dictionary: &Dictionary, writer: &mut Writer<'_>) -> Dictionary {
        let entries =
            dictionary.0.iter().map(|(name, value)| (name.clone(), self.resolve(value, writer)));
        Dictionary(entries.collect())
    }

    /// Reads the tables of places, from the last to the first.
    fn read_tables(&mut self, writer: &mut Writer<'_>) {
        let tail = self.bytes.len() - self.bytes.len().min(2_048);
        let end = self.bytes.get(tail..).and_then(|end| memmem::rfind(end, b"startxref"));
        let mut next = end.and_then(|end| {
            Lexer::new(self.bytes, tail + end + 9, self.depth)
                .object()
                .and_then(|offset| offset.index())
        });
        let mut visited = BTreeSet::new();
        while let Some(offset) = next.filter(|offset| visited.insert(*offset)) {
            let Some(trailer) = self.read_table(offset, writer) else { break };
            let hybrid = trailer.get(b"XRefStm").and_then(Object::index);
            if let Some(offset) = hybrid.filter(|offset| visited.insert(*offset)) {
                self.read_table(offset, writer);
            }
            next = trailer.get(b"Prev").and_then(Object::index);
            if self.trailer.0.is_empty() {
                self.trailer = trailer;
            }
        }
    }

    /// Reads one table of places; returns its trailer.
    fn read_table(&mut self, offset: usize, writer: &mut Writer<'_>) -> Option<Dictionary> {
        let mut lexer = Lexer::new(self.bytes, offset, self.depth);
        if !lexer.takes(b"xref") {
            return self.read_table_stream(offset, writer);
        }
        while !lexer.takes(b"trailer") {
            let (first, count) = (lexer.object()?.index()?, lexer.object()?.index()?);
            for number in first..first.checked_add(count)? {
                let (offset, _generation) = (lexer.object()?.index()?, lexer.object()?.index()?);
                if !lexer.takes(b"n") {
                    lexer.takes(b"f").then_some(())?;
                    continue;
                }
                let number = u32::try_from(number).ok()?;
                self.places.entry(number).or_insert(Place::Offset(offset));
                if self.places.len() > writer.limits().parts {
                    return None;
                }
            }
        }
        match lexer.object()? {
            Object::Dictionary(trailer) => Some(trailer),
            _ => None,
        }
    }

    fn read_table_stream(&mut self, offset: usize, writer: &mut Writer<'_>) -> Option<Dictionary> {
        let found = self.object_at(offset, None)?;
        let dictionary = found.object.dictionary()?.clone();
        if !dictionary.has_name(b"Type", b"XRef") {
            return None;
        }
        let bytes = self.expanded(&found, writer)?;
        let widths: Vec<usize> =
            dictionary.get(b"W")?.array()?.iter().filter_map(Object::index).collect();
        let [kinds, first, second] = *widths.first_chunk()?;
        let size =
            kinds.checked_add(first)?.checked_add(second).filter(|size| (1..=24).contains(size))?;
        let ranges = match dictionary.get(b"Index").and_then(Object::array) {
            Some(ranges) => ranges.iter().filter_map(Object::index).collect(),
            None => vec![0, dictionary.get(b"Size")?.index()?],
        };
        let numbers = ranges
            .as_chunks::<2>()
            .0
            .iter()
            .flat_map(|[start, count]| *start..start.checked_add(*count).unwrap_or(*start));
        for (number, entry) in numbers.zip(bytes.chunks_exact(size)) {
            let (kind, rest) = entry.split_at_checked(kinds)?;
            let (first, _second) = rest.split_at_checked(first)?;
            let value = first.iter().fold(0_usize, |value, byte| value << 8 | usize::from(*byte));
            let position = match kind {
                [] | [.., 1] => Place::Offset(value),
                [.., 2] => Place::Stream(u32::try_from(value).ok()?),
                _ => continue,
            };
            self.places.entry(u32::try_from(number).ok()?).or_insert(position);
            if self.places.len() > writer.limits().parts {
                return None;
            }
        }
        Some(dictionary)
    }

    /// The places of all objects by their beginnings in the file; the last of a number counts.
    fn search(&self, writer: &mut Writer<'_>) -> BTreeMap<u32, Place> {
        let mut places = BTreeMap::new();
        let mut packed = Vec::new();
        for end in memmem::find_iter(self.bytes, b"obj") {
            let Some((number, offset)) = self.header_before(end) else { continue };
            places.insert(number, Place::Offset(offset));
            let head = self.bytes.get(end..self.bytes.len().min(end + 256)).unwrap_or(b"");
            if memmem::find(head, b"/ObjStm").is_some() {
                packed.push(number);
            }
            if places.len() >= writer.limits().parts {
                writer.fault(Fault::TooMany { limit: writer.limits().parts });
                break;
            }
        }
        for stream in packed {
            if !writer.step(self.read.take()) {
                break;
            }
            let Some(Place::Offset(offset)) = places.get(&stream).copied() else { continue };
            let inner =
                self.object_at(offset, Some(stream)).and_then(|found| self.packed(&found, writer));
            for number in inner.iter().flat_map(|packed| packed.offsets.keys()) {
                places.entry(*number).or_insert(Place::Stream(stream));
            }
        }
        places
    }

    /// The number before `obj`, and the offset where it begins.
    fn header_before(&self, end: usize) -> Option<(u32, usize)> {
        let start = end - end.min(24);
        let before = self.bytes.get(start..end)?;
        let trimmed = before.trim_ascii_end();
        let generation = trimmed.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let rest = trimmed.get(..trimmed.len() - generation)?;
        let trimmed = rest.trim_ascii_end();
        if generation == 0 || trimmed.len() == rest.len() {
            return None;
        }
        let digits = trimmed.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let number =
            std::str::from_utf8(trimmed.get(trimmed.len() - digits..)?).ok()?.parse().ok()?;
        Some((number, start + trimmed.len() - digits))
    }

    fn searched(&self, writer: &mut Writer<'_>) -> &BTreeMap<u32, Place> {
        self.searched.get_or_init(|| self.search(writer))
    }

    /// A trailer that is put together from what the file has.
    fn searched_trailer(&self, writer: &mut Writer<'_>) -> Dictionary {
        let mut trailer = Dictionary::default();
        for start in memmem::find_iter(self.bytes, b"trailer").take(1_024) {
            // A trailer that is not closed would run on to the end of the file.
            let end = self.bytes.len().min(start + LONGEST_TRAILER);
            let bytes = self.bytes.get(..end).unwrap_or(self.bytes);
            let object = Lexer::new(bytes, start + 7, self.depth).object();
            if let Some(Object::Dictionary(found)) = object.filter(has_root) {
                trailer = found;
            }
        }
        if !trailer.0.is_empty() {
            self.searched(writer);
            return trailer;
        }
        let numbers: Vec<u32> = self.searched(writer).keys().copied().collect();
        for number in numbers {
            if !writer.step(16) {
                break;
            }
            let Some(found) = self.find(number, writer) else { continue };
            let Some(dictionary) = found.object.dictionary() else { continue };
            if dictionary.has_name(b"Type", b"XRef") && has_root(&found.object) {
                return dictionary.clone();
            }
            if dictionary.has_name(b"Type", b"Catalog") {
                trailer.0.push((b"Root".as_slice().into(), Object::Reference(number)));
                break;
            }
        }
        trailer
    }

    /// The numbers of all objects.
    pub(crate) fn numbers(&self, writer: &mut Writer<'_>) -> Vec<u32> {
        let places = if self.places.is_empty() { self.searched(writer) } else { &self.places };
        places.keys().copied().collect()
    }

    /// The object of a number.
    pub(crate) fn find(&self, number: u32, writer: &mut Writer<'_>) -> Option<Found<'bytes>> {
        if !writer.step(1 + self.read.take()) {
            return None;
        }
        let listed =
            self.places.get(&number).and_then(|position| self.find_at(*position, number, writer));
        listed.or_else(|| {
            // A file whose tables are sound has no objects but those in them.
            if self.places.contains_key(&number) || self.places.is_empty() {
                let position = *self.searched(writer).get(&number)?;
                return self.find_at(position, number, writer);
            }
            None
        })
    }

    fn find_at(
        &self,
        position: Place,
        number: u32,
        writer: &mut Writer<'_>,
    ) -> Option<Found<'bytes>> {
        let stream = match position {
            Place::Offset(offset) => return self.object_at(offset, Some(number)),
            Place::Stream(stream) => stream,
        };
        let kept = self.streams.borrow().get(&stream).cloned();
        let packed = match kept {
            Some(packed) => packed,
            None => {
                // A stream of objects lies in the file, never in another one.
                let position =
                    self.places.get(&stream).or_else(|| self.searched.get()?.get(&stream)).copied();
                let Some(Place::Offset(offset)) = position else { return None };
                let found = self.object_at(offset, Some(stream))?;
                let packed = Rc::new(self.packed(&found, writer)?);
                let mut streams = self.streams.borrow_mut();
                if streams.values().map(|packed| packed.bytes.len()).sum::<usize>() > KEPT {
                    streams.clear();
                }
                streams.insert(stream, Rc::clone(&packed));
                packed
            }
        };
        let start = *packed.offsets.get(&number)?;
        let mut lexer = Lexer::new(&packed.bytes, start, self.depth);
        let object = lexer.object()?;
        self.read.set(self.read.get() + count(lexer.offset - start));
        Some(Found { object, stream: None, number, generation: 0 })
    }

    fn packed(&self, found: &Found<'bytes>, writer: &mut Writer<'_>) -> Option<Packed> {
        let dictionary = found.object.dictionary()?;
        let (count, first) = (dictionary.get(b"N")?.index()?, dictionary.get(b"First")?.index()?);
        let bytes = self.expanded(found, writer)?;
        let mut lexer = Lexer::new(&bytes, 0, 1);
        let mut offsets = BTreeMap::new();
        for _ in 0..count {
            let Some((number, offset)) = lexer.object().zip(lexer.object()) else { break };
            let number = number.index().and_then(|number| u32::try_from(number).ok())?;
            offsets.insert(number, first.checked_add(offset.index()?)?);
        }
        Some(Packed { bytes, offsets })
    }

    /// The object that begins at an offset, if it has the number that is wanted.
    fn object_at(&self, offset: usize, wanted: Option<u32>) -> Option<Found<'bytes>> {
        let mut lexer = Lexer::new(self.bytes, offset, self.depth);
        let number = u32::try_from(lexer.object()?.index()?).ok()?;
        let generation = u32::try_from(lexer.object()?.index()?).ok()?;
        if !lexer.takes(b"obj") || wanted.is_some_and(|wanted| wanted != number) {
            return None;
        }
        let mut object = lexer.value()?;
        self.read.set(self.read.get() + count(lexer.offset - offset));
        let mut stream = None;
        if let Some(dictionary) = object.dictionary()
            && lexer.takes(b"stream")
        {
            stream = Some(self.stream_bytes(lexer.offset, dictionary));
        }
        if let Some(crypt) = &self.crypt {
            decrypt(&mut object, crypt, number, generation);
        }
        Some(Found { object, stream, number, generation })
    }

    /// The bytes of a stream from behind its first word.
    fn stream_bytes(&self, offset: usize, dictionary: &Dictionary) -> &'bytes [u8] {
        let rest = self.bytes.get(offset..).unwrap_or(b"");
        let rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
        let length = match dictionary.get(b"Length") {
            // A length elsewhere is a bare number; a stream there would lead in a circle.
            Some(Object::Reference(number)) => self.bare_number(*number),
            length => length.and_then(Object::index),
        };
        let declared = length.and_then(|length| rest.split_at_checked(length));
        if let Some((stream, after)) = declared
            && after.trim_ascii_start().starts_with(b"endstream")
        {
            return stream;
        }
        let start = self.bytes.len() - rest.len();
        let ends =
            self.stream_ends.get_or_init(|| memmem::find_iter(self.bytes, b"endstream").collect());
        let end = ends
            .get(ends.partition_point(|end| *end < start))
            .map_or(rest.len(), |end| end - start);
        rest.get(..end).unwrap_or(rest)
    }

    fn bare_number(&self, number: u32) -> Option<usize> {
        let places = if self.places.is_empty() { self.searched.get()? } else { &self.places };
        let Place::Offset(offset) = places.get(&number)? else { return None };
        let mut lexer = Lexer::new(self.bytes, *offset, 1);
        lexer.object().filter(|found| found.index() == usize::try_from(number).ok())?;
        lexer.object()?;
        lexer.takes(b"obj").then(|| lexer.object())??.index()
    }

    /// The object that a value stands for.
    pub(crate) fn resolve(&self, object: &Object, writer: &mut Writer<'_>) -> Object {
        let mut object = object.clone();
        // References to references are written by nobody but attackers.
        for _ in 0..8 {
            let Object::Reference(number) = object else { return object };
            object = self.find(number, writer).map_or(Object::Null, |found| found.object);
        }
        Object::Null
    }

    /// The dictionary that a value stands for, also that of a stream.
    pub(crate) fn dictionary(
        &self,
        object: Option<&Object>,
        writer: &mut Writer<'_>,
    ) -> Option<Dictionary> {
        match self.resolve(object?, writer) {
            Object::Dictionary(dictionary) => Some(dictionary),
            _ => None,
        }
    }

    /// The dictionary that a value stands for; an empty one where there is none.
    pub(crate) fn dictionary_or_empty(
        &self,
        object: Option<&Object>,
        writer: &mut Writer<'_>,
    ) -> Dictionary {
        self.dictionary(object, writer).unwrap_or_default()
    }

    /// The array that a value stands for; a single value is an array of one.
    pub(crate) fn array(&self, object: Option<&Object>, writer: &mut Writer<'_>) -> Vec<Object> {
        match object.map(|object| self.resolve(object, writer)) {
            Some(Object::Array(array)) => array,
            Some(Object::Null) | None => Vec::new(),
            Some(object) => vec![object],
        }
    }

    /// The object of a value with the bytes of its stream.
    pub(crate) fn found(
        &self,
        object: Option<&Object>,
        writer: &mut Writer<'_>,
    ) -> Option<Found<'bytes>> {
        self.find(object?.reference()?, writer)
    }

    /// The bytes of a stream behind its filters; `None` where there is no stream, or one of an image.
    pub(crate) fn expanded(
        &self,
        found: &Found<'bytes>,
        writer: &mut Writer<'_>,
    ) -> Option<Vec<u8>> {
        let (dictionary, stream) = (found.object.dictionary()?, found.stream?);
        let names = self.array(dictionary.get(b"Filter").or_else(|| dictionary.get(b"F")), writer);
        let parameters =
            self.array(dictionary.get(b"DecodeParms").or_else(|| dictionary.get(b"DP")), writer);
        let parameters = parameters.iter().map(Some).chain(std::iter::repeat(None));
        let mut filters = Vec::new();
        for (name, parameters) in names.iter().zip(parameters) {
            let name = self.resolve(name, writer).name().map(Into::into)?;
            filters.push((name, self.dictionary_or_empty(parameters, writer)));
        }
        let is_table = dictionary.has_name(b"Type", b"XRef");
        let crypt = self.crypt.as_ref().filter(|_| !is_table);
        let plain = crypt.map(|crypt| crypt.stream(stream, found.number, found.generation));
        let stream = plain.as_deref().unwrap_or(stream);
        let limit = expansion_limit(stream.len(), writer);
        if limit == 0 {
            writer.fault(Fault::ExpansionCut {
                part: "a stream".to_owned(),
                bytes: writer.limits().expanded,
            });
            return None;
        }
        let bytes = filter::decode(stream, &filters, limit)?;
        let length = count(bytes.len());
        writer.expand(length);
        if length >= limit {
            writer.fault(Fault::ExpansionCut {
                part: format!("object {}", found.number),
                bytes: limit,
            });
        }
        Some(bytes)
    }
}

fn has_root(object: &Object) -> bool {
    object.dictionary().is_some_and(|dictionary| dictionary.get(b"Root").is_some())
}

/// Decrypts the texts in an object.
fn decrypt(object: &mut Object, crypt: &Crypt, number: u32, generation: u32) {
    match object {
        Object::Text(text) => *text = crypt.text(text, number, generation),
        Object::Array(array) => {
            array.iter_mut().for_each(|object| decrypt(object, crypt, number, generation));
        }
        Object::Dictionary(dictionary) => {
            dictionary
                .0
                .iter_mut()
                .for_each(|(_, object)| decrypt(object, crypt, number, generation));
        }
        _ => {}
    }
}
