//! What a store knows as rows of digests: enough to count what several dumps hold together, and nothing that can be read.

use std::collections::{BTreeMap, BTreeSet};

use demarche_sensitive::masked;

use crate::ExposureError;
use crate::data::{Record, Value, values};
use crate::digest_key::DigestKey;
use crate::domain::country_of;
use crate::graph::{Content, Graph, Names, unsigned};
use crate::kinds::is_personal;
use crate::people::key_of;
use crate::store::Store;

/// The subject of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A content that is a message: the digest is that of the distinct message, the part that of the content.
    Message,
    /// A document that was read.
    Document,
    /// A content that has values of a kind.
    Holder,
    /// A value: by itself, with a record that has it in the part, or with a name on a line with it.
    Value,
    /// The address of somebody who sent or received a message.
    Address,
}

impl Subject {
    /// Every subject, in the order of the rows.
    pub const ALL: [Self; 5] =
        [Self::Message, Self::Document, Self::Holder, Self::Value, Self::Address];
}

/// A row about one thing, by its digest under a key.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct DigestRow {
    /// The digest, 32 hexadecimal digits.
    pub digest: String,
    /// The subject, by its position in [`Subject::ALL`].
    pub subject: u8,
    /// The digest of a part; empty where the row has none.
    pub part: String,
    /// The kind of a value.
    pub kind: String,
    /// The country of a value or address, in two letters; empty where none is known.
    pub country: String,
    /// The reason to believe a value: 0 check digits, 1 form, 2 context.
    pub check: u8,
    /// The rule that found a value.
    pub rule: String,
    /// A value with most of its signs covered.
    pub masked: String,
    /// The digest of a name that stands on a line with a value; empty where the row has none.
    pub name: String,
    /// The digest of that name without marks and capitals.
    pub person: String,
    /// For messages: the places where the content lies, those within messages left out.
    pub copies: u64,
    /// For messages: what is attached to the content.
    pub attachments: u64,
    /// For messages: 1 where the message has an identifier.
    pub identifiers: u64,
}

impl DigestRow {
    fn of(subject: Subject, digest: String) -> Self {
        Self { digest, subject: subject as u8, ..Self::default() }
    }
}

/// The rows of a store, in their order, each once.
///
/// # Errors
///
/// The store is damaged.
pub fn digests(store: &Store, key: &DigestKey) -> Result<Vec<DigestRow>, ExposureError> {
    let mut told = Told {
        key,
        graph: Graph::load(store, Names::Masked)?,
        contents: keys(store, key)?,
        of_message: BTreeMap::new(),
        rows: Vec::new(),
    };
    told.add_messages(store)?;
    told.add_documents();
    for value in values(store)? {
        told.add_value(&value);
    }
    told.add_addresses(store)?;
    let mut rows = told.rows;
    rows.sort_unstable();
    rows.dedup();
    Ok(rows)
}

/// The digests of all contents.
fn keys(store: &Store, key: &DigestKey) -> Result<BTreeMap<Content, String>, ExposureError> {
    let mut query = store.connection.prepare("SELECT id, key FROM content")?;
    let keys = query.query_map([], |row| {
        let digits: [u8; 32] = row.get(1)?;
        Ok((row.get(0)?, key.digest("content", &[&digits])))
    })?;
    Ok(keys.collect::<Result<_, _>>()?)
}

struct Told<'a> {
    key: &'a DigestKey,
    graph: Graph,
    contents: BTreeMap<Content, String>,
    /// The digest of the distinct message that a content is.
    of_message: BTreeMap<Content, String>,
    rows: Vec<DigestRow>,
}

impl Told<'_> {
    fn content(&self, content: Content) -> String {
        self.contents.get(&content).cloned().unwrap_or_else(String::new)
    }

    fn add_messages(&mut self, store: &Store) -> Result<(), ExposureError> {
        let attached = attached(store)?;
        let mut query =
            store.connection.prepare("SELECT content, message_id, normal FROM message")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (content, id): (Content, Option<String>) = (row.get(0)?, row.get(1)?);
            let normal: [u8; 32] = row.get(2)?;
            let parts = [id.as_deref().unwrap_or("").as_bytes(), normal.as_slice()];
            let subject = if id.is_some() { "message" } else { "message without identifier" };
            let digest = self.key.digest(subject, &parts);
            self.of_message.insert(content, digest.clone());
            self.rows.push(DigestRow {
                part: self.content(content),
                copies: self.graph.copies(content),
                attachments: attached.get(&content).copied().unwrap_or_default(),
                identifiers: u64::from(id.is_some()),
                ..DigestRow::of(Subject::Message, digest)
            });
        }
        Ok(())
    }

    fn add_documents(&mut self) {
        let contents = self.graph.contents.iter().filter(|(_, row)| row.is_read);
        let documents = contents.filter(|(content, _)| !self.of_message.contains_key(content));
        let row =
            |(content, _): (&Content, _)| DigestRow::of(Subject::Document, self.content(*content));
        let documents: Vec<DigestRow> = documents.map(row).collect();
        self.rows.extend(documents);
    }

    fn add_value(&mut self, value: &Value) {
        let kind = value.kind.name();
        for content in value.contents.keys() {
            let holder = DigestRow::of(Subject::Holder, self.content(*content));
            self.rows.push(DigestRow { kind: kind.to_owned(), ..holder });
        }
        let digest = self.key.digest("value", &[kind.as_bytes(), value.value.as_bytes()]);
        let country = value.country.map_or_else(String::new, |country| country.code().to_owned());
        let row = DigestRow {
            kind: kind.to_owned(),
            country,
            check: u8::try_from(value.check).unwrap_or(2),
            rule: value.rule.clone(),
            masked: masked(value.kind, &value.value),
            ..DigestRow::of(Subject::Value, digest)
        };
        for record in &value.records {
            let part = self.record(record);
            self.rows.push(DigestRow { part, ..row.clone() });
        }
        let names: BTreeSet<&String> =
            if is_personal(value.kind) { value.names.iter().collect() } else { BTreeSet::new() };
        for name in names {
            let person = self.key.digest("person", &[key_of(name).as_bytes()]);
            let name = self.key.digest("name", &[name.as_bytes()]);
            self.rows.push(DigestRow { name, person, ..row.clone() });
        }
        self.rows.push(row);
    }

    /// The digest of a record; copies of one message are one record.
    fn record(&self, record: &Record) -> String {
        match record {
            Record::Person(name) => self.key.digest("record of", &[name.as_bytes()]),
            Record::Place(content, text, offset) => {
                let content = self.of_message.get(content).or_else(|| self.contents.get(content));
                let content = content.map_or("", String::as_str);
                let spot = [text.to_be_bytes(), offset.to_be_bytes()].concat();
                self.key.digest("record at", &[content.as_bytes(), &spot])
            }
        }
    }

    fn add_addresses(&mut self, store: &Store) -> Result<(), ExposureError> {
        let distinct = "SELECT DISTINCT address FROM participant JOIN message ON message.content = participant.content WHERE address IS NOT NULL";
        let mut query = store.connection.prepare(distinct)?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let address: String = row.get(0)?;
            let country =
                country_of(&address).map_or_else(String::new, |country| country.code().to_owned());
            let digest = self.key.digest("address", &[address.as_bytes()]);
            let row = DigestRow::of(Subject::Address, digest);
            self.rows.push(DigestRow { country, ..row });
        }
        Ok(())
    }
}

/// The number of attachments of each message that has some.
fn attached(store: &Store) -> Result<BTreeMap<Content, u64>, ExposureError> {
    let mut query = store.connection.prepare(
        "SELECT edge.parent, count(*) FROM edge JOIN message ON message.content = edge.parent \
         LEFT JOIN message AS inner ON inner.content = edge.child WHERE inner.content IS NULL GROUP BY edge.parent",
    )?;
    let counts = query.query_map([], |row| Ok((row.get(0)?, unsigned(row.get(1)?))))?;
    Ok(counts.collect::<Result<_, _>>()?)
}
