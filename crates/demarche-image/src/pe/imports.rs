use super::header::{self, Header};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{name_at, u32_at};
use crate::parts::Parts;
use crate::{Import, VirtualAddress, memory};

/// Reads what the loader takes from other modules at the start.
pub(crate) fn read(header: &Header<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    let Some((directory, _)) = header.directory(header::IMPORT) else { return };
    let mut met = 0;
    for index in 0_u64.. {
        let descriptor = directory.plus(index * 20);
        let bytes = memory::bytes(&parts.sections, descriptor);
        let fields = (u32_at(bytes, 0), u32_at(bytes, 12), u32_at(bytes, 16));
        let (Some(names), Some(library), Some(slots)) = fields else {
            gaps.note(ImageShortfall::ImportedLibraries, || directory.to_string());
            break;
        };
        // The loader stops at an entry without a library or without slots.
        if library == 0 || slots == 0 {
            break;
        }
        let library = header.address(library);
        let slots = header.address(slots);
        // Old linkers leave the list of names away; then the slots hold the names until they are filled.
        let names = if names == 0 { slots } else { header.address(names) };
        if !list(header, [library, names, slots], &mut met, parts, gaps) {
            break;
        }
    }
}

/// Reads what the program takes from other modules when it first needs it.
pub(crate) fn read_delayed(header: &Header<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    let Some((directory, _)) = header.directory(header::DELAY_IMPORT) else { return };
    let mut met = 0;
    for index in 0_u64.. {
        let descriptor = directory.plus(index * 32);
        let bytes = memory::bytes(&parts.sections, descriptor);
        let fields = (u32_at(bytes, 0), u32_at(bytes, 4), u32_at(bytes, 12), u32_at(bytes, 16));
        let (Some(flags), Some(library), Some(slots), Some(names)) = fields else { break };
        if library == 0 || slots == 0 {
            break;
        }
        // Without the lowest bit, as Visual C++ 6 wrote them, these are addresses rather than distances to the base.
        let position = |number: u32| {
            if flags & 1 == 1 { header.address(number) } else { VirtualAddress(number.into()) }
        };
        if !list(header, [library, names, slots].map(position), &mut met, parts, gaps) {
            break;
        }
    }
}

/// Reads the list of one library; false where no more may be kept.
fn list(
    header: &Header<'_>,
    [library, names, slots]: [VirtualAddress; 3],
    met: &mut usize,
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
) -> bool {
    let pointer = header.pointer_size();
    let library = name_at(memory::bytes(&parts.sections, library), 0).to_ascii_lowercase();
    for index in 0_u64.. {
        let offset = index * pointer;
        let Some(element) = parts.stored(names.plus(offset)) else {
            gaps.note(ImageShortfall::ImportedNames, || names.to_string());
            break;
        };
        if element.0 == 0 {
            break;
        }
        *met += 1;
        if !parts.has_room(*met, "imports", gaps) {
            return false;
        }
        let is_number = if header.is_64 { element.0 >> 63 == 1 } else { element.0 >> 31 & 1 == 1 };
        let name = if is_number {
            format!("#{}", element.0 & 0xffff)
        } else {
            // A hint of two bytes lies before the name.
            let Some(place) = u32::try_from(element.0 & 0x7fff_ffff)
                .ok()
                .map(|candidate| header.address(candidate))
            else {
                continue;
            };
            let name = name_at(memory::bytes(&parts.sections, place.plus(2)), 0);
            if name.is_empty() {
                gaps.note(ImageShortfall::ImportedName, || slots.plus(offset).to_string());
                continue;
            }
            parts.names.take(name, gaps)
        };
        let library = parts.names.take(&library, gaps);
        parts.imports.push(Import { slot: slots.plus(offset), library, name });
    }
    true
}
