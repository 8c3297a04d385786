//! Numbers of variable length: seven bits a byte, the lowest first, the top bit set on all but the last (LEB128).
#![warn(clippy::indexing_slicing)]

/// The most bytes that a number can have.
const MOST: usize = 10;

/// Returns the length of something in memory as the 64 bits that it is stored in.
pub(crate) fn long(length: usize) -> u64 {
    u64::try_from(length).expect("no platform has addresses of more than 64 bits")
}

/// Appends a number.
#[inline]
pub(crate) fn put(out: &mut Vec<u8>, number: u64) {
    if number < 0x80 {
        out.push(low_bits(number));
    } else {
        put_long(out, number);
    }
}

fn put_long(out: &mut Vec<u8>, number: u64) {
    let mut rest = number;
    while rest >= 0x80 {
        out.push(low_bits(rest) | 0x80);
        rest >>= 7;
    }
    out.push(low_bits(rest));
}

fn low_bits(number: u64) -> u8 {
    number.to_le_bytes()[0] & 0x7f
}

/// Appends ascending numbers, each once, as the first and the distances to the next less one.
pub(crate) fn put_ascending(out: &mut Vec<u8>, ascending: impl IntoIterator<Item = u32>) {
    let mut expected = 0;
    for number in ascending {
        put(out, u64::from(number).wrapping_sub(expected));
        expected = u64::from(number) + 1;
    }
}

/// A signed number as an unsigned one, so that small ones of either sign stay short.
pub(crate) fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

/// The inverse of [`zigzag`].
pub(crate) fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// Reads numbers one after the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Numbers<'a>(pub(crate) &'a [u8]);

impl<'a> Numbers<'a> {
    /// The next number; `None` at the end, and where the bytes end within a number or the number has more than 64 bits.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<u64> {
        let (first, rest) = self.0.split_first()?;
        if *first < 0x80 {
            self.0 = rest;
            return Some(u64::from(*first));
        }
        self.long()
    }

    fn long(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for (index, byte) in self.0.iter().take(MOST).enumerate() {
            let bits = u64::from(byte & 0x7f);
            let shift = u32::try_from(index).ok()?.checked_mul(7)?;
            let shifted = bits.checked_shl(shift)?;
            if shifted >> shift != bits {
                return None;
            }
            number |= shifted;
            if *byte < 0x80 {
                self.0 = self.0.get(index.checked_add(1)?..)?;
                return Some(number);
            }
        }
        None
    }

    /// The next number, where it has at most 32 bits.
    #[inline]
    pub(crate) fn small(&mut self) -> Option<u32> {
        self.next().and_then(|number| u32::try_from(number).ok())
    }

    /// The next bytes, as many as the next number says.
    #[inline]
    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.next()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// As many ascending numbers as are asked for.
    pub(crate) fn take_ascending(&mut self, count: u64) -> Option<Vec<u32>> {
        // Each number has at least one byte, so that a forged count asks for no memory.
        let count = usize::try_from(count).ok().filter(|count| *count <= self.0.len())?;
        let mut numbers = Vec::with_capacity(count);
        let mut expected = 0_u64;
        for _ in 0..count {
            let number = expected.checked_add(self.next()?)?;
            numbers.push(u32::try_from(number).ok()?);
            expected = number.checked_add(1)?;
        }
        Some(numbers)
    }

    /// Returns true if nothing is left.
    pub(crate) fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

/// Ascending numbers up to the end of some bytes.
#[derive(Clone, Debug)]
pub(crate) struct Ascending<'a> {
    numbers: Numbers<'a>,
    expected: u64,
}

impl<'a> Ascending<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { numbers: Numbers(bytes), expected: 0 }
    }

    /// The number of bytes that were not read yet.
    pub(crate) fn rest(&self) -> usize {
        self.numbers.0.len()
    }

    /// Returns true if the list was read to the end; a list that stops earlier is damaged.
    pub(crate) fn is_complete(&self) -> bool {
        self.numbers.is_empty()
    }
}

impl Iterator for Ascending<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let (first, rest) = self.numbers.0.split_first()?;
        // One byte in most cases, and `expected` is at most 2^32, so that nothing overflows.
        if *first < 0x80 {
            let number = u32::try_from(self.expected.wrapping_add(u64::from(*first))).ok()?;
            self.numbers.0 = rest;
            self.expected = u64::from(number) + 1;
            return Some(number);
        }
        self.far()
    }
}

impl Ascending<'_> {
    fn far(&mut self) -> Option<u32> {
        let mut ahead = self.numbers;
        let number = u32::try_from(self.expected.checked_add(ahead.long()?)?).ok()?;
        self.numbers = ahead;
        self.expected = u64::from(number) + 1;
        Some(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_back() {
        let numbers = [0, 1, 127, 128, 16_383, 16_384, u64::from(u32::MAX), u64::MAX];
        let mut bytes = Vec::new();
        numbers.iter().for_each(|number| put(&mut bytes, *number));
        let mut reader = Numbers(&bytes);
        assert!(numbers.iter().all(|number| reader.next() == Some(*number)));
        assert!(reader.is_empty());
        for signed in [0, -1, 1, i64::MIN, i64::MAX] {
            assert_eq!(unzigzag(zigzag(signed)), signed);
        }
    }

    #[test]
    fn a_number_that_is_cut_or_too_large_is_none() {
        assert_eq!(Numbers(&[0x80]).next(), None);
        assert_eq!(Numbers(&[0xff; 11]).next(), None);
        assert_eq!(
            Numbers(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]).next(),
            None
        );
        assert_eq!(Numbers(&[0x80, 0x80, 0x80, 0x80, 0x10]).small(), None);
        assert_eq!(Numbers(&[2, 1]).bytes(), None);
    }

    #[test]
    fn ascending_numbers_are_read_back() {
        let numbers = [0, 1, 5, 300, u32::MAX];
        let mut bytes = Vec::new();
        put_ascending(&mut bytes, numbers);
        let mut ascending = Ascending::new(&bytes);
        assert!(ascending.by_ref().eq(numbers));
        assert!(ascending.is_complete());
        assert_eq!(Numbers(&bytes).take_ascending(5), Some(numbers.to_vec()));
        assert_eq!(Numbers(&bytes).take_ascending(u64::MAX), None);
        bytes.push(0);
        let mut beyond = Ascending::new(&bytes);
        assert_eq!((beyond.by_ref().count(), beyond.is_complete()), (5, false));
    }
}
