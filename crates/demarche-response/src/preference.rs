//! Weights of criteria, drawn from all weights that agree with the stated importance.

use demarche_case::random::Random;

/// Groups of criteria, and an order of importance where one was given.
///
/// Weights are drawn evenly over all that add up to 1: first those of the groups, then those in each group. Otherwise
/// what has most criteria would weigh most, whatever it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preference {
    groups: Vec<Vec<usize>>,
    order: Vec<usize>,
}

impl Preference {
    /// All criteria in one group.
    #[must_use]
    pub fn flat(criteria: usize) -> Self {
        Self::grouped(vec![(0..criteria).collect()])
    }

    /// Criteria in groups that count alike; each criterion is in one of them.
    #[must_use]
    pub const fn grouped(groups: Vec<Vec<usize>>) -> Self {
        Self { groups, order: Vec::new() }
    }

    /// The same, with criteria from the most to the least important; those left out come last, in any order.
    #[must_use]
    pub fn ordered(self, order: Vec<usize>) -> Self {
        Self { order, ..self }
    }

    /// Draws weights; the slice has one for each criterion.
    pub fn draw(&self, random: &mut Random, weights: &mut [f64]) {
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
