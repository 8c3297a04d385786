//! The global offset table of MIPS, which the loader fills by its order instead of by relocations.
//!
//! Source: System V ABI, MIPS RISC Processor Supplement, third edition, chapter 5: local entries come first and hold
//! addresses of the image; the others belong to the symbols from `DT_MIPS_GOTSYM` on.

use object::elf;
use object::read::elf::Sym as _;

use super::dynamic::{Dynamic, Libraries};
use super::header::{Class, Headers};
use super::symbol::dynamic_symbol;
use crate::gaps::Gaps;
use crate::little_endian::{signed, wide};
use crate::parts::Parts;
use crate::{Import, VirtualAddress, memory};

/// `PT_MIPS_REGINFO`: masks of registers, and the value of `gp` in the last word.
const REGISTERS: elf::ProgramType = elf::ProgramType(0x7000_0000);
const LOCAL_COUNT: elf::DynamicTag = elf::DynamicTag(0x7000_000a);
const SYMBOL_COUNT: elf::DynamicTag = elf::DynamicTag(0x7000_0011);
const FIRST_SYMBOL: elf::DynamicTag = elf::DynamicTag(0x7000_0013);

/// The distance from the table to the place that `gp` points at.
pub(crate) const BIAS: u64 = 0x7ff0;

/// The most entries of a table that `gp` reaches.
const REACH: u64 = 0x4000;

/// Reads the table, as pointers and imports.
pub(crate) fn read<C: Class>(
    headers: &Headers<'_, C>,
    dynamic: &Dynamic,
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) {
    if !parts.architecture.is_mips() {
        return;
    }
    let table = dynamic.address(elf::DT_PLTGOT);
    let stated = headers.segment(REGISTERS).and_then(|(location, _)| {
        let value = C::u32_at(memory::bytes(&parts.sections, location), 20)?;
        (value != 0).then(|| parts.wrap(headers.moved(value.into()).0))
    });
    let table_pointer = table.map(|table| table.plus(BIAS)).or(stated);
    parts.global_pointer = table_pointer.or_else(|| computed::<C>(parts));
    match (table, dynamic.value(LOCAL_COUNT)) {
        (Some(table), Some(count)) => {
            locals(table, count.min(REACH), parts, gaps);
            globals::<C>(headers, dynamic, table.plus(count.min(REACH) * 4), parts, gaps);
        }
        _ => fixed(parts, gaps),
    }
}

/// The value of `gp` that the code at the entry point computes, as that of static programs does: from two halves, to
/// which its own address may be added.
fn computed<C: Class>(parts: &Parts<'_>) -> Option<VirtualAddress> {
    const WORDS: usize = 16;
    /// `lui gp`, `addiu gp,gp` and `bal` without their constants, and `addu gp,gp` with `ra` and with `t9`.
    const UPPER: u32 = 0x3c1c;
    const LOWER: u32 = 0x279c;
    const LINK: u32 = 0x0411;
    const ADD_LINK: u32 = 0x039f_e021;
    const ADD_OWN: u32 = 0x0399_e021;
    let entry = parts.entry?;
    let code = memory::bytes(&parts.sections, entry);
    let (mut pointer, mut link) = (None, None);
    for index in 0..WORDS {
        let Some(word) = C::u32_at(code, index * 4) else { break };
        match word >> 16 {
            UPPER => pointer = Some(u64::from(word << 16)),
            LOWER => {
                let lower = signed(word, 16);
                pointer = pointer.map(|upper| upper.wrapping_add_signed(lower));
            }
            LINK => link = Some(entry.plus(wide(index) * 4 + 8)),
            _ => {}
        }
        let start = match word {
            ADD_LINK => link,
            ADD_OWN => Some(entry),
            _ => continue,
        };
        pointer = pointer.zip(start).map(|(distance, start)| start.0.wrapping_add(distance));
        break;
    }
    let pointer = pointer.map(|pointer| parts.wrap(pointer))?;
    let table = VirtualAddress(pointer.0.checked_sub(BIAS)?);
    memory::section(&parts.sections, table).map(|_| pointer)
}

/// Local entries: addresses of the image, moved with it. The first two are the loader's.
fn locals(table: VirtualAddress, count: u64, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    for index in 2..count {
        let slot = table.plus(index * 4);
        let Some(target) = parts.stored(slot) else { break };
        if !parts.has_room(parts.pointers.len(), "entries of the global table", gaps) {
            break;
        }
        parts.pointers.push((slot, target));
    }
}

/// The entries of symbols.
fn globals<C: Class>(
    headers: &Headers<'_, C>,
    dynamic: &Dynamic,
    table: VirtualAddress,
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) {
    let (Some(first), Some(count)) = (dynamic.value(FIRST_SYMBOL), dynamic.value(SYMBOL_COUNT))
    else {
        return;
    };
    let libraries = Libraries::read::<C>(dynamic, &parts.sections);
    for (index, number) in (first..count).enumerate() {
        let slot = table.plus(wide(index) * 4);
        let symbol = u32::try_from(number).ok();
        let found = symbol.and_then(|number| dynamic_symbol::<C>(dynamic, parts, number));
        let (Some(number), Some(symbol)) = (symbol, found) else { break };
        if !parts.has_room(parts.pointers.len() + parts.imports.len(), "global symbols", gaps) {
            break;
        }
        let end = C::order();
        if symbol.st_shndx(end) == elf::SHN_UNDEF {
            let name = dynamic.name(&parts.sections, symbol.st_name(end));
            let name = parts.names.take(name, gaps);
            let library = libraries.of::<C>(dynamic, &parts.sections, number);
            if !name.is_empty() {
                parts.imports.push(Import { slot, library, name });
            }
        } else {
            let value: u64 = symbol.st_value(end).into();
            parts.pointers.push((slot, parts.wrap(headers.moved(value).0)));
        }
    }
}

/// The table of a static program, which the linker has filled: every word of it that is an address of the image.
fn fixed(parts: &mut Parts<'_>, gaps: &mut Gaps) {
    let Some(start) = parts.global_pointer.and_then(|pointer| pointer.0.checked_sub(BIAS)) else {
        return;
    };
    for index in 0..REACH {
        let slot = VirtualAddress(start).plus(index * 4);
        let Some(target) = parts.stored(slot) else { break };
        // The two entries of the loader, and entries of symbols that nobody defines.
        if target.0 == 0 || target.0 == 0x8000_0000 {
            continue;
        }
        let is_here = memory::section(&parts.sections, target).is_some();
        if !is_here || !parts.has_room(parts.pointers.len(), "entries of the global table", gaps) {
            break;
        }
        parts.pointers.push((slot, target));
    }
}
