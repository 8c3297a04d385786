//! Weights of criteria, drawn from all weights that agree with the stated importance.

use demarche_case::random::Random;

/// Groups of criteria, and an order of importance where one was given.
///
/// Weights are drawn evenly over all that add up to 1: first those of the groups, then those in each group. Otherwise
/// what has most criteria would weigh most, whatever it is.
///
/// With bounds on the weight of some criterion, the groups count no more: weights are then drawn evenly over all that
/// lie in the bounds and keep the order.
#[derive(Clone, Debug, PartialEq)]
pub struct Preference {
    groups: Vec<Vec<usize>>,
    order: Vec<usize>,
    /// The least and the greatest weight of each criterion; empty where none is bounded.
    bounds: Vec<[f64; 2]>,
}

/// Rounds over all pairs of criteria between two draws within bounds.
const ROUNDS: usize = 3;

/// Rounds before the first draw within bounds, from a point in their middle.
const FIRST_ROUNDS: usize = 50;

impl Preference {
    /// All criteria in one group.
    #[must_use]
    pub fn flat(criteria: usize) -> Self {
        Self::grouped(vec![(0..criteria).collect()])
    }

    /// Criteria in groups that count alike; each criterion is in one of them.
    #[must_use]
    pub const fn grouped(groups: Vec<Vec<usize>>) -> Self {
        Self { groups, order: Vec::new(), bounds: Vec::new() }
    }

    /// The same, with criteria from the most to the least important; those left out come last, in any order.
    #[must_use]
    pub fn ordered(self, order: Vec<usize>) -> Self {
        Self { order, ..self }
    }

    /// The same, with the least and the greatest weight of each criterion, in which some weights must lie.
    ///
    /// The bounds hold what the order says of neighbours
    /// ([`weight_bounds`](demarche_case::options::Options::weight_bounds)).
    #[must_use]
    pub fn bounded(self, bounds: Vec<[f64; 2]>) -> Self {
        Self { bounds, ..self }
    }

    /// Draws weights; the slice has one for each criterion.
    ///
    /// Within bounds, a draw goes on from the weights of the last one in the slice; all 0 begins anew.
    pub fn draw(&self, random: &mut Random, weights: &mut [f64]) {
        if !self.bounds.is_empty() {
            return self.draw_bounded(random, weights);
        }
        weights.fill(0.0);
        let top: Vec<f64> = self.groups.iter().map(|_| exponential(random)).collect();
        let all: f64 = top.iter().sum();
        for (group, share) in self.groups.iter().zip(top) {
            let mut sum = 0.0;
            for criterion in group {
                let drawn = exponential(random);
                sum += drawn;
                if let Some(weight) = weights.get_mut(*criterion) {
                    *weight = drawn;
                }
            }
            for criterion in group {
                if let Some(weight) = weights.get_mut(*criterion) {
                    *weight *= share / all / sum;
                }
            }
        }
        self.put_in_order(weights);
    }

    /// The mean of the weights over so many draws.
    #[must_use]
    pub fn mean(&self, draws: u32, seed: u64) -> Vec<f64> {
        let mut random = Random::new(seed);
        let mut weights = vec![0.0; self.groups.iter().map(Vec::len).sum()];
        let mut sums = weights.clone();
        for _ in 0..draws {
            self.draw(&mut random, &mut weights);
            sums.iter_mut().zip(&weights).for_each(|(sum, weight)| *sum += weight);
        }
        sums.into_iter().map(|sum| sum / f64::from(draws.max(1))).collect()
    }

    /// Moves weight between pairs of criteria, each time evenly over all that bounds and order leave.
    ///
    /// Source: Tervonen, van Valkenhoef, Baştürk and Postmus (2013), "Hit-And-Run enables efficient weight generation
    /// for simulation-based multiple criteria decision analysis"; the directions are the pairs, which keep the sum.
    fn draw_bounded(&self, random: &mut Random, weights: &mut [f64]) {
        let is_first = weights.iter().all(|weight| *weight == 0.0);
        if is_first {
            self.put_in_the_middle(weights);
        }
        for _ in 0..if is_first { FIRST_ROUNDS } else { ROUNDS } {
            for left in 0..weights.len() {
                for right in 0..left {
                    self.exchange(random, weights, (left, right));
                }
            }
        }
    }

    /// The point as far up from every least weight to its greatest as the sum of 1 asks; it keeps the order as they do.
    fn put_in_the_middle(&self, weights: &mut [f64]) {
        let sum = |end: usize| self.bounds.iter().map(|bound| bound[end]).sum::<f64>();
        let room = sum(1) - sum(0);
        let share = if room > 0.0 { ((1.0 - sum(0)) / room).clamp(0.0, 1.0) } else { 0.0 };
        for (weight, [low, high]) in weights.iter_mut().zip(&self.bounds) {
            *weight = low + share * (high - low);
        }
    }

    /// Draws anew how two criteria share the weight that they have together.
    fn exchange(&self, random: &mut Random, weights: &mut [f64], (left, right): (usize, usize)) {
        let both = weights[left] + weights[right];
        let [low, high] = self.limits(weights, left, right);
        let [other_low, other_high] = self.limits(weights, right, left);
        let (mut from, mut to) = (low.max(both - other_high), high.min(both - other_low));
        // Of two that stand in an order, the more important one has at least half.
        match (self.rank(left), self.rank(right)) {
            (rank, rival) if rank < rival => from = from.max(both / 2.0),
            (rank, rival) if rank > rival => to = to.min(both / 2.0),
            _ => {}
        }
        if from < to {
            weights[left] = from + random.unit() * (to - from);
            weights[right] = both - weights[left];
        }
    }

    /// The least and the greatest weight of a criterion that bounds and all others but one leave.
    fn limits(&self, weights: &[f64], of: usize, but: usize) -> [f64; 2] {
        let [mut low, mut high] = self.bounds[of];
        let rank = self.rank(of);
        let rivals = weights.iter().enumerate().filter(|(rival, _)| *rival != of && *rival != but);
        for (rival, weight) in rivals {
            if self.rank(rival) < rank {
                high = high.min(*weight);
            } else if self.rank(rival) > rank {
                low = low.max(*weight);
            }
        }
        [low, high]
    }

    /// The place in the order of importance; those left out share the last.
    fn rank(&self, criterion: usize) -> usize {
        self.order.iter().position(|of| *of == criterion).unwrap_or(self.order.len())
    }

    /// Hands the largest weights to the most important criteria.
    fn put_in_order(&self, weights: &mut [f64]) {
        if self.order.is_empty() {
            return;
        }
        let mut sorted = weights.to_vec();
        sorted.sort_by(|left, right| right.total_cmp(left));
        let rest = (0..weights.len()).filter(|criterion| !self.order.contains(criterion));
        let order: Vec<usize> = self.order.iter().copied().chain(rest).collect();
        for (criterion, weight) in order.into_iter().zip(sorted) {
            if let Some(place) = weights.get_mut(criterion) {
                *place = weight;
            }
        }
    }
}

/// A draw of the exponential distribution of mean 1: such draws divided by their sum are even over all weights.
fn exponential(random: &mut Random) -> f64 {
    -(1.0 - random.unit()).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of each weight over draws within bounds.
    fn mean(preference: &Preference) -> Vec<f64> {
        preference.mean(20_000, 7)
    }

    #[test]
    fn without_any_real_bound_weights_are_even_over_all() {
        let free = Preference::flat(4).bounded(vec![[0.0, 1.0]; 4]);
        assert!(mean(&free).iter().all(|weight| (weight - 0.25).abs() < 0.01), "{:?}", mean(&free));
        // The mean of ordered weights that are even over all: sums of 1/k over 4 (the broken stick).
        let ordered = Preference::flat(4).bounded(vec![[0.0, 1.0]; 4]).ordered(vec![2, 0, 3, 1]);
        let expected = [13.0 / 48.0, 3.0 / 48.0, 25.0 / 48.0, 7.0 / 48.0];
        for (mean, expected) in mean(&ordered).iter().zip(expected) {
            assert!((mean - expected).abs() < 0.01, "{mean} {expected}");
        }
    }

    #[test]
    fn draws_stay_in_their_bounds_and_agree_with_rejection() {
        let bounds = vec![[0.3, 0.5], [0.0, 0.2], [0.1, 1.0]];
        let bounded = Preference::flat(3).bounded(bounds.clone());
        let (mut random, mut weights) = (Random::new(3), vec![0.0; 3]);
        for _ in 0..2_000 {
            bounded.draw(&mut random, &mut weights);
            assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{weights:?}");
            let is_in = |(weight, [low, high]): (&f64, &[f64; 2])| {
                (low - 1e-9..=high + 1e-9).contains(weight)
            };
            assert!(weights.iter().zip(&bounds).all(is_in), "{weights:?}");
        }
        // The oracle: even draws of which those outside the bounds are thrown away.
        let (free, mut sums, mut kept) = (Preference::flat(3), [0.0; 3], 0.0);
        for _ in 0..200_000 {
            free.draw(&mut random, &mut weights);
            if weights
                .iter()
                .zip(&bounds)
                .all(|(weight, [low, high])| (*low..=*high).contains(weight))
            {
                sums.iter_mut().zip(&weights).for_each(|(sum, weight)| *sum += weight);
                kept += 1.0;
            }
        }
        for (mean, sum) in mean(&bounded).iter().zip(sums) {
            assert!((mean - sum / kept).abs() < 0.005, "{mean} {}", sum / kept);
        }
    }
}
