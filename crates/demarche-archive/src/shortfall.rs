use std::io;

use demarche_terms::{GapKind, Shortfall};
use zip::result::ZipError;

use super::behind::Behind;
use super::budget::{Limit, Stop};
use super::foreign::Foreign;
use super::upx::UpxShortfall;

/// The reasons for which something in an archive was not handed over as a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveShortfall {
    /// An archive in too many others.
    #[error("an archive lies too deep in others; it is taken as it is")]
    TooDeep,
    /// A limit on what comes out.
    #[error(transparent)]
    Limit(#[from] Limit),
    /// Limits that were used up before the end of the archive.
    #[error("the limits are used up; the rest of the archive is left out")]
    UsedUp,
    /// An archive of a kind that is not opened.
    #[error("it is {0}, which is not opened")]
    Foreign(Foreign),
    /// What lies behind a program, of a kind that is not opened there.
    #[error("behind the program lies {0}, which is not opened")]
    Behind(Behind),
    /// An archive without files.
    #[error("the archive has no files")]
    Empty,
    /// A compressed stream that was read to a part.
    #[error("behind its first {present} bytes the compressed file cannot be read: {}; these are kept", cause(.reason))]
    StreamCut {
        /// The number of bytes that came out.
        present: usize,
        /// The fault behind them.
        reason: io::Error,
    },
    /// A stream that cannot be decoded.
    #[error("the archive cannot be decoded: {}", cause(.0))]
    Stream(io::Error),
    /// A 7z file that breaks off.
    #[error("the 7z file cannot be read to its end: {}", seven(.0))]
    SevenBreaksOff(sevenz_rust2::Error),
    /// A 7z file that does not open.
    #[error("the 7z file cannot be opened: {}", seven(.0))]
    SevenRefused(sevenz_rust2::Error),
    /// A 7z file whose list of files is encrypted.
    #[error("the 7z file is encrypted, and no password opens it")]
    SevenEncrypted,
    /// A header of a tar file.
    #[error("a header of the tar file cannot be read; the rest is left out")]
    TarHeader,
    /// A header of an ar file.
    #[error("a header of the ar file cannot be read; the rest is left out")]
    ArHeader,
    /// A tar file that ends before its last file.
    #[error("the file is longer than its archive")]
    TarBreaksOff,
    /// A zip file that does not open.
    #[error("the zip file cannot be opened: {}", zip(.0))]
    Zip(ZipError),
    /// A zip file without its directory, of which the files were found one by one.
    #[error("the zip file has lost its directory; {found} of its files were found without it")]
    ZipRecovered {
        /// The number of files found.
        found: usize,
    },
    /// A file of a zip that breaks off.
    #[error("the zip file ends within its file `{name}`; what is there of it was read")]
    ZipCut {
        /// The name of the file.
        name: String,
    },
    /// A file that a directory names and whose bytes are not there.
    #[error(
        "the directory of the zip file names it, and its bytes are not there: they may lie in another volume"
    )]
    ZipElsewhere,
    /// A file whose size is not known.
    #[error("the file cannot be taken out of the archive: no directory says how long it is")]
    NoSize,
    /// An entry that the directory of a zip file names.
    #[error("an entry of the zip file cannot be found: {}", zip(.0))]
    ZipEntry(ZipError),
    /// A file in an archive whose password nobody has.
    #[error("the file cannot be taken out of the archive: no password fits")]
    Password,
    /// A way of compression that is not read.
    #[error("the file cannot be taken out of the archive: {}", zip(.0))]
    Method(ZipError),
    /// A packed program.
    #[error(transparent)]
    Upx(#[from] UpxShortfall),
    /// A file that cannot be decoded.
    #[error("the file cannot be taken out of the archive: {}", cause(.0))]
    Member(io::Error),
}

/// A fault of a stream that no library names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum StreamFault {
    /// Bytes behind a stream that begin no further one.
    #[error("other bytes stand there")]
    Behind,
}

/// A fault of a 7z file in words; the library has only the names of its variants.
fn seven(error: &sevenz_rust2::Error) -> String {
    use sevenz_rust2::Error;
    match error {
        Error::BadSignature(_) => "it has not the mark of a 7z file".to_owned(),
        Error::UnsupportedVersion { major, minor } => {
            format!("version {major}.{minor} is not read")
        }
        Error::ChecksumVerificationFailed | Error::NextHeaderCrcMismatch => {
            "a checksum does not hold".to_owned()
        }
        Error::Io(error, _) | Error::FileOpen(error, _) => cause(error),
        Error::Unsupported(reason) => format!("it has what is not read: {}", reason.to_lowercase()),
        Error::Other(_) => "it breaks off, or its list of files is damaged".to_owned(),
        Error::BadTerminatedStreamsInfo(_)
        | Error::BadTerminatedUnpackInfo
        | Error::BadTerminatedPackInfo(_)
        | Error::BadTerminatedSubStreamsInfo
        | Error::BadTerminatedHeader(_) => "its list of files is damaged".to_owned(),
        Error::ExternalUnsupported => "a list of files outside its header is not read".to_owned(),
        Error::UnsupportedCompressionMethod(method) => {
            format!("compression by {method} is not read")
        }
        Error::MaxMemLimited { max_kb, actaul_kb } => {
            format!("it needs {actaul_kb} KiB of memory, and at most {max_kb} KiB are given")
        }
        Error::PasswordRequired | Error::MaybeBadPassword(_) => "no password fits".to_owned(),
        Error::FileNotFound => "a file of its list is missing".to_owned(),
    }
}

/// An error of reading in words: a library's own error in it has words of its own.
fn cause(error: &io::Error) -> String {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<sevenz_rust2::Error>());
    if let Some(inner) = inner {
        return seven(inner);
    }
    let fault = error.get_ref().and_then(|inner| inner.downcast_ref::<StreamFault>());
    match (fault, error.kind()) {
        (Some(fault), _) => fault.to_string(),
        // What the system says of a file is no word of a library.
        _ if error.raw_os_error().is_some() => error.to_string(),
        (_, io::ErrorKind::UnexpectedEof) => "it breaks off".to_owned(),
        (_, io::ErrorKind::Unsupported) => "its way of compression is not read".to_owned(),
        (_, io::ErrorKind::OutOfMemory) => "it needs more memory than the limit".to_owned(),
        _ if error.to_string().to_lowercase().contains("checksum") => {
            "its checksum does not hold".to_owned()
        }
        _ => "its bytes are damaged".to_owned(),
    }
}

/// A fault of a zip file in words; the library has its own.
fn zip(error: &ZipError) -> String {
    match error {
        ZipError::Io(error) => cause(error),
        ZipError::InvalidPassword => "no password fits".to_owned(),
        ZipError::FileNotFound => "it is not there".to_owned(),
        ZipError::CompressionMethodNotSupported(method) => {
            format!("compression by method {method} is not read")
        }
        ZipError::UnsupportedArchive(_) => "it is of a form that is not read".to_owned(),
        ZipError::DecompressedSizeLimitExceeded { .. } | ZipError::DecompressedSizeUnknown => {
            "it is larger than the limit".to_owned()
        }
        _ => "its directory or a header is damaged".to_owned(),
    }
}

impl From<Stop> for ArchiveShortfall {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Limit(limit) => Self::Limit(limit),
            Stop::Broken(error) => Self::Member(error),
        }
    }
}

impl ArchiveShortfall {
    /// Returns true if a password would help.
    #[must_use]
    pub fn wants_password(&self) -> bool {
        matches!(self, Self::Password | Self::SevenEncrypted)
    }
}

impl Shortfall for ArchiveShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::TooDeep | Self::Limit(_) | Self::UsedUp => GapKind::Limit,
            Self::Method(_) | Self::Foreign(_) | Self::Behind(_) => GapKind::Unsupported,
            Self::Empty => GapKind::Unused,
            Self::SevenRefused(_) | Self::SevenEncrypted | Self::Zip(_) | Self::Password => {
                GapKind::Unreadable
            }
            Self::Stream(_)
            | Self::SevenBreaksOff(_)
            | Self::TarHeader
            | Self::ArHeader
            | Self::TarBreaksOff
            | Self::ZipEntry(_)
            | Self::ZipRecovered { .. }
            | Self::ZipCut { .. }
            | Self::ZipElsewhere
            | Self::NoSize
            | Self::StreamCut { .. }
            | Self::Member(_) => GapKind::Damaged,
            Self::Upx(reason) => reason.kind(),
        }
    }

    fn remedy(&self) -> Option<String> {
        match self {
            Self::Upx(reason) => reason.remedy(),
            Self::Foreign(_) | Self::Behind(_) => Some(
                "unpack it with a tool that opens such files, such as 7-Zip, and give what comes out"
                    .to_owned(),
            ),
            Self::ZipRecovered { .. } | Self::ZipElsewhere => {
                Some("if it is one of several volumes, join them first".to_owned())
            }
            _ => None,
        }
    }
}
