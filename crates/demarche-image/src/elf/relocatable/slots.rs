//! The table behind the sections of a relocatable file: a pointer for everything that code reaches through one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::elf::global_table::BIAS;
use crate::gaps::Gaps;
use crate::little_endian::{low, wide};
use crate::parts::Parts;
use crate::{Architecture, Import, Section, VirtualAddress};

/// The table.
pub(crate) struct Slots<'data> {
    pub(crate) first: VirtualAddress,
    /// The distance from the table to the place that code counts from: `gp` on MIPS.
    bias: u64,
    /// The value of `gp` that distances in the file count from already, where a linker put it together from others.
    pub(crate) earlier: u64,
    places: BTreeMap<Slot<'data>, VirtualAddress>,
}

/// The content of a slot.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Slot<'data> {
    Missing(&'data [u8]),
    Holding(VirtualAddress),
    /// The upper half of addresses: on MIPS a place of 64 KiB, in which nothing need lie.
    Page(VirtualAddress),
}

impl Slot<'_> {
    /// The slot with the upper half of an address, whose lower half counts as a signed number.
    pub(crate) fn page(address: VirtualAddress, addend: Option<u64>) -> Self {
        let address = address.0.wrapping_add(addend.unwrap_or(0));
        Self::Page(VirtualAddress(address.wrapping_add(0x8000) & 0xffff_0000))
    }
}

impl<'data> Slots<'data> {
    /// An empty table behind the end of the sections.
    pub(crate) fn behind(end: u64, architecture: Architecture) -> Self {
        let first = VirtualAddress(end.next_multiple_of(0x1000));
        let bias = if architecture.is_mips() { BIAS } else { 0 };
        Self { first, bias, earlier: 0, places: BTreeMap::new() }
    }

    /// The place from which code counts.
    pub(crate) fn origin(&self) -> VirtualAddress {
        self.first.plus(self.bias)
    }

    /// The slot of something, a new one where it has none.
    pub(crate) fn place(&mut self, slot: Slot<'data>, pointer: u64) -> VirtualAddress {
        let next = self.first.plus(wide(self.places.len()) * pointer);
        *self.places.entry(slot).or_insert(next)
    }

    /// Adds the table to the image: a section whose contents are imports and pointers.
    ///
    /// On MIPS it has bytes, as code reads halves of addresses out of it.
    pub(crate) fn finish(self, parts: &mut Parts<'_>, gaps: &mut Gaps) {
        let pointer = wide(parts.architecture.pointer_size());
        let size = wide(self.places.len()) * pointer;
        let order = parts.architecture.byte_order();
        let has_bytes = parts.architecture.is_mips();
        let mut words: Vec<(VirtualAddress, [u8; 4])> = Vec::new();
        for (slot, address) in self.places {
            let held = match slot {
                Slot::Missing(_) => 0,
                Slot::Holding(target) | Slot::Page(target) => low(target.0),
            };
            words.extend(has_bytes.then_some((address, order.bytes(held))));
            match slot {
                Slot::Missing(name) => {
                    let name = parts.names.take(name, gaps);
                    parts.imports.push(Import { slot: address, library: String::new(), name });
                }
                Slot::Holding(target) => parts.pointers.push((address, target)),
                Slot::Page(_) => {}
            }
        }
        words.sort_unstable();
        let bytes: Vec<u8> = words.into_iter().flat_map(|(_, word)| word).collect();
        if size > 0 {
            parts.sections.push(Section {
                name: String::new(),
                address: self.first,
                offset: None,
                bytes: Cow::Owned(bytes),
                size,
                is_writable: true,
                is_executable: false,
            });
        }
    }
}
