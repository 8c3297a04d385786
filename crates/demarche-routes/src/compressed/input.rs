//! The two ends of a decoder: compressed bytes, buffered and with their offset in the input, and plain bytes in chunks.

use std::io::{self, Read};
use std::sync::Arc;

use super::fault::Fault;

/// Bytes asked of the source at once.
const READ: usize = 1 << 18;

/// A buffered source that knows its offset.
///
/// An error of the source ends it: what was read before goes out first, and [`Input::fault_at_end`] gives the error.
pub(crate) struct Input<'a> {
    source: Box<dyn Read + Send + 'a>,
    buffer: Vec<u8>,
    taken: usize,
    /// Offset of the first byte of the buffer in the input.
    base: u64,
    is_at_end: bool,
    error: Option<Arc<io::Error>>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(source: Box<dyn Read + Send + 'a>) -> Self {
        Self { source, buffer: Vec::new(), taken: 0, base: 0, is_at_end: false, error: None }
    }

    /// Place of the next byte in the input.
    pub(crate) fn offset(&self) -> u64 {
        self.base + self.taken as u64
    }

    /// At least `count` next bytes, or all that are left.
    pub(crate) fn peek(&mut self, count: usize) -> &[u8] {
        while !self.is_at_end && self.buffered().len() < count {
            self.read_more();
        }
        self.buffered()
    }

    /// The next bytes as far as they are buffered.
    pub(crate) fn buffered(&self) -> &[u8] {
        &self.buffer[self.taken..]
    }

    /// Returns true if the source is at its end, so that only buffered bytes are left.
    pub(crate) fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Returns the fault when more bytes were expected than there are: the source failed, or is cut.
    pub(crate) fn fault_at_end(&self) -> Fault {
        self.error.clone().map_or(Fault::Cut, Fault::Unreadable)
    }

    /// Did the source fail?
    pub(crate) fn is_broken(&self) -> bool {
        self.error.is_some()
    }

    /// Takes `count` bytes off the front, at most those buffered.
    pub(crate) fn consume(&mut self, count: usize) {
        self.taken = (self.taken + count).min(self.buffer.len());
    }

    /// Reads once from the source, behind the bytes that are buffered.
    pub(crate) fn read_more(&mut self) {
        // Moving no more than was taken since the last time keeps the cost per byte constant.
        if self.taken >= self.buffer.len() / 2 {
            self.base = self.offset();
            self.buffer.drain(..self.taken);
            self.taken = 0;
        }
        let kept = self.buffer.len();
        self.buffer.resize(kept + READ, 0);
        let result = loop {
            match self.source.read(&mut self.buffer[kept..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                outcome => break outcome,
            }
        };
        let read = *result.as_ref().unwrap_or(&0);
        self.buffer.truncate(kept + read.min(READ));
        self.is_at_end = read == 0;
        self.error = result.err().map(Arc::new);
    }
}

/// The plain bytes in chunks.
pub(crate) trait Chunks {
    /// Appends the next bytes to the empty `chunk`, none at the end; on an error, those that came before it.
    fn fill(&mut self, chunk: &mut Vec<u8>) -> Result<(), (u64, Fault)>;

    /// Bytes of the compressed input read so far.
    fn offset(&self) -> u64;
}
