//! Starts whose address is stored in data or computed by code.

use demarche_image::Image;

use super::code_map::mark;
use super::explore::Walk;
use crate::Discovery;

/// Walks from every address of code that something holds, until nothing new turns up.
pub(super) fn starts(walk: &mut Walk<'_>) {
    let mut seen = 0;
    loop {
        let mut fresh: Vec<u32> =
            walk.references.iter().skip(seen).map(|&(target, _)| target).collect();
        seen = walk.references.len();
        fresh.sort_unstable();
        fresh.dedup();
        for place in fresh {
            start(walk, place);
        }
        // What was reached may compute further addresses; what is less sure waits until no more turn up.
        if seen == walk.references.len() && walk.follow_labels() {
            continue;
        }
        for later in [stored, go_on] {
            if seen == walk.references.len() {
                later(walk);
            }
        }
        if seen == walk.references.len() {
            break;
        }
    }
}

fn start(walk: &mut Walk<'_>, place: u32) {
    if is_taken(walk.map.mark(place)) || walk.is_covered(place) || walk.padding(place) > 0 {
        return;
    }
    if walk.straight_end(place).is_some() {
        walk.start(place, Discovery::AddressTaken);
        walk.run();
    }
}

/// Walks on after calls of what never returns, where the compiler did not know that and wrote code for the return.
fn go_on(walk: &mut Walk<'_>) {
    for (place, owner) in walk.unreturned() {
        let bits = walk.map.mark(place);
        if is_taken(bits) || bits & mark::START != 0 || walk.padding(place) > 0 {
            continue;
        }
        let opening = walk.opening(place);
        if (walk.is_covered(place) || opening.is_inner || !opening.makes_frame)
            && walk.straight_end(place).is_some()
        {
            walk.go_on(place, owner);
        }
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
    let relocated = image.pointers.iter().filter(|(slot, _)| !in_table(slot.0));
    let mut targets: Vec<u64> = relocated.map(|(_, target)| target.0).collect();
    if walk.is_absolute {
        targets.extend(words(image).filter(|&(slot, _)| !in_table(slot)).map(|(_, one)| one));
    }
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
