//! Starts in what the walk has left over between the functions.

use demarche_image::Architecture;

use super::code_map::mark;
use super::explore::Walk;
use super::spans::Spans;
use super::taken::is_taken;
use crate::Discovery;

/// Walks from what lies between functions and reads like one.
pub(super) fn starts(walk: &mut Walk<'_>) {
    let regions: Vec<(u32, u32)> =
        walk.map.regions().iter().map(|one| (one.first, one.end())).collect();
    let mut spans = Spans::default();
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
            place = gap(walk, &mut spans, place);
        }
    }
}

/// Looks at the first bytes of a gap that are no padding, and gives the place to go on from.
fn gap(walk: &mut Walk<'_>, spans: &mut Spans, place: u32) -> u32 {
    let Some(end) = walk.straight_end(place) else {
        return (place | 15).saturating_add(1);
    };
    spans.update(walk);
    if spans.cross(place) || !begins(walk, place) {
        return end.max(place.saturating_add(1));
    }
    let place = with_landing_pad(walk, place);
    walk.start(place, Discovery::Gap);
    walk.run();
    walk.map.after(place)
}

/// Hand-written functions for 64-bit Arm may begin with an idle instruction, where an indirect call may land.
fn with_landing_pad(walk: &Walk<'_>, place: u32) -> u32 {
    let is_arm = walk.image.architecture == Architecture::AArch64;
    match place.checked_sub(4) {
        Some(before)
            if is_arm
                && walk.map.address(before).0.is_multiple_of(16)
                && !is_taken(walk.map.mark(before))
                && walk.padding(before) == 4 =>
        {
            before
        }
        _ => place,
    }
}

fn begins(walk: &Walk<'_>, place: u32) -> bool {
    let opening = walk.opening(place);
    if opening.is_inner {
        return false;
    }
    let lands_inside = opening.jump.and_then(|(to, _)| walk.map.place(to)).is_some_and(|to| {
        let bits = walk.map.mark(to);
        bits & mark::INSTRUCTION != 0 && bits & mark::START == 0 && !could_begin(walk, to)
    });
    !lands_inside
}

/// Whether code that was reached by jumps alone could be a function of its own.
fn could_begin(walk: &Walk<'_>, place: u32) -> bool {
    let falls = walk.map.before(place).is_some_and(|one| walk.map.mark(one) & mark::ENDS == 0);
    let opening = walk.opening(place);
    !falls && !opening.is_inner && opening.makes_frame
}
