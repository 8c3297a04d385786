//! Starts whose address is stored in data or computed by code.

use std::collections::BTreeMap;

use demarche_image::Image;

use super::code_map::mark;
use super::explore::Walk;
use crate::Discovery;

/// Walks from every address of code that something holds, until nothing new turns up.
///
/// `doubtful` takes addresses in data for functions even where they look like labels.
pub(crate) fn starts(walk: &mut Walk<'_>, doubtful: bool) {
    let trusts: &[Trust] = if doubtful {
        &[Trust::Sure, Trust::Likely, Trust::Any]
    } else {
        &[Trust::Sure, Trust::Likely]
    };
    let mut seen = 0;
    let mut looks = Looks::new();
    for _ in 0..ROUNDS {
        let mut fresh: Vec<u32> =
            walk.references.iter().skip(seen).map(|&(target, _)| target).collect();
        seen = walk.references.len();
        fresh.sort_unstable();
        fresh.dedup();
        fresh.retain(|&fresh| !walk.bases.contains(walk.map.address(fresh).0));
        for position in fresh {
            start(walk, position);
        }
        // What was reached may compute further addresses; what is less sure waits until no more turn up.
        if seen == walk.references.len() && walk.follow_labels() {
            continue;
        }
        for &trust in trusts {
            if seen == walk.references.len() {
                stored(walk, trust, &mut looks);
                walk.follow_labels();
            }
        }
        if seen == walk.references.len() {
            go_on(walk);
        }
        if seen == walk.references.len() {
            break;
        }
    }
}

fn start(walk: &mut Walk<'_>, position: u32) {
    let bits = walk.map.mark(position);
    if bits & (mark::INSTRUCTION | mark::START) == mark::INSTRUCTION {
        walk.pointed.push(position);
    }
    if is_taken(bits) || walk.is_covered(position) || walk.is_other_code(position) {
        return;
    }
    // Hand-written functions may begin with an idle instruction; padding that is pointed at ends something.
    let is_aligned = walk.is_aligned(position);
    if !is_aligned && walk.padding(position) > 0 {
        return;
    }
    if walk.straight_end(position).is_some() {
        walk.attempt(position, Discovery::AddressTaken);
    }
}

/// Walks on after calls of what never returns, where the compiler did not know that and wrote code for the return.
fn go_on(walk: &mut Walk<'_>) {
    for (index, owner) in walk.unreturned() {
        let bits = walk.map.mark(index);
        if is_taken(bits) || bits & mark::START != 0 || walk.padding(index) > 0 {
            continue;
        }
        let opening = walk.opening(index);
        if (walk.is_covered(index) || opening.is_inner || !opening.makes_frame)
            && walk.straight_end(index).is_some()
        {
            walk.go_on(index, owner);
        }
    }
}

/// The number of times all data is read for what the last reading has brought; programs are through in a few rounds.
const ROUNDS: usize = 32;

/// True if the code at a place begins in the middle of something, and whether it surely is a function.
type Looks = BTreeMap<u32, (bool, bool)>;

/// The addresses in data that are taken for functions.
///
/// The labels of jumps lie in data as well. The function that has them must be read first, so what is surely a
/// function goes first, and tells which of the others are labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// Those of code that makes a frame or stands apart.
    Sure,
    /// Those that do not begin in the middle of something, and lie where the program's functions lie.
    Likely,
    /// All that are left.
    Any,
}

/// Walks from the addresses that lie in data.
fn stored(walk: &mut Walk<'_>, trust: Trust, looks: &mut Looks) {
    let size = walk.image.pointer_size() as u64;
    let slots = slots(walk);
    let are_aligned = walk.are_aligned();
    for run in slots.chunk_by(|left, right| left.0.wrapping_add(size) == right.0) {
        let mut look = |index| *looks.entry(index).or_insert_with(|| look(walk, index));
        let inner = run
            .iter()
            .filter(|&&(_, index)| walk.map.mark(index) & mark::START == 0 && look(index).0);
        if trust != Trust::Any && inner.count() * 5 >= run.len() {
            continue;
        }
        for &(_, index) in run {
            let is_wanted = match trust {
                Trust::Sure => looks.get(&index).is_some_and(|look| look.1),
                Trust::Likely => !are_aligned || walk.is_aligned(index),
                Trust::Any => true,
            };
            if is_wanted {
                start(walk, index);
            }
        }
    }
}

fn look(walk: &Walk<'_>, position: u32) -> (bool, bool) {
    let opening = walk.opening(position);
    let is_apart = || {
        let is_padded = position.checked_sub(1).is_none_or(|before| walk.padding(before) == 1);
        walk.is_aligned(position) && is_padded
    };
    let stands_out = !opening.is_inner && (opening.makes_frame || is_apart());
    (opening.is_inner, stands_out)
}

/// The place where addresses of code lie in data, outside tables of jumps, and the places they hold.
fn slots(walk: &Walk<'_>) -> Vec<(u64, u32)> {
    let image = walk.image;
    let mut tables = walk.tables.clone();
    tables.sort_unstable();
    let in_table = |slot: u64| {
        let after = tables.partition_point(|&(first, _)| first <= slot);
        after.checked_sub(1).and_then(|index| tables.get(index)).is_some_and(|&(_, end)| slot < end)
    };
    let relocated = image.pointers.iter().map(|(slot, target)| (slot.0, target.0));
    let plain = walk.is_absolute.then(|| words(image)).into_iter().flatten();
    let mut slots: Vec<(u64, u32)> = relocated
        .chain(plain)
        .filter_map(|(slot, target)| Some((slot, walk.map.place(target)?)))
        .filter(|&(slot, _)| !in_table(slot))
        .collect();
    slots.sort_unstable();
    slots.dedup();
    slots
}

/// The aligned words of data, where they lie and what they hold.
fn words<'image>(image: &'image Image<'_>) -> impl Iterator<Item = (u64, u64)> + 'image {
    let (size, order) = (image.pointer_size(), image.architecture.byte_order());
    // What unwinds code of 32-bit Arm holds distances and instructions of its own.
    let data = image
        .sections
        .iter()
        .filter(|section| !section.is_executable && !section.name.starts_with(".ARM.ex"));
    data.flat_map(move |section| {
        let start = section.address.0;
        let [low, ..] = start.wrapping_neg().to_le_bytes();
        let skip = usize::from(low) & (size - 1);
        let words = section.bytes.get(skip..).unwrap_or(&[]).chunks_exact(size);
        words.enumerate().map(move |(index, word)| {
            let value = match *word {
                [a, b, c, d] => u64::from(order.u32([a, b, c, d])),
                _ => word.first_chunk().map_or(0, |word| order.u64(*word)),
            };
            (start.wrapping_add((skip + index * size) as u64), value)
        })
    })
}

/// Returns true if a place is known to lie inside code or a table.
pub(crate) fn is_taken(bits: u8) -> bool {
    bits & (mark::INSTRUCTION | mark::BODY | mark::DATA) != 0
}
