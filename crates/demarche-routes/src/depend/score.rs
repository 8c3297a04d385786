//! Robust means over vantage points.

use demarche_case::assessment::routes::Score;

/// The score of one network over `total` vantage points, of which those not in `values` have zero.
///
/// The trimmed mean leaves out the lowest and the highest `floor(trim · total)` vantage points.
/// All zeros for no vantage points. The quartiles are those vantage points at rank `round(q · (total − 1))`.
///
/// Source: Fontugne, Shah and Aben (2018), "The (thin) bridges of AS connectivity", section 3.
pub(crate) fn score(values: &mut [f64], total: usize, trim: f64) -> Score {
    if total == 0 {
        return Score::default();
    }
    values.sort_unstable_by(f64::total_cmp);
    let spread =
        [0, 1, 2, 3, 4].map(|quarter| ranked(values, total, (quarter * (total - 1) + 2) / 4));
    Score {
        trimmed: trimmed_mean(values, total, trim),
        mean: mean(values, total),
        spread,
        seen_by: values.iter().filter(|value| **value > 0.0).count() as u64,
    }
}

/// The value at a rank from 0 upwards, when zeros stand in front of the sorted `values`.
fn ranked(values: &[f64], total: usize, rank: usize) -> f64 {
    rank.checked_sub(total - values.len()).and_then(|rank| values.get(rank)).copied().unwrap_or(0.0)
}

/// The sum of sorted values over the number of vantage points; 0 for none.
pub(crate) fn mean(values: &[f64], total: usize) -> f64 {
    if total == 0 { 0.0 } else { values.iter().sum::<f64>() / total as f64 }
}

/// The mean of sorted `values`, padded in front with zeros to `total`, less a share at each end.
pub(crate) fn trimmed_mean(values: &[f64], total: usize, trim: f64) -> f64 {
    let dropped = dropped_at_each_end(total, trim);
    let kept = total - 2 * dropped;
    if kept == 0 {
        return 0.0;
    }
    let padding = total - values.len();
    let first = dropped.saturating_sub(padding);
    let last = values.len().saturating_sub(dropped);
    values.get(first..last).map_or(0.0, |middle| middle.iter().sum::<f64>() / kept as f64)
}

/// Returns the number of vantage points that a share leaves out at each end, rounded down.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the share is clamped to 0 to 0.5"
)]
pub(crate) fn dropped_at_each_end(total: usize, trim: f64) -> usize {
    ((total as f64 * trim.clamp(0.0, 0.5)) as usize).min(total / 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_total_for_few_is_hidden_by_trimming_and_shown_by_the_mean() {
        let mut values = vec![1.0; 9];
        let score = score(&mut values, 37, 0.1);
        assert!((score.mean - 9.0 / 37.0).abs() < 1e-12);
        assert!((score.trimmed - 6.0 / 31.0).abs() < 1e-12, "3 of 37 are left out at each end");
        assert_eq!(score.seen_by, 9);
        assert!(score.spread.map(f64::to_bits) == [0.0, 0.0, 0.0, 0.0, 1.0].map(f64::to_bits));
    }

    #[test]
    fn one_vantage_point_keeps_its_value_and_none_gives_zero() {
        assert!((score(&mut [0.5], 1, 0.1).trimmed - 0.5).abs() < f64::EPSILON);
        assert_eq!(score(&mut [], 0, 0.1), Score::default());
    }
}
