//! Answers as CSV, row by row.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use demarche_case::assessment::routes::Family;

use crate::fault::BatchError;
use crate::folder::Whole;
use crate::manifest::Kind;
use crate::merge::{HegemonyRow, VisibilityRow, hegemony, visibility};
use crate::plan::Range;

/// The first line of an answer of a kind.
#[must_use]
pub const fn header(kind: Kind) -> &'static str {
    match kind {
        Kind::RoutesHegemony => "origin,family,network,hegemony\n",
        Kind::RoutesVisibility => "origin,family,prefix,seen_by,sessions\n",
    }
}

const fn digit(family: Family) -> char {
    match family {
        Family::Ipv4 => '4',
        Family::Ipv6 => '6',
    }
}

/// Adds the lines of one origin and family to a text.
pub fn hegemony_lines(row: &HegemonyRow, text: &mut String) {
    for (network, score) in &row.networks {
        let (origin, family) = (row.origin.0, digit(row.family));
        let _ = writeln!(text, "{origin},{family},{},{score}", network.0);
    }
}

fn visibility_line(row: &VisibilityRow, text: &mut String) {
    let VisibilityRow { family, origin, prefix, seen_by, sessions } = row;
    let _ = writeln!(text, "{},{},{prefix},{seen_by},{sessions}", origin.0, digit(*family));
}

/// Merges partials and writes the lines of a range, without the first line; returns their number.
///
/// `path` names the output in errors.
///
/// # Errors
///
/// [`BatchError`]: a table cannot be read, or the output cannot be written.
pub fn write_lines(
    found: &Whole,
    range: Range,
    trim: f64,
    output: &mut dyn Write,
    path: &Path,
) -> Result<u64, BatchError> {
    let mut lines = Lines {
        output: BufWriter::with_capacity(1 << 20, output),
        text: String::new(),
        rows: 0,
        failed: None,
    };
    match found.kind {
        Kind::RoutesHegemony => hegemony(found, range, trim, &mut |row| {
            hegemony_lines(&row, &mut lines.text);
            lines.write(row.networks.len())
        })?,
        Kind::RoutesVisibility => visibility(found, range, &mut |row| {
            visibility_line(&row, &mut lines.text);
            lines.write(1)
        })?,
    }
    lines.finish().map_err(BatchError::path("write", path))
}

/// Lines on their way to an output, and the first error that it met.
struct Lines<W: Write> {
    output: BufWriter<W>,
    text: String,
    rows: u64,
    failed: Option<io::Error>,
}

impl<W: Write> Lines<W> {
    fn write(&mut self, rows: usize) -> ControlFlow<()> {
        self.rows += rows as u64;
        let written = self.output.write_all(self.text.as_bytes());
        self.text.clear();
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.failed = Some(error);
                ControlFlow::Break(())
            }
        }
    }

    fn finish(mut self) -> io::Result<u64> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.output.flush().map(|()| self.rows),
        }
    }
}
