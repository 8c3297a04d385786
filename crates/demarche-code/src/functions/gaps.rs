//! Starts in what the walk has left over between the functions.

use demarche_image::Architecture;

use super::code_map::mark;
use super::explore::Walk;
use super::explore::questions::Spans;
use super::modes;
use super::taken::is_taken;
use crate::Discovery;

/// Walks from what lies between functions and reads like one.
pub(crate) fn starts(walk: &mut Walk<'_>) {
    let regions: Vec<(u32, u32)> =
        walk.map.regions().iter().map(|region| (region.first, region.end())).collect();
    let mut spans = None;
    for (first, end) in regions {
        let mut index = first;
        let mut mode = modes::Mode::new(walk);
        while index < end {
            let Some(free) = (index..end).find(|index| {
                mode.see(walk, *index);
                !is_taken(walk.map.mark(*index))
            }) else {
                break;
            };
            let Some(place) = mode.begin(walk, free) else { break };
            index = place;
            if is_taken(walk.map.mark(index)) {
                continue;
            }
            if let Some(covered) = walk.covered_until(index) {
                index = covered;
                continue;
            }
            let padding = walk.padding(index);
            if padding > 0 {
                index += padding;
                continue;
            }
            index = gap(walk, &mut spans, index);
        }
    }
}

/// Looks at the first bytes of a gap that are no padding, and gives the place to go on from.
fn gap(walk: &mut Walk<'_>, spans: &mut Option<Spans>, position: u32) -> u32 {
    if walk.may_be_number(position) {
        return position + 4;
    }
    let Some(end) = walk.straight_end(position) else {
        return if walk.map.has_thumb() { position + 2 } else { (position | 15) + 1 };
    };
    let spans = spans.get_or_insert_with(|| Spans::new(walk, |_| true));
    if spans.cross(position) || !begins(walk, position) {
        return end.max(position + 1);
    }
    let position = with_landing_pad(walk, position);
    if !walk.attempt(position, Discovery::Gap) {
        return end.max(position + 1);
    }
    walk.map.after(position)
}

/// Hand-written functions for 64-bit Arm may begin with an idle instruction, where an indirect call may land.
fn with_landing_pad(walk: &Walk<'_>, position: u32) -> u32 {
    let is_arm = walk.image.architecture == Architecture::AArch64;
    match position.checked_sub(4) {
        Some(before)
            if is_arm
                && walk.map.address(before).0.is_multiple_of(16)
                && !is_taken(walk.map.mark(before))
                && walk.padding(before) == 4 =>
        {
            before
        }
        _ => position,
    }
}

fn begins(walk: &Walk<'_>, position: u32) -> bool {
    let opening = walk.opening(position);
    if opening.is_inner {
        return false;
    }
    let is_apart = walk.map.before(position).is_none() && walk.is_aligned(position);
    let is_leaf = opening.is_whole && opening.jump.is_none() && walk.map.aligned(position, 4);
    let is_arm = !matches!(walk.image.architecture, Architecture::X86 | Architecture::X86_64);
    if !(opening.makes_frame || is_apart || is_arm && is_leaf) {
        return false;
    }
    let lands_inside = opening.jump.and_then(|(to, _)| walk.map.place(to)).is_some_and(|to| {
        let bits = walk.map.mark(to);
        let is_start = bits & mark::START != 0;
        let is_even = opening.is_whole;
        // A jump to another function with values on the stack is the linker's table of jumps.
        (is_start && !is_even)
            || (bits & mark::INSTRUCTION != 0 && !is_start && !could_begin(walk, to))
    });
    !lands_inside
}

/// Returns true if code that was reached by jumps alone could be a function of its own.
fn could_begin(walk: &Walk<'_>, position: u32) -> bool {
    let falls =
        walk.map.before(position).is_some_and(|before| walk.map.mark(before) & mark::ENDS == 0);
    let opening = walk.opening(position);
    !falls && !opening.is_inner && opening.makes_frame
}
