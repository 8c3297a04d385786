//! Starts that the file's own tables name.

use demarche_image::SymbolKind;

use super::explore::Walk;
use crate::Discovery;

/// Walks from the entry point, symbols, exports and unwind tables.
pub(super) fn starts(walk: &mut Walk<'_>) {
    let image = walk.image;
    let entry = image.entry.map(|one| one.0);
    let named = image.symbols.iter().filter(|one| one.kind == SymbolKind::Function);
    for address in entry.into_iter().chain(named.map(|one| one.address.0)) {
        if let Some(place) = walk.map.place(address) {
            walk.start(place, Discovery::Symbol);
        }
    }
    for extent in &image.extents {
        if let Some(place) = walk.map.place(extent.start.0) {
            walk.start(place, Discovery::Unwind);
        }
    }
    walk.run();
}
