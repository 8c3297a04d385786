use std::path::PathBuf;

/// A failure of a scan or of its store. What cannot be read of a dump is no failure: it is listed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExposureError {
    /// The store cannot be used.
    #[error("the store {path} cannot be used: {error}")]
    Store {
        /// The file of the store.
        path: PathBuf,
        /// The answer of the database.
        error: rusqlite::Error,
    },
    /// A query on the store failed.
    #[error("the store is damaged: {0}")]
    Query(#[from] rusqlite::Error),
    /// The file of the store cannot be read or written.
    #[error("the store {path} cannot be used: {error}")]
    File {
        /// The file of the store.
        path: PathBuf,
        /// The answer of the system.
        error: std::io::Error,
    },
    /// The store was made by another version, with other tables.
    #[error("the store {path} is of another version of the program: remove it and scan again")]
    Version {
        /// The file of the store.
        path: PathBuf,
    },
    /// The store belongs to another dump.
    #[error("the store {path} is of another dump: name another with --store")]
    OtherDump {
        /// The file of the store.
        path: PathBuf,
    },
    /// The passphrase is missing or wrong.
    #[error("the store {path} is encrypted, and the passphrase is missing or wrong")]
    Passphrase {
        /// The file of the store.
        path: PathBuf,
    },
    /// The scan was interrupted; what was read is kept.
    #[error("the scan was interrupted; the same command goes on with it")]
    Interrupted,
    /// A question that the index does not understand.
    #[error("the question cannot be read: {0}")]
    Question(String),
}
