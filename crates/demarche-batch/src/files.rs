//! Files that appear whole, and their hashes.

use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::Path;

use demarche_case::{Hashed, Sha256};
use serde::Serialize;
use tempfile::{Builder, NamedTempFile};

use crate::fault::BatchError;

/// How the names of files begin while they are written.
const UNFINISHED: &str = ".unfinished-";

/// Writes a value as JSON, whole or not at all.
///
/// # Errors
///
/// [`BatchError`] when it cannot be written.
pub fn write_json<T: Serialize>(value: &T, path: &Path) -> Result<(), BatchError> {
    let failed = |source| BatchError::Manifest { path: path.to_owned(), source };
    let mut text = serde_json::to_string_pretty(value).map_err(failed)?;
    text.push('\n');
    write_text(&text, path)
}

/// Writes a text, whole or not at all.
///
/// # Errors
///
/// [`BatchError`] when it cannot be written.
pub fn write_text(text: &str, path: &Path) -> Result<(), BatchError> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut temporary = unfinished(folder)?;
    temporary.write_all(text.as_bytes()).map_err(BatchError::path("write", path))?;
    temporary.as_file().sync_all().map_err(BatchError::path("write", path))?;
    keep(temporary, path)
}

/// A file of a folder that has no name of its own yet. It is locked while it is written, so that [`remove_unfinished`] tells
/// it from what a killed run left. Whoever may read the folder may read the file, for a job's folder is shared.
pub(crate) fn unfinished(folder: &Path) -> Result<NamedTempFile, BatchError> {
    let mut builder = Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let file = builder.tempfile_in(folder).map_err(BatchError::path("write to", folder))?;
    // Where a file system has no locks, the file is written all the same.
    drop(file.as_file().lock());
    Ok(file)
}

/// Removes the files that killed runs left unfinished in a folder; a folder that is not there has none.
pub fn remove_unfinished(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok) {
        let is_unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        let is_free = || File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if is_unfinished && is_free() {
            drop(fs::remove_file(entry.path()));
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
