use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use super::explore::Walk;

/// The stretches of code that jumps within one function span.
///
/// No function begins inside such a stretch: functions lie one after the other, and their jumps stay at home.
/// Places must be asked for in ascending order.
#[derive(Debug, Default)]
pub(super) struct Spans {
    starts: BTreeSet<u32>,
    seen_starts: usize,
    seen_edges: usize,
    ahead: BinaryHeap<Reverse<(u32, u32)>>,
    reach: u32,
}

impl Spans {
    /// Takes over what a walk has found since the last time.
    pub(super) fn update(&mut self, walk: &Walk<'_>) {
        let starts = walk.starts.get(self.seen_starts..).unwrap_or_default();
        self.starts.extend(starts.iter().map(|one| one.place));
        self.seen_starts = walk.starts.len();
        let edges = walk.edges.get(self.seen_edges..).unwrap_or_default();
        self.ahead
            .extend(edges.iter().map(|one| Reverse((one.from.min(one.to), one.from.max(one.to)))));
        self.seen_edges = walk.edges.len();
    }

    /// Whether a jump within a function spans a place.
    pub(super) fn cross(&mut self, place: u32) -> bool {
        while let Some(&Reverse((low, high))) = self.ahead.peek() {
            if low >= place {
                break;
            }
            self.ahead.pop();
            let next = self.starts.range(low.saturating_add(1)..).next();
            let leaves = next.is_some_and(|&start| start <= high);
            if !leaves {
                self.reach = self.reach.max(high);
            }
        }
        place < self.reach
    }
}
