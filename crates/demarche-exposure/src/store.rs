//! The store of a scan: one `SQLite` file, or an encrypted one that is opened in memory.

mod crypt;
mod writing;

use std::path::{Path, PathBuf};

use demarche_terms::Sha256;
use rusqlite::{Connection, OptionalExtension, params};

use crate::ExposureError;

pub(crate) use writing::Writing;

/// The version of the tables.
const VERSION: &str = "1";

/// The tables. A content is what some bytes hold, wherever they lie; edges tell what lies in what.
const TABLES: &str = "
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file(id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL, unread TEXT);
CREATE TABLE unit(id INTEGER PRIMARY KEY, file INTEGER NOT NULL, start INTEGER, stop INTEGER, done INTEGER NOT NULL, root INTEGER);
CREATE TABLE content(id INTEGER PRIMARY KEY, key BLOB UNIQUE NOT NULL, digest BLOB, media TEXT, size INTEGER, state INTEGER NOT NULL, reason TEXT, faults TEXT, unit INTEGER, complete INTEGER NOT NULL);
CREATE TABLE edge(parent INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, start INTEGER, stop INTEGER, size INTEGER NOT NULL, child INTEGER NOT NULL, PRIMARY KEY(parent, number)) WITHOUT ROWID;
CREATE TABLE message(content INTEGER PRIMARY KEY, message_id TEXT, sent INTEGER, subject TEXT NOT NULL, normal BLOB NOT NULL, folder TEXT, refs TEXT NOT NULL);
CREATE TABLE participant(content INTEGER NOT NULL, number INTEGER NOT NULL, role INTEGER NOT NULL, name TEXT, address TEXT, PRIMARY KEY(content, number)) WITHOUT ROWID;
CREATE TABLE text(id INTEGER PRIMARY KEY, content INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT, shape INTEGER NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE finding(id INTEGER PRIMARY KEY, content INTEGER NOT NULL, text INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, line INTEGER NOT NULL, kind TEXT NOT NULL, rule TEXT NOT NULL, country TEXT, \"check\" INTEGER NOT NULL, value TEXT NOT NULL, names TEXT NOT NULL);
CREATE VIRTUAL TABLE word USING fts5(body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
CREATE INDEX text_of_content ON text(content);
CREATE INDEX finding_of_content ON finding(content);
CREATE INDEX unit_of_file ON unit(file);
CREATE INDEX half_of_unit ON content(unit) WHERE complete = 0;
";

/// The inventory of one dump.
#[derive(Debug)]
pub struct Store {
    pub(crate) connection: Connection,
    path: PathBuf,
    /// The key of an encrypted store, which lies in memory while it is open.
    key: Option<crypt::Key>,
}

impl Store {
    /// Opens the store of a dump, and makes it where there is none.
    ///
    /// With a passphrase the whole store lies in memory while it is open, and encrypted on the disk.
    ///
    /// # Errors
    ///
    /// The file is no store, belongs to another dump or version, or the passphrase does not fit.
    pub fn open(path: &Path, dump: &str, passphrase: Option<&str>) -> Result<Self, ExposureError> {
        let store = Self::connect(path, passphrase)?;
        match store.meta("version")? {
            None => store.make(dump)?,
            Some(version) if version == VERSION => {}
            Some(_) => return Err(ExposureError::Version { path: path.to_owned() }),
        }
        if store.meta("dump")?.is_some_and(|known| known != dump) {
            return Err(ExposureError::OtherDump { path: path.to_owned() });
        }
        Ok(store)
    }

    /// Opens a store that a scan made.
    ///
    /// # Errors
    ///
    /// There is none, or it cannot be used.
    pub fn existing(path: &Path, passphrase: Option<&str>) -> Result<Self, ExposureError> {
        let file = |error| ExposureError::File { path: path.to_owned(), error };
        std::fs::metadata(path).map_err(file)?;
        let store = Self::connect(path, passphrase)?;
        if store.meta("version")?.is_none_or(|version| version != VERSION) {
            return Err(ExposureError::Version { path: path.to_owned() });
        }
        Ok(store)
    }

    fn connect(path: &Path, passphrase: Option<&str>) -> Result<Self, ExposureError> {
        let fail = |error| ExposureError::Store { path: path.to_owned(), error };
        let (connection, key) = match passphrase {
            Some(passphrase) => crypt::open(path, passphrase)?,
            None if crypt::is_encrypted(path) => {
                return Err(ExposureError::Passphrase { path: path.to_owned() });
            }
            None => (open_private(path)?, None),
        };
        connection
            .execute_batch(
                "PRAGMA page_size=16384; PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;",
            )
            .map_err(fail)?;
        Ok(Self { connection, path: path.to_owned(), key })
    }

    fn make(&self, dump: &str) -> Result<(), ExposureError> {
        self.connection.execute_batch(TABLES)?;
        self.set_meta("version", VERSION)?;
        self.set_meta("dump", dump)
    }

    /// The value that the store keeps for a word.
    pub(crate) fn meta(&self, key: &str) -> Result<Option<String>, ExposureError> {
        let has_table: bool = self.connection.query_row(
            "SELECT count(*) > 0 FROM sqlite_master WHERE name = 'meta'",
            [],
            |row| row.get(0),
        )?;
        if !has_table {
            return Ok(None);
        }
        let mut query = self.connection.prepare("SELECT value FROM meta WHERE key = ?")?;
        Ok(query.query_row([key], |row| row.get(0)).optional()?)
    }

    pub(crate) fn set_meta(&self, key: &str, value: &str) -> Result<(), ExposureError> {
        let put =
            "INSERT INTO meta VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value";
        self.connection.execute(put, params![key, value])?;
        Ok(())
    }

    /// The keys of all contents that were read to their end.
    pub(crate) fn complete(&self) -> Result<Vec<Sha256>, ExposureError> {
        let mut query = self.connection.prepare("SELECT key FROM content WHERE complete = 1")?;
        let digests =
            query.query_map([], |row| row.get::<_, [u8; 32]>(0).map(demarche_terms::Digest))?;
        Ok(digests.collect::<Result<_, _>>()?)
    }

    /// Encrypts an encrypted store anew; any other is on the disk already.
    pub(crate) fn save(&mut self) -> Result<(), ExposureError> {
        match &self.key {
            Some(key) => crypt::save(&mut self.connection, &self.path, key),
            None => Ok(()),
        }
    }
}

/// Opens a database that nobody else may read: it holds what the dump holds.
fn open_private(path: &Path) -> Result<Connection, ExposureError> {
    let file = |error| ExposureError::File { path: path.to_owned(), error };
    if !path.exists() {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map_err(file)?;
    }
    Connection::open(path).map_err(|error| ExposureError::Store { path: path.to_owned(), error })
}
