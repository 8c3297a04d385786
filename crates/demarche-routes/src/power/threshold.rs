//! The game with a threshold: a coalition wins when its joint refusal takes the far side from a share of the target.
//!
//! Over the whole target the game turns on its best connected prefix: whoever is on the last way out has as much power as whoever carries nearly everything.
//! With a threshold, such as nine tenths of the addresses, the ways out of small networks no longer decide.
//!
//! Each origin is looked at by itself: it loses the far side when no network there hears its announcement.
//! Other origins may be on its way, and pass it on unless [`AtHome::Everybody`](super::AtHome) lets them refuse.
//! One sweep backwards from the far side answers for all origins and 64 coalitions at once.

mod sample;
mod search;

use std::collections::BTreeMap;

use super::game::Limits;
use super::index::{self, Power};
use super::smallest::{Coalitions, EXACT_PLAYERS, Reason};
use super::table::{CoalitionTable, FIRST_SIX};
use crate::AsIndex;
use crate::valley_free::{Role, Sides};
use demarche_case::assessment::routes::IndexMethod;

/// All coalitions are looked at where that takes no more than so many times the steps of a search, some seconds.
const TABLE_FACTOR: u64 = 10;

/// The weights of a target's networks.
#[derive(Clone, Debug)]
pub(crate) struct Threshold {
    /// The weight of each origin; the others weigh nothing.
    pub(crate) weights: BTreeMap<AsIndex, u64>,
}

/// An AS in a role, or an origin, and where it leads.
#[derive(Clone, Debug)]
struct Node {
    index: AsIndex,
    /// A network of the far side hears from it, or it is one that can refuse.
    leads_out: bool,
    next: Vec<usize>,
}

/// The ways from every origin to the far side, as one graph.
#[derive(Clone, Debug)]
pub(crate) struct Ways {
    /// Networks in a role; those nearer to an origin come first.
    steps: Vec<Node>,
    origins: Vec<Node>,
    weights: Vec<u64>,
}

impl Ways {
    /// Explores the ways of the target's networks; `sides` are those of the game over the whole target.
    pub(crate) fn explore(sides: &Sides<'_>, threshold: &Threshold) -> Self {
        let sides = sides.with_passable_target();
        let mut numbers: BTreeMap<(AsIndex, Role), usize> = BTreeMap::new();
        let mut ways = Self { steps: Vec::new(), origins: Vec::new(), weights: Vec::new() };
        let mut open = Vec::new();
        for (index, weight) in threshold.weights.iter().filter(|(_, weight)| **weight > 0) {
            let node = ways.node((*index, Role::Climbing), &sides, &mut numbers, &mut open);
            ways.origins.push(node);
            ways.weights.push(*weight);
        }
        // The steps that a step leads to get their numbers before they are explored themselves.
        let mut turn = 0;
        while let Some(key) = open.get(turn).copied() {
            turn += 1;
            let node = ways.node(key, &sides, &mut numbers, &mut open);
            ways.steps.push(node);
        }
        ways.without_lost_origins()
    }

    fn node(
        &self,
        (index, role): (AsIndex, Role),
        sides: &Sides<'_>,
        numbers: &mut BTreeMap<(AsIndex, Role), usize>,
        open: &mut Vec<(AsIndex, Role)>,
    ) -> Node {
        if sides.far().contains(&index) {
            return Node { index, leads_out: true, next: Vec::new() };
        }
        let told = sides.tells(index, role);
        if told.iter().any(|(to, _)| sides.never_refuses(*to)) {
            return Node { index, leads_out: true, next: Vec::new() };
        }
        let next = told.into_iter().map(|key| {
            *numbers.entry(key).or_insert_with(|| {
                open.push(key);
                open.len() - 1
            })
        });
        Node { index, leads_out: false, next: next.collect() }
    }

    /// Leaves out the origins that have no way out before any refusal.
    fn without_lost_origins(mut self) -> Self {
        let owners = Owners { of_steps: vec![None; self.steps.len()], of_origins: Vec::new() };
        let mut leads = Vec::new();
        self.leads(&owners, &[], &mut leads);
        let has_way =
            |node: &Node| node.leads_out || node.next.iter().any(|next| leads[*next] != 0);
        let kept: Vec<bool> = self.origins.iter().map(has_way).collect();
        let mut flags = kept.iter();
        self.origins.retain(|_| *flags.next().unwrap_or(&false));
        let mut flags = kept.iter();
        self.weights.retain(|_| *flags.next().unwrap_or(&false));
        self
    }

    /// The networks that are on some way, each once.
    pub(crate) fn networks(&self) -> Vec<AsIndex> {
        let all = self.steps.iter().chain(&self.origins);
        let mut networks: Vec<AsIndex> = all.map(|node| node.index).collect();
        networks.sort_unstable();
        networks.dedup();
        networks
    }

    /// For each step, in which of 64 coalitions it passes an announcement on that then reaches the far side.
    fn leads(&self, owners: &Owners, refuses: &[u64], leads: &mut Vec<u64>) {
        leads.clear();
        leads.resize(self.steps.len(), 0);
        let mut changed = true;
        while changed {
            changed = false;
            // Steps nearer to the far side are later, so that one round mostly suffices.
            for (number, step) in self.steps.iter().enumerate().rev() {
                let passes = owners.passes(owners.of_steps[number], refuses);
                let after = if step.leads_out { u64::MAX } else { any_of(&step.next, leads) };
                let led = after & passes;
                // Only a step that an earlier one of this round looked at calls for another round.
                changed |= led != leads[number];
                leads[number] = led;
            }
        }
    }
}

/// The coalitions in which some of these steps lead to the far side.
fn any_of(steps: &[usize], leads: &[u64]) -> u64 {
    steps.iter().fold(0, |any, step| any | leads[*step])
}

/// The players that decide the steps and the origins.
#[derive(Clone, Debug)]
struct Owners {
    of_steps: Vec<Option<usize>>,
    of_origins: Vec<Option<usize>>,
}

impl Owners {
    fn passes(&self, owner: Option<usize>, refuses: &[u64]) -> u64 {
        !owner.and_then(|player| refuses.get(player)).copied().unwrap_or(0)
    }
}

/// The game over some ways out.
#[derive(Debug)]
pub(crate) struct ThresholdGame<'w> {
    ways: &'w Ways,
    owners: Owners,
    players: usize,
    /// The weight of all origins that have a way out, and the least that a winning coalition takes it from.
    total: u64,
    needed: u64,
    leads: Vec<u64>,
}

impl<'w> ThresholdGame<'w> {
    /// `player_of` gives numbers below `players`; `None` for a network that never refuses.
    pub(crate) fn new(
        ways: &'w Ways,
        share: f64,
        players: usize,
        player_of: impl Fn(AsIndex) -> Option<usize>,
    ) -> Self {
        let owners = |nodes: &[Node]| nodes.iter().map(|node| player_of(node.index)).collect();
        let total = ways.weights.iter().sum();
        Self {
            ways,
            owners: Owners { of_steps: owners(&ways.steps), of_origins: owners(&ways.origins) },
            players,
            total,
            needed: part_of(total, share).max(1),
            leads: Vec::new(),
        }
    }

    /// The visits that one sweep takes.
    fn size(&self) -> usize {
        let nodes = self.ways.steps.iter().chain(&self.ways.origins);
        nodes.map(|node| 1 + node.next.len()).sum()
    }

    /// The weight that loses the far side in each of 64 coalitions.
    fn lost(&mut self, refuses: &[u64]) -> [u64; 64] {
        let mut leads = std::mem::take(&mut self.leads);
        self.ways.leads(&self.owners, refuses, &mut leads);
        let mut lost = [0; 64];
        let origins = self.ways.origins.iter().zip(&self.ways.weights);
        for ((origin, weight), owner) in origins.zip(&self.owners.of_origins) {
            let after = if origin.leads_out { u64::MAX } else { any_of(&origin.next, &leads) };
            let mut without = !(after & self.owners.passes(*owner, refuses));
            while without != 0 {
                lost[without.trailing_zeros() as usize] += weight;
                without &= without - 1;
            }
        }
        self.leads = leads;
        lost
    }

    /// The coalitions, of 64, that win.
    fn wins(&mut self, refuses: &[u64]) -> u64 {
        let lost = self.lost(refuses);
        let needed = self.needed;
        let bit = |(lane, lost): (usize, &u64)| u64::from(*lost >= needed) << lane;
        lost.iter().enumerate().map(bit).fold(0, |wins, bit| wins | bit)
    }

    fn table(&mut self) -> CoalitionTable {
        let players = self.players;
        let mut refuses = vec![0; players];
        CoalitionTable::from_blocks(players, |block| {
            for (player, refuses) in refuses.iter_mut().enumerate() {
                *refuses = match FIRST_SIX.get(player) {
                    Some(pattern) => *pattern,
                    None if block >> (player - FIRST_SIX.len()) & 1 == 1 => u64::MAX,
                    None => 0,
                };
            }
            self.wins(&refuses)
        })
    }

    /// The coalitions that win, and the power of each player; no power where none wins.
    pub(crate) fn solve(
        &mut self,
        limits: &Limits,
    ) -> (Coalitions, Vec<Power>, IndexMethod, Option<u32>) {
        let everybody = vec![u64::MAX; self.players];
        let most = self.lost(&everybody)[0];
        if self.total == 0 || most < self.needed {
            let reached = (self.total > 0).then(|| millionths(most, self.total));
            return (Coalitions::none(None), Vec::new(), IndexMethod::Exact, reached);
        }
        let is_small = self.players <= EXACT_PLAYERS && {
            let sweeps = 1_u64 << self.players.saturating_sub(FIRST_SIX.len());
            let visits = sweeps.saturating_mul(self.size() as u64);
            visits <= limits.search_steps.saturating_mul(TABLE_FACTOR)
        };
        if is_small {
            let table = self.table();
            let powers = index::exact(std::slice::from_ref(&table)).remove(0);
            return (from_table(&table, limits), powers, IndexMethod::Exact, None);
        }
        let (powers, orders) = sample::sampled(self, limits);
        let coalitions = search::search(self, &powers, limits);
        (coalitions, powers, IndexMethod::Sampled { orders, seed: limits.seed }, None)
    }
}

/// The least whole number that is a share of another.
fn part_of(total: u64, share: f64) -> u64 {
    // In millionths, so that a tenth is a tenth and the product stays whole.
    let share = u128::from(in_millionths(share));
    u64::try_from((u128::from(total) * share).div_ceil(1_000_000)).unwrap_or(total)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share between 0 and 1 in millionths"
)]
fn in_millionths(share: f64) -> u32 {
    (share.clamp(0.0, 1.0) * 1e6).round() as u32
}

fn millionths(part: u64, total: u64) -> u32 {
    let share = u128::from(part) * 1_000_000 / u128::from(total.max(1));
    u32::try_from(share).unwrap_or(1_000_000)
}

fn from_table(table: &CoalitionTable, limits: &Limits) -> Coalitions {
    let (all, _) = table.minimal(usize::MAX);
    let fewest = all.first().map_or(0, Vec::len);
    let smallest: Vec<Vec<usize>> =
        all.iter().take_while(|coalition| coalition.len() == fewest).cloned().collect();
    let (mut protectors, _) = table.dual().minimal(usize::MAX);
    let best = protectors.first().map_or(0, Vec::len);
    protectors.retain(|coalition| coalition.len() == best);
    protectors.truncate(limits.coalitions);
    Coalitions {
        smallest_is_complete: smallest.len() <= limits.coalitions,
        smallest: smallest.into_iter().take(limits.coalitions).collect(),
        minimal_is_complete: all.len() <= limits.coalitions,
        minimal: all.into_iter().take(limits.coalitions).collect(),
        protectors,
        reason: Reason::Exhausted { examined: 1 << table.players() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenth_of_a_count_is_rounded_up_and_not_by_the_noise_of_a_fraction() {
        assert_eq!(part_of(10, 0.9), 9);
        assert_eq!(part_of(1_000, 0.9), 900);
        assert_eq!(part_of(11, 0.5), 6);
        assert_eq!(part_of(7, 1.0), 7);
        assert_eq!(part_of(u64::MAX, 1.0), u64::MAX);
    }
}
