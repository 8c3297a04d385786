//! The headers of a file for Windows: those of a packed file, or those of the file that was packed.

#![warn(clippy::indexing_slicing)]

use crate::fields::{u16_at, u32_at, u32_or_zero};

/// The places of tables in the optional header.
pub(crate) const EXPORTS: usize = 0;
pub(crate) const IMPORTS: usize = 1;
pub(crate) const RESOURCES: usize = 2;
pub(crate) const SIGNATURE: usize = 4;
pub(crate) const RELOCATIONS: usize = 5;
pub(crate) const DEBUG: usize = 6;
pub(crate) const BOUND_IMPORTS: usize = 11;

/// The bytes of a section header.
pub(crate) const SECTION: usize = 40;

/// Sections begin at multiples of this in memory.
pub(crate) const PAGE: u32 = 0x1000;

/// The headers of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Headers<'data> {
    /// From the signature to the end of the optional header.
    pub(crate) bytes: &'data [u8],
    pub(crate) is_64: bool,
    pub(crate) sections: &'data [[u8; SECTION]],
}

impl<'data> Headers<'data> {
    /// The size of the headers before the sections, with all tables.
    pub(crate) const fn size(is_64: bool) -> usize {
        if is_64 { 264 } else { 248 }
    }

    pub(crate) fn read(bytes: &'data [u8]) -> Option<Self> {
        bytes.strip_prefix(b"PE\0\0")?;
        let is_64 = match u16_at(bytes, 24)? {
            0x10b => false,
            0x20b => true,
            _ => return None,
        };
        let (count, optional) = (u16_at(bytes, 6)?, u16_at(bytes, 20)?);
        let (sections, _) = bytes.get(24 + usize::from(optional)..)?.as_chunks();
        let sections =
            sections.get(..usize::from(count)).filter(|sections| !sections.is_empty())?;
        Some(Self { bytes: bytes.get(..Self::size(is_64))?, is_64, sections })
    }

    /// The place of a table's address and size.
    pub(crate) fn table(self, index: usize) -> usize {
        24 + if self.is_64 { 112 } else { 96 } + 8 * index
    }

    /// The address and size of a table; `None` where there is none.
    pub(crate) fn directory(self, index: usize) -> Option<(u32, u32)> {
        let position = self.table(index);
        let (address, length) = (u32_at(self.bytes, position)?, u32_at(self.bytes, position + 4)?);
        (address != 0 && length != 0).then_some((address, length))
    }

    pub(crate) fn base(self) -> u64 {
        let low = u32_or_zero(self.bytes, if self.is_64 { 48 } else { 52 });
        let high = if self.is_64 { u32_or_zero(self.bytes, 52) } else { 0 };
        u64::from(high) << 32 | u64::from(low)
    }

    /// The address behind all sections; `None` where a section runs over the end of memory.
    pub(crate) fn end_in_memory(self) -> Option<u32> {
        self.sections.iter().try_fold(0, |end: u32, section| {
            let length = u32_at(section, 8)?.max(u32_at(section, 16)?);
            Some(end.max(u32_at(section, 12)?.checked_add(length)?))
        })
    }
}
