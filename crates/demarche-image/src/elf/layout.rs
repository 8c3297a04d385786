//! What lies where in memory: segments, with the parts that section headers name.

use std::borrow::Cow;

use object::read::elf::SectionHeader as _;
use object::{LittleEndian, elf};

use super::Class;
use super::header::{Headers, Segment};
use crate::gaps::Gaps;
use crate::little_endian::{part, u32_at, u64_at, wide};
use crate::{FileOffset, Section, VirtualAddress, memory};

/// Holes between sections up to this many bytes are padding, and are left out.
const PADDING: u64 = 64;

/// The sections of memory, in no order.
pub(super) fn sections<'data, C: Class>(
    headers: &Headers<'data, C>,
    as_loaded: bool,
    gaps: &mut Gaps,
) -> Vec<Section<'data>> {
    let mut segments: Vec<_> = headers.loaded().collect();
    segments.sort_by_key(|segment| segment.address);
    let base = headers.base().0;
    // In memory the file's bytes lie where the segments say, counted from the lowest one.
    let offset = |segment: &Segment| {
        if as_loaded { segment.address.wrapping_sub(base) } else { segment.offset }
    };
    for segment in &segments {
        let present = part(headers.bytes, offset(segment), segment.present);
        if wide(present.len()) < segment.present {
            gaps.note("a segment is longer than the file", || {
                format!("segment at {:#x}", segment.address)
            });
        }
    }
    let mut named = named(headers, &segments, as_loaded, gaps);
    let entry = VirtualAddress(headers.file.e_entry(LittleEndian).into());
    let hides = |named: &[Section<'_>]| {
        named.iter().any(|section| section.contains(entry) && !section.is_executable)
    };
    if entry.0 != 0 && hides(&named) {
        gaps.note(
            "the section headers call the place where execution begins data; they are set aside",
            || entry.to_string(),
        );
        named.clear();
    }
    if segments.is_empty() {
        return named;
    }
    named.sort_by_key(|section| section.address);
    let mut sections = Vec::new();
    for segment in &segments {
        fill(headers.bytes, segment, offset(segment), &named, entry, &mut sections);
    }
    sections.extend(named);
    sections
}

/// The sections that the headers name and that agree with what is loaded.
fn named<'data, C: Class>(
    headers: &Headers<'data, C>,
    segments: &[Segment],
    as_loaded: bool,
    gaps: &mut Gaps,
) -> Vec<Section<'data>> {
    let end = LittleEndian;
    let mut named = Vec::new();
    if as_loaded {
        return named;
    }
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
            let same = within.and_then(|within| within.checked_add(segment.offset)) == Some(offset);
            room.is_some_and(|room| size <= room) && (same || is_empty)
        };
        let after = segments.partition_point(|segment| segment.address <= address);
        let before = after.checked_sub(1).and_then(|before| segments.get(before));
        let segment = before.filter(inside);
        if segment.is_none() && !segments.is_empty() {
            gaps.note(
                "a section does not lie where the program headers say; it is set aside",
                || headers.name(header),
            );
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

/// Adds what a segment has between its named sections.
///
/// Headers at the front are no code, padding is nothing; a larger hole, or one where execution begins, may be code
/// that somebody put there.
fn fill<'data>(
    bytes: &'data [u8],
    segment: &Segment,
    offset: u64,
    named: &[Section<'_>],
    entry: VirtualAddress,
    sections: &mut Vec<Section<'data>>,
) {
    let end = segment.address.saturating_add(segment.size);
    let from = named.partition_point(|section| section.address.0 < segment.address);
    let mut at = segment.address;
    let mut is_first = true;
    let inside = named.iter().skip(from).take_while(|section| section.address.0 < end);
    let bounds =
        inside.map(|section| (section.address.0, section.address.0.saturating_add(section.size)));
    let whole = named.get(from).is_none_or(|section| section.address.0 >= end);
    for (start, next) in bounds.chain([(end, end)]) {
        let size = start.saturating_sub(at);
        let within = at.saturating_sub(segment.address);
        let hole = Section {
            name: String::new(),
            address: VirtualAddress(at),
            offset: offset.checked_add(within).map(FileOffset),
            bytes: Cow::Borrowed(part(
                bytes,
                offset.saturating_add(within),
                size.min(segment.present.saturating_sub(within)),
            )),
            size,
            is_writable: segment.is_writable,
            is_executable: segment.is_executable,
        };
        let begins = hole.contains(entry);
        if whole || begins || size > PADDING {
            let is_executable = hole.is_executable && (whole || begins || !is_first);
            sections.push(Section { is_executable, ..hole });
        }
        at = at.max(next);
        is_first = false;
    }
}

/// The places of `.eh_frame`: where the program header of its index points, else the section of that name.
pub(super) fn frames<'one, C: Class>(
    headers: &Headers<'_, C>,
    sections: &'one [Section<'_>],
) -> Vec<(VirtualAddress, &'one [u8])> {
    let named = sections.iter().filter(|section| section.name == ".eh_frame");
    let mut places: Vec<_> = named.map(|section| section.address).collect();
    if places.is_empty() {
        places.extend(
            headers
                .segment(elf::PT_GNU_EH_FRAME)
                .and_then(|(index, _)| pointed_to(index, sections)),
        );
    }
    places.into_iter().map(|place| (place, memory::bytes(sections, place))).collect()
}

/// Where the index of `.eh_frame` says that it lies.
///
/// Source: Linux Standard Base 5.0, core specification, section 10.6.2: version, three encodings, then the pointer.
fn pointed_to(index: VirtualAddress, sections: &[Section<'_>]) -> Option<VirtualAddress> {
    let bytes = memory::bytes(sections, index);
    let [1, encoding, ..] = bytes else { return None };
    let at = index.plus(4);
    let relative = i64::from(u32_at(bytes, 4)?.cast_signed()).cast_unsigned();
    match encoding {
        0x1b => Some(at.plus(relative)),
        0x3b => Some(index.plus(relative)),
        0x0b => Some(VirtualAddress(relative)),
        0x03 => Some(VirtualAddress(u32_at(bytes, 4)?.into())),
        0x04 | 0x0c => Some(VirtualAddress(u64_at(bytes, 4)?)),
        0x1c => Some(at.plus(u64_at(bytes, 4)?)),
        _ => None,
    }
}
