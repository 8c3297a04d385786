use std::collections::BTreeMap;

use super::header::{self, Header};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{name_at, u16_at, u32_at, u32_or_zero};
use crate::parts::Parts;
use crate::{EntryKind, EntryPoint, Symbol, SymbolKind, VirtualAddress, memory};

/// Reads what other modules may use, by name or by number; a number alone is named `#` and the number.
pub(crate) fn read(header: &Header<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    let Some((directory, directory_size)) = header.directory(header::EXPORT) else { return };
    let table = parts.bytes(directory);
    let word = |offset| u32_or_zero(table, offset);
    let (first, functions, named) = (word(16), word(20), word(24));
    let (addresses, names, ordinals) = (word(28), word(32), word(36));
    let mut by_index: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for index in 0..named {
        let position =
            |start: u32, step: u32| header.address(start).plus(u64::from(index) * u64::from(step));
        let name = u32_at(parts.bytes(position(names, 4)), 0);
        let ordinal = u16_at(parts.bytes(position(ordinals, 2)), 0);
        let Some((name, ordinal)) = name.zip(ordinal) else {
            gaps.note(ImageShortfall::ExportedNames, || directory.to_string());
            break;
        };
        by_index.entry(ordinal.into()).or_default().push(name);
    }
    for index in 0..functions {
        let position = header.address(addresses).plus(u64::from(index) * 4);
        let Some(relative) = u32_at(parts.bytes(position), 0) else {
            gaps.note(ImageShortfall::Exports, || directory.to_string());
            break;
        };
        let address = header.address(relative);
        // An address inside the table is the name of another module's function.
        let is_forwarded =
            address.since(directory).is_some_and(|distance| distance < directory_size.into());
        if relative == 0 || is_forwarded {
            continue;
        }
        let ordinal = format!("#{}", first.wrapping_add(index));
        let names = by_index.get(&index).map_or(&[][..], Vec::as_slice);
        for name in names {
            let name = name_at(memory::bytes(&parts.sections, header.address(*name)), 0);
            let name = parts.names.take(name, gaps);
            export(address, if name.is_empty() { ordinal.clone() } else { name }, parts, gaps);
        }
        if names.is_empty() {
            export(address, ordinal, parts, gaps);
        }
    }
}

fn export(address: VirtualAddress, name: String, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    if !parts.has_room(parts.symbols.len(), "exports", gaps) {
        return;
    }
    let section = memory::section(&parts.sections, address);
    let kind = match section.map(|section| section.is_executable) {
        Some(true) => SymbolKind::Function,
        Some(false) => SymbolKind::Object,
        None => return,
    };
    parts.symbols.push(Symbol { address, size: 0, name, kind, is_exported: true });
    parts.entry_points.push(EntryPoint { address, kind: EntryKind::Export });
}
