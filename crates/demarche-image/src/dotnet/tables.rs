//! The stream of tables: rows of numbers whose widths depend on the sizes of all tables and heaps.

use super::schema::{Coded, Column, NONE, Table};
use super::shortfall::ManagedShortfall;
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{head, size, tail, u32_at, u64_at, wide};

/// The rows of one table, cut to those that the file holds whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Rows<'data> {
    bytes: &'data [u8],
    /// The number of rows that the header states.
    stated: u32,
    /// The number of rows that are there.
    count: u32,
    /// The bytes of a row.
    width: usize,
    /// The offset and width of each column.
    columns: Vec<(usize, usize)>,
}

/// The tables of the metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tables<'data>(Vec<Rows<'data>>);

/// The widths of indices into the heaps, in bytes, and into tables where all are wide.
#[derive(Clone, Copy, Debug)]
struct Widths {
    names: usize,
    guids: usize,
    blobs: usize,
    are_wide: bool,
}

impl<'data> Tables<'data> {
    /// Reads a stream of tables; `None` where it ends within its header. `is_delta` makes all indices wide (`#JTD`).
    pub(crate) fn read(stream: &'data [u8], is_delta: bool, gaps: &mut Gaps) -> Option<Self> {
        let heaps = *stream.get(6)?;
        let present = u64_at(stream, 8)?;
        let index = |bit: u8| if is_delta || heaps & bit != 0 { 4 } else { 2 };
        let widths =
            Widths { names: index(1), guids: index(2), blobs: index(4), are_wide: is_delta };
        let mut offset = 24_usize;
        let mut stated = [0_u32; 64];
        for (bit, count) in stated.iter_mut().enumerate() {
            if present >> bit & 1 == 1 {
                *count = u32_at(stream, offset)?;
                offset += 4;
            }
        }
        // A flag that only obfuscators set: four bytes more.
        offset += if heaps & 0x40 != 0 { 4 } else { 0 };
        if present >> Table::COUNT != 0 {
            gaps.note(ManagedShortfall::UnknownTables.into(), String::new);
        }
        let known = head(&stated, Table::COUNT);
        let mut rest = tail(stream, offset);
        let mut tables = Vec::with_capacity(known.len());
        for (number, count) in (0_u8..).zip(known) {
            let rows = Rows::take(Table(number), *count, rest, known, widths);
            if rows.count < rows.stated {
                let missing = rows.stated - rows.count;
                let name = || format!("table {number:#04x}, {missing} rows");
                gaps.note(ManagedShortfall::Table.into(), name);
            }
            let taken = size(wide(rows.width) * u64::from(rows.stated));
            rest = tail(rest, taken);
            tables.push(rows);
        }
        Some(Self(tables))
    }

    /// The number of rows of a table that are there.
    pub(crate) fn count(&self, table: Table) -> u32 {
        self.0.get(usize::from(table.0)).map_or(0, |rows| rows.count)
    }

    /// The numbers of the rows of a table, from 1.
    pub(crate) fn rows(&self, table: Table) -> impl Iterator<Item = u32> + use<> {
        1..=self.count(table)
    }

    /// The number in a column of a row; `None` where there is no such row.
    pub(crate) fn cell(&self, table: Table, row: u32, column: usize) -> Option<u32> {
        let rows = self.0.get(usize::from(table.0)).filter(|rows| row <= rows.count)?;
        let (offset, width) = *rows.columns.get(column)?;
        let start = size(row.checked_sub(1)?).checked_mul(rows.width)?.checked_add(offset)?;
        match *rows.bytes.get(start..start.checked_add(width)?)? {
            [a, b] => Some(u32::from(u16::from_le_bytes([a, b]))),
            [a, b, c, d] => Some(u32::from_le_bytes([a, b, c, d])),
            _ => None,
        }
    }

    /// The table and row that a coded reference in a column means; `None` where it means no row.
    pub(crate) fn coded(&self, table: Table, row: u32, column: usize) -> Option<(Table, u32)> {
        let Column::Coded(kind) = *table.columns().get(column)? else { return None };
        decode(kind, self.cell(table, row, column)?)
    }
}

/// The table and row that a coded reference means; `None` where it means no row.
pub(crate) fn decode(kind: Coded, value: u32) -> Option<(Table, u32)> {
    let tag = size(value & ((1 << kind.bits()) - 1));
    let table = kind.tables().get(tag).copied().filter(|table| *table != NONE)?;
    let row = value >> kind.bits();
    (row != 0).then_some((Table(table), row))
}

impl<'data> Rows<'data> {
    fn take(table: Table, stated: u32, bytes: &'data [u8], counts: &[u32], widths: Widths) -> Self {
        if stated == 0 {
            return Self::default();
        }
        let mut columns = Vec::new();
        let mut width = 0;
        for column in table.columns() {
            let bytes = width_of(*column, counts, widths);
            columns.push((width, bytes));
            width += bytes;
        }
        // Every table that is known has a column.
        let present = bytes.len() / width.max(1);
        let count = u32::try_from(present).map_or(stated, |present| stated.min(present));
        let bytes = head(bytes, size(count) * width);
        Self { bytes, stated, count, width, columns }
    }
}

fn width_of(column: Column, counts: &[u32], widths: Widths) -> usize {
    let count = |table: u8| counts.get(usize::from(table)).map_or(0, |rows| *rows);
    let wide = |rows: u32, limit: u32| if widths.are_wide || rows >= limit { 4 } else { 2 };
    match column {
        Column::Short => 2,
        Column::Long => 4,
        Column::Name => widths.names,
        Column::Guid => widths.guids,
        Column::Blob => widths.blobs,
        Column::Row(table) => wide(count(table.0), 1 << 16),
        Column::Coded(kind) => {
            let largest = kind.tables().iter().map(|table| count(*table)).fold(0, u32::max);
            wide(largest, 1 << (16 - kind.bits()))
        }
    }
}

impl From<ManagedShortfall> for ImageShortfall {
    fn from(shortfall: ManagedShortfall) -> Self {
        Self::Managed(shortfall)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coded_reference_has_its_table_in_its_lowest_bits() {
        assert_eq!(decode(Coded::TypeDefOrRef, 0x15), Some((Table::TYPE_REF, 5)));
        assert_eq!(decode(Coded::CustomAttributeType, 0xb), Some((Table::MEMBER_REF, 1)));
        assert_eq!(decode(Coded::CustomAttributeType, 0x8), None);
        assert_eq!(decode(Coded::TypeDefOrRef, 0x2), None);
    }

    #[test]
    fn every_table_has_columns() {
        for number in 0..Table::COUNT {
            let table = Table(u8::try_from(number).unwrap());
            assert!(!table.columns().is_empty(), "{table:?}");
        }
    }
}
