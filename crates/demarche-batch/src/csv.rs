//! Answers as CSV, row by row.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

use demarche_case::assessment::routes::Family;

use crate::exposed_merge::{Counts, counted, exposed};
use crate::fault::BatchError;
use crate::folder::{Asked, Whole};
use crate::manifest::Kind;
use crate::range::Range;
use crate::route_merge::{HegemonyRow, VisibilityRow, hegemony, visibility};
use crate::trait_merge::{Families, Occurrences, Shared, Trait, occurrences, pairs};

/// The first line of an answer of a kind.
#[must_use]
pub const fn header(kind: Kind, asked: Asked) -> &'static str {
    match kind {
        Kind::CodeTraits if asked.pairs.is_some() => "left,right,traits,functions,bytes\n",
        Kind::Exposure => "what,kind,country,number\n",
        Kind::CodeTraits => "what,value,functions,programs,families,library\n",
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

/// A field of a line: line breaks are spaces, and it stands in quotation marks where it has a comma or one of these (RFC 4180).
fn field(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

fn occurrences_line(met: &Occurrences, text: &mut String) {
    let _ = match met.of {
        Trait::Feature(value) => write!(text, "trait,{value:08x}"),
        Trait::Function(hash) => write!(text, "function,{hash:016x}"),
    };
    let Occurrences { functions, programs, families, is_library, .. } = met;
    let _ = writeln!(text, ",{functions},{programs},{},{is_library}", families.len());
}

/// Sums of so many numbers by the beginning of their line, in the order of the lines.
type Sums<const N: usize> = BTreeMap<String, [u64; N]>;

fn sum_lines<const N: usize>(sums: &Sums<N>) -> impl Iterator<Item = String> {
    sums.iter().map(|(line, numbers)| {
        let numbers = numbers.iter().fold(String::new(), |text, number| format!("{text},{number}"));
        format!("{line}{numbers}\n")
    })
}

/// Merges partials and writes the lines of a range, without the first line; returns their number.
///
/// The lines of all ranges are one answer when [`join`] has put them together.
///
/// `path` names the output in errors.
///
/// # Errors
///
/// [`BatchError`]: a table cannot be read, or the output cannot be written.
pub fn write_lines(
    found: &Whole,
    range: Range,
    asked: Asked,
    output: &mut dyn Write,
    path: &Path,
) -> Result<u64, BatchError> {
    let mut lines = Lines {
        output: BufWriter::with_capacity(1 << 20, output),
        text: String::new(),
        rows: 0,
        failed: None,
    };
    match (found.kind, asked.pairs) {
        (Kind::RoutesHegemony, _) => hegemony(found, range, asked.trim, &mut |row| {
            hegemony_lines(&row, &mut lines.text);
            lines.write(row.networks.len())
        })?,
        (Kind::RoutesVisibility, _) => visibility(found, range, &mut |row| {
            visibility_line(&row, &mut lines.text);
            lines.write(1)
        })?,
        (Kind::CodeTraits, None) => {
            occurrences(found, &Families::of(found), range, &mut |met| {
                occurrences_line(met, &mut lines.text);
                lines.write(1)
            })?;
        }
        (Kind::CodeTraits, Some(limit)) => {
            lines.write_all(sum_lines(&named_pairs(found, range, limit)?));
        }
        (Kind::Exposure, _) => lines.write_all(sum_lines(&counts(exposed(found, range)?))),
    }
    lines.finish().map_err(BatchError::path("write", path))
}

/// Merges partials and writes the whole answer with its first line; returns the number of its rows.
///
/// `path` names the output in errors.
///
/// # Errors
///
/// [`BatchError`]: a table cannot be read, or the output cannot be written.
pub fn write_answer(
    found: &Whole,
    asked: Asked,
    output: &mut dyn Write,
    path: &Path,
) -> Result<u64, BatchError> {
    let header = header(found.kind, asked);
    output.write_all(header.as_bytes()).map_err(BatchError::path("write", path))?;
    if found.kind != Kind::Exposure {
        return write_lines(found, Range::ALL, asked, output, path);
    }
    let answer = counts(counted(exposed(found, Range::ALL)?));
    let written = write_sums(&answer, output);
    written.map_err(BatchError::path("write", path))
}

fn write_sums<const N: usize>(sums: &Sums<N>, output: &mut dyn Write) -> io::Result<u64> {
    sum_lines(sums).try_for_each(|line| output.write_all(line.as_bytes()))?;
    Ok(sums.len() as u64)
}

fn counts(counts: Counts) -> Sums<1> {
    counts.into_iter().map(|(line, number)| (line, [number])).collect()
}

/// Pairs of families by their names.
fn named_pairs(found: &Whole, range: Range, limit: u32) -> Result<Sums<3>, BatchError> {
    let families = Families::of(found);
    let name = |family: u32| families.names.get(family as usize).map_or("", String::as_str);
    let mut named = Sums::new();
    for ((left, right), shared) in pairs(found, &families, range, limit)? {
        let names = format!("{},{}", field(name(left)), field(name(right)));
        let Shared { traits, functions, bytes } = shared;
        add(names, [traits, functions, bytes], &mut named);
    }
    Ok(named)
}

fn add<const N: usize>(line: String, numbers: [u64; N], sums: &mut Sums<N>) {
    let sum = sums.entry(line).or_insert([0; N]);
    sum.iter_mut().zip(numbers).for_each(|(sum, number)| *sum += number);
}

/// Puts the rows of all ranges together, without the first line, and returns their number; each part comes with its own.
///
/// Most answers are their parts one behind the other. Pairs of families and counts are in many parts, and are summed.
///
/// # Errors
///
/// A part cannot be read or is none, or the output cannot be written.
pub fn join(
    kind: Kind,
    asked: Asked,
    parts: impl Iterator<Item = io::Result<(u64, File)>>,
    output: &mut dyn Write,
) -> io::Result<u64> {
    if kind == Kind::Exposure {
        let lines = summed(parts)?.into_iter().map(|(line, [number])| (line, number));
        return write_sums(&counts(counted(lines.collect())), output);
    }
    if kind == Kind::CodeTraits && asked.pairs.is_some() {
        return write_sums::<3>(&summed(parts)?, output);
    }
    let mut sum = 0;
    for part in parts {
        let (rows, file) = part?;
        io::copy(&mut BufReader::with_capacity(1 << 20, file), output)?;
        sum += rows;
    }
    Ok(sum)
}

/// The sums of the numbers of equal lines of parts.
fn summed<const N: usize>(
    parts: impl Iterator<Item = io::Result<(u64, File)>>,
) -> io::Result<Sums<N>> {
    let mut sums = Sums::new();
    for part in parts {
        for line in BufReader::with_capacity(1 << 20, part?.1).lines() {
            let (line, numbers) = numbers_of(&line?)
                .ok_or_else(|| io::Error::other("a part has a line that none has"))?;
            add(line, numbers, &mut sums);
        }
    }
    Ok(sums)
}

/// The beginning of a line and the numbers at its end; `None` for a line that no part has.
fn numbers_of<const N: usize>(line: &str) -> Option<(String, [u64; N])> {
    let mut numbers = [0; N];
    let mut rest = line;
    for number in numbers.iter_mut().rev() {
        let (before, text) = rest.rsplit_once(',')?;
        *number = text.parse().ok()?;
        rest = before;
    }
    Some((rest.to_owned(), numbers))
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

    fn write_all(&mut self, mut all: impl Iterator<Item = String>) {
        let _ = all.try_for_each(|line| {
            self.text.push_str(&line);
            self.write(1)
        });
    }

    fn finish(mut self) -> io::Result<u64> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.output.flush().map(|()| self.rows),
        }
    }
}
