use super::explore::{Edge, Walk};

/// The stretches of code that jumps within one function span.
///
/// No function begins inside such a stretch: functions lie one after the other, and their jumps stay at home.
/// Places must be asked for in ascending order.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    /// The lower and the upper end of each jump, ascending.
    ends: Vec<(u32, u32)>,
    next: usize,
    starts: Vec<u32>,
    reach: u32,
}

impl Spans {
    /// The spans of the jumps that a walk has found, but for some.
    pub(crate) fn new(walk: &Walk<'_>, counts: impl Fn(&Edge) -> bool) -> Self {
        let edges = walk.edges.iter().filter(|edge| counts(edge));
        let mut ends: Vec<(u32, u32)> =
            edges.map(|edge| (edge.from.min(edge.to), edge.from.max(edge.to))).collect();
        ends.sort();
        let mut starts: Vec<u32> = walk.starts.iter().map(|start| start.index).collect();
        starts.sort_unstable();
        Self { ends, next: 0, starts, reach: 0 }
    }

    /// Returns true if a jump within a function spans a place.
    pub(crate) fn cross(&mut self, index: u32) -> bool {
        while let Some(&(low, high)) = self.ends.get(self.next).filter(|end| end.0 < index) {
            self.next += 1;
            let next = self.starts.partition_point(|&start| start <= low);
            if self.starts.get(next).is_none_or(|&start| high < start) {
                self.reach = self.reach.max(high);
            }
        }
        index < self.reach
    }
}
