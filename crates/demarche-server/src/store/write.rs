//! Changes to the objects of a collection.

use std::fmt::Write as _;

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Transaction, params, params_from_iter};

use super::error::{Failure, StoreError};
use super::filter::{Filter, Versions};
use super::state::Store;
use crate::envelope::{Posted, SpecVersion};
use crate::secret;
use crate::timestamp::{Timestamp, VersionKey};

/// Statuses are kept for 48 hours; TAXII 2.1, section 4.3, asks for 24.
const STATUS_SECONDS: i64 = 48 * 3600;

/// The collection to which objects are added, and by whom.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) user: i64,
    pub(crate) root: &'a str,
    pub(crate) collection: i64,
}

/// The outcome for one object.
enum Added {
    New(String),
    Same(String),
    Different(String),
}

/// The earliest and latest versions of an object, in each version of STIX and over both.
#[derive(Default)]
struct Ends {
    /// First and last row by version of STIX.
    by_spec: Vec<(Row, Row)>,
}

/// The key of a row and its version.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    version: String,
    spec: i64,
    added: i64,
}

impl Store {
    /// Adds objects in one transaction, and returns the status resource as JSON (TAXII 2.1, section 4.3.1).
    ///
    /// Times of addition increase with every object, across collections, and also when the clock goes backwards:
    /// a client that goes on behind the last time it saw misses nothing.
    pub(crate) fn add(
        &self,
        target: Place<'_>,
        posted: &[Posted<'_>],
    ) -> Result<String, StoreError> {
        let (id, now) = (secret::uuid()?, self.clock().now());
        self.write(|transaction| {
            let last = "SELECT value FROM meta WHERE name = 'last_added'";
            let last: i64 = transaction.query_row(last, [], |row| row.get(0))?;
            let mut added = now.0.max(last.saturating_add(1));
            let mut status = Status::default();
            for object in posted {
                let outcome = add_one(transaction, target.collection, object, added)?;
                if matches!(outcome, Added::New(_)) {
                    added = added.saturating_add(1);
                }
                status.tell(&object.id, &outcome);
            }
            let body = status.json(&id, now, posted.len());
            let sql = "UPDATE meta SET value = ?1 WHERE name = 'last_added'";
            transaction.execute(sql, [added - 1])?;
            let sql = "DELETE FROM statuses WHERE created < ?1";
            transaction.execute(sql, [now.plus_seconds(-STATUS_SECONDS).0])?;
            let sql =
                "INSERT INTO statuses SELECT ?1, ?2, number, ?3, ?4 FROM roots WHERE name = ?5";
            transaction.execute(sql, params![id, now.0, target.user, body, target.root])?;
            Ok(body)
        })
    }

    /// Deletes the versions of an object that a filter lets through; returns their number.
    pub(crate) fn delete(
        &self,
        collection: i64,
        id: &str,
        filter: &Filter,
    ) -> Result<usize, StoreError> {
        self.write(|transaction| {
            let before = Ends::of(transaction, collection, id)?;
            let mut sql = "DELETE FROM objects WHERE collection = ? AND id = ?".to_owned();
            let joined = [Value::Integer(collection), Value::Text(id.to_owned())];
            let mut values = joined.to_vec();
            if filter.specs.is_some() {
                filter.version_clause(&mut sql, &mut values);
            } else if filter.versions != Versions::All {
                // A version goes in every version of STIX that it is there in, or it could still be fetched.
                sql.push_str(" AND version_key IN (SELECT version_key FROM objects WHERE collection = ? AND id = ?");
                values.extend(joined);
                filter.version_clause(&mut sql, &mut values);
                sql.push(')');
            }
            let count = transaction.execute(&sql, params_from_iter(values))?;
            if count > 0 {
                mark(transaction, collection, id, &before)?;
            }
            Ok(count)
        })
    }
}

fn add_one(
    transaction: &Transaction<'_>,
    collection: i64,
    object: &Posted<'_>,
    added: i64,
) -> Result<Added, Failure> {
    let known =
        "SELECT 1 FROM objects INDEXED BY objects_id WHERE collection = ?1 AND id = ?2 LIMIT 1";
    if !transaction.prepare_cached(known)?.exists(params![collection, object.id])? {
        return insert(transaction, collection, object, added, true);
    }
    if let Some((version, body)) = rival(transaction, collection, object)? {
        if is_same(&body, object.body) {
            return Ok(Added::Same(version));
        }
        // An object without a version that differs is a later state of it: nothing that was sent is dropped.
        if object.version.is_some() {
            return Ok(Added::Different(version));
        }
    }
    let before = Ends::of(transaction, collection, &object.id)?;
    let outcome = insert(transaction, collection, object, added, false)?;
    mark(transaction, collection, &object.id, &before)?;
    Ok(outcome)
}

/// The version and text of the object that stands where this one would: of the same version, or the latest one
/// when this object has no version.
fn rival(
    transaction: &Transaction<'_>,
    collection: i64,
    object: &Posted<'_>,
) -> rusqlite::Result<Option<(String, String)>> {
    let sql = "SELECT version, body FROM objects INDEXED BY objects_id \
        WHERE collection = ?1 AND id = ?2 AND spec = ?3 AND (?4 IS NULL OR version_key = ?4) \
        ORDER BY version_key DESC LIMIT 1";
    let key = object.version.as_ref().map(|(_, VersionKey(key))| key);
    let pair = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let values = params![collection, object.id, object.spec.tenths(), key];
    transaction.prepare_cached(sql)?.query_row(values, pair).optional()
}

/// Are they the same bytes, or the same JSON?
fn is_same(left: &str, right: &str) -> bool {
    let value = |text| serde_json::from_str::<serde_json::Value>(text).ok();
    left == right || value(left).is_some_and(|left| Some(left) == value(right))
}

fn insert(
    transaction: &Transaction<'_>,
    collection: i64,
    object: &Posted<'_>,
    added: i64,
    is_alone: bool,
) -> Result<Added, Failure> {
    let sql = "INSERT INTO objects VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, 1, ?8, ?8, ?9)";
    let known = object.version.as_ref();
    let (version, VersionKey(key)) = match known {
        Some((text, key)) => (text.clone().into_owned(), key.clone()),
        None => {
            let text = Timestamp(added).to_string();
            let key = VersionKey::read(&text).ok_or(rusqlite::Error::InvalidQuery)?;
            (text, key)
        }
    };
    let spec = object.spec.tenths();
    let (id, kind, body) = (&object.id, &object.kind, object.body);
    let values = params![added, collection, id, kind, spec, key, version, is_alone, body];
    transaction.prepare_cached(sql)?.execute(values)?;
    Ok(Added::New(version))
}

impl Ends {
    fn of(transaction: &Transaction<'_>, collection: i64, id: &str) -> rusqlite::Result<Self> {
        let end = |spec: SpecVersion, order| {
            let sql = format!(
                "SELECT version_key, spec, added FROM objects INDEXED BY objects_id \
                WHERE collection = ?1 AND id = ?2 AND spec = ?3 ORDER BY version_key {order} LIMIT 1"
            );
            let row = |row: &rusqlite::Row<'_>| {
                Ok(Row { version: row.get(0)?, spec: row.get(1)?, added: row.get(2)? })
            };
            let values = params![collection, id, spec.tenths()];
            transaction.prepare_cached(&sql)?.query_row(values, row).optional()
        };
        let mut by_spec = Vec::new();
        for spec in SpecVersion::ALL {
            by_spec.extend(end(spec, "ASC")?.zip(end(spec, "DESC")?));
        }
        Ok(Self { by_spec })
    }

    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.by_spec.iter().flat_map(|(first, last)| [first, last])
    }

    /// The row of the latest version; of two that are of one time, the one of the later STIX.
    fn last(&self) -> Option<&Row> {
        self.rows().max()
    }

    /// The row of the earliest version; of two that are of one time, the one of the later STIX.
    fn first(&self) -> Option<&Row> {
        self.rows().min_by(|left, right| {
            left.version.cmp(&right.version).then_with(|| right.spec.cmp(&left.spec))
        })
    }
}

/// Sets the marks of an object's versions anew; only those at an end can have changed.
fn mark(
    transaction: &Transaction<'_>,
    collection: i64,
    id: &str,
    before: &Ends,
) -> rusqlite::Result<()> {
    let after = Ends::of(transaction, collection, id)?;
    let (first, last) = (after.first().cloned(), after.last().cloned());
    let sql = "UPDATE objects SET is_last = ?2, is_first = ?3, is_spec_last = ?4, is_spec_first = ?5 \
        WHERE added = ?1";
    let mut statement = transaction.prepare_cached(sql)?;
    for row in before.rows().chain(after.rows()) {
        let is = |end: Option<&Row>| end == Some(row);
        let is_spec_first = after.by_spec.iter().any(|(first, _)| first == row);
        let is_spec_last = after.by_spec.iter().any(|(_, last)| last == row);
        let (is_last, is_first) = (is(last.as_ref()), is(first.as_ref()));
        statement.execute(params![row.added, is_last, is_first, is_spec_last, is_spec_first])?;
    }
    if after.by_spec.len() < 2 && before.by_spec.len() < 2 {
        return Ok(());
    }
    // Objects that are there in both versions of STIX are rare and have few versions.
    let sql = "UPDATE objects SET is_top = NOT EXISTS (SELECT 1 FROM objects AS other \
        WHERE other.collection = objects.collection AND other.id = objects.id \
        AND other.version_key = objects.version_key AND other.spec > objects.spec) \
        WHERE collection = ?1 AND id = ?2";
    transaction.prepare_cached(sql)?.execute(params![collection, id]).map(|_| ())
}

/// A status resource in the making.
#[derive(Default)]
struct Status {
    successes: String,
    success_count: usize,
    failures: String,
    failure_count: usize,
}

impl Status {
    /// Ids and versions have only characters that JSON writes as they are.
    fn tell(&mut self, id: &str, outcome: &Added) {
        let (version, message) = match outcome {
            Added::New(version) => (version, ""),
            Added::Same(version) => (version, r#","message":"the collection had it already""#),
            Added::Different(version) => (
                version,
                r#","message":"the collection has another object of this id and version""#,
            ),
        };
        let (list, count) = match outcome {
            Added::New(_) | Added::Same(_) => (&mut self.successes, &mut self.success_count),
            Added::Different(_) => (&mut self.failures, &mut self.failure_count),
        };
        let comma = if list.is_empty() { "" } else { "," };
        // Writing to a `String` does not fail.
        let _ = write!(list, r#"{comma}{{"id":"{id}","version":"{version}"{message}}}"#);
        *count += 1;
    }

    /// The resource; empty lists are left out, as TAXII 2.1, section 2, demands.
    fn json(&self, id: &str, now: Timestamp, total: usize) -> String {
        let list = |name, list: &str| match list {
            "" => String::new(),
            list => format!(r#","{name}":[{list}]"#),
        };
        let (successes, failures) =
            (list("successes", &self.successes), list("failures", &self.failures));
        let (success_count, failure_count) = (self.success_count, self.failure_count);
        format!(
            r#"{{"id":"{id}","status":"complete","request_timestamp":"{now}","total_count":{total},"success_count":{success_count}{successes},"failure_count":{failure_count}{failures},"pending_count":0}}"#
        )
    }
}
