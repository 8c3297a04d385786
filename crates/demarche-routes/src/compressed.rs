//! Compressed input as a stream of plain bytes: gzip, bzip2, xz, zstd, or none of them.
//!
//! The format is told by the first bytes, never by a file's name.
//! Files of several members, streams or frames one after another are read through to the end.
//! A cut or damaged input gives every byte before the damage and then an error that names the place in the
//! compressed input; nothing is passed over in silence.
//! Memory is bounded whatever the input claims; the size of the *output* is not, as it is streamed.

mod bzip2;
mod codecs;
mod input;

use std::fmt;
use std::io::{self, BufRead, Read};
use std::num::NonZeroUsize;
use std::sync::Arc;

use bzip2::Bzip2;
use codecs::{Coded, Gzip, Raw, Xz, Zstd};
use input::Input;

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

/// The plain bytes of an input, whatever its compression.
///
/// ```
/// use std::io::Read;
/// use std::num::NonZeroUsize;
/// # use demarche_routes::{Compression, Decompressed};
/// let mut plain = Decompressed::new(&b"TABLE_DUMP"[..], NonZeroUsize::MIN);
/// assert_eq!(plain.compression(), Compression::Raw);
/// let mut text = String::new();
/// plain.read_to_string(&mut text)?;
/// assert_eq!(text, "TABLE_DUMP");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Decompressed<'a> {
    compression: Compression,
    chunks: Box<dyn Chunks + Send + 'a>,
    chunk: Vec<u8>,
    taken: usize,
    failed: Option<DecompressError>,
}

impl<'a> Decompressed<'a> {
    /// Begins to read `source`; bzip2 is decoded by as many threads as `threads`, beside the caller's own.
    ///
    /// Nothing but the first bytes is read before they are asked for, and an error of the source comes with the first read.
    /// One thread means that everything is done on the caller's thread.
    pub fn new(source: impl Read + Send + 'a, threads: NonZeroUsize) -> Self {
        let mut input = Input::new(Box::new(source));
        let compression = Compression::of(input.peek(6));
        let chunks: Box<dyn Chunks + Send + 'a> = match compression {
            Compression::Raw => Box::new(Coded::new(input, Raw)),
            Compression::Gzip => Box::new(Coded::new(input, Gzip::default())),
            Compression::Bzip2 => Box::new(Bzip2::new(input, threads)),
            Compression::Xz => Box::new(Coded::new(input, Xz::default())),
            Compression::Zstd => Box::new(Coded::new(input, Zstd::default())),
        };
        Self { compression, chunks, chunk: Vec::new(), taken: 0, failed: None }
    }

    /// The compression of the input.
    #[must_use]
    pub fn compression(&self) -> Compression {
        self.compression
    }

    /// Bytes of the compressed input that have been read so far, for progress.
    #[must_use]
    pub fn offset(&self) -> u64 {
        self.chunks.offset()
    }
}

impl fmt::Debug for Decompressed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decompressed")
            .field("compression", &self.compression)
            .field("offset", &self.offset())
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}

impl BufRead for Decompressed<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.taken >= self.chunk.len() {
            if let Some(error) = &self.failed {
                return Err(error.clone().into());
            }
            self.chunk.clear();
            self.taken = 0;
            if let Err((offset, fault)) = self.chunks.fill(&mut self.chunk) {
                let error = DecompressError { compression: self.compression, offset, fault };
                self.failed = Some(error.clone());
                // Bytes decoded before the damage go out first; the next call gives the error.
                if self.chunk.is_empty() {
                    return Err(error.into());
                }
            }
        }
        Ok(self.chunk.get(self.taken..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.taken = self.taken.saturating_add(count).min(self.chunk.len());
    }
}

impl Read for Decompressed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(buffer.len());
        if let (Some(from), Some(to)) = (ready.get(..count), buffer.get_mut(..count)) {
            to.copy_from_slice(from);
        }
        self.consume(count);
        Ok(count)
    }
}

/// The plain bytes in chunks.
trait Chunks {
    /// Appends the next bytes to the empty `chunk`, none at the end; on an error, those that came before it.
    fn fill(&mut self, chunk: &mut Vec<u8>) -> Result<(), (u64, Fault)>;

    /// Bytes of the compressed input read so far.
    fn offset(&self) -> u64;
}
