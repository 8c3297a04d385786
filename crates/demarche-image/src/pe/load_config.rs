use super::header::{self, Header};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::u32_at;
use crate::parts::Parts;
use crate::{EntryKind, EntryPoint, VirtualAddress};

/// Reads the linker's lists of functions that are called through pointers, and of exception handlers.
///
/// Source: Microsoft, "PE Format", "Load Configuration Layout"; and "Control Flow Guard for platform security".
pub(crate) fn read(header: &Header<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    let Some((directory, _)) = header.directory(header::LOAD_CONFIG) else { return };
    let pointer = header.pointer_size();
    let stated = u64::from(u32_at(parts.bytes(directory), 0).unwrap_or_default());
    let field = |offset: u64| {
        (offset.saturating_add(pointer) <= stated)
            .then(|| parts.stored(directory.plus(offset)))
            .flatten()
    };
    let (handlers, guarded, flags) =
        if header.is_64 { (0x60, 0x80, 0x90) } else { (0x40, 0x50, 0x58) };
    let handlers = if header.is_64 { None } else { field(handlers).zip(field(handlers + pointer)) };
    let guarded = field(guarded).zip(field(guarded + pointer));
    // The four highest bits say how many bytes follow each address.
    let flags = u32_at(parts.bytes(directory.plus(flags)), 0).unwrap_or_default();
    let extra = u64::from(flags >> 28);
    if let Some((table, count)) = handlers {
        list(header, (table, count.0), 4, EntryKind::ExceptionHandler, parts, gaps);
    }
    if let Some((table, count)) = guarded {
        list(
            header,
            (table, count.0),
            extra.saturating_add(4),
            EntryKind::IndirectTarget,
            parts,
            gaps,
        );
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
        let target = table.plus(index.saturating_mul(step));
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
