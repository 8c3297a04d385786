use std::borrow::Cow;

use super::header::Header;
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{head, name_at, part, size, u32_or_zero, wide};
use crate::{FileOffset, Section, VirtualAddress};

/// The headers and sections as the loader maps them, in no order.
pub(crate) fn sections<'data>(
    header: &Header<'data>,
    bytes: &'data [u8],
    as_loaded: bool,
    gaps: &mut Gaps,
) -> Vec<Section<'data>> {
    let mut sections = Vec::new();
    for raw in header.sections {
        let word = |offset| u32_or_zero(raw, offset);
        let (virtual_size, relative) = (word(8), word(12));
        let (raw_size, raw_offset) = (word(16), word(20));
        let flags = word(36);
        // Symbols and long names are not loaded.
        let name = name(raw, header, if as_loaded { &[] } else { bytes });
        let memory = if virtual_size == 0 { raw_size } else { virtual_size };
        // The loader rounds offsets down to 512 bytes where sections are laid out in pages.
        let offset = match (as_loaded, header.section_alignment) {
            (true, _) => relative,
            (false, 0x1000..) => raw_offset & !0x1ff,
            (false, _) => raw_offset,
        };
        let wanted = if as_loaded { memory } else { raw_size.min(memory) };
        let present = part(bytes, offset.into(), wanted.into());
        if wide(present.len()) < u64::from(wanted) {
            gaps.note(ImageShortfall::Section, || name.clone());
        }
        sections.push(Section {
            name,
            address: header.address(relative),
            offset: (!present.is_empty()).then(|| FileOffset(offset.into())),
            bytes: Cow::Borrowed(present),
            size: memory.into(),
            is_writable: flags & 0x8000_0000 != 0,
            is_executable: flags & 0x2000_0000 != 0,
        });
    }
    sections.extend(headers(header, bytes, &sections));
    sections
}

/// The headers, which the loader maps as well, as a section without a name.
fn headers<'data>(
    header: &Header<'data>,
    bytes: &'data [u8],
    sections: &[Section<'_>],
) -> Option<Section<'data>> {
    let base = VirtualAddress(header.base);
    let stated = u64::from(header.headers_size);
    let first = sections.iter().map(|section| section.address.0.saturating_sub(base.0)).min();
    let size = first.map_or(stated, |first| first.min(stated));
    let present = part(bytes, 0, size);
    (!present.is_empty()).then(|| Section {
        name: String::new(),
        address: base,
        offset: Some(FileOffset(0)),
        bytes: Cow::Borrowed(present),
        size: wide(present.len()),
        is_writable: false,
        is_executable: false,
    })
}

/// A section's name; `/` and a number stand for a place in the table of long names, behind the symbols.
fn name(raw: &[u8; 40], header: &Header<'_>, bytes: &[u8]) -> String {
    let short = name_at(head(raw, 8), 0);
    let text = String::from_utf8_lossy(short).into_owned();
    let number = text.strip_prefix('/').and_then(|digits| digits.parse::<u64>().ok());
    let long = number.filter(|_| header.symbols != 0).map(|number| {
        let strings = u64::from(header.symbols) + u64::from(header.symbol_count) * 18;
        name_at(bytes, size(strings.saturating_add(number)))
    });
    match long.filter(|long| !long.is_empty()) {
        Some(long) => String::from_utf8_lossy(part(long, 0, 256)).into_owned(),
        None => text,
    }
}
