//! The median of a share over the last 24 hours.

use serde::{Deserialize, Serialize};

/// Minutes of 24 hours.
const MINUTES: usize = 1440;

/// Shares are kept in thousandths.
const LEVELS: usize = 1001;

/// Minutes for which the first value counts, until there are others: a table is worth an hour.
const SEED: usize = 60;

/// The last 24 hours of a share, in thousandths.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Window {
    /// The values in the order in which they came; the oldest is at `next` once there are as many as minutes.
    values: Vec<u16>,
    next: usize,
    counts: Vec<u16>,
    /// The median as a level, and the number of values below it.
    median: usize,
    below: usize,
}

impl Window {
    /// A window that has held one value for an hour.
    pub(crate) fn seeded(share: f64) -> Self {
        let mut window =
            Self { values: Vec::new(), next: 0, counts: vec![0; LEVELS], median: 0, below: 0 };
        for _ in 0..SEED {
            window.push(share);
        }
        window
    }

    /// Adds the value of a minute; the one of 24 hours before goes.
    pub(crate) fn push(&mut self, share: f64) {
        let level = level(share);
        if self.values.len() < MINUTES {
            self.values.push(level);
        } else {
            let oldest = std::mem::replace(&mut self.values[self.next], level);
            self.next = (self.next + 1) % MINUTES;
            self.counts[usize::from(oldest)] -= 1;
            self.below -= usize::from(usize::from(oldest) < self.median);
        }
        self.counts[usize::from(level)] += 1;
        self.below += usize::from(usize::from(level) < self.median);
        self.settle();
    }

    /// Moves the median to the level at which half of the values are below or at it.
    fn settle(&mut self) {
        let half = self.values.len() / 2;
        while self.below > half {
            self.median -= 1;
            self.below -= usize::from(self.counts[self.median]);
        }
        while self.below + usize::from(self.counts[self.median]) <= half {
            self.below += usize::from(self.counts[self.median]);
            self.median += 1;
        }
    }

    /// Returns true if the counts are those of the values, and the median theirs.
    pub(crate) fn is_sound(&self) -> bool {
        let size = self.values.len();
        if size == 0 || size > MINUTES || self.next >= MINUTES || (self.next > 0 && size < MINUTES)
        {
            return false;
        }
        let mut counts = vec![0_u16; LEVELS];
        for value in &self.values {
            match counts.get_mut(usize::from(*value)) {
                Some(count) => *count += 1,
                None => return false,
            }
        }
        let mut settled = Self { counts, median: 0, below: 0, ..self.clone() };
        settled.settle();
        (&settled.counts, settled.median, settled.below) == (&self.counts, self.median, self.below)
    }

    /// The upper median, from 0 to 1.
    pub(crate) fn median(&self) -> f64 {
        f64::from(u16::try_from(self.median).unwrap_or(u16::MAX)) / 1000.0
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share between 0 and 1 in thousandths"
)]
fn level(share: f64) -> u16 {
    (share.clamp(0.0, 1.0) * 1000.0).round() as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_that_of_the_sorted_values() {
        arbtest::arbtest(|u| {
            let first = u.int_in_range(0..=1000_u16)?;
            let mut window = Window::seeded(f64::from(first) / 1000.0);
            let mut all = vec![first; SEED];
            for _ in 0..u.int_in_range(0..=2000)? {
                // Few levels, so that ties are common.
                let level = 100 * u.int_in_range(0..=10_u16)?;
                window.push(f64::from(level) / 1000.0);
                all.push(level);
                let mut last: Vec<u16> = all.iter().rev().take(MINUTES).copied().collect();
                last.sort_unstable();
                let median = f64::from(last[last.len() / 2]) / 1000.0;
                assert!((window.median() - median).abs() < 1e-9);
            }
            Ok(())
        })
        .budget_ms(500);
    }
}
