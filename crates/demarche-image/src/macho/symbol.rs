use object::LittleEndian;
use object::read::macho::Nlist as _;

use super::commands::Commands;
use super::header::Class;
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{array, name_at, part, size, wide};
use crate::parts::Parts;
use crate::{EntryKind, EntryPoint, Symbol, SymbolKind, VirtualAddress, memory};

/// Reads the symbols that lie in a section.
pub(crate) fn read<C: Class>(
    commands: &Commands<'_>,
    bytes: &[u8],
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) {
    let Some(table) = commands.symbols else { return };
    let end = LittleEndian;
    let names = part(bytes, table.stroff.get(end).into(), table.strsize.get(end).into());
    let announced = u64::from(table.nsyms.get(end));
    let entries = array::<C::Nlist>(bytes, table.symoff.get(end).into(), announced);
    let count = entries.len();
    if wide(count) < announced && !bytes.is_empty() {
        gaps.note(ImageShortfall::Symbols, || format!("{announced} announced, {count} present"));
    }
    for symbol in entries {
        let kind = symbol.n_type();
        // Debugging entries aside, those that are defined in a section.
        if kind.0 & 0xe0 != 0 || kind.0 & 0x0e != 0x0e {
            continue;
        }
        let address = VirtualAddress(symbol.n_value(end).into());
        let section = memory::section(&parts.sections, address);
        let Some(is_code) = section.map(|section| section.is_executable) else { continue };
        let name = parts.names.take(name_at(names, size(symbol.n_strx(end))), gaps);
        if name.is_empty() {
            continue;
        }
        // External, and not private to the file that was linked.
        let is_exported = kind.0 & 0x11 == 0x01;
        if is_code && is_exported {
            parts.entry_points.push(EntryPoint { address, kind: EntryKind::Export });
        }
        let kind = if is_code { SymbolKind::Function } else { SymbolKind::Object };
        parts.symbols.push(Symbol { address, size: 0, name, kind, is_exported });
    }
}
