use std::borrow::Cow;

use demarche_terms::Gap;

use crate::dotnet::{self, Found};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::wide;
use crate::parts::Parts;
use crate::placement::Placement;
use crate::{
    Architecture, FileOffset, Format, Image, Section, VirtualAddress, elf, macho, memory, pe,
};

/// The reason for which a file is not an image.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The file is in no known container.
    #[error("this is no ELF, PE or Mach-O file")]
    Unknown,
    /// The file ends within its headers.
    #[error("the {headers} are cut off: the file has {size} bytes")]
    Truncated {
        /// The headers.
        headers: &'static str,
        /// The size of the file in bytes.
        size: u64,
    },
    /// The container's headers cannot be read.
    #[error("the headers cannot be read")]
    Headers(#[from] object::read::Error),
    /// The instructions are big-endian, as those of Arm before BE8.
    #[error("big-endian instructions of Arm (BE32) are not read")]
    BigEndianCode,
    /// The code is that of a kind of MIPS which is not read.
    #[error("code for {0} is not read, only that for 32-bit MIPS")]
    Mips(&'static str),
    /// The code is for a processor that is not read, by its name and the container's own number for it.
    #[error("code for {0} (processor {1:#x}) is not read")]
    Processor(&'static str, u32),
    /// The code is for a processor that has no name here, by the container's own number for it.
    #[error("code for processor {0:#x} is not read")]
    Machine(u32),
}

impl ImageError {
    /// The error for a processor that is not read, with its name if the container's list has its number.
    pub(crate) fn of_processor(number: u32, names: &[(u32, &'static str)]) -> Self {
        let name = names.iter().find(|(known, _)| *known == number);
        name.map_or(Self::Machine(number), |(_, name)| Self::Processor(name, number))
    }
}

/// Reads an executable; of a fat Mach-O file the first slice that can be read.
///
/// What of it cannot be read is in [`Image::gaps`], and everything else is kept.
///
/// # Errors
///
/// Where the container's headers cannot be read, or the code is for another processor.
pub fn read(bytes: &[u8]) -> Result<Image<'_>, ImageError> {
    let mut slices = read_all(bytes).into_iter();
    let mut first = slices.next().unwrap_or(Err(ImageError::Unknown));
    for slice in slices {
        match (&mut first, slice) {
            // Its bytecode says already that there is machine code beside it.
            (Ok(image), _) if image.bytecode.is_some() => break,
            (Ok(image), _) => {
                image.gaps.push(Gap::of("", &ImageShortfall::OtherSlices));
                break;
            }
            (Err(_), slice) => first = slice,
        }
    }
    first
}

/// Reads every executable in a file: one for each processor of a fat Mach-O file, one of any other.
///
/// Offsets count from the start of the whole file.
#[must_use]
pub fn read_all(bytes: &[u8]) -> Vec<Result<Image<'_>, ImageError>> {
    match macho::slices(bytes) {
        Some(slices) => {
            slices.into_iter().map(|(offset, slice)| read_slice(offset, slice)).collect()
        }
        None => match dotnet::read(bytes, Placement::File) {
            // A compiler for both has put machine code beside the bytecode.
            Found::Bytecode(image, true) => vec![Ok(*image), pe::read(bytes, Placement::File)],
            Found::Bytecode(image, false) => vec![Ok(*image)],
            _ => vec![read_thin(bytes, Placement::File)],
        },
    }
}

fn read_slice(offset: u64, bytes: &[u8]) -> Result<Image<'_>, ImageError> {
    let mut image = macho::read(bytes, Placement::File)?;
    for section in &mut image.sections {
        section.offset = section.offset.map(|within| FileOffset(within.0.saturating_add(offset)));
    }
    Ok(image)
}

fn read_thin(bytes: &[u8], placement: Placement) -> Result<Image<'_>, ImageError> {
    match bytes {
        [0x7f, b'E', b'L', b'F', ..] => elf::read(bytes, placement),
        [b'M', b'Z', ..] => match dotnet::read(bytes, placement) {
            Found::Bytecode(image, _) => Ok(*image),
            Found::Unreadable(gap) => pe::read(bytes, placement).map(|mut image| {
                image.gaps.push(gap);
                image
            }),
            Found::Nothing => pe::read(bytes, placement),
        },
        [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..] => macho::read(bytes, placement),
        _ => Err(ImageError::Unknown),
    }
}

/// Reads an executable that was copied out of memory with its headers: everything lies at its distance from the first
/// byte rather than at its offset in the file.
///
/// `base` is the address that the first byte had; `None` where the loader kept to what the file prefers. Offsets of
/// sections count in `bytes`. Tables that are not loaded, such as section headers of ELF and lists for Apple's linker, are
/// missing, and where the loader has filled slots the names of imports may be gone with them.
///
/// # Errors
///
/// Where the headers cannot be read, or the code is for another processor.
pub fn read_loaded(bytes: &[u8], base: Option<VirtualAddress>) -> Result<Image<'_>, ImageError> {
    read_thin(bytes, Placement::Memory { base })
}

/// Reads bytes without a container, such as shellcode or a piece of memory, as they lie at an address.
///
/// Everything may be executed and written, and execution begins at the first byte; who knows better sets
/// [`Image::entry`].
#[must_use]
pub fn read_raw(bytes: &[u8], architecture: Architecture, base: VirtualAddress) -> Image<'_> {
    let mut gaps = Gaps::default();
    let mut parts = Parts::new(Format::Raw, architecture, bytes.len());
    parts.base = base;
    parts.entry = (!bytes.is_empty()).then_some(base);
    let total = Section {
        name: String::new(),
        address: base,
        offset: Some(FileOffset(0)),
        bytes: Cow::Borrowed(bytes),
        size: wide(bytes.len()),
        is_writable: true,
        is_executable: true,
    };
    parts.sections = memory::settle(vec![total], bytes.len(), &mut gaps);
    parts.finish(gaps)
}
