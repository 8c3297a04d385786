use std::io;

use demarche_terms::{GapKind, Shortfall};
use zip::result::ZipError;

use super::limits::Limit;

/// The reasons for which something in an archive was not handed over as a file.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveShortfall {
    #[error("an archive lies too deep in others; it is taken as it is")]
    TooDeep,
    #[error(transparent)]
    Limit(#[from] Limit),
    #[error("the limits are used up; the rest of the archive is left out")]
    UsedUp,
    #[error("the archive cannot be decoded: {0}")]
    Stream(io::Error),
    #[error("the 7z file cannot be read to its end: {0}")]
    SevenBreaksOff(sevenz_rust2::Error),
    #[error("the 7z file cannot be opened with any password: {0}")]
    SevenRefused(String),
    #[error("a header of the tar file cannot be read; the rest is left out")]
    TarHeader,
    #[error("the file is longer than its archive")]
    TarBreaksOff,
    #[error("{0}")]
    TarMember(io::Error),
    #[error("the zip file cannot be opened: {0}")]
    Zip(ZipError),
    #[error("an entry of the zip file cannot be found: {0}")]
    ZipEntry(ZipError),
    #[error("the file cannot be taken out of the archive: {0}")]
    ZipMember(String),
}

impl Shortfall for ArchiveShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::TooDeep | Self::Limit(_) | Self::UsedUp => GapKind::Limit,
            Self::SevenRefused(_) | Self::Zip(_) | Self::ZipMember(_) => GapKind::Unreadable,
            Self::Stream(_)
            | Self::SevenBreaksOff(_)
            | Self::TarHeader
            | Self::TarBreaksOff
            | Self::TarMember(_)
            | Self::ZipEntry(_) => GapKind::Damaged,
        }
    }
}
