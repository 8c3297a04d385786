//! The one writer of a store: chunks of many units become rows, in transactions of some seconds' work.

use std::collections::HashMap;

use demarche_dump::{Mailbox, Message};
use demarche_terms::Sha256;
use demarche_text::Shape;
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use crate::ExposureError;
use crate::chunk::{Chunk, Edge, NewContent, NewText, State};
use crate::signs::apart;

/// The bytes of text that a transaction holds before it is written.
const TRANSACTION: usize = 32 << 20;

/// The texts that one statement indexes; `SQLite` takes 32,766 parameters.
const TEXTS: usize = 8192;

/// The people that one statement writes: nearly all messages have fewer.
const PEOPLE: usize = 16;

/// Writes chunks to a store.
pub(crate) struct Writing<'a> {
    connection: &'a Connection,
    /// The numbers of the contents that were met, so that the database is asked once for each.
    numbers: HashMap<Sha256, i64>,
    /// True while the store has no content but those.
    has_all: bool,
    /// Texts that wait to be indexed. The index writes what it has to the disk before most other statements, so that
    /// texts come to it many at a time.
    unindexed: Vec<(i64, String)>,
    weight: usize,
}

/// The most numbers that are kept in memory; beyond them the database is asked.
const NUMBERS: usize = 1 << 20;

impl<'a> Writing<'a> {
    pub(crate) fn new(connection: &'a Connection) -> Result<Self, ExposureError> {
        connection.set_prepared_statement_cache_capacity(64);
        connection
            .execute_batch("INSERT INTO word(word, rank) VALUES('hashsize', 16777216); BEGIN")?;
        let is_new = "SELECT NOT EXISTS (SELECT 1 FROM content)";
        let has_all = connection.query_row(is_new, [], |row| row.get(0))?;
        let (numbers, unindexed) = (HashMap::new(), Vec::new());
        Ok(Self { connection, numbers, has_all, unindexed, weight: 0 })
    }

    /// A statement that is prepared once.
    pub(crate) fn query(&self, sql: &str) -> Result<CachedStatement<'a>, ExposureError> {
        Ok(self.connection.prepare_cached(sql)?)
    }

    /// Writes a chunk of a unit; `is_whole` says that the unit has no other.
    pub(crate) fn add(
        &mut self,
        unit: i64,
        chunk: Chunk,
        is_whole: bool,
    ) -> Result<(), ExposureError> {
        self.weight += chunk.weight + 64 * chunk.edges.len();
        for content in chunk.contents {
            self.content((!is_whole).then_some(unit), content)?;
        }
        for edge in &chunk.edges {
            self.edge(edge)?;
        }
        for (content, fault) in &chunk.damages {
            let content = self.number(content)?;
            let add =
                "UPDATE content SET faults = coalesce(faults || char(10), '') || ? WHERE id = ?";
            self.query(add)?.execute(params![fault, content])?;
        }
        if self.weight > TRANSACTION {
            self.weight = 0;
            self.index()?;
            self.connection.execute_batch("COMMIT; BEGIN")?;
        }
        Ok(())
    }

    /// The number of the row that was added last.
    pub(crate) fn last_number(&self) -> i64 {
        self.connection.last_insert_rowid()
    }

    /// Lets a text of a row wait to be indexed, until there are many.
    pub(crate) fn index_later(&mut self, number: i64, text: String) -> Result<(), ExposureError> {
        self.weight += text.len();
        self.unindexed.push((number, text));
        if self.weight > TRANSACTION {
            self.weight = 0;
            self.index()?;
        }
        Ok(())
    }

    /// Indexes the texts that wait.
    ///
    /// The index writes all it has to the disk when a statement begins, so that one statement takes as many texts as it can.
    fn index(&mut self) -> Result<(), ExposureError> {
        let waiting = std::mem::take(&mut self.unindexed);
        for texts in waiting.chunks(TEXTS) {
            let rows = vec!["(?,?)"; texts.len()].join(",");
            let mut put = self.query(&format!("INSERT INTO word(rowid, body) VALUES {rows}"))?;
            for (index, (number, text)) in texts.iter().enumerate() {
                put.raw_bind_parameter(2 * index + 1, number)?;
                put.raw_bind_parameter(2 * index + 2, apart(text))?;
            }
            put.raw_execute()?;
        }
        Ok(())
    }

    /// Notes that a unit was read to its end, and the content of its file.
    ///
    /// Contents of a unit that came whole are complete already.
    pub(crate) fn done(
        &mut self,
        unit: i64,
        root: Option<Sha256>,
        is_whole: bool,
    ) -> Result<(), ExposureError> {
        let root = root.map(|root| self.number(&root)).transpose()?;
        self.query("UPDATE unit SET done = 1, root = ? WHERE id = ?")?
            .execute(params![root, unit])?;
        if !is_whole {
            let complete = "UPDATE content SET complete = 1 WHERE unit = ? AND complete = 0";
            self.query(complete)?.execute([unit])?;
        }
        Ok(())
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self) -> Result<(), ExposureError> {
        self.index()?;
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    /// The number of a content; one that nobody read yet is awaited.
    pub(crate) fn number(&mut self, key: &Sha256) -> Result<i64, ExposureError> {
        if let Some(number) = self.known(key)? {
            return Ok(number);
        }
        let put = "INSERT INTO content(key, state, complete) VALUES(?, 0, 0)";
        let number = self.query(put)?.insert([key.0])?;
        self.remember(*key, number);
        Ok(number)
    }

    /// The number of a content that is in the store already.
    fn known(&mut self, key: &Sha256) -> Result<Option<i64>, ExposureError> {
        if let Some(number) = self.numbers.get(key) {
            return Ok(Some(*number));
        }
        if self.has_all {
            return Ok(None);
        }
        let known = "SELECT id FROM content WHERE key = ?";
        let known = self.query(known)?.query_row([key.0], |row| row.get(0)).optional()?;
        if let Some(number) = known {
            self.remember(*key, number);
        }
        Ok(known)
    }

    fn remember(&mut self, key: Sha256, number: i64) {
        if self.numbers.len() < NUMBERS {
            self.numbers.insert(key, number);
        } else {
            self.has_all = false;
        }
    }

    /// Writes a content; one of a unit that is not read to its end is not complete yet.
    fn content(&mut self, unit: Option<i64>, content: NewContent) -> Result<(), ExposureError> {
        let is_complete = unit.is_none();
        let faults = (!content.faults.is_empty()).then(|| content.faults.join("\n"));
        let NewContent { key, digest, media, size, reason, .. } = &content;
        let (state, size) = (content.state as i64, signed(*size));
        let number = match self.known(key)? {
            Some(number) => {
                let fill = "UPDATE content SET digest = ?, media = ?, size = ?, state = ?, reason = ?, faults = ?, unit = ?, complete = ? WHERE id = ?";
                self.query(fill)?.execute(params![
                    digest.0,
                    media,
                    size,
                    state,
                    reason,
                    faults,
                    unit,
                    is_complete,
                    number
                ])?;
                number
            }
            None => {
                let put = "INSERT INTO content(key, digest, media, size, state, reason, faults, unit, complete) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)";
                let number = self.query(put)?.insert(params![
                    key.0,
                    digest.0,
                    media,
                    size,
                    state,
                    reason,
                    faults,
                    unit,
                    is_complete
                ])?;
                self.remember(*key, number);
                number
            }
        };
        if let Some(message) = &content.message {
            self.message(number, message)?;
        }
        for (index, text) in (0_i64..).zip(content.texts) {
            self.text(number, index, text)?;
        }
        Ok(())
    }

    fn message(&self, content: i64, message: &Message) -> Result<(), ExposureError> {
        let mut refs = message.references.clone();
        refs.extend(message.in_reply_to.iter().cloned());
        let put = "INSERT OR REPLACE INTO message VALUES(?, ?, ?, ?, ?, ?, ?)";
        self.query(put)?.execute(params![
            content,
            message.message_id,
            message.sent.map(jiff::Timestamp::as_second),
            message.subject,
            message.normal.0,
            message.folder,
            refs.join("\n"),
        ])?;
        let Message { from, sender, reply_to, to, cc, bcc, .. } = message;
        let roles = (0_i64..).zip([from, sender, reply_to, to, cc, bcc]);
        let people =
            roles.flat_map(|(role, people)| people.iter().map(move |person| (role, person)));
        let people: Vec<_> = (0_i64..).zip(people).collect();
        people.chunks(PEOPLE).try_for_each(|people| self.people(content, people))
    }

    /// Writes the people of a message, each with number and role, in one statement.
    fn people(&self, content: i64, people: &[(i64, (i64, &Mailbox))]) -> Result<(), ExposureError> {
        let rows = vec!["(?1,?,?,?,?)"; people.len()].join(",");
        let mut put = self.query(&format!("INSERT OR REPLACE INTO participant VALUES {rows}"))?;
        put.raw_bind_parameter(1, content)?;
        for (index, (number, (role, Mailbox { name, address }))) in people.iter().enumerate() {
            let first = 4 * index + 2;
            let address = address.as_ref().map(|address| address.trim().to_lowercase());
            put.raw_bind_parameter(first, number)?;
            put.raw_bind_parameter(first + 1, role)?;
            put.raw_bind_parameter(first + 2, name)?;
            put.raw_bind_parameter(first + 3, address)?;
        }
        put.raw_execute()?;
        Ok(())
    }

    fn text(&mut self, content: i64, index: i64, text: NewText) -> Result<(), ExposureError> {
        let shape = i64::from(text.shape == Shape::Table);
        let put = "INSERT INTO text(content, number, name, masked, shape, size, body, breaks) VALUES(?, ?, ?, ?, ?, ?, ?, ?)";
        let size = signed(text.text.len() as u64);
        let NewText { name, masked, packed, breaks, .. } = &text;
        let breaks = packed_breaks(breaks);
        self.query(put)?
            .execute(params![content, index, name, masked, shape, size, packed, breaks])?;
        let number = self.connection.last_insert_rowid();
        self.unindexed.push((number, text.text));
        for found in &text.findings {
            let finding = &found.finding;
            let put = "INSERT INTO finding(content, text, start, stop, line, kind, rule, country, \"check\", value, names) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
            self.query(put)?.execute(params![
                content,
                number,
                signed(finding.span.start as u64),
                signed(finding.span.end as u64),
                signed(found.line as u64),
                finding.kind.name(),
                finding.rule,
                finding.country.map(|country| country.to_string()),
                finding.check as i64,
                finding.value,
                found.names,
            ])?;
        }
        Ok(())
    }

    fn edge(&mut self, edge: &Edge) -> Result<(), ExposureError> {
        let child = self.number(&edge.child)?;
        let Some(parent) = &edge.parent else { return Ok(()) };
        let parent = self.number(parent)?;
        let (start, stop) = edge.at.clone().map(|at| (signed(at.start), signed(at.end))).unzip();
        let put = "INSERT OR REPLACE INTO edge VALUES(?, ?, ?, ?, ?, ?, ?, ?)";
        self.query(put)?.execute(params![
            parent,
            edge.number,
            edge.name,
            edge.masked,
            start,
            stop,
            signed(edge.size),
            child
        ])?;
        Ok(())
    }
}

/// The offsets of soft line breaks as the store keeps them: four bytes each; `None` where there are none.
fn packed_breaks(breaks: &[usize]) -> Option<Vec<u8>> {
    let bytes = |index: &usize| u32::try_from(*index).unwrap_or(u32::MAX).to_le_bytes();
    (!breaks.is_empty()).then(|| breaks.iter().flat_map(bytes).collect())
}

/// The number of soft line breaks up to an offset.
pub(crate) fn breaks_before(packed: &[u8], offset: usize) -> usize {
    let (breaks, _) = packed.as_chunks::<4>();
    breaks
        .iter()
        .filter(|index| usize::try_from(u32::from_le_bytes(**index)).is_ok_and(|at| at <= offset))
        .count()
}

/// A text as it was before it was compressed; empty where the store is damaged.
pub(crate) fn unpacked(packed: &[u8], size: usize) -> String {
    let Ok(bytes) = zstd::bulk::decompress(packed, size) else { return String::new() };
    String::from_utf8(bytes).unwrap_or_else(|_| String::new())
}

/// A size as `SQLite` keeps it; nothing has so many bytes that it would not fit.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

const _: () = assert!(State::Awaited as i64 == 0);
