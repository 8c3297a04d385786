//! ELF: executables, shared objects, core dumps and relocatable files, with or without section headers.
//!
//! What lies in memory is taken from the program headers, as the loader does; section headers name parts of it and are
//! set aside where they contradict. All tables that the loader uses are read through memory.

mod about;
mod arm_index;
mod dynamic;
mod entry_points;
mod global_table;
mod header;
mod identification;
mod layout;
mod relocatable;
mod relocation;
mod symbol;
mod wanted;

use object::elf::{FileHeader32, FileHeader64};
use object::{BigEndian, Endian as _, LittleEndian, elf};

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
    match class_and_order(bytes) {
        (Some(1), Some(2)) => read_class::<FileHeader32<BigEndian>>(bytes, placement),
        (Some(1), _) => read_class::<FileHeader32<LittleEndian>>(bytes, placement),
        (Some(2), Some(2)) => Err(not_read::<FileHeader64<BigEndian>>(bytes)),
        (Some(2), _) => read_class::<FileHeader64<LittleEndian>>(bytes, placement),
        _ => Err(ImageError::Unknown),
    }
}

/// The reason for which a file of 64 bits and big-endian numbers is not read: no processor of this kind is.
fn not_read<C: Class>(bytes: &[u8]) -> ImageError {
    C::parse(bytes).map_or_else(ImageError::from, |file| unknown(file))
}

/// The reason for which code is not read, by its processor.
fn unknown<C: Class>(file: &C) -> ImageError {
    let machine = file.e_machine(C::order());
    let flags: u32 = file.e_flags(C::order()).0;
    match machine {
        elf::EM_MIPS if file.is_type_64() => ImageError::Mips("64-bit MIPS"),
        elf::EM_MIPS if flags & N32 != 0 => {
            ImageError::Mips("64-bit MIPS with short pointers (n32)")
        }
        elf::EM_MIPS if flags & MICRO != 0 => ImageError::Mips("microMIPS"),
        elf::EM_MIPS => ImageError::Mips("MIPS16"),
        _ => ImageError::of_processor(machine.0.into(), &PROCESSORS),
    }
}

/// The processors that are not read and have been met, by the numbers of ELF (`e_machine` of the generic ABI).
const PROCESSORS: [(u32, &str); 19] = [
    (2, "SPARC"),
    (4, "m68k"),
    (15, "PA-RISC"),
    (18, "SPARC"),
    (20, "PowerPC"),
    (21, "64-bit PowerPC"),
    (22, "IBM Z"),
    (42, "SuperH"),
    (43, "64-bit SPARC"),
    (50, "Itanium"),
    (83, "AVR"),
    (94, "Xtensa"),
    (164, "Hexagon"),
    (183, "64-bit Arm with big-endian numbers"),
    (189, "MicroBlaze"),
    (195, "ARC"),
    (243, "RISC-V"),
    (247, "BPF"),
    (258, "LoongArch"),
];

/// Flags of MIPS: code of 64 bits with pointers of 32 (`EF_MIPS_ABI2`), microMIPS, and MIPS16.
const N32: u32 = 0x20;
const MICRO: u32 = 0x0200_0000;
const MIPS16: u32 = 0x0400_0000;

/// The instruction set of a file.
fn architecture<C: Class>(file: &C) -> Result<Architecture, ImageError> {
    const BIG_CODE: u32 = 0x0080_0000;
    let is_big = C::order().is_big_endian();
    let is_narrow = !file.is_type_64();
    let machine = file.e_machine(C::order());
    Ok(match (machine, is_big) {
        (elf::EM_386, false) => Architecture::X86,
        (elf::EM_X86_64, false) => Architecture::X86_64,
        (elf::EM_AARCH64, false) => Architecture::AArch64,
        (elf::EM_ARM, false) if is_narrow => Architecture::Arm,
        // BE8 (ELF for the Arm Architecture, 4.3.1); before it, instructions were big-endian as well.
        (elf::EM_ARM, true) if is_narrow => {
            let flags: u32 = file.e_flags(C::order()).0;
            if flags & BIG_CODE == 0 {
                return Err(ImageError::BigEndianCode);
            }
            Architecture::ArmBig
        }
        (elf::EM_MIPS, false) if is_narrow && !is_new_abi(file) => Architecture::MipsLittle,
        (elf::EM_MIPS, true) if is_narrow && !is_new_abi(file) => Architecture::Mips,
        _ => return Err(unknown(file)),
    })
}

/// Returns true for n32, MIPS16 and microMIPS.
fn is_new_abi<C: Class>(file: &C) -> bool {
    let flags: u32 = file.e_flags(C::order()).0;
    flags & (N32 | MICRO | MIPS16) != 0
}

fn read_class<C: Class>(bytes: &[u8], placement: Placement) -> Result<Image<'_>, ImageError> {
    let mut gaps = Gaps::default();
    let headers = Headers::<C>::read(bytes, placement, &mut gaps)?;
    let architecture = architecture(headers.file)?;
    if headers.file.e_type(C::order()) == elf::ET_REL {
        return Ok(relocatable::read(&headers, architecture, gaps));
    }
    let sections = layout::sections(&headers, &mut gaps);
    let mut parts = Parts::new(Format::Elf, architecture, bytes.len());
    parts.base = headers.base();
    let entry: u64 = headers.file.e_entry(C::order()).into();
    parts.entry = (entry != 0).then(|| headers.moved(entry));
    parts.sections = memory::settle(sections, bytes.len(), &mut gaps);
    let dynamic = Dynamic::read(&headers, &parts.sections, architecture);
    symbol::read(&headers, &dynamic, &mut parts, &mut gaps);
    relocation::read(&headers, &dynamic, &mut parts, &mut gaps);
    global_table::read(&headers, &dynamic, &mut parts, &mut gaps);
    arm_index::read(&headers, &mut parts, &mut gaps);
    entry_points::read(&headers, &dynamic, &mut parts, &mut gaps);
    for (address, bytes) in layout::frames(&headers, &parts.sections) {
        frames::read(bytes, address, architecture, &mut parts.extents, &mut gaps);
    }
    go::read(&mut parts, &mut gaps);
    Ok(parts.finish(gaps))
}
