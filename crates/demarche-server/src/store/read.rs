//! Questions to the store.

use std::io::Write as _;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::entry::{Collection, Rights, Root};
use super::filter::Filter;
use crate::envelope::SpecVersion;
use crate::secret::StoredPassword;
use crate::timestamp::Timestamp;

/// The bytes after which a page ends; its last object may go beyond.
///
/// Memory for an answer is bounded by this and the length of a request, whatever is stored.
pub(crate) const PAGE_BYTES: usize = 2 << 20;

/// A connection that cannot write.
pub(crate) struct Reader<'a>(pub(crate) &'a Connection);

/// A user as stored.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) number: i64,
    pub(crate) name: String,
    pub(crate) password: Option<StoredPassword>,
}

/// A collection as one user sees it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) number: i64,
    pub(crate) collection: Collection,
    pub(crate) rights: Rights,
}

/// What a page tells of each object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// The object itself.
    Body,
    /// A manifest record: id, time of addition, version and media type.
    Record,
    /// The version alone.
    Version,
}

/// The objects of one answer.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// JSON values with commas between them.
    pub(crate) json: Vec<u8>,
    pub(crate) count: usize,
    /// The times at which the first and the last object were added.
    pub(crate) span: Option<(Timestamp, Timestamp)>,
    pub(crate) more: bool,
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    let (salt, hash): (Option<[u8; 16]>, Option<[u8; 32]>) = (row.get(2)?, row.get(3)?);
    let password = salt.zip(hash).map(|(salt, hash)| StoredPassword { salt, hash });
    Ok(User { number: row.get(0)?, name: row.get(1)?, password })
}

fn seen(row: &Row<'_>) -> rusqlite::Result<Seen> {
    let rights = Rights { read: row.get(5)?, write: row.get(6)? };
    let (id, alias, title) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let collection = Collection { root: row.get(7)?, id, alias, title, description: row.get(4)? };
    Ok(Seen { number: row.get(0)?, collection, rights })
}

const SEEN: &str = "SELECT collections.number, id, alias, collections.title, collections.description, \
    can_read, can_write, roots.name \
    FROM rights JOIN collections ON rights.collection = collections.number \
    JOIN roots ON collections.root = roots.number \
    WHERE rights.user = ?1 AND (can_read OR can_write)";

impl Reader<'_> {
    pub(crate) fn user(&self, name: &str) -> rusqlite::Result<Option<User>> {
        let sql = "SELECT number, name, salt, hash FROM users WHERE name = ?1";
        self.0.prepare_cached(sql)?.query_row([name], user).optional()
    }

    pub(crate) fn user_of_token(&self, hash: &[u8; 32]) -> rusqlite::Result<Option<User>> {
        let sql = "SELECT users.number, name, salt, users.hash FROM tokens \
            JOIN users ON tokens.user = users.number WHERE tokens.hash = ?1";
        self.0.prepare_cached(sql)?.query_row([hash], user).optional()
    }

    /// The roots that have a collection which the user may read or write.
    pub(crate) fn roots(&self, user: i64) -> rusqlite::Result<Vec<Root>> {
        let sql = "SELECT name, title, description FROM roots WHERE number IN \
            (SELECT root FROM rights JOIN collections ON rights.collection = collections.number \
            WHERE rights.user = ?1 AND (can_read OR can_write)) ORDER BY number";
        let mut statement = self.0.prepare_cached(sql)?;
        let root = |row: &Row<'_>| {
            Ok(Root { name: row.get(0)?, title: row.get(1)?, description: row.get(2)? })
        };
        statement.query_map([user], root)?.collect()
    }

    /// The collections of a root that the user may read or write, in the order in which they were made.
    pub(crate) fn collections(&self, user: i64, root: &str) -> rusqlite::Result<Vec<Seen>> {
        let sql = format!("{SEEN} AND roots.name = ?2 ORDER BY collections.number");
        self.0.prepare_cached(&sql)?.query_map(params![user, root], seen)?.collect()
    }

    /// The collection of an id or alias; `None` as well when the user may neither read nor write it.
    pub(crate) fn collection(
        &self,
        user: i64,
        root: &str,
        key: &str,
    ) -> rusqlite::Result<Option<Seen>> {
        let sql = format!("{SEEN} AND roots.name = ?2 AND (id = ?3 OR alias = ?3)");
        let lower = key.to_ascii_lowercase();
        let mut statement = self.0.prepare_cached(&sql)?;
        let found = statement.query_row(params![user, root, key], seen).optional()?;
        match found {
            None if lower != key => {
                statement.query_row(params![user, root, lower], seen).optional()
            }
            found => Ok(found),
        }
    }

    pub(crate) fn has_object(&self, collection: i64, id: &str) -> rusqlite::Result<bool> {
        let sql =
            "SELECT 1 FROM objects INDEXED BY objects_id WHERE collection = ?1 AND id = ?2 LIMIT 1";
        self.0.prepare_cached(sql)?.exists(params![collection, id])
    }

    /// The status of a request that this user made under this root.
    pub(crate) fn status(
        &self,
        user: i64,
        root: &str,
        id: &str,
    ) -> rusqlite::Result<Option<String>> {
        let sql = "SELECT body FROM statuses JOIN roots ON statuses.root = roots.number \
            WHERE id = ?1 AND user = ?2 AND roots.name = ?3";
        self.0.prepare_cached(sql)?.query_row(params![id, user, root], |row| row.get(0)).optional()
    }

    /// The first `limit` objects that the filter lets through, in the order in which they were added.
    pub(crate) fn page(
        &self,
        collection: i64,
        filter: &Filter,
        limit: usize,
        content: Content,
    ) -> rusqlite::Result<Page> {
        // One transaction: an object that is found by an index is still there when it is read.
        let snapshot = self.0.unchecked_transaction()?;
        let mut keys = self.keys(collection, filter, limit)?;
        let mut page = Page { more: keys.len() > limit, ..Page::default() };
        keys.truncate(limit);
        let mut statement = self.0.prepare_cached(content.sql())?;
        for key in keys {
            if page.json.len() >= PAGE_BYTES {
                page.more = true;
                break;
            }
            let mut rows = statement.query([key])?;
            let Some(row) = rows.next()? else { continue };
            if page.count > 0 {
                page.json.push(b',');
            }
            content.append(row, Timestamp(key), &mut page.json)?;
            page.count += 1;
            let first = page.span.map_or(Timestamp(key), |(first, _)| first);
            page.span = Some((first, Timestamp(key)));
        }
        drop(statement);
        snapshot.finish()?;
        Ok(page)
    }

    /// The keys of at most one object more than the limit, so that it is known whether there are more.
    fn keys(&self, collection: i64, filter: &Filter, limit: usize) -> rusqlite::Result<Vec<i64>> {
        let highest = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut keys = Vec::new();
        let passes = filter.passes(collection, highest);
        let is_single = passes.len() == 1;
        for pass in passes {
            let mut statement = self.0.prepare_cached(&pass.sql)?;
            let mut rows = statement.query(rusqlite::params_from_iter(pass.values))?;
            while let Some(row) = rows.next()? {
                keys.push(row.get(0)?);
            }
        }
        if !is_single {
            keys.sort_unstable();
            keys.dedup();
        }
        Ok(keys)
    }
}

impl Content {
    const fn sql(self) -> &'static str {
        match self {
            Self::Body => "SELECT body FROM objects WHERE added = ?1",
            Self::Record => "SELECT id, version, spec FROM objects WHERE added = ?1",
            Self::Version => "SELECT version FROM objects WHERE added = ?1",
        }
    }

    /// Appends one object; ids and versions have only characters that JSON writes as they are.
    fn append(self, row: &Row<'_>, added: Timestamp, json: &mut Vec<u8>) -> rusqlite::Result<()> {
        let text = |index| Ok::<_, rusqlite::Error>(row.get_ref(index)?.as_str()?);
        match self {
            Self::Body => json.extend_from_slice(text(0)?.as_bytes()),
            Self::Version => {
                json.push(b'"');
                json.extend_from_slice(text(0)?.as_bytes());
                json.push(b'"');
            }
            Self::Record => {
                let (id, version) = (text(0)?, text(1)?);
                let spec = SpecVersion::of_tenths(row.get(2)?).unwrap_or(SpecVersion::V21);
                let media_type = spec.media_type();
                // Writing to a `Vec` does not fail.
                drop(write!(
                    json,
                    r#"{{"id":"{id}","date_added":"{added}","version":"{version}","media_type":"{media_type}"}}"#
                ));
            }
        }
        Ok(())
    }
}
