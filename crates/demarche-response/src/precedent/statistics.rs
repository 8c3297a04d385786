//! Counts with their interval, means and quantiles.

use demarche_case::assessment::precedents::Rate;
use demarche_case::number::float;

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
        let n = float(all);
        let (spread, whole) = (Z * Z / n, 1.0 + Z * Z / n);
        let centre = (share + spread / 2.0) / whole;
        let half = Z * (share * (1.0 - share) / n + spread / (4.0 * n)).sqrt() / whole;
        [(centre - half).max(0.0), (centre + half).min(1.0)]
    });
    rate
}

/// Counts how often an event happened among all observations, with the interval of its share.
pub(crate) fn rate_of(observations: impl IntoIterator<Item = bool>) -> Rate {
    let (mut hits, mut all) = (0, 0);
    for is_hit in observations {
        all += 1;
        hits += u64::from(is_hit);
    }
    rate(hits, all)
}

/// The mean of numbers; `None` of nothing.
pub(crate) fn mean(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u64);
    for number in numbers {
        sum += number;
        count += 1;
    }
    (count > 0).then(|| sum / float(count))
}

/// The value below which a share of the numbers lies, between two neighbours in proportion; `None` of nothing.
///
/// Source: Hyndman and Fan (1996), "Sample quantiles in statistical packages", definition 7.
pub(crate) fn percentile(numbers: &mut [i64], share: f64) -> Option<f64> {
    numbers.sort_unstable();
    let last = numbers.len().checked_sub(1)?;
    let position = share * float(last);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to `last`")]
    let before = (position as usize).min(last);
    let (low, high) = (float(numbers[before]), float(numbers[(before + 1).min(last)]));
    Some(low + (high - low) * (position - float(before)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_neighbours() {
        assert_eq!(percentile(&mut [3, 1, 2], 0.5), Some(2.0));
        assert_eq!(percentile(&mut [1, 2], 0.75), Some(1.75));
        assert_eq!(percentile(&mut [7], 0.9), Some(7.0));
        assert_eq!(percentile(&mut [], 0.5), None);
    }
}
