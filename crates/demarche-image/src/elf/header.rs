use object::elf;
use object::endian::Endian as _;
use object::pod::Pod;
use object::read::elf::{ProgramHeader as _, SectionHeader as _};

use super::identification::is_false;
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{array, name_at, part, size, wide};
use crate::placement::Placement;
use crate::segment::Segment;
use crate::{ImageError, VirtualAddress};

/// A header of one of the two classes and one of the two orders of bytes.
pub(crate) trait Class: object::read::elf::FileHeader<Endian: Default> {
    /// The order of bytes of its numbers.
    fn order() -> Self::Endian {
        Self::Endian::default()
    }

    /// A 16-bit number of a table; `None` where the bytes do not hold it whole.
    fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
        Some(Self::order().read_u16(*bytes.get(offset..)?.first_chunk()?))
    }

    /// A 32-bit number of a table; `None` where the bytes do not hold it whole.
    fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
        Some(Self::order().read_u32(*bytes.get(offset..)?.first_chunk()?))
    }
}

impl<T: object::read::elf::FileHeader<Endian: Default>> Class for T {}

/// The headers of a file, as far as they are there.
pub(crate) struct Headers<'data, C: Class> {
    pub(crate) bytes: &'data [u8],
    pub(crate) file: &'data C,
    pub(crate) segments: &'data [C::ProgramHeader],
    pub(crate) sections: &'data [C::SectionHeader],
    /// The section header that has the names of the others.
    names: Option<&'data C::SectionHeader>,
    /// True if the bytes lie as they were loaded, rather than as in the file.
    pub(crate) is_loaded: bool,
    /// The distance by which the image was moved from the place it prefers.
    bias: u64,
}

impl<'data, C: Class> Headers<'data, C> {
    pub(crate) fn read(
        bytes: &'data [u8],
        placement: Placement,
        gaps: &mut Gaps,
    ) -> Result<Self, ImageError> {
        let file = match array::<C>(bytes, 0, 1).first() {
            Some(file) => file,
            None => C::parse(bytes)?,
        };
        if is_false(bytes) {
            gaps.note(ImageShortfall::Identification, String::new);
        }
        let end = C::order();
        // The first section header holds counts that are too large for their fields.
        let section_offset: u64 = file.e_shoff(end).into();
        let first: &[C::SectionHeader] =
            if section_offset == 0 { &[] } else { array(bytes, section_offset, 1) };
        let first = first.first();
        let segment_count = match file.e_phnum(end) {
            0xffff => first.map_or(0xffff, |first| u64::from(first.sh_info(end))),
            count => u64::from(count),
        };
        let section_count = match file.e_shnum(end) {
            0 => first.map_or(0, |first| first.sh_size(end).into()),
            count => u64::from(count),
        };
        let names = match file.e_shstrndx(end).0 {
            0xffff => first.map_or(0, |first| first.sh_link(end)),
            index => u32::from(index),
        };
        let segment_offset: u64 = file.e_phoff(end).into();
        let segments = table(bytes, segment_offset, segment_count, "program", gaps);
        let sections: &[C::SectionHeader] = if section_offset == 0 {
            &[]
        } else {
            table(bytes, section_offset, section_count, "section", gaps)
        };
        let names = sections.get(size(names));
        let is_loaded = placement.is_loaded();
        let sections = if is_loaded { &[] } else { sections };
        let mut headers = Self { bytes, file, segments, sections, names, is_loaded, bias: 0 };
        if let Placement::Memory { base: Some(base) } = placement {
            headers.bias = base.0.wrapping_sub(headers.base().0);
        }
        Ok(headers)
    }

    /// The parts of memory that the loader makes from the file, as the program headers have them.
    pub(crate) fn loaded(&self) -> impl Iterator<Item = Segment> {
        let end = C::order();
        let loaded =
            self.segments.iter().filter(move |segment| segment.p_type(end) == elf::PT_LOAD);
        loaded.map(move |loaded| Segment {
            address: self.moved(loaded.p_vaddr(end).into()).0,
            size: loaded.p_memsz(end).into(),
            offset: loaded.p_offset(end).into(),
            present: if self.is_loaded {
                loaded.p_memsz(end).into()
            } else {
                loaded.p_filesz(end).into().min(loaded.p_memsz(end).into())
            },
            is_executable: loaded.p_flags(end).contains(elf::PF_X),
            is_writable: loaded.p_flags(end).contains(elf::PF_W),
        })
    }

    /// The place where an address of the file lies once the image was moved.
    pub(crate) fn moved(&self, address: u64) -> VirtualAddress {
        VirtualAddress(address.wrapping_add(self.bias))
    }

    /// The distance by which the image was moved.
    pub(crate) fn bias(&self) -> u64 {
        self.bias
    }

    /// The lowest address that is loaded, rounded down to a page.
    pub(crate) fn base(&self) -> VirtualAddress {
        let lowest = self.loaded().map(|segment| segment.address).min().unwrap_or_default();
        VirtualAddress(lowest & !0xfff)
    }

    /// All segments of a type, as address and size in memory.
    pub(crate) fn segments_of(
        &self,
        kind: elf::ProgramType,
    ) -> impl Iterator<Item = (VirtualAddress, u64)> {
        let end = C::order();
        let segments = self.segments.iter().filter(move |segment| segment.p_type(end) == kind);
        segments.map(move |segment| self.extent(segment))
    }

    /// The first segment of a type, as address and size in memory.
    pub(crate) fn segment(&self, kind: elf::ProgramType) -> Option<(VirtualAddress, u64)> {
        let end = C::order();
        self.segments
            .iter()
            .find(|segment| segment.p_type(end) == kind)
            .map(|found| self.extent(found))
    }

    /// The address and size of a segment. Linkers of Solaris state a size in the file alone.
    fn extent(&self, segment: &C::ProgramHeader) -> (VirtualAddress, u64) {
        let end = C::order();
        let in_file: u64 = segment.p_filesz(end).into();
        let in_memory: u64 = segment.p_memsz(end).into();
        let bytes = if in_memory == 0 { in_file } else { in_memory };
        (self.moved(segment.p_vaddr(end).into()), bytes)
    }

    /// The path of the program that loads the file, which the kernel reads from the file and not from memory.
    pub(crate) fn interpreter(&self) -> Option<&'data [u8]> {
        let end = C::order();
        let segment = self.segments.iter().find(|segment| segment.p_type(end) == elf::PT_INTERP)?;
        let path = part(self.bytes, segment.p_offset(end).into(), segment.p_filesz(end).into());
        Some(name_at(path, 0))
    }

    /// A section's name.
    pub(crate) fn name(&self, section: &C::SectionHeader) -> String {
        let names = self.names.map_or(&[][..], |names| self.contents(names));
        let name = name_at(names, size(section.sh_name(C::order())));
        String::from_utf8_lossy(part(name, 0, 256)).into_owned()
    }

    /// The bytes of the table of strings that a section of symbols links to.
    pub(crate) fn linked_names(&self, symbols: &C::SectionHeader) -> &'data [u8] {
        let names = self.sections.get(size(symbols.sh_link(C::order())));
        names.map_or(&[], |names| self.contents(names))
    }

    /// A section's bytes, as far as the file has them.
    pub(crate) fn contents(&self, section: &C::SectionHeader) -> &'data [u8] {
        if section.sh_type(C::order()) == elf::SHT_NOBITS {
            return &[];
        }
        part(self.bytes, section.sh_offset(C::order()).into(), section.sh_size(C::order()).into())
    }
}

fn table<'data, T: Pod>(
    bytes: &'data [u8],
    offset: u64,
    count: u64,
    description: &'static str,
    gaps: &mut Gaps,
) -> &'data [T] {
    let entries = array(bytes, offset, count);
    if wide(entries.len()) < count {
        gaps.note(ImageShortfall::Headers, || {
            format!(
                "{description} headers at offset {offset:#x}: {count} announced, {} present",
                entries.len()
            )
        });
    }
    entries
}
