//! What others found, as items of evidence: MISP events, STIX 2.1 bundles, ATT&CK Navigator layers, tables of
//! indicators and pasted reports.
//!
//! [`read`] takes one file and gives the [`Item`]s in it and what could not be used, each with its reason.
//! [`merge`] adds to the text of an `evidence.toml` what the case does not have yet, and touches nothing else.
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
mod stix;
mod table;
mod tags;

use demarche_terms::Tlp;
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
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let mut notes = Notes::new(settings);
    let form = if matches!(text.trim_start().as_bytes().first(), Some(b'{' | b'[')) {
        json(text, &mut notes)?
    } else if table::is_table(text) {
        table::read(text, &mut notes);
        Form::Table
    } else {
        indicator::text(text, &mut notes);
        Form::Text
    };
    Ok(Reading { form, items: notes.items, refused: notes.refused })
}

fn json(text: &str, notes: &mut Notes<'_>) -> Result<Form, ReadError> {
    let value: Value =
        serde_json::from_str(text).map_err(|error| ReadError::Json(error.to_string()))?;
    let has = |key: &str| value.get(key).is_some();
    if value.get("type").and_then(Value::as_str) == Some("bundle") {
        stix::read(&value, notes);
        return Ok(Form::Stix);
    }
    if has("techniques") && (has("domain") || has("versions") || has("version")) {
        navigator::read(&value, notes);
        return Ok(Form::Navigator);
    }
    let events = misp::events(&value);
    if events.is_empty() {
        return Err(ReadError::UnknownJson);
    }
    for event in events {
        misp::read(event, notes);
    }
    Ok(Form::Misp)
}

/// What is gathered while a file is read.
pub(crate) struct Notes<'a> {
    pub(crate) settings: &'a Settings,
    items: Vec<Item>,
    seen: std::collections::BTreeSet<What>,
    refused: Vec<Refused>,
}

impl<'a> Notes<'a> {
    fn new(settings: &'a Settings) -> Self {
        let seen = std::collections::BTreeSet::new();
        Self { settings, items: Vec::new(), seen, refused: Vec::new() }
    }

    /// Keeps an item, unless the file said the same before.
    pub(crate) fn add(&mut self, item: Item) {
        if self.items.len() >= MAX_ITEMS {
            if self.items.len() == MAX_ITEMS && self.seen.insert(item.named) {
                let reason = format!("only the first {MAX_ITEMS} items of a file are read");
                self.refuse(item.origin, reason);
            }
            return;
        }
        if self.seen.insert(item.named.clone()) {
            self.items.push(item);
        }
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
