//! Power in games with a threshold that have too many players for every coalition.
//!
//! - Shapley–Shubik: the share of random orders in which a player is the pivot, as in the game over the whole target.
//!   The pivots of 64 orders are found side by side, by bisection.
//! - Banzhaf: in a monotone game the share of coalitions in which a player is a swing is the chance to win with it less the chance to win without it.
//!   Both are estimated from the same random coalitions. The interval of their difference is that of Agresti and Caffo (2000, "Simple and effective confidence intervals for proportions and differences of proportions").

use demarche_case::number::float;
use demarche_case::random::Random;

use super::super::sample::{Z, proportion};
use super::{Limits, Power, ThresholdGame};

/// Orders, and as many coalitions, between two looks at the errors.
const BATCH: u64 = 2048;

pub(crate) fn sampled(game: &mut ThresholdGame<'_>, limits: &Limits) -> (Vec<Power>, u64) {
    let mut random = Random::new(limits.seed);
    let mut counts = vec![Counts::default(); game.players];
    let mut orders: Vec<Vec<usize>> = vec![(0..game.players).collect(); 64];
    let mut done = 0;
    loop {
        for _ in 0..BATCH / 64 {
            for order in &mut orders {
                shuffle(order, &mut random);
            }
            for pivot in pivots(game, &orders) {
                counts[pivot].pivots += 1;
            }
            draw_coalitions(game, &mut random, &mut counts);
        }
        done += BATCH;
        let powers: Vec<Power> = counts.iter().map(|counts| counts.power(done)).collect();
        let worst = |power: &Power| power.shapley_error.max(power.banzhaf_error);
        if done >= limits.orders || powers.iter().all(|power| worst(power) <= limits.error) {
            return (powers, done);
        }
    }
}

fn shuffle(order: &mut [usize], random: &mut Random) {
    for turn in 0..order.len() {
        let chosen = turn + random.below(order.len() - turn);
        order.swap(turn, chosen);
    }
}

/// The player of each order whose refusal completes a winning coalition.
fn pivots(game: &mut ThresholdGame<'_>, orders: &[Vec<usize>]) -> Vec<usize> {
    // The first `lost` players of an order lose, the first `won` win.
    let mut bounds: Vec<(usize, usize)> = vec![(0, game.players); orders.len()];
    let mut refuses = vec![0; game.players];
    while bounds.iter().any(|(lost, won)| won - lost > 1) {
        refuses.fill(0);
        for (lane, (order, (lost, won))) in orders.iter().zip(&bounds).enumerate() {
            for player in order.iter().take(usize::midpoint(*lost, *won)) {
                refuses[*player] |= 1 << lane;
            }
        }
        let wins = game.wins(&refuses);
        for (lane, (lost, won)) in bounds.iter_mut().enumerate() {
            let middle = usize::midpoint(*lost, *won);
            *(if wins >> lane & 1 == 1 { won } else { lost }) = middle;
        }
    }
    let pivot = |(order, (_, won)): (&Vec<usize>, &(usize, usize))| {
        won.checked_sub(1).and_then(|turn| order.get(turn)).copied()
    };
    orders.iter().zip(&bounds).filter_map(pivot).collect()
}

/// Draws 64 coalitions and counts, for each player, those with and without it, and those of each that win.
fn draw_coalitions(game: &mut ThresholdGame<'_>, random: &mut Random, counts: &mut [Counts]) {
    let refuses: Vec<u64> = (0..game.players).map(|_| random.bits()).collect();
    let wins = game.wins(&refuses);
    for (counts, members) in counts.iter_mut().zip(&refuses) {
        counts.with += u64::from(members.count_ones());
        counts.won_with += u64::from((members & wins).count_ones());
        counts.without += u64::from(members.count_zeros());
        counts.won_without += u64::from((!members & wins).count_ones());
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    pivots: u64,
    with: u64,
    won_with: u64,
    without: u64,
    won_without: u64,
}

impl Counts {
    fn power(&self, orders: u64) -> Power {
        let (shapley, shapley_error) = proportion(self.pivots, orders);
        let (banzhaf, banzhaf_error) =
            difference((self.won_with, self.with), (self.won_without, self.without));
        Power { shapley, banzhaf, shapley_error, banzhaf_error }
    }
}

/// The difference of two shares, at least 0, and the distance to the farther end of its 95 % interval.
fn difference((left, of_left): (u64, u64), (right, of_right): (u64, u64)) -> (f64, f64) {
    if of_left == 0 || of_right == 0 {
        return (0.0, 1.0);
    }
    let plain = float(left) / float(of_left) - float(right) / float(of_right);
    let adjusted =
        |hits: u64, trials: u64| (float(hits + 1) / float(trials + 2), float(trials + 2));
    let ((left, of_left), (right, of_right)) = (adjusted(left, of_left), adjusted(right, of_right));
    let spread = (left * (1.0 - left) / of_left + right * (1.0 - right) / of_right).sqrt();
    (plain.max(0.0), ((left - right) - plain).abs() + Z * spread)
}
