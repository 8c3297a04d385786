//! The smallest winning coalitions, and why no smaller one wins.
//!
//! A game whose ways out fall into parts that share no player is won by winning each part, so that each part is looked at by itself.
//! Up to [`EXACT_PLAYERS`] players in a part, all minimal coalitions are read off the table of all coalitions.
//! Beyond that:
//! - Where each player is one step, a smallest coalition is a smallest vertex cut, found by maximum flow, and by Menger's theorem as many ways share no player: the proof.
//! - Where a player has several steps (a state, or an AS that is both climbing and descending), finding a smallest coalition is NP-hard (Erlebach et al. prove it APX-hard for two steps an AS).
//!   Then the search is by iterative deepening: take an open way, let each of its players refuse in turn, and give up where ways that share no player already need more refusals than are left.
//!   Whatever size the search has ruled out is a proven lower bound.
//!   If it runs out of its allowance, the cut of the flow through separate steps is given, less what it does not need, with the bound:
//!   with at most two steps a player it has at most twice the smallest size, the 2-approximation of Erlebach et al.

use std::collections::{BTreeSet, VecDeque};

use demarche_case::number::float;

use super::game::{Game, Limits, Part};
use super::table::CoalitionTable;
use crate::max_flow::{FlowNetwork, UNCUTTABLE, Unbounded};

/// A table of all coalitions is made up to this many players: 2^22 bits are 512 KiB.
pub(crate) const EXACT_PLAYERS: usize = 22;

/// Coalitions of more members are not searched for, as nobody could use a list of them: the one that flow finds is given.
const LONGEST_LISTED: usize = 48;

/// The reason why a smallest coalition is smallest, in steps.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reason {
    /// This many ways share no player.
    DisjointWays(Vec<Vec<usize>>),
    Exhausted {
        examined: u64,
    },
    Bound {
        at_least: u64,
        ratio: f64,
    },
    /// A way without players, or nothing where no way exists to begin with.
    NoCut(Option<Vec<usize>>),
}

/// The coalitions of a game, by player numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Coalitions {
    pub(crate) smallest: Vec<Vec<usize>>,
    pub(crate) smallest_is_complete: bool,
    pub(crate) minimal: Vec<Vec<usize>>,
    pub(crate) minimal_is_complete: bool,
    pub(crate) protectors: Vec<Vec<usize>>,
    pub(crate) reason: Reason,
}

impl Coalitions {
    pub(crate) fn none(way: Option<Vec<usize>>) -> Self {
        Self {
            smallest: Vec::new(),
            smallest_is_complete: true,
            minimal: Vec::new(),
            minimal_is_complete: true,
            protectors: Vec::new(),
            reason: Reason::NoCut(way),
        }
    }
}

/// Finds the coalitions of a game from its parts, each with its table where it is small enough for one.
pub(crate) fn coalitions(
    game: &Game<'_>,
    parts: &[(Part, Option<CoalitionTable>)],
    limits: &Limits,
) -> Coalitions {
    let nobody = vec![false; game.players()];
    let everybody = vec![true; game.players()];
    if game.open_way(&nobody).is_none() {
        return Coalitions::none(None);
    }
    if let Some(way) = game.open_way(&everybody) {
        return Coalitions::none(Some(way));
    }
    let of_part = |(part, table): &(Part, Option<CoalitionTable>)| {
        let game = part.game();
        let found = match table {
            Some(table) => from_table(&game, table, limits),
            None => searched(&game, limits),
        };
        found.renumbered(part)
    };
    let mut found = parts.iter().map(of_part);
    let first = found.next().unwrap_or_else(|| Coalitions::none(None));
    found.fold(first, |left, right| left.and(right, limits.coalitions))
}

impl Coalitions {
    /// The same in the numbers of the whole game.
    fn renumbered(mut self, part: &Part) -> Self {
        for list in [&mut self.smallest, &mut self.minimal, &mut self.protectors] {
            for player in list.iter_mut().flatten() {
                *player = part.players[*player];
            }
        }
        if let Reason::DisjointWays(ways) = &mut self.reason {
            for step in ways.iter_mut().flatten() {
                *step = part.steps[*step];
            }
        }
        self
    }

    /// Joins the coalitions of two parts, which win where both do; to keep a way open in one of them is enough to protect.
    fn and(self, right: Self, limit: usize) -> Self {
        let (smallest, all_smallest) = pairs(&self.smallest, &right.smallest, limit);
        let (minimal, all_minimal) = pairs(&self.minimal, &right.minimal, limit);
        let fewest = |list: &[Vec<usize>]| list.first().map_or(usize::MAX, Vec::len);
        let best = fewest(&self.protectors).min(fewest(&right.protectors));
        let mut protectors = self.protectors;
        protectors.extend(right.protectors);
        protectors.retain(|coalition| coalition.len() == best);
        protectors.sort_unstable();
        protectors.truncate(limit);
        let sizes = [fewest(&self.smallest), fewest(&right.smallest)];
        Self {
            smallest,
            smallest_is_complete: self.smallest_is_complete
                && right.smallest_is_complete
                && all_smallest,
            minimal,
            minimal_is_complete: self.minimal_is_complete
                && right.minimal_is_complete
                && all_minimal,
            protectors,
            reason: self.reason.and(right.reason, sizes),
        }
    }
}

/// One coalition of each list together, the smallest first; the flag says whether these are all.
fn pairs(lefts: &[Vec<usize>], rights: &[Vec<usize>], limit: usize) -> (Vec<Vec<usize>>, bool) {
    let union = |(left, right): (&Vec<usize>, &Vec<usize>)| {
        let mut union = [left.as_slice(), right].concat();
        union.sort_unstable();
        union
    };
    let mut all: Vec<Vec<usize>> = lefts
        .iter()
        .flat_map(|left| rights.iter().map(move |right| (left, right)))
        .map(union)
        .collect();
    all.sort_unstable_by(|left, right| (left.len(), left).cmp(&(right.len(), right)));
    let complete = all.len() <= limit;
    all.truncate(limit);
    (all, complete)
}

impl Reason {
    /// Returns the reason why the smallest coalitions of two parts, of these sizes, are smallest together.
    fn and(self, right: Self, sizes: [usize; 2]) -> Self {
        match (self, right) {
            (Self::DisjointWays(mut ways), Self::DisjointWays(rights)) => {
                ways.extend(rights);
                Self::DisjointWays(ways)
            }
            (Self::NoCut(way), _) | (_, Self::NoCut(way)) => Self::NoCut(way),
            (left, right) if left.ratio() > 1.0 || right.ratio() > 1.0 => {
                let at_least = left.at_least(sizes[0]) + right.at_least(sizes[1]);
                let found = (sizes[0] + sizes[1]) as u64;
                Self::Bound { at_least, ratio: float(found) / float(at_least.max(1)) }
            }
            (left, right) => Self::Exhausted { examined: left.examined() + right.examined() },
        }
    }

    const fn ratio(&self) -> f64 {
        if let Self::Bound { ratio, .. } = self { *ratio } else { 1.0 }
    }

    const fn at_least(&self, size: usize) -> u64 {
        if let Self::Bound { at_least, .. } = self { *at_least } else { size as u64 }
    }

    const fn examined(&self) -> u64 {
        if let Self::Exhausted { examined } = self { *examined } else { 0 }
    }
}

fn from_table(game: &Game<'_>, table: &CoalitionTable, limits: &Limits) -> Coalitions {
    let (all, _) = table.minimal(usize::MAX);
    let size = all.first().map_or(0, Vec::len);
    let same_size = all.iter().take_while(|coalition| coalition.len() == size).count();
    let (keepers, _) = table.dual().minimal(usize::MAX);
    let fewest = keepers.first().map_or(0, Vec::len);
    let protectors = keepers.into_iter().take_while(|coalition| coalition.len() == fewest);
    let reason = disjoint_ways(game, size)
        .map_or(Reason::Exhausted { examined: 1 << table.players() }, Reason::DisjointWays);
    Coalitions {
        smallest: all.iter().take(same_size.min(limits.coalitions)).cloned().collect(),
        smallest_is_complete: same_size <= limits.coalitions,
        minimal_is_complete: all.len() <= limits.coalitions,
        protectors: protectors.take(limits.coalitions).collect(),
        minimal: all.into_iter().take(limits.coalitions).collect(),
        reason,
    }
}

/// `size` ways that share no player, if they are found: for certain where each player is one step.
fn disjoint_ways(game: &Game<'_>, size: usize) -> Option<Vec<Vec<usize>>> {
    let nobody = vec![false; game.players()];
    let mut ways = packing(game, &nobody, &nobody)?;
    if ways.len() < size && single_steps(game) {
        ways = flow(game, &nobody, &nobody).ok()?.ways;
    }
    (ways.len() == size).then_some(ways)
}

fn single_steps(game: &Game<'_>) -> bool {
    game.steps_of.iter().all(|steps| steps.len() <= 1)
}

/// The largest flow through steps that each let one way pass, and its cut.
struct Flow {
    size: u64,
    cut: Vec<usize>,
    ways: Vec<Vec<usize>>,
}

/// Refusing players' steps are gone; steps of players in `keeps` and of nobody can't be cut.
fn flow(game: &Game<'_>, refuses: &[bool], keeps: &[bool]) -> Result<Flow, Unbounded> {
    let steps = &game.ways.steps;
    let (source, sink) = (2 * steps.len(), 2 * steps.len() + 1);
    let mut network = FlowNetwork::new(2 * steps.len() + 2);
    let mut inner = Vec::new();
    for (position, step) in steps.iter().enumerate() {
        let capacity = match game.player[position] {
            Some(player) if refuses[player] => continue,
            Some(player) if !keeps[player] => 1,
            _ => UNCUTTABLE,
        };
        inner.push((network.arc(2 * position, 2 * position + 1, capacity), position));
        if step.entry.is_some() {
            network.arc(source, 2 * position, UNCUTTABLE);
        }
        if step.exit.is_some() {
            network.arc(2 * position + 1, sink, UNCUTTABLE);
        }
        for next in &step.next {
            network.arc(2 * position + 1, 2 * next, UNCUTTABLE);
        }
    }
    let size = network.maximize(source, sink)?;
    let cut = network.cut(source);
    let cut = inner
        .iter()
        .filter(|(arc, _)| cut.binary_search(arc).is_ok())
        .filter_map(|(_, position)| game.player[*position])
        .collect();
    let ways = network
        .paths(source, sink)
        .into_iter()
        .map(|path| path.into_iter().filter(|node| node % 2 == 0 && *node < source))
        .map(|path| path.map(|node| node / 2).collect())
        .collect();
    Ok(Flow { size, cut, ways })
}

/// Ways that share no player outside `keeps`, shortest first; `None` where a way has no such player.
fn packing(game: &Game<'_>, refuses: &[bool], keeps: &[bool]) -> Option<Vec<Vec<usize>>> {
    let mut used = refuses.to_vec();
    let mut ways = Vec::new();
    while let Some(way) = game.open_way(&used) {
        let mut players = game.players_of(&way);
        players.retain(|player| !keeps[*player]);
        if players.is_empty() {
            return None;
        }
        for player in players {
            used[player] = true;
        }
        ways.push(way);
    }
    Some(ways)
}

fn searched(game: &Game<'_>, limits: &Limits) -> Coalitions {
    let nobody = vec![false; game.players()];
    let (Ok(flow), Some(packed)) = (flow(game, &nobody, &nobody), packing(game, &nobody, &nobody))
    else {
        return Coalitions::none(None); // not reached: that all together cut the target off was checked
    };
    let single = single_steps(game);
    let most_steps = game.steps_of.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let at_least = if single {
        flow.ways.len()
    } else {
        packed.len().max(flow.ways.len().div_ceil(most_steps))
    };
    let found = without_spare(game, flow.cut);
    let mut search = Search::new(game, single, limits);
    let mut lower = at_least;
    let mut smallest = Vec::new();
    let mut complete = false;
    while lower <= found.len().min(LONGEST_LISTED) && smallest.is_empty() {
        complete = search.run(lower);
        smallest.clone_from(&search.found);
        if !complete {
            break;
        }
        lower += usize::from(smallest.is_empty());
    }
    if smallest.is_empty() {
        smallest.push(found);
    }
    let size = smallest.first().map_or(0, Vec::len);
    let reason = if single {
        Reason::DisjointWays(flow.ways)
    } else if packed.len() == size {
        Reason::DisjointWays(packed)
    } else if lower >= size && lower > at_least {
        Reason::Exhausted { examined: search.examined }
    } else {
        let ratio = float(size) / float(lower.max(1));
        Reason::Bound { at_least: lower as u64, ratio }
    };
    smallest.sort_unstable();
    let (minimal, minimal_is_complete) = larger(&mut search, &smallest, complete, limits);
    Coalitions {
        smallest,
        smallest_is_complete: complete,
        minimal,
        minimal_is_complete,
        protectors: protectors(game, limits),
        reason,
    }
}

/// Goes on to larger minimal coalitions as far as the allowance lasts.
fn larger(
    search: &mut Search<'_>,
    smallest: &[Vec<usize>],
    complete: bool,
    limits: &Limits,
) -> (Vec<Vec<usize>>, bool) {
    let mut minimal = smallest.to_vec();
    let mut size = smallest.first().map_or(0, Vec::len);
    let mut complete = complete;
    while complete && search.is_bounded && size < LONGEST_LISTED {
        size += 1;
        search.limit = limits.coalitions.saturating_sub(minimal.len());
        complete = search.run(size);
        search.found.sort_unstable();
        minimal.append(&mut search.found);
    }
    (minimal, complete && !search.is_bounded)
}

/// Drops members, last first, as long as the rest still wins.
fn without_spare(game: &Game<'_>, coalition: Vec<usize>) -> Vec<usize> {
    let mut refuses = vec![false; game.players()];
    let mut members: BTreeSet<usize> = coalition.into_iter().collect();
    for member in &members {
        refuses[*member] = true;
    }
    for member in members.clone().into_iter().rev() {
        refuses[member] = false;
        if game.open_way(&refuses).is_some() {
            refuses[member] = true;
        } else {
            members.remove(&member);
        }
    }
    members.into_iter().collect()
}

/// A search for all minimal winning coalitions of one size.
struct Search<'g> {
    game: &'g Game<'g>,
    single: bool,
    refuses: Vec<bool>,
    /// Players that were tried before at this place, so that each coalition is met once.
    keeps: Vec<bool>,
    members: Vec<usize>,
    size: usize,
    found: Vec<Vec<usize>>,
    limit: usize,
    examined: u64,
    allowance: u64,
    /// A branch was given up because its coalitions are larger than the size asked for.
    is_bounded: bool,
}

impl<'g> Search<'g> {
    fn new(game: &'g Game<'g>, single: bool, limits: &Limits) -> Self {
        let nobody = vec![false; game.players()];
        let cost = game.size() as u64 + 1;
        Self {
            game,
            single,
            refuses: nobody.clone(),
            keeps: nobody,
            members: Vec::new(),
            size: 0,
            found: Vec::new(),
            limit: limits.coalitions,
            examined: 0,
            allowance: (limits.search_steps / cost).max(1),
            is_bounded: false,
        }
    }

    /// Lists the minimal coalitions of a size; `false` if it stopped before all were listed.
    fn run(&mut self, size: usize) -> bool {
        self.size = size;
        self.found.clear();
        self.is_bounded = false;
        self.visit()
    }

    fn visit(&mut self) -> bool {
        self.examined += 1;
        if self.examined > self.allowance {
            return false;
        }
        let Some(way) = self.game.open_way(&self.refuses) else {
            return self.record();
        };
        match self.needed() {
            None => return true,
            Some(needed) if self.members.len() + needed > self.size => {
                self.is_bounded = true;
                return true;
            }
            Some(_) => {}
        }
        let mut candidates = self.game.players_of(&way);
        candidates.retain(|player| !self.keeps[*player]);
        let mut complete = true;
        for player in &candidates {
            self.refuses[*player] = true;
            self.members.push(*player);
            complete = complete && self.visit();
            self.members.pop();
            self.refuses[*player] = false;
            self.keeps[*player] = true;
        }
        for player in candidates {
            self.keeps[player] = false;
        }
        complete
    }

    /// Returns the fewest refusals that are still needed; `None` where those who may not refuse any more leave a way open.
    fn needed(&self) -> Option<usize> {
        if self.single {
            let flow = flow(self.game, &self.refuses, &self.keeps).ok()?;
            return usize::try_from(flow.size).ok();
        }
        packing(self.game, &self.refuses, &self.keeps).map(|ways| ways.len())
    }

    fn record(&mut self) -> bool {
        if self.members.len() < self.size || !self.is_minimal() {
            return true;
        }
        if self.found.len() >= self.limit {
            return false;
        }
        let mut members = self.members.clone();
        members.sort_unstable();
        self.found.push(members);
        true
    }

    fn is_minimal(&mut self) -> bool {
        for position in 0..self.members.len() {
            let member = self.members[position];
            self.refuses[member] = false;
            let spare = self.game.open_way(&self.refuses).is_none();
            self.refuses[member] = true;
            if spare {
                return false;
            }
        }
        true
    }
}

/// The smallest sets of players that make up a way, by breadth-first search over steps and the players met so far.
///
/// Empty where the search would take more than [`Limits::search_steps`].
fn protectors(game: &Game<'_>, limits: &Limits) -> Vec<Vec<usize>> {
    type State = (usize, BTreeSet<usize>);
    let steps = &game.ways.steps;
    let mut found: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
    let mut met: BTreeSet<State> = BTreeSet::new();
    let mut open: VecDeque<State> = VecDeque::new();
    let allowance = limits.search_steps / 100; // a state costs far more than following a link
    let mut spent = 0;
    let mut enter = |position: usize, mut players: BTreeSet<usize>, open: &mut VecDeque<State>| {
        let before = players.len();
        players.extend(game.player[position]);
        let grown = players.len() > before;
        if met.insert((position, players.clone())) {
            // Fewer players first: a step that adds nobody comes before all that add one.
            if grown {
                open.push_back((position, players));
            } else {
                open.push_front((position, players));
            }
        }
    };
    for position in (0..steps.len()).filter(|position| steps[*position].entry.is_some()) {
        enter(position, BTreeSet::new(), &mut open);
    }
    while let Some((position, players)) = open.pop_front() {
        spent += 1 + steps[position].next.len() as u64;
        if found.first().is_some_and(|fewest| fewest.len() < players.len()) || spent > allowance {
            break;
        }
        if steps[position].exit.is_some() {
            found.insert(players);
            continue;
        }
        for next in &steps[position].next {
            enter(*next, players.clone(), &mut open);
        }
    }
    found.into_iter().take(limits.coalitions).map(|players| players.into_iter().collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::index;
    use super::super::sample::sampled;
    use super::*;
    use crate::AsIndex;
    use crate::valley_free::{Role, Step, WaysOut};

    /// Any graph of up to ten steps, and up to seven players that have some of them.
    fn any_game(
        u: &mut arbtest::arbitrary::Unstructured<'_>,
    ) -> arbtest::arbitrary::Result<(WaysOut, Vec<Option<usize>>)> {
        let count = u.int_in_range(1..=10)?;
        let mut steps = Vec::new();
        for position in 0..count {
            let index = AsIndex::new(position);
            let mut next: Vec<usize> = (0..u.int_in_range(0..=3)?)
                .map(|_| u.choose_index(count))
                .collect::<Result<_, _>>()?;
            next.sort_unstable();
            next.dedup();
            let exit = u.ratio(1, 4)?.then_some(index);
            let entry = u.ratio(1, 3)?.then_some(index);
            steps.push(Step { index, role: Role::Climbing, next, exit, entry });
        }
        let owner = |u: &mut arbtest::arbitrary::Unstructured<'_>| {
            Ok(if u.ratio(1, 8)? { None } else { Some(u.int_in_range(0..=6)?) })
        };
        let owners = (0..count).map(|_| owner(u)).collect::<Result<_, _>>()?;
        Ok((WaysOut { steps }, owners))
    }

    #[test]
    fn the_search_finds_what_the_table_shows() {
        arbtest::arbtest(|u| {
            let (ways, owners) = any_game(u)?;
            let game = Game::new(&ways, 7, |index| owners[index.get()]);
            let limits = Limits::default();
            let cut = |with_tables: bool, limits: &Limits| {
                let parts = game.parts().into_iter().map(|part| {
                    let table = with_tables.then(|| part.game().table());
                    (part, table)
                });
                coalitions(&game, &parts.collect::<Vec<_>>(), limits)
            };
            let shown = cut(true, &limits);
            if !matches!(shown.reason, Reason::NoCut(_)) {
                let direct = game.table().minimal(usize::MAX).0;
                assert_eq!(shown.minimal, direct, "parts and the whole");
            }
            let found = cut(false, &limits);
            assert_eq!(found.smallest, shown.smallest);
            assert_eq!(found.minimal, shown.minimal);
            assert_eq!(found.protectors, shown.protectors);
            assert!(found.minimal_is_complete && found.smallest_is_complete);
            let tight = Limits { search_steps: 1, ..limits };
            let bounded = cut(false, &tight);
            if let Reason::Bound { at_least, ratio } = bounded.reason {
                let size = shown.smallest[0].len();
                assert!(at_least <= size as u64);
                assert!(bounded.smallest[0].len() as f64 <= ratio * size as f64 + 1e-9);
            }
            Ok(())
        })
        .budget_ms(1_000);
    }

    #[test]
    fn samples_are_close_to_the_exact_indices() {
        arbtest::arbtest(|u| {
            let (ways, owners) = any_game(u)?;
            let game = Game::new(&ways, 7, |index| owners[index.get()]);
            if game.open_way(&[true; 7]).is_some() || game.open_way(&[false; 7]).is_none() {
                return Ok(());
            }
            let exact = index::exact(&[game.table()]).concat();
            let limits = Limits { orders: 8192, error: 0.0, ..Limits::default() };
            let (samples, orders) = sampled(&game, &limits);
            assert_eq!(orders, 8192);
            for (sample, exact) in samples.iter().zip(exact) {
                // Three half-widths are six standard deviations: no failure in a lifetime of runs.
                assert!((sample.shapley - exact.shapley).abs() < 3.0 * sample.shapley_error);
                assert!((sample.banzhaf - exact.banzhaf).abs() < 3.0 * sample.banzhaf_error);
            }
            Ok(())
        })
        .budget_ms(1_000);
    }
}
