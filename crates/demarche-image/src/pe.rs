//! PE: programs and libraries of Windows, 32 and 64 bits.
//!
//! Headers are read from the file, everything else through memory: the tables of the optional header give addresses.
//!
//! Source: Microsoft, "PE Format".

mod about;
mod assembly;
mod coff_symbol;
mod exports;
mod header;
mod imports;
mod layout;
mod pointers;
mod unwind;

pub(crate) use self::about::about;
pub use self::about::{
    Certificate, Checksum, Consistency, DebugFile, DebugFileId, DigestMatch, LinkerVersion,
    Overlay, PeIdentity, Resource, Rich, RichTool, Signature, Stamp, StampSource, StampVerdict,
    Stamps, VersionString,
};
pub(crate) use self::assembly::Assembly;
use self::header::Header;
use crate::gaps::Gaps;
use crate::parts::Parts;
use crate::placement::Placement;
use crate::{Architecture, Format, Image, ImageError, Section, VirtualAddress, frames, go, memory};

/// The processors that are not read and have been met, by the numbers of PE (Microsoft, "PE Format", machine types).
const PROCESSORS: [(u32, &str); 14] = [
    (0x0166, "MIPS"),
    (0x0184, "Alpha"),
    (0x01a6, "SuperH"),
    (0x01c0, "32-bit Arm in PE"),
    (0x01c2, "32-bit Arm in PE"),
    (0x01c4, "32-bit Arm in PE"),
    (0x01f0, "PowerPC"),
    (0x0200, "Itanium"),
    (0x0ebc, "the byte code of EFI"),
    (0x5032, "32-bit RISC-V"),
    (0x5064, "64-bit RISC-V"),
    (0x6232, "32-bit LoongArch"),
    (0x6264, "64-bit LoongArch"),
    (0x9041, "M32R"),
];

/// Reads a PE file, as it lies on the disk or in memory.
pub(crate) fn read(bytes: &[u8], placement: Placement) -> Result<Image<'_>, ImageError> {
    let mut gaps = Gaps::default();
    let mut header = Header::read(bytes, &mut gaps)?;
    if let Placement::Memory { base: Some(base) } = placement {
        header.base = base.0;
    }
    let architecture = match header.machine {
        0x014c => Architecture::X86,
        0x8664 => Architecture::X86_64,
        0xaa64 => Architecture::AArch64,
        right => return Err(ImageError::of_processor(right.into(), &PROCESSORS)),
    };
    let mut parts = Parts::new(Format::Pe, architecture, bytes.len());
    parts.base = VirtualAddress(header.base);
    parts.entry = (header.entry != 0).then(|| header.address(header.entry));
    let sections = layout::sections(&header, bytes, placement.is_loaded(), &mut gaps);
    parts.sections = memory::settle(sections, bytes.len(), &mut gaps);
    exports::read(&header, &mut parts, &mut gaps);
    imports::read(&header, &mut parts, &mut gaps);
    imports::read_delayed(&header, &mut parts, &mut gaps);
    pointers::relocations(&header, &mut parts, &mut gaps);
    pointers::load_configuration(&header, &mut parts, &mut gaps);
    pointers::thread_callbacks(&header, &mut parts);
    unwind::read(&header, &mut parts, &mut gaps);
    if !placement.is_loaded() {
        coff_symbol::read(&header, bytes, &mut parts, &mut gaps);
    }
    let mut extents = std::mem::take(&mut parts.extents);
    for section in parts.sections.iter().filter(|section| has_frames(section)) {
        frames::read(&section.bytes, section.address, architecture, &mut extents, &mut gaps);
    }
    parts.extents = extents;
    go::read(&mut parts, &mut gaps);
    Ok(parts.finish(gaps))
}

/// Returns true if a section is `.eh_frame`, as compilers other than Microsoft's make it.
///
/// The name is longer than eight bytes. In memory it stays a reference to a table that is not loaded, and then the first
/// bytes tell: a record with the number zero and version 1.
fn has_frames(section: &Section<'_>) -> bool {
    match section.name.as_str() {
        ".eh_frame" | ".eh_fram" => true,
        name if name.starts_with('/') => {
            section.bytes.get(4..9).is_some_and(|head| head == [0, 0, 0, 0, 1])
        }
        _ => false,
    }
}
