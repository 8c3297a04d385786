//! Small coalitions of a game with a threshold.
//!
//! A smallest one is hard to find, since one may choose whom to cut off. Two searches bound it from both sides.
//! From above: everybody refuses, and one after another consents as long as the rest still wins; 64 orders side by side, those with little power first.
//! From below: all coalitions of one player, of two, of three are tried, as far as the allowance goes.
//! The coalitions that keep the target connected are those of the dual game, found in the same way.

use demarche_case::number::float;
use demarche_case::random::Random;

use super::{Coalitions, Limits, Power, Reason, ThresholdGame};

/// Rounds of 64 orders.
const ROUNDS: usize = 4;

/// The game, or its dual.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Block,
    Protect,
}

pub(crate) fn search(
    game: &mut ThresholdGame<'_>,
    powers: &[Power],
    limits: &Limits,
) -> Coalitions {
    let mut block = Search::new(game, Side::Block, limits);
    let (smallest, at_least) = block.run(powers);
    let (examined, size) = (block.examined, smallest.first().map_or(0, Vec::len));
    let is_smallest = at_least >= size;
    let is_complete = block.is_complete;
    let mut protect = Search::new(game, Side::Protect, limits);
    let (protectors, _) = protect.run(powers);
    let reason = if is_smallest {
        Reason::Exhausted { examined }
    } else {
        let ratio = float(size) / float(at_least.max(1));
        Reason::Bound { at_least: u64::try_from(at_least).unwrap_or(u64::MAX), ratio }
    };
    Coalitions {
        minimal: smallest.clone(),
        minimal_is_complete: false,
        smallest,
        smallest_is_complete: is_complete,
        protectors,
        reason,
    }
}

struct Search<'s, 'w> {
    game: &'s mut ThresholdGame<'w>,
    side: Side,
    limits: &'s Limits,
    examined: u64,
    /// Every coalition of the size found was tried.
    is_complete: bool,
}

impl<'s, 'w> Search<'s, 'w> {
    fn new(game: &'s mut ThresholdGame<'w>, side: Side, limits: &'s Limits) -> Self {
        Self { game, side, limits, examined: 0, is_complete: false }
    }

    /// The smallest coalitions found, in order, and a size that none can be below.
    fn run(&mut self, powers: &[Power]) -> (Vec<Vec<usize>>, usize) {
        let found = self.descend(powers);
        let fewest = found.first().map_or(0, Vec::len);
        let players = self.game.players;
        let mut allowance = self.limits.search_steps / self.game.size().max(1) as u64;
        for size in 1..=fewest {
            let coalitions = binomial(players, size);
            let sweeps = coalitions.div_ceil(64);
            if sweeps > allowance {
                return (found, size);
            }
            allowance -= sweeps;
            let winning = self.all_of(size);
            if !winning.is_empty() {
                self.is_complete = winning.len() <= self.limits.coalitions;
                return (winning.into_iter().take(self.limits.coalitions).collect(), size);
            }
        }
        (found, fewest)
    }

    /// The coalitions, of 64, that win in the game or its dual.
    fn wins(&mut self, members: &[u64]) -> u64 {
        self.examined += 64;
        match self.side {
            Side::Block => self.game.wins(members),
            Side::Protect => {
                let others: Vec<u64> = members.iter().map(|members| !members).collect();
                !self.game.wins(&others)
            }
        }
    }

    /// Winning coalitions of which nobody can be left out, the smallest that the orders gave.
    fn descend(&mut self, powers: &[Power]) -> Vec<Vec<usize>> {
        let mut random = Random::new(self.limits.seed);
        let players = self.game.players;
        let mut found: Vec<Vec<usize>> = Vec::new();
        for round in 0..ROUNDS {
            // The first order of the first round goes by power alone; the others blur it more and more.
            let orders: Vec<Vec<usize>> = (0..64)
                .map(|lane| {
                    let blur = float(round * 64 + lane) / float(ROUNDS * 64);
                    by_power(powers, blur, &mut random)
                })
                .collect();
            let mut members = vec![u64::MAX; players];
            for turn in 0..players {
                let mut fewer = members.clone();
                for (lane, order) in orders.iter().enumerate() {
                    fewer[order[turn]] &= !(1 << lane);
                }
                let wins = self.wins(&fewer);
                for (lane, order) in orders.iter().enumerate() {
                    if wins >> lane & 1 == 1 {
                        members[order[turn]] &= !(1 << lane);
                    }
                }
            }
            let of_lane = |lane: usize| -> Vec<usize> {
                (0..players).filter(|player| members[*player] >> lane & 1 == 1).collect()
            };
            found.extend((0..64).map(of_lane));
        }
        found.sort_unstable_by(|left, right| (left.len(), left).cmp(&(right.len(), right)));
        found.dedup();
        let fewest = found.first().map_or(0, Vec::len);
        found.retain(|coalition| coalition.len() == fewest);
        found.truncate(self.limits.coalitions);
        found
    }

    /// All winning coalitions of a size.
    fn all_of(&mut self, size: usize) -> Vec<Vec<usize>> {
        let mut winning = Vec::new();
        let mut batch: Vec<Vec<usize>> = Vec::with_capacity(64);
        let mut next = Some((0..size).collect::<Vec<usize>>());
        while let Some(current) = next {
            next = successor(&current, self.game.players);
            batch.push(current);
            if batch.len() == 64 || next.is_none() {
                let mut members = vec![0; self.game.players];
                for (lane, coalition) in batch.iter().enumerate() {
                    coalition.iter().for_each(|player| members[*player] |= 1 << lane);
                }
                let wins = self.wins(&members);
                let tried = batch.drain(..).enumerate();
                winning.extend(
                    tried.filter(|(lane, _)| wins >> lane & 1 == 1).map(|(_, coalition)| coalition),
                );
            }
        }
        winning
    }
}

/// Players in ascending order of their power, blurred by chance: 0 for not at all, 1 for by half.
fn by_power(powers: &[Power], blur: f64, random: &mut Random) -> Vec<usize> {
    let mut keyed: Vec<(f64, usize)> = powers
        .iter()
        .enumerate()
        .map(|(player, power)| {
            let size = power.shapley.max(power.banzhaf / 1e3) + 1e-9;
            (size * (1.0 - blur / 2.0 + blur * random.unit()), player)
        })
        .collect();
    keyed.sort_by(|left, right| left.0.total_cmp(&right.0).then(left.1.cmp(&right.1)));
    keyed.into_iter().map(|(_, player)| player).collect()
}

/// The number of ways to choose so many, or the greatest number where it is greater.
fn binomial(of: usize, chosen: usize) -> u64 {
    let mut ways: u128 = 1;
    for turn in 0..chosen {
        ways = ways.saturating_mul((of - turn.min(of)) as u128) / (turn as u128 + 1);
        if ways > u128::from(u64::MAX) {
            return u64::MAX;
        }
    }
    u64::try_from(ways).unwrap_or(u64::MAX)
}

/// The next coalition of the same size, in order.
fn successor(current: &[usize], players: usize) -> Option<Vec<usize>> {
    let mut next = current.to_vec();
    let size = next.len();
    let turn = (0..size).rev().find(|turn| next[*turn] < players - (size - turn))?;
    next[turn] += 1;
    for later in turn + 1..size {
        next[later] = next[later - 1] + 1;
    }
    Some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_of_two_among_four_comes_once() {
        let mut all = vec![vec![0, 1]];
        while let Some(next) = successor(all.last().unwrap(), 4) {
            all.push(next);
        }
        assert_eq!(all, [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
        assert_eq!(binomial(4, 2), 6);
        assert_eq!(binomial(500, 90), u64::MAX);
        assert_eq!(binomial(1, 2), 0);
    }
}
