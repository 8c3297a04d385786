//! One choice of instants that fulfils all conditions on times together.
//!
//! The conditions are differences of two unknowns with an upper limit.
//! Such a system has a solution exactly where its graph has no negative cycle.
//!
//! Source: Cormen et al. (2022), "Introduction to Algorithms", section 22.4 (difference constraints).

use crate::MatchError;
use crate::evaluate::Work;

/// A range of instants in nanoseconds since 1970, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) from: i128,
    pub(crate) to: i128,
}

/// The conditions on the times of a list of bindings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Times {
    /// From the start to the middle: bindings before or at the same time as those from the middle to the end.
    pub(crate) orders: Vec<(usize, usize, usize)>,
    /// From the start to the end: bindings within a width in nanoseconds.
    pub(crate) withins: Vec<(usize, usize, i128)>,
}

/// `later - earlier <= limit`, by the numbers of the unknowns.
struct Difference {
    later: usize,
    earlier: usize,
    limit: i128,
}

/// Instants can be chosen, each from its interval, so that all conditions hold.
pub(crate) fn is_feasible(
    intervals: &[Interval],
    times: &Times,
    work: &mut Work,
) -> Result<bool, MatchError> {
    let conditions = times.orders.len() + times.withins.len();
    let is_fixed = intervals.iter().all(|interval| interval.from == interval.to);
    if conditions < 2 || is_fixed {
        // The search has checked each condition alone, which is exact in these cases.
        return Ok(true);
    }
    // Times outside of the years 0 to 9999 do not occur, so that sums stay far from the limits.
    let origin = intervals.len();
    let differences = differences(intervals, times);
    let mut instants = vec![0_i128; origin + 1 + conditions];
    for _ in 0..instants.len() {
        work.take(differences.len() as u64)?;
        let mut is_changed = false;
        for Difference { later, earlier, limit } in &differences {
            let Some(highest) = instants.get(*earlier).map(|instant| instant + limit) else {
                continue;
            };
            if let Some(instant) = instants.get_mut(*later).filter(|instant| **instant > highest) {
                *instant = highest;
                is_changed = true;
            }
        }
        if !is_changed {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Each condition on a group has an unknown of its own: an instant between its halves, or its first instant.
fn differences(intervals: &[Interval], times: &Times) -> Vec<Difference> {
    let origin = intervals.len();
    let mut differences = Vec::new();
    let mut limit = |later, earlier, limit| differences.push(Difference { later, earlier, limit });
    for (number, interval) in intervals.iter().enumerate() {
        limit(number, origin, interval.to);
        limit(origin, number, -interval.from);
    }
    for (number, (start, middle, end)) in times.orders.iter().enumerate() {
        let between = origin + 1 + number;
        (*start..*middle).for_each(|before| limit(before, between, 0));
        (*middle..*end).for_each(|after| limit(between, after, 0));
    }
    for (number, (start, end, width)) in times.withins.iter().enumerate() {
        let first = origin + 1 + times.orders.len() + number;
        for bound in *start..*end {
            limit(first, bound, 0);
            limit(bound, first, *width);
        }
    }
    differences
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feasible(intervals: &[(i128, i128)], times: &Times) -> bool {
        let intervals: Vec<_> =
            intervals.iter().map(|(from, to)| Interval { from: *from, to: *to }).collect();
        is_feasible(&intervals, times, &mut Work::new(10_000)).unwrap()
    }

    #[test]
    fn conditions_that_hold_one_by_one_can_fail_together() {
        // a in 0..10, b in 0..10, c in 10..20: a before b, b within 5 of c, c within 5 of a.
        let orders = vec![(0, 1, 2)];
        let mut times = Times { orders, withins: vec![(1, 3, 5)] };
        assert!(feasible(&[(0, 10), (0, 10), (10, 20)], &times));
        times.withins.push((0, 3, 3));
        assert!(feasible(&[(0, 10), (0, 10), (10, 20)], &times));
        assert!(!feasible(&[(8, 10), (0, 7), (10, 20)], &times), "a is behind b");
        assert!(!feasible(&[(0, 6), (0, 10), (10, 20)], &times), "c is too far from a");
    }
}
