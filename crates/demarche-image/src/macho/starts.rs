//! The starts of functions that the linker lists, and the functions that the loader calls first and last.

use object::LittleEndian;

use super::commands::Commands;
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{u32_at, wide};
use crate::parts::Parts;
use crate::{EntryKind, EntryPoint, Extent, ExtentTable, Opening, VirtualAddress};

/// The functions that the loader calls first and last: sections of pointers, or in newer files of distances.
pub(crate) fn initialisers(commands: &Commands<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    let pointer = wide(parts.architecture.pointer_size());
    let written: std::collections::BTreeMap<_, _> = parts.pointers.iter().copied().collect();
    for section in &commands.sections {
        let (step, kind) = match section.flags & 0xff {
            0x09 => (pointer, EntryKind::Initialiser),
            0x0a => (pointer, EntryKind::Finaliser),
            0x16 => (4, EntryKind::Initialiser),
            _ => continue,
        };
        let start = VirtualAddress(section.address);
        let present = wide(parts.bytes(start).len()).min(section.size);
        for index in 0..present / step {
            if !parts.has_room(parts.entry_points.len(), "initialisers", gaps) {
                return;
            }
            let slot = start.plus(index * step);
            let address = match section.flags & 0xff {
                0x16 => u32_at(parts.bytes(slot), 0).map(|u32| commands.base().plus(u32.into())),
                _ => written.get(&slot).copied().or_else(|| parts.stored(slot)),
            };
            parts.entry_points.extend(address.map(|address| EntryPoint { address, kind }));
        }
    }
}

/// The linker's list of where functions begin: distances, each from the one before.
pub(crate) fn functions(
    commands: &Commands<'_>,
    bytes: &[u8],
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) {
    let Some(command) = commands.function_starts else { return };
    let Ok(starts) = command.function_starts(LittleEndian, bytes, commands.base().0) else {
        gaps.note(ImageShortfall::FunctionStartsOutside, String::new);
        return;
    };
    for start in starts {
        let Ok(start) = start else {
            gaps.note(ImageShortfall::FunctionStarts, String::new);
            break;
        };
        if !parts.has_room(parts.extents.len(), "function starts", gaps) {
            break;
        }
        parts.extents.push(Extent {
            start: VirtualAddress(start),
            size: 0,
            table: ExtentTable::FunctionStarts,
            opening: Opening::Unknown,
            piece_of: None,
        });
    }
}
