//! Files that appear whole, and their hashes.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use demarche_case::{Hashed, Sha256};
use serde::Serialize;
use tempfile::NamedTempFile;

use crate::fault::BatchError;

/// Writes a value as JSON, whole or not at all.
///
/// # Errors
///
/// [`BatchError`] when it cannot be written.
pub fn write_json<T: Serialize>(value: &T, path: &Path) -> Result<(), BatchError> {
    let failed = |source| BatchError::Manifest { path: path.to_owned(), source };
    let mut text = serde_json::to_string_pretty(value).map_err(failed)?;
    text.push('\n');
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut temporary =
        NamedTempFile::new_in(folder).map_err(BatchError::path("write to", folder))?;
    temporary.write_all(text.as_bytes()).map_err(BatchError::path("write", path))?;
    temporary.as_file().sync_all().map_err(BatchError::path("write", path))?;
    temporary.persist(path).map_err(|error| BatchError::path("write", path)(error.error))?;
    Ok(())
}

/// The hash and size of a file.
pub(crate) fn hash(path: &Path) -> Result<(Sha256, u64), BatchError> {
    let file = File::open(path).map_err(BatchError::path("open", path))?;
    Hashed::new(file).finish().map_err(BatchError::path("read", path))
}
