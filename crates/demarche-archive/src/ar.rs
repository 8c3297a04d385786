//! ar: archives of object files (`libc.a`, `.rlib`) and Debian's packages; a header of 60 bytes before each file.
//!
//! Sources: System V's and GNU's layout, with long names in a file called `//`; BSD's, with long names before the bytes;
//! deb(5) for packages.

use std::io::Read;
use std::ops::ControlFlow;

use crate::budget::{Budget, Stop};
use crate::entry::{Body, Entry, Visit, entry_name};
use crate::fields::{AR_MARK, size, wide};
use crate::shortfall::ArchiveShortfall;
use crate::tar::Contained;

/// The bytes of a header.
const HEADER: usize = 60;

/// The most bytes of the list of long names.
const LONGEST_LIST: u64 = 16 << 20;

/// The most bytes of one long name before its file.
const LONGEST_NAME: u64 = 4096;

pub(crate) fn walk(
    source: &mut dyn Read,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
) -> Vec<ArchiveShortfall> {
    walk_to_fault(source, budget, visit).err().into_iter().collect()
}

fn walk_to_fault(
    source: &mut dyn Read,
    budget: &mut Budget,
    visit: &mut Visit<'_>,
) -> Result<(), ArchiveShortfall> {
    budget.skip(&mut (&mut *source).take(wide(AR_MARK.len()))).map_err(breaks_off)?;
    let mut long_names = Vec::new();
    while let Some(header) = next_header(source)? {
        let count = decimal(header.get(48..58)).ok_or(ArchiveShortfall::ArHeader)?;
        let mut body = Contained::new(&mut *source, count);
        match field(&header) {
            b"//" => {
                long_names =
                    budget.read(&mut (&mut body).take(LONGEST_LIST)).map_err(breaks_off)?;
            }
            // The lists of symbols.
            b"/" | b"/SYM64/" | b"__.SYMDEF" | b"__.SYMDEF SORTED" => {}
            short => {
                let name = name(short, &long_names, &mut body, budget)?;
                budget.count_file().map_err(|_| ArchiveShortfall::UsedUp)?;
                let name = entry_name(&name);
                let entry = Entry { name, size: Some(body.left()), body: Body::Open(&mut body) };
                if visit(entry, budget) == ControlFlow::Break(()) {
                    return Ok(());
                }
            }
        }
        budget.skip(&mut body).map_err(breaks_off)?;
        budget.skip(&mut (&mut *source).take(count % 2)).map_err(breaks_off)?;
    }
    Ok(())
}

/// The reason for which nothing behind a file is reached.
fn breaks_off(stop: Stop) -> ArchiveShortfall {
    match stop {
        Stop::Limit(_) => ArchiveShortfall::UsedUp,
        Stop::Broken(error) => ArchiveShortfall::Stream(error),
    }
}

/// The next header; `None` at the end of the archive.
fn next_header(source: &mut dyn Read) -> Result<Option<Vec<u8>>, ArchiveShortfall> {
    let mut header = Vec::new();
    let met = source.take(wide(HEADER)).read_to_end(&mut header);
    match met.map_err(ArchiveShortfall::Stream)? {
        0 => Ok(None),
        HEADER if header.ends_with(b"`\n") => Ok(Some(header)),
        _ => Err(ArchiveShortfall::ArHeader),
    }
}

/// The name in a header, without the spaces behind it.
fn field(header: &[u8]) -> &[u8] {
    header.get(..16).unwrap_or(header).trim_ascii_end()
}

/// A number in decimal digits with spaces behind it.
fn decimal(field: Option<&[u8]>) -> Option<u64> {
    std::str::from_utf8(field?).ok()?.trim_end().parse().ok()
}

/// The whole name of a file: short ones end with a slash, long ones stand in the list or before the bytes.
fn name(
    short: &[u8],
    long_names: &[u8],
    body: &mut dyn Read,
    budget: &mut Budget,
) -> Result<String, ArchiveShortfall> {
    let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if let Some(offset) = short.strip_prefix(b"/").and_then(|digits| decimal(Some(digits))) {
        let from = long_names.get(size(offset)..).unwrap_or(&[]);
        let name = from.split(|byte| *byte == b'\n').next().unwrap_or(from);
        return Ok(words(name.strip_suffix(b"/").unwrap_or(name)));
    }
    if let Some(length) = short.strip_prefix(b"#1/").and_then(|digits| decimal(Some(digits))) {
        let name = budget.read(&mut body.take(length.min(LONGEST_NAME))).map_err(breaks_off)?;
        return Ok(words(name.split(|byte| *byte == 0).next().unwrap_or(&name)));
    }
    Ok(words(short.strip_suffix(b"/").unwrap_or(short)))
}
