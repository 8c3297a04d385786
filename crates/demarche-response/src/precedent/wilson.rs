//! Counts with their interval.

use demarche_case::assessment::precedents::Rate;

/// The standard normal deviate of a 95 % interval, as tables round it.
const Z: f64 = 1.96;

/// A count with Wilson's 95 % interval of its share.
///
/// Source: Wilson (1927), "Probable inference, the law of succession, and statistical inference".
///
/// ```
/// # use demarche_response::precedent::rate;
/// let [low, high] = rate(12, 429).interval.unwrap_or_default();
/// assert!((low - 0.016).abs() < 5e-4 && (high - 0.048).abs() < 5e-4);
/// assert_eq!(rate(0, 0).interval, None);
/// ```
#[must_use]
pub fn rate(hits: u64, all: u64) -> Rate {
    let mut rate = Rate { hits, all, interval: None };
    rate.interval = rate.share().map(|share| {
        let n = as_number(all);
        let (spread, whole) = (Z * Z / n, 1.0 + Z * Z / n);
        let centre = (share + spread / 2.0) / whole;
        let half = Z * (share * (1.0 - share) / n + spread / (4.0 * n)).sqrt() / whole;
        [(centre - half).max(0.0), (centre + half).min(1.0)]
    });
    rate
}

/// How many of some things are so.
pub(crate) fn rate_of(things: impl IntoIterator<Item = bool>) -> Rate {
    let (mut hits, mut all) = (0, 0);
    for is_so in things {
        all += 1;
        hits += u64::from(is_so);
    }
    rate(hits, all)
}

/// A count as a number; beyond four thousand million all are one.
pub(crate) fn as_number(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
