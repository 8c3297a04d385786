use super::header::{self, Header};
use crate::gaps::{Gaps, ImageShortfall};
use crate::little_endian::{size, u16_at, u32_at, wide};
use crate::memory;
use crate::parts::Parts;

/// Reads the places that move with the base: blocks of a page each, with 16 bits for each place.
pub(crate) fn read(header: &Header<'_>, parts: &mut Parts<'_>, gaps: &mut Gaps) {
    let Some((directory, count)) = header.directory(header::RELOCATION) else { return };
    let bytes = memory::bytes(&parts.sections, directory);
    let bytes = bytes.get(..size(count)).unwrap_or(bytes);
    let mut pointers = Vec::new();
    let mut position = 0;
    while let (Some(page), Some(block)) =
        (u32_at(bytes, position), u32_at(bytes, position.saturating_add(4)))
    {
        let Some(end) =
            position.checked_add(size(block)).filter(|end| *end > position.saturating_add(7))
        else {
            gaps.note(ImageShortfall::BaseRelocations, || {
                directory.plus(wide(position)).to_string()
            });
            break;
        };
        for location in (position.saturating_add(8)..end.min(bytes.len())).step_by(2) {
            let Some(entry) = u16_at(bytes, location) else { break };
            let slot = header.address(page).plus(u64::from(entry & 0xfff));
            // 3 is a pointer of 32 bits, 10 one of 64; 0 fills a block up.
            let fits = matches!((entry >> 12, header.is_64), (3, false) | (10, true));
            let target = fits.then(|| parts.stored(slot)).flatten();
            if !parts.has_room(pointers.len(), "base relocations", gaps) {
                break;
            }
            pointers.extend(target.map(|target| (slot, target)));
        }
        position = end;
    }
    parts.pointers.extend(pointers);
}
