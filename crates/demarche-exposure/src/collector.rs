//! The receiver of what is read: it looks for sensitive data and puts all in chunks for the store.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::{ControlFlow, Range};
use std::sync::{Mutex, PoisonError};

use demarche_dump::{Content, Item, Message, Sink};
use demarche_sensitive::{Rules, Shape as Layout};
use demarche_terms::Sha256;
use demarche_text::{Media, Section, Shape};
use zstd::bulk::Compressor;

use crate::chunk::{Chunk, Edge, Found, NewContent, NewText, State};
use crate::names::names_in;

/// The bytes of text after which a chunk goes to the store.
const CHUNK: usize = 2 << 20;

/// The contents after which a chunk goes to the store.
const CONTENTS: usize = 4096;

/// The bytes on either side of the end of a page in which a value may lie on both: a private key has so many.
const SEAM: usize = 4096;

/// How hard texts are compressed: the quickest level, which still leaves a third.
pub(crate) const LEVEL: i32 = 1;

/// Takes the items of one unit.
pub(crate) struct Collector<'a> {
    rules: &'a Rules,
    seen: &'a Seen,
    send: &'a mut dyn FnMut(Chunk) -> ControlFlow<()>,
    chunk: Chunk,
    /// The content of each item told so far.
    keys: Vec<Sha256>,
    found: Vec<demarche_sensitive::Finding>,
    packer: &'a mut Compressor<'static>,
    /// The content that was asked for last, and as which kind of file it is read.
    wanted: (Sha256, Media),
}

impl<'a> Collector<'a> {
    pub(crate) fn new(
        rules: &'a Rules,
        seen: &'a Seen,
        packer: &'a mut Compressor<'static>,
        send: &'a mut dyn FnMut(Chunk) -> ControlFlow<()>,
    ) -> Self {
        let (chunk, keys, found) = (Chunk::default(), Vec::new(), Vec::new());
        let wanted = (Sha256::default(), Media::Unknown);
        Self { rules, seen, packer, send, chunk, keys, found, wanted }
    }

    /// The content of the unit's file, and what is not sent yet.
    pub(crate) fn finish(self) -> (Option<Sha256>, Chunk) {
        (self.keys.first().copied(), self.chunk)
    }

    fn flush(&mut self) -> ControlFlow<()> {
        (self.send)(std::mem::take(&mut self.chunk))
    }

    /// The content by which an item is known: that of its bytes, or of its place where these could not be had.
    fn key(&self, item: &Item<'_>, parent: Option<Sha256>) -> Sha256 {
        if item.digest != Sha256::default() {
            let (digest, media) = self.wanted;
            return read_as(&item.digest, if digest == item.digest { media } else { item.media });
        }
        let parent = parent.unwrap_or_default();
        Sha256::of(format!("{parent}\n{}\n{}\n{}", item.number, item.size, item.name).as_bytes())
    }

    fn text(&mut self, name: Option<&str>, shape: Shape, text: Cow<'_, str>) -> NewText {
        let layout = match shape {
            Shape::Prose => Layout::Prose,
            Shape::Table => Layout::Table,
        };
        self.found.clear();
        self.rules.scan(&text, layout, &mut self.found);
        let mut lines = Lines { text: &text, offset: 0, line: 1 };
        let findings = self.found.drain(..).map(|finding| {
            let (line, around) = lines.around(&finding.span);
            Found { line, names: names_in(&around), finding }
        });
        let findings = findings.collect();
        let packed = self.packer.compress(text.as_bytes()).unwrap_or_default();
        let name = name.map(str::to_owned);
        NewText { name, shape, text: text.into_owned(), packed, findings }
    }

    fn sections(&mut self, sections: &[Section]) -> Vec<NewText> {
        let sections = sections.iter().filter(|section| !section.text.trim().is_empty());
        let mut texts: Vec<NewText> = Vec::new();
        for section in sections {
            let mut text =
                self.text(section.name.as_deref(), section.shape, section.text.as_str().into());
            if let Some(before) = texts.last_mut() {
                self.across(before, &mut text);
            }
            texts.push(text);
        }
        texts
    }

    /// Finds values that begin on one page and end on the next: each page then has the value.
    fn across(&mut self, before: &mut NewText, after: &mut NewText) {
        if before.shape != Shape::Prose || after.shape != Shape::Prose {
            return;
        }
        let end = before.text.trim_end().len();
        let start = before.text.floor_char_boundary(end.saturating_sub(SEAM));
        let (Some(left), Some(right)) =
            (before.text.get(start..end), after.text.get(..after.text.floor_char_boundary(SEAM)))
        else {
            return;
        };
        let seam = left.len() + 1;
        self.found.clear();
        self.rules.scan(&format!("{left}\n{right}"), Layout::Prose, &mut self.found);
        let broken = |finding: &&demarche_sensitive::Finding| {
            finding.span.start < seam - 1 && finding.span.end > seam
        };
        for finding in self.found.iter().filter(broken) {
            let first = start + finding.span.start..end;
            let second = 0..finding.span.end - seam;
            before.findings.retain(|found| found.finding.span.end <= first.start);
            after.findings.retain(|found| found.finding.span.start >= second.end);
            for (text, span) in [(&mut *before, first), (&mut *after, second)] {
                let (line, around) = Lines { text: &text.text, offset: 0, line: 1 }.around(&span);
                let finding = demarche_sensitive::Finding { span, ..finding.clone() };
                let found = Found { line, names: names_in(&around), finding };
                let place = text
                    .findings
                    .partition_point(|known| known.finding.span.start < found.finding.span.start);
                text.findings.insert(place, found);
            }
        }
    }

    /// The subject is the first line of the text of a message.
    fn message(&mut self, message: &Message) -> Vec<NewText> {
        let is_prose = |section: &&Section| section.shape == Shape::Prose && section.name.is_none();
        match message.body.split_first().filter(|(first, _)| is_prose(first)) {
            Some((first, rest)) => {
                let text = format!("{}\n{}", message.subject, first.text);
                let mut texts = vec![self.text(None, Shape::Prose, text.into())];
                texts.extend(self.sections(rest));
                texts
            }
            None => {
                let subject = self.text(None, Shape::Prose, message.subject.as_str().into());
                std::iter::once(subject).chain(self.sections(&message.body)).collect()
            }
        }
    }

    fn content(&mut self, key: Sha256, item: &Item<'_>) -> Option<NewContent> {
        let (state, reason, message, texts) = match item.content {
            Content::Message(message) => {
                let texts = self.message(message);
                let message = Message { body: Vec::new(), ..message.clone() };
                (State::Read, None, Some(message), texts)
            }
            Content::Text(sections) => (State::Read, None, None, self.sections(sections)),
            Content::Container => (State::Container, None, None, Vec::new()),
            Content::Nothing => (State::Empty, None, None, Vec::new()),
            Content::Unread(reason) => (State::Unread, Some(reason.to_string()), None, Vec::new()),
            Content::Copy | Content::Damage(_) => return None,
        };
        let faults = item.faults.iter().map(ToString::to_string).collect();
        let digest = item.digest;
        let (media, size) = (format!("{:?}", item.media).to_lowercase(), item.size);
        Some(NewContent { key, digest, media, size, state, reason, faults, message, texts })
    }
}

impl Sink for Collector<'_> {
    fn wants(&mut self, digest: &Sha256, media: Media) -> bool {
        self.wanted = (*digest, media);
        self.seen.claim(&read_as(digest, media))
    }

    fn item(&mut self, item: Item<'_>) -> ControlFlow<()> {
        let within = item.within.and_then(|number| usize::try_from(number).ok());
        let parent = within.and_then(|number| self.keys.get(number)).copied();
        if let (Content::Damage(fault), Some(parent)) = (item.content, parent) {
            self.keys.push(parent);
            self.chunk.damages.push((parent, fault.to_string()));
            return ControlFlow::Continue(());
        }
        let key = self.key(&item, parent);
        self.keys.push(key);
        let (number, name, at) = (item.number, item.name.to_owned(), item.at.clone());
        let size = item.size;
        self.chunk.edges.push(Edge { parent, number, name, at, size, child: key });
        if let Some(content) = self.content(key, &item) {
            self.chunk.weight += content.texts.iter().map(|text| text.text.len()).sum::<usize>();
            self.chunk.contents.push(content);
        }
        if self.chunk.weight >= CHUNK || self.chunk.edges.len() >= CONTENTS {
            return self.flush();
        }
        ControlFlow::Continue(())
    }
}

/// The key of bytes that are read as one kind of file: by another name they may be another.
fn read_as(digest: &Sha256, media: Media) -> Sha256 {
    let mut key = *digest;
    if let Some(last) = key.0.last_mut() {
        *last ^= media as u8;
    }
    key
}

/// The lines of a text, counted as findings come in its order.
struct Lines<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

impl Lines<'_> {
    /// The number of the line of a value, from 1, and the line with a tab in the place of the value.
    fn around(&mut self, span: &Range<usize>) -> (usize, String) {
        let at = span.start;
        let bytes = self.text.as_bytes();
        let passed = bytes.get(self.offset..at).unwrap_or(&[]);
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.offset = at;
        let before = bytes.get(..at).unwrap_or(&[]);
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |found| found + 1);
        let after = bytes.get(span.end..).unwrap_or(&[]);
        let end = after.iter().position(|byte| *byte == b'\n');
        let end = end.map_or(bytes.len(), |found| span.end + found);
        let text = |range| self.text.get(range).unwrap_or("");
        (self.line, format!("{}\t{}", text(start..at), text(span.end..end)))
    }
}

/// Sets that are locked apart, so that threads seldom wait for one another.
const SHARDS: usize = 64;

/// A set of digests. Sixteen bytes of each are kept: no two contents of a dump agree in them by chance.
#[derive(Debug)]
pub(crate) struct Seen {
    shards: Vec<Mutex<HashSet<[u8; 16]>>>,
}

impl Seen {
    pub(crate) fn new(known: impl IntoIterator<Item = Sha256>) -> Self {
        let seen = Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() };
        for digest in known {
            seen.claim(&digest);
        }
        seen
    }

    /// Returns true to the first who asks for a digest, whose it then is to read.
    pub(crate) fn claim(&self, digest: &Sha256) -> bool {
        let Digest { shard, key } = Digest::of(digest);
        let shard = self.shards.get(shard).or_else(|| self.shards.first());
        shard.is_none_or(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner).insert(key))
    }
}

struct Digest {
    shard: usize,
    key: [u8; 16],
}

impl Digest {
    fn of(digest: &Sha256) -> Self {
        let (key, rest) = digest.0.split_at(16);
        let shard = rest.first().map_or(0, |byte| usize::from(*byte) % SHARDS);
        Self { shard, key: key.try_into().unwrap_or_default() }
    }
}
