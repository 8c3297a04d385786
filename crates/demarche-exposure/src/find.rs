//! Search in the texts of a dump.

use demarche_sensitive::{Kind, masked};
use rusqlite::{Connection, OptionalExtension, params};

use crate::ExposureError;
use crate::graph::{Graph, offset, unsigned};
use crate::store::Store;

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
    let count = |question: &str| {
        let all = "SELECT count(*) FROM word WHERE word MATCH ?";
        store.connection.query_row(all, [question], |row| row.get::<_, i64>(0))
    };
    let quoted = quoted(question);
    let (question, all) = match count(question) {
        Ok(all) => (question.to_owned(), all),
        // An address or a number has signs that are no part of the language of questions.
        Err(_) => match count(&quoted) {
            Ok(all) => (quoted, all),
            Err(error) => return Err(ExposureError::Question(error.to_string())),
        },
    };
    let mut query = store.connection.prepare(
        "SELECT word.rowid, text.content, text.name, text.body, text.size FROM word JOIN text ON text.id = word.rowid \
         WHERE word MATCH ? ORDER BY bm25(word), word.rowid LIMIT ?",
    )?;
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let mut rows = query.query(params![question, limit])?;
    let mut graph = Graph::load(store)?;
    let snippets = Snippets::new()?;
    let mut best = Vec::new();
    while let Some(row) = rows.next()? {
        let (number, content): (i64, i64) = (row.get(0)?, row.get(1)?);
        let size = offset(row.get(4)?);
        let text = unpacked(row.get_ref(3)?.as_blob().unwrap_or(&[]), size);
        let text = if reveal { text } else { covered(store, number, &text)? };
        let (snippet, line) = snippets.of(&text, &question)?;
        let subject = "SELECT subject FROM message WHERE content = ?";
        let subject =
            store.connection.prepare_cached(subject)?.query_row([content], |row| row.get(0));
        best.push(Hit {
            place: graph.place(content).to_string(),
            places: graph.places(content),
            section: row.get(2)?,
            line,
            subject: subject.optional()?,
            snippet,
        });
    }
    Ok(Hits { all: unsigned(all), best })
}

/// Every word of a question as a phrase of its own.
fn quoted(question: &str) -> String {
    let words = question.split_whitespace();
    let words = words.map(|word| format!("\"{}\"", word.trim_matches('"').replace('"', "\"\"")));
    words.collect::<Vec<_>>().join(" ")
}

/// A text as it was before it was compressed; empty where the store is damaged.
pub(crate) fn unpacked(packed: &[u8], size: usize) -> String {
    let bytes = zstd::bulk::decompress(packed, size).ok();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// A text with the sensitive values in it masked.
fn covered(store: &Store, text: i64, clear: &str) -> Result<String, ExposureError> {
    let mut query = store.connection.prepare_cached(
        "SELECT start, stop, kind, value FROM finding WHERE text = ? ORDER BY start",
    )?;
    let mut rows = query.query([text])?;
    let (mut out, mut done) = (String::with_capacity(clear.len()), 0);
    while let Some(row) = rows.next()? {
        let start = offset(row.get(0)?);
        let stop = offset(row.get(1)?);
        let (kind, value): (String, String) = (row.get(2)?, row.get(3)?);
        if let (Some(before), Some(kind)) = (clear.get(done..start), Kind::from_name(&kind)) {
            out.push_str(before);
            out.push_str(&format!("[{}]", masked(kind, &value)));
            done = stop;
        }
    }
    out.push_str(clear.get(done..).unwrap_or(""));
    Ok(out)
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

    /// The words around what was found, and the line of it; the beginning of a text where the found is masked.
    fn of(&self, text: &str, question: &str) -> Result<(String, u64), ExposureError> {
        self.connection.execute("DELETE FROM word", [])?;
        self.connection.execute("INSERT INTO word(body) VALUES(?)", [text])?;
        let [before, after] = MARKS.map(String::from);
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
        let before = whole.split(mark).next().unwrap_or("");
        let line = before.bytes().filter(|byte| *byte == b'\n').count() as u64 + 1;
        let snippet: Vec<&str> = snippet.split_whitespace().collect();
        Ok((snippet.join(" "), line))
    }
}
