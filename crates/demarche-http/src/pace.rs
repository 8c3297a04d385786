//! Limits on how often somebody may ask.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// Names remembered at most; beyond, those that have been quiet are forgotten.
const NAMES: usize = 10_000;

/// Counts what each name does, and lets it do so many things in a minute, all at once if it likes.
#[derive(Debug)]
pub struct Pace<K> {
    per_minute: f64,
    used: Mutex<HashMap<K, Used>>,
}

/// What a name has used up, as of an instant.
#[derive(Clone, Copy, Debug)]
struct Used {
    amount: f64,
    at: Instant,
}

impl<K: Eq + Hash + Clone> Pace<K> {
    /// A pace of so many things a minute, at least 1.
    #[must_use]
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute: f64::from(per_minute.max(1)), used: Mutex::default() }
    }

    /// Takes one.
    ///
    /// # Errors
    ///
    /// The seconds to wait, from 1 to 60.
    pub fn take(&self, name: &K, now: Instant) -> Result<(), u64> {
        self.spend(name, now, 1.0)
    }

    /// Takes nothing, and tells whether there is one left.
    ///
    /// # Errors
    ///
    /// The seconds to wait, from 1 to 60.
    pub fn look(&self, name: &K, now: Instant) -> Result<(), u64> {
        self.spend(name, now, 0.0)
    }

    /// Gives one back that turned out not to count.
    pub fn give_back(&self, name: &K) {
        let mut all = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(used) = all.get_mut(name) {
            used.amount = (used.amount - 1.0).max(0.0);
        }
    }

    fn spend(&self, name: &K, now: Instant, amount: f64) -> Result<(), u64> {
        let per_second = self.per_minute / 60.0;
        let left = |used: &Used| {
            let seconds = now.saturating_duration_since(used.at).as_secs_f64();
            (used.amount - seconds * per_second).max(0.0)
        };
        let mut all = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= NAMES {
            all.retain(|_, used| left(used) > 0.0);
        }
        let used = all.get(name).map_or(0.0, left);
        if used + 1.0 > self.per_minute {
            let seconds = ((used + 1.0 - self.per_minute) / per_second).ceil();
            return Err((1_u32..60)
                .find(|whole| f64::from(*whole) >= seconds)
                .map_or(60, u64::from));
        }
        if amount > 0.0 {
            all.insert(name.clone(), Used { amount: used + amount, at: now });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_used_up_comes_back_with_time() {
        let (pace, start) = (Pace::new(2), Instant::now());
        assert_eq!(pace.take(&"a", start), Ok(()));
        assert_eq!(pace.take(&"a", start), Ok(()));
        assert_eq!(pace.take(&"a", start), Err(30));
        assert_eq!(pace.look(&"a", start), Err(30));
        assert_eq!(pace.take(&"b", start), Ok(()));
        assert_eq!(pace.take(&"a", start + Duration::from_secs(31)), Ok(()));
        assert_eq!(pace.take(&"b", start), Ok(()));
        pace.give_back(&"b");
        assert_eq!(pace.take(&"b", start), Ok(()));
    }
}
