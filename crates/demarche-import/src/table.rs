//! Tables of indicators: exports of MISP and other platforms, and what people keep in sheets.

use demarche_stix::Marks;
use demarche_terms::Tlp;

use crate::item::Item;
use crate::{Notes, indicator};

/// Words for the columns that have indicators, the most telling first.
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
/// Words in the name of a column of markings: `TLP Level`, `sharing`, `markings`.
const MARKING: [&str; 6] = ["tlp", "marking", "markings", "classification", "sharing", "handling"];
/// Words in the name of a column of tags, some of which may be markings.
const TAGS: [&str; 4] = ["tag", "tags", "label", "labels"];
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
    let broken = unclosed(text, separator);
    if let Some(row) = broken {
        let reason =
            "a quotation mark is not closed: all of them were read as signs, so check the columns";
        notes.refuse(format!("row {row}"), reason);
    }
    let table = Table { text, separator, has_quotes: broken.is_none() };
    let heads = table
        .rows()
        .take(LOOKED_AT)
        .enumerate()
        .find_map(|(place, row)| Some((place, Heads::of(&row.ok()?)?)));
    notes.cover(table.cover(heads.as_ref()));
    for (place, row) in table.rows().enumerate() {
        let row_name = format!("row {}", place + 1);
        match (row, &heads) {
            (Err(error), _) => notes.refuse(row_name, format!("it cannot be read: {error}")),
            (Ok(_), Some((head, _))) if place == *head => {}
            (Ok(row), Some((head, _))) if place < *head => {
                notes.refuse(row_name, format!("it stands above the headings: {}", joined(&row)));
            }
            (Ok(row), Some((_, heads))) => heads.row(&row, &table, &row_name, notes),
            (Ok(row), None) => cells(&row, &row_name, notes),
        }
    }
}

/// A text as rows and cells.
struct Table<'a> {
    text: &'a str,
    separator: u8,
    /// False where a quotation mark is not closed, so that none of them joins rows.
    has_quotes: bool,
}

impl Table<'_> {
    fn rows(&self) -> impl Iterator<Item = csv::Result<csv::StringRecord>> {
        let reader = csv::ReaderBuilder::new()
            .delimiter(self.separator)
            .comment(Some(b'#'))
            .has_headers(false)
            .flexible(true)
            .quoting(self.has_quotes)
            .from_reader(self.text.as_bytes());
        reader.into_records()
    }

    /// The marks of the whole: lines of comment, rows above the headings, and rows that tell of a marking and of no
    /// indicator.
    fn cover(&self, heads: Option<&(usize, Heads)>) -> Marks {
        let comments = self.text.lines().filter(|line| line.starts_with('#'));
        let mut told = comments.filter_map(Tlp::told_in).max();
        for (place, row) in self.rows().enumerate() {
            let Ok(row) = row else { continue };
            let is_title = match heads {
                Some((head, _)) => place < *head,
                None => row.iter().all(|cell| of_cell(cell).is_none()),
            };
            if is_title {
                told = told.max(told_in(&row, false));
            }
        }
        Marks::told(told)
    }
}

/// The row, from 1, at which a quotation mark opens that nobody closes where one would; `None` for a sound table.
///
/// Such a mark joins the rows behind it into one cell: a cell that has rows in it, or the rest of the text.
fn unclosed(text: &str, separator: u8) -> Option<usize> {
    let table = Table { text, separator, has_quotes: true };
    let columns = |line: &str| line.bytes().filter(|byte| *byte == separator).count();
    let is_odd = !text.bytes().filter(|byte| *byte == b'"').count().is_multiple_of(2);
    table.rows().enumerate().find_map(|(column, row)| {
        let row = row.ok()?;
        let has_rows = |cell: &str| {
            cell.contains('\n') && (is_odd || cell.lines().skip(1).any(|line| columns(line) > 0))
        };
        row.iter().any(has_rows).then_some(column + 1)
    })
}

fn joined(row: &csv::StringRecord) -> String {
    row.iter().map(str::trim).filter(|cell| !cell.is_empty()).collect::<Vec<&str>>().join(", ")
}

/// A cell as an indicator; marks of quotation around it are none of it.
fn of_cell(cell: &str) -> Option<crate::item::What> {
    indicator::any(cell.trim().trim_matches('"'))
}

/// The marking that the cells of a row tell of; with `bare`, a cell that is a word of the protocol counts as well.
fn told_in(row: &csv::StringRecord, bare: bool) -> Option<Tlp> {
    let bare_word = |cell: &str| Tlp::bare_word(cell.trim().trim_matches('"')).filter(|_| bare);
    // A marking may be spread over cells: `TLP,RED`.
    let row_marking = Tlp::told_in(&row.iter().collect::<Vec<&str>>().join(" "));
    row_marking.max(row.iter().filter_map(|cell| Tlp::told_in(cell).max(bare_word(cell))).max())
}

/// The places of the columns that are understood.
struct Heads {
    count: usize,
    values: Vec<usize>,
    comment: Option<usize>,
    markings: Vec<usize>,
    tags: Vec<usize>,
    date: Option<usize>,
    source: Option<usize>,
}

impl Heads {
    fn of(row: &csv::StringRecord) -> Option<Self> {
        let heads: Vec<&str> = row.iter().collect();
        let of = |words: &[&str]| column(&heads, words);
        let first = of(&VALUE)?;
        let further = heads
            .iter()
            .enumerate()
            .filter(|(column, head)| *column != first && VALUE.contains(&plain(head).as_str()));
        let values = [first].into_iter().chain(further.map(|(column, _)| column)).collect();
        let all = |words: &[&str]| -> Vec<usize> {
            let is = |head: &str| {
                let head = plain(head);
                head.contains("traffic_light") || head.split('_').any(|word| words.contains(&word))
            };
            heads
                .iter()
                .enumerate()
                .filter(|(_, head)| is(head))
                .map(|(column, _)| column)
                .collect()
        };
        Some(Self {
            count: heads.len(),
            values,
            comment: of(&COMMENT),
            markings: all(&MARKING),
            tags: all(&TAGS),
            date: of(&DATE),
            source: of(&SOURCE),
        })
    }

    /// All that marks a row: each column of markings, each tag, and what any other cell tells.
    fn marks(&self, row: &csv::StringRecord, table: &Table<'_>) -> Marks {
        let cells = |places: &[usize]| -> Vec<String> {
            let cells = places.iter().filter_map(|column| row.get(*column));
            cells.map(|cell| cell.trim().trim_matches('"').to_owned()).collect()
        };
        // A word that is no marking is not read as leave to share.
        let named = cells(&self.markings);
        let named = named.iter().flat_map(|cell| cell.split([',', ';', '|', '/', '\n']));
        let named = named.filter(|word| !word.trim().is_empty()).map(Tlp::of_word).max();
        let tags = cells(&self.tags);
        let tags = tags.iter().flat_map(|cell| cell.split([',', ';', '|', '\n']));
        let tags = tags.filter_map(|tag| Tlp::told_in(tag).or_else(|| Tlp::bare_word(tag))).max();
        // In a row of another width a marking may stand in any column.
        let is_shifted = row.len() != self.count || !table.has_quotes;
        let told = Marks::told(told_in(row, is_shifted));
        named.max(tags).map_or(told, |named| told.and(Marks::named(named)))
    }

    fn row(
        &self,
        row: &csv::StringRecord,
        table: &Table<'_>,
        row_name: &str,
        notes: &mut Notes<'_>,
    ) {
        let cell = |place: Option<usize>| {
            let cell = place.and_then(|place| row.get(place));
            cell.map(|cell| cell.trim().trim_matches('"').trim()).filter(|cell| !cell.is_empty())
        };
        let marks = self.marks(row, table);
        let mut values: Vec<&str> =
            self.values.iter().filter_map(|column| cell(Some(*column))).collect();
        values.dedup();
        if values.is_empty() {
            notes.refuse(row_name, "the row has no indicator");
        }
        for value in values {
            // MISP writes two values into one cell, as it does in its JSON.
            let parts: Vec<_> =
                value.split('|').map(|part| (part.trim(), indicator::any(part))).collect();
            let unread = parts.iter().filter(|(part, read)| read.is_none() && !part.is_empty());
            let unread: Vec<&str> = unread.map(|(part, _)| *part).collect();
            if unread.len() == parts.len() {
                notes
                    .refuse(row_name, format!("`{value}` is no indicator of a kind that is known"));
                continue;
            }
            let mut says = cell(self.comment).unwrap_or("").to_owned();
            if !unread.is_empty() {
                says = format!("{says} Beside it: {}.", unread.join(", ")).trim().to_owned();
            }
            for read in parts.into_iter().filter_map(|(_, read)| read) {
                let found = indicator::item_of(read, row_name, says.clone(), notes);
                let source_cell = cell(self.source).filter(|_| notes.settings.source.is_none());
                let item = Item {
                    observed: cell(self.date)
                        .and_then(|date| date.get(..10))
                        .filter(|date| is_day(date))
                        .map(str::to_owned),
                    source: source_cell.map_or(found.source, str::to_owned),
                    ..found
                };
                notes.add(item, marks);
            }
        }
    }
}

fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(column, byte)| match column {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// A row of a table without headings: each cell that is an indicator, and the others as what is said of it.
fn cells(row: &csv::StringRecord, row_name: &str, notes: &mut Notes<'_>) {
    let found: Vec<_> = row.iter().map(|cell| (cell, of_cell(cell))).collect();
    let marks = Marks::told(told_in(row, true));
    let rest: Vec<&str> =
        found.iter().filter(|(_, read)| read.is_none()).map(|(cell, _)| cell.trim()).collect();
    let says = rest.join(" ").trim().to_owned();
    let mut is_any = false;
    for read in found.into_iter().filter_map(|(_, read)| read) {
        is_any = true;
        notes.add(indicator::item_of(read, row_name, says.clone(), notes), marks);
    }
    if !is_any {
        notes.refuse(row_name, "no cell of the row is an indicator");
    }
}
