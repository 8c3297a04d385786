use std::collections::BTreeMap;

use object::elf;

use super::header::{Class, Headers};
use crate::little_endian::{name_at, part, size, wide};
use crate::{Architecture, Section, VirtualAddress, memory};

/// More kinds of entries than any system knows.
const MOST: usize = 4096;

/// The loader's own table: tags and their values, the first of each tag.
pub(crate) struct Dynamic {
    tags: BTreeMap<u64, u64>,
    /// The lowest address of an image that was moved, and how far it was moved.
    moved: Option<(u64, u64)>,
}

impl Dynamic {
    /// Reads the table through memory; a static program has none.
    pub(crate) fn read<C: Class>(
        headers: &Headers<'_, C>,
        sections: &[Section<'_>],
        architecture: Architecture,
    ) -> Self {
        let Some((address, _)) = headers.segment(elf::PT_DYNAMIC) else {
            return Self { tags: BTreeMap::new(), moved: None };
        };
        let pointer = wide(architecture.pointer_size());
        // The loader goes on to the entry that ends the table, whatever sizes the program header states.
        let entries = wide(headers.bytes.len()) / (pointer * 2);
        let mut tags = BTreeMap::new();
        for index in 0..entries {
            let target = address.plus(index * pointer * 2);
            let word = |target| memory::pointer(sections, target, architecture);
            let (Some(tag), Some(value)) = (word(target), word(target.plus(pointer))) else {
                break;
            };
            if tag.0 == 0 {
                break;
            }
            if tags.len() < MOST || tags.contains_key(&tag.0) {
                tags.entry(tag.0).or_insert(value.0);
            }
        }
        let moved = (headers.bias() != 0).then(|| (headers.base().0, headers.bias()));
        Self { tags, moved }
    }

    /// A tag's value.
    pub(crate) fn value(&self, tag: elf::DynamicTag) -> Option<u64> {
        self.tags.get(&tag.0.cast_unsigned()).copied()
    }

    /// A tag's value as an address; zero is none.
    ///
    /// In memory some loaders have moved the addresses in this table already, and some have not.
    pub(crate) fn address(&self, tag: elf::DynamicTag) -> Option<VirtualAddress> {
        let value = self.value(tag).filter(|value| *value != 0)?;
        Some(VirtualAddress(match self.moved {
            Some((base, bias)) if value < base => value.wrapping_add(bias),
            _ => value,
        }))
    }

    /// The bytes of a table from its address and size, as far as memory has them.
    pub(crate) fn table<'data>(
        &self,
        sections: &'data [Section<'_>],
        address: elf::DynamicTag,
        count: elf::DynamicTag,
    ) -> Option<(VirtualAddress, &'data [u8])> {
        let address = self.address(address)?;
        let bytes = memory::bytes(sections, address);
        let count = size(self.value(count)?).min(bytes.len());
        Some((address, bytes.get(..count)?))
    }

    /// A name from the table of strings.
    pub(crate) fn name<'data>(&self, sections: &'data [Section<'_>], offset: u32) -> &'data [u8] {
        let strings = self.table(sections, elf::DT_STRTAB, elf::DT_STRSZ);
        let strings = strings.map_or(&[][..], |(_, bytes)| bytes);
        name_at(strings, size(offset))
    }
}

/// The library of each imported symbol, by the versions that the linker wrote down.
///
/// Source: Linux Standard Base 5.0, core specification, sections 10.7.2 and 10.7.5.
pub(crate) struct Libraries(BTreeMap<u16, String>);

impl Libraries {
    /// Reads the libraries' names and the versions wanted of each.
    pub(crate) fn read<C: Class>(dynamic: &Dynamic, sections: &[Section<'_>]) -> Self {
        let mut names = BTreeMap::new();
        let mut address = dynamic.address(elf::DT_VERNEED);
        // Each version has its own 15-bit number, so that there cannot be more steps than that.
        let mut steps = 0_u32;
        for _ in 0..dynamic.value(elf::DT_VERNEEDNUM).map_or(0, |count| count.min(0x8000)) {
            let Some(need) = address else { break };
            let bytes = memory::bytes(sections, need);
            let fields = (
                C::u16_at(bytes, 2),
                C::u32_at(bytes, 4),
                C::u32_at(bytes, 8),
                C::u32_at(bytes, 12),
            );
            let (Some(count), Some(file), Some(first), Some(next)) = fields else { break };
            let file = part(dynamic.name(sections, file), 0, 256);
            let file = String::from_utf8_lossy(file).to_ascii_lowercase();
            let mut version = need.plus(first.into());
            for _ in 0..count {
                let bytes = memory::bytes(sections, version);
                let (Some(number), Some(step)) = (C::u16_at(bytes, 6), C::u32_at(bytes, 12)) else {
                    break;
                };
                names.entry(number & 0x7fff).or_insert_with(|| file.clone());
                steps += 1;
                if step == 0 || steps >= 0x8000 {
                    break;
                }
                version = version.plus(step.into());
            }
            address = (next != 0).then(|| need.plus(next.into()));
        }
        Self(names)
    }

    /// The library that a symbol is wanted from; empty where the file does not say.
    pub(crate) fn of<C: Class>(
        &self,
        dynamic: &Dynamic,
        sections: &[Section<'_>],
        symbol: u32,
    ) -> String {
        let numbers = dynamic.address(elf::DT_VERSYM);
        let address = numbers.map(|numbers| numbers.plus(u64::from(symbol) * 2));
        let number = address.and_then(|address| C::u16_at(memory::bytes(sections, address), 0));
        number.and_then(|number| self.0.get(&(number & 0x7fff))).cloned().unwrap_or_default()
    }
}
