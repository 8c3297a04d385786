//! Why a partial, or a part of one, is left out of a merge.

use std::io;

use demarche_case::{GapKind, Shortfall};

use crate::manifest::Kind;

/// Why a partial is left out of a merge.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The table is there, and the manifest, which is written last, is not.
    #[error("it has no manifest: it was not finished")]
    Unfinished,
    /// The manifest is longer than any that is written.
    #[error("its manifest is too long")]
    LongManifest,
    /// The manifest cannot be read.
    #[error("its manifest cannot be read: {0}")]
    Unreadable(io::ErrorKind),
    /// The manifest is none.
    #[error("its manifest is none that this version writes; see line {0}")]
    Manifest(usize),
    /// The manifest has another hash than the one that it ends with.
    #[error("its manifest is not as it was written: it has another hash than the one at its end")]
    OtherHash,
    /// The manifest has its hash, and says what no input has.
    #[error("its manifest is none of any input: {0}")]
    Impossible(&'static str),
    /// The name is the one that a partial of another input, option or label has.
    #[error("its name is that of another partial than the one that its manifest tells of")]
    OtherName,
    /// A pipe, a device or a folder has the name of one of its files.
    #[error("one of its files is no plain file")]
    NoFile,
    /// Another partial of the same input is there, under another name.
    #[error("{0} is of the same input, which counts once")]
    Twice(String),
    /// The table is not there.
    #[error("its table is missing")]
    NoTable,
    /// The table has another hash or size.
    #[error("its table is not the one that the manifest was written for")]
    Damaged,
    /// It is of another kind than its name says.
    #[error("its manifest says {0}")]
    OtherKind(Kind),
    /// Another version of the method made it.
    #[error(
        "it was made by version {theirs} of the method ({program}), and this is version {ours}"
    )]
    OtherMethod {
        /// The version that made it.
        theirs: u32,
        /// The version of this program.
        ours: u32,
        /// The program that made it.
        program: String,
    },
}

impl Shortfall for Refusal {
    fn kind(&self) -> GapKind {
        match self {
            Self::Unfinished | Self::NoTable => GapKind::Missing,
            Self::Unreadable(_) | Self::NoFile => GapKind::Unreadable,
            Self::Twice(_) => GapKind::Unused,
            Self::LongManifest
            | Self::Manifest(_)
            | Self::OtherHash
            | Self::Impossible(_)
            | Self::Damaged => GapKind::Damaged,
            Self::OtherName | Self::OtherKind(_) | Self::OtherMethod { .. } => GapKind::Refused,
        }
    }

    fn remedy(&self) -> Option<String> {
        Some(match self {
            Self::Unreadable(_) => "ask for the right to read it".to_owned(),
            Self::Twice(_) => "remove it".to_owned(),
            Self::OtherMethod { .. } | Self::OtherKind(_) | Self::OtherName => {
                "make it again with `demarche partial`, and remove this one".to_owned()
            }
            _ => "make it again with `demarche partial`".to_owned(),
        })
    }
}

/// The shortfall of a program that a table before tells otherwise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another partial has it as of another family than {family}, and that holds")]
pub(crate) struct Otherwise {
    pub(crate) family: String,
}

impl Shortfall for Otherwise {
    fn kind(&self) -> GapKind {
        GapKind::Unused
    }

    fn remedy(&self) -> Option<String> {
        Some("a program has one family: remove one of the two partials".to_owned())
    }
}
