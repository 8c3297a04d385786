//! tar: blocks of 512 bytes, a header for each file and then its bytes.
//!
//! Sources: POSIX.1-2017, pax, "ustar Interchange Format" and "pax Extended Header"; GNU tar manual, "Basic Tar Format",
//! for long names and sizes of 8 GiB and more. Sparse files are handed over as they lie in the archive.

use std::io::{self, Read};
use std::ops::ControlFlow;

use crate::budget::{Budget, Stop};
use crate::entry::{Body, Entry, Visit, entry_name};
use crate::fields::{BLOCK, octal, size, wide};
use crate::shortfall::ArchiveShortfall;

/// The most bytes of a header with a long name: names are cut long before.
const LONGEST_HEADER: u64 = 64 << 10;

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
    let mut long_name = None;
    while let Some(header) = next_header(source)? {
        let count = header.get(124..136).and_then(number).ok_or(ArchiveShortfall::TarHeader)?;
        let mut body = Contained::new(&mut *source, count);
        match header.get(156) {
            Some(kind @ (b'L' | b'x')) => {
                long_name = extended(*kind, &mut body, budget)?.or(long_name);
            }
            // An ordinary file has the kind 0, in old files a zero byte; S is a sparse file, 7 a contiguous one.
            Some(b'0' | 0 | b'7' | b'S') => {
                budget.count_file().map_err(|_| ArchiveShortfall::UsedUp)?;
                let name = entry_name(&long_name.take().unwrap_or_else(|| name(&header)));
                let entry = Entry { name, size: Some(count), body: Body::Open(&mut body) };
                if visit(entry, budget) == ControlFlow::Break(()) {
                    return Ok(());
                }
            }
            _ => long_name = None,
        }
        budget.skip(&mut body).map_err(breaks_off)?;
        let padding = count.next_multiple_of(wide(BLOCK)) - count;
        budget.skip(&mut source.take(padding)).map_err(breaks_off)?;
    }
    Ok(())
}

/// The reason for which nothing behind a file is reached.
fn breaks_off(stop: Stop) -> ArchiveShortfall {
    match stop {
        Stop::Limit(_) => ArchiveShortfall::UsedUp,
        Stop::Broken(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            ArchiveShortfall::TarBreaksOff
        }
        Stop::Broken(error) => ArchiveShortfall::Stream(error),
    }
}

/// The next header; `None` at the end of the file, and at the blocks of zeros that mark it.
fn next_header(source: &mut dyn Read) -> Result<Option<Vec<u8>>, ArchiveShortfall> {
    let mut header = Vec::new();
    let met = source.take(wide(BLOCK)).read_to_end(&mut header);
    match met.map_err(ArchiveShortfall::Stream)? {
        0 => Ok(None),
        BLOCK if header.iter().all(|byte| *byte == 0) => Ok(None),
        BLOCK => Ok(Some(header)),
        _ => Err(ArchiveShortfall::TarHeader),
    }
}

/// The bytes of a file in a tar file. An end of the tar file before theirs is an error.
pub(crate) struct Contained<'a> {
    source: &'a mut dyn Read,
    left: u64,
}

impl<'a> Contained<'a> {
    /// The next bytes of a source, so many.
    pub(crate) fn new(source: &'a mut dyn Read, left: u64) -> Self {
        Self { source, left }
    }

    /// The bytes that were not read yet.
    pub(crate) const fn left(&self) -> u64 {
        self.left
    }
}

impl Read for Contained<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(size(self.left));
        let Some(buffer) = buffer.get_mut(..count).filter(|buffer| !buffer.is_empty()) else {
            return Ok(0);
        };
        match self.source.read(buffer)? {
            0 => Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "the file is longer than its archive",
            )),
            count => {
                self.left = self.left.saturating_sub(wide(count));
                Ok(count)
            }
        }
    }
}

/// The long name in an extended header; `None` where the header is about something else.
fn extended(
    kind: u8,
    body: &mut dyn Read,
    budget: &mut Budget,
) -> Result<Option<String>, ArchiveShortfall> {
    let bytes = budget.read(&mut body.take(LONGEST_HEADER)).map_err(breaks_off)?;
    let name = if kind == b'L' {
        Some(bytes.split(|byte| *byte == 0).next().unwrap_or(&[]))
    } else {
        // Records are `12 path=name` with a line feed behind; the number is the record's length.
        bytes.split(|byte| *byte == b'\n').find_map(|record| {
            let space = record.iter().position(|byte| *byte == b' ')?;
            record.get(space + 1..)?.strip_prefix(b"path=")
        })
    };
    Ok(name.map(|name| String::from_utf8_lossy(name).into_owned()))
}

/// A size: in octal digits, or in binary with the first bit set.
fn number(field: &[u8]) -> Option<u64> {
    match field.split_first() {
        Some((0x80, rest)) => rest.last_chunk().copied().map(u64::from_be_bytes),
        _ => octal(field),
    }
}

/// A name: the prefix's bytes and the name's, with a `/` between.
fn name(header: &[u8]) -> String {
    let field = |range: std::ops::Range<usize>| {
        let bytes = header.get(range).unwrap_or(&[]);
        let bytes = bytes.split(|byte| *byte == 0).next().unwrap_or(&[]);
        String::from_utf8_lossy(bytes).into_owned()
    };
    // GNU tar has other fields where POSIX has the prefix.
    let has_prefix = header.get(257..263) == Some(b"ustar\0");
    match field(345..500).as_str() {
        prefix if has_prefix && !prefix.is_empty() => format!("{prefix}/{}", field(0..100)),
        _ => field(0..100),
    }
}
