//! ELF: executables, shared objects, core dumps and relocatable files, with or without section headers.
//!
//! What lies in memory is taken from the program headers, as the loader does; section headers name parts of it and are
//! set aside where they contradict. All tables that the loader uses are read through memory.

mod about;
mod dynamic;
mod entry_points;
mod header;
mod identification;
mod layout;
mod relocatable;
mod relocation;
mod symbol;
mod wanted;

use object::elf::{FileHeader32, FileHeader64};
use object::{LittleEndian, elf};

pub use self::about::ElfIdentity;
pub(crate) use self::about::about;
use self::dynamic::Dynamic;
use self::header::{Class, Headers};
use self::identification::class_and_order;
use crate::gaps::Gaps;
use crate::parts::Parts;
use crate::placement::Placement;
use crate::{Architecture, Format, Image, ImageError, frames, go, memory};

/// Reads an ELF file, as it lies on the disk or in memory.
pub(crate) fn read(bytes: &[u8], placement: Placement) -> Result<Image<'_>, ImageError> {
    // Byte 4 of the identification is the class, and byte 5 the order of bytes (System V ABI, chapter 4).
    let (class, order) = class_and_order(bytes);
    if order == Some(2) {
        return Err(ImageError::BigEndian);
    }
    match class {
        Some(1) => read_class::<FileHeader32<LittleEndian>>(bytes, placement),
        Some(2) => read_class::<FileHeader64<LittleEndian>>(bytes, placement),
        _ => Err(ImageError::Unknown),
    }
}

fn read_class<C: Class>(bytes: &[u8], placement: Placement) -> Result<Image<'_>, ImageError> {
    let mut gaps = Gaps::default();
    let headers = Headers::<C>::read(bytes, placement, &mut gaps)?;
    let architecture = match headers.file.e_machine(LittleEndian) {
        elf::EM_386 => Architecture::X86,
        elf::EM_X86_64 => Architecture::X86_64,
        elf::EM_AARCH64 => Architecture::AArch64,
        right => return Err(ImageError::Machine(right.0.into())),
    };
    if headers.file.e_type(LittleEndian) == elf::ET_REL {
        return Ok(relocatable::read(&headers, architecture, gaps));
    }
    let sections = layout::sections(&headers, &mut gaps);
    let mut parts = Parts::new(Format::Elf, architecture, bytes.len());
    parts.base = headers.base();
    let entry: u64 = headers.file.e_entry(LittleEndian).into();
    parts.entry = (entry != 0).then(|| headers.moved(entry));
    parts.sections = memory::settle(sections, bytes.len(), &mut gaps);
    let dynamic = Dynamic::read(&headers, &parts.sections, architecture);
    symbol::read(&headers, &dynamic, &mut parts, &mut gaps);
    relocation::read(&headers, &dynamic, &mut parts, &mut gaps);
    entry_points::read(&headers, &dynamic, &mut parts, &mut gaps);
    for (address, bytes) in layout::frames(&headers, &parts.sections) {
        frames::read(bytes, address, architecture, &mut parts.extents, &mut gaps);
    }
    go::read(&mut parts, &mut gaps);
    Ok(parts.finish(gaps))
}
