use object::elf;
use object::read::elf::{SectionHeader as _, Sym as _};

use super::dynamic::Dynamic;
use super::header::{Class, Headers};
use crate::gaps::Gaps;
use crate::little_endian::{array, name_at, size, wide};
use crate::parts::Parts;
use crate::{EntryKind, EntryPoint, Symbol, SymbolKind, VirtualAddress, memory};

/// Reads the symbols of the loader's table and of the linker's.
pub(crate) fn read<C: Class>(
    headers: &Headers<'_, C>,
    dynamic: &Dynamic,
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) {
    let end = C::order();
    let mut met = 0_usize;
    for section in headers.sections.iter().filter(|section| section.sh_type(end) == elf::SHT_SYMTAB)
    {
        let names = headers.linked_names(section);
        let bytes = headers.contents(section);
        for symbol in array::<C::Sym>(bytes, 0, u64::MAX) {
            met += 1;
            if !parts.has_room(met, "symbols", gaps) {
                return;
            }
            let Some(address) = address(headers, symbol) else { continue };
            let name = name_at(names, size(symbol.st_name(end)));
            let name = parts.names.take(name, gaps);
            parts.symbols.extend(defined::<C>(symbol, address, name, false));
        }
    }
    for index in 0..count::<C>(headers, dynamic, parts) {
        let Some(symbol) = dynamic_symbol::<C>(dynamic, parts, index) else { break };
        let Some(address) = address(headers, &symbol) else { continue };
        let name = dynamic.name(&parts.sections, symbol.st_name(end));
        let name = parts.names.take(name, gaps);
        let exported =
            matches!(symbol.st_bind(), elf::STB_GLOBAL | elf::STB_WEAK | elf::STB_GNU_UNIQUE);
        let Some(symbol) = defined::<C>(&symbol, address, name, exported) else { continue };
        if exported && symbol.kind == SymbolKind::Function {
            parts
                .entry_points
                .push(EntryPoint { address: symbol.address, kind: EntryKind::Export });
        }
        parts.symbols.push(symbol);
    }
}

/// A symbol of the loader's table by its number.
pub(crate) fn dynamic_symbol<C: Class>(
    dynamic: &Dynamic,
    parts: &Parts<'_>,
    index: u32,
) -> Option<C::Sym> {
    let table = dynamic.address(elf::DT_SYMTAB)?;
    let offset = u64::from(index).checked_mul(wide(size_of::<C::Sym>()))?;
    let bytes = memory::bytes(&parts.sections, table.plus(offset));
    array::<C::Sym>(bytes, 0, 1).first().copied()
}

/// The meaning of a symbol; `None` for sections, files and thread-local storage.
pub(crate) fn kind<C: Class>(symbol: &C::Sym) -> Option<SymbolKind> {
    match symbol.st_type() {
        elf::STT_FUNC | elf::STT_GNU_IFUNC => Some(SymbolKind::Function),
        elf::STT_OBJECT | elf::STT_COMMON => Some(SymbolKind::Object),
        elf::STT_NOTYPE => Some(SymbolKind::Label),
        _ => None,
    }
}

/// A symbol at its address; `None` where it has no name or stands for nothing with an address.
pub(crate) fn defined<C: Class>(
    symbol: &C::Sym,
    address: VirtualAddress,
    name: String,
    is_exported: bool,
) -> Option<Symbol> {
    let kind = kind::<C>(symbol).filter(|_| !name.is_empty())?;
    Some(Symbol { address, size: symbol.st_size(C::order()).into(), name, kind, is_exported })
}

/// The address of a symbol of a linked file; `None` where it is another module's, or a mere number.
fn address<C: Class>(headers: &Headers<'_, C>, symbol: &C::Sym) -> Option<VirtualAddress> {
    let is_here =
        !matches!(symbol.st_shndx(C::order()), elf::SHN_UNDEF | elf::SHN_ABS | elf::SHN_COMMON);
    let address: u64 = symbol.st_value(C::order()).into();
    (is_here && address != 0).then(|| headers.moved(address))
}

/// The number of symbols that the loader's table has: it does not say itself, but its hash tables do.
///
/// Source: System V ABI, chapter 5, "Hash Table"; the GNU table has its last symbol marked in the lowest bit.
fn count<C: Class>(headers: &Headers<'_, C>, dynamic: &Dynamic, parts: &Parts<'_>) -> u32 {
    let sections = &parts.sections;
    let by_hash =
        dynamic.address(elf::DT_HASH).and_then(|hash| C::u32_at(memory::bytes(sections, hash), 4));
    let by_gnu_hash = || {
        let hash = dynamic.address(elf::DT_GNU_HASH)?;
        let bytes = memory::bytes(sections, hash);
        let (buckets, first) = (C::u32_at(bytes, 0)?, C::u32_at(bytes, 4)?);
        let bloom = size(C::u32_at(bytes, 8)?).checked_mul(parts.architecture.pointer_size())?;
        let heads = bloom.checked_add(16)?;
        let chains = size(buckets).checked_mul(4)?.checked_add(heads)?;
        let head = |bucket: usize| C::u32_at(bytes, bucket.checked_mul(4)?.checked_add(heads)?);
        let mut last = (0..size(buckets)).map_while(head).max()?;
        if last < first {
            return Some(first);
        }
        loop {
            let link = size(last.checked_sub(first)?).checked_mul(4)?.checked_add(chains)?;
            let hash = C::u32_at(bytes, link)?;
            last = last.checked_add(1)?;
            if hash & 1 == 1 {
                return Some(last);
            }
        }
    };
    let by_section = || {
        let is_dynamic = |header: &&C::SectionHeader| header.sh_type(C::order()) == elf::SHT_DYNSYM;
        let section = headers.sections.iter().find(is_dynamic)?;
        u32::try_from(headers.contents(section).len().checked_div(size_of::<C::Sym>())?).ok()
    };
    // Linkers put the strings right behind the symbols.
    let by_strings = || {
        let symbols = dynamic.address(elf::DT_SYMTAB)?;
        let bytes = dynamic.address(elf::DT_STRTAB)?.since(symbols)?;
        u32::try_from(bytes.checked_div(wide(size_of::<C::Sym>()))?).ok()
    };
    by_hash.or_else(by_gnu_hash).or_else(by_section).or_else(by_strings).unwrap_or_default()
}
