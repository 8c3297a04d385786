//! Search in the texts of a dump.

use std::ops::Range;

use demarche_sensitive::{Kind, masked};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::graph::section;
use crate::graph::{Content, Graph, Names, offset, unsigned};
use crate::path::{Covered, covered};
use crate::signs::{apart, together};
use crate::store::{Store, breaks_before, unpacked};
use crate::{ExposureError, question};

/// A text in which words were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// The first place of its content: the path of a file, then what holds it, with `!` between.
    pub place: String,
    /// The number of places of its content.
    pub places: u64,
    /// The part of the content: a sheet, a page; `None` where it has no parts.
    pub section: Option<String>,
    /// The line of the first word that was found, from 1.
    pub line: u64,
    /// The subject, where the content is a message.
    pub subject: Option<String>,
    /// Words around, with [`MARKS`] around what was found.
    pub snippet: String,
}

/// The signs before and after a word that was found. No text has them: they are in the private use area.
pub const MARKS: [char; 2] = ['\u{e000}', '\u{e001}'];

/// The texts that were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hits {
    /// How many there are in all.
    pub all: u64,
    /// The best of them, by BM25.
    pub best: Vec<Hit>,
}

/// Searches all texts of a dump.
///
/// A question is words that must all be there, phrases in quotes, beginnings of words with `*`, and `AND`, `OR`, `NOT` and
/// `NEAR`. Case and accents do not matter. Sensitive values are masked in what is shown, unless they are to be revealed.
/// Values that no rule recognises are shown.
///
/// # Errors
///
/// The question cannot be read, or the store is damaged.
pub fn find(
    store: &Store,
    question: &str,
    most: usize,
    reveal: bool,
) -> Result<Hits, ExposureError> {
    let question = question::read(question)?;
    let all = "SELECT count(*) FROM word WHERE word MATCH ?";
    let all: i64 = store.connection.query_row(all, [&question], |row| row.get(0))?;
    // The best are chosen before a text is read; ties go by content, so that the answer is that of any equal store.
    let mut query = store.connection.prepare(
        "SELECT text.id, text.content, text.name, text.body, text.size, text.masked, text.breaks FROM \
         (SELECT text.id AS id, bm25(word) AS score, content.key AS key, text.number AS number \
         FROM word JOIN text ON text.id = word.rowid JOIN content ON content.id = text.content \
         WHERE word MATCH ? ORDER BY score, key, number LIMIT ?) AS best \
         JOIN text ON text.id = best.id ORDER BY best.score, best.key, best.number",
    )?;
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let found = query.query_map(params![question, limit], FoundText::of)?;
    let found: Vec<FoundText> = found.collect::<Result<_, _>>()?;
    let contents: Vec<Content> = found.iter().map(|text| text.content).collect();
    let mut graph = Graph::above(store, Names::of(reveal), &contents)?;
    let snippets = Snippets::new()?;
    let mut best = Vec::new();
    for found in found {
        let clear = unpacked(&found.body, found.size);
        let text = if reveal {
            Covered::nothing(clear.clone())
        } else {
            covered(&clear, values_of(store, found.number)?)
        };
        let (snippet, at) = snippets.of(&text.text, &question)?;
        best.push(Hit {
            place: graph.place(found.content).to_string(),
            places: graph.places(found.content),
            section: section(reveal, found.name, found.masked),
            line: line_of(&clear, found.breaks.as_deref(), text.clear(at)),
            subject: subject_of(store, found.content, reveal)?,
            snippet,
        });
    }
    Ok(Hits { all: unsigned(all), best })
}

/// A text in which words were found, as it lies in the store.
struct FoundText {
    number: i64,
    content: Content,
    name: Option<String>,
    masked: Option<String>,
    /// Its bytes, compressed.
    body: Vec<u8>,
    /// The bytes that it has without compression.
    size: usize,
    breaks: Option<Vec<u8>>,
}

impl FoundText {
    fn of(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            content: row.get(1)?,
            name: row.get(2)?,
            body: row.get(3)?,
            size: offset(row.get(4)?),
            masked: row.get(5)?,
            breaks: row.get(6)?,
        })
    }
}

/// The line of an offset in a text, from 1, with the soft line breaks that were joined counted.
fn line_of(text: &str, breaks: Option<&[u8]>, offset: usize) -> u64 {
    let before = text.as_bytes().get(..offset).unwrap_or(text.as_bytes());
    let hard = before.iter().filter(|byte| **byte == b'\n').count();
    let soft = breaks.map_or(0, |breaks| breaks_before(breaks, offset));
    (hard + soft) as u64 + 1
}

/// The subject of a message, with sensitive values in it masked unless they are revealed; `None` for anything else.
fn subject_of(
    store: &Store,
    content: Content,
    reveal: bool,
) -> Result<Option<String>, ExposureError> {
    let subject = "SELECT subject FROM message WHERE content = ?";
    let mut subject = store.connection.prepare_cached(subject)?;
    let subject: Option<String> = subject.query_row([content], |row| row.get(0)).optional()?;
    match subject {
        Some(subject) if !reveal => masked_subject(store, content, &subject).map(Some),
        subject => Ok(subject),
    }
}

/// The subject of a message with sensitive values in it masked: it is the beginning of its first text.
pub(crate) fn masked_subject(
    store: &Store,
    content: Content,
    subject: &str,
) -> Result<String, ExposureError> {
    let first = "SELECT id FROM text WHERE content = ? AND number = 0";
    let mut first = store.connection.prepare_cached(first)?;
    let first: Option<i64> = first.query_row([content], |row| row.get(0)).optional()?;
    let Some(first) = first else { return Ok(subject.to_owned()) };
    let mut values = values_of(store, first)?;
    values.retain(|(span, _)| span.start < subject.len());
    Ok(covered(subject, values).text)
}

/// The findings of a text, by way of its content: findings have an index by content alone.
const VALUES: &str = "SELECT start, stop, kind, value FROM finding WHERE content = (SELECT content FROM text WHERE id = ?1) AND text = ?1 ORDER BY start, stop DESC, kind";

/// The sensitive values in a text: where they stand, and their masks.
fn values_of(store: &Store, text: i64) -> Result<Vec<(Range<usize>, String)>, ExposureError> {
    let mut query = store.connection.prepare_cached(VALUES)?;
    let values = query.query_map([text], |row| {
        let (kind, value): (String, String) = (row.get(2)?, row.get(3)?);
        // A kind of another version is covered without a word about it.
        let mask =
            Kind::from_name(&kind).map_or_else(|| "…".to_owned(), |kind| masked(kind, &value));
        Ok((offset(row.get(0)?)..offset(row.get(1)?), mask))
    })?;
    Ok(values.collect::<Result<_, _>>()?)
}

/// Makes snippets by the rules by which texts are found: a table in memory that has one text at a time.
struct Snippets {
    connection: Connection,
}

impl Snippets {
    fn new() -> Result<Self, ExposureError> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(
            "CREATE VIRTUAL TABLE word USING fts5(body, tokenize='unicode61 remove_diacritics 2')",
        )?;
        Ok(Self { connection })
    }

    /// The words around what was found, and its offset; the beginning of a text where the found is masked.
    fn of(&self, text: &str, question: &str) -> Result<(String, usize), ExposureError> {
        self.connection.execute("DELETE FROM word", [])?;
        self.connection.execute("INSERT INTO word(body) VALUES(?)", [apart(text)])?;
        let [before, after] = MARKS.map(String::from);
        // Signs that were found beside each other are one word to the reader.
        let between = format!("{after}{before}");
        let marked = "SELECT snippet(word, 0, ?, ?, '…', 24), highlight(word, 0, ?, ?) FROM word WHERE word MATCH ?";
        let found = self
            .connection
            .prepare_cached(marked)?
            .query_row(params![before, after, before, after, question], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
            })
            .optional()?;
        let (snippet, whole) =
            found.unwrap_or_else(|| (text.chars().take(160).collect(), String::new()));
        let [mark, _] = MARKS;
        // The offset is that in the text as it was before it was made ready.
        let before = whole.find(mark).and_then(|end| whole.get(..end)).unwrap_or("");
        let offset = together(before).len();
        let snippet = together(&snippet).replace(&between, "");
        let snippet: Vec<&str> = snippet.split_whitespace().collect();
        Ok((snippet.join(" "), offset))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_findings_of_a_text_are_had_without_a_look_at_all() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(crate::store::TABLES).unwrap();
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {VALUES}")).unwrap();
        let steps = plan.query_map([1], |row| row.get::<_, String>(3)).unwrap();
        let steps: Vec<String> = steps.map(Result::unwrap).collect();
        assert!(steps.iter().all(|step| !step.starts_with("SCAN")), "{steps:?}");
    }
}
