use std::borrow::Cow;

use gimli::UnwindSection as _;
use object::read::{Object as _, ObjectSection as _, ObjectSymbol as _};
use object::{SectionFlags, SectionKind};

use crate::{
    Architecture, Extent, FileOffset, Format, Image, Section, Symbol, SymbolKind, VirtualAddress,
};

/// Why a file is not an image.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImageError {
    /// The file is in no known container.
    #[error("this is no ELF, PE or Mach-O file")]
    Unknown,
    /// The container's headers cannot be read.
    #[error("the headers cannot be read")]
    Headers(#[from] object::read::Error),
    /// The code is for a processor that is not read.
    #[error("code for {0:?} is not read")]
    Architecture(object::Architecture),
}

/// Reads an executable.
///
/// # Errors
///
/// Where the container's headers cannot be read, or the code is for another processor.
pub fn read(bytes: &[u8]) -> Result<Image<'_>, ImageError> {
    let file = object::File::parse(bytes)?;
    let architecture = match file.architecture() {
        object::Architecture::I386 => Architecture::X86,
        object::Architecture::X86_64 => Architecture::X86_64,
        object::Architecture::Aarch64 => Architecture::AArch64,
        other => return Err(ImageError::Architecture(other)),
    };
    let format = match file.format() {
        object::BinaryFormat::Elf => Format::Elf,
        object::BinaryFormat::Pe => Format::Pe,
        object::BinaryFormat::MachO => Format::MachO,
        _ => return Err(ImageError::Unknown),
    };
    let mut sections: Vec<_> =
        file.sections().filter(|one| one.address() != 0).map(|one| section(&one)).collect();
    sections.sort_by_key(|one: &Section<'_>| one.address);
    let symbols = file.symbols().chain(file.dynamic_symbols());
    let defined = symbols.filter(|one| one.is_definition() && one.address() != 0);
    let mut symbols: Vec<_> = defined.map(|one| symbol(&one)).collect();
    symbols.sort();
    symbols.dedup();
    let mut extents = unwind(&file);
    extents.sort();
    extents.dedup();
    Ok(Image {
        format,
        architecture,
        base: VirtualAddress(file.relative_address_base()),
        entry: (file.entry() != 0).then_some(VirtualAddress(file.entry())),
        sections,
        symbols,
        imports: Vec::new(),
        extents,
        pointers: Vec::new(),
    })
}

fn section<'data>(one: &object::Section<'data, '_>) -> Section<'data> {
    let (is_writable, is_executable) = match one.flags() {
        SectionFlags::Elf { sh_flags, .. } => (sh_flags.0 & 1 != 0, sh_flags.0 & 4 != 0),
        SectionFlags::Coff { characteristics } => {
            (characteristics.0 & 0x8000_0000 != 0, characteristics.0 & 0x2000_0000 != 0)
        }
        _ => (one.kind() == SectionKind::Data, one.kind() == SectionKind::Text),
    };
    Section {
        name: one.name().unwrap_or_default().to_owned(),
        address: VirtualAddress(one.address()),
        offset: one.file_range().map(|(offset, _)| FileOffset(offset)),
        bytes: Cow::Borrowed(one.data().unwrap_or_default()),
        size: one.size(),
        is_writable,
        is_executable,
    }
}

fn symbol(one: &object::Symbol<'_, '_>) -> Symbol {
    let kind = match one.kind() {
        object::SymbolKind::Text => SymbolKind::Function,
        object::SymbolKind::Data => SymbolKind::Object,
        _ => SymbolKind::Label,
    };
    Symbol {
        address: VirtualAddress(one.address()),
        size: one.size(),
        name: one.name().unwrap_or_default().to_owned(),
        kind,
        is_exported: one.is_global(),
    }
}

/// The ranges of code that `.eh_frame` or `.pdata` names.
fn unwind(file: &object::File<'_>) -> Vec<Extent> {
    let mut extents = Vec::new();
    if let Some(section) = file.section_by_name(".eh_frame") {
        let bytes = section.data().unwrap_or_default();
        let mut frame = gimli::EhFrame::new(bytes, gimli::LittleEndian);
        frame.set_address_size(if file.is_64() { 8 } else { 4 });
        let bases = gimli::BaseAddresses::default().set_eh_frame(section.address());
        let mut entries = frame.entries(&bases);
        while let Ok(Some(entry)) = entries.next() {
            let gimli::CieOrFde::Fde(partial) = entry else { continue };
            if let Ok(fde) = partial.parse(gimli::EhFrame::cie_from_offset) {
                extents
                    .push(Extent { start: VirtualAddress(fde.initial_address()), size: fde.len() });
            }
        }
    }
    if let Some(section) = file.section_by_name(".pdata") {
        let base = file.relative_address_base();
        let (entries, _) = section.data().unwrap_or_default().as_chunks::<12>();
        for &[a, b, c, d, e, f, g, h, ..] in entries {
            let start = u64::from(u32::from_le_bytes([a, b, c, d]));
            let end = u64::from(u32::from_le_bytes([e, f, g, h]));
            if start != 0 && end > start {
                let start = VirtualAddress(base.wrapping_add(start));
                extents.push(Extent { start, size: end.wrapping_sub(start.0.wrapping_sub(base)) });
            }
        }
    }
    extents
}
