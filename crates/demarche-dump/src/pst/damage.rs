//! Findings about parts of a file that could not be read.

use crate::fault::{Fault, Unread};

/// A part that could not be read, and the reason.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{part}: {finding}")]
pub(crate) struct Damage {
    pub(crate) part: Part,
    pub(crate) finding: Finding,
}

/// A part of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Part {
    #[error("the file")]
    File,
    /// By the offset of its first byte.
    #[error("page at byte {0}")]
    Page(u64),
    /// By its number.
    #[error("block {0}")]
    Block(u64),
    /// By its number.
    #[error("node {0}")]
    Node(u32),
    /// By its number in \[MS-OXPROPS\].
    #[error("property {0:#06x}")]
    Property(u16),
}

/// A reason why a part could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Finding {
    #[error("it does not begin like personal folders of Outlook")]
    NotPersonalFolders,
    #[error("version {0} of the format is not known")]
    Version(u16),
    #[error("it is encrypted")]
    Encrypted,
    #[error("it states {stated} bytes and has {present}")]
    BreaksOff { stated: u64, present: u64 },
    #[error("it is not in the file")]
    Missing,
    #[error("it is cut short")]
    Cut,
    #[error("its checksum is wrong")]
    Checksum,
    #[error("it is of another kind than stated")]
    Kind,
    #[error("a part of it stands in two places")]
    Repeated,
    #[error("it leads deeper than such a list may")]
    Depth,
    #[error("it cannot be decompressed")]
    Compression,
    #[error("it has more than {0} entries; the rest is left out")]
    Entries(usize),
    #[error("more bytes come out of it than one message may have")]
    MessageTooLarge,
    #[error("more bytes come out of it than its size allows for")]
    FileExpands,
}

impl Part {
    /// The damage of this part.
    pub(crate) fn is(self, finding: Finding) -> Damage {
        Damage { part: self, finding }
    }
}

impl From<&Damage> for Fault {
    fn from(Damage { part, finding }: &Damage) -> Self {
        Self::Part { part: part.to_string(), reason: finding.to_string() }
    }
}

impl From<Damage> for Unread {
    fn from(Damage { part, finding }: Damage) -> Self {
        match (part, finding) {
            (Part::File, Finding::Encrypted) => Self::Encrypted,
            (Part::File, finding) => Self::Damaged { reason: finding.to_string() },
            (part, finding) => Self::Damaged { reason: part.is(finding).to_string() },
        }
    }
}
