//! Input files: listed in order, opened, and hashed while they are read.
//!
//! The engines take readers and never open files; this is where files are opened for them.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256 as Hasher};

use crate::{Gap, GapKind, Sha256, Shortfall};

/// A file that may be read as input.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableFile {
    /// Its path relative to the folder it was found in, with `/` between the parts.
    pub name: String,
    /// Its address.
    pub path: PathBuf,
}

impl TableFile {
    /// A file that the user named; its name is the path as it was given.
    #[must_use]
    pub fn named(path: &Path) -> Self {
        Self { name: path.display().to_string(), path: path.to_owned() }
    }

    /// Opens the file for reading; a link that the user named is followed.
    ///
    /// # Errors
    ///
    /// A file that cannot be opened; a device, pipe or socket ([`NotPlain`]), which is never opened because it may
    /// have no end.
    pub fn open(&self) -> io::Result<File> {
        if !fs::metadata(&self.path)?.is_file() {
            return Err(NotPlain.into());
        }
        File::open(&self.path)
    }
}

/// The error of a path that leads to a folder, device, pipe or socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a plain file")]
pub struct NotPlain;

impl From<NotPlain> for io::Error {
    fn from(error: NotPlain) -> Self {
        Self::new(io::ErrorKind::InvalidInput, error)
    }
}

/// An entry of a folder of tables that is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum EntryShortfall {
    #[error("the file name is not UTF-8")]
    Name,
    #[error("skipped: a symbolic link, and links are not followed")]
    Link,
    #[error("skipped: neither a file nor a folder")]
    Kind,
}

impl Shortfall for EntryShortfall {
    fn kind(&self) -> GapKind {
        GapKind::Unreadable
    }

    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::Name => "rename the file",
            Self::Link => "copy the file itself into the folder, or name it by itself",
            Self::Kind => "copy the file itself into the folder",
        };
        Some(remedy.to_owned())
    }
}

/// The regular files right inside a folder, by name; notes (`README`, `*.md`) and hidden files are passed over.
///
/// What cannot be taken (a link, a device, a name that is no UTF-8) is a gap.
///
/// # Errors
///
/// The folder cannot be listed.
pub fn table_files(folder: &Path) -> io::Result<(Vec<TableFile>, Vec<Gap>)> {
    let mut files = Vec::new();
    let mut gaps = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            let name = entry.file_name().to_string_lossy().into_owned();
            gaps.push(Gap::of(name, &EntryShortfall::Name));
            continue;
        };
        if is_note(&name) {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_file() {
            files.push(TableFile { name, path: entry.path() });
        } else if kind.is_symlink() {
            gaps.push(Gap::of(name, &EntryShortfall::Link));
        } else if !kind.is_dir() {
            gaps.push(Gap::of(name, &EntryShortfall::Kind));
        }
    }
    files.sort();
    gaps.sort();
    Ok((files, gaps))
}

/// Returns true if a file is a note (`README`, `*.md`) or hidden, and so no input.
pub(crate) fn is_note(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("README") || name.ends_with(".md")
}

/// Hashes what is read through it.
#[derive(Debug)]
pub struct Hashed<R> {
    inner: R,
    hasher: Hasher,
    bytes: u64,
}

impl<R: Read> Hashed<R> {
    /// Starts at the first byte.
    pub fn new(inner: R) -> Self {
        Self { inner, hasher: Hasher::new(), bytes: 0 }
    }

    /// Reads what is left, and gives the hash and the number of all bytes.
    ///
    /// # Errors
    ///
    /// The rest cannot be read.
    pub fn finish(mut self) -> io::Result<(Sha256, u64)> {
        io::copy(&mut self, &mut io::sink())?;
        Ok((crate::Digest(self.hasher.finalize().into()), self.bytes))
    }
}

impl<R: Read> Read for Hashed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        self.bytes += count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_read_is_hashed_all_the_same() {
        let mut hashed = Hashed::new(&b"abc"[..]);
        assert_eq!(hashed.read(&mut [0]).unwrap(), 1);
        let (sha256, bytes) = hashed.finish().unwrap();
        assert_eq!(bytes, 3);
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256.to_string(), abc, "FIPS 180-2, appendix B.1");
    }
}
