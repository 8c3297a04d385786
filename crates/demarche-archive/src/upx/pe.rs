//! Packed programs for Windows: one block with everything that the sections had, and behind it the headers of the file that
//! was packed.
//!
//! The file is put together anew. Its code and data are those that were packed, at their addresses; lists of imports and of
//! relocated pointers are written into sections of their own, and exports and resources stay where UPX has put them. The new
//! sections stand behind those of the program, whose numbers the linker's symbols name.

#![warn(clippy::indexing_slicing)]

use super::block::Method;
use super::filter::Filter;
use super::headers::{EXPORTS, Headers, IMPORTS, RELOCATIONS, RESOURCES, SECTION};
use super::rebuilt::{Rebuilt, Section};
use super::symbols::Symbols;
use super::tables::Tables;
use super::trailer::adler;
use super::{Unpacked, UpxShortfall};
use crate::fields::{size, u16_at, u32_at, u32_or_zero, wide};

/// The bytes of UPX's own header.
const HEAD: usize = 32;

/// Unpacks a program; `None` where it is not packed.
pub(crate) fn unpack(bytes: &[u8], bound: u64) -> Option<Result<Unpacked, UpxShortfall>> {
    const REACH: usize = 4096;
    let start = size(u32_at(bytes, 0x3c)?);
    let headers = Headers::read(bytes.get(start..)?)?;
    let front = bytes.get(..REACH).unwrap_or(bytes);
    let mark = front.windows(4).position(|window| window == b"UPX!");
    let is_named = headers.sections.iter().any(|section| section.starts_with(b"UPX"));
    match mark {
        None => is_named.then_some(Err(UpxShortfall::Sections)),
        Some(mark) => {
            let packed = Packed { bytes, start, headers, mark };
            Some(packed.unpack(bound))
        }
    }
}

/// A packed file.
struct Packed<'data> {
    bytes: &'data [u8],
    /// The place of the headers.
    start: usize,
    headers: Headers<'data>,
    /// The place of UPX's own header.
    mark: usize,
}

impl Packed<'_> {
    fn unpack(&self, bound: u64) -> Result<Unpacked, UpxShortfall> {
        let head = self.bytes.get(self.mark..).unwrap_or(&[]);
        let field = |offset| u32_at(head, offset).ok_or(UpxShortfall::Headers);
        let (plain_sum, packed_sum) = (field(8)?, field(12)?);
        let (unpacked, packed) = (field(16)?, field(20)?);
        let method = head.get(6).copied().and_then(Method::of).ok_or(UpxShortfall::Method)?;
        if u64::from(unpacked) > bound {
            return Err(UpxShortfall::Limit);
        }
        let data = HEAD.checked_add(size(packed)).and_then(|end| head.get(HEAD..end));
        let data = data.ok_or(UpxShortfall::Headers)?;
        let image = method.decode(data, unpacked.into())?;
        let holds = adler(1, data) == packed_sum && adler(1, &image) == plain_sum;
        let [kind, mark, ..] = u32_or_zero(head, 28).to_le_bytes();
        let filter = Filter { kind, mark, start: 0 };
        let bytes = self.rebuild(image, filter).ok_or(UpxShortfall::Headers)??;
        // Of the packed file come at most its last section and what lies behind it.
        if wide(bytes.len()) > bound.saturating_add(wide(self.bytes.len()).saturating_mul(2)) {
            return Err(UpxShortfall::Limit);
        }
        Ok(Unpacked { bytes, shortfall: (!holds).then_some(UpxShortfall::Checksum) })
    }

    /// Puts the file together; `None` where what stands behind its sections is not what UPX writes.
    fn rebuild(&self, mut image: Vec<u8>, filter: Filter) -> Option<Result<Vec<u8>, UpxShortfall>> {
        let position = size(u32_at(&image, image.len().checked_sub(4)?)?);
        let tail = image.get(position..)?.to_vec();
        // The headers come first, then those of the sections, without anything between them.
        let headers = Headers::read(&tail)?;
        let lowest = u32_at(headers.sections.first()?, 12)?;
        let behind = Headers::size(headers.is_64) + headers.sections.len() * SECTION;
        let (code, base) = (u32_at(&tail, 28)?, u32_at(&tail, 44)?);
        let start = base.checked_sub(lowest)?;
        let filtered = image.get_mut(size(start)..)?;
        let length = size(code).min(filtered.len());
        let filter = Filter { start, ..filter };
        if filter.undo(filtered.get_mut(..length)?).is_none() {
            return Some(Err(UpxShortfall::Method));
        }
        let mut rest = tail.get(behind..)?;
        let mut tables = Tables::new(headers, self.headers, lowest)?;
        if headers.directory(IMPORTS).is_some_and(|(_, length)| length > 20) {
            let names = self.imported_names()?;
            tables.imports(&mut image, size(u32_at(rest, 0)?), names)?;
            rest = rest.get(8..)?;
        }
        let is_fixed = u16_at(&tail, 22)? & 1 != 0;
        let relocated = headers.directory(RELOCATIONS).filter(|_| !is_fixed);
        if relocated.is_some_and(|(_, length)| length > 8) {
            tables.relocations(&mut image, size(u32_at(rest, 0)?))?;
        }
        Some(Ok(self.write(headers, lowest, &image, tables)?))
    }

    /// Writes the file: headers, the sections as they were, and the new ones.
    fn write(
        &self,
        headers: Headers<'_>,
        lowest: u32,
        image: &[u8],
        tables: Tables<'_>,
    ) -> Option<Vec<u8>> {
        let end = tables.end();
        let mut sections = own_sections(headers, lowest, image)?;
        // Exports and resources stay in the last section of the packed file.
        let mut directories: Vec<(usize, (u32, u32))> = [EXPORTS, RESOURCES]
            .map(|index| {
                let table = headers.directory(index).and(self.headers.directory(index));
                (index, table.unwrap_or_default())
            })
            .to_vec();
        if let Some(last) = self.headers.sections.last() {
            let start = u32_or_zero(last, 12);
            let bytes = self.bytes_of(last).unwrap_or(&[]).to_vec();
            sections.push(Section::named(b".shell\0\0", start, bytes)?);
        }
        for (index, name, table) in [
            (IMPORTS, b".imports", tables.imports),
            (RELOCATIONS, b".relocs\0", tables.relocations),
        ] {
            let Some((start, bytes)) = table else {
                directories.push((index, (0, 0)));
                continue;
            };
            directories.push((index, (start, u32::try_from(bytes.len()).ok()?)));
            sections.push(Section::named(name, start, bytes)?);
        }
        let front = self.bytes.get(..self.start)?;
        let symbols = Symbols::of(headers, self.headers, self.bytes);
        Rebuilt { front, headers, end, directories, sections, symbols }.write()
    }

    /// The bytes of a section of the packed file.
    fn bytes_of(&self, section: &[u8; SECTION]) -> Option<&[u8]> {
        let (length, offset) = (u32_at(section, 16)?, size(u32_at(section, 20)?));
        self.bytes.get(offset..offset.checked_add(size(length))?)
    }

    /// The section of the packed file that an address lies in, as its bytes from there on.
    fn bytes_at(&self, address: u32) -> Option<&[u8]> {
        self.headers.sections.iter().find_map(|section| {
            let (start, length) = (u32_at(section, 12)?, u32_at(section, 16)?);
            let within = address.checked_sub(start).filter(|within| *within < length)?;
            self.bytes_of(section)?.get(size(within)..)
        })
    }

    /// The names of imported libraries, which UPX leaves unpacked.
    fn imported_names(&self) -> Option<&[u8]> {
        let (address, _) = self.headers.directory(IMPORTS)?;
        self.bytes_at(address)
    }
}

/// The sections of the program; `None` where they would have more bytes than all of it.
fn own_sections(headers: Headers<'_>, lowest: u32, image: &[u8]) -> Option<Vec<Section>> {
    let mut left = image.len();
    let section = |header: &[u8; SECTION]| {
        let field = |offset| u32_or_zero(header, offset);
        let start = size(field(12).wrapping_sub(lowest));
        let length = size(field(16).min(field(8).max(1)));
        let bytes = image.get(start..).unwrap_or(&[]);
        let bytes = bytes.get(..length).unwrap_or(bytes);
        left = left.checked_sub(bytes.len())?;
        Some(Section { header: *header, bytes: bytes.to_vec() })
    };
    headers.sections.iter().map(section).collect()
}
