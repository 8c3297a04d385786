use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{
    head, part, size, tail, u16_at, u16_or_zero, u32_at, u32_or_zero, u64_at, wide,
};
use crate::{ImageError, VirtualAddress};

pub(crate) const EXPORT: usize = 0;
pub(crate) const IMPORT: usize = 1;
pub(crate) const RESOURCE: usize = 2;
pub(crate) const EXCEPTION: usize = 3;
pub(crate) const SIGNATURE: usize = 4;
pub(crate) const RELOCATION: usize = 5;
pub(crate) const DEBUG: usize = 6;
pub(crate) const TLS: usize = 9;
pub(crate) const LOAD_CONFIG: usize = 10;
pub(crate) const DELAY_IMPORT: usize = 13;
pub(crate) const BYTECODE: usize = 14;

/// The contents of the headers, with every table cut to what is there.
pub(crate) struct Header<'data> {
    pub(crate) machine: u16,
    pub(crate) is_64: bool,
    pub(crate) base: u64,
    pub(crate) entry: u32,
    /// Seconds since 1970 at which the linker says that it ran.
    pub(crate) stamp: u32,
    pub(crate) characteristics: u16,
    pub(crate) linker: (u8, u8),
    /// The place where the optional header lies in the file.
    pub(crate) optional_offset: usize,
    pub(crate) section_alignment: u32,
    pub(crate) headers_size: u32,
    pub(crate) symbols: u32,
    pub(crate) symbol_count: u32,
    /// Address and size of each table, in the order of the format.
    directories: Vec<(u32, u32)>,
    /// The tables that the headers have room for, whether or not they state them.
    room: Vec<(u32, u32)>,
    /// The section headers, 40 bytes each.
    pub(crate) sections: &'data [[u8; 40]],
}

impl<'data> Header<'data> {
    pub(crate) fn read(bytes: &'data [u8], gaps: &mut Gaps) -> Result<Self, ImageError> {
        let truncated = ImageError::Truncated { headers: "PE headers", size: wide(bytes.len()) };
        let header = bytes.get(..2).filter(|magic| *magic == b"MZ").and(u32_at(bytes, 0x3c));
        let coff = header.and_then(|offset| bytes.get(size(offset)..));
        let coff = coff.and_then(|rest| rest.strip_prefix(b"PE\0\0")).ok_or(ImageError::Unknown)?;
        let optional = coff.get(20..).ok_or(truncated)?;
        let is_64 = match u16_at(optional, 0) {
            Some(0x10b) => false,
            Some(0x20b) => true,
            Some(_) => return Err(ImageError::Unknown),
            None => {
                return Err(ImageError::Truncated {
                    headers: "PE headers",
                    size: wide(bytes.len()),
                });
            }
        };
        let word = |offset| u32_or_zero(optional, offset);
        let base = if is_64 { u64_at(optional, 24).unwrap_or_default() } else { word(28).into() };
        let (count, directories) = if is_64 { (word(108), 112_usize) } else { (word(92), 96) };
        let optional_size = usize::from(u16_or_zero(coff, 16));
        let room = directories_of(head(optional, optional_size), directories, 16);
        let directories = directories_of(optional, directories, count);
        let count = usize::from(u16_or_zero(coff, 2));
        let (sections, _) = tail(optional, optional_size).as_chunks();
        if sections.len() < count {
            gaps.note(ImageShortfall::Headers, || {
                format!("section headers: {count} announced, {} present", sections.len())
            });
        }
        Ok(Self {
            machine: u16_or_zero(coff, 0),
            is_64,
            base,
            entry: word(16),
            stamp: u32_or_zero(coff, 4),
            characteristics: u16_or_zero(coff, 18),
            linker: u16_or_zero(optional, 2).to_le_bytes().into(),
            optional_offset: bytes.len() - optional.len(),
            section_alignment: word(32),
            headers_size: word(60),
            symbols: u32_or_zero(coff, 8),
            symbol_count: u32_or_zero(coff, 12),
            directories,
            room,
            sections: head(sections, count),
        })
    }

    /// An address from its distance to the base.
    pub(crate) fn address(&self, relative: u32) -> VirtualAddress {
        VirtualAddress(self.base.wrapping_add(relative.into()))
    }

    /// The address and size of a table; `None` where the file has none.
    pub(crate) fn directory(&self, index: usize) -> Option<(VirtualAddress, u32)> {
        let (relative, count) = self.directories.get(index).copied()?;
        (relative != 0).then(|| (self.address(relative), count))
    }

    /// The two numbers of a table as they stand; the first one of signatures is an offset in the file.
    pub(crate) fn raw_directory(&self, index: usize) -> Option<(u32, u32)> {
        self.directories.get(index).copied().filter(|(position, _)| *position != 0)
    }

    /// The two numbers of a table that the headers have and do not state.
    pub(crate) fn unstated_directory(&self, index: usize) -> Option<(u32, u32)> {
        let is_stated = index < self.directories.len();
        self.room.get(index).copied().filter(|(position, _)| *position != 0 && !is_stated)
    }

    /// The place where the two numbers of a table lie in the file.
    pub(crate) fn directory_offset(&self, index: usize) -> usize {
        let tables = if self.is_64 { 112 } else { 96_usize };
        self.optional_offset + tables + index * 8
    }

    /// The bytes of a pointer.
    pub(crate) fn pointer_size(&self) -> u64 {
        if self.is_64 { 8 } else { 4 }
    }
}

/// The table of tables: at most 16 are defined.
fn directories_of(optional: &[u8], offset: usize, count: u32) -> Vec<(u32, u32)> {
    let entries = part(optional, wide(offset), u64::from(count.min(16)) * 8);
    let (entries, _) = entries.as_chunks::<8>();
    let entry = |candidate: &[u8; 8]| (u32_or_zero(candidate, 0), u32_or_zero(candidate, 4));
    entries.iter().map(entry).collect()
}
