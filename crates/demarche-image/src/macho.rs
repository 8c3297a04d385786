//! Mach-O: programs and libraries of Apple's systems, thin or one slice of a fat file.
//!
//! Relocatable files are read as they lie, without applying their relocations.
//!
//! Source: Apple, `mach-o/loader.h`, `mach-o/fixup-chains.h`, `mach-o/compact_unwind_encoding.h`.

mod about;
mod commands;
mod compact_unwind;
mod exports;
mod fixups;
mod header;
mod layout;
mod starts;
mod symbol;

use object::macho::{MachHeader32, MachHeader64};
use object::{LittleEndian, macho};

pub use self::about::MachOIdentity;
pub(crate) use self::about::about;
use self::commands::Commands;
use self::header::Class;
pub(crate) use self::header::slices;
use crate::gaps::{Gaps, ImageShortfall};
use crate::parts::Parts;
use crate::placement::Placement;
use crate::{Architecture, Format, Image, ImageError, frames, go, memory};

/// Reads a thin Mach-O file, as it lies on the disk or in memory.
pub(crate) fn read(bytes: &[u8], placement: Placement) -> Result<Image<'_>, ImageError> {
    match bytes {
        [0xce, 0xfa, 0xed, 0xfe, ..] => read_class::<MachHeader32<LittleEndian>>(bytes, placement),
        [0xcf, 0xfa, 0xed, 0xfe, ..] => read_class::<MachHeader64<LittleEndian>>(bytes, placement),
        _ => Err(ImageError::Unknown),
    }
}

/// The processors that are not read and have been met, by the numbers of Mach-O (`mach/machine.h`).
const PROCESSORS: [(u32, &str); 4] = [
    (12, "32-bit Arm in Mach-O"),
    (18, "PowerPC"),
    (0x0100_0012, "64-bit PowerPC"),
    (0x0200_000c, "64-bit Arm with short pointers"),
];

fn read_class<C: Class>(bytes: &[u8], placement: Placement) -> Result<Image<'_>, ImageError> {
    let mut gaps = Gaps::default();
    let header = C::parse(bytes, 0)?;
    let architecture = match header.cputype(LittleEndian) {
        macho::CPU_TYPE_X86 => Architecture::X86,
        macho::CPU_TYPE_X86_64 => Architecture::X86_64,
        macho::CPU_TYPE_ARM64 => Architecture::AArch64,
        right => return Err(ImageError::of_processor(right.0, &PROCESSORS)),
    };
    let mut parts = Parts::new(Format::MachO, architecture, bytes.len());
    let mut commands = Commands::read(header, bytes, &mut gaps);
    if let Placement::Memory { base: Some(base) } = placement {
        commands.move_to(base);
    }
    parts.base = commands.base();
    parts.entry = commands.entry(architecture);
    let sections =
        layout::sections(&commands, bytes, placement.is_loaded(), parts.entry, &mut gaps);
    parts.sections = memory::settle(sections, bytes.len(), &mut gaps);
    if header.filetype(LittleEndian) == macho::MH_OBJECT {
        gaps.note(ImageShortfall::MachORelocations, String::new);
    }
    // What only the linker needs lies in a segment of its own, which is found in the file by its offset.
    let linked = if placement.is_loaded() { &[] } else { bytes };
    symbol::read::<C>(&commands, linked, &mut parts, &mut gaps);
    exports::read(&commands, linked, &mut parts, &mut gaps);
    fixups::read(&commands, linked, &mut parts, &mut gaps);
    starts::initialisers(&commands, &mut parts, &mut gaps);
    starts::functions(&commands, linked, &mut parts, &mut gaps);
    let mut extents = std::mem::take(&mut parts.extents);
    for section in &parts.sections {
        let (bytes, address) = (&section.bytes, section.address);
        match section.name.as_str() {
            "__eh_frame" => frames::read(bytes, address, architecture, &mut extents, &mut gaps),
            "__unwind_info" => compact_unwind::read(bytes, parts.base, &mut extents, &mut gaps),
            _ => {}
        }
    }
    parts.extents = extents;
    go::read(&mut parts, &mut gaps);
    Ok(parts.finish(gaps))
}
