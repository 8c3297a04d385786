//! The addresses that the loader writes: of this image, and of other modules.

use object::elf;
use object::read::elf::{Rel as _, Rela as _, SectionHeader as _, Sym as _};

use super::dynamic::Dynamic;
use super::header::{Class, Headers};
use super::symbol::dynamic_symbol;
use crate::gaps::Gaps;
use crate::little_endian::{array, wide};
use crate::parts::Parts;
use crate::{Architecture, EntryKind, EntryPoint, Import, VirtualAddress};

/// One entry of a table of relocations.
pub(crate) struct Relocation {
    pub(crate) offset: u64,
    pub(crate) kind: u32,
    pub(crate) symbol: u32,
    /// `None` where it lies at the place itself.
    pub(crate) addend: Option<u64>,
}

/// The value that a relocation asks for.
enum Action {
    /// The image's own address plus a number.
    Relative,
    /// The address of a symbol.
    Symbol,
    /// The answer of a function of the image.
    Resolver,
}

fn action(architecture: Architecture, kind: u32) -> Option<Action> {
    Some(match (architecture, kind) {
        (Architecture::X86 | Architecture::X86_64, 8) | (Architecture::AArch64, 1027) => {
            Action::Relative
        }
        (Architecture::X86 | Architecture::X86_64, 1 | 6 | 7)
        | (Architecture::AArch64, 257 | 1025 | 1026) => Action::Symbol,
        (Architecture::X86, 42) | (Architecture::X86_64, 37) | (Architecture::AArch64, 1032) => {
            Action::Resolver
        }
        (Architecture::Arm | Architecture::ArmBig, 23) => Action::Relative,
        (Architecture::Arm | Architecture::ArmBig, 2 | 21 | 22)
        | (Architecture::Mips | Architecture::MipsLittle, 2 | 3 | 51 | 127) => Action::Symbol,
        (Architecture::Arm | Architecture::ArmBig, 160)
        | (Architecture::Mips | Architecture::MipsLittle, 128) => Action::Resolver,
        _ => return None,
    })
}

/// The kind of relocation that fills a plain pointer with the address of a symbol.
fn plain(architecture: Architecture) -> u32 {
    match architecture {
        Architecture::Arm | Architecture::ArmBig => 2,
        Architecture::Mips | Architecture::MipsLittle => 3,
        _ => 1,
    }
}

/// Reads all tables of relocations that the loader uses.
pub(crate) fn read<C: Class>(
    headers: &Headers<'_, C>,
    dynamic: &Dynamic,
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) {
    let libraries = super::dynamic::Libraries::read::<C>(dynamic, &parts.sections);
    for relocation in relocations(headers, dynamic, parts, gaps) {
        if !parts.has_room(parts.pointers.len() + parts.imports.len(), "relocations", gaps) {
            break;
        }
        let Some(action) = action(parts.architecture, relocation.kind) else { continue };
        // On MIPS a pointer to the image itself names no symbol.
        let is_own = parts.architecture.is_mips() && relocation.symbol == 0;
        let action = if is_own { Action::Relative } else { action };
        let slot = headers.moved(relocation.offset);
        // An addend of the table counts from the file's own addresses; at the place it was moved with the image.
        let itself = |addend: Option<u64>, slot, parts: &Parts<'_>| match addend {
            Some(addend) => parts.wrap(headers.moved(addend).0),
            None => parts.stored(slot).unwrap_or(VirtualAddress(0)),
        };
        match action {
            Action::Relative => parts.pointers.push((slot, itself(relocation.addend, slot, parts))),
            Action::Resolver => {
                let address = itself(relocation.addend, slot, parts);
                parts.entry_points.push(EntryPoint { address, kind: EntryKind::Resolver });
            }
            Action::Symbol => {
                let Some(symbol) = dynamic_symbol::<C>(dynamic, parts, relocation.symbol) else {
                    continue;
                };
                let value: u64 = symbol.st_value(C::order()).into();
                if symbol.st_shndx(C::order()) == elf::SHN_UNDEF {
                    let name = dynamic.name(&parts.sections, symbol.st_name(C::order()));
                    let name = parts.names.take(name, gaps);
                    let library = libraries.of::<C>(dynamic, &parts.sections, relocation.symbol);
                    if !name.is_empty() {
                        parts.imports.push(Import { slot, library, name });
                    }
                } else {
                    // Slots for calls hold something else until the first call; only plain pointers hold an addend.
                    let is_plain =
                        relocation.kind == plain(parts.architecture) && !headers.is_loaded;
                    let stored =
                        is_plain.then(|| parts.stored(slot)).flatten().map(|target| target.0);
                    let addend = relocation.addend.or(stored).unwrap_or_default();
                    parts.pointers.push((slot, parts.wrap(headers.moved(value).plus(addend).0)));
                }
            }
        }
    }
    for slot in packed(dynamic, parts) {
        let slot = headers.moved(slot);
        if !parts.has_room(parts.pointers.len(), "packed relocations", gaps) {
            break;
        }
        if let Some(target) = parts.stored(slot) {
            parts.pointers.push((slot, target));
        }
    }
}

/// All relocations that the loader applies, each table once.
fn relocations<C: Class>(
    headers: &Headers<'_, C>,
    dynamic: &Dynamic,
    parts: &Parts<'_>,
    gaps: &mut Gaps,
) -> Vec<Relocation> {
    let end = C::order();
    let is_procedures_rela = dynamic.value(elf::DT_PLTREL) != Some(elf::DT_REL.0.cast_unsigned());
    let mut tables = Vec::new();
    let mut known = Vec::new();
    for (address, count, has_addends) in [
        (elf::DT_RELA, elf::DT_RELASZ, true),
        (elf::DT_REL, elf::DT_RELSZ, false),
        (elf::DT_JMPREL, elf::DT_PLTRELSZ, is_procedures_rela),
    ] {
        if let Some((address, bytes)) = dynamic.table(&parts.sections, address, count) {
            known.push((address.0, wide(bytes.len())));
            tables.push((bytes, has_addends));
        }
    }
    // A static program has no table of the loader; its start-up code goes through these sections itself.
    for section in
        headers.sections.iter().filter(|section| section.sh_flags(end).contains(elf::SHF_ALLOC))
    {
        let has_addends = match section.sh_type(end) {
            elf::SHT_RELA => true,
            elf::SHT_REL => false,
            _ => continue,
        };
        let address: u64 = section.sh_addr(end).into();
        let is_known = known.iter().any(|(start, size)| {
            address.checked_sub(*start).is_some_and(|distance| distance < *size)
        });
        if !is_known {
            tables.push((headers.contents(section), has_addends));
        }
    }
    let mut all = Vec::new();
    for (bytes, has_addends) in tables {
        // Headers that share their bytes could have the same table read many times over.
        if !parts.has_room(all.len(), "relocations", gaps) {
            break;
        }
        all.extend(if has_addends { with_addends::<C>(bytes) } else { without::<C>(bytes) });
    }
    all
}

/// The entries of a table whose entries have their addends.
pub(crate) fn with_addends<C: Class>(bytes: &[u8]) -> Vec<Relocation> {
    let end = C::order();
    let entry = |rela: &C::Rela| {
        let addend: i64 = rela.r_addend(end).into();
        Relocation {
            offset: rela.r_offset(end).into(),
            kind: rela.r_type(end, false).0,
            symbol: rela.r_sym(end, false),
            addend: Some(addend.cast_unsigned()),
        }
    };
    array::<C::Rela>(bytes, 0, u64::MAX).iter().map(entry).collect()
}

/// The entries of a table whose addends lie at the places.
pub(crate) fn without<C: Class>(bytes: &[u8]) -> Vec<Relocation> {
    let end = C::order();
    let entry = |rel: &C::Rel| Relocation {
        offset: rel.r_offset(end).into(),
        kind: rel.r_type(end).0,
        symbol: rel.r_sym(end),
        addend: None,
    };
    array::<C::Rel>(bytes, 0, u64::MAX).iter().map(entry).collect()
}

/// The places of relative relocations packed as addresses and bitmaps.
///
/// Source: the generic System V ABI's proposal "Relative relocation table" (`DT_RELR`), 2018: an even word is the
/// address of the next place; an odd one has a bit for each of the following 63 (31) words.
fn packed(dynamic: &Dynamic, parts: &Parts<'_>) -> Vec<u64> {
    let table = dynamic.table(&parts.sections, elf::DT_RELR, elf::DT_RELRSZ);
    let bytes = table.map_or(&[][..], |(_, bytes)| bytes);
    let pointer = parts.architecture.pointer_size();
    let order = parts.architecture.byte_order();
    let word = |position| {
        let bytes = bytes.get(position..)?;
        if pointer == 4 {
            bytes.first_chunk().map(|bytes| u64::from(order.u32(*bytes)))
        } else {
            bytes.first_chunk().map(|bytes| order.u64(*bytes))
        }
    };
    let bits = if pointer == 4 { 31 } else { 63 };
    let mut places = Vec::new();
    let mut next = 0_u64;
    // Each place has its own bytes in memory, so that no honest file has more.
    let limit = parts.sections.iter().map(|section| section.bytes.len()).sum::<usize>() / pointer;
    for word in (0..bytes.len()).step_by(pointer).map_while(word) {
        if places.len() > limit {
            break;
        }
        if word & 1 == 0 {
            places.push(word);
            next = word.wrapping_add(wide(pointer));
        } else {
            let set = (0..bits).filter(|bit| word >> (bit + 1) & 1 == 1);
            places.extend(set.map(|bit| next.wrapping_add(bit * wide(pointer))));
            next = next.wrapping_add(bits * wide(pointer));
        }
    }
    places
}
