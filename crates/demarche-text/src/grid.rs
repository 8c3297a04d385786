use crate::writer::Writer;

/// The rows of a sheet as they are written, numbered from zero.
///
/// The line of a row is its number, and its columns are parted by tabs, as long as the sheet has no wide gaps.
#[derive(Debug)]
pub(crate) struct Grid<'writer, 'call> {
    writer: &'writer mut Writer<'call>,
    /// The row that is being written.
    row: usize,
    /// The column of the cell that was written last in the row.
    column: Option<usize>,
}

/// Empty rows in a row that are written as empty lines; more of them say nothing about the layout.
const ROWS_WITHIN: usize = 1_000;

/// Empty cells in a row that are written; more of them say nothing about the layout.
const COLUMNS_WITHIN: usize = 64;

impl<'writer, 'call> Grid<'writer, 'call> {
    pub(crate) fn new(writer: &'writer mut Writer<'call>) -> Self {
        Self { writer, row: 0, column: None }
    }

    /// The writer of the sheet.
    pub(crate) fn writer(&mut self) -> &mut Writer<'call> {
        self.writer
    }

    /// Goes on to a row.
    fn go_to(&mut self, row: usize) {
        let Some(gap) = row.checked_sub(self.row).filter(|gap| *gap > 0) else { return };
        let lines = if gap <= ROWS_WITHIN { gap } else { 1 };
        for _ in 0..lines {
            self.writer.push("\n");
        }
        self.row = row;
        self.column = None;
    }

    /// Writes a cell.
    pub(crate) fn cell(&mut self, row: usize, column: usize, text: &str) {
        if text.is_empty() || self.writer.is_full() {
            return;
        }
        self.go_to(row);
        let tabs = match self.column {
            Some(last) => column.checked_sub(last).unwrap_or(1).clamp(1, COLUMNS_WITHIN),
            None => column.min(COLUMNS_WITHIN),
        };
        for _ in 0..tabs {
            self.writer.push("\t");
        }
        self.writer.push_cell(text);
        self.column = Some(column);
    }

    /// Ends the sheet.
    pub(crate) fn finish(self) {
        self.writer.end_line();
    }
}
