//! Records out of a stream of bytes.
//!
//! The buffer grows with the bytes that are there, never with a length that a header claims.

#![warn(clippy::indexing_slicing)]

use std::io::{self, ErrorKind, Read};

use super::bytes::Bytes;
use super::records::RecordType;

/// Bytes asked of the input at a time, and the least size of the buffer.
const CHUNK: usize = 1 << 20;

/// The largest distance of the times of two neighbouring records, in seconds, when the way back to records is looked for.
///
/// A file covers minutes to a day; a month leaves room for wrong clocks and keeps most chance hits out.
pub(crate) const NEIGHBOURS: u32 = 31 * 86_400;

/// The largest record to find the way back by, in bytes; every real one is smaller.
const LIKELY_RECORD: usize = 4 << 20;

/// The common header of every MRT record (RFC 6396, section 2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    /// Seconds since 1970 UTC.
    pub(crate) time: u32,
    pub(crate) kind: RecordType,
    pub(crate) subtype: u16,
    pub(crate) length: usize,
}

impl Header {
    pub(crate) const SIZE: usize = 12;

    /// `None` when the bytes are too few or of no record type that was ever assigned.
    #[inline]
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes);
        let time = bytes.u32()?;
        let kind = RecordType::from_number(bytes.u16()?)?;
        let subtype = bytes.u16()?;
        let length = usize::try_from(bytes.u32()?).ok()?;
        Some(Self { time, kind, subtype, length })
    }

    /// Returns true if this may be a record after one of `time`.
    fn is_likely(self, time: Option<u32>) -> bool {
        let limit = match self.kind {
            RecordType::Bgp => 7,
            RecordType::TableDump => 4,
            RecordType::TableDumpV2 => 12,
            RecordType::Bgp4mp | RecordType::Bgp4mpEt => 11,
            _ => u16::MAX,
        };
        self.subtype <= limit
            && self.length <= LIKELY_RECORD
            && time.is_none_or(|time| self.time.abs_diff(time) <= NEIGHBOURS)
    }
}

/// A buffer over an input.
#[derive(Debug)]
pub(crate) struct Stream<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Bytes before `start`.
    offset: u64,
    ended: bool,
    error: Option<io::Error>,
}

impl<R: Read> Stream<R> {
    pub(crate) fn new(input: R) -> Self {
        let buffer = vec![0; CHUNK];
        Self { input, buffer, start: 0, end: 0, offset: 0, ended: false, error: None }
    }

    /// The bytes at hand.
    #[inline]
    pub(crate) fn at_hand(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// The start of the bytes at hand in the input.
    pub(crate) const fn offset(&self) -> u64 {
        self.offset
    }

    /// The error of the input when it failed.
    pub(crate) fn error(&self) -> Option<String> {
        self.error.as_ref().map(ToString::to_string)
    }

    /// Returns true if so many bytes are at hand, after reading on where they are not.
    #[inline]
    pub(crate) fn has(&mut self, wanted: usize) -> bool {
        self.end - self.start >= wanted || self.fill(wanted)
    }

    #[cold]
    fn fill(&mut self, wanted: usize) -> bool {
        while self.end - self.start < wanted && !self.ended {
            self.make_room();
            let room = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.input.read(room) {
                Ok(0) => self.ended = true,
                Ok(count) => self.end = self.buffer.len().min(self.end + count),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    self.error = Some(error);
                }
            }
        }
        self.end - self.start >= wanted
    }

    /// Moves what is at hand to the front, and doubles a buffer that is full of it.
    fn make_room(&mut self) {
        if self.buffer.len() - self.end >= CHUNK / 2 {
            return;
        }
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.buffer.len() - self.end < CHUNK / 2 {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
    }

    /// Passes over bytes that are at hand.
    #[inline]
    pub(crate) fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.offset += count as u64;
    }

    /// Returns true if a record stands `distance` bytes on, or the input ends there.
    pub(crate) fn continues_at(&mut self, distance: usize, time: Option<u32>) -> bool {
        self.has(distance.saturating_add(Header::SIZE));
        match self.at_hand().get(distance..) {
            None => false,
            Some([]) => self.error.is_none(),
            Some(bytes) => Header::read(bytes).is_some_and(|header| header.is_likely(time)),
        }
    }

    /// Passes over at least one byte, up to the next two records in a row or the end of the input.
    ///
    /// Returns how many bytes were passed over, and whether there is a record.
    pub(crate) fn resynchronize(&mut self, time: Option<u32>) -> (u64, bool) {
        let from = self.offset;
        self.consume(1);
        while self.has(Header::SIZE) {
            let found = self.at_hand().windows(Header::SIZE).position(|bytes| {
                Header::read(bytes)
                    .is_some_and(|header| header.kind.holds_routes() && header.is_likely(time))
            });
            let Some(found) = found else {
                let searched = self.at_hand().len() - (Header::SIZE - 1);
                self.consume(searched);
                continue;
            };
            self.consume(found);
            let length = Header::read(self.at_hand()).map_or(0, |header| header.length);
            if length > 0 && self.continues_at(Header::SIZE + length, time) {
                return (self.offset - from, true);
            }
            self.consume(1);
        }
        let rest = self.at_hand().len();
        self.consume(rest);
        (self.offset - from, false)
    }
}
