//! Columns in the making: in memory while they are small, else in a scratch file.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::ops::Deref;
use std::path::{Path, PathBuf};

use demarche_map::Mapped;

use crate::columns::Out;

/// Where scratch files lie, and how much memory may be used instead.
#[derive(Debug)]
pub(crate) struct Scratch<'a> {
    folder: &'a Path,
    limit: usize,
    next: Cell<u32>,
}

impl<'a> Scratch<'a> {
    /// Columns of more than a sixteenth of `limit` bytes go to files of this folder.
    pub(crate) fn new(folder: &'a Path, limit: usize) -> Self {
        Self { folder, limit, next: Cell::new(0) }
    }

    /// How many bytes a table may have that is turned around in memory.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    pub(crate) fn spool(&self) -> Spool<'_> {
        Spool { scratch: self, memory: Vec::new(), file: None }
    }

    fn path(&self) -> PathBuf {
        let number = self.next.get();
        self.next.set(number.wrapping_add(1));
        self.folder.join(format!("{number}.{SCRATCH}"))
    }
}

/// Of what a table may have, one column has this part in memory: about as many columns are in the making.
const SHARE: usize = 16;

/// The ending of scratch files' names.
pub(crate) const SCRATCH: &str = "scratch";

/// A column in the making.
#[derive(Debug)]
pub(crate) struct Spool<'a> {
    scratch: &'a Scratch<'a>,
    memory: Vec<u8>,
    file: Option<(File, PathBuf)>,
}

impl Spool<'_> {
    fn spill(&mut self) -> io::Result<()> {
        if self.file.is_none() {
            let path = self.scratch.path();
            let mut options = File::options();
            options.read(true).write(true).create(true).truncate(true);
            self.file = Some((options.open(&path)?, path));
        }
        if let Some((file, _)) = &mut self.file {
            file.write_all(&self.memory)?;
            self.memory.clear();
        }
        Ok(())
    }

    /// The whole column.
    pub(crate) fn finish(mut self) -> io::Result<Spooled> {
        if self.file.is_none() {
            return Ok(Spooled::Memory(self.memory));
        }
        self.spill()?;
        let Some((file, path)) = self.file else { return Ok(Spooled::Memory(self.memory)) };
        let mapped = Mapped::of(&file)?;
        Ok(Spooled::File(mapped, path))
    }
}

impl Out for Spool<'_> {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.memory.extend_from_slice(bytes);
        if self.memory.len() > self.scratch.limit / SHARE { self.spill() } else { Ok(()) }
    }
}

/// A whole column; its scratch file goes with it.
#[derive(Debug)]
pub(crate) enum Spooled {
    Memory(Vec<u8>),
    File(Mapped, PathBuf),
}

impl Deref for Spooled {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Memory(bytes) => bytes,
            Self::File(mapped, _) => mapped,
        }
    }
}

impl Drop for Spooled {
    fn drop(&mut self) {
        if let Self::File(_, path) = self {
            // What cannot be removed now is swept away by the next writer.
            drop(fs::remove_file(path));
        }
    }
}
