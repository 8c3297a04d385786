//! Lists of everything in a store, entry by entry, for other programs.

use std::collections::BTreeSet;

use demarche_sensitive::{Kind, Rules, masked};
use demarche_terms::Sha256;
use rusqlite::params;

use crate::ExposureError;
use crate::find::masked_subject;
use crate::graph::{Content, Graph, Names, section};
use crate::messages::{Distinct, Messages};
use crate::path::masked_identifier;
use crate::store::Store;

/// A finding with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingEntry {
    /// The stable name of its kind.
    pub kind: String,
    /// The id of its rule.
    pub rule: String,
    /// The code of the country that issued the value.
    pub country: Option<String>,
    /// `checksum`, `format` or `context`.
    pub check: &'static str,
    /// The value, masked unless it is revealed.
    pub value: String,
    /// The first place of its content: the path of a file, then what holds it, with `!` between.
    pub path: String,
    /// The number of places of its content.
    pub places: u64,
    /// The part of the content: a sheet, a page; `None` where it has no parts.
    pub section: Option<String>,
    /// Its line in the text, from 1; the subject is the first line of a message.
    pub line: i64,
    /// Its first byte in the text.
    pub byte: i64,
    /// The hash of the content.
    pub sha256: String,
}

/// Hands over every finding, in the order of place, line and kind.
///
/// # Errors
///
/// The store is damaged, or the error of the receiver.
pub fn each_finding<E: From<ExposureError>>(
    store: &Store,
    reveal: bool,
    mut take: impl FnMut(FindingEntry) -> Result<(), E>,
) -> Result<(), E> {
    let mut graph = Graph::load(store, Names::of(reveal))?;
    for content in in_order(&mut graph, store)? {
        for entry in findings_of(store, &mut graph, content, reveal)? {
            take(entry)?;
        }
    }
    Ok(())
}

/// The contents with findings, in the order of their places.
fn in_order(graph: &mut Graph, store: &Store) -> Result<Vec<Content>, ExposureError> {
    let mut query = store.connection.prepare("SELECT DISTINCT content FROM finding")?;
    let contents: Vec<Content> =
        query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut placed: Vec<_> =
        contents.into_iter().map(|content| (graph.place(content), content)).collect();
    let digest = |content: &Content| graph.contents.get(content).map(|row| row.digest);
    placed.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| digest(&a.1).cmp(&digest(&b.1))));
    Ok(placed.into_iter().map(|(_, content)| content).collect())
}

fn findings_of(
    store: &Store,
    graph: &mut Graph,
    content: Content,
    reveal: bool,
) -> Result<Vec<FindingEntry>, ExposureError> {
    let mut query = store.connection.prepare_cached(
        "SELECT finding.kind, finding.rule, finding.country, finding.\"check\", finding.value, text.name, finding.line, finding.start, text.masked \
         FROM finding JOIN text ON text.id = finding.text WHERE finding.content = ? ORDER BY text.number, finding.start, finding.kind",
    )?;
    let (place, places) = (graph.place(content), graph.places(content));
    let digest = graph.contents.get(&content).map(|row| demarche_terms::Digest(row.digest));
    let digest: Sha256 = digest.unwrap_or_default();
    let entries = query.query_map(params![content], |row| {
        let (kind, value): (String, String) = (row.get(0)?, row.get(4)?);
        let shown = match Kind::from_name(&kind) {
            Some(kind) if !reveal => masked(kind, &value),
            _ => value,
        };
        Ok(FindingEntry {
            kind,
            rule: row.get(1)?,
            country: row.get(2)?,
            check: match row.get::<_, i64>(3)? {
                0 => "checksum",
                1 => "format",
                _ => "context",
            },
            value: shown,
            path: place.to_string(),
            places,
            section: section(reveal, row.get(5)?, row.get(8)?),
            line: row.get(6)?,
            byte: row.get(7)?,
            sha256: digest.to_string(),
        })
    })?;
    Ok(entries.collect::<Result<_, _>>()?)
}

/// The places of a message that are listed; the number of its copies tells of more.
const PLACES: usize = 10_000;

/// A distinct message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageEntry {
    /// Its identifier.
    pub message_id: Option<String>,
    /// The moment of sending, in seconds since 1970.
    pub sent: Option<i64>,
    /// Its subject.
    pub subject: String,
    /// All its places, also those within other messages, in their order; at most 10,000.
    pub places: Vec<String>,
    /// The number of its copies, those within messages left out.
    pub copies: u64,
    /// The paths of the mailboxes in which it lies.
    pub mailboxes: Vec<String>,
    /// Its attachments: name and hash.
    pub attachments: Vec<(String, String)>,
}

/// Hands over every distinct message, in the order of identifier and normalised content.
///
/// Sensitive values in identifiers, subjects, names and paths are masked unless they are revealed.
///
/// # Errors
///
/// The store is damaged, or the error of the receiver.
pub fn each_message<E: From<ExposureError>>(
    store: &Store,
    reveal: bool,
    mut take: impl FnMut(MessageEntry) -> Result<(), E>,
) -> Result<(), E> {
    let messages = Messages::load(store)?;
    let mut graph = Graph::load(store, Names::of(reveal))?;
    let rules = (!reveal).then(Rules::built_in);
    for message in &messages.distinct {
        let mut entry = message_entry(store, &mut graph, message, reveal)?;
        if let (Some(rules), Some(identifier)) = (&rules, &mut entry.message_id) {
            *identifier = masked_identifier(rules, identifier);
        }
        take(entry)?;
    }
    Ok(())
}

fn message_entry(
    store: &Store,
    graph: &mut Graph,
    message: &Distinct,
    reveal: bool,
) -> Result<MessageEntry, ExposureError> {
    let contents = message.contents.as_slice();
    // A distinct message has one content at least; the store gives no number below one.
    let first = contents.first().copied().unwrap_or(0);
    let known = "SELECT message_id, subject FROM message WHERE content = ?";
    let mut known = store.connection.prepare_cached(known)?;
    let (message_id, subject): (_, String) =
        known.query_row([first], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let subject = if reveal { subject } else { masked_subject(store, first, &subject)? };
    let mut query = store.connection.prepare_cached(
        "SELECT edge.name, edge.masked, content.digest FROM edge JOIN content ON content.id = edge.child WHERE edge.parent = ? ORDER BY edge.number",
    )?;
    let attachments = query.query_map([first], |row| {
        let digest: Sha256 = demarche_terms::Digest(row.get::<_, [u8; 32]>(2)?);
        let name = Names::of(reveal).choose(row.get(0)?, row.get(1)?);
        Ok((name, digest.to_string()))
    })?;
    let mut places = BTreeSet::new();
    for content in contents {
        places.extend(graph.all_places(*content, PLACES));
    }
    let mut mailboxes: Vec<u32> = contents
        .iter()
        .flat_map(|content| graph.mailboxes_of(*content).iter().copied().collect::<Vec<_>>())
        .collect();
    mailboxes.sort_unstable();
    mailboxes.dedup();
    let path = |mailbox: u32| {
        usize::try_from(mailbox).ok().and_then(|mailbox| graph.mailboxes.get(mailbox).cloned())
    };
    let mut mailboxes: Vec<String> = mailboxes.into_iter().filter_map(path).collect();
    mailboxes.sort();
    Ok(MessageEntry {
        message_id,
        sent: message.sent,
        subject,
        copies: contents.iter().map(|content| graph.copies(*content)).sum(),
        attachments: attachments.collect::<Result<_, _>>()?,
        places: places.into_iter().take(PLACES).collect(),
        mailboxes,
    })
}
