use std::fmt;
use std::io::{Read, Seek};
use std::ops::ControlFlow;

use crate::budget::Budget;
use crate::kind::Kind;
use crate::shortfall::ArchiveShortfall;

/// The password that samples are customarily sent with.
pub const CUSTOMARY_PASSWORD: &str = "infected";

/// A file or the bytes of one, to be read in any order.
pub trait Source: Read + Seek {}

impl<T: Read + Seek> Source for T {}

/// An archive to be opened.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Its name; a stream that is compressed whole has no other name for its file.
    pub name: &'a str,
    /// The passwords that are tried in their order where one is wanted, none first and [`CUSTOMARY_PASSWORD`] last.
    pub passwords: &'a [&'a str],
}

impl<'a> Request<'a> {
    /// All passwords in the order in which they are tried.
    pub(crate) fn passwords(&self) -> impl Iterator<Item = &'a str> {
        self.passwords.iter().copied().chain([CUSTOMARY_PASSWORD])
    }
}

/// A file in an archive.
pub struct Entry<'a> {
    /// Its name. It may have any characters but control ones, and `..` among them.
    pub name: String,
    /// Its size in bytes as the archive states it; `None` where the archive does not.
    pub size: Option<u64>,
    /// Its bytes, or the reason why they cannot be had.
    pub body: Body<'a>,
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("name", &self.name)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

/// The bytes of an entry, or the reason why they cannot be had.
#[expect(missing_debug_implementations, reason = "a stream has nothing to show")]
pub enum Body<'a> {
    /// A stream, to be read through [`Budget`] alone.
    Open(&'a mut dyn Read),
    /// The reason why there is no stream.
    Shut(ArchiveShortfall),
}

/// The visitor of entries; it reads them through the budget, and breaks off with [`ControlFlow::Break`].
pub type Visit<'a> = dyn FnMut(Entry<'_>, &mut Budget) -> ControlFlow<()> + 'a;

/// The name of a file in an archive: control characters become marks, and a name is cut at 1,024 characters.
pub(crate) fn entry_name(name: &str) -> String {
    const LONGEST: usize = 1024;
    let sign =
        |letter: char| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter };
    name.chars().take(LONGEST).map(sign).collect()
}
