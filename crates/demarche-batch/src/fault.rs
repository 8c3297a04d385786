//! Why a partial could not be made or merged.

use std::io;
use std::path::PathBuf;

use demarche_index::{Damage, IndexError};
use parquet::errors::ParquetError;

use crate::manifest::Kind;

/// Why a partial could not be made or merged.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// A file or folder cannot be read or written.
    #[error("cannot {action} {}", path.display())]
    Path {
        /// What was tried, such as `read`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The table of a partial cannot be written or read.
    #[error("cannot {action} the table {}", path.display())]
    Table {
        /// What was tried.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The reason.
        source: ParquetError,
    },
    /// The disk of a file or folder is full.
    #[error("cannot write {}: the disk is full", path.display())]
    Full {
        /// The file or folder.
        path: PathBuf,
    },
    /// The input holds nothing that the kind is made of.
    #[error("{} holds no {}; a partial of {kind} needs one", path.display(), kind.needs())]
    NothingIn {
        /// The input.
        path: PathBuf,
        /// The kind that was asked for.
        kind: Kind,
    },
    /// The input cannot be read; trying again does not help.
    #[error("cannot read {}", path.display())]
    Input {
        /// The input.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The input is a segment of an index, and damaged.
    #[error("cannot read the segment {}", path.display())]
    Segment {
        /// The input.
        path: PathBuf,
        /// The damage.
        source: Damage,
    },
    /// The input is a segment of an index, and a row of it cannot be.
    #[error("cannot read the functions of the segment {}", path.display())]
    Index {
        /// The input.
        path: PathBuf,
        /// The damage.
        source: IndexError,
    },
    /// The input cannot be scanned for what it exposes.
    #[error("cannot scan {}: {reason}", path.display())]
    Unscanned {
        /// The input.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// A file cannot be an input.
    #[error("{} cannot be an input: {reason}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// The reason.
        reason: &'static str,
    },
    /// A job's plan is none.
    #[error("{} is no plan: {reason}; remove it, or plan in another folder", path.display())]
    Plan {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The rows of a table are not those that its manifest tells of.
    #[error("the table {} is none that this program writes: {reason}; remove it, and make the partial again", path.display())]
    Rows {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: &'static str,
    },
    /// A manifest cannot be written as JSON.
    #[error("cannot write the manifest {}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// The reason.
        source: serde_json::Error,
    },
    /// The partials of a folder do not go together.
    #[error("{0}")]
    Mixed(String),
}

impl BatchError {
    /// Returns true if a file or folder is not there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Path { source, .. } if source.kind() == io::ErrorKind::NotFound)
    }

    /// The remedy.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Full { .. } => {
                Some("make room on the disk and give the same command again; what is whole stays")
            }
            _ => None,
        }
    }

    /// Names the file or folder of a system's error.
    pub(crate) fn path(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Path { action, path, source },
        }
    }

    /// Names the table of an error of its format, or of the system's error that lies behind it.
    pub(crate) fn table(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(ParquetError) -> Self {
        let path = path.into();
        move |source| match source {
            ParquetError::External(cause) => match cause.downcast::<io::Error>() {
                Ok(source) => Self::path(action, path)(*source),
                Err(cause) => Self::Table { action, path, source: ParquetError::External(cause) },
            },
            source => Self::Table { action, path, source },
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn a_full_disk_is_told_once_with_the_file_and_a_remedy() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let table = BatchError::table("write", "a.parquet");
        let file = BatchError::path("write", "a.parquet");
        for error in [table(ParquetError::External(Box::new(full()))), file(full())] {
            assert_eq!(error.to_string(), "cannot write a.parquet: the disk is full");
            assert!(error.source().is_none());
            assert!(error.hint().is_some_and(|hint| hint.contains("make room")));
        }
    }

    #[test]
    fn an_error_of_the_system_behind_a_table_is_told_without_the_words_of_the_format() {
        let denied = io::Error::from(io::ErrorKind::PermissionDenied);
        let error = BatchError::table("open", "a")(ParquetError::External(Box::new(denied)));
        assert!(matches!(error, BatchError::Path { .. }), "{error:?}");
        let error = BatchError::table("open", "a")(ParquetError::General("odd".to_owned()));
        assert!(matches!(error, BatchError::Table { .. }), "{error:?}");
    }
}
