//! The game itself: which coalitions of refusing players leave no way out.

use std::collections::BTreeMap;

use super::table::{CoalitionTable, FIRST_SIX};
use crate::AsIndex;
use crate::valley_free::WaysOut;

/// A graph of ways out whose steps belong to players.
#[derive(Debug)]
pub(crate) struct Game<'w> {
    pub(crate) ways: &'w WaysOut,
    /// Whose decision each step is; `None` where nobody's, so that it never refuses.
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
        let owners = ways.steps.iter().map(|step| player_of(step.at)).collect();
        Self::with_owners(ways, players, owners)
    }

    fn with_owners(ways: &'w WaysOut, players: usize, player: Vec<Option<usize>>) -> Self {
        let mut steps_of = vec![Vec::new(); players];
        for (place, owner) in player.iter().enumerate() {
            if let Some(owner) = owner {
                steps_of[*owner].push(place);
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
    pub(crate) fn players_of(&self, way: &[usize]) -> Vec<usize> {
        let mut met = Vec::new();
        for player in way.iter().filter_map(|place| self.player[*place]) {
            if !met.contains(&player) {
                met.push(player);
            }
        }
        met
    }

    /// A way with the fewest steps whose players all pass announcements on; `None` when the target is cut off.
    pub(crate) fn open_way(&self, refuses: &[bool]) -> Option<Vec<usize>> {
        let steps = &self.ways.steps;
        let passes = |place: usize| self.player[place].is_none_or(|player| !refuses[player]);
        let mut before = vec![None; steps.len()];
        let mut met = vec![false; steps.len()];
        let mut open: Vec<usize> = (0..steps.len())
            .filter(|place| steps[*place].entry.is_some() && passes(*place))
            .collect();
        for place in &open {
            met[*place] = true;
        }
        let mut turn = 0;
        while let Some(here) = open.get(turn).copied() {
            turn += 1;
            if steps[here].exit.is_some() {
                let mut way = vec![here];
                while let Some(earlier) = before[*way.last()?] {
                    way.push(earlier);
                }
                way.reverse();
                return Some(way);
            }
            for next in &steps[here].next {
                if passes(*next) && !std::mem::replace(&mut met[*next], true) {
                    before[*next] = Some(here);
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
        let passes = |place: usize| self.player[place].map_or(u64::MAX, |player| !refuses[player]);
        reached.clear();
        reached.extend(steps.iter().enumerate().map(|(place, step)| match step.entry {
            Some(_) => passes(place),
            None => 0,
        }));
        // Steps are in order of their distance from the target, so that one round mostly suffices.
        let mut changed = true;
        while changed {
            changed = false;
            for here in 0..steps.len() {
                for next in &steps[here].next {
                    let heard = reached[*next] | (reached[here] & passes(*next));
                    changed |= heard != reached[*next] && *next < here;
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
    /// Whose each step is, as a place in `players`.
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
        let mut join = |one: usize, other: usize| {
            let (one, other) = (find(&mut leader, one), find(&mut leader, other));
            leader[one.max(other)] = one.min(other);
        };
        for (here, step) in steps.iter().enumerate() {
            step.next.iter().for_each(|next| join(here, *next));
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
        let renumbered = steps.iter().map(|place| {
            let mut step = self.ways.steps[*place].clone();
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
