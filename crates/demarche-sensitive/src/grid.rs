//! The cells of a table, found once so that a long row costs no more than its length.
#![warn(clippy::indexing_slicing)]

use std::ops::Range;

/// The places of all cells; without any for a text that is no table.
#[derive(Debug)]
pub(crate) struct Grid {
    /// The byte at which each cell begins, and one past the last separator.
    cells: Vec<usize>,
    /// The index in `cells` of the first cell of each row, and their number.
    rows: Vec<usize>,
}

/// A cell of a table, by row and column from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) row: usize,
    pub(crate) column: usize,
    /// Its bytes, without the tab or line feed behind it.
    pub(crate) range: Range<usize>,
}

impl Grid {
    /// The grid of prose, in which no cell is found.
    pub(crate) fn none() -> Self {
        Self { cells: Vec::new(), rows: Vec::new() }
    }

    /// The cells of a text with rows by line feed and cells by tab.
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let mut grid = Self { cells: vec![0], rows: vec![0] };
        for sign in memchr::memchr2_iter(b'\t', b'\n', bytes) {
            if bytes.get(sign) == Some(&b'\n') {
                grid.rows.push(grid.cells.len());
            }
            grid.cells.push(sign + 1);
        }
        grid.rows.push(grid.cells.len());
        grid.cells.push(bytes.len() + 1);
        grid
    }

    /// The number of rows, with an empty one behind a last line feed.
    pub(crate) fn rows(&self) -> usize {
        self.rows.len().saturating_sub(1)
    }

    /// The cell in which a byte lies.
    pub(crate) fn at(&self, offset: usize) -> Option<Cell> {
        let index = self.cells.partition_point(|start| *start <= offset).checked_sub(1)?;
        let row = self.rows.partition_point(|first| *first <= index).checked_sub(1)?;
        self.cell(row, index.checked_sub(*self.rows.get(row)?)?)
    }

    /// The cell of a row and column; `None` where the row is shorter.
    pub(crate) fn cell(&self, row: usize, column: usize) -> Option<Cell> {
        let index = self.rows.get(row)?.checked_add(column)?;
        if index >= *self.rows.get(row + 1)? {
            return None;
        }
        let end = self.cells.get(index + 1)?.checked_sub(1)?;
        Some(Cell { row, column, range: *self.cells.get(index)?..end })
    }

    /// The cells of a row.
    pub(crate) fn row(&self, row: usize) -> impl Iterator<Item = Cell> {
        (0..).map_while(move |column| self.cell(row, column))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_lies_in_the_cell_that_its_row_and_column_give() {
        let grid = Grid::of(b"a\tbc\n\td\n");
        assert_eq!(grid.at(3), Some(Cell { row: 0, column: 1, range: 2..4 }));
        assert_eq!(grid.at(5), Some(Cell { row: 1, column: 0, range: 5..5 }));
        assert_eq!(grid.cell(1, 1).map(|cell| cell.range), Some(6..7));
        assert_eq!((grid.cell(1, 2), grid.rows()), (None, 3));
        assert_eq!(Grid::none().at(0), None);
    }
}
