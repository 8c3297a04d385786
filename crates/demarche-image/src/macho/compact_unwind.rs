//! `__unwind_info`: two levels of pages that say how to unwind from each function on.

use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{size, tail, u16_at, u32_at};
use crate::{Extent, ExtentTable, Opening, VirtualAddress};

/// Reads where functions begin. Sizes are not known: neighbours that unwind alike share an entry.
pub(crate) fn read(bytes: &[u8], base: VirtualAddress, extents: &mut Vec<Extent>, gaps: &mut Gaps) {
    let (Some(1), Some(index), Some(count)) =
        (u32_at(bytes, 0), u32_at(bytes, 20), u32_at(bytes, 24))
    else {
        gaps.note(ImageShortfall::CompactUnwindVersion, String::new);
        return;
    };
    let (entries, _) = tail(bytes, size(index)).as_chunks::<12>();
    // Each entry takes four bytes at least, so that pages that share their bytes cannot name more.
    let mut left = bytes.len() / 4;
    for entry in entries.iter().take(size(count)) {
        let (Some(first), Some(page)) = (u32_at(entry, 0), u32_at(entry, 4)) else { break };
        if page == 0 {
            continue;
        }
        let starts = starts(tail(bytes, size(page)), first);
        left = left.saturating_sub(starts.len());
        if left == 0 && !starts.is_empty() {
            gaps.note(ImageShortfall::CompactUnwindPages, String::new);
            break;
        }
        extents.extend(starts.into_iter().map(|start| Extent {
            start: base.plus(start.into()),
            size: 0,
            table: ExtentTable::CompactUnwind,
            opening: Opening::Unknown,
            piece_of: None,
        }));
    }
}

/// The starts of one page, as distances to the base: in full, or packed into 24 bits.
fn starts(page: &[u8], first: u32) -> Vec<u32> {
    let (Some(kind), Some(offset), Some(count)) =
        (u32_at(page, 0), u16_at(page, 4), u16_at(page, 6))
    else {
        return Vec::new();
    };
    let entries = tail(page, usize::from(offset));
    let count = usize::from(count);
    match kind {
        2 => {
            let (entries, _) = entries.as_chunks::<8>();
            // An encoding of zero means that there is nothing to unwind, perhaps because there is no code.
            let described = entries.iter().take(count).filter(|entry| u32_at(*entry, 4) != Some(0));
            described.filter_map(|entry| u32_at(entry, 0)).collect()
        }
        3 => {
            let (entries, _) = entries.as_chunks::<4>();
            let distance =
                |entry: &[u8; 4]| first.wrapping_add(u32::from_le_bytes(*entry) & 0xff_ffff);
            entries.iter().take(count).map(distance).collect()
        }
        _ => Vec::new(),
    }
}
