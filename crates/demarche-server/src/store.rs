//! The one file that holds users, rights, collections and objects.
//!
//! `SQLite` with a write-ahead log: readers never wait for a writer, a request to add objects is one transaction, and
//! `synchronous = FULL` writes the log to the disk before the answer leaves. With `NORMAL` a power failure would
//! lose the last batches although clients were told that they are stored.

mod admin;
mod filter;
mod read;
mod schema;
mod write;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

pub use admin::{Collection, NewCollection, NewRoot, Rights, Root, TokenEntry};
pub(crate) use filter::{Filter, Versions};
pub(crate) use read::{Content, Page, Reader, Seen, User};
pub(crate) use write::Place;

use crate::secret::SecretError;
use crate::timestamp::Clock;

/// Readers that are kept open between requests.
const READERS: usize = 4;

/// A store that cannot be opened, read or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// `SQLite` refuses.
    #[error("{}", path.display())]
    Database {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: rusqlite::Error,
    },
    /// The file is a database of another program.
    #[error("{} is no store of demarche", .0.display())]
    Foreign(PathBuf),
    /// A later version of demarche made the file.
    #[error("{} has format {met}, and this program knows formats up to {}", path.display(), schema::FORMAT)]
    Newer {
        /// The file.
        path: PathBuf,
        /// The number of its format.
        met: i64,
    },
    /// The name exists already.
    #[error("{kind} `{name}` exists already")]
    Taken {
        /// The kind of thing that was to be named.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// There is no such thing.
    #[error("there is no {kind} `{name}`")]
    Missing {
        /// The kind of thing that was looked for.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// The name cannot be part of an address, or is empty or too long.
    #[error("{kind} `{name}` is not 1 to 100 letters, digits, `-`, `_` or `.`, or is reserved")]
    Name {
        /// The kind of thing that was to be named.
        kind: &'static str,
        /// The name.
        name: String,
    },
    /// No random numbers, or no hash of a password.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl StoreError {
    /// Returns the remedy, if there is one.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::Database { .. } if self.is_full() => "free space on the disk of the store",
            Self::Database { .. } => "check that the folder exists and may be written",
            Self::Foreign(_) => "name a new file or a store made by demarche",
            Self::Newer { .. } => "update demarche",
            Self::Name { .. } => "choose another name; `taxii2` is reserved by the standard",
            Self::Taken { .. } | Self::Missing { .. } | Self::Secret(_) => return None,
        })
    }

    /// Is there no space left on the disk?
    #[must_use]
    pub fn is_full(&self) -> bool {
        let Self::Database { source, .. } = self else { return false };
        source.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
    }
}

/// The store of a server; its methods may be called while a server runs on the same file.
pub struct Store {
    path: PathBuf,
    clock: Clock,
    key: [u8; 32],
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a store, and makes the file if there is none.
    ///
    /// # Errors
    ///
    /// The file cannot be made or read, or it is no store.
    pub fn open(path: &Path, clock: Clock) -> Result<Self, StoreError> {
        let (writer, key) = schema::open(path)?;
        let (writer, readers) = (Mutex::new(writer), Mutex::default());
        Ok(Self { path: path.to_owned(), clock, key, writer, readers })
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The secret that tells this store's positions from invented ones.
    pub(crate) const fn key(&self) -> &[u8; 32] {
        &self.key
    }

    /// Runs a piece of work on a connection that cannot write.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Reader<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let kept = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match kept {
            Some(connection) => connection,
            None => schema::reader(&self.path).map_err(|source| self.error(source))?,
        };
        let answer = work(&Reader(&connection)).map_err(|source| self.error(source));
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < READERS {
            readers.push(connection);
        }
        answer
    }

    /// Runs a piece of work as one transaction: all of it is stored, or nothing.
    fn write<T>(
        &self,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        let mut connection = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let run = || {
            let behavior = rusqlite::TransactionBehavior::Immediate;
            let transaction = connection.transaction_with_behavior(behavior)?;
            let answer = work(&transaction)?;
            transaction.commit()?;
            Ok(answer)
        };
        run().map_err(|failure| match failure {
            Failure::Database(source) => self.error(source),
            Failure::Store(error) => error,
        })
    }

    fn error(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Database { path: self.path.clone(), source }
    }
}

/// The end of a transaction that is taken back.
enum Failure {
    Database(rusqlite::Error),
    Store(StoreError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        Self::Store(error.into())
    }
}
