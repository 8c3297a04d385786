//! Formats of compression, and the faults of a compressed input.

use std::fmt;
use std::io;
use std::sync::Arc;

/// The compression of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Compression {
    /// Not at all, or by no format this crate knows.
    Raw,
    /// gzip (RFC 1952).
    Gzip,
    /// bzip2.
    Bzip2,
    /// xz.
    Xz,
    /// Zstandard (RFC 8878).
    Zstd,
}

impl Compression {
    /// The format whose magic bytes an input begins with; six bytes are enough.
    #[must_use]
    pub fn of(start: &[u8]) -> Self {
        match start {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [b'B', b'Z', b'h', b'1'..=b'9', ..] => Self::Bzip2,
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Self::Xz,
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::Raw,
        }
    }
}

impl fmt::Display for Compression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Raw => "raw",
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Zstd => "zstd",
        })
    }
}

/// A compressed input that cannot be read on; found inside the [`io::Error`] of a read.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{compression} input, byte {offset}: {fault}")]
#[non_exhaustive]
pub struct DecompressError {
    /// The format of the input.
    pub compression: Compression,
    /// The place in the compressed input, in bytes from 0: the end of what is there for a cut input; for a damaged
    /// one at or shortly behind the damage, in bzip2 the start of the damaged block.
    pub offset: u64,
    /// The fault.
    #[source]
    pub fault: Fault,
}

/// A fault of a compressed input.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The input ends before it is complete.
    #[error("the input is cut off")]
    Cut,
    /// The input breaks the format, or a checksum is wrong.
    #[error("the input is damaged")]
    Damaged,
    /// The input wants more memory than is granted; the remedy is to recompress it.
    #[error("the input asks for more than {limit_mib} MiB of memory")]
    Memory {
        /// The memory granted, in MiB.
        limit_mib: u32,
    },
    /// The input is complete, and followed by bytes of no known meaning.
    #[error("bytes of no known meaning follow the end of the compressed data")]
    Trailing,
    /// The source itself failed.
    #[error("the input cannot be read: {0}")]
    Unreadable(Arc<io::Error>),
}

impl From<DecompressError> for io::Error {
    fn from(error: DecompressError) -> Self {
        let kind = match &error.fault {
            Fault::Cut => io::ErrorKind::UnexpectedEof,
            Fault::Damaged | Fault::Trailing => io::ErrorKind::InvalidData,
            Fault::Memory { .. } => io::ErrorKind::OutOfMemory,
            Fault::Unreadable(cause) => cause.kind(),
        };
        Self::new(kind, error)
    }
}
