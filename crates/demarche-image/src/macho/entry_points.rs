use super::commands::Commands;
use crate::gaps::Gaps;
use crate::little_endian::{u32_at, wide};
use crate::parts::Parts;
use crate::{EntryKind, EntryPoint, VirtualAddress};

/// The functions that the loader calls first and last: sections of pointers, or in newer files of distances.
pub(crate) fn read(commands: &Commands<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
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
        for index in 0..present.checked_div(step).unwrap_or_default() {
            if !parts.has_room(parts.entry_points.len(), "initialisers", gaps) {
                return;
            }
            let slot = start.plus(index.saturating_mul(step));
            let address = match section.flags & 0xff {
                0x16 => u32_at(parts.bytes(slot), 0).map(|u32| commands.base().plus(u32.into())),
                _ => written.get(&slot).copied().or_else(|| parts.stored(slot)),
            };
            parts.entry_points.extend(address.map(|address| EntryPoint { address, kind }));
        }
    }
}
