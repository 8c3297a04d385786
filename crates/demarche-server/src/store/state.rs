//! The file of a server and its connections: one that writes, and several that read.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::error::{Failure, StoreError};
use super::read::Reader;
use super::schema;
use crate::timestamp::Clock;

/// Readers that are kept open between requests.
const READERS: usize = 4;

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
    pub(crate) fn write<T>(
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

    pub(crate) fn error(&self, source: rusqlite::Error) -> StoreError {
        StoreError::Database { path: self.path.clone(), source }
    }
}
