//! What others found, as items of evidence: MISP events, STIX 2.1 bundles, ATT&CK Navigator layers, tables of
//! indicators and pasted reports.
//!
//! [`read`] takes one file and gives the [`Item`]s in it and what could not be used, each with its reason.
//! [`merge`] adds to the text of an `evidence.toml` what the case does not have yet, and touches nothing else.
//!
//! Markings only grow stricter. `Notes::add` is the one place that marks an item, by all that could mark it:
//! the file, the event or bundle, the object, its parts, and every other mention of the same thing.
//!
//! Nothing is judged here. Who did it, as a file of somebody else says, is a claim, and a claim is for a person to
//! write; such parts are listed as refused. A grade is taken only where the source gives one, and is else `F6`.

#![warn(clippy::indexing_slicing)]

mod indicator;
mod item;
mod marking;
mod merge;
mod misp;
mod navigator;
mod same;
mod stix;
mod table;
mod tags;

use demarche_stix::{Marks, document};
use demarche_terms::Tlp;
use same::Same;
use serde_json::Value;

pub use item::{Item, What};
pub use merge::{Added, Known, MergeError, Merged, merge};

/// The most bytes of a file that is read.
pub const MAX_BYTES: usize = 256 << 20;

/// The most items that one file gives.
pub const MAX_ITEMS: usize = 100_000;

/// The form of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Events of MISP, as its JSON.
    Misp,
    /// A STIX 2.1 bundle.
    Stix,
    /// A layer of the ATT&CK Navigator.
    Navigator,
    /// A table of indicators, with commas, semicolons or tabs.
    Table,
    /// Any other text, such as a report.
    Text,
}

impl Form {
    /// The form in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Misp => "MISP events",
            Self::Stix => "a STIX bundle",
            Self::Navigator => "a layer of the ATT&CK Navigator",
            Self::Table => "a table of indicators",
            Self::Text => "a text",
        }
    }
}

/// What goes for every item of a file.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The name of the file, for items whose source says nothing of itself.
    pub file: String,
    /// The marking of what has none of its own.
    pub unmarked: Tlp,
    /// The source, where the user knows it better than the file.
    pub source: Option<String>,
}

/// Something in a file that became no evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Where it stands: an id, or a line.
    pub place: String,
    /// Why it was not used, and what to do where something can be done.
    pub reason: String,
}

/// What a file gave.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The form that was recognised.
    pub form: Form,
    /// The items in the order of the file, each once.
    pub items: Vec<Item>,
    /// What could not be used.
    pub refused: Vec<Refused>,
}

/// The file cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The file is larger than [`MAX_BYTES`].
    #[error("the file has {0} bytes, and at most {MAX_BYTES} are read")]
    TooLarge(usize),
    /// The file has nothing but white space.
    #[error("the file is empty")]
    Empty,
    /// The file has signs that no text has.
    #[error("the file is no text in UTF-8 or UTF-16: save it as UTF-8")]
    NoText,
    /// The JSON breaks off or is none.
    #[error("the file begins like JSON and is none: {0}")]
    Json(String),
    /// The JSON is of no form that is known.
    #[error("this JSON is no MISP event, no STIX bundle and no layer of the ATT&CK Navigator")]
    UnknownJson,
}

/// Reads a file.
///
/// # Errors
///
/// [`ReadError`] where the file as a whole cannot be used; a part that cannot is listed in [`Reading::refused`].
pub fn read(bytes: &[u8], settings: &Settings) -> Result<Reading, ReadError> {
    if bytes.len() > MAX_BYTES {
        return Err(ReadError::TooLarge(bytes.len()));
    }
    let text = decoded(bytes);
    let text = text.trim_start_matches('\u{feff}');
    if text.contains('\0') {
        return Err(ReadError::NoText);
    }
    let mut notes = Notes::new(settings);
    let form = match text.trim_start().as_bytes().first() {
        None => return Err(ReadError::Empty),
        Some(b'{' | b'[') => json(text, &mut notes)?,
        Some(_) if table::is_table(text) => {
            table::read(text, &mut notes);
            Form::Table
        }
        Some(_) => {
            notes.cover(Marks::told(Tlp::told_in(text)));
            indicator::text(text, &mut notes);
            Form::Text
        }
    };
    Ok(notes.into_reading(form))
}

/// Gives what several files say of the same thing the strictest marking of them all.
pub fn agree(readings: &mut [Reading]) {
    let mut same = Same::default();
    let items = || readings.iter().flat_map(|reading| &reading.items);
    let numbers: Vec<usize> = items().map(|item| same.add(item.named.keys(), item.tlp).0).collect();
    let items = readings.iter_mut().flat_map(|reading| &mut reading.items);
    for (item, number) in items.zip(numbers) {
        item.tlp = same.level(number);
    }
}

/// The text of a file: UTF-16 where its first two bytes say so, else UTF-8.
fn decoded(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    let (pairs, read): (_, fn([u8; 2]) -> u16) = match bytes {
        [0xFF, 0xFE, rest @ ..] => (rest.as_chunks(), u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => (rest.as_chunks(), u16::from_be_bytes),
        _ => return String::from_utf8_lossy(bytes),
    };
    let units = pairs.0.iter().map(|pair| read(*pair));
    char::decode_utf16(units).map(|sign| sign.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

fn json(text: &str, notes: &mut Notes<'_>) -> Result<Form, ReadError> {
    let value = document(text.as_bytes()).map_err(|error| ReadError::Json(error.to_string()))?;
    let has = |key: &str| value.get(key).is_some();
    if value.get("type").and_then(Value::as_str) == Some("bundle") {
        stix::read(&value, notes);
        return Ok(Form::Stix);
    }
    if has("techniques") && (has("domain") || has("versions") || has("version")) {
        navigator::read(&value, notes);
        return Ok(Form::Navigator);
    }
    if !misp::read(&value, notes) {
        return Err(ReadError::UnknownJson);
    }
    Ok(Form::Misp)
}

/// What is gathered while a file is read.
pub(crate) struct Notes<'a> {
    pub(crate) settings: &'a Settings,
    /// The marks of the whole file.
    cover: Marks,
    /// Each item with the number of its first mention.
    items: Vec<(usize, Item)>,
    /// The place in `items` of each mention that became one.
    places: std::collections::HashMap<usize, usize>,
    same: Same,
    refused: Vec<Refused>,
}

impl<'a> Notes<'a> {
    fn new(settings: &'a Settings) -> Self {
        Self {
            settings,
            cover: Marks::default(),
            items: Vec::new(),
            places: std::collections::HashMap::new(),
            same: Same::default(),
            refused: Vec::new(),
        }
    }

    /// Marks everything in the file, whether it was read before or comes later.
    pub(crate) fn cover(&mut self, marks: Marks) {
        self.cover = self.cover.and(marks);
    }

    /// The marking of a thing with these marks, by itself.
    pub(crate) fn level(&self, marks: Marks) -> Tlp {
        self.cover.and(marks).level(self.settings.unmarked)
    }

    /// Keeps an item, unless the file said the same before; the strictest marking of all mentions goes.
    ///
    /// The marking that the item comes with does not count.
    pub(crate) fn add(&mut self, item: Item, marks: Marks) {
        let level = self.level(marks);
        let (number, groups) = self.same.add(item.named.keys(), level);
        let known = groups.iter().find_map(|group| self.places.get(group).copied());
        if let Some(known) = known.and_then(|place| self.items.get_mut(place)) {
            if !known.1.named.complete(&item.named) {
                let title = known.1.named.title();
                self.refuse(item.origin, format!("it contradicts another mention of {title}"));
            }
        } else if self.items.len() < MAX_ITEMS {
            self.places.insert(number, self.items.len());
            self.items.push((number, item));
        } else {
            self.refuse(
                item.origin,
                format!("only the first {MAX_ITEMS} items of a file are read"),
            );
        }
    }

    fn into_reading(self, form: Form) -> Reading {
        let Self { mut same, items, refused, .. } = self;
        let items = items.into_iter();
        let items = items.map(|(number, item)| Item { tlp: same.level(number), ..item }).collect();
        Reading { form, items, refused }
    }

    /// Lists what was not used; of very many, the first.
    pub(crate) fn refuse(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        if self.refused.len() < MAX_ITEMS {
            self.refused.push(Refused { place: place.into(), reason: reason.into() });
        }
    }

    /// The source of what says nothing of its own.
    pub(crate) fn source(&self) -> String {
        self.settings.source.clone().unwrap_or_else(|| self.settings.file.clone())
    }
}
