//! A lock file that keeps two programs from writing to a case folder at once.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use super::{FolderError, SealError, check_plain_file};

/// The name of the lock file: hidden, empty, and no input of the case.
const NAME: &str = ".demarche.lock";

/// The right to write `case.lock` and `log.jsonl`, until it is dropped.
///
/// The lock belongs to the open file: the system releases it when a program ends, in whatever way. The file stays,
/// because a program that removed it could remove the lock of the next one.
#[derive(Debug)]
pub(crate) struct Guard {
    _file: File,
}

impl Guard {
    /// Takes the lock of a case folder without waiting.
    ///
    /// # Errors
    ///
    /// [`SealError::Busy`] while another program has the lock; a lock file that cannot be made, opened or locked.
    pub(crate) fn take(root: &Path) -> Result<Self, SealError> {
        let path = root.join(NAME);
        let error = |source| FolderError::new("lock", &path, source);
        let file = open(&path).map_err(error)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(SealError::Busy),
            Err(TryLockError::Error(source)) => Err(error(source).into()),
        }
    }
}

/// Opens the lock file for writing, and makes it where there is none; a link is not followed.
fn open(path: &Path) -> io::Result<File> {
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            check_plain_file(path)?;
            OpenOptions::new().write(true).open(path)
        }
        made => made,
    }
}
