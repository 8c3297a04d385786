//! Compressed input as a stream of plain bytes: gzip, bzip2, xz, zstd, or none of them.
//!
//! The format is told by the first bytes, never by a file's name.
//! Files of several members, streams or frames one after another are read through to the end.
//! A cut or damaged input gives every byte before the damage and then an error that names the place in the
//! compressed input; nothing is passed over in silence.
//! Memory is bounded whatever the input claims; the size of the *output* is not, as it is streamed.

mod bzip2;
mod codecs;
mod fault;
mod input;

use std::fmt;
use std::io::{self, BufRead, Read};
use std::num::NonZeroUsize;

use bzip2::Bzip2;
use codecs::{Coded, Gzip, Raw, Xz, Zstd};
pub use fault::{Compression, DecompressError, Fault};
use input::{Chunks, Input};

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
        Ok(&self.chunk[self.taken..])
    }

    fn consume(&mut self, count: usize) {
        self.taken = (self.taken + count).min(self.chunk.len());
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
