//! Plain files of a case folder: opened without following links, read up to a limit, and hashed.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::input::NotPlain;
use crate::{CasePath, Sha256};

/// The largest `case.toml`, `evidence.toml` or `case.lock` that is read, in bytes.
const LARGEST_TEXT: u64 = 16 << 20;

/// A file or folder that could not be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {path}")]
pub struct FolderError {
    doing: &'static str,
    path: String,
    pub(crate) source: io::Error,
}

impl FolderError {
    pub(crate) fn new(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self { doing, path: path.display().to_string(), source }
    }

    /// The remedy.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self.source.kind() {
            io::ErrorKind::NotFound => "check the path, or make a case with `demarche init`",
            io::ErrorKind::PermissionDenied => "check who may read the folder and its files",
            io::ErrorKind::StorageFull => "make room and try again",
            _ => "check the folder and its files",
        }
    }
}

/// The hash and size of a file.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Fingerprint {
    /// The hash of its bytes.
    pub sha256: Sha256,
    /// The number of bytes that it has.
    pub size: u64,
}

/// Reads one of the folder's own small files.
pub(crate) fn read_small(root: &Path, name: &str) -> Result<Vec<u8>, FolderError> {
    let path = root.join(name);
    let error = |source| FolderError::new("read", &path, source);
    let mut bytes = Vec::new();
    let file = open_plain(&path).map_err(error)?;
    let size = file.take(LARGEST_TEXT + 1).read_to_end(&mut bytes).map_err(error)?;
    if size as u64 > LARGEST_TEXT {
        return Err(error(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 16 MiB")));
    }
    Ok(bytes)
}

/// Puts a file in place at once or not at all: it is written as `new`, with these rights, and renamed.
pub(crate) fn replace(
    path: &Path,
    new: &Path,
    bytes: &[u8],
    rights: Option<Permissions>,
) -> Result<(), FolderError> {
    let error = |source| FolderError::new("write", path, source);
    match fs::remove_file(new) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => return Err(error(source)),
        // What an interrupted run left behind, or a link that somebody put there, is gone.
        Ok(()) | Err(_) => {}
    }
    let mut file = OpenOptions::new().write(true).create_new(true).open(new).map_err(error)?;
    rights
        .map_or(Ok(()), |rights| file.set_permissions(rights))
        .and_then(|()| file.write_all(bytes))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(new, path))
        .inspect_err(|_| drop(fs::remove_file(new)))
        .map_err(error)
}

/// Opens a plain file; a link or a special file is an error.
pub(crate) fn open_plain(path: &Path) -> io::Result<File> {
    check_plain_file(path)?;
    File::open(path)
}

/// Returns an error where the path is a link or a special file.
pub(crate) fn check_plain_file(path: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if kind.is_symlink() {
        return Err(io::Error::other("a symbolic link, which is not followed"));
    }
    if !kind.is_file() {
        return Err(NotPlain.into());
    }
    Ok(())
}

/// Opens a plain file on a path whose folders are no links either.
pub(crate) fn open_inside(root: &Path, path: &CasePath) -> io::Result<File> {
    open_plain(&check_parts(root, path)?)
}

/// The path of something in the folder, none of whose parts is a link.
pub(crate) fn check_parts(root: &Path, path: &CasePath) -> io::Result<PathBuf> {
    let mut full_path = root.to_owned();
    for part in path.parts() {
        full_path.push(part);
        if fs::symlink_metadata(&full_path)?.file_type().is_symlink() {
            return Err(io::Error::other("a symbolic link, which is not followed"));
        }
    }
    Ok(full_path)
}

/// Hashes an open file; a change meanwhile is an error.
pub(crate) fn fingerprint(mut file: File) -> io::Result<Fingerprint> {
    let before = file.metadata()?;
    let (sha256, size) = Sha256::of_reader(&mut file)?;
    let after = file.metadata()?;
    // Not every system keeps a time of change; there the size alone has to do.
    let is_same_time = before.modified().ok() == after.modified().ok();
    if before.len() != size || after.len() != size || !is_same_time {
        return Err(io::Error::other("it changed while it was read"));
    }
    Ok(Fingerprint { sha256, size })
}
