//! The game itself: which coalitions of refusing players leave no way out.

use std::collections::BTreeMap;

use super::table::{CoalitionTable, FIRST_SIX};
use crate::AsIndex;
use crate::valley_free::WaysOut;

/// The limits of lists and searches.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Coalitions in a list, at most.
    pub coalitions: usize,
    /// Steps of the ways out that a search may look at, about 10^8 a second.
    pub search_steps: u64,
    /// Random orders, and as many coalitions, at most.
    pub orders: u64,
    /// Sampling stops when half the width of every 95 % interval is at most this.
    pub error: f64,
    /// The seed of the random numbers.
    pub seed: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            coalitions: 100,
            search_steps: 100_000_000,
            orders: 100_000,
            error: 0.005,
            seed: 2014,
        }
    }
}

/// A graph of ways out whose steps belong to players.
#[derive(Debug)]
pub(crate) struct Game<'w> {
    pub(crate) ways: &'w WaysOut,
    /// The player that decides each step; `None` where nobody does, so that the step never refuses.
    pub(crate) player: Vec<Option<usize>>,
    /// The steps of each player.
    pub(crate) steps_of: Vec<Vec<usize>>,
}

impl<'w> Game<'w> {
    /// `player_of` gives numbers below `players`.
    pub(crate) fn new(
        ways: &'w WaysOut,
        players: usize,
        player_of: impl Fn(AsIndex) -> Option<usize>,
    ) -> Self {
        let owners = ways.steps.iter().map(|step| player_of(step.index)).collect();
        Self::with_owners(ways, players, owners)
    }

    fn with_owners(ways: &'w WaysOut, players: usize, player: Vec<Option<usize>>) -> Self {
        let mut steps_of = vec![Vec::new(); players];
        for (position, owner) in player.iter().enumerate() {
            if let Some(owner) = owner {
                steps_of[*owner].push(position);
            }
        }
        Self { ways, player, steps_of }
    }

    pub(crate) fn players(&self) -> usize {
        self.steps_of.len()
    }

    /// Steps and the links between them.
    pub(crate) fn size(&self) -> usize {
        self.ways.steps.iter().map(|step| 1 + step.next.len()).sum()
    }

    /// The players met on a way, each once, in order of the way.
    pub(crate) fn players_of(&self, path: &[usize]) -> Vec<usize> {
        let mut met = Vec::new();
        for player in path.iter().filter_map(|position| self.player[*position]) {
            if !met.contains(&player) {
                met.push(player);
            }
        }
        met
    }

    /// A way with the fewest steps whose players all pass announcements on; `None` when the target is cut off.
    pub(crate) fn open_way(&self, refuses: &[bool]) -> Option<Vec<usize>> {
        let steps = &self.ways.steps;
        let passes = |position: usize| self.player[position].is_none_or(|player| !refuses[player]);
        let mut before = vec![None; steps.len()];
        let mut met = vec![false; steps.len()];
        let mut open: Vec<usize> = (0..steps.len())
            .filter(|position| steps[*position].entry.is_some() && passes(*position))
            .collect();
        for position in &open {
            met[*position] = true;
        }
        let mut turn = 0;
        while let Some(current) = open.get(turn).copied() {
            turn += 1;
            if steps[current].exit.is_some() {
                let mut path = vec![current];
                while let Some(earlier) = before[*path.last()?] {
                    path.push(earlier);
                }
                path.reverse();
                return Some(path);
            }
            for next in &steps[current].next {
                if passes(*next) && !std::mem::replace(&mut met[*next], true) {
                    before[*next] = Some(current);
                    open.push(*next);
                }
            }
        }
        None
    }

    /// Evaluates 64 coalitions at once, one per bit: bit b of `refuses[p]` says that player p refuses in coalition b.
    ///
    /// Returns the coalitions in which each step holds the announcement and passes it on.
    pub(crate) fn spread(&self, refuses: &[u64], reached: &mut Vec<u64>) {
        let steps = &self.ways.steps;
        let passes = |position: usize| !self.player[position].map_or(0, |player| refuses[player]);
        reached.clear();
        reached.extend(steps.iter().enumerate().map(|(position, step)| match step.entry {
            Some(_) => passes(position),
            None => 0,
        }));
        // Steps are in order of their distance from the target, so that one round mostly suffices.
        let mut changed = true;
        while changed {
            changed = false;
            for current in 0..steps.len() {
                for next in &steps[current].next {
                    let heard = reached[*next] | (reached[current] & passes(*next));
                    changed |= heard != reached[*next] && *next < current;
                    reached[*next] = heard;
                }
            }
        }
    }

    /// The coalitions of a [`spread`](Self::spread) that leave a way open.
    pub(crate) fn open(&self, reached: &[u64]) -> u64 {
        let exits = self.ways.steps.iter().zip(reached).filter(|(step, _)| step.exit.is_some());
        exits.fold(0, |open, (_, reached)| open | reached)
    }

    /// Evaluates every coalition; for at most as many players as a table can hold.
    pub(crate) fn table(&self) -> CoalitionTable {
        let mut refuses = vec![0; self.players()];
        let mut reached = Vec::new();
        CoalitionTable::from_blocks(self.players(), |block| {
            for (player, refuses) in refuses.iter_mut().enumerate() {
                *refuses = match FIRST_SIX.get(player) {
                    Some(pattern) => *pattern,
                    None if block >> (player - FIRST_SIX.len()) & 1 == 1 => u64::MAX,
                    None => 0,
                };
            }
            self.spread(&refuses, &mut reached);
            !self.open(&reached)
        })
    }
}

/// A part of a game that shares neither steps nor players with the rest: the target is cut off when it is in each part.
#[derive(Debug)]
pub(crate) struct Part {
    /// The steps of the part, renumbered.
    pub(crate) ways: WaysOut,
    /// The owner of each step, as a position in `players`.
    owners: Vec<Option<usize>>,
    /// The players of the part as numbers in the whole game, ascending.
    pub(crate) players: Vec<usize>,
    /// The steps of the part as places in the whole game, ascending.
    pub(crate) steps: Vec<usize>,
}

impl Part {
    pub(crate) fn game(&self) -> Game<'_> {
        Game::with_owners(&self.ways, self.players.len(), self.owners.clone())
    }
}

impl Game<'_> {
    /// Takes the game apart as far as it goes, in order of the first step of each part.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let steps = &self.ways.steps;
        let mut leader: Vec<usize> = (0..steps.len()).collect();
        let mut join = |left: usize, right: usize| {
            let (left, right) = (find(&mut leader, left), find(&mut leader, right));
            leader[left.max(right)] = left.min(right);
        };
        for (current, step) in steps.iter().enumerate() {
            step.next.iter().for_each(|next| join(current, *next));
        }
        for of_player in &self.steps_of {
            of_player.windows(2).for_each(|pair| join(pair[0], pair[1]));
        }
        let mut together: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for step in 0..steps.len() {
            together.entry(find(&mut leader, step)).or_default().push(step);
        }
        together.into_values().map(|steps| self.part(steps)).collect()
    }

    fn part(&self, steps: Vec<usize>) -> Part {
        let mut players: Vec<usize> = steps.iter().filter_map(|step| self.player[*step]).collect();
        players.sort_unstable();
        players.dedup();
        let owner = |step: &usize| players.binary_search(&self.player[*step]?).ok();
        let owners = steps.iter().map(owner).collect();
        let renumbered = steps.iter().map(|position| {
            let mut step = self.ways.steps[*position].clone();
            step.next =
                step.next.iter().filter_map(|next| steps.binary_search(next).ok()).collect();
            step
        });
        Part { ways: WaysOut { steps: renumbered.collect() }, owners, players, steps }
    }
}

/// The leader of a step's set, with the way to it halved.
fn find(leader: &mut [usize], mut step: usize) -> usize {
    while leader[step] != step {
        leader[step] = leader[leader[step]];
        step = leader[step];
    }
    step
}
