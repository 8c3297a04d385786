use std::collections::BTreeMap;

use object::elf;

use super::dynamic::Dynamic;
use super::header::{Class, Headers};
use crate::gaps::Gaps;
use crate::little_endian::wide;
use crate::parts::Parts;
use crate::{EntryKind, EntryPoint, VirtualAddress};

/// Functions that the loader calls before and after the program: single ones, and arrays of pointers.
pub(crate) fn read<C: Class>(
    headers: &Headers<'_, C>,
    dynamic: &Dynamic,
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) {
    for (tag, kind) in
        [(elf::DT_INIT, EntryKind::Initialiser), (elf::DT_FINI, EntryKind::Finaliser)]
    {
        let address = dynamic.address(tag);
        parts.entry_points.extend(address.map(|address| EntryPoint { address, kind }));
    }
    let mut arrays = Vec::new();
    for (address, count, kind) in [
        (elf::DT_PREINIT_ARRAY, elf::DT_PREINIT_ARRAYSZ, EntryKind::Initialiser),
        (elf::DT_INIT_ARRAY, elf::DT_INIT_ARRAYSZ, EntryKind::Initialiser),
        (elf::DT_FINI_ARRAY, elf::DT_FINI_ARRAYSZ, EntryKind::Finaliser),
    ] {
        let table = dynamic.table(&parts.sections, address, count);
        arrays.extend(table.map(|(address, bytes)| (address, bytes.len(), kind)));
    }
    arrays.extend(named(headers, parts));
    let step = wide(parts.architecture.pointer_size());
    // The loader has written to these places where the image is one that moves.
    let written: BTreeMap<_, _> =
        if arrays.is_empty() { BTreeMap::new() } else { parts.pointers.iter().copied().collect() };
    for (address, count, kind) in arrays {
        for index in 0..wide(count) / step {
            let slot = address.plus(index * step);
            let stored = || parts.stored(slot);
            let Some(target) = written.get(&slot).copied().or_else(stored) else { break };
            // 0 and -1 are the ends of lists.
            if target.0 == 0 || target == parts.wrap(u64::MAX) {
                continue;
            }
            if !parts.has_room(parts.pointers.len(), "initialisers", gaps) {
                return;
            }
            parts.pointers.push((slot, target));
            parts.entry_points.push(EntryPoint { address: target, kind });
        }
    }
}

/// The arrays of a static program, by their sections, and its single functions.
fn named<C: Class>(
    headers: &Headers<'_, C>,
    parts: &mut Parts<'_>,
) -> Vec<(VirtualAddress, usize, EntryKind)> {
    let mut arrays = Vec::new();
    if headers.segment(elf::PT_DYNAMIC).is_some() {
        return arrays;
    }
    for section in &parts.sections {
        let kind = match section.name.as_str() {
            ".init" | ".preinit_array" | ".init_array" | ".ctors" => EntryKind::Initialiser,
            ".fini" | ".fini_array" | ".dtors" => EntryKind::Finaliser,
            _ => continue,
        };
        if section.is_executable {
            parts.entry_points.push(EntryPoint { address: section.address, kind });
        } else {
            arrays.push((section.address, section.bytes.len(), kind));
        }
    }
    arrays
}
