//! UPX's own header: behind the blocks of an ELF file, before the only block of a PE file.
//!
//! Source: the layout of UPX's pack header, versions 10 to 14, for formats below 128; those above write the same numbers in
//! another order and with their highest bytes first.

use super::block::Method;
use crate::fields::{u32_at, wide};

/// The bytes of the header.
pub(crate) const SIZE: usize = 32;

/// The numbers of the header that tell whether a program is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trailer {
    /// The checksum of what was packed, in the order of its blocks.
    pub(crate) plain: u32,
    /// The size of the file that was packed.
    pub(crate) file: u32,
}

impl Trailer {
    /// The header behind the blocks of an ELF file, whatever its mark is: its last byte is a sum over the others.
    pub(crate) fn of(file: &[u8]) -> Option<Self> {
        /// The distances from the end of the file: a number of 4 bytes follows the header, or nothing.
        const DISTANCES: [usize; 2] = [SIZE + 4, SIZE];
        DISTANCES.into_iter().find_map(|distance| {
            let from = file.len().checked_sub(distance)?;
            Self::read(file.get(from..)?.first_chunk()?, wide(file.len()))
        })
    }

    /// The first header with UPX's mark from an offset on, so that what was appended to the packed file hides nothing. The
    /// offset is that behind the blocks: they may have such a header in them.
    pub(crate) fn after(file: &[u8], offset: usize) -> Option<Self> {
        let rest = file.get(offset..)?;
        memchr::memmem::find_iter(rest, b"UPX!")
            .find_map(|position| Self::read(rest.get(position..)?.first_chunk()?, wide(file.len())))
    }

    fn read(header: &[u8; SIZE], packed_file: u64) -> Option<Self> {
        let [_, _, _, _, version, format, method, level, ..] = *header;
        let sum = header.get(4..SIZE - 1)?.iter().map(|byte| u32::from(*byte)).sum::<u32>() % 251;
        let is_sum = header.last().copied().map(u32::from) == Some(sum);
        let is_known = (10..=14).contains(&version) && level <= 10 && Method::of(method).is_some();
        let places = if format < 128 { (8, 16, 20, 24) } else { (16, 8, 12, 24) };
        let number = |offset: usize| {
            let number = u32_at(header, offset);
            if format < 128 { number } else { number.map(u32::swap_bytes) }
        };
        let (plain, length) = (number(places.0)?, number(places.1)?);
        let (packed, file) = (number(places.2)?, number(places.3)?);
        let is_sized =
            packed > 0 && packed < length && length <= file && u64::from(packed) <= packed_file;
        (is_sum && is_known && is_sized).then_some(Self { plain, file })
    }
}

/// The checksum of RFC 1950, continued over more bytes; it begins with 1.
pub(crate) fn adler(sum: u32, bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    /// The most bytes after which neither half can exceed 32 bits.
    const STRETCH: usize = 5552;
    let (mut low, mut high) = (sum & 0xffff, sum >> 16);
    for stretch in bytes.chunks(STRETCH) {
        for byte in stretch {
            low += u32::from(*byte);
            high += low;
        }
        low %= MODULUS;
        high %= MODULUS;
    }
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        // What zlib 1.3 says of these bytes.
        assert_eq!(adler(1, b"Wikipedia"), 0x11e6_0398);
        let (left, right) = b"Wikipedia".split_at(4);
        assert_eq!(adler(adler(1, left), right), 0x11e6_0398);
        assert_eq!(adler(1, &[0xff; 100_000]), 0x149a_302c);
    }
}
