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
    Query(rusqlite::Error),
    /// The disk is full, or a file may not grow further.
    #[error(
        "the store cannot be written, as the disk or the largest size of a file is reached: {0}"
    )]
    Full(rusqlite::Error),
    /// Another process writes to the store.
    #[error("another scan uses the store: wait until it is done")]
    Busy,
    /// What stands in the place of the store is a folder or a device.
    #[error("the store {path} is no ordinary file: name another with --store")]
    NotPlain {
        /// The place of the store.
        path: PathBuf,
    },
    /// A link that leads nowhere stands in the place of the store.
    #[error(
        "the store {path} is a symbolic link to a file that is not there: remove the link, or name another store with --store"
    )]
    DeadLink {
        /// The place of the store.
        path: PathBuf,
    },
    /// The file is not one that a scan made.
    #[error("{path} is not a store that a scan of this version made: name another with --store")]
    NoStore {
        /// The file.
        path: PathBuf,
    },
    /// A passphrase is given for a store that is not encrypted.
    #[error(
        "the store {path} is not encrypted: leave out --passphrase-file, or name another store with --store"
    )]
    NotEncrypted {
        /// The file of the store.
        path: PathBuf,
    },
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
    /// The scan of a part of a dump was interrupted.
    #[error("the scan in {path} was interrupted: run it again before you merge it")]
    Unfinished {
        /// The file of the store.
        path: PathBuf,
    },
    /// Two parts of a dump have one path with different files.
    #[error(
        "two parts have the file {path}, with another size or time of change: scan both from the same dump"
    )]
    TwoFiles {
        /// The path in the dump.
        path: String,
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
    /// A question that cannot be read.
    #[error("the question cannot be read at sign {offset}: {problem}")]
    Question {
        /// The number of the sign at fault, from 1.
        offset: usize,
        /// The fault.
        problem: &'static str,
    },
}

impl From<rusqlite::Error> for ExposureError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull, SystemIoFailure};
        match error.sqlite_error_code() {
            Some(DatabaseBusy | DatabaseLocked) => Self::Busy,
            Some(DiskFull | SystemIoFailure) => Self::Full(error),
            _ => Self::Query(error),
        }
    }
}
