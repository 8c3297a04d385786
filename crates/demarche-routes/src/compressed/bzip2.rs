//! bzip2 on several threads.
//!
//! The blocks of a bzip2 stream do not depend on each other, but nothing says where one begins, except that it begins
//! with 48 bits that are rare elsewhere. So the input is searched for them, ahead of what was handed out; each piece
//! between two of them is decoded as if it were a block, on any thread; and the results are handed out in order.
//!
//! What comes out is what a serial decoder gives, whatever the input:
//! a piece counts only if it begins exactly where the block before it ended, and if it decodes to its last bit, with
//! its checksum. A piece that does not was cut at 48 bits that only look like a beginning, or is damaged: the block is
//! then decoded again from the bits that really follow. That costs at most a second decoding per block, however many
//! such places an attacker puts into a block.
//!
//! A block is handed out whole or not at all, so that nothing with a wrong checksum is.
//!
//! Memory: the bits of at most twice as many blocks as threads and two more, as much of the input as these lie in, and
//! their output: 0.9 MB a block in a file that is not made to harm, 46 MB at most.

mod block;
mod magic;
mod pool;

use std::collections::VecDeque;
use std::num::NonZeroUsize;

use block::{Piece, Single, single};
use magic::{Magic, Mark, bits_at};
use pool::{Pool, Task};

use super::fault::Fault;
use super::input::{Chunks, Input};

/// The longest block that is read, in compressed bytes. The longest a bzip2 encoder can make is under 2.4 MB: 900,000
/// symbols of 20 bits and the tables.
const MAX_BLOCK: usize = 4 << 20;

/// Bits of a block's or a stream end's magic and its checksum.
const HEAD_BITS: u64 = 80;

/// The fewest bits of a block: head, origin, symbol maps, two tables of three symbols, one selector and one symbol.
const MIN_BLOCK_BITS: u64 = 173;

/// Plain bytes of a buffer that are worth keeping for the next block.
const KEPT: usize = 4 << 20;

/// The state of reading.
#[derive(Clone, Copy)]
enum At {
    /// At the header of a stream, or the end of the input; in bytes.
    Stream(u64),
    /// At a block or the end of a stream; in bits.
    Element(u64),
    /// Behind a whole block, at something that is neither; in bytes.
    Lost(u64),
}

/// A piece being decoded.
struct Job {
    start: u64,
    end: u64,
    level: u8,
    task: Task,
}

/// A bzip2 input of any number of streams.
pub(crate) struct Bzip2<'a> {
    input: Input<'a>,
    pool: Pool,
    state: At,
    /// Hundreds of kilobytes a block of this stream may have, as the ASCII digit of the header.
    level: u8,
    /// The checksums of the blocks of this stream, combined.
    combined: u32,
    /// The byte up to which the input was searched.
    searched: u64,
    /// The magics that were found and are not yet behind `open`, in order.
    marks: VecDeque<Mark>,
    /// The beginning of the last piece, whose end is not known yet.
    open: Option<u64>,
    /// The level of blocks ahead.
    level_ahead: u8,
    jobs: VecDeque<Job>,
    spare: Vec<Vec<u8>>,
}

impl<'a> Bzip2<'a> {
    pub(crate) fn new(input: Input<'a>, threads: NonZeroUsize) -> Self {
        Self {
            state: At::Stream(input.offset()),
            searched: input.offset(),
            input,
            pool: Pool::new(threads),
            level: b'9',
            combined: 0,
            marks: VecDeque::new(),
            open: None,
            level_ahead: b'9',
            jobs: VecDeque::new(),
            spare: Vec::new(),
        }
    }

    /// Finds pieces and has them decoded, as many as may be under way at once.
    fn look_ahead(&mut self) {
        let window = MAX_BLOCK + self.pool.depth() * (1 << 20);
        loop {
            while self.jobs.len() < self.pool.depth()
                && let Some(mark) = self.marks.pop_front()
            {
                self.piece(mark);
            }
            if self.jobs.len() >= self.pool.depth() || self.input.buffered().len() >= window {
                return;
            }
            if !self.search() {
                if self.input.is_at_end() {
                    return;
                }
                self.input.read_more();
            }
        }
    }

    /// Searches the buffered input for what looks like the beginning of a block or the end of a stream.
    fn search(&mut self) -> bool {
        self.searched = self.searched.max(self.input.offset());
        let base = self.input.offset();
        let from = usize::try_from(self.searched - base).expect("the buffer is in memory");
        let searched =
            magic::find(self.input.buffered(), from, self.input.is_at_end(), |bit, magic| {
                self.marks.push_back(Mark { bit: base * 8 + bit, magic });
            });
        self.searched = base + searched as u64;
        !self.marks.is_empty()
    }

    /// Takes the piece that ends at `mark` into work.
    fn piece(&mut self, mark: Mark) {
        let start = self.open.take();
        if mark.magic == Magic::Block {
            self.open = Some(mark.bit);
        }
        let Some(start) =
            start.filter(|start| *start >= self.committed() && mark.bit >= *start + MIN_BLOCK_BITS)
        else {
            return;
        };
        if let Some(level) = self.header_before(start) {
            self.level_ahead = level;
        }
        let base = self.input.offset() * 8;
        let level = self.level_ahead;
        let buffer = self.spare.pop().unwrap_or_default();
        let piece = Piece::cut(self.input.buffered(), start - base, mark.bit - base, level, buffer);
        if let Some(piece) = piece {
            let task = self.pool.submit(piece);
            self.jobs.push_back(Job { start, end: mark.bit, level, task });
        }
    }

    /// The bit up to which everything was handed out.
    fn committed(&self) -> u64 {
        match self.state {
            At::Stream(byte) | At::Lost(byte) => byte * 8,
            At::Element(bit) => bit,
        }
    }

    /// The level of a stream whose header ends at `bit`.
    fn header_before(&self, bit: u64) -> Option<u8> {
        let header = bit.is_multiple_of(8).then_some(bit / 8)?.checked_sub(4)?;
        let offset_of_block = usize::try_from(header.checked_sub(self.input.offset())?).ok()?;
        level_of(self.input.buffered().get(offset_of_block..)?)
    }

    /// Takes `byte` as the place up to which the input is not needed any more.
    fn release(&mut self, byte: u64) {
        // Elements follow each other, so that `byte` is never before what was released last.
        let count = byte - self.input.offset();
        self.input.consume(usize::try_from(count).expect("an element is in memory"));
    }

    /// Reads the header of a stream; `false` at the end of the input.
    fn stream(&mut self, byte: u64) -> Result<bool, (u64, Fault)> {
        self.release(byte);
        let start = self.input.peek(4);
        let is_empty = start.is_empty();
        let is_short = start.len() < 4 && b"BZh".starts_with(start.get(..3).unwrap_or(start));
        match level_of(start) {
            Some(level) => {
                self.level = level;
                self.combined = 0;
                if self.jobs.is_empty() {
                    self.level_ahead = level;
                }
                self.state = At::Element((byte + 4) * 8);
                Ok(true)
            }
            None if is_empty && !self.input.is_broken() => Ok(false),
            None if is_short => Err((byte, self.input.fault_at_end())),
            None => Err((byte, Fault::Trailing)),
        }
    }

    /// Reads a block or the end of a stream.
    fn element(&mut self, bit: u64, chunk: &mut Vec<u8>) -> Result<(), (u64, Fault)> {
        let byte = bit / 8;
        self.release(byte);
        let head = bits_at(self.input.peek(11), bit % 8, HEAD_BITS);
        let Some(head) = head else {
            return Err((byte, self.input.fault_at_end()));
        };
        let (magic, checksum) = (Magic::of(head >> 32), magic::low_32(head));
        match magic {
            Some(Magic::Block) => {
                let end = self.block(bit, chunk)?;
                self.combined = self.combined.rotate_left(1) ^ checksum;
                self.state = end;
                Ok(())
            }
            Some(Magic::End) if checksum == self.combined => {
                self.state = At::Stream((bit + HEAD_BITS).div_ceil(8));
                Ok(())
            }
            _ => Err((byte, Fault::Damaged)),
        }
    }

    /// Decodes the block at `bit`, and says where it ends.
    fn block(&mut self, bit: u64, chunk: &mut Vec<u8>) -> Result<At, (u64, Fault)> {
        while self.jobs.front().is_some_and(|job| job.start < bit) {
            // Dropping it drops its result: it began inside a block.
            self.jobs.pop_front();
        }
        if let Some(job) = self.jobs.pop_front_if(|job| job.start == bit) {
            let plain = job.task.wait();
            if let Some(plain) = plain.filter(|_| job.level == self.level) {
                let old = std::mem::replace(chunk, plain);
                if self.spare.len() < self.pool.depth() && old.capacity() <= KEPT {
                    self.spare.push(old);
                }
                return Ok(At::Element(job.end));
            }
        }
        self.block_again(bit, chunk)
    }

    /// Decodes the block at `bit` from the bits that follow, however they look.
    fn block_again(&mut self, bit: u64, chunk: &mut Vec<u8>) -> Result<At, (u64, Fault)> {
        let bits = self.input.peek(MAX_BLOCK);
        let is_all = bits.len() < MAX_BLOCK;
        let byte = bit / 8;
        match single(bits, bit % 8, self.level, chunk) {
            Single::Whole { before } => {
                let offset_of_block =
                    |end: &u64| bits_at(bits, *end, 48).and_then(Magic::of).is_some();
                // The decoder reads whole bytes, so that the block ends in the last byte it read.
                let end = (before - 7..=before).find(offset_of_block);
                Ok(end.map_or(At::Lost(byte + before / 8), |end| At::Element(byte * 8 + end)))
            }
            Single::Unfinished if is_all => Err((byte, self.input.fault_at_end())),
            Single::Unfinished | Single::Damaged => Err((byte, Fault::Damaged)),
        }
    }

    /// Returns the fault behind a complete block that no magic follows.
    fn lost(&mut self, byte: u64) -> (u64, Fault) {
        self.release(byte);
        // 48 bits that begin anywhere in the first byte take seven.
        let is_short = self.input.peek(7).len() < 7;
        (byte, if is_short { self.input.fault_at_end() } else { Fault::Damaged })
    }
}

fn level_of(header: &[u8]) -> Option<u8> {
    match header {
        [b'B', b'Z', b'h', level @ b'1'..=b'9', ..] => Some(*level),
        _ => None,
    }
}

impl Chunks for Bzip2<'_> {
    fn fill(&mut self, chunk: &mut Vec<u8>) -> Result<(), (u64, Fault)> {
        while chunk.is_empty() {
            self.look_ahead();
            match self.state {
                At::Stream(byte) => {
                    if !self.stream(byte)? {
                        return Ok(());
                    }
                }
                At::Element(bit) => self.element(bit, chunk)?,
                At::Lost(byte) => return Err(self.lost(byte)),
            }
        }
        Ok(())
    }

    fn offset(&self) -> u64 {
        self.input.offset()
    }
}
