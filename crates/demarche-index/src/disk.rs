//! Writes that a crash at any moment leaves undone or done.
//!
//! A file is written under another name, synced, and renamed; then its folder is synced. The manifest is the only file that
//! is ever replaced, by a rename.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The ending of names of files that are not complete.
pub(crate) const PARTIAL: &str = ".partial";

/// The name of the file that a writer locks.
pub(crate) const LOCK: &str = ".lock";

/// The number of bytes that are written at a time.
const CHUNK: usize = 1 << 20;

/// A folder that is written to in steps.
pub(crate) struct Disk<'a> {
    folder: &'a Path,
    /// Called before each step; tests answer with an error, as if the power had gone.
    before: &'a dyn Fn() -> io::Result<()>,
}

impl<'a> Disk<'a> {
    /// A folder, and a function that is called before each step.
    pub(crate) fn new(folder: &'a Path, before: &'a dyn Fn() -> io::Result<()>) -> Self {
        Self { folder, before }
    }

    pub(crate) fn folder(&self) -> &'a Path {
        self.folder
    }

    /// Writes a file under a name that it keeps; a file that has the name already is replaced at once or not at all.
    pub(crate) fn write<'b>(
        &self,
        name: &str,
        pieces: impl IntoIterator<Item = &'b [u8]>,
    ) -> io::Result<()> {
        let partial = self.folder.join(format!("{name}{PARTIAL}"));
        (self.before)()?;
        let mut file = File::create(&partial)?;
        for chunk in pieces.into_iter().flat_map(|piece| piece.chunks(CHUNK)) {
            let (half, rest) = chunk.split_at(chunk.len() / 2);
            file.write_all(half)?;
            (self.before)()?;
            file.write_all(rest)?;
        }
        (self.before)()?;
        file.sync_all()?;
        drop(file);
        (self.before)()?;
        fs::rename(&partial, self.folder.join(name))?;
        (self.before)()?;
        sync_folder(self.folder)
    }

    /// Removes a file that nothing refers to any more; what stays is removed by the next writer.
    pub(crate) fn sweep(&self, name: &str) {
        if (self.before)().is_ok() {
            drop(fs::remove_file(self.folder.join(name)));
        }
    }

    /// The names of the files that are there.
    pub(crate) fn names(&self) -> io::Result<Vec<String>> {
        let entries: io::Result<Vec<_>> = fs::read_dir(self.folder)?.collect();
        let mut names: Vec<String> =
            entries?.iter().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort_unstable();
        Ok(names)
    }
}

/// Makes the names in a folder lasting.
#[cfg(unix)]
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Names in a folder are lasting when the call that made them returns.
#[cfg(not(unix))]
pub(crate) fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// The lock that one writer at a time holds, until it is dropped.
#[derive(Debug)]
pub(crate) struct WriterLock(#[expect(dead_code, reason = "held, not used")] File);

impl WriterLock {
    /// Takes the lock; `None` where another process has it.
    pub(crate) fn take(path: &Path) -> io::Result<Option<Self>> {
        let file = File::options().create(true).truncate(false).write(true).open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(fs::TryLockError::WouldBlock) => Ok(None),
            Err(fs::TryLockError::Error(error)) => Err(error),
        }
    }
}

/// The path of a file of an index.
pub(crate) fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(name)
}
