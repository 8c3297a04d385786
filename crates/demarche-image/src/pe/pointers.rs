//! The pointers that the loader moves or calls: base relocations, the load configuration, callbacks of threads.

use super::header::{self, Header};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{head, size, u16_at, u32_at, u32_or_zero, wide};
use crate::parts::Parts;
use crate::{EntryKind, EntryPoint, VirtualAddress, memory};

/// Reads the places that move with the base: blocks of a page each, with 16 bits for each place.
pub(crate) fn relocations(header: &Header<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    let Some((directory, count)) = header.directory(header::RELOCATION) else { return };
    let bytes = memory::bytes(&parts.sections, directory);
    let bytes = head(bytes, size(count));
    let mut pointers = Vec::new();
    let mut position = 0;
    while let (Some(page), Some(block)) = (u32_at(bytes, position), u32_at(bytes, position + 4)) {
        let Some(end) = position.checked_add(size(block)).filter(|end| *end > position + 7) else {
            gaps.note(ImageShortfall::BaseRelocations, || {
                directory.plus(wide(position)).to_string()
            });
            break;
        };
        for location in (position + 8..end.min(bytes.len())).step_by(2) {
            let Some(entry) = u16_at(bytes, location) else { break };
            let slot = header.address(page).plus(u64::from(entry & 0xfff));
            // 3 is a pointer of 32 bits, 10 one of 64; 0 fills a block up.
            let fits = matches!((entry >> 12, header.is_64), (3, false) | (10, true));
            let target = fits.then(|| parts.stored(slot)).flatten();
            if !parts.has_room(pointers.len(), "base relocations", gaps) {
                break;
            }
            pointers.extend(target.map(|target| (slot, target)));
        }
        position = end.min(bytes.len());
    }
    parts.pointers.extend(pointers);
}

/// Reads the linker's lists of functions that are called through pointers, and of exception handlers.
///
/// Source: Microsoft, "PE Format", "Load Configuration Layout"; and "Control Flow Guard for platform security".
pub(crate) fn load_configuration(header: &Header<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    let Some((directory, _)) = header.directory(header::LOAD_CONFIG) else { return };
    let pointer = header.pointer_size();
    let stated = u64::from(u32_or_zero(parts.bytes(directory), 0));
    let field = |offset: u64| {
        (offset + pointer <= stated).then(|| parts.stored(directory.plus(offset))).flatten()
    };
    let (handlers, guarded, flags) =
        if header.is_64 { (0x60, 0x80, 0x90) } else { (0x40, 0x50, 0x58) };
    let handlers = if header.is_64 { None } else { field(handlers).zip(field(handlers + pointer)) };
    let guarded = field(guarded).zip(field(guarded + pointer));
    // The four highest bits say how many bytes follow each address.
    let flags = u32_or_zero(parts.bytes(directory.plus(flags)), 0);
    let extra = u64::from(flags >> 28);
    if let Some((table, count)) = handlers {
        list(header, (table, count.0), 4, EntryKind::ExceptionHandler, parts, gaps);
    }
    if let Some((table, count)) = guarded {
        list(header, (table, count.0), extra + 4, EntryKind::IndirectTarget, parts, gaps);
    }
}

fn list(
    header: &Header<'_>,
    (table, count): (VirtualAddress, u64),
    step: u64,
    kind: EntryKind,
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) {
    if table.0 == 0 {
        return;
    }
    for index in 0..count {
        let target = table.plus(index * step);
        let Some(relative) = u32_at(parts.bytes(target), 0) else {
            gaps.note(ImageShortfall::LoadConfiguration, || table.to_string());
            break;
        };
        if !parts.has_room(parts.entry_points.len(), "functions of the load configuration", gaps) {
            break;
        }
        parts.entry_points.push(EntryPoint { address: header.address(relative), kind });
    }
}

/// The functions that the loader calls for every thread: a list of pointers that ends with zero.
pub(crate) fn thread_callbacks(header: &Header, parts: &mut Parts<'_>) {
    const MOST: u64 = 256;
    let Some((directory, _)) = header.directory(header::TLS) else { return };
    let pointer = header.pointer_size();
    let Some(list) = parts.stored(directory.plus(pointer * 3)) else { return };
    for index in 0..MOST {
        let slot = list.plus(index * pointer);
        let Some(address) = parts.stored(slot).filter(|address| address.0 != 0) else { break };
        parts.pointers.push((slot, address));
        parts.entry_points.push(EntryPoint { address, kind: EntryKind::Initialiser });
    }
}
