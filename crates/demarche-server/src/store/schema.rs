//! The tables, and how a connection is set up.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::error::{FORMAT, Failure, StoreError};
use crate::secret;

/// `dmrx` in ASCII, by which `SQLite` files tell whose they are.
const APPLICATION: i64 = 0x646d_7278;

/// The time that a connection waits for another process to finish writing.
const PATIENCE: Duration = Duration::from_secs(10);

/// Objects have the time at which they were added as their key: it is unique and increases, so a position in a
/// collection is one number. The marks of the latest version are kept when an object is added; finding it on each
/// request would cost more the larger the collection is. The body comes last, so that a manifest never reads it.
const TABLES: &str = "
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE roots (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL, description TEXT);
CREATE TABLE collections (
    number INTEGER PRIMARY KEY AUTOINCREMENT, root INTEGER NOT NULL REFERENCES roots ON DELETE CASCADE,
    id TEXT NOT NULL UNIQUE, alias TEXT, title TEXT NOT NULL, description TEXT, UNIQUE (root, alias));
CREATE TABLE users (
    number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, salt BLOB, hash BLOB);
CREATE TABLE tokens (
    number INTEGER PRIMARY KEY AUTOINCREMENT, user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    hash BLOB NOT NULL UNIQUE, label TEXT NOT NULL, created INTEGER NOT NULL);
CREATE TABLE rights (
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE,
    collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
    can_read INTEGER NOT NULL, can_write INTEGER NOT NULL, PRIMARY KEY (user, collection)) WITHOUT ROWID;
CREATE TABLE objects (
    added INTEGER PRIMARY KEY, collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
    id TEXT NOT NULL, type TEXT NOT NULL, spec INTEGER NOT NULL, version_key TEXT NOT NULL, version TEXT NOT NULL,
    is_last INTEGER NOT NULL, is_first INTEGER NOT NULL, is_top INTEGER NOT NULL,
    is_spec_last INTEGER NOT NULL, is_spec_first INTEGER NOT NULL, body TEXT NOT NULL);
CREATE UNIQUE INDEX objects_id ON objects (collection, id, spec, version_key);
CREATE INDEX objects_last ON objects (collection, is_last);
CREATE INDEX objects_type ON objects (collection, type, is_last);
CREATE TABLE statuses (
    id TEXT PRIMARY KEY, created INTEGER NOT NULL, root INTEGER NOT NULL REFERENCES roots ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES users ON DELETE CASCADE, body TEXT NOT NULL);
CREATE INDEX statuses_created ON statuses (created);
";

/// Opens the connection that writes; gives the store's secret with it.
pub(crate) fn open(path: &Path) -> Result<(Connection, [u8; 32]), StoreError> {
    let error = |source| StoreError::Database { path: path.to_owned(), source };
    make_private(path);
    let mut connection = Connection::open(path).map_err(error)?;
    check(&connection, path)?;
    set_up(&connection).map_err(error)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(error)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(error)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20).map_err(error)?;
    // Ids are random, so each batch touches hundreds of pages of their index. They stay in memory up to 100,000
    // objects, and go from the log to the file once in 32 MiB and not once in 4, each time with what many changed.
    connection.pragma_update(None, "cache_size", -16_384).map_err(error)?; // KiB
    connection.pragma_update(None, "wal_autocheckpoint", 8_192).map_err(error)?; // pages of 4 KiB
    let key = tables(&mut connection).map_err(|failure| match failure {
        Failure::Database(source) => error(source),
        Failure::Store(error) => error,
    })?;
    Ok((connection, key))
}

/// Makes the file, if there is none, such that its owner alone can read it: it holds intelligence and hashes of
/// passwords. The log beside it takes its permissions from it. A failure shows when the file is opened.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(path));
}

/// Opens a connection that only reads.
pub(crate) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    set_up(&connection)?;
    Ok(connection)
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(PATIENCE)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -4096)?; // KiB
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

/// Refuses files of other programs before anything is changed in them.
fn check(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let numbers = number("application_id")
        .and_then(|application| Ok((application, number("user_version")?, number("page_count")?)));
    match numbers {
        Ok((_, _, 0)) => Ok(()),
        Ok((APPLICATION, met, _)) if met > FORMAT => {
            Err(StoreError::Newer { path: path.to_owned(), met })
        }
        Ok((APPLICATION, _, _)) => Ok(()),
        Err(source) if source.sqlite_error_code() != Some(rusqlite::ErrorCode::NotADatabase) => {
            Err(StoreError::Database { path: path.to_owned(), source })
        }
        Ok(_) | Err(_) => Err(StoreError::Foreign(path.to_owned())),
    }
}

/// Makes the tables unless they are there; two processes may try at once.
fn tables(connection: &mut Connection) -> Result<[u8; 32], Failure> {
    let behavior = rusqlite::TransactionBehavior::Immediate;
    let transaction = connection.transaction_with_behavior(behavior)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
        let key: [u8; 32] = secret::random()?;
        transaction.execute("INSERT INTO meta VALUES ('key', ?1), ('last_added', 0)", [key])?;
    }
    let key = "SELECT value FROM meta WHERE name = 'key'";
    let key = transaction.query_row(key, [], |row| row.get(0)).optional()?;
    transaction.commit()?;
    key.ok_or(Failure::Database(rusqlite::Error::QueryReturnedNoRows))
}
