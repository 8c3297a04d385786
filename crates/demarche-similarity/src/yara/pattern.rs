//! Bytes with wildcards.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::fmt;

/// Bytes, some of which, or the half of some, may be anything.
///
/// It is written as YARA's hexadecimal strings are: `55 8B EC E8 ?? ?? ?? ?? 9?`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    /// Each byte and which of its bits count; a mask is 0x00, 0x0f, 0xf0 or 0xff, and other bits of the byte are 0.
    bytes: Vec<(u8, u8)>,
}

impl Pattern {
    /// Appends bytes that count.
    pub(crate) fn push(&mut self, bytes: &[u8], masks: impl Iterator<Item = u8>) {
        self.bytes.extend(bytes.iter().zip(masks).map(|(byte, mask)| (byte & mask, mask)));
    }

    /// Appends another pattern.
    pub(crate) fn append(&mut self, mut next: Self) {
        self.bytes.append(&mut next.bytes);
    }

    /// The same without wildcards at either end.
    pub(crate) fn trimmed(mut self) -> Self {
        let is_fixed = |(_, mask): &(u8, u8)| *mask == 0xff;
        let end = self.bytes.iter().rposition(is_fixed).map_or(0, |last| last + 1);
        self.bytes.truncate(end);
        let start = self.bytes.iter().position(is_fixed).unwrap_or(0);
        self.bytes.drain(..start);
        self
    }

    /// The number of bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns true if there are no bytes, so that the pattern is nowhere.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The bytes that count whole.
    pub fn fixed(&self) -> impl Iterator<Item = u8> {
        self.bytes.iter().filter(|(_, mask)| *mask == 0xff).map(|(byte, _)| *byte)
    }

    /// Four bytes in a row that count whole, the most different ones, and where they stand.
    pub(crate) fn anchor(&self) -> Option<(usize, u32)> {
        let windows = self.bytes.windows(4).enumerate();
        let fixed = windows.filter(|(_, four)| four.iter().all(|(_, mask)| *mask == 0xff));
        let different = |four: &[(u8, u8)]| four.iter().collect::<BTreeSet<_>>().len();
        let best = fixed.min_by_key(|(offset, four)| (Reverse(different(four)), *offset));
        best.map(|(offset, four)| {
            let four = four.iter().rev().fold(0, |sum, (byte, _)| sum << 8 | u32::from(*byte));
            (offset, four)
        })
    }

    /// Returns true if some bytes begin with the pattern.
    pub(crate) fn begins(&self, bytes: &[u8]) -> bool {
        let fits = |((wanted, mask), met): (&(u8, u8), &u8)| met & mask == *wanted;
        bytes.len() >= self.len() && self.bytes.iter().zip(bytes).all(fits)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (byte, mask)) in self.bytes.iter().enumerate() {
            let space = if index == 0 { "" } else { " " };
            match mask {
                0xff => write!(f, "{space}{byte:02X}")?,
                0xf0 => write!(f, "{space}{:X}?", byte >> 4)?,
                0x0f => write!(f, "{space}?{byte:X}")?,
                _ => write!(f, "{space}??")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(bytes: &[(u8, u8)]) -> Pattern {
        Pattern { bytes: bytes.iter().map(|(byte, mask)| (byte & mask, *mask)).collect() }
    }

    #[test]
    fn wildcards_match_anything_and_halves_the_half() {
        let fixed = [0x55, 0x8b, 0xec, 0x83].map(|byte| (byte, 0xff));
        let pattern = pattern(&[&[(0x97, 0xf0), (0, 0)], &fixed[..], &[(0x12, 0x0f)]].concat());
        assert_eq!(pattern.to_string(), "9? ?? 55 8B EC 83 ?2");
        assert!(pattern.is_in(&[1, 0x90, 7, 0x55, 0x8b, 0xec, 0x83, 0xf2, 2]));
        assert!(!pattern.is_in(&[1, 0x80, 7, 0x55, 0x8b, 0xec, 0x83, 0xf2, 2]));
        assert!(!pattern.is_in(&[0x90, 7, 0x55, 0x8b, 0xec, 0x83]));
        assert!(!pattern.is_in(&[0x55, 0x8b, 0xec, 0x83, 0xf2]));
    }

    #[test]
    fn an_occurrence_that_overlaps_another_of_the_same_bytes_is_found() {
        let pattern = pattern(&[&[(0xaa, 0xff); 4][..], &[(0, 0), (0xbb, 0xff)]].concat());
        assert!(pattern.is_in(&[0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 1, 0xbb]));
    }

    #[test]
    fn wildcards_at_the_ends_are_cut_off() {
        let pattern = pattern(&[(0, 0), (1, 0xff), (0, 0), (2, 0xff), (0x90, 0xf0), (0, 0)]);
        assert_eq!(pattern.trimmed().to_string(), "01 ?? 02");
    }
}
