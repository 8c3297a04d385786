//! The file of an unpacked program for Windows, as it is written.

#![warn(clippy::indexing_slicing)]

use super::headers::{BOUND_IMPORTS, DEBUG, Headers, SECTION, SIGNATURE};
use super::symbols::Symbols;

/// Sections and symbols begin at multiples of this in the file.
const ALIGNMENT: usize = 512;

/// A section, with its header.
pub(crate) struct Section {
    pub(crate) header: [u8; SECTION],
    pub(crate) bytes: Vec<u8>,
}

impl Section {
    /// A section that the program did not have, for reading alone.
    pub(crate) fn named(name: &[u8; 8], start: u32, bytes: Vec<u8>) -> Option<Self> {
        const READABLE_DATA: u32 = 0x4000_0040;
        let mut header = [0; SECTION];
        put(&mut header, 0, name);
        for (offset, value) in
            [(8, u32::try_from(bytes.len()).ok()?), (12, start), (36, READABLE_DATA)]
        {
            put(&mut header, offset, &value.to_le_bytes());
        }
        Some(Self { header, bytes })
    }
}

/// Everything that the file is written from.
pub(crate) struct Rebuilt<'data> {
    /// The bytes before the headers.
    pub(crate) front: &'data [u8],
    /// The headers of the program that was packed.
    pub(crate) headers: Headers<'data>,
    /// The address behind everything.
    pub(crate) end: u32,
    /// Tables by their numbers, with their addresses and sizes.
    pub(crate) directories: Vec<(usize, (u32, u32))>,
    /// Sections, those of the program before the new ones.
    pub(crate) sections: Vec<Section>,
    pub(crate) symbols: Option<Symbols<'data>>,
}

impl Rebuilt<'_> {
    /// Writes the headers, all sections behind them, and the linker's symbols; `None` where the file would be too large for
    /// its own headers.
    pub(crate) fn write(self) -> Option<Vec<u8>> {
        let mut head = self.headers.bytes.to_vec();
        let count = u16::try_from(self.sections.len()).ok()?;
        put(&mut head, 6, &count.to_le_bytes());
        put(&mut head, 80, &self.end.to_le_bytes());
        // The checksum is that of the file that was packed.
        put(&mut head, 88, &[0; 4]);
        for (index, (start, length)) in &self.directories {
            let position = self.headers.table(*index);
            put(&mut head, position, &start.to_le_bytes());
            put(&mut head, position + 4, &length.to_le_bytes());
        }
        // UPX blanks what the debugger reads. A signature and bound imports lay outside of the sections, and are gone.
        for index in [SIGNATURE, DEBUG, BOUND_IMPORTS] {
            put(&mut head, self.headers.table(index), &[0; 8]);
        }
        let size_of_headers = self.front.len() + head.len() + self.sections.len() * SECTION;
        let (mut offsets, mut end) = (Vec::new(), size_of_headers);
        for section in &self.sections {
            let offset = end.next_multiple_of(ALIGNMENT);
            end = offset + section.bytes.len();
            offsets.push(offset);
        }
        let table = match self.symbols {
            None => 0,
            Some(Symbols::Within(number, distance)) => {
                offsets.get(number)?.checked_add(distance)?
            }
            Some(Symbols::Behind(_)) => end,
        };
        put(&mut head, 12, &u32::try_from(table).ok()?.to_le_bytes());
        let mut file = self.front.to_vec();
        file.extend(head);
        for (section, offset) in self.sections.iter().zip(&offsets) {
            let mut header = section.header;
            put(&mut header, 16, &u32::try_from(section.bytes.len()).ok()?.to_le_bytes());
            put(&mut header, 20, &u32::try_from(*offset).ok()?.to_le_bytes());
            file.extend(header);
        }
        for (section, offset) in self.sections.iter().zip(offsets) {
            file.resize(offset, 0);
            file.extend(&section.bytes);
        }
        if let Some(Symbols::Behind(bytes)) = self.symbols {
            file.extend(bytes);
        }
        Some(file)
    }
}

/// Writes bytes at an offset, as far as there is room.
fn put(bytes: &mut [u8], offset: usize, value: &[u8]) {
    bytes.iter_mut().skip(offset).zip(value).for_each(|(byte, value)| *byte = *value);
}
