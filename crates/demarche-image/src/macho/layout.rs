use std::borrow::Cow;

use super::commands::Commands;
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{part, wide};
use crate::segment::Segment;
use crate::{FileOffset, Section, VirtualAddress};

/// The attributes of sections that have instructions, all or some.
const INSTRUCTIONS: u32 = 0x8000_0400;

/// The sections of memory, in no order.
pub(crate) fn sections<'data>(
    commands: &Commands<'_>,
    bytes: &'data [u8],
    as_loaded: bool,
    entry: Option<VirtualAddress>,
    gaps: &mut Gaps,
) -> Vec<Section<'data>> {
    let base = commands.base();
    let offset_of = |address: u64, offset: u64| {
        if as_loaded { address.wrapping_sub(base.0) } else { offset }
    };
    let mut named = Vec::new();
    for section in &commands.sections {
        let offset = section.offset.or(as_loaded.then_some(0));
        let offset = offset.map(|offset| offset_of(section.address, offset));
        let present = offset.map_or(&[][..], |offset| part(bytes, offset, section.size));
        if offset.is_some() && wide(present.len()) < section.size {
            gaps.note(ImageShortfall::Section, || section.name.clone());
        }
        named.push(Section {
            name: section.name.clone(),
            address: VirtualAddress(section.address),
            offset: offset.map(FileOffset),
            bytes: Cow::Borrowed(present),
            size: section.size,
            is_writable: section.is_writable,
            is_executable: section.is_executable && section.flags & INSTRUCTIONS != 0,
        });
    }
    named.sort_by_key(|section| section.address);
    // A segment without rights or bytes is there to keep addresses unused.
    let used = commands.segments.iter().map(|candidate| &candidate.segment).filter(|candidate| {
        candidate.present > 0 || candidate.is_writable || candidate.is_executable
    });
    let segments = used
        .map(|used| Segment { present: if as_loaded { used.size } else { used.present }, ..*used })
        .collect();
    let mut sections = Vec::new();
    for segment in Segment::settle(segments, gaps) {
        let offset = offset_of(segment.address, segment.offset);
        segment.fill(bytes, offset, &named, entry.unwrap_or(VirtualAddress(0)), &mut sections);
    }
    sections.extend(named);
    sections
}
