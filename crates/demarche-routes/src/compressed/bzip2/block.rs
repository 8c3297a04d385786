//! One block by itself.

use bzip2::{Decompress, Status};

use super::magic::bits_at;

/// Plain bytes that most blocks have at most.
const EXPECTED: usize = 1 << 20;

/// The magic of a stream's end.
const END: u128 = 0x1772_4538_5090;

/// A block's bits as a stream of their own, ready to be decoded on any thread.
pub(crate) struct Piece {
    stream: Vec<u8>,
    plain: Vec<u8>,
}

impl Piece {
    /// Cuts the bits from `start` to `end` out of `bytes`; `plain` is a buffer for the outcome.
    ///
    /// A stream of one block has its block's checksum as its own.
    pub(crate) fn cut(
        bytes: &[u8],
        start: u64,
        end: u64,
        level: u8,
        mut plain: Vec<u8>,
    ) -> Option<Self> {
        plain.clear();
        let checksum = bits_at(bytes, start + 48, 32)?;
        let mut stream = shifted(bytes, start, end, level)?;
        let odd = (end - start) % 8;
        let last = if odd == 0 { 0 } else { stream.pop()? >> (8 - odd) };
        // The bits of the last byte that are the block's, then those of the end, then zeros up to a byte.
        let tail = (u128::from(last) << 80 | END << 32 | checksum) << ((8 - odd) % 8);
        let length = if odd == 0 { 10 } else { 11 };
        stream.extend_from_slice(tail.to_be_bytes().get(16 - length..)?);
        Some(Self { stream, plain })
    }

    /// Decodes it; `None` when it is not exactly one whole block.
    pub(crate) fn decode(mut self) -> Option<Vec<u8>> {
        let mut decoder = Decompress::new(false);
        let mut rest = self.stream.as_slice();
        loop {
            if self.plain.capacity() - self.plain.len() < EXPECTED / 2 {
                self.plain.reserve(EXPECTED);
            }
            let (read, written) = (decoder.total_in(), self.plain.len());
            let status = decoder.decompress_vec(rest, &mut self.plain).ok()?;
            let taken = usize::try_from(decoder.total_in() - read).ok()?;
            rest = rest.get(taken..)?;
            match status {
                Status::StreamEnd => return Some(self.plain),
                _ if taken == 0 && self.plain.len() == written => return None,
                _ => {}
            }
        }
    }
}

/// The header of a stream and the bits from `start` to `end`, up to a whole byte.
fn shifted(bytes: &[u8], start: u64, end: u64, level: u8) -> Option<Vec<u8>> {
    let first = usize::try_from(start / 8).ok()?;
    let length = usize::try_from((end - start).div_ceil(8)).ok()?;
    let shift = u32::try_from(start % 8).ok()?;
    let bytes = bytes.get(first..)?;
    let mut stream = Vec::with_capacity(length + 16);
    stream.extend_from_slice(&[b'B', b'Z', b'h', level]);
    if shift == 0 {
        stream.extend_from_slice(bytes.get(..length)?);
        return Some(stream);
    }
    let next = bytes.iter().skip(1).chain([&0]);
    let shifted = bytes.iter().zip(next).map(|(high, low)| high << shift | low >> (8 - shift));
    stream.extend(shifted.take(length));
    Some(stream)
}

/// The outcome of decoding a block from the bits that really follow.
pub(crate) enum Single {
    /// The block is complete, its checksum is right, and its last bit is among the eight before bit `before`.
    Whole {
        /// In bits from the first of the bytes given.
        before: u64,
    },
    /// More bits are needed than there are.
    Unfinished,
    /// The block breaks the format, or its checksum is wrong.
    Damaged,
}

/// Decodes the block at bit `shift` of `bytes` into `plain`, which stays empty unless the block is whole.
pub(crate) fn single(bytes: &[u8], shift: u64, level: u8, plain: &mut Vec<u8>) -> Single {
    let Some(end) = u64::try_from(bytes.len()).ok().and_then(|length| length.checked_mul(8)) else {
        return Single::Damaged;
    };
    let Some(stream) = shifted(bytes, shift, end, level) else { return Single::Damaged };
    let mut decoder = Decompress::new(false);
    // The decoder reads eight bytes at once where it can; given seven it reads one by one, and no further than the
    // byte the block ends in. With no room for output it stops there.
    for seven in stream.chunks(7) {
        let mut rest = seven;
        while !rest.is_empty() {
            let read = decoder.total_in();
            if decoder.decompress(rest, &mut []).is_err() {
                return Single::Damaged;
            }
            let taken = usize::try_from(decoder.total_in() - read).expect("at most seven bytes");
            if taken == 0 {
                let before = (decoder.total_in() - 4) * 8 + shift;
                return drain(&mut decoder, plain, before);
            }
            rest = &rest[taken..];
        }
    }
    let before = (decoder.total_in() - 4) * 8 + shift;
    drain(&mut decoder, plain, before)
}

/// Writes out the block that is in the decoder, if there is one.
fn drain(decoder: &mut Decompress, plain: &mut Vec<u8>, before: u64) -> Single {
    loop {
        plain.reserve(EXPECTED);
        let written = plain.len();
        if decoder.decompress_vec(&[], plain).is_err() {
            plain.clear();
            return Single::Damaged;
        }
        match plain.len() {
            0 => return Single::Unfinished,
            length if length == written => return Single::Whole { before },
            _ => {}
        }
    }
}
