use std::borrow::Cow;

use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::part;
use crate::{FileOffset, Section, VirtualAddress};

/// Holes between sections up to this many bytes are padding, and are left out; so are those of zeros up to the largest page.
const PADDING: u64 = 64;

/// The largest page of the systems that are read, in bytes.
const PAGE: u64 = 65_536;

/// A part of memory that the loader makes from the file.
#[derive(Debug)]
pub(crate) struct Segment {
    pub(crate) address: u64,
    pub(crate) size: u64,
    pub(crate) offset: u64,
    /// The number of bytes that it has in the file, at most its size.
    pub(crate) present: u64,
    pub(crate) is_executable: bool,
    pub(crate) is_writable: bool,
}

impl Segment {
    /// The address behind its last byte; the highest address where it would lie beyond the end of memory.
    fn end(&self) -> u64 {
        self.address.saturating_add(self.size)
    }

    /// Puts segments in order and makes them disjoint: where two overlap, the one that begins first keeps its place.
    pub(crate) fn settle(mut segments: Vec<Self>, gaps: &mut Gaps) -> Vec<Self> {
        segments.sort_by_key(|segment| (segment.address, segment.offset));
        let mut end = 0_u64;
        segments.retain_mut(|segment| {
            let inside = end.saturating_sub(segment.address).min(segment.size);
            if inside > 0 {
                gaps.note(ImageShortfall::SegmentsOverlap, || {
                    VirtualAddress(segment.address).to_string()
                });
            }
            segment.address += inside;
            segment.offset = segment.offset.saturating_add(inside);
            segment.size -= inside;
            segment.present = segment.present.saturating_sub(inside);
            end = end.max(segment.end());
            segment.size > 0
        });
        segments
    }

    /// Adds what a segment has between its named sections.
    ///
    /// Headers at the front are no code, padding is nothing; a larger hole, or one where execution begins, may be code
    /// that somebody put there.
    pub(crate) fn fill<'data>(
        &self,
        bytes: &'data [u8],
        offset: u64,
        named: &[Section<'_>],
        entry: VirtualAddress,
        sections: &mut Vec<Section<'data>>,
    ) {
        let end = self.end();
        let from = named.partition_point(|section| section.address.0 < self.address);
        let mut target = self.address;
        let mut is_first = true;
        let inside = named.iter().skip(from).take_while(|section| section.address.0 < end);
        let bounds = inside.map(|section| (section.address.0, section.end().0));
        let total = named.get(from).is_none_or(|section| section.address.0 >= end);
        for (start, next) in bounds.chain([(end, end)]) {
            let size = start.saturating_sub(target);
            let within = target - self.address;
            let hole = Section {
                name: String::new(),
                address: VirtualAddress(target),
                offset: offset.checked_add(within).map(FileOffset),
                bytes: Cow::Borrowed(part(
                    bytes,
                    offset.saturating_add(within),
                    size.min(self.present.saturating_sub(within)),
                )),
                size,
                is_writable: self.is_writable,
                is_executable: self.is_executable,
            };
            let begins = hole.contains(entry);
            let is_zero = || size <= PAGE && hole.bytes.iter().all(|byte| *byte == 0);
            if total || begins || (size > PADDING && !is_zero()) {
                let is_executable = hole.is_executable && (total || begins || !is_first);
                sections.push(Section { is_executable, ..hole });
            }
            target = target.max(next);
            is_first = false;
        }
    }
}
