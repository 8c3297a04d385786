//! The receiver of what is read: it looks for sensitive data and puts all in chunks for the store.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::{ControlFlow, Range};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use demarche_dump::{Content, Fault, Item, Message, Sink};
use demarche_sensitive::{Layout, Rules};
use demarche_terms::Sha256;
use demarche_text::{Media, Section, Shape};
use zstd::bulk::Compressor;

use crate::chunk::{Chunk, Edge, Found, NewContent, NewText, State};
use crate::names::names_in;
use crate::path::masked_name;

/// The bytes of text after which a chunk goes to the store.
const CHUNK: usize = 2 << 20;

/// The contents after which a chunk goes to the store.
const CONTENTS: usize = 4096;

/// The bytes on either side of the end of a page in which a value may lie on both: a private key has so many.
const SEAM: usize = 4096;

/// How hard texts are compressed: a fast level. Level 1 makes a store that is smaller by a fifteenth, and a scan that takes
/// longer by a twentieth.
pub(crate) const LEVEL: i32 = -1;

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
    patience: Patience<'a>,
    /// True if the item that is being told was not searched to its end.
    is_cut: bool,
}

/// The time that one item may take.
#[derive(Clone, Copy)]
pub(crate) struct Patience<'a> {
    pub(crate) most: Duration,
    /// The time since any moment.
    pub(crate) clock: &'a dyn Fn() -> Duration,
    /// The time at which the item began.
    began: Duration,
}

impl<'a> Patience<'a> {
    pub(crate) fn new(most: Duration, clock: &'a dyn Fn() -> Duration) -> Self {
        Self { most, clock, began: clock() }
    }

    fn begin(&mut self) {
        self.began = (self.clock)();
    }

    fn is_over(&self) -> bool {
        (self.clock)().saturating_sub(self.began) > self.most
    }
}

impl<'a> Collector<'a> {
    pub(crate) fn new(
        rules: &'a Rules,
        seen: &'a Seen,
        packer: &'a mut Compressor<'static>,
        patience: Patience<'a>,
        send: &'a mut dyn FnMut(Chunk) -> ControlFlow<()>,
    ) -> Self {
        let (chunk, keys, found) = (Chunk::default(), Vec::new(), Vec::new());
        let wanted = (Sha256::default(), Media::Unknown);
        let is_cut = false;
        Self { rules, seen, packer, send, chunk, keys, found, wanted, patience, is_cut }
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

    /// A text with its findings; `breaks` are the offsets behind soft line breaks that were joined.
    fn text(
        &mut self,
        name: Option<&str>,
        shape: Shape,
        text: Cow<'_, str>,
        breaks: Vec<usize>,
    ) -> NewText {
        let layout = match shape {
            Shape::Prose => Layout::Prose,
            Shape::Table => Layout::Table,
        };
        self.search(&text, layout);
        let mut lines = Lines::of(&text, &breaks);
        let findings = self.found.drain(..).map(|finding| {
            let (line, around) = lines.around(&finding.span);
            Found { line, names: names_in(&around), finding }
        });
        let findings = findings.collect();
        // A compressor in memory has nothing to fail on; a text without bytes would be told as damaged.
        let packed = self.packer.compress(text.as_bytes()).unwrap_or_else(|_| Vec::new());
        let masked = name.and_then(|name| masked_name(self.rules, name));
        let name = name.map(str::to_owned);
        NewText { name, masked, shape, text: text.into_owned(), breaks, packed, findings }
    }

    /// Searches a text for sensitive data, a large one window by window as long as there is time.
    ///
    /// Windows of prose overlap, those of a table have its first row before them.
    fn search(&mut self, text: &str, layout: Layout) {
        self.found.clear();
        let heading = match layout {
            Layout::Table => text
                .find('\n')
                .filter(|end| *end < SEAM)
                .and_then(|end| text.get(..=end))
                .unwrap_or(""),
            Layout::Prose => "",
        };
        let mut start = 0;
        loop {
            if self.patience.is_over() {
                self.is_cut = true;
                return;
            }
            let end = window_end(text, start);
            let first = match layout {
                Layout::Prose => text.floor_char_boundary(start.saturating_sub(SEAM)),
                Layout::Table => start,
            };
            let window = text.get(first..end).unwrap_or("");
            if start == 0 {
                self.rules.scan(window, layout, &mut self.found);
            } else {
                let mut found = Vec::new();
                self.rules.scan(&format!("{heading}{window}"), layout, &mut found);
                self.add_window(found, first, heading.len(), start);
            }
            if end >= text.len() {
                return;
            }
            start = end;
        }
    }

    /// Adds the findings of a window that begins at an offset, behind a heading of so many bytes; those before `start` are
    /// the former window's, but for values that reach from one into the other.
    fn add_window(
        &mut self,
        found: Vec<demarche_sensitive::Finding>,
        first: usize,
        heading: usize,
        start: usize,
    ) {
        for mut finding in found.into_iter().filter(|finding| finding.span.start >= heading) {
            finding.span = finding.span.start - heading + first..finding.span.end - heading + first;
            if finding.span.end > start {
                let begin = finding.span.start;
                while self.found.last().is_some_and(|last| last.span.end > begin) {
                    self.found.pop();
                }
                self.found.push(finding);
            }
        }
    }

    /// The texts of sections; `breaks` are those of the first sections, where these have any.
    fn sections(&mut self, sections: &[Section], breaks: &[Vec<usize>]) -> Vec<NewText> {
        let breaks = breaks.iter().cloned().chain(std::iter::repeat_with(Vec::new));
        let mut texts: Vec<NewText> = Vec::new();
        for (section, breaks) in sections.iter().zip(breaks) {
            if section.text.trim().is_empty() {
                continue;
            }
            let (name, text) = (section.name.as_deref(), section.text.as_str().into());
            let mut text = self.text(name, section.shape, text, breaks);
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
                let (line, around) = Lines::of(&text.text, &text.breaks).around(&span);
                let finding = demarche_sensitive::Finding { span, ..finding.clone() };
                let found = Found { line, names: names_in(&around), finding };
                let location = text
                    .findings
                    .partition_point(|known| known.finding.span.start < found.finding.span.start);
                text.findings.insert(location, found);
            }
        }
    }

    /// The subject is the first line of the text of a message.
    fn message(&mut self, message: &Message) -> Vec<NewText> {
        let is_prose = |section: &&Section| section.shape == Shape::Prose && section.name.is_none();
        let (first, rest) = match message.body.split_first() {
            Some((first, rest)) if is_prose(&first) => (first.text.as_str(), rest),
            _ => {
                let subject =
                    self.text(None, Shape::Prose, message.subject.as_str().into(), Vec::new());
                let body = self.sections(&message.body, &message.breaks);
                return std::iter::once(subject).chain(body).collect();
            }
        };
        let text = format!("{}\n{first}", message.subject);
        let (own, others) = match message.breaks.split_first() {
            Some((own, others)) => (own.as_slice(), others),
            None => (&[][..], &[][..]),
        };
        let own = own.iter().map(|location| location + message.subject.len() + 1).collect();
        let mut texts = vec![self.text(None, Shape::Prose, text.into(), own)];
        texts.extend(self.sections(rest, others));
        texts
    }

    fn content(&mut self, key: Sha256, item: &Item<'_>) -> Option<NewContent> {
        self.is_cut = item.faults.contains(&Fault::TooLong);
        let (mut state, mut reason, message, texts) = match item.content {
            Content::Message(message) => {
                let texts = self.message(message);
                let message = message.without_text();
                (State::Read, None, Some(message), texts)
            }
            Content::Text(sections) => (State::Read, None, None, self.sections(sections, &[])),
            Content::Container => (State::Container, None, None, Vec::new()),
            Content::Nothing => (State::Empty, None, None, Vec::new()),
            Content::Unread(reason) => (State::Unread, Some(reason.to_string()), None, Vec::new()),
            Content::Copy | Content::Damage(_) => return None,
        };
        if self.is_cut {
            // What was read of it is kept, and the content stands in the list of those that were not read in full.
            (state, reason) = (State::Unread, Some(Fault::TooLong.to_string()));
        }
        let faults = item.faults.iter().map(ToString::to_string).collect();
        let digest = item.digest;
        let (media, size) = (format!("{:?}", item.media).to_lowercase(), item.size);
        Some(NewContent { key, digest, media, size, state, reason, faults, message, texts })
    }
}

impl Sink for Collector<'_> {
    fn is_late(&mut self) -> bool {
        self.patience.is_over()
    }

    fn wants(&mut self, digest: &Sha256, media: Media) -> bool {
        self.patience.begin();
        self.wanted = (*digest, media);
        self.seen.claim(&read_as(digest, media))
    }

    fn item(&mut self, item: Item<'_>) -> ControlFlow<()> {
        let flow = self.take(&item);
        self.patience.begin();
        flow
    }
}

impl Collector<'_> {
    fn take(&mut self, item: &Item<'_>) -> ControlFlow<()> {
        let within = item.within.and_then(|number| usize::try_from(number).ok());
        let parent = within.and_then(|number| self.keys.get(number)).copied();
        if let (Content::Damage(fault), Some(parent)) = (item.content, parent) {
            self.keys.push(parent);
            self.chunk.damages.push((parent, fault.to_string()));
            return ControlFlow::Continue(());
        }
        let key = self.key(item, parent);
        self.keys.push(key);
        let (number, name, at) = (item.number, item.name.to_owned(), item.at.clone());
        let size = item.size;
        // The file of a unit has its path for a name, which was looked at where it was listed.
        let masked = parent.and_then(|_| masked_name(self.rules, &name));
        self.chunk.edges.push(Edge { parent, number, name, masked, at, size, child: key });
        if let Some(content) = self.content(key, item) {
            self.chunk.weight += content.texts.iter().map(|text| text.text.len()).sum::<usize>();
            self.chunk.contents.push(content);
        }
        if self.chunk.weight >= CHUNK || self.chunk.edges.len() >= CONTENTS {
            return self.flush();
        }
        ControlFlow::Continue(())
    }
}

/// The bytes of text that are searched between two looks at the time.
const WINDOW: usize = 4 << 20;

/// The end of the window that begins at an offset: behind a line where there is one.
fn window_end(text: &str, start: usize) -> usize {
    let end = text.floor_char_boundary(start.saturating_add(WINDOW));
    if end >= text.len() {
        return text.len();
    }
    let window = text.as_bytes().get(start..end).unwrap_or(&[]);
    window.iter().rposition(|byte| *byte == b'\n').map_or(end, |line| start + line + 1)
}

/// The key of bytes that are read as one kind of file: by another name they may be another.
fn read_as(digest: &Sha256, media: Media) -> Sha256 {
    let mut key = *digest;
    if let Some(last) = key.0.last_mut() {
        *last ^= media as u8;
    }
    key
}

/// The bytes on each side of a value in which names are looked for. A file of one line costs its length for every value
/// without it, and no row for a person is that long.
const AROUND: usize = 4 << 10;

/// The lines of a text, counted as findings come in its order.
struct Lines<'a> {
    text: &'a str,
    /// The soft line breaks that are not passed yet.
    breaks: &'a [usize],
    offset: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str, breaks: &'a [usize]) -> Self {
        Self { text, breaks, offset: 0, line: 1 }
    }

    /// The number of the line of a value, from 1, and the line with a tab in the place of the value; of a line as long as
    /// a file, the [`AROUND`] bytes on each side.
    fn around(&mut self, span: &Range<usize>) -> (usize, String) {
        let at = span.start;
        let bytes = self.text.as_bytes();
        let passed = bytes.get(self.offset..at).unwrap_or(&[]);
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        let soft = self.breaks.partition_point(|location| *location <= at);
        self.line += soft;
        self.breaks = self.breaks.get(soft..).unwrap_or(&[]);
        self.offset = at;
        let from = self.text.floor_char_boundary(at.saturating_sub(AROUND));
        let before = bytes.get(from..at).unwrap_or(&[]);
        let start = before.iter().rposition(|byte| *byte == b'\n');
        let start = start.map_or(from, |found| from + found + 1);
        let to = self.text.floor_char_boundary(span.end.saturating_add(AROUND));
        let after = bytes.get(span.end..to).unwrap_or(&[]);
        let end = after.iter().position(|byte| *byte == b'\n');
        let end = end.map_or(to, |found| span.end + found);
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
