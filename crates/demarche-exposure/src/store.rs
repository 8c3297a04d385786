//! The store of a scan: one `SQLite` file, or an encrypted one that is opened in memory.

mod crypt;
mod merging;
mod writing;

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use demarche_dump::Unit;
use demarche_terms::Sha256;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::ExposureError;

pub(crate) use writing::{Writing, breaks_before, signed, unpacked};

/// The version of the tables.
const VERSION: &str = "4";

/// The mark in the header of the database by which a store is told from anybody else's: `dmch` in letters.
const APPLICATION: i32 = 0x646d_6368;

/// The bytes of a page of the database, as `page_size` says.
const PAGE: u64 = 16384;

/// The time for which a store waits where another process writes to it.
const PATIENCE: Duration = Duration::from_secs(10);

/// The tables. A content is what some bytes hold, wherever they lie; edges tell what lies in what.
pub(crate) const TABLES: &str = "
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file(id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, masked TEXT, size INTEGER NOT NULL, modified INTEGER NOT NULL, unread TEXT);
CREATE TABLE unit(id INTEGER PRIMARY KEY, file INTEGER NOT NULL, start INTEGER, stop INTEGER, done INTEGER NOT NULL, root INTEGER);
CREATE TABLE content(id INTEGER PRIMARY KEY, key BLOB UNIQUE NOT NULL, digest BLOB, media TEXT, size INTEGER, state INTEGER NOT NULL, reason TEXT, faults TEXT, unit INTEGER, complete INTEGER NOT NULL);
CREATE TABLE edge(parent INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT NOT NULL, masked TEXT, start INTEGER, stop INTEGER, size INTEGER NOT NULL, child INTEGER NOT NULL, PRIMARY KEY(parent, number)) WITHOUT ROWID;
CREATE TABLE message(content INTEGER PRIMARY KEY, message_id TEXT, sent INTEGER, subject TEXT NOT NULL, normal BLOB NOT NULL, folder TEXT, refs TEXT NOT NULL);
CREATE TABLE participant(content INTEGER NOT NULL, number INTEGER NOT NULL, role INTEGER NOT NULL, name TEXT, address TEXT, PRIMARY KEY(content, number)) WITHOUT ROWID;
CREATE TABLE text(id INTEGER PRIMARY KEY, content INTEGER NOT NULL, number INTEGER NOT NULL, name TEXT, masked TEXT, shape INTEGER NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL, breaks BLOB);
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
    /// The file is no store, belongs to another dump or version, the passphrase does not fit, or another process writes to it.
    pub fn open(path: &Path, dump: &str, passphrase: Option<&str>) -> Result<Self, ExposureError> {
        let mut store = Self::connect(path, passphrase)?;
        if store.meta("version")?.is_none() {
            store.make(dump)?;
        }
        store.check_version()?;
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
        store.check_version()?;
        Ok(store)
    }

    /// Adds what the store of a part of the same dump knows. The order in which parts are added does not matter.
    ///
    /// A content that the store has already is as it was read first. A part that is added again changes nothing.
    ///
    /// # Errors
    ///
    /// The part is of another dump, was not scanned to its end, or has another version of a file; or a store cannot be
    /// used. The store then is as it was.
    pub fn merge(&mut self, part: &Self) -> Result<(), ExposureError> {
        let path = || part.path.clone();
        if part.meta("dump")? != self.meta("dump")? {
            return Err(ExposureError::OtherDump { path: path() });
        }
        let left = "SELECT count(*) > 0 FROM unit WHERE done = 0";
        if part.connection.query_row(left, [], |row| row.get(0))? {
            return Err(ExposureError::Unfinished { path: path() });
        }
        self.hold()?;
        let merged =
            merging::merge(&self.connection, &part.connection).and_then(|()| self.index_holders());
        self.release()?;
        merged?;
        self.save()
    }

    /// The name of the dump.
    ///
    /// # Errors
    ///
    /// The store is damaged.
    pub fn dump(&self) -> Result<String, ExposureError> {
        Ok(self.meta("dump")?.unwrap_or_default())
    }

    fn check_version(&self) -> Result<(), ExposureError> {
        match self.meta("version")? {
            Some(version) if version == VERSION => Ok(()),
            _ => Err(ExposureError::Version { path: self.path.clone() }),
        }
    }

    fn connect(path: &Path, passphrase: Option<&str>) -> Result<Self, ExposureError> {
        let fail = |error| ExposureError::Store { path: path.to_owned(), error };
        let (connection, key) = match (passphrase, found(path)?) {
            (_, Found::Other) => return Err(ExposureError::NoStore { path: path.to_owned() }),
            (Some(passphrase), Found::Nothing | Found::Encrypted) => crypt::open(path, passphrase)?,
            (Some(_), Found::Plain) => {
                return Err(ExposureError::NotEncrypted { path: path.to_owned() });
            }
            (None, Found::Encrypted) => {
                return Err(ExposureError::Passphrase { path: path.to_owned() });
            }
            (None, Found::Nothing | Found::Plain) => (open_private(path)?, None),
        };
        connection.busy_timeout(PATIENCE).map_err(fail)?;
        connection
            .execute_batch(
                "PRAGMA page_size=16384; PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY;",
            )
            .map_err(fail)?;
        Ok(Self { connection, path: path.to_owned(), key })
    }

    /// Makes the tables, where no other process made them since.
    fn make(&mut self, dump: &str) -> Result<(), ExposureError> {
        let tables = Transaction::new(&mut self.connection, TransactionBehavior::Immediate)?;
        let is_made: bool = tables.query_row(HAS_TABLES, [], |row| row.get(0))?;
        if !is_made {
            tables.execute_batch(TABLES)?;
            tables.pragma_update(None, "application_id", APPLICATION)?;
            let put = "INSERT INTO meta VALUES('version', ?), ('dump', ?)";
            tables.execute(put, params![VERSION, dump])?;
        }
        Ok(tables.commit()?)
    }

    /// Keeps other processes from the store until [`Self::release`]: two scans at once would undo each other's work.
    ///
    /// The lock is had before it is kept. A process that waits for the lock while it keeps all locks would keep the shared
    /// one, and two of them would wait for each other until both give up.
    pub(crate) fn hold(&self) -> Result<(), ExposureError> {
        let hold = "BEGIN EXCLUSIVE; PRAGMA locking_mode=EXCLUSIVE; COMMIT";
        Ok(self.connection.execute_batch(hold)?)
    }

    /// Lets other processes use the store again.
    pub(crate) fn release(&self) -> Result<(), ExposureError> {
        self.connection.execute_batch("PRAGMA locking_mode=NORMAL")?;
        // The lock goes with the next read.
        self.meta("version").map(drop)
    }

    /// The value that the store keeps for a word.
    pub(crate) fn meta(&self, key: &str) -> Result<Option<String>, ExposureError> {
        let has_table: bool = self.connection.query_row(HAS_TABLES, [], |row| row.get(0))?;
        if !has_table {
            return Ok(None);
        }
        let mut query = self.connection.prepare("SELECT value FROM meta WHERE key = ?")?;
        Ok(query.query_row([key], |row| row.get(0)).optional()?)
    }

    /// The keys of all contents that were read to their end.
    pub(crate) fn complete(&self) -> Result<Vec<Sha256>, ExposureError> {
        let mut query = self.connection.prepare("SELECT key FROM content WHERE complete = 1")?;
        let digests =
            query.query_map([], |row| row.get::<_, [u8; 32]>(0).map(demarche_terms::Digest))?;
        Ok(digests.collect::<Result<_, _>>()?)
    }

    /// Lets what holds a content be found without a look at all edges. An index that is made at the end costs a fraction of
    /// one that grows with each edge.
    pub(crate) fn index_holders(&self) -> Result<(), ExposureError> {
        let index = "CREATE INDEX IF NOT EXISTS edge_of_child ON edge(child)";
        Ok(self.connection.execute_batch(index)?)
    }

    /// Encrypts an encrypted store anew; any other is on the disk already.
    pub(crate) fn save(&mut self) -> Result<(), ExposureError> {
        match &self.key {
            Some(key) => crypt::save(&mut self.connection, &self.path, key),
            None => Ok(()),
        }
    }
}

const HAS_TABLES: &str = "SELECT count(*) > 0 FROM sqlite_master WHERE name = 'meta'";

/// A kind of file that stands where a store is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// No file, or an empty one.
    Nothing,
    Plain,
    Encrypted,
    /// Anybody else's file.
    Other,
}

/// The bytes of the header of a database, up to the mark of its program and with it.
///
/// Source: "Database File Format", sqlite.org, 1.3.
const HEADER: usize = 72;

/// Tells what stands in a place, without changing it.
fn found(path: &Path) -> Result<Found, ExposureError> {
    let file = |error| ExposureError::File { path: path.to_owned(), error };
    match std::fs::metadata(path) {
        Ok(metadata) if !metadata.is_file() => {
            return Err(ExposureError::NotPlain { path: path.to_owned() });
        }
        Ok(_) => {}
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(file(error)),
        Err(_) if path.is_symlink() => {
            return Err(ExposureError::DeadLink { path: path.to_owned() });
        }
        Err(_) => return Ok(Found::Nothing),
    }
    let mut head = Vec::new();
    let opened = std::fs::File::open(path).map_err(file)?;
    opened.take(HEADER as u64).read_to_end(&mut head).map_err(file)?;
    Ok(told_by(&head))
}

/// The kind of a file by its first bytes.
fn told_by(head: &[u8]) -> Found {
    if head.is_empty() {
        return Found::Nothing;
    }
    if crypt::is_encrypted(head) {
        return Found::Encrypted;
    }
    let application = head.get(HEADER - 4..HEADER);
    let is_ours = application == Some(APPLICATION.to_be_bytes().as_slice());
    if head.starts_with(b"SQLite format 3\0") && is_ours { Found::Plain } else { Found::Other }
}

/// Returns true for a file of a dump that a scan made: a store, whatever its name, or what stands beside one while it is written.
pub(crate) fn is_of_scan(root: &Path, unit: &Unit) -> bool {
    let on_disk = |path: &Path| root.join(path);
    let is_store = |path: &Path| matches!(found(path), Ok(Found::Plain | Found::Encrypted));
    // A store is a number of whole pages, encrypted or not: of all other files nearly none is opened.
    if matches!(unit.stamp.size % PAGE, 0 | crypt::OVERHEAD) && unit.stamp.size > 0 {
        let path =
            if unit.path.as_os_str().is_empty() { root.to_owned() } else { on_disk(&unit.path) };
        return is_store(&path);
    }
    let name = unit.path.as_os_str().to_str();
    let ends = ["-journal", ".demarche-partial"];
    let of = name.and_then(|name| ends.iter().find_map(|end| name.strip_suffix(end)));
    of.is_some_and(|store| is_store(&on_disk(Path::new(store))))
}

/// Opens a database that nobody else may read: it holds what the dump holds.
fn open_private(path: &Path) -> Result<Connection, ExposureError> {
    let file = |error| ExposureError::File { path: path.to_owned(), error };
    private(path).map_err(file)?;
    Connection::open(path).map_err(|error| ExposureError::Store { path: path.to_owned(), error })
}

/// Makes a file that only its owner reads; an empty one that stands there becomes such a file.
fn private(path: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(path)?;
    #[cfg(unix)]
    if opened.metadata()?.len() == 0 {
        opened.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_that_want_a_store_at_once_get_it_one_after_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("store");
        Store::open(&path, "a dump", None).unwrap();
        let stores: Vec<_> = (0..4).map(|_| Store::existing(&path, None).unwrap()).collect();
        std::thread::scope(|scope| {
            for store in stores {
                scope.spawn(move || {
                    for _ in 0..50 {
                        store.hold().unwrap();
                        store.release().unwrap();
                    }
                });
            }
        });
    }
}
