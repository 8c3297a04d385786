//! Starts that are only known from jumps out of other functions.

use super::code_map::mark;
use super::explore::questions::Spans;
use super::explore::{Edge, EdgeKind, Walk};
use crate::Discovery;

/// Splits functions where others jump into the middle of what was taken for one.
pub(crate) fn starts(walk: &mut Walk<'_>) {
    const ROUNDS: usize = 8;
    for _ in 0..ROUNDS {
        let before = walk.starts.len();
        for candidate in candidates(walk) {
            walk.start(candidate, Discovery::TailJump);
        }
        if walk.starts.len() == before {
            break;
        }
        walk.run();
    }
}

/// The targets of jumps that could be functions, and that no jump within a function spans.
fn candidates(walk: &Walk<'_>) -> Vec<u32> {
    let mut starts: Vec<u32> = walk.starts.iter().map(|start| start.index).collect();
    starts.sort_unstable();
    let mut found = Vec::new();
    for group in targets(walk, &starts).chunk_by(|left, right| left.0 == right.0) {
        if let Some(&(position, nearest)) = group.first()
            && could_begin(walk, position, nearest)
        {
            found.push(position);
        }
    }
    if found.is_empty() {
        return found;
    }
    // A tail call of another candidate spans nothing: it leaves its function.
    let leaves = |edge: &Edge| edge.kind == EdgeKind::Jump && found.binary_search(&edge.to).is_ok();
    let mut spans = Spans::new(walk, |edge| !leaves(edge));
    found.iter().copied().filter(|&found| !spans.cross(found)).collect()
}

/// Every place that is jumped to, and where from, ascending by place and the nearest first.
fn targets(walk: &Walk<'_>, starts: &[u32]) -> Vec<(u32, Origin)> {
    let range = |number: u32| starts.partition_point(|&start| start <= number);
    let inner = walk.edges.iter().filter(|edge| stands_alone(walk, edge.to));
    let mut targets: Vec<(u32, Origin)> = inner
        .map(|edge| {
            let origin = match (range(edge.from) == range(edge.to), edge.kind) {
                (true, EdgeKind::Jump) => Origin::Inside,
                (true, _) => Origin::Branch,
                (false, EdgeKind::Jump) => Origin::Outside,
                (false, _) => Origin::OutsideBranch,
            };
            (edge.to, origin)
        })
        .collect();
    let pointed = walk.pointed.iter().filter(|&&pointed| stands_alone(walk, pointed));
    targets.extend(pointed.map(|&pointed| (pointed, Origin::Pointed)));
    targets.sort_unstable();
    targets
}

/// Returns true if no code before a place runs into it, and no table says that it lies inside a function.
fn stands_alone(walk: &Walk<'_>, position: u32) -> bool {
    let bits = walk.map.mark(position);
    let is_code = bits & mark::INSTRUCTION != 0 && bits & mark::START == 0;
    let falls =
        || walk.map.before(position).is_some_and(|before| walk.map.mark(before) & mark::ENDS == 0);
    is_code && !falls() && !walk.is_covered(position)
}

fn could_begin(walk: &Walk<'_>, position: u32, nearest: Origin) -> bool {
    if nearest == Origin::Branch {
        return false;
    }
    let opening = walk.opening(position);
    if opening.is_inner || opening.makes_frame {
        return !opening.is_inner;
    }
    let is_apart = walk.map.before(position).is_none();
    match nearest {
        Origin::Branch | Origin::OutsideBranch => false,
        Origin::Inside => is_apart && walk.is_aligned(position),
        Origin::Outside => is_apart || opening.is_whole,
        Origin::Pointed => true,
    }
}

/// The place where the jumps to a place come from, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// A branch or a table of the same function.
    Branch,
    /// A branch or a table of another function: a part that was split off, mostly.
    OutsideBranch,
    /// A jump of the same function.
    Inside,
    /// A jump of another function.
    Outside,
    /// No jump at all: data or an instruction holds its address.
    Pointed,
}
