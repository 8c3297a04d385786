//! Starts in what the walk has left over between the functions.

use super::code_map::mark;
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
            if is_taken(walk.map.mark(place)) || walk.is_covered(place) {
                place += 1;
                continue;
            }
            let padding = walk.padding(place);
            if padding > 0 {
                place = place.saturating_add(padding);
                continue;
            }
            place = gap(walk, place);
        }
    }
}

/// Looks at the first bytes of a gap that are no padding, and gives the place to go on from.
fn gap(walk: &mut Walk<'_>, place: u32) -> u32 {
    let Some(end) = walk.straight_end(place) else {
        return (place | 15).saturating_add(1);
    };
    if !begins(walk, place) {
        return end.max(place.saturating_add(1));
    }
    walk.start(place, Discovery::Gap);
    walk.run();
    walk.map.after(place)
}

fn begins(walk: &Walk<'_>, place: u32) -> bool {
    let opening = walk.opening(place);
    if opening.is_inner {
        return false;
    }
    let lands_inside = opening.jump.and_then(|(to, _)| walk.map.place(to)).is_some_and(|to| {
        let bits = walk.map.mark(to);
        bits & mark::INSTRUCTION != 0 && bits & mark::START == 0
    });
    !lands_inside
}
