//! Packed programs for Windows: one block with everything that the sections had, and behind it the headers of the file that
//! was packed.
//!
//! The file is put together anew. Its code and data are those that were packed, at their addresses; lists of imports and of
//! relocated pointers are written into sections of their own, and exports and resources stay where UPX has put them.

use super::block::Method;
use super::filter::Filter;
use super::trailer::adler;
use super::{Unpacked, UpxShortfall};
use crate::fields::{size, u16_at, u32_at, u32_or_zero};

/// The bytes of UPX's own header.
const HEAD: usize = 32;

/// The places of tables in the optional header.
const EXPORTS: usize = 0;
const IMPORTS: usize = 1;
const RESOURCES: usize = 2;
const RELOCATIONS: usize = 5;

/// The bytes of a section header.
const SECTION: usize = 40;

/// The headers of a file: either those of the packed file, or those of the file that was packed.
#[derive(Clone, Copy, Debug)]
struct Headers<'data> {
    /// From the signature to the end of the optional header.
    bytes: &'data [u8],
    is_64: bool,
    sections: &'data [[u8; SECTION]],
}

impl<'data> Headers<'data> {
    /// The size of the headers before the sections, with all tables.
    const fn size(is_64: bool) -> usize {
        if is_64 { 264 } else { 248 }
    }

    fn read(bytes: &'data [u8]) -> Option<Self> {
        bytes.strip_prefix(b"PE\0\0")?;
        let is_64 = match u16_at(bytes, 24)? {
            0x10b => false,
            0x20b => true,
            _ => return None,
        };
        let (count, optional) = (u16_at(bytes, 6)?, u16_at(bytes, 20)?);
        let (sections, _) = bytes.get(24 + usize::from(optional)..)?.as_chunks();
        let sections =
            sections.get(..usize::from(count)).filter(|sections| !sections.is_empty())?;
        Some(Self { bytes: bytes.get(..Self::size(is_64))?, is_64, sections })
    }

    /// The place of a table's address and size.
    fn table(self, index: usize) -> usize {
        24 + if self.is_64 { 112 } else { 96 } + 8 * index
    }

    /// The address and size of a table; `None` where there is none.
    fn directory(self, index: usize) -> Option<(u32, u32)> {
        let position = self.table(index);
        let (address, length) = (u32_at(self.bytes, position)?, u32_at(self.bytes, position + 4)?);
        (address != 0 && length != 0).then_some((address, length))
    }

    fn base(self) -> u64 {
        let low = u32_or_zero(self.bytes, if self.is_64 { 48 } else { 52 });
        let high = if self.is_64 { u32_or_zero(self.bytes, 52) } else { 0 };
        u64::from(high) << 32 | u64::from(low)
    }
}

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
        let mut file = Rebuilt::new(headers, lowest);
        if headers.directory(IMPORTS).is_some_and(|(_, length)| length > 20) {
            let names = self.imported_names()?;
            file.imports(&mut image, size(u32_at(rest, 0)?), names)?;
            rest = rest.get(8..)?;
        }
        let is_fixed = u16_at(&tail, 22)? & 1 != 0;
        let relocated = headers.directory(RELOCATIONS).filter(|_| !is_fixed);
        if relocated.is_some_and(|(_, length)| length > 8) {
            file.relocations(&mut image, size(u32_at(rest, 0)?))?;
        }
        Some(Ok(file.write(self, &image, &tail)))
    }

    /// The section of the packed file that an address lies in, as its bytes from there on.
    fn bytes_at(&self, address: u32) -> Option<&[u8]> {
        self.headers.sections.iter().find_map(|section| {
            let (start, length) = (u32_at(section, 12)?, u32_at(section, 16)?);
            let within = address.checked_sub(start).filter(|within| *within < length)?;
            let offset = size(u32_at(section, 20)?);
            self.bytes.get(offset..offset.checked_add(size(length))?)?.get(size(within)..)
        })
    }

    /// The names of imported libraries, which UPX leaves unpacked.
    fn imported_names(&self) -> Option<&[u8]> {
        let (address, _) = self.headers.directory(IMPORTS)?;
        self.bytes_at(address)
    }
}

/// A table that is written anew, as its address and bytes.
type Section = (u32, Vec<u8>);

/// A file that is put together.
struct Rebuilt<'data> {
    headers: Headers<'data>,
    /// The address of the first section.
    lowest: u32,
    /// The first free address.
    free: u32,
    imports: Option<Section>,
    relocations: Option<Section>,
}

/// Sections begin at multiples of this.
const PAGE: u32 = 0x1000;

/// The next multiple of a page; the highest one where there is none.
fn page(address: u32) -> u32 {
    address.checked_next_multiple_of(PAGE).unwrap_or(!(PAGE - 1))
}

/// A size as headers state it.
fn stated(length: usize) -> u32 {
    u32::try_from(length).expect("what UPX packs has sizes of 32 bits")
}

/// The text up to the next zero.
fn text(bytes: &[u8]) -> Option<&[u8]> {
    let length = bytes.iter().position(|byte| *byte == 0)?;
    bytes.get(..length)
}

/// An imported library: its name, the place of its first slot, and what it gives.
struct Library<'image> {
    name: &'image [u8],
    slots: u32,
    functions: Vec<Imported<'image>>,
}

/// An imported function, by name or number.
enum Imported<'image> {
    Name(&'image [u8]),
    Number(u64),
}

impl<'data> Rebuilt<'data> {
    fn new(headers: Headers<'data>, lowest: u32) -> Self {
        let end = |section: &[u8; SECTION]| u32_at(section, 12)?.checked_add(u32_at(section, 8)?);
        let free = headers.sections.iter().filter_map(end).max().unwrap_or(lowest);
        Self { headers, lowest, free: page(free), imports: None, relocations: None }
    }

    /// Reads the list of imports that UPX writes, and writes that of Windows.
    fn imports(&mut self, image: &mut [u8], list: usize, names: &[u8]) -> Option<()> {
        let copy = image.get(list..)?.to_vec();
        let libraries = self.libraries(&copy, names)?;
        let width = if self.headers.is_64 { 8_usize } else { 4 };
        let start = self.free;
        let heads = (libraries.len() + 1) * 20;
        let slots: usize = libraries.iter().map(|library| library.functions.len() + 1).sum();
        let (mut table, mut lists) = (Vec::with_capacity(heads), Vec::new());
        let mut texts: Vec<u8> = Vec::new();
        let texts_at = start.checked_add(u32::try_from(heads + slots * width).ok()?)?;
        let at = |texts: &[u8]| texts_at.checked_add(u32::try_from(texts.len()).ok()?);
        for library in &libraries {
            let lookup = start.checked_add(u32::try_from(heads + lists.len()).ok()?)?;
            let name = at(&texts)?;
            texts.extend_from_slice(library.name);
            texts.push(0);
            let address = library.slots.checked_add(self.lowest)?;
            for word in [lookup, 0, 0, name, address] {
                table.extend(word.to_le_bytes());
            }
            let mut slot = size(library.slots);
            for function in &library.functions {
                let value = match function {
                    Imported::Number(number) => *number,
                    Imported::Name(name) => {
                        let position = at(&texts)?;
                        texts.extend([0, 0]);
                        texts.extend_from_slice(name);
                        texts.push(0);
                        position.into()
                    }
                };
                let value = value.to_le_bytes();
                let value = value.get(..width)?;
                lists.extend_from_slice(value);
                image.get_mut(slot..slot + width)?.copy_from_slice(value);
                slot += width;
            }
            lists.extend(std::iter::repeat_n(0, width));
        }
        table.resize(heads, 0);
        table.extend(lists);
        table.extend(texts);
        self.take(start, table).map(|section| self.imports = Some(section))
    }

    fn libraries<'image>(
        &self,
        mut list: &'image [u8],
        names: &'image [u8],
    ) -> Option<Vec<Library<'image>>> {
        let number = if self.headers.is_64 { 1_u64 << 63 } else { 1 << 31 };
        let mut libraries = Vec::new();
        while let Some(name) = u32_at(list, 0).filter(|name| *name != 0) {
            let name = text(names.get(size(name)..)?)?;
            let slots = u32_at(list, 4)?;
            list = list.get(8..)?;
            let mut functions = Vec::new();
            loop {
                match list {
                    [0, rest @ ..] => {
                        list = rest;
                        break;
                    }
                    [1, rest @ ..] => {
                        let name = text(rest)?;
                        functions.push(Imported::Name(name));
                        list = rest.get(name.len() + 1..)?;
                    }
                    [0xff, low, high, rest @ ..] => {
                        let ordinal = u16::from_le_bytes([*low, *high]);
                        functions.push(Imported::Number(number | u64::from(ordinal)));
                        list = rest;
                    }
                    [_, rest @ ..] => {
                        let position = size(u32_at(rest, 0)?);
                        let ordinal = u64::from(u32_at(names, position)?) & 0xffff;
                        functions.push(Imported::Number(number | ordinal));
                        list = rest.get(4..)?;
                    }
                    [] => return None,
                }
            }
            libraries.push(Library { name, slots, functions });
        }
        Some(libraries)
    }

    /// Reads the list of relocated pointers that UPX writes, gives the pointers their addresses, and writes Windows' list.
    fn relocations(&mut self, image: &mut [u8], list: usize) -> Option<()> {
        let mut rest = image.get(list..)?.to_vec();
        rest.reverse();
        let mut next = || rest.pop();
        let mut places = Vec::new();
        let mut position = 0_u32.wrapping_sub(4);
        loop {
            let step = match next()? {
                0 => break,
                step @ ..0xf0 => step.into(),
                step => {
                    let near = u32::from(u16::from_le_bytes([next()?, next()?]));
                    match u32::from(step & 0x0f) << 16 | near {
                        0 => u32::from_le_bytes([next()?, next()?, next()?, next()?]),
                        far => far,
                    }
                }
            };
            position = position.wrapping_add(step);
            places.push(position);
        }
        let width = if self.headers.is_64 { 8 } else { 4 };
        let base = self.headers.base().wrapping_add(self.lowest.into());
        for position in &places {
            let pointer = image.get_mut(size(*position)..size(*position).checked_add(width)?)?;
            // UPX leaves distances to the first section there, with their highest bytes first.
            let distance = pointer.iter().fold(0, |value: u64, byte| value << 8 | u64::from(*byte));
            let value = distance.wrapping_add(base).to_le_bytes();
            pointer.copy_from_slice(value.get(..width)?);
        }
        let kind = if self.headers.is_64 { 10_u16 } else { 3 };
        let mut table = Vec::new();
        let addresses: Vec<u32> =
            places.iter().map(|position| position.wrapping_add(self.lowest)).collect();
        for block in addresses.chunk_by(|left, right| left / PAGE == right / PAGE) {
            let length = u32::try_from(8 + 2 * block.len()).ok()?.next_multiple_of(4);
            table.extend((block.first()? & !(PAGE - 1)).to_le_bytes());
            table.extend(length.to_le_bytes());
            for address in block {
                let offset = u16::try_from(address & (PAGE - 1)).ok()?;
                table.extend((kind << 12 | offset).to_le_bytes());
            }
            table.resize(table.len().next_multiple_of(4), 0);
        }
        self.take(self.free, table).map(|section| self.relocations = Some(section))
    }

    /// Gives a new section its room.
    fn take(&mut self, start: u32, bytes: Vec<u8>) -> Option<Section> {
        self.free = page(start.checked_add(u32::try_from(bytes.len()).ok()?)?);
        Some((start, bytes))
    }

    /// Writes the file: headers, the sections as they were, and the new ones.
    fn write(self, packed: &Packed<'_>, image: &[u8], tail: &[u8]) -> Vec<u8> {
        let Self { headers, lowest, imports, relocations, .. } = self;
        let mut sections: Vec<([u8; SECTION], Vec<u8>)> = Vec::new();
        for header in headers.sections {
            let field = |offset| u32_or_zero(header, offset);
            let start = size(field(12).wrapping_sub(lowest));
            let length = size(field(16).min(field(8).max(1)));
            let bytes = image.get(start..).unwrap_or(&[]);
            sections.push((*header, bytes.get(..length).unwrap_or(bytes).to_vec()));
        }
        let mut directories = Vec::new();
        for (index, name, section) in
            [(IMPORTS, b".imports", imports), (RELOCATIONS, b".relocs\0", relocations)]
        {
            let table = section.as_ref().map(|(start, bytes)| (*start, bytes.len()));
            directories.push((index, table.unwrap_or((0, 0))));
            sections.extend(section.map(|(start, bytes)| named(name, start, bytes)));
        }
        // Exports and resources stay in the last section of the packed file.
        for index in [EXPORTS, RESOURCES] {
            let table = headers.directory(index).and(packed.headers.directory(index));
            directories
                .push((index, table.map_or((0, 0), |(start, length)| (start, size(length)))));
        }
        if let Some(last) = packed.headers.sections.last() {
            let start = u32_or_zero(last, 12);
            let bytes = packed.bytes_at(start).unwrap_or(&[]).to_vec();
            sections.push(named(b".shell\0\0", start, bytes));
        }
        sections.sort_by_key(|(header, _)| u32_at(header, 12));
        joined(packed, headers, tail, &directories, sections)
    }
}

/// A section of its own, for reading alone.
fn named(name: &[u8; 8], start: u32, bytes: Vec<u8>) -> ([u8; SECTION], Vec<u8>) {
    let length = stated(bytes.len()).to_le_bytes();
    let mut header = [0; SECTION];
    let fields =
        [(0, &name[..]), (8, &length), (12, &start.to_le_bytes()), (36, &[0x40, 0, 0, 0x40])];
    for (offset, field) in fields {
        let position = header.iter_mut().skip(offset);
        position.zip(field).for_each(|(byte, value)| *byte = *value);
    }
    (header, bytes)
}

/// The headers with their new tables, and all sections behind them.
fn joined(
    packed: &Packed<'_>,
    headers: Headers<'_>,
    tail: &[u8],
    directories: &[(usize, (u32, usize))],
    sections: Vec<([u8; SECTION], Vec<u8>)>,
) -> Vec<u8> {
    const ALIGNMENT: usize = 512;
    let mut file = packed.bytes.get(..packed.start).unwrap_or(&[]).to_vec();
    let mut head = tail.get(..Headers::size(headers.is_64)).unwrap_or(&[]).to_vec();
    let mut set = |offset: usize, value: &[u8]| {
        let position = head.iter_mut().skip(offset);
        position.zip(value).for_each(|(byte, value)| *byte = *value);
    };
    let count = u16::try_from(sections.len()).unwrap_or(u16::MAX);
    set(6, &count.to_le_bytes());
    for (index, (start, length)) in directories {
        let length = stated(*length);
        set(headers.table(*index), &start.to_le_bytes());
        set(headers.table(*index) + 4, &length.to_le_bytes());
    }
    // Neither symbols nor a signature lie behind the sections any more.
    set(12, &[0; 8]);
    set(headers.table(4), &[0; 8]);
    file.extend(head);
    let mut offset = (file.len() + sections.len() * SECTION).next_multiple_of(ALIGNMENT);
    for (header, bytes) in &sections {
        let mut header = *header;
        let fields = [(16, bytes.len()), (20, offset)];
        for (position, value) in fields {
            let value = stated(value).to_le_bytes();
            header.iter_mut().skip(position).zip(value).for_each(|(byte, value)| *byte = value);
        }
        file.extend(header);
        offset = (offset + bytes.len()).next_multiple_of(ALIGNMENT);
    }
    for (_, bytes) in sections {
        file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
        file.extend(bytes);
    }
    file
}
