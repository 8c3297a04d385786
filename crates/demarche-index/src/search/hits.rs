//! The best bodies of a segment so far.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// A body and the weight that it shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) body: u32,
    pub(crate) shared: u32,
    pub(crate) mass: u32,
}

/// Hits in their order: by key, then the lower body before the higher.
impl Ord for Hit {
    fn cmp(&self, right: &Self) -> Ordering {
        let keys = key(self.shared, self.mass).total_cmp(&key(right.shared, right.mass));
        keys.then(right.body.cmp(&self.body))
    }
}

impl PartialOrd for Hit {
    fn partial_cmp(&self, right: &Self) -> Option<Ordering> {
        Some(self.cmp(right))
    }
}

/// As many of the best hits as are wanted.
#[derive(Debug)]
pub(crate) struct Hits {
    best: usize,
    threshold: f64,
    kept: BinaryHeap<Reverse<Hit>>,
}

impl Hits {
    /// Nothing yet; hits below the threshold do not count.
    pub(crate) fn of(best: usize, threshold: f64) -> Self {
        Self { best: best.max(1), threshold, kept: BinaryHeap::new() }
    }

    /// The number of hits that are wanted.
    pub(crate) fn best(&self) -> usize {
        self.best
    }

    /// The key that a hit must reach.
    pub(crate) fn threshold(&self) -> f64 {
        self.threshold
    }

    /// Takes a hit in where it is good enough.
    pub(crate) fn offer(&mut self, hit: Hit) {
        if hit.shared == 0 || hit.mass == 0 || key(hit.shared, hit.mass) < self.threshold {
            return;
        }
        self.kept.push(Reverse(hit));
        if self.kept.len() > self.best {
            self.kept.pop();
        }
        if let Some(Reverse(last)) = self.kept.peek().filter(|_| self.kept.len() == self.best) {
            self.threshold = self.threshold.max(key(last.shared, last.mass));
        }
    }

    /// The hits in any order.
    pub(crate) fn into_hits(self) -> Vec<Hit> {
        self.kept.into_iter().map(|Reverse(hit)| hit).collect()
    }
}

/// The number that orders candidates: the square of the weight that is shared over the candidate's own weight.
///
/// The square of the likeness is this number over the weight of the query, which is the same for all candidates.
pub(crate) fn key(shared: u32, mass: u32) -> f64 {
    let shared = f64::from(shared);
    shared * shared / f64::from(mass)
}
