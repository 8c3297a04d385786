//! Relocatable files (`.o`, kernel modules): laid out and linked with themselves, so that they read like programs.
//!
//! Sections follow each other from `FIRST` on. Behind them lies a table of slots, a pointer each, for missing symbols
//! and for pointers to the file's own: a direct call of a missing symbol goes to its slot, and so does a load of it.
//! On MIPS it is the global table, which code reaches through `gp`.

mod rule;
mod slots;

use std::borrow::Cow;
use std::collections::BTreeMap;

use object::elf;
use object::read::elf::{SectionHeader as _, Sym as _};

use self::rule::{Rule, asks_nothing, shared_addend};
use self::slots::{Slot, Slots};
use super::header::{Class, Headers};
use super::relocation::{Relocation, with_addends, without};
use super::symbol::{defined, kind};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{array, name_at, size, wide};
use crate::parts::Parts;
use crate::{
    Architecture, EntryKind, EntryPoint, FileOffset, Format, Image, Import, Section, SymbolKind,
    VirtualAddress, frames, memory,
};

/// The place where the first section is laid: not at zero, which means "no address" in many tables.
const FIRST: u64 = 0x1_0000;

/// The place on MIPS: the page of 64 KiB that a load through the global table names then begins before the first section.
const FIRST_OF_MIPS: u64 = 0x1_1000;

/// The section flag of MIPS for data that code reaches through `gp`, which lie beside the global table.
const NEAR_GLOBAL: elf::SectionFlags = elf::SectionFlags(0x1000_0000);

/// The names by which code for MIPS asks how far `gp` lies from itself, and for the value of `gp`.
const GLOBAL_DISTANCE: &[u8] = b"_gp_disp";
const GLOBAL_POINTER: &[u8] = b"__gnu_local_gp";

/// Reads a relocatable file.
pub(crate) fn read<'data, C: Class>(
    headers: &Headers<'data, C>,
    architecture: Architecture,
    mut gaps: Gaps,
) -> Image<'data> {
    let mut parts = Parts::new(Format::Elf, architecture, headers.bytes.len());
    let first = if architecture.is_mips() { FIRST_OF_MIPS } else { FIRST };
    parts.base = VirtualAddress(first);
    let laid = lay(headers, &mut parts, &mut gaps);
    parts.sections =
        memory::settle(std::mem::take(&mut parts.sections), headers.bytes.len(), &mut gaps);
    let end = parts.sections.last().map_or(first, |last| last.address.plus(last.size).0);
    let symbols = symbols(headers, &laid, &mut parts, &mut gaps);
    let mut slots = Slots::behind(end, architecture);
    slots.earlier = earlier_pointer(headers, architecture);
    relocate(headers, &laid, &symbols, &mut slots, &mut parts, &mut gaps);
    slots.finish(&mut parts, &mut gaps);
    let mut extents = Vec::new();
    for section in parts.sections.iter().filter(|section| section.name == ".eh_frame") {
        frames::read(&section.bytes, section.address, architecture, &mut extents, &mut gaps);
    }
    parts.extents = extents;
    parts.finish(gaps)
}

/// The value of `gp` that a file for MIPS was made with: the last word of its list of registers.
fn earlier_pointer<C: Class>(headers: &Headers<'_, C>, architecture: Architecture) -> u64 {
    const REGISTERS: elf::SectionType = elf::SectionType(0x7000_0006);
    let is_it = |header: &&C::SectionHeader| header.sh_type(C::order()) == REGISTERS;
    let list = headers.sections.iter().find(is_it).filter(|_| architecture.is_mips());
    let value = list.and_then(|header| C::u32_at(headers.contents(header), 20));
    value.map_or(0, u64::from)
}

/// Lays the sections one behind the other; gives the address of each by its number in the file.
fn lay<'data, C: Class>(
    headers: &Headers<'data, C>,
    parts: &mut Parts<'data>,
    gaps: &mut Gaps,
) -> BTreeMap<usize, VirtualAddress> {
    let end = C::order();
    let mut next = parts.base.0;
    let mut laid = BTreeMap::new();
    let is_near = |header: &C::SectionHeader| {
        parts.architecture.is_mips() && header.sh_flags(end).contains(NEAR_GLOBAL)
    };
    let (near, far): (Vec<_>, Vec<_>) =
        headers.sections.iter().enumerate().partition(|(_, header)| is_near(header));
    for (index, header) in far.into_iter().chain(near) {
        let flags = header.sh_flags(end);
        let count: u64 = header.sh_size(end).into();
        let align: u64 = header.sh_addralign(end).into();
        if !flags.contains(elf::SHF_ALLOC) || count == 0 {
            continue;
        }
        let address = next.next_multiple_of(align.clamp(1, 0x1000));
        // The code models of all three processors reach two gigabytes.
        let Some(behind) = address.checked_add(count).filter(|behind| *behind < 1 << 31) else {
            gaps.note(ImageShortfall::SectionTooLarge, || headers.name(header));
            continue;
        };
        next = behind;
        laid.insert(index, VirtualAddress(address));
        let is_empty = header.sh_type(end) == elf::SHT_NOBITS;
        parts.sections.push(Section {
            name: headers.name(header),
            address: VirtualAddress(address),
            offset: (!is_empty).then(|| FileOffset(header.sh_offset(end).into())),
            bytes: Cow::Borrowed(headers.contents(header)),
            size: count,
            is_writable: flags.contains(elf::SHF_WRITE),
            is_executable: flags.contains(elf::SHF_EXECINSTR),
        });
    }
    laid
}

/// The address or import that a symbol of the file stands for.
#[derive(Clone, Copy)]
enum Target<'one> {
    Here {
        address: VirtualAddress,
        /// True if no other file can name it.
        is_local: bool,
    },
    Missing(&'one [u8]),
}

/// The symbols that relocations may name, by the numbers of their table and of themselves.
type Targets<'data> = BTreeMap<(usize, usize), Target<'data>>;

/// Gives every symbol its address.
fn symbols<'data, C: Class>(
    headers: &Headers<'data, C>,
    laid: &BTreeMap<usize, VirtualAddress>,
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) -> Targets<'data> {
    let end = C::order();
    let mut targets = BTreeMap::new();
    let mut met = 0_usize;
    for (table, header) in headers.sections.iter().enumerate() {
        if header.sh_type(end) != elf::SHT_SYMTAB {
            continue;
        }
        let names = headers.linked_names(header);
        let entries = array::<C::Sym>(headers.contents(header), 0, u64::MAX);
        for (index, symbol) in entries.iter().enumerate() {
            met += 1;
            if !parts.has_room(met, "symbols", gaps) {
                return targets;
            }
            let name = name_at(names, size(symbol.st_name(end)));
            let Some(section) = laid.get(&usize::from(symbol.st_shndx(end).0)) else {
                // Common symbols are variables that the linker makes room for.
                let is_missing = matches!(symbol.st_shndx(end), elf::SHN_UNDEF | elf::SHN_COMMON);
                if is_missing && !name.is_empty() {
                    targets.insert((table, index), Target::Missing(name));
                }
                continue;
            };
            let value: u64 = symbol.st_value(end).into();
            let address = parts.wrap(section.0.wrapping_add(value));
            let is_local = symbol.st_bind() == elf::STB_LOCAL;
            targets.insert((table, index), Target::Here { address, is_local });
            let is_exported = matches!(symbol.st_bind(), elf::STB_GLOBAL | elf::STB_WEAK);
            let Some(kind) = kind::<C>(symbol).filter(|_| !name.is_empty()) else { continue };
            if is_exported && kind == SymbolKind::Function {
                parts.entry_points.push(EntryPoint { address, kind: EntryKind::Export });
            }
            let name = parts.names.take(name, gaps);
            parts.symbols.extend(defined::<C>(symbol, address, name, is_exported));
        }
    }
    targets
}

/// Applies the relocations of every section that was laid.
fn relocate<'data, C: Class>(
    headers: &Headers<'data, C>,
    laid: &BTreeMap<usize, VirtualAddress>,
    symbols: &Targets<'data>,
    slots: &mut Slots<'data>,
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) {
    let end = C::order();
    let mut steps = 0_usize;
    for header in headers.sections {
        let Some(start) = laid.get(&size(header.sh_info(end))).copied() else { continue };
        if !parts.has_room(steps, "relocations", gaps) {
            return;
        }
        let entries = match header.sh_type(end) {
            elf::SHT_RELA => with_addends::<C>(headers.contents(header)),
            elf::SHT_REL => without::<C>(headers.contents(header)),
            _ => continue,
        };
        for (index, relocation) in entries.iter().enumerate() {
            steps += 1;
            if !parts.has_room(steps, "relocations", gaps) {
                return;
            }
            let symbol = symbols.get(&(size(header.sh_link(end)), size(relocation.symbol)));
            let Some(symbol) = symbol.copied() else { continue };
            let addend = relocation.addend.or_else(|| {
                let bytes = memory::bytes(&parts.sections, start);
                shared_addend(parts.architecture, entries.get(index..)?, bytes)
            });
            let relocation = Relocation { addend, ..*relocation };
            apply(&relocation, symbol, start, slots, parts, gaps);
        }
    }
}

/// Applies one relocation to the section whose first byte lies at `start`.
fn apply<'data>(
    relocation: &Relocation,
    symbol: Target<'data>,
    start: VirtualAddress,
    slots: &mut Slots<'data>,
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) {
    if asks_nothing(parts.architecture, relocation.kind) {
        return;
    }
    let Some(rule) = Rule::of(parts.architecture, relocation.kind) else {
        gaps.note(ImageShortfall::RelocationKind, || format!("kind {}", relocation.kind));
        return;
    };
    let pointer = wide(parts.architecture.pointer_size());
    let location = start.plus(relocation.offset);
    let (origin, is_mips) = (slots.origin(), parts.architecture.is_mips());
    let is_distance = is_mips && matches!(symbol, Target::Missing(GLOBAL_DISTANCE));
    let is_global = is_distance || is_mips && matches!(symbol, Target::Missing(GLOBAL_POINTER));
    if is_global || is_mips && rule.counts_from_table() {
        parts.global_pointer = Some(origin);
    }
    if is_distance {
        // Code that asks how far the table lies from itself may lie anywhere: no number in it is an address.
        parts.base = VirtualAddress(0);
    }
    let (rule, addend) = if is_distance { rule.of_distance() } else { (rule, relocation.addend) };
    let target = match symbol {
        _ if rule.names_table() => slots.first,
        _ if is_global => origin,
        Target::Here { address, is_local: true } if is_mips && rule.is_distance_from_table() => {
            address.plus(slots.earlier)
        }
        Target::Here { address, .. } if !rule.through_slot => address,
        // The upper half of an address, whose lower half another instruction adds.
        Target::Here { address, is_local: true } if rule.may_name_page() => {
            slots.place(Slot::page(address, relocation.addend), pointer)
        }
        Target::Here { address, .. } => slots.place(Slot::Holding(address), pointer),
        // A pointer in data is filled with the missing address itself.
        Target::Missing(name) if rule.is_pointer(pointer) => {
            let name = parts.names.take(name, gaps);
            parts.imports.push(Import { slot: location, library: String::new(), name });
            return;
        }
        Target::Missing(name) => slots.place(Slot::Missing(name), pointer),
    };
    let order = parts.architecture.byte_order();
    let index = parts.sections.partition_point(|section| section.address <= start);
    let section = index.checked_sub(1).and_then(|index| parts.sections.get_mut(index));
    let Some(section) = section.filter(|section| section.address == start) else { return };
    let Some(field) = section.bytes.to_mut().get_mut(size(relocation.offset)..) else { return };
    let written = rule.apply(field, target, location, origin, addend, order);
    if written.is_none() && rule.is_near() {
        gaps.note(ImageShortfall::TooFar, || section.name.clone());
    }
    if let Some(value) = written.filter(|_| rule.is_pointer(pointer)) {
        parts.pointers.push((location, value));
    }
}
