//! Tables of indicators: exports of MISP and other platforms, and what people keep in sheets.

use crate::indicator;
use crate::item::Item;
use crate::{Notes, marking};

/// Words for the column that has the indicator, the first that is there.
const VALUE: [&str; 10] = [
    "value",
    "indicator",
    "ioc",
    "indicator_value",
    "observable",
    "ioc_value",
    "artifact",
    "ip",
    "domain",
    "hash",
];
/// Words for a column that says something of it.
const COMMENT: [&str; 6] = ["comment", "description", "note", "notes", "context", "details"];
const MARKING: [&str; 4] = ["tlp", "marking", "classification", "sharing"];
const DATE: [&str; 6] = ["first_seen", "date", "observed", "seen", "created", "first seen"];
const SOURCE: [&str; 4] = ["source", "event_info", "report", "reference"];

/// Rows looked at to tell a table from a text.
const LOOKED_AT: usize = 20;

/// The sign between the columns of a text that is a table: its first rows have it equally often.
fn separator(text: &str) -> Option<u8> {
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .take(LOOKED_AT)
        .collect();
    let (first, rest) = rows.split_first()?;
    [b',', b';', b'\t'].into_iter().find(|sign| {
        let columns = |row: &str| row.bytes().filter(|byte| byte == sign).count();
        let wanted = columns(first);
        let has_heading =
            first.split(char::from(*sign)).any(|head| column(&[head], &VALUE).is_some());
        wanted > 0
            && (has_heading || (!rest.is_empty() && rest.iter().all(|row| columns(row) == wanted)))
    })
}

/// Is the text a table?
pub(crate) fn is_table(text: &str) -> bool {
    separator(text).is_some()
}

fn plain(head: &str) -> String {
    head.trim().trim_matches('"').to_lowercase().replace(' ', "_")
}

fn column(heads: &[&str], words: &[&str]) -> Option<usize> {
    words
        .iter()
        .find_map(|word| heads.iter().position(|head| plain(head) == word.replace(' ', "_")))
}

/// Reads a table: by its headings where it has them, else each cell for itself.
pub(crate) fn read(text: &str, notes: &mut Notes<'_>) {
    let Some(separator) = separator(text) else { return };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .comment(Some(b'#'))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut heads: Option<Heads> = None;
    for (place, row) in reader.records().enumerate() {
        let at = format!("row {}", place + 1);
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                notes.refuse(at, format!("it cannot be read: {error}"));
                continue;
            }
        };
        if place == 0 {
            heads = Heads::of(&row);
            if heads.is_some() {
                continue;
            }
        }
        match &heads {
            Some(heads) => heads.row(&row, &at, notes),
            None => cells(&row, &at, notes),
        }
    }
}

/// The places of the columns that are understood.
struct Heads {
    value: usize,
    comment: Option<usize>,
    marking: Option<usize>,
    date: Option<usize>,
    source: Option<usize>,
}

impl Heads {
    fn of(row: &csv::StringRecord) -> Option<Self> {
        let heads: Vec<&str> = row.iter().collect();
        let of = |words: &[&str]| column(&heads, words);
        Some(Self {
            value: of(&VALUE)?,
            comment: of(&COMMENT),
            marking: of(&MARKING),
            date: of(&DATE),
            source: of(&SOURCE),
        })
    }

    fn row(&self, row: &csv::StringRecord, at: &str, notes: &mut Notes<'_>) {
        let cell = |place: Option<usize>| {
            place.and_then(|place| row.get(place)).map(str::trim).filter(|cell| !cell.is_empty())
        };
        let Some(value) = cell(Some(self.value)) else {
            notes.refuse(at, "the row has no indicator");
            return;
        };
        // MISP writes two values into one cell, as it does in its JSON.
        let mut is_any = false;
        for part in value.split('|') {
            let Some(what) = indicator::any(part) else { continue };
            is_any = true;
            let says = cell(self.comment).unwrap_or("").to_owned();
            let found = indicator::item_of(what, at, says, notes);
            let own = cell(self.source).filter(|_| notes.settings.source.is_none());
            let marked = cell(self.marking);
            notes.add(Item {
                // A word that is no marking is not read as leave to share.
                tlp: marked.map_or(found.tlp, |word| {
                    marking::of_word(word).unwrap_or(demarche_terms::Tlp::Red)
                }),
                observed: cell(self.date)
                    .and_then(|date| date.get(..10))
                    .filter(|date| is_day(date))
                    .map(str::to_owned),
                source: own.map_or(found.source, str::to_owned),
                ..found
            });
        }
        if !is_any {
            notes.refuse(at, format!("`{value}` is no indicator of a kind that is known"));
        }
    }
}

fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// A row of a table without headings: each cell that is an indicator, and the others as what is said of it.
fn cells(row: &csv::StringRecord, at: &str, notes: &mut Notes<'_>) {
    let found: Vec<_> = row.iter().map(|cell| (cell, indicator::any(cell))).collect();
    let rest: Vec<&str> =
        found.iter().filter(|(_, what)| what.is_none()).map(|(cell, _)| cell.trim()).collect();
    let says = rest.join(" ").trim().to_owned();
    let mut is_any = false;
    for what in found.into_iter().filter_map(|(_, what)| what) {
        is_any = true;
        notes.add(indicator::item_of(what, at, says.clone(), notes));
    }
    if !is_any {
        notes.refuse(at, "no cell of the row is an indicator");
    }
}
