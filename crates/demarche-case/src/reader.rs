//! Reading a hand-written TOML file so that every problem in it is found at once, with its place and remedy.
//!
//! A [`Document`] is one file; [`Fields`] is one of its tables, asked for its keys one by one, so that the code
//! that reads a kind of table reads like the list of its keys. Nothing stops at the first problem: what is wrong
//! is noted in the document and answered with `None`. What the values may be is in [`value`].

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::{Country, EvidenceId, PartyId, Problem, Tlp};

pub(crate) mod value;

pub(crate) use value::{Exact, Host, LiveUrl, Value, WebUrl, Word, nearest, shown, words};

/// The largest file that a person may have written, in bytes; more is refused before it is parsed.
pub const LARGEST_FILE: usize = 4 << 20;

/// The largest file that is searched for every mistake of syntax, in bytes: each costs a few hundred bytes to keep, and
/// a hostile file has one in every byte. Of a larger one only the first is listed.
const LARGEST_BROKEN: usize = 512 << 10;

/// The most problems that are listed of one file: whoever mends these sees the next ones.
pub(crate) const MOST_PROBLEMS: usize = 1_000;

/// One file while it is read.
#[derive(Debug)]
pub(crate) struct Document<'t> {
    name: &'static str,
    text: &'t str,
    /// The start of each line, in bytes.
    lines: Vec<usize>,
    /// The number of characters that begin before each block of [`BLOCK`] bytes, so that a column in a long line is
    /// found fast.
    characters: Vec<usize>,
    /// The lines that are no TOML, where a second complaint would only confuse.
    broken: BTreeSet<u64>,
    notes: RefCell<Notes>,
}

/// The notes taken while reading.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub(crate) problems: Vec<Problem>,
    /// True if the file is no TOML, so that what is missing may only be unread.
    pub(crate) is_broken: bool,
    pub(crate) evidence: Ids<EvidenceId>,
    pub(crate) parties: Ids<PartyId>,
    /// The files of the case folder that are named, and where.
    pub(crate) files: Vec<(crate::CasePath, Place)>,
}

/// The short names that a file gives, and those that it cites.
#[derive(Debug)]
pub(crate) struct Ids<T> {
    pub(crate) given: Vec<(T, Place)>,
    pub(crate) cited: Vec<(T, Place)>,
}

impl<T> Default for Ids<T> {
    fn default() -> Self {
        Self { given: Vec::new(), cited: Vec::new() }
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: &'static str,
    pub(crate) line: u64,
    pub(crate) column: u64,
}

impl Place {
    /// A problem met here.
    pub(crate) fn problem(&self, met: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem {
            file: self.file.to_owned(),
            line: Some(self.line),
            column: Some(self.column),
            met: met.into(),
            remedy: remedy.into(),
        }
    }
}

impl<'t> Document<'t> {
    /// Reads the file's top table with `read`, and returns what was noted on the way.
    pub(crate) fn read<T>(
        name: &'static str,
        text: &'t str,
        description: &str,
        read: impl FnOnce(&mut Fields<'_, 't>) -> Option<T>,
    ) -> (Option<T>, Notes) {
        let mut document = Self::new(name, text);
        if text.len() > LARGEST_FILE {
            document.note(
                &(0..0),
                "the file is larger than 4 MiB",
                "keep data in files of its own",
            );
            return (None, document.notes.into_inner());
        }
        let (table, errors) = match DeTable::parse(text) {
            Ok(table) => (table, Vec::new()),
            Err(error) if text.len() > LARGEST_BROKEN => {
                document.note_syntax(&[error]);
                return (None, document.notes.into_inner());
            }
            Err(_) => DeTable::parse_recoverable(text),
        };
        document.note_syntax(&errors);
        let top = Fields::new(&document, table.get_ref(), 0..0, description.to_owned());
        let value = top.read(read);
        (value, document.notes.into_inner())
    }

    fn new(name: &'static str, text: &'t str) -> Self {
        let after = text.match_indices('\n').map(|(end, _)| end + 1);
        let lines = std::iter::once(0).chain(after).collect();
        let mut characters = Vec::new();
        let mut count = 0;
        for block in text.as_bytes().chunks(BLOCK) {
            characters.push(count);
            count += begun(block);
        }
        characters.push(count);
        Self { name, text, lines, characters, broken: BTreeSet::new(), notes: RefCell::default() }
    }

    fn note_syntax(&mut self, errors: &[toml::de::Error]) {
        for error in errors.iter().take(MOST_PROBLEMS) {
            let span = span_of(error);
            let met = format!("not TOML: {}", error.message().replace('\n', ", "));
            self.note(&span, met, self.syntax_remedy(&span));
        }
        let places = errors.iter().map(|error| self.place(&span_of(error)).line);
        self.broken = places.collect();
        self.notes.get_mut().is_broken = !errors.is_empty();
    }

    /// Returns the remedy for an error of syntax: dates are the values that people write in another form than TOML.
    fn syntax_remedy(&self, span: &Range<usize>) -> String {
        let value = self.value_at(span).unwrap_or("");
        if is_month(value) {
            return format!("write a month in quotes: \"{value}\"");
        }
        value::day_first(value).map_or_else(
            || "see https://toml.io for how to write it".to_owned(),
            |day| format!("write a date as year, month and day: {day}"),
        )
    }

    /// Returns the value in the line of a span, without its comment.
    fn value_at(&self, span: &Range<usize>) -> Option<&'t str> {
        let before = self.text.get(..span.start)?;
        let start = before.rfind('\n').map_or(0, |end| end + 1);
        let (_, value) = self.text.get(start..)?.lines().next()?.split_once('=')?;
        Some(value.split('#').next().unwrap_or_default().trim())
    }

    pub(crate) fn place(&self, span: &Range<usize>) -> Place {
        let line = self.lines.partition_point(|start| *start <= span.start).max(1);
        let start = self.lines[line - 1];
        let column = self.characters_before(span.start) - self.characters_before(start);
        Place { file: self.name, line: number(line), column: number(column + 1) }
    }

    /// Returns the number of characters that begin before a byte of the text.
    fn characters_before(&self, offset: usize) -> usize {
        let end = offset.min(self.text.len());
        let block = end / BLOCK;
        self.characters[block] + begun(&self.text.as_bytes()[block * BLOCK..end])
    }

    fn note(&self, span: &Range<usize>, met: impl Into<String>, remedy: impl Into<String>) {
        let position = self.place(span);
        let mut notes = self.notes.borrow_mut();
        if notes.problems.len() < MOST_PROBLEMS && !self.broken.contains(&position.line) {
            notes.problems.push(position.problem(met, remedy));
        }
    }
}

/// Returns true if a value is a month such as `2025-03`, which TOML takes only in quotes.
fn is_month(value: &str) -> bool {
    let is_number = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    value.split_once('-').is_some_and(|(year, month)| is_number(year, 4) && is_number(month, 2))
}

/// Returns the bytes that an error of syntax is about; the beginning of the file where the parser names none.
fn span_of(error: &toml::de::Error) -> Range<usize> {
    error.span().unwrap_or(0..0)
}

fn number(count: usize) -> u64 {
    count as u64
}

/// The number of bytes between two known counts of characters.
const BLOCK: usize = 1024;

/// The number of characters that begin in some bytes of UTF-8.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count()
}

/// One table of a document, asked for its keys.
pub(crate) struct Fields<'a, 't> {
    document: &'a Document<'t>,
    table: &'a DeTable<'t>,
    span: Range<usize>,
    /// The name of the table, for messages: `party`.
    name: String,
    /// The keys asked for so far: all others are unknown.
    asked: Vec<&'static str>,
    /// True if it is not known which keys belong here, so that none is unknown.
    is_open: bool,
}

impl<'a, 't> Fields<'a, 't> {
    fn new(
        document: &'a Document<'t>,
        table: &'a DeTable<'t>,
        span: Range<usize>,
        description: String,
    ) -> Self {
        Self { document, table, span, name: description, asked: Vec::new(), is_open: false }
    }

    fn read<T>(mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let value = read(&mut self);
        self.refuse_unknown_keys();
        value
    }

    fn refuse_unknown_keys(&self) {
        for key in self.table.keys() {
            let name = key.get_ref().as_ref();
            if self.is_open || self.asked.contains(&name) {
                continue;
            }
            let remedy = nearest(name, self.asked.iter().copied()).map_or_else(
                || format!("keys here: {}", self.asked.join(", ")),
                |known| format!("did you mean `{known}`?"),
            );
            let met = format!("unknown key `{}` in {}", shown(name), self.name);
            self.document.note(&key.span(), met, remedy);
        }
    }

    fn get(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'t>>> {
        if !self.asked.contains(&key) {
            self.asked.push(key);
        }
        self.table.get(key)
    }

    /// Lets all other keys pass, as it is not known which belong here.
    pub(crate) fn accept_all_keys(&mut self) {
        self.is_open = true;
    }

    /// Returns true if the key is there, right or wrong.
    pub(crate) fn has(&mut self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// Returns true if the key holds a table.
    pub(crate) fn is_table(&mut self, key: &'static str) -> bool {
        self.get(key).is_some_and(|value| value.get_ref().is_table())
    }

    /// The position of the key's value, or else of the table.
    pub(crate) fn place(&self, key: &str) -> Place {
        self.document.place(&self.table.get(key).map_or(self.span.clone(), Spanned::span))
    }

    /// Notes a problem at a key's value, or else at the table.
    pub(crate) fn wrong(&self, key: &str, met: impl Into<String>, remedy: impl Into<String>) {
        let span = self.table.get(key).map_or(self.span.clone(), Spanned::span);
        self.document.note(&span, met, remedy);
    }

    /// The value of a key that must be there.
    pub(crate) fn required<T: Value>(&mut self, key: &'static str) -> Option<T> {
        if !self.has(key) {
            self.missing(key, T::WANTED);
        }
        self.optional(key)
    }

    pub(crate) fn missing(&self, key: &str, wanted: &str) {
        if !self.document.notes.borrow().is_broken {
            let met = format!("{} has no `{key}`", self.name);
            self.document.note(&self.span, met, format!("add `{key}`: {wanted}"));
        }
    }

    /// The value of a key that may be left out.
    pub(crate) fn optional<T: Value>(&mut self, key: &'static str) -> Option<T> {
        let value = self.get(key)?;
        self.value(key, value)
    }

    fn value<T: Value>(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<T> {
        let read = T::read(value.get_ref());
        if read.is_none() {
            let met = format!("`{key}` is {}", value::described(value.get_ref()));
            self.document.note(&value.span(), met, T::remedy(value.get_ref()));
        }
        read
    }

    /// The values of a key that holds one value or an array of them; none where it is left out.
    /// Returns the states that `release_to` names; under a marking that it cannot open, the key is a problem.
    pub(crate) fn release_to(&mut self, tlp: Option<Tlp>) -> BTreeSet<Country> {
        let states = self.list("release_to").into_iter().collect();
        if let Some(tlp @ (Tlp::AmberStrict | Tlp::Red)) = tlp
            && self.has("release_to")
        {
            self.wrong(
                "release_to",
                format!("`release_to` cannot release what is {tlp}"),
                "ask the source for a version under TLP:AMBER or lower, or remove `release_to`",
            );
        }
        states
    }

    pub(crate) fn list<T: Value>(&mut self, key: &'static str) -> Vec<T> {
        self.placed(key).into_iter().map(|(value, _)| value).collect()
    }

    fn placed<T: Value>(&mut self, key: &'static str) -> Vec<(T, Place)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let single = std::slice::from_ref(value);
        let values = value.get_ref().as_array().map_or(single, |array| array);
        let read = |value: &Spanned<DeValue<'_>>| {
            Some((self.value(key, value)?, self.document.place(&value.span())))
        };
        values.iter().filter_map(read).collect()
    }

    /// The table of a key, where it is there.
    pub(crate) fn table<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Fields<'_, 't>) -> Option<T>,
    ) -> Option<T> {
        let value = self.get(key)?;
        self.inner(key, value)?.read(read)
    }

    fn inner(&self, key: &str, value: &'a Spanned<DeValue<'t>>) -> Option<Self> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            let met = format!("`{key}` is {}", value::described(value.get_ref()));
            self.document.note(&value.span(), met, format!("write a table under `[{key}]`"));
        }
        Some(Self::new(self.document, table?, value.span(), key.to_owned()))
    }

    /// The tables of a key that may be repeated, as `[[key]]`; none where it is left out.
    pub(crate) fn tables<T>(
        &mut self,
        key: &'static str,
        read: impl Fn(&mut Fields<'_, 't>) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            let met = format!("`{key}` is {}", value::described(value.get_ref()));
            self.document.note(&value.span(), met, format!("write `[[{key}]]` above each of them"));
            return Vec::new();
        };
        array.iter().filter_map(|value| self.inner(key, value)?.read(&read)).collect()
    }

    /// The short name that this table gives itself as `id`.
    pub(crate) fn evidence_id(&mut self) -> Option<EvidenceId> {
        let id: EvidenceId = self.required("id")?;
        let position = self.place("id");
        self.document.notes.borrow_mut().evidence.given.push((id.clone(), position));
        self.name = format!("evidence `{id}`");
        Some(id)
    }

    /// The short name that this table gives itself as `id`.
    pub(crate) fn party_id(&mut self) -> Option<PartyId> {
        let id: PartyId = self.required("id")?;
        let position = self.place("id");
        self.document.notes.borrow_mut().parties.given.push((id.clone(), position));
        self.name = format!("party `{id}`");
        Some(id)
    }

    /// Items of evidence that are cited; whether they exist is checked when both files are read.
    pub(crate) fn cited_evidence(&mut self, key: &'static str) -> Vec<EvidenceId> {
        let cited = self.placed::<EvidenceId>(key);
        self.document.notes.borrow_mut().evidence.cited.extend(cited.iter().cloned());
        cited.into_iter().map(|(id, _)| id).collect()
    }

    /// Parties that are cited; whether they exist is checked when both files are read.
    pub(crate) fn cited_parties(&mut self, key: &'static str) -> Vec<PartyId> {
        let cited = self.placed::<PartyId>(key);
        self.document.notes.borrow_mut().parties.cited.extend(cited.iter().cloned());
        cited.into_iter().map(|(id, _)| id).collect()
    }

    /// One party that is cited, where it is there.
    pub(crate) fn cited_party(&mut self, key: &'static str) -> Option<PartyId> {
        let id: PartyId = self.optional(key)?;
        let position = self.place(key);
        self.document.notes.borrow_mut().parties.cited.push((id.clone(), position));
        Some(id)
    }

    /// A file of the case folder that is named; whether it exists is checked where it is opened.
    pub(crate) fn file(&mut self, key: &'static str) -> Option<crate::CasePath> {
        let path: crate::CasePath = self.optional(key)?;
        let position = self.place(key);
        self.document.notes.borrow_mut().files.push((path.clone(), position));
        Some(path)
    }
}
