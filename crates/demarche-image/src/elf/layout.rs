//! The layout in memory: segments, with the parts that section headers name.

use std::borrow::Cow;

use object::elf;
use object::read::elf::SectionHeader as _;

use super::header::{Class, Headers};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{part, u64_at, wide};
use crate::segment::Segment;
use crate::{FileOffset, Section, VirtualAddress, memory};

/// The sections of memory, in no order.
pub(crate) fn sections<'data, C: Class>(
    headers: &Headers<'data, C>,
    gaps: &mut Gaps,
) -> Vec<Section<'data>> {
    let segments = Segment::settle(headers.loaded().collect(), gaps);
    let base = headers.base().0;
    // In memory the file's bytes lie where the segments say, counted from the lowest one.
    let offset = |segment: &Segment| {
        if headers.is_loaded { segment.address.wrapping_sub(base) } else { segment.offset }
    };
    for segment in &segments {
        let present = part(headers.bytes, offset(segment), segment.present);
        if wide(present.len()) < segment.present {
            gaps.note(ImageShortfall::Segment, || format!("segment at {:#x}", segment.address));
        }
    }
    let mut named = named(headers, &segments, gaps);
    let entry = headers.moved(headers.file.e_entry(C::order()).into());
    let hides = |named: &[Section<'_>]| {
        named.iter().any(|section| section.contains(entry) && !section.is_executable)
    };
    if entry.0 != 0 && hides(&named) {
        gaps.note(ImageShortfall::EntryIsData, || entry.to_string());
        named.clear();
    }
    if segments.is_empty() {
        return named;
    }
    named.sort_by_key(|section| section.address);
    let mut sections = Vec::new();
    for segment in &segments {
        segment.fill(headers.bytes, offset(segment), &named, entry, &mut sections);
    }
    sections.extend(named);
    sections
}

/// The sections that the headers name and that agree with what is loaded.
fn named<'data, C: Class>(
    headers: &Headers<'data, C>,
    segments: &[Segment],
    gaps: &mut Gaps,
) -> Vec<Section<'data>> {
    let end = C::order();
    let mut named = Vec::new();
    for header in headers.sections {
        let flags = header.sh_flags(end);
        let (address, size): (u64, u64) = (header.sh_addr(end).into(), header.sh_size(end).into());
        let is_empty = header.sh_type(end) == elf::SHT_NOBITS;
        // Zeroed thread-local storage is a template that takes no room of its own.
        let is_template = is_empty && flags.contains(elf::SHF_TLS);
        if !flags.contains(elf::SHF_ALLOC) || size == 0 || is_template {
            continue;
        }
        let offset: u64 = header.sh_offset(end).into();
        let inside = |segment: &&Segment| {
            let within = address.checked_sub(segment.address);
            let room = within.and_then(|within| segment.size.checked_sub(within));
            let equal =
                within.and_then(|within| within.checked_add(segment.offset)) == Some(offset);
            room.is_some_and(|room| size <= room) && (equal || is_empty)
        };
        let after = segments.partition_point(|segment| segment.address <= address);
        let before = after.checked_sub(1).and_then(|before| segments.get(before));
        let segment = before.filter(inside);
        if segment.is_none() && !segments.is_empty() {
            gaps.note(ImageShortfall::SectionElsewhere, || headers.name(header));
            continue;
        }
        let runs = segment.is_none_or(|segment| segment.is_executable);
        named.push(Section {
            name: headers.name(header),
            address: VirtualAddress(address),
            offset: (!is_empty).then_some(FileOffset(offset)),
            bytes: Cow::Borrowed(headers.contents(header)),
            size,
            is_writable: flags.contains(elf::SHF_WRITE),
            is_executable: flags.contains(elf::SHF_EXECINSTR) && runs,
        });
    }
    named
}

/// The places of `.eh_frame`: where the program header of its index points, else the section of that name.
pub(crate) fn frames<'one, C: Class>(
    headers: &Headers<'_, C>,
    sections: &'one [Section<'_>],
) -> Vec<(VirtualAddress, &'one [u8])> {
    let named = sections.iter().filter(|section| section.name == ".eh_frame");
    let mut places: Vec<_> = named.map(|section| section.address).collect();
    if places.is_empty() {
        places.extend(
            headers
                .segment(elf::PT_GNU_EH_FRAME)
                .and_then(|(index, _)| pointed_to::<C>(index, sections)),
        );
    }
    places.into_iter().map(|place| (place, memory::bytes(sections, place))).collect()
}

/// The place where the index of `.eh_frame` says that it lies.
///
/// Source: Linux Standard Base 5.0, core specification, section 10.6.2: version, three encodings, then the pointer.
fn pointed_to<C: Class>(index: VirtualAddress, sections: &[Section<'_>]) -> Option<VirtualAddress> {
    let bytes = memory::bytes(sections, index);
    let [1, encoding, ..] = bytes else { return None };
    let address = index.plus(4);
    let relative = i64::from(C::u32_at(bytes, 4)?.cast_signed()).cast_unsigned();
    match encoding {
        0x1b => Some(address.plus(relative)),
        0x3b => Some(index.plus(relative)),
        0x0b => Some(VirtualAddress(relative)),
        0x03 => Some(VirtualAddress(C::u32_at(bytes, 4)?.into())),
        0x04 | 0x0c => Some(VirtualAddress(u64_at(bytes, 4)?)),
        0x1c => Some(address.plus(u64_at(bytes, 4)?)),
        _ => None,
    }
}
