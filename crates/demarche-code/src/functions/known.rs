//! Starts that the file's own tables name.

use demarche_image::{Architecture, Extent, Opening, SymbolKind};

use super::explore::Walk;
use crate::Discovery;

/// Walks from the entry point, symbols, exports and unwind tables.
pub(crate) fn starts(walk: &mut Walk<'_>) {
    let image = walk.image;
    let entry = image.entry.map(|one| one.0);
    let named = image.symbols.iter().filter(|symbol| symbol.kind == SymbolKind::Function);
    let listed = image.entry_points.iter().map(|entry_point| entry_point.address.0);
    for address in entry.into_iter().chain(named.map(|one| one.address.0)).chain(listed) {
        if let Some(place) = walk.map.place(address) {
            walk.start(place, Discovery::Symbol);
        }
    }
    let whole = |one: &&Extent| one.piece_of.is_none() && one.opening != Opening::Saved;
    for extent in image.extents.iter().filter(whole) {
        if let Some(place) = walk.map.place(extent.start.0) {
            let place = if image.architecture == Architecture::AArch64 {
                place
            } else {
                place.saturating_add(padding(walk, place))
            };
            walk.start(place, Discovery::Unwind);
        }
    }
    walk.run();
}

/// The number of bytes of padding a range begins with: hand-written code opens its range before it aligns.
fn padding(walk: &Walk<'_>, place: u32) -> u32 {
    const ALIGNMENT: u32 = 16;
    let mut at = place;
    while at - place < ALIGNMENT {
        match walk.padding(at) {
            0 => break,
            length => at = at.saturating_add(length),
        }
    }
    let aligned = walk.map.address(at).0.is_multiple_of(u64::from(ALIGNMENT));
    if aligned && walk.padding(at) == 0 { at - place } else { 0 }
}
