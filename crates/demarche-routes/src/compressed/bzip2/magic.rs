//! The 48 bits that a block or the end of a stream begins with, at any bit.

/// 48 bits: the digits of pi in BCD.
const BLOCK: u64 = 0x3141_5926_5359;

/// 48 bits: the digits of the square root of pi in BCD.
const END: u64 = 0x1772_4538_5090;

const MASK: u64 = (1 << 48) - 1;

/// The meaning of 48 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Magic {
    /// A block.
    Block,
    /// The end of a stream.
    End,
}

impl Magic {
    /// Returns the meaning of the lowest 48 of `bits`.
    pub(crate) fn of(bits: u128) -> Option<Self> {
        match u64::try_from(bits & u128::from(MASK)) {
            Ok(BLOCK) => Some(Self::Block),
            Ok(END) => Some(Self::End),
            _ => None,
        }
    }
}

/// A place where a magic was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    /// Its first bit, from the beginning of the input.
    pub(crate) bit: u64,
    pub(crate) magic: Magic,
}

/// Two neighbouring bytes that lie wholly inside a magic, at one of its eight places in a byte.
///
/// A magic covers five whole bytes or more wherever it begins, and so four such pairs. One of them begins at a place
/// that a search in steps of four bytes looks at. One pair of bytes in 1,024 is such by chance.
static INSIDE: [bool; 1 << 16] = inside();

#[expect(clippy::indexing_slicing, reason = "evaluated at compile time, where it cannot panic")]
const fn inside() -> [bool; 1 << 16] {
    let mut inside = [false; 1 << 16];
    let mut shift = 0;
    while shift < 8 {
        let mut pair = 0;
        while pair < 4 {
            // The magic lies at bit `shift` of 64; the pairs begin at bytes 1 to 4.
            let right = 32 - 8 * pair + 8;
            inside[((BLOCK << (16 - shift)) >> right & 0xffff) as usize] = true;
            inside[((END << (16 - shift)) >> right & 0xffff) as usize] = true;
            pair += 1;
        }
        shift += 1;
    }
    inside
}

/// Shows every magic that begins at byte `from` of `bytes` or later, in order, by its bit in `bytes`.
///
/// Gives the byte to go on from when more bytes are there; `is_last` when none will be.
pub(crate) fn find(
    bytes: &[u8],
    from: usize,
    is_last: bool,
    mut found: impl FnMut(u64, Magic),
) -> usize {
    // Four beginnings are looked at by the pair of bytes behind them; the last of them needs seven bytes.
    let mut next = from;
    let steps = bytes.len().saturating_sub(from + 11) / 4;
    let pairs = bytes.get(from + 4..).unwrap_or_default().chunks_exact(4);
    for quad in pairs.take(steps) {
        if let [high, low, ..] = quad {
            let pair = usize::from(u16::from_be_bytes([*high, *low]));
            if INSIDE[pair] {
                (next..next + 4).for_each(|byte| at_byte(bytes, byte, &mut found));
            }
        }
        next += 4;
    }
    if !is_last {
        return next;
    }
    (next..bytes.len()).for_each(|byte| at_byte(bytes, byte, &mut found));
    next.max(bytes.len())
}

/// Shows the magic that begins in that byte; there is at most one.
fn at_byte(bytes: &[u8], byte: usize, found: &mut impl FnMut(u64, Magic)) {
    let first = byte as u64 * 8;
    for bit in first..first + 8 {
        if let Some(magic) = bits_at(bytes, bit, 48).and_then(Magic::of) {
            found(bit, magic);
        }
    }
}

/// The `count` bits from `bit` on, at most 120; `None` where there are fewer.
pub(crate) fn bits_at(bytes: &[u8], bit: u64, count: u64) -> Option<u128> {
    let byte = usize::try_from(bit / 8).ok()?;
    let length = usize::try_from((bit % 8 + count).div_ceil(8)).ok()?;
    let bytes = bytes.get(byte..)?.get(..length)?;
    let value = bytes.iter().fold(0_u128, |value, byte| value << 8 | u128::from(*byte));
    let behind = u64::try_from(length).ok()? * 8 - bit % 8 - count;
    Some(value >> behind & ((1_u128 << count) - 1))
}

/// The lowest 32 bits.
pub(crate) fn low_32(bits: u128) -> u32 {
    u32::try_from(bits & u128::from(u32::MAX)).expect("masked to four bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_magic_is_found_at_every_bit_and_wherever_the_input_ends() {
        for (magic, pattern) in [(Magic::Block, BLOCK), (Magic::End, END)] {
            for bit in 0..100_u64 {
                for behind in 0..12 {
                    let mut bytes = vec![0xaa_u8; usize::try_from((bit + 48).div_ceil(8)).unwrap()];
                    for index in 0..48 {
                        let byte = &mut bytes[usize::try_from((bit + index) / 8).unwrap()];
                        let mask = 0x80 >> ((bit + index) % 8);
                        *byte &= !mask;
                        *byte |= if pattern >> (47 - index) & 1 == 1 { mask } else { 0 };
                    }
                    bytes.extend(vec![0x55; behind]);
                    let mut marks = Vec::new();
                    let next = find(&bytes, 0, false, |bit, magic| marks.push((bit, magic)));
                    find(&bytes, next, true, |bit, magic| marks.push((bit, magic)));
                    assert_eq!(marks, [(bit, magic)], "bit {bit}, {behind} bytes behind");
                }
            }
        }
    }

    #[test]
    fn few_pairs_of_bytes_are_looked_at_twice() {
        assert_eq!(INSIDE.iter().filter(|inside| **inside).count(), 64);
    }
}
