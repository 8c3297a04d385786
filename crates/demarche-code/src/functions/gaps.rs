//! Starts in what the walk has left over between the functions.

use super::explore::Walk;
use super::taken::is_taken;
use crate::Discovery;

/// Walks from what lies between functions and reads like one.
pub(super) fn starts(walk: &mut Walk<'_>) {
    let regions: Vec<(u32, u32)> =
        walk.map.regions().iter().map(|one| (one.first, one.end())).collect();
    for (first, end) in regions {
        let mut place = first;
        while place < end {
            if is_taken(walk.map.mark(place)) {
                place += 1;
                continue;
            }
            let padding = walk.padding(place);
            if padding > 0 {
                place = place.saturating_add(padding);
                continue;
            }
            if walk.is_plausible(place) {
                walk.start(place, Discovery::Gap);
                walk.run();
                taken_since(walk);
            }
            if !is_taken(walk.map.mark(place)) {
                place = (place | 15).saturating_add(1);
            }
        }
    }
}

fn taken_since(walk: &mut Walk<'_>) {
    let _ = walk;
}
