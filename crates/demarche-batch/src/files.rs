//! Files that appear whole, and their hashes.

use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::Path;

use demarche_case::{Hashed, Sha256};
use serde::Serialize;
use tempfile::{Builder, NamedTempFile, TempDir};

use crate::fault::BatchError;

/// How the names of files begin while they are written.
const UNFINISHED: &str = ".unfinished-";

/// The file of a folder that is locked while it is in use.
const LOCK: &str = "lock";

/// Writes a value as JSON, whole or not at all.
///
/// # Errors
///
/// [`BatchError`] when it cannot be written.
pub fn write_json<T: Serialize>(value: &T, path: &Path) -> Result<(), BatchError> {
    write_json_of(false, value, path)
}

/// Writes a value as JSON, whole or not at all, and for its owner alone where it is private.
///
/// # Errors
///
/// [`BatchError`] when it cannot be written.
pub(crate) fn write_json_of<T: Serialize>(
    is_private: bool,
    value: &T,
    path: &Path,
) -> Result<(), BatchError> {
    let failed = |source| BatchError::Manifest { path: path.to_owned(), source };
    let mut text = serde_json::to_string_pretty(value).map_err(failed)?;
    text.push('\n');
    write_whole(is_private, &text, path)
}

/// Writes a text, whole or not at all.
///
/// # Errors
///
/// [`BatchError`] when it cannot be written.
pub fn write_text(text: &str, path: &Path) -> Result<(), BatchError> {
    write_whole(false, text, path)
}

/// Writes a text, whole or not at all, and for its owner alone where it is private.
pub(crate) fn write_whole(is_private: bool, text: &str, path: &Path) -> Result<(), BatchError> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut temporary = unfinished(folder, is_private)?;
    temporary.write_all(text.as_bytes()).map_err(BatchError::path("write", path))?;
    temporary.as_file().sync_all().map_err(BatchError::path("write", path))?;
    keep(temporary, path)
}

/// A file of a folder that has no name of its own yet. It is locked while it is written, so that [`remove_unfinished`] tells
/// it from what a killed run left. Whoever may read the folder may read the file, for a job's folder is shared, unless it is
/// private: then its owner alone may.
pub(crate) fn unfinished(folder: &Path, is_private: bool) -> Result<NamedTempFile, BatchError> {
    let mut builder = Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(if is_private {
        0o600
    } else {
        0o666
    }));
    #[cfg(not(unix))]
    let _ = is_private;
    let file = builder.tempfile_in(folder).map_err(BatchError::path("write to", folder))?;
    // Where a file system has no locks, the file is written all the same.
    drop(file.as_file().lock());
    Ok(file)
}

/// A folder of a run that its owner alone reads, and that goes with the run.
///
/// A file in it is locked as long as the run lives, so that [`remove_unfinished`] tells it from what a killed run left.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
    _lock: File,
}

impl Scratch {
    /// A new folder within another, which is made where it is missing.
    ///
    /// # Errors
    ///
    /// [`BatchError::Path`] when it cannot be made.
    pub fn new(within: &Path) -> Result<Self, BatchError> {
        let failed = || BatchError::path("write to", within);
        fs::create_dir_all(within).map_err(failed())?;
        let folder = Builder::new().prefix(UNFINISHED).tempdir_in(within).map_err(failed())?;
        let lock = File::create(folder.path().join(LOCK)).map_err(failed())?;
        drop(lock.lock());
        Ok(Self { folder, _lock: lock })
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes the files that killed runs left unfinished in a folder; a folder that is not there has none.
pub fn remove_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let is_unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        let is_free = |path: &Path| File::open(path).is_ok_and(|file| file.try_lock().is_ok());
        let path = entry.path();
        if !is_unfinished {
            continue;
        }
        if path.is_dir() && is_free(&path.join(LOCK)) {
            drop(fs::remove_dir_all(&path));
        } else if is_free(&path) {
            drop(fs::remove_file(&path));
        }
    }
}

/// Gives a file its name; a file of that name has the same meaning and is replaced.
pub(crate) fn keep(temporary: NamedTempFile, path: &Path) -> Result<(), BatchError> {
    let kept = temporary.persist(path);
    kept.map(drop).map_err(|error| BatchError::path("write", path)(error.error))
}

/// The hash and size of a file.
pub(crate) fn hash(path: &Path) -> Result<(Sha256, u64), BatchError> {
    hash_and_lines(path).map(|(sha256, bytes, _)| (sha256, bytes))
}

/// The hash of a file, its size, and the number of its lines.
pub(crate) fn hash_and_lines(path: &Path) -> Result<(Sha256, u64, u64), BatchError> {
    let file = File::open(path).map_err(BatchError::path("open", path))?;
    let mut counted = Counted { file, lines: 0 };
    let (sha256, bytes) =
        Hashed::new(&mut counted).finish().map_err(BatchError::path("read", path))?;
    Ok((sha256, bytes, counted.lines))
}

/// A file whose line ends are counted while it is read.
struct Counted {
    file: File,
    lines: u64,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.file.read(buffer)?;
        let ends = buffer[..length].iter().filter(|byte| **byte == b'\n').count();
        self.lines += ends as u64;
        Ok(length)
    }
}
