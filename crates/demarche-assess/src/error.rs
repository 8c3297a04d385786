use std::io;
use std::path::PathBuf;

use demarche_case::{FolderError, GapKind, Moment, Shortfall};
use demarche_index::IndexError;
use demarche_library::StoreError;

/// A reason why an assessment, or the reading of one of its sources, gave no result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AssessError {
    /// The observer of the progress cancelled the work.
    #[error("cancelled")]
    Cancelled,
    /// The day as of which the case is wanted is before the attack.
    #[error("{day} is before the attack began, {began}")]
    BeforeTheAttack {
        /// The day that was named.
        day: Moment,
        /// The beginning of the attack, else its detection.
        began: Moment,
    },
    /// A file or folder that was named cannot be used.
    #[error("cannot {action} {}", path.display())]
    Path {
        /// The action that failed: `open`, `read` or `list`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// A folder that was named has no routing data.
    #[error("no tables in {}", .0.display())]
    NoTables(PathBuf),
    /// A folder that was named has entries, none of which is a plain file: symbolic links, mostly, which are not followed.
    #[error("no tables in {}: {skipped} of its entries were skipped, as symbolic links and special files are", .folder.display())]
    OnlyLinks {
        /// The folder.
        folder: PathBuf,
        /// The number of entries.
        skipped: usize,
    },
    /// The folder of routing data in a case is a symbolic link, which could lead anywhere.
    #[error("{} is a link, and links out of a case are not followed", .0.display())]
    LinkedTables(PathBuf),
    /// The library of previous attacks cannot be read.
    #[error("cannot read the library in {}", folder.display())]
    Library {
        /// The folder of the library.
        folder: PathBuf,
        /// The cause.
        source: StoreError,
    },
    /// The executables of a case cannot be listed.
    #[error(transparent)]
    Samples(#[from] FolderError),
    /// A folder has no index that can be used.
    #[error("no index can be used in {}", folder.display())]
    Index {
        /// The folder of the index.
        folder: PathBuf,
        /// The cause.
        source: IndexError,
    },
    /// The index was damaged while programs were compared with it.
    #[error(transparent)]
    Comparison(#[from] IndexError),
}

impl AssessError {
    /// Returns the remedy, where the reader can do something.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Cancelled => None,
            Self::BeforeTheAttack { .. } => {
                Some("name a day on which the attack had begun, or change `began` in case.toml")
            }
            Self::Path { .. } => Some("check the path, and who may read it"),
            Self::NoTables(_) => Some("put tables into the folder, or name another one"),
            Self::OnlyLinks { .. } => {
                Some("copy the tables themselves into the folder, or name each with --routes")
            }
            Self::LinkedTables(_) => Some("copy the tables, or name them with --routes"),
            Self::Library { source, .. } => Some(source.hint()),
            Self::Samples(error) => Some(error.hint()),
            Self::Index { source, .. } | Self::Comparison(source) => Some(source.hint()),
        }
    }

    /// Makes the error of an action on a file or folder.
    pub(crate) fn path(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Path { action, path, source }
    }
}

/// A reason why a question of the case was not answered.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unanswered {
    #[error("the case asks about a country's networks and has no routing data")]
    NoTables,
    #[error(
        "the tables were not used: the case has no target, and no item of evidence has an address"
    )]
    TablesUnused,
    #[error("no option has the id `{0}`")]
    UnknownOption(String),
    #[error("the leaked files were not scanned")]
    NotScanned,
}

impl Shortfall for Unanswered {
    fn kind(&self) -> GapKind {
        match self {
            Self::NoTables | Self::NotScanned => GapKind::Missing,
            Self::TablesUnused => GapKind::Unused,
            Self::UnknownOption(_) => GapKind::Refused,
        }
    }

    fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::NoTables => {
                "put tables into the case's `routes` folder, or name a folder with `--routes`"
            }
            Self::TablesUnused => {
                "add [target] to case.toml for a question about connectivity, or an item with an `address`"
            }
            Self::UnknownOption(_) => "docs/response.md lists the options by their ids",
            Self::NotScanned => "run `demarche expose scan CASE`, then assess the case again",
        };
        Some(remedy.to_owned())
    }
}
