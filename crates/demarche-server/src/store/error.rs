//! What can be wrong with a store, and the end of a transaction that is taken back.

use std::path::PathBuf;

use crate::secret::SecretError;

/// The number of the format of the tables.
pub(crate) const FORMAT: i64 = 1;

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
    #[error("{} has format {met}, and this program knows formats up to {}", path.display(), FORMAT)]
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

/// The end of a transaction that is taken back.
pub(crate) enum Failure {
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
