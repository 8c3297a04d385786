//! Files mapped into memory.
//!
//! It is a crate of its own, so that every other crate can forbid `unsafe`.

use std::fmt;
use std::fs::File;
use std::io;
use std::ops::Deref;

use memmap2::Mmap;

/// The bytes of a file, read from the disk as they are used.
///
/// Another process could change them at any time, so that whoever reads them checks each value after it was copied,
/// as with any bytes from outside.
pub struct Mapped(Option<Mmap>);

impl Mapped {
    /// Maps a whole file; an empty one has no bytes.
    ///
    /// The file is for the caller to choose: one that is written under another name, renamed when it is complete, and never
    /// changed after that.
    ///
    /// # Errors
    ///
    /// When the file is not a regular one, or the system refuses.
    pub fn of(file: &File) -> io::Result<Self> {
        let met = file.metadata()?;
        if !met.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        if met.len() == 0 {
            return Ok(Self(None));
        }
        map(file).map(|map| Self(Some(map)))
    }
}

/// The one function that the compiler cannot check.
#[expect(
    unsafe_code,
    reason = "a mapping is only as constant as its file; see the argument within"
)]
fn map(file: &File) -> io::Result<Mmap> {
    // SAFETY: The mapping is private and read-only, so that this process cannot write to it. What could break the promise
    // of constant bytes is another process that writes to the same file, or cuts it:
    // - The program's own files are complete before they get their name, are never opened for writing after that, and are
    //   removed by name only; a mapping keeps the removed file's bytes alive.
    // - If somebody else writes to such a file, readers may see either value of a byte. Every value is copied out of the
    //   mapping before it is checked and used, each access checks the bounds of the slice, and no type with invalid
    //   patterns is laid over the bytes, so that the worst is a wrong number, as in a forged file.
    // - If somebody else cuts the file, the system ends the program when it touches a page that is gone (SIGBUS); nothing
    //   is read that is not the file's.
    unsafe { Mmap::map(file) }
}

impl Deref for Mapped {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl fmt::Debug for Mapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mapped({} bytes)", self.len())
    }
}
