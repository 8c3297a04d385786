//! Sections as one memory: disjoint, ascending by address, found by binary search.

use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{head, size, tail, wide};
use crate::{Architecture, Section, VirtualAddress};

/// The section that an address lies in; the sections are ascending and disjoint.
pub(crate) fn section<'image, 'data>(
    sections: &'image [Section<'data>],
    address: VirtualAddress,
) -> Option<&'image Section<'data>> {
    let after = sections.partition_point(|section| section.address <= address);
    let section = sections.get(after.checked_sub(1)?)?;
    section.contains(address).then_some(section)
}

/// The bytes from an address to the end of what its section has in the file.
pub(crate) fn bytes<'image>(
    sections: &'image [Section<'_>],
    address: VirtualAddress,
) -> &'image [u8] {
    section(sections, address).map_or(&[], |section| section.from(address))
}

/// A pointer as an architecture keeps it.
pub(crate) fn pointer(
    sections: &[Section<'_>],
    address: VirtualAddress,
    architecture: Architecture,
) -> Option<VirtualAddress> {
    let bytes = bytes(sections, address);
    let order = architecture.byte_order();
    let value = match architecture.pointer_size() {
        4 => bytes.first_chunk().map(|bytes| u64::from(order.u32(*bytes))),
        _ => bytes.first_chunk().map(|bytes| order.u64(*bytes)),
    };
    value.map(VirtualAddress)
}

/// Puts sections in order and makes them disjoint: where two overlap, the one that begins first keeps its place.
///
/// A file can make many sections of the same bytes, and so claim far more memory than it has bytes. Sections get bytes
/// as long as all of them together are not more than `SHARING` times the file.
pub(crate) fn settle<'data>(
    mut sections: Vec<Section<'data>>,
    file: usize,
    gaps: &mut Gaps,
) -> Vec<Section<'data>> {
    const SHARING: u64 = 4;
    sections.retain(|section| section.size > 0);
    sections.sort_by_key(|section| (section.address, section.offset));
    let mut left = wide(file) * SHARING;
    let mut end = Some(0_u64);
    sections.retain_mut(|section| {
        let address = || format!("section {} at {}", section.name, section.address);
        let Some(before) = end else {
            gaps.note(ImageShortfall::SectionOutside, address);
            return false;
        };
        if section.address.0 < before {
            gaps.note(ImageShortfall::SectionsOverlap, address);
            skip(section, before - section.address.0);
        }
        // A section may end with the last byte of memory, and then nothing can follow it.
        let room = u64::MAX - section.address.0;
        if section.size > room {
            gaps.note(ImageShortfall::SectionLargerThanMemory, || section.name.clone());
            section.size = room;
        }
        limit(section, &mut left, gaps);
        if section.size > 0 {
            end = section.address.0.checked_add(section.size);
        }
        section.size > 0
    });
    sections
}

/// Takes bytes off the front of a section.
fn skip(section: &mut Section<'_>, count: u64) {
    let count = count.min(section.size);
    section.address = section.address.plus(count);
    section.size -= count;
    section.offset = section.offset.map(|offset| crate::FileOffset(offset.0.saturating_add(count)));
    match &mut section.bytes {
        std::borrow::Cow::Borrowed(bytes) => *bytes = tail(bytes, size(count)),
        std::borrow::Cow::Owned(bytes) => {
            bytes.drain(..size(count).min(bytes.len()));
        }
    }
}

/// Takes a section's bytes off what is left to give, and cuts what is too much.
fn limit(section: &mut Section<'_>, left: &mut u64, gaps: &mut Gaps) {
    let maximum = section.size.min(*left);
    let present = wide(section.bytes.len());
    if present > *left {
        gaps.note(ImageShortfall::SectionsShareBytes, || section.name.clone());
    }
    if present > maximum {
        match &mut section.bytes {
            std::borrow::Cow::Borrowed(bytes) => {
                *bytes = head(bytes, size(maximum));
            }
            std::borrow::Cow::Owned(bytes) => bytes.truncate(size(maximum)),
        }
    }
    *left -= wide(section.bytes.len());
}
