//! Starts that are only known from jumps out of other functions.

use super::code_map::mark;
use super::explore::{EdgeKind, Walk};
use crate::Discovery;

/// Splits functions where others jump into the middle of what was taken for one.
pub(super) fn starts(walk: &mut Walk<'_>) {
    const ROUNDS: usize = 8;
    for _ in 0..ROUNDS {
        let mut starts: Vec<u32> = walk.starts.iter().map(|one| one.place).collect();
        starts.sort_unstable();
        let range = |place: u32| starts.partition_point(|&one| one <= place);
        let mut inside: Vec<u32> = Vec::new();
        let mut outside: Vec<u32> = Vec::new();
        for edge in &walk.edges {
            if walk.map.mark(edge.to) & mark::START != 0 {
                continue;
            }
            if range(edge.from) == range(edge.to) {
                inside.push(edge.to);
            } else if edge.kind == EdgeKind::Jump {
                outside.push(edge.to);
            }
        }
        inside.sort_unstable();
        outside.sort_unstable();
        outside.dedup();
        let before = walk.starts.len();
        for place in outside {
            let bits = walk.map.mark(place);
            let falls =
                walk.map.before(place).is_some_and(|one| walk.map.mark(one) & mark::ENDS == 0);
            if bits & mark::INSTRUCTION == 0 || falls || inside.binary_search(&place).is_ok() {
                continue;
            }
            walk.start(place, Discovery::TailJump);
        }
        if walk.starts.len() == before {
            break;
        }
        walk.run();
    }
}
