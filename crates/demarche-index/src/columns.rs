//! Columns of a segment: numbers of fixed size, and rows of bytes that are found by their place.
#![warn(clippy::indexing_slicing)]

use crate::numbers::{self, Numbers};

/// The number of rows that share one entry of the table of offsets.
const GROUP: usize = 16;

/// Numbers of 32 bits, the lowest byte first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Words<'a>(&'a [[u8; 4]]);

impl<'a> Words<'a> {
    /// `None` where the bytes are not a whole number of words.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let (words, rest) = bytes.as_chunks();
        rest.is_empty().then_some(Self(words))
    }

    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    #[inline]
    pub(crate) fn get(self, place: u32) -> Option<u32> {
        self.0.get(usize::try_from(place).ok()?).copied().map(u32::from_le_bytes)
    }

    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = u32> {
        self.0.iter().copied().map(u32::from_le_bytes)
    }
}

/// Numbers of 64 bits, the lowest byte first.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Longs<'a>(&'a [[u8; 8]]);

impl<'a> Longs<'a> {
    /// `None` where the bytes are not a whole number of numbers.
    pub(crate) fn new(bytes: &'a [u8]) -> Option<Self> {
        let (longs, rest) = bytes.as_chunks();
        rest.is_empty().then_some(Self(longs))
    }

    pub(crate) fn len(self) -> usize {
        self.0.len()
    }

    #[inline]
    pub(crate) fn get(self, place: u32) -> Option<u64> {
        self.0.get(usize::try_from(place).ok()?).copied().map(u64::from_le_bytes)
    }

    pub(crate) fn iter(self) -> impl ExactSizeIterator<Item = u64> {
        self.0.iter().copied().map(u64::from_le_bytes)
    }
}

/// Rows of bytes, each after its length; a table says where every sixteenth begins.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rows<'a> {
    offsets: Longs<'a>,
    bytes: &'a [u8],
}

impl<'a> Rows<'a> {
    pub(crate) fn new(offsets: Longs<'a>, bytes: &'a [u8]) -> Self {
        Self { offsets, bytes }
    }

    /// Returns true if the table of offsets has the length that so many rows need.
    pub(crate) fn is_of(self, count: usize) -> bool {
        self.offsets.len() == count.div_ceil(GROUP)
    }

    /// The row at an index; `None` where there is none, which in a sound segment means beyond the last.
    #[inline]
    pub(crate) fn get(self, index: u32) -> Option<&'a [u8]> {
        let index = usize::try_from(index).ok()?;
        let offset = self.offsets.get(u32::try_from(index / GROUP).ok()?)?;
        let mut reader = Numbers(self.bytes.get(usize::try_from(offset).ok()?..)?);
        for _ in 0..index % GROUP {
            reader.bytes()?;
        }
        reader.bytes()
    }

    /// The rows from an index on, to the end of the bytes.
    pub(crate) fn from(self, index: u32) -> impl Iterator<Item = &'a [u8]> {
        let reader = self.seek(index).unwrap_or(Numbers(&[]));
        std::iter::repeat(()).scan(reader, |reader, ()| reader.bytes())
    }

    fn seek(self, index: u32) -> Option<Numbers<'a>> {
        let index = usize::try_from(index).ok()?;
        let offset = self.offsets.get(u32::try_from(index / GROUP).ok()?)?;
        let mut reader = Numbers(self.bytes.get(usize::try_from(offset).ok()?..)?);
        for _ in 0..index % GROUP {
            reader.bytes()?;
        }
        Some(reader)
    }
}

/// Rows and the table of their offsets, in the making and complete.
#[derive(Debug, Default)]
pub(crate) struct RowColumns {
    /// The table of offsets.
    pub(crate) offsets: Vec<u8>,
    /// The rows.
    pub(crate) rows: Vec<u8>,
    count: usize,
}

impl RowColumns {
    pub(crate) fn push(&mut self, row: &[u8]) {
        if self.count.is_multiple_of(GROUP) {
            self.offsets.extend_from_slice(&numbers::long(self.rows.len()).to_le_bytes());
        }
        numbers::put(&mut self.rows, numbers::long(row.len()));
        self.rows.extend_from_slice(row);
        self.count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_their_place() {
        let mut columns = RowColumns::default();
        let rows: Vec<Vec<u8>> = (0..100_u8).map(|row| vec![row; usize::from(row) * 3]).collect();
        rows.iter().for_each(|row| columns.push(row));
        let read = Rows::new(Longs::new(&columns.offsets).unwrap(), &columns.rows);
        assert!(read.is_of(100));
        for (place, row) in (0..).zip(&rows) {
            assert_eq!(read.get(place), Some(&**row));
        }
        assert_eq!(read.get(100), None);
        assert!(read.from(37).eq(rows[37..].iter().map(|row| &**row)));
    }
}
