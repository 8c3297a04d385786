use super::header::Header;
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{name_at, part, size, tail, u16_at, u32_at};
use crate::parts::Parts;
use crate::{Symbol, SymbolKind};

/// Reads the linker's symbols, which only files that were not stripped have.
pub(crate) fn read(header: &Header<'_>, bytes: &[u8], parts: &mut Parts<'_>, gaps: &mut Gaps) {
    // UPX leaves the place of the symbols as it was in the program that it packed: nothing of them is there in the packed file.
    let is_packed = header.sections.first().is_some_and(|section| section.starts_with(b"UPX0"));
    if header.symbols == 0 || is_packed {
        return;
    }
    let announced = u64::from(header.symbol_count) * 18;
    let (entries, _) = part(bytes, header.symbols.into(), announced).as_chunks::<18>();
    if entries.len() < size(header.symbol_count) {
        gaps.note(ImageShortfall::Symbols, || {
            format!("{} announced, {} present", header.symbol_count, entries.len())
        });
    }
    let strings = tail(bytes, size(u64::from(header.symbols) + announced));
    let mut entries = entries.iter();
    while let Some(entry) = entries.next() {
        let [.., class, auxiliary] = *entry;
        let symbol = symbol(entry, header, strings, parts, gaps);
        // A section's own symbol is a static one with records behind it.
        let is_section = class == 3 && auxiliary > 0 && u16_at(entry, 14) == Some(0);
        parts.symbols.extend(symbol.filter(|_| !is_section));
        if let Some(last) = usize::from(auxiliary).checked_sub(1) {
            let _ = entries.nth(last);
        }
    }
}

fn symbol(
    entry: &[u8; 18],
    header: &Header<'_>,
    strings: &[u8],
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) -> Option<Symbol> {
    let [.., class, _] = entry;
    // External, static and label.
    if !matches!(class, 2 | 3 | 6) {
        return None;
    }
    let section = header.sections.get(usize::from(u16_at(entry, 12)?).checked_sub(1)?)?;
    let relative = u32_at(section, 12)?.wrapping_add(u32_at(entry, 8)?);
    let name = match u32_at(entry, 0)? {
        0 => name_at(strings, size(u32_at(entry, 4)?)),
        _ => name_at(entry.get(..8)?, 0),
    };
    let name = parts.names.take(name, gaps);
    let kind = match u16_at(entry, 14)? >> 4 & 3 {
        2 => SymbolKind::Function,
        _ => SymbolKind::Label,
    };
    let address = header.address(relative);
    (!name.is_empty()).then_some(Symbol { address, size: 0, name, kind, is_exported: false })
}
