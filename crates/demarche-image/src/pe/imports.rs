use super::header::{self, Header};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{name_at, u32_at};
use crate::parts::{Names, Parts};
use crate::{Import, VirtualAddress, memory};

/// A function that the loader takes from another module, as the file has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listed<'file> {
    /// The place that the loader fills.
    pub(crate) slot: VirtualAddress,
    /// The module, in lower case.
    pub(crate) library: &'file [u8],
    pub(crate) name: Imported<'file>,
}

/// The form in which a function is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Imported<'file> {
    Number(u16),
    Name(&'file [u8]),
}

/// A caller that keeps what is listed, and notes what it cannot keep.
type Keep<'call> = dyn FnMut(Listed<'_>, &mut Gaps) + 'call;

/// Reads what the loader takes from other modules at the start.
pub(crate) fn read(header: &Header<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    collect(parts, gaps, |parts, gaps, keep| walk(header, parts, gaps, keep));
}

/// Reads what the program takes from other modules when it first needs it.
pub(crate) fn read_delayed(header: &Header<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    collect(parts, gaps, |parts, gaps, keep| walk_delayed(header, parts, gaps, keep));
}

/// Adds what is listed to the imports of an image.
fn collect(
    parts: &mut Parts<'_>,
    gaps: &mut Gaps,
    walk: impl FnOnce(&Parts<'_>, &mut Gaps, &mut Keep<'_>),
) {
    // The lists are read out of the sections while what they name is added to the other parts.
    let mut names = std::mem::replace(&mut parts.names, Names::of(0));
    let mut imports = Vec::new();
    walk(parts, gaps, &mut |listed, gaps| {
        let name = match listed.name {
            Imported::Number(number) => format!("#{number}"),
            Imported::Name(name) => names.take(name, gaps),
        };
        let library = names.take(listed.library, gaps);
        imports.push(Import { slot: listed.slot, library, name });
    });
    parts.names = names;
    parts.imports.append(&mut imports);
}

/// Goes through what the loader takes from other modules at the start, in the order of the file.
pub(crate) fn walk(header: &Header<'_>, parts: &Parts<'_>, gaps: &mut Gaps, keep: &mut Keep<'_>) {
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
        // Old linkers leave the list of names away; then the slots hold the names until they are filled. The loader takes
        // the slots too where the list lies outside the image.
        let names = Some(names).filter(|names| *names != 0).map(|names| header.address(names));
        let names = names.filter(|names| parts.stored(*names).is_some()).unwrap_or(slots);
        if !list(header, [library, names, slots], &mut met, parts, gaps, keep) {
            break;
        }
    }
}

fn walk_delayed(header: &Header<'_>, parts: &Parts<'_>, gaps: &mut Gaps, keep: &mut Keep<'_>) {
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
        let lists = [library, names, slots].map(position);
        if !list(header, lists, &mut met, parts, gaps, keep) {
            break;
        }
    }
}

/// Goes through the list of one library; false where no more may be kept.
fn list(
    header: &Header<'_>,
    [library, names, slots]: [VirtualAddress; 3],
    met: &mut usize,
    parts: &Parts<'_>,
    gaps: &mut Gaps,
    keep: &mut Keep<'_>,
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
        let slot = slots.plus(offset);
        let is_number = if header.is_64 { element.0 >> 63 == 1 } else { element.0 >> 31 & 1 == 1 };
        let name = if is_number {
            let [low, high, ..] = element.0.to_le_bytes();
            Imported::Number(u16::from_le_bytes([low, high]))
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
                gaps.note(ImageShortfall::ImportedName, || slot.to_string());
                continue;
            }
            Imported::Name(name)
        };
        keep(Listed { slot, library: &library, name }, gaps);
    }
    true
}
