//! Starts whose address is stored in data or computed by code.

use demarche_image::Image;

use super::code_map::mark;
use super::explore::Walk;
use crate::Discovery;

/// Walks from every address of code that something holds, until nothing new turns up.
pub(super) fn starts(walk: &mut Walk<'_>) {
    let mut seen = 0;
    while seen < walk.references.len() {
        let mut fresh: Vec<u32> =
            walk.references.iter().skip(seen).map(|&(target, _)| target).collect();
        seen = walk.references.len();
        fresh.sort_unstable();
        fresh.dedup();
        for place in fresh {
            start(walk, place);
        }
        if seen == walk.references.len() {
            stored(walk);
        }
    }
}

fn start(walk: &mut Walk<'_>, place: u32) {
    if walk.map.mark(place) == 0 && walk.is_plausible(place) {
        walk.start(place, Discovery::AddressTaken);
        walk.run();
    }
}

/// Walks from the addresses that lie in data.
fn stored(walk: &mut Walk<'_>) {
    let image = walk.image;
    let mut tables = walk.tables.clone();
    tables.sort_unstable();
    let in_table = |slot: u64| {
        let after = tables.partition_point(|&(first, _)| first <= slot);
        after.checked_sub(1).and_then(|at| tables.get(at)).is_some_and(|&(_, end)| slot < end)
    };
    let targets: Vec<u64> = if image.pointers.is_empty() {
        words(image).filter(|&(slot, _)| !in_table(slot)).map(|(_, target)| target).collect()
    } else {
        let relocated = image.pointers.iter().filter(|(slot, _)| !in_table(slot.0));
        relocated.map(|(_, target)| target.0).collect()
    };
    for target in targets {
        if let Some(place) = walk.map.place(target) {
            start(walk, place);
        }
    }
}

/// The aligned words of data, where they lie and what they hold.
fn words<'image>(image: &'image Image<'_>) -> impl Iterator<Item = (u64, u64)> + 'image {
    let size = image.pointer_size();
    let data = image.sections.iter().filter(|one| !one.is_executable);
    data.flat_map(move |section| {
        let start = section.address.0;
        let skip = usize::try_from(start.wrapping_neg()).unwrap_or(usize::MAX) & (size - 1);
        let words = section.bytes.get(skip..).unwrap_or_default().chunks_exact(size);
        words.enumerate().map(move |(at, word)| {
            let value = match *word {
                [a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
                _ => word.first_chunk().map_or(0, |one| u64::from_le_bytes(*one)),
            };
            (start.wrapping_add((skip + at * size) as u64), value)
        })
    })
}

/// Whether a place is known to lie inside code or a table.
pub(super) fn is_taken(bits: u8) -> bool {
    bits & (mark::INSTRUCTION | mark::BODY | mark::DATA) != 0
}
