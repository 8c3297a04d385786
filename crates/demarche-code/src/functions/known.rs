//! Starts that the file's own tables name.

use demarche_image::{Architecture, Extent, Opening, SymbolKind};

use super::explore::Walk;
use crate::Discovery;

/// Walks from the entry point, symbols, exports and unwind tables.
pub(crate) fn starts(walk: &mut Walk<'_>) {
    let image = walk.image;
    let entry = image.entry.map(|candidate| candidate.0);
    let named = image.symbols.iter().filter(|symbol| symbol.kind == SymbolKind::Function);
    let listed = image.entry_points.iter().map(|entry_point| entry_point.address.0);
    for address in entry.into_iter().chain(named.map(|named| named.address.0)).chain(listed) {
        if let Some(position) = walk.map.place(address) {
            walk.start(position, Discovery::Symbol);
        }
    }
    let total = |extent: &&Extent| extent.piece_of.is_none() && extent.opening != Opening::Saved;
    for extent in image.extents.iter().filter(total) {
        if let Some(position) = walk.map.place(extent.start.0) {
            let position = if image.architecture == Architecture::AArch64 {
                position
            } else {
                position.saturating_add(padding(walk, position))
            };
            walk.start(position, Discovery::Unwind);
        }
    }
    walk.run();
}

/// The number of bytes of padding a range begins with: hand-written code opens its range before it aligns.
fn padding(walk: &Walk<'_>, position: u32) -> u32 {
    const ALIGNMENT: u32 = 16;
    let mut offset = position;
    while offset - position < ALIGNMENT {
        match walk.padding(offset) {
            0 => break,
            length => offset = offset.saturating_add(length),
        }
    }
    let aligned = walk.map.address(offset).0.is_multiple_of(u64::from(ALIGNMENT));
    if aligned && walk.padding(offset) == 0 { offset - position } else { 0 }
}
