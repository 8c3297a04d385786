//! Lists of imports and of relocated pointers, as UPX writes them, made into those that Windows reads.

#![warn(clippy::indexing_slicing)]

use super::headers::{Headers, PAGE};
use crate::fields::{size, u32_at};

/// A table that is written anew, as its address and bytes.
pub(crate) type Table = (u32, Vec<u8>);

/// The tables of a program that are written anew.
pub(crate) struct Tables<'data> {
    headers: Headers<'data>,
    /// The address of the first section.
    lowest: u32,
    /// The first free address.
    free: u32,
    pub(crate) imports: Option<Table>,
    pub(crate) relocations: Option<Table>,
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

/// The text up to the next zero.
fn text(bytes: &[u8]) -> Option<&[u8]> {
    let length = bytes.iter().position(|byte| *byte == 0)?;
    bytes.get(..length)
}

impl<'data> Tables<'data> {
    /// No tables yet. The first address that they may take lies behind all sections of the program and of the packed file:
    /// a section of the packed file keeps its address.
    pub(crate) fn new(headers: Headers<'data>, packed: Headers<'_>, lowest: u32) -> Option<Self> {
        let end = headers.end_in_memory()?.max(packed.end_in_memory()?);
        let free = end.checked_next_multiple_of(PAGE)?;
        Some(Self { headers, lowest, free, imports: None, relocations: None })
    }

    /// The address behind everything.
    pub(crate) const fn end(&self) -> u32 {
        self.free
    }

    /// Reads the list of imports that UPX writes, and writes that of Windows.
    pub(crate) fn imports(&mut self, image: &mut [u8], list: usize, names: &[u8]) -> Option<()> {
        let copy = image.get(list..)?.to_vec();
        // Libraries have their names outside of the image, and every name but theirs is in it once.
        let limit = image.len().checked_add(names.len())?;
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
            if texts.len() > limit {
                return None;
            }
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
                image.get_mut(slot..slot.checked_add(width)?)?.copy_from_slice(value);
                slot += width;
            }
            lists.extend(std::iter::repeat_n(0, width));
        }
        table.resize(heads, 0);
        table.extend(lists);
        table.extend(texts);
        self.take(start, table).map(|table| self.imports = Some(table))
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
    pub(crate) fn relocations(&mut self, image: &mut [u8], list: usize) -> Option<()> {
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
        self.take(self.free, table).map(|table| self.relocations = Some(table))
    }

    /// Gives a new table its room.
    fn take(&mut self, start: u32, bytes: Vec<u8>) -> Option<Table> {
        let end = start.checked_add(u32::try_from(bytes.len()).ok()?)?;
        self.free = end.checked_next_multiple_of(PAGE)?;
        Some((start, bytes))
    }
}
