//! Power indices of games that are too large to look at every coalition: estimated from random orders and random coalitions.
//!
//! - Shapley–Shubik: in each random order one player is the pivot; the index is the share of orders in which it is (Mann and Shapley 1960, Castro, Gómez and Tejada 2009).
//! - Banzhaf: among random coalitions with the player, the share of those that win and would lose without it.
//!   Dropping the player from a uniformly random coalition leaves a uniformly random coalition of the others, so this is the index.
//!
//! Both are binomial proportions. The error given is the farther end of Wilson's 95 % interval (1927), so it is not zero for a player that no sample showed as a swing.
//! It holds for each player by itself, not for all at once.

use demarche_case::number::float;
use demarche_case::random::Random;

use super::game::{Game, Limits};
use super::index::Power;

/// Sampled indices of each player, and the number of orders, which is also that of coalitions.
///
/// Sampling stops when every error is at most the one aimed at, or at the limit of orders.
pub(crate) fn sampled(game: &Game<'_>, limits: &Limits) -> (Vec<Power>, u64) {
    const BATCH: u64 = 2048;
    let mut random = Random::new(limits.seed);
    let mut orders = Orders::new(game);
    let mut swings = vec![(0, 0); game.players()];
    let mut done = 0;
    loop {
        for _ in 0..BATCH {
            orders.draw(&mut random);
        }
        for _ in 0..BATCH / 64 {
            draw_coalitions(game, &mut random, &mut swings);
        }
        done += BATCH;
        let powers: Vec<Power> = orders
            .pivots
            .iter()
            .zip(&swings)
            .map(|(pivots, (swings, coalitions))| {
                let (shapley, shapley_error) = proportion(*pivots, done);
                let (banzhaf, banzhaf_error) = proportion(*swings, *coalitions);
                Power { shapley, banzhaf, shapley_error, banzhaf_error }
            })
            .collect();
        let worst = |power: &Power| power.shapley_error.max(power.banzhaf_error);
        if done >= limits.orders || powers.iter().all(|power| worst(power) <= limits.error) {
            return (powers, done);
        }
    }
}

/// The 97.5 % point of the normal distribution.
pub(crate) const Z: f64 = 1.959_963_984_540_054;

/// A share and the distance from it to the farther end of Wilson's 95 % interval.
pub(crate) fn proportion(hits: u64, trials: u64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let (share, trials) = (float(hits) / float(trials), float(trials));
    let widened = 1.0 + Z * Z / trials;
    let centre = (share + Z * Z / (2.0 * trials)) / widened;
    let spread = (share * (1.0 - share) / trials + Z * Z / (4.0 * trials * trials)).sqrt();
    (share, (centre - share).abs() + Z * spread / widened)
}

/// Random orders, looked at backwards: everybody refuses at first, and one after another gives in until a way is open.
///
/// The one who opens it is the pivot: the coalition of those before it in the order is open without it and closed with it.
struct Orders<'g> {
    game: &'g Game<'g>,
    order: Vec<usize>,
    pivots: Vec<u64>,
    /// The round in which a step last heard the announcement, and last passed it on.
    heard: Vec<u64>,
    passed: Vec<u64>,
    /// The round in which a player last gave in.
    consents: Vec<u64>,
    round: u64,
    open: Vec<usize>,
}

impl<'g> Orders<'g> {
    fn new(game: &'g Game<'g>) -> Self {
        let steps = game.ways.steps.len();
        Self {
            game,
            order: (0..game.players()).collect(),
            pivots: vec![0; game.players()],
            heard: vec![0; steps],
            passed: vec![0; steps],
            consents: vec![0; game.players()],
            round: 0,
            open: Vec::new(),
        }
    }

    fn draw(&mut self, random: &mut Random) {
        self.round += 1;
        for (position, step) in self.game.ways.steps.iter().enumerate() {
            if step.entry.is_some() {
                self.heard[position] = self.round;
                if self.game.player[position].is_none() {
                    self.open.push(position);
                }
            }
        }
        if self.reaches_exit() {
            return;
        }
        for turn in 0..self.order.len() {
            // One step of the Fisher–Yates shuffle: only as much of the order is drawn as is needed.
            let target = turn + random.below(self.order.len() - turn);
            self.order.swap(turn, target);
            let player = self.order[turn];
            self.consents[player] = self.round;
            let steps = self.game.steps_of[player].iter();
            self.open.extend(steps.copied().filter(|position| self.heard[*position] == self.round));
            if self.reaches_exit() {
                self.pivots[player] += 1;
                return;
            }
        }
    }

    /// Follows what is open to its end, or until it is out.
    fn reaches_exit(&mut self) -> bool {
        while let Some(position) = self.open.pop() {
            if std::mem::replace(&mut self.passed[position], self.round) == self.round {
                continue;
            }
            let step = &self.game.ways.steps[position];
            if step.exit.is_some() {
                self.open.clear();
                return true;
            }
            for next in &step.next {
                self.heard[*next] = self.round;
                let owner = self.game.player[*next];
                if owner.is_none_or(|player| self.consents[player] == self.round) {
                    self.open.push(*next);
                }
            }
        }
        false
    }
}

/// Draws 64 coalitions at once and counts for each player those with it, and those where it is a swing.
fn draw_coalitions(game: &Game<'_>, random: &mut Random, swings: &mut [(u64, u64)]) {
    let mut refuses: Vec<u64> = (0..game.players()).map(|_| random.bits()).collect();
    let mut reached = Vec::new();
    game.spread(&refuses, &mut reached);
    let wins = !game.open(&reached);
    let steps = &game.ways.steps;
    let mut hears: Vec<u64> =
        steps.iter().map(|step| if step.entry.is_some() { u64::MAX } else { 0 }).collect();
    for (step, reached) in steps.iter().zip(&reached) {
        for next in &step.next {
            hears[*next] |= reached;
        }
    }
    let leads = game.leads_out(&refuses);
    for (player, (swing, with)) in swings.iter_mut().enumerate() {
        let members = refuses[player];
        *with += u64::from(members.count_ones());
        let steps = &game.steps_of[player];
        let heard = steps.iter().fold(0, |heard, position| heard | hears[*position]);
        let leading = steps.iter().fold(0, |leading, position| leading | leads[*position]);
        let mut opens = members & wins & heard & leading;
        if steps.len() > 1 && opens != 0 {
            // With several steps, what one hears need not get to the one that leads out.
            refuses[player] &= !opens;
            game.spread(&refuses, &mut reached);
            opens &= game.open(&reached);
            refuses[player] = members;
        }
        *swing += u64::from(opens.count_ones());
    }
}

impl Game<'_> {
    /// The coalitions in which a step, if it passed the announcement on, would get it to the far side.
    fn leads_out(&self, refuses: &[u64]) -> Vec<u64> {
        let steps = &self.ways.steps;
        let passes = |position: usize| !self.player[position].map_or(0, |player| refuses[player]);
        let mut leads: Vec<u64> =
            steps.iter().map(|step| if step.exit.is_some() { u64::MAX } else { 0 }).collect();
        let mut changed = true;
        while changed {
            changed = false;
            for current in (0..steps.len()).rev() {
                let after = steps[current].next.iter();
                let led =
                    after.fold(leads[current], |led, next| led | (leads[*next] & passes(*next)));
                changed |= led != leads[current];
                leads[current] = led;
            }
        }
        leads
    }
}
