//! Starts that are only known from jumps out of other functions.

use super::code_map::mark;
use super::explore::{EdgeKind, Walk};
use super::spans::Spans;
use crate::Discovery;

/// Splits functions where others jump into the middle of what was taken for one.
pub(super) fn starts(walk: &mut Walk<'_>) {
    const ROUNDS: usize = 8;
    for _ in 0..ROUNDS {
        let before = walk.starts.len();
        for place in candidates(walk) {
            walk.start(place, Discovery::TailJump);
        }
        if walk.starts.len() == before {
            break;
        }
        walk.run();
    }
}

/// The targets of jumps that no jump within a function spans.
fn candidates(walk: &Walk<'_>) -> Vec<u32> {
    let mut starts: Vec<u32> = walk.starts.iter().map(|one| one.place).collect();
    starts.sort_unstable();
    let range = |place: u32| starts.partition_point(|&one| one <= place);
    // Every jump to a place, and whether it comes from the same function and only by the last resort of one.
    let mut targets: Vec<(u32, Origin)> = Vec::new();
    for edge in walk.edges.iter().filter(|one| walk.map.mark(one.to) & mark::START == 0) {
        let origin = match (range(edge.from) == range(edge.to), edge.kind) {
            (true, EdgeKind::Jump) => Origin::Inside,
            (true, _) => Origin::Branch,
            (false, EdgeKind::Jump) => Origin::Outside,
            (false, _) => continue,
        };
        targets.push((edge.to, origin));
    }
    targets.sort_unstable();
    let mut spans = Spans::default();
    spans.update(walk);
    let mut found = Vec::new();
    for group in targets.chunk_by(|left, right| left.0 == right.0) {
        let Some(&(place, nearest)) = group.first() else { continue };
        let is_code = walk.map.mark(place) & mark::INSTRUCTION != 0;
        let falls = walk.map.before(place).is_some_and(|one| walk.map.mark(one) & mark::ENDS == 0);
        if spans.cross(place) || !is_code || falls || nearest == Origin::Branch {
            continue;
        }
        let opening = walk.opening(place);
        let begins = match nearest {
            Origin::Inside => opening.makes_frame && !opening.is_inner,
            _ => !opening.is_inner,
        };
        if begins {
            found.push(place);
        }
    }
    found
}

/// Where the jumps to a place come from, the nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    /// A branch or a table of the same function.
    Branch,
    /// A jump of the same function.
    Inside,
    /// A jump of another function.
    Outside,
}
