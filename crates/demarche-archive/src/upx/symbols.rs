//! The linker's symbols of a program for Windows, which UPX leaves where they were: behind the sections of its file.
//!
//! The table of symbols and the texts behind it are no part of what is loaded. Its place stands in the headers, as an offset
//! in the file that was packed. Programs by `MinGW` have it behind their sections, those by Go in a section of its own.

#![warn(clippy::indexing_slicing)]

use super::headers::{Headers, SECTION};
use crate::fields::{size, u32_at};

/// The bytes of a symbol.
const SYMBOL: usize = 18;

/// The table of symbols, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbols<'data> {
    /// In a section: the section's number from zero, and the distance to its first byte.
    Within(usize, usize),
    /// Behind all sections, with its texts. Empty where the headers announce symbols that are not there.
    Behind(&'data [u8]),
}

impl<'data> Symbols<'data> {
    /// The table of the program that was packed; `None` where its headers announce no table.
    pub(crate) fn of(program: Headers<'_>, packed: Headers<'_>, file: &'data [u8]) -> Option<Self> {
        let offset = u32_at(program.bytes, 12).filter(|offset| *offset != 0).map(size)?;
        if let Some((number, distance)) = section_of(program, offset) {
            return Some(Self::Within(number, distance));
        }
        let count = size(u32_at(program.bytes, 16)?);
        Some(Self::Behind(behind(program, packed, file, offset, count).unwrap_or(&[])))
    }
}

/// The table and its texts behind the packed file; `None` where something else lies there.
fn behind<'data>(
    program: Headers<'_>,
    packed: Headers<'_>,
    file: &'data [u8],
    offset: usize,
    count: usize,
) -> Option<&'data [u8]> {
    // What lay behind the sections of the program lies behind those of the packed file, byte for byte.
    let distance = offset.checked_sub(end_in_file(program)?)?;
    let rest = file.get(end_in_file(packed)?.checked_add(distance)?..)?;
    let length = count.checked_mul(SYMBOL)?;
    match rest.get(length..).filter(|texts| !texts.is_empty()) {
        Some(texts) => {
            // The texts begin with their size, which counts itself.
            let texts = size(u32_at(texts, 0)?);
            rest.get(..length.checked_add(texts)?).filter(|_| texts >= 4)
        }
        // The file was cut in the table or right behind it: the symbols that are left still have their names.
        None => Some(rest),
    }
}

/// The offset behind all sections of a file, as UPX counts it: a multiple of the alignment that the headers state.
fn end_in_file(headers: Headers<'_>) -> Option<usize> {
    let alignment = size(u32_at(headers.bytes, 60)?).max(1);
    let end = headers.sections.iter().filter_map(stretch).map(|(_, end)| end).max()?;
    end.checked_next_multiple_of(alignment)
}

/// The section that has an offset of the file, by its number from zero, and the distance to the section's first byte.
fn section_of(headers: Headers<'_>, offset: usize) -> Option<(usize, usize)> {
    headers.sections.iter().enumerate().find_map(|(number, section)| {
        let (start, end) = stretch(section)?;
        (start..end).contains(&offset).then(|| (number, offset - start))
    })
}

/// The offsets of a section's first byte in the file, and of the byte behind it; `None` where it has no bytes there.
fn stretch(section: &[u8; SECTION]) -> Option<(usize, usize)> {
    let (length, start) = (size(u32_at(section, 16)?), size(u32_at(section, 20)?));
    (start != 0 && length != 0).then_some(())?;
    Some((start, start.checked_add(length)?))
}
