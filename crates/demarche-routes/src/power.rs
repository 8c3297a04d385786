//! The joint refusals that cut a target off: the smallest coalitions of operators and of states, and the power of each.
//!
//! # What "cut off" means
//!
//! The target T is the set of ASes that announce it. It is to be separated from a *far side*: the internet's core, [`Topology::core`], or ASes that the caller names.
//! An AS that *refuses* drops the target's routes and carries everybody else as before.
//! T is cut off when no AS of the far side, except those that refuse themselves, hears any announcement of T under Gao–Rexford export rules.
//! Far ASes that are not direct neighbours of T never refuse, even if their state does: they are what one is cut off from.
//! Far ASes that are direct neighbours may refuse, and have to, as they are on the line.
//! Networks that are only customers below the target are no way out to the core; they are neither players nor links that count.
//!
//! It is a statement about *capability*. Networks that peer with T or its neighbours below the core keep what they hear to their own customers and still reach T when it is cut off from the core.
//! Capacity, price, backup-only links and links that nobody observed are not known.
//!
//! # The games
//!
//! A coalition wins the game "block" when its joint refusal cuts T off, and the dual game "protect" when its consent alone leaves a way open, though all others refuse.
//! In one game the players are operators of single networks, or of groups of networks if the caller names groups; in the other, states, of which all networks refuse together.
//! A network of which no table gives the country is a player of its own there.
//! With a threshold a coalition wins that takes the far side from a share of the target, such as nine tenths of its addresses; see [`Question::share`].
//! Only networks on the ways out that [`WaysOut`] explores are players; the others cannot matter, which `valley_free` shows.

mod game;
mod index;
mod sample;
mod smallest;
mod table;
mod threshold;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use demarche_case::assessment::routes::{
    CutOff, CutUnit, FarSide, Frontier, FrontierRisk, IndexMethod, LinkCut, Network, NoCut, Player,
    PowerFindings, PowerGame, PowerIndex, Proof,
};
use demarche_case::{Asn, Country};

pub use demarche_case::assessment::routes::AtHome;

use crate::progress::{Cancelled, unless_cancelled};
use crate::valley_free::{Sides, WaysOut, smallest_link_cut};
use crate::{AsIndex, Link, Topology};
pub use game::Limits;
use game::{Game, Part};
use index::Power;
use smallest::{Coalitions, EXACT_PLAYERS, Reason};
use table::CoalitionTable;
use threshold::{Threshold, ThresholdGame, Ways};

/// The question of the games.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The ASes that announce the target; those that are not in the topology are left out.
    pub target: Vec<Asn>,
    /// The country of the target, for the networks at home.
    pub home: Option<Country>,
    /// The networks that are to hear nothing of the target; `None` for the core.
    pub from: Option<Vec<Asn>>,
    /// The networks that can refuse in the target's own country.
    pub at_home: AtHome,
    /// Links that are known to be false and are treated as if they did not exist, in either direction.
    pub doubted: Vec<(Asn, Asn)>,
    /// Networks whose operator decides for several together, by the operator's name; others decide for themselves.
    pub groups: BTreeMap<Asn, String>,
    /// The share of the target that has to lose the far side, above 0 to 1; `None` for all of it.
    ///
    /// Only origins that have a way to the far side before any refusal count.
    pub share: Option<f64>,
    /// IPv4 addresses of the target's networks, by which a share is counted; networks are counted where none has any.
    pub addresses: BTreeMap<Asn, u64>,
}

/// A target of more networks than this is asked about by a share of its addresses unless the user says otherwise.
pub const FEW_NETWORKS: usize = 10;

/// The share that is asked about for a target of many networks.
pub const MANY_SHARE: f64 = 0.9;

/// The share to ask about where the user names none: all of a target of few networks, nine tenths of one of many.
#[must_use]
pub const fn usual_share(networks: usize) -> Option<f64> {
    if networks > FEW_NETWORKS { Some(MANY_SHARE) } else { None }
}

/// Finds the coalitions whose joint refusal cuts the target off.
///
/// `network_of` returns the name and country of an AS.
/// `progress` is told of (done, of) before each game; a game itself is bounded by `limits`.
/// The same question gives the same answer, sampled indices included.
///
/// # Errors
///
/// [`Cancelled`] when `progress` breaks.
pub fn power(
    topology: &Topology,
    question: &Question,
    network_of: impl Fn(Asn) -> Network,
    limits: &Limits,
    mut progress: impl FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<PowerFindings, Cancelled> {
    unless_cancelled(progress(0, 2))?;
    let inquiry = Inquiry::new(topology, question, &network_of);
    let ways = match inquiry.no_far_side() {
        None => WaysOut::explore(&inquiry.sides, question.at_home == AtHome::Everybody),
        Some(_) => WaysOut::default(),
    };
    let link_cut = if inquiry.no_far_side().is_none() { inquiry.link_cut() } else { None };
    let each = inquiry.ways_of_each();
    let game = |player_of: &dyn Fn(AsIndex) -> Option<Player>| match &each {
        Some((ways, share)) => inquiry.threshold_game(ways, *share, player_of, limits),
        None => inquiry.game(&ways, player_of, limits),
    };
    let operators = game(&|index| inquiry.operator(index));
    unless_cancelled(progress(1, 2))?;
    let states = game(&|index| inquiry.state(index));
    Ok(PowerFindings {
        cut_off_means: inquiry.cut_off(),
        core: inquiry.far.iter().map(|index| topology.asn(*index)).collect(),
        operators,
        states,
        link_cut,
        frontier: inquiry.frontier(),
    })
}

/// Exact where every part has its table, sampled otherwise.
fn indices(
    game: &Game<'_>,
    parts: Vec<(Part, Option<CoalitionTable>)>,
    limits: &Limits,
) -> (Vec<Power>, IndexMethod) {
    let (parts, tables): (Vec<Part>, Vec<Option<CoalitionTable>>) = parts.into_iter().unzip();
    let Some(tables) = tables.into_iter().collect::<Option<Vec<_>>>() else {
        let (powers, orders) = sample::sampled(game, limits);
        return (powers, IndexMethod::Sampled { orders, seed: limits.seed });
    };
    let mut powers = vec![Power::default(); game.players()];
    for (part, of_part) in parts.iter().zip(index::exact(&tables)) {
        for (player, power) in part.players.iter().zip(of_part) {
            powers[*player] = power;
        }
    }
    (powers, IndexMethod::Exact)
}

/// A question with its sides found in the topology.
struct Inquiry<'a, N> {
    topology: &'a Topology,
    question: &'a Question,
    network_of: &'a N,
    sides: Sides<'a>,
    /// The far side as asked for, with what the target has in it.
    far: Vec<AsIndex>,
}

impl<'a, N: Fn(Asn) -> Network> Inquiry<'a, N> {
    fn new(topology: &'a Topology, question: &'a Question, network_of: &'a N) -> Self {
        let found = |asns: &[Asn]| -> Vec<AsIndex> {
            asns.iter().filter_map(|asn| topology.index(*asn)).collect()
        };
        let mut far = question.from.as_ref().map_or_else(|| topology.core(), |from| found(from));
        far.sort_unstable();
        far.dedup();
        let doubted = question.doubted.iter().filter_map(|(left, right)| {
            Some(Link::new(topology.index(*left)?, topology.index(*right)?))
        });
        let sides = Sides::new(topology, found(&question.target), far.iter().copied(), doubted);
        Self { topology, question, network_of, sides, far }
    }

    /// Returns the reason why there is no far side to be cut off from, if there is none.
    fn no_far_side(&self) -> Option<NoCut> {
        if self.sides.target().is_empty() {
            return Some(NoCut::TargetAbsent);
        }
        let in_core = self.far.iter().find(|index| self.sides.target().contains(index));
        match in_core {
            Some(index) if self.question.from.is_none() => {
                Some(NoCut::TargetInCore { network: self.topology.asn(*index) })
            }
            _ if self.sides.far().is_empty() => Some(NoCut::NoFarSide),
            _ => None,
        }
    }

    fn cut_off(&self) -> CutOff {
        let is_core = self.question.from.is_none();
        CutOff {
            far_side: if is_core { FarSide::Core } else { FarSide::Named },
            networks: self.far.len() as u64,
            at_home: self.question.at_home,
            share: self.question.share.unwrap_or(1.0),
            counted_in: if self.has_addresses() { CutUnit::Addresses } else { CutUnit::Networks },
        }
    }

    fn has_addresses(&self) -> bool {
        self.question
            .target
            .iter()
            .any(|asn| self.question.addresses.get(asn).is_some_and(|count| *count > 0))
    }

    /// The ways of each origin, and the share of them that counts, where less than the whole target is asked about.
    fn ways_of_each(&self) -> Option<(Ways, f64)> {
        let share = self.question.share.filter(|share| *share < 1.0)?;
        let by_addresses = self.has_addresses();
        let weight = |asn: &Asn| match by_addresses {
            true => self.question.addresses.get(asn).copied().unwrap_or(0),
            false => 1,
        };
        let known = self.question.target.iter();
        let weights = match self.no_far_side() {
            None => {
                known.filter_map(|asn| Some((self.topology.index(*asn)?, weight(asn)))).collect()
            }
            Some(_) => BTreeMap::new(),
        };
        let threshold = Threshold { weights };
        Some((Ways::explore(&self.sides, &threshold), share))
    }

    /// The player that decides a network of the game with a threshold; the target's own decide where they all can.
    fn decides(
        &self,
        index: AsIndex,
        player_of: &dyn Fn(AsIndex) -> Option<Player>,
    ) -> Option<Player> {
        let is_own = self.sides.target().contains(&index);
        if is_own && self.question.at_home != AtHome::Everybody { None } else { player_of(index) }
    }

    fn threshold_game(
        &self,
        ways: &Ways,
        share: f64,
        player_of: &dyn Fn(AsIndex) -> Option<Player>,
        limits: &Limits,
    ) -> PowerGame {
        let owners: BTreeMap<AsIndex, Option<Player>> = ways
            .networks()
            .into_iter()
            .map(|index| (index, self.decides(index, player_of)))
            .collect();
        let distinct: BTreeSet<&Player> = owners.values().flatten().collect();
        let numbered: Vec<&Player> = distinct.into_iter().collect();
        let number = |index: AsIndex| {
            let owner = owners.get(&index)?.as_ref()?;
            numbered.binary_search(&owner).ok()
        };
        let mut game = ThresholdGame::new(ways, share, numbered.len(), number);
        let (coalitions, powers, method, too_little) = game.solve(limits);
        let mut networks_of = vec![Vec::new(); numbered.len()];
        for index in owners.keys() {
            if let Some(player) = number(*index) {
                networks_of[player].push(*index);
            }
        }
        let shown = |(player, networks): (&&Player, Vec<AsIndex>)| {
            self.with_these(player, networks.into_iter())
        };
        let players: Vec<Player> = numbered.iter().zip(networks_of).map(shown).collect();
        let mut findings =
            self.as_findings(&WaysOut::default(), &players, coalitions, &powers, method);
        if let (Some(millionths), Proof::NoCut(_)) = (too_little, &findings.proof) {
            findings.proof = Proof::NoCut(NoCut::TooLittle { millionths });
        }
        findings
    }

    fn is_at_home(&self, index: AsIndex, country: Option<Country>) -> bool {
        let of_home = self.question.home.is_some() && country == self.question.home;
        of_home || self.sides.target().contains(&index)
    }

    /// The network, unless it never refuses.
    fn refusing(&self, index: AsIndex) -> Option<Network> {
        let network = (self.network_of)(self.topology.asn(index));
        let never =
            self.question.at_home == AtHome::Nobody && self.is_at_home(index, network.country);
        (!never).then_some(network)
    }

    fn operator(&self, index: AsIndex) -> Option<Player> {
        let network = self.refusing(index)?;
        Some(match self.question.groups.get(&network.asn) {
            Some(label) => Player::Group { label: label.clone(), networks: Vec::new() },
            None => Player::Operator(network),
        })
    }

    fn state(&self, index: AsIndex) -> Option<Player> {
        let network = self.refusing(index)?;
        // A registry's code for "no single country", such as EU, is no state that could decide for anybody.
        let state = network.country.filter(|country| country.name().is_some());
        Some(state.map_or_else(|| Player::Operator(network), Player::State))
    }

    fn game(
        &self,
        ways: &WaysOut,
        player_of: impl Fn(AsIndex) -> Option<Player>,
        limits: &Limits,
    ) -> PowerGame {
        let owners: BTreeMap<AsIndex, Option<Player>> =
            ways.steps.iter().map(|step| (step.index, player_of(step.index))).collect();
        let distinct: BTreeSet<&Player> = owners.values().flatten().collect();
        let numbered: Vec<&Player> = distinct.into_iter().collect();
        let number = |index: AsIndex| {
            let owner = owners.get(&index)?.as_ref()?;
            numbered.binary_search(&owner).ok()
        };
        let game = Game::new(ways, numbered.len(), number);
        let players: Vec<Player> = numbered
            .iter()
            .zip(&game.steps_of)
            .map(|(player, steps)| self.with_networks(player, ways, steps))
            .collect();
        let parts: Vec<(Part, Option<CoalitionTable>)> = game
            .parts()
            .into_iter()
            .map(|part| {
                let table = (part.players.len() <= EXACT_PLAYERS).then(|| part.game().table());
                (part, table)
            })
            .collect();
        let coalitions = smallest::coalitions(&game, &parts, limits);
        let can_be_cut = !matches!(coalitions.reason, Reason::NoCut(_));
        let (powers, method) = if can_be_cut {
            indices(&game, parts, limits)
        } else {
            (Vec::new(), IndexMethod::Exact)
        };
        self.as_findings(ways, &players, coalitions, &powers, method)
    }

    /// The player as it is shown: a group with those of its networks that are on the ways out.
    fn with_networks(&self, player: &Player, ways: &WaysOut, steps: &[usize]) -> Player {
        self.with_these(player, steps.iter().map(|position| ways.steps[*position].index))
    }

    fn with_these(&self, player: &Player, networks: impl Iterator<Item = AsIndex>) -> Player {
        let Player::Group { label, .. } = player else { return player.clone() };
        let networks: BTreeSet<Asn> = networks.map(|index| self.topology.asn(index)).collect();
        Player::Group { label: label.clone(), networks: networks.into_iter().collect() }
    }

    fn as_findings(
        &self,
        ways: &WaysOut,
        players: &[Player],
        coalitions: Coalitions,
        powers: &[Power],
        method: IndexMethod,
    ) -> PowerGame {
        let named = |list: Vec<Vec<usize>>| -> Vec<Vec<Player>> {
            let name = |coalition: Vec<usize>| {
                coalition.into_iter().map(|player| players[player].clone()).collect()
            };
            list.into_iter().map(name).collect()
        };
        let mut indices: Vec<PowerIndex> = players
            .iter()
            .zip(powers)
            .filter(|(_, power)| power.shapley > 0.0 || power.banzhaf > 0.0)
            .map(|(player, power)| PowerIndex {
                player: player.clone(),
                shapley_block: power.shapley,
                shapley_protect: power.shapley,
                banzhaf_block: power.banzhaf,
                banzhaf_protect: power.banzhaf,
                shapley_error: power.shapley_error,
                banzhaf_error: power.banzhaf_error,
            })
            .collect();
        // Players are in order already, and the sort keeps it where power is equal.
        indices.sort_by(|left, right| {
            let by_shapley = right.shapley_block.total_cmp(&left.shapley_block);
            by_shapley.then(right.banzhaf_block.total_cmp(&left.banzhaf_block))
        });
        PowerGame {
            smallest: named(coalitions.smallest),
            smallest_is_complete: coalitions.smallest_is_complete,
            minimal: named(coalitions.minimal),
            minimal_is_complete: coalitions.minimal_is_complete,
            protectors: named(coalitions.protectors),
            proof: self.proof(ways, coalitions.reason),
            method,
            indices,
            players: players.len() as u64,
        }
    }

    fn as_path(&self, path: &[AsIndex]) -> Vec<Asn> {
        path.iter().map(|index| self.topology.asn(*index)).collect()
    }

    fn proof(&self, ways: &WaysOut, reason: Reason) -> Proof {
        match reason {
            Reason::DisjointWays(found) => Proof::DisjointPaths(
                found.iter().map(|path| self.as_path(&ways.as_path(path))).collect(),
            ),
            Reason::Exhausted { examined } => Proof::Exhausted { examined },
            Reason::Bound { at_least, ratio } => Proof::Bound { at_least, ratio },
            Reason::NoCut(Some(path)) => {
                Proof::NoCut(NoCut::OpenWay { path: self.as_path(&ways.as_path(&path)) })
            }
            Reason::NoCut(None) => Proof::NoCut(self.no_far_side().unwrap_or(NoCut::NoWay)),
        }
    }

    fn link_cut(&self) -> Option<LinkCut> {
        let cut = smallest_link_cut(&self.sides)?;
        let asn = |index| self.topology.asn(index);
        Some(LinkCut {
            links: cut.links.into_iter().map(|(near, far)| (asn(near), asn(far))).collect(),
            disjoint_paths: cut.ways.iter().map(|path| self.as_path(path)).collect(),
        })
    }

    fn frontier(&self) -> Frontier {
        let country = |index: &AsIndex| (self.network_of)(self.topology.asn(*index)).country;
        let mut domestic = self.sides.target().clone();
        if self.question.home.is_some() {
            let at_home =
                self.topology.ases().filter(|index| self.is_at_home(*index, country(index)));
            domestic.extend(at_home);
        }
        let gateways = frontier(self.topology, &domestic);
        Frontier {
            risk: frontier_risk(gateways.len()),
            gateways: gateways
                .into_iter()
                .map(|index| (self.network_of)(self.topology.asn(index)))
                .collect(),
        }
    }
}

/// The foreign providers and peers of domestic networks, in order of AS numbers.
///
/// Foreign customers do not count, as they give no way out.
/// Cowie's figure of 2012 counts the foreign providers that observed routes pass; on inferred links it is an upper estimate, for a peer or a backup link may carry nothing.
fn frontier(topology: &Topology, domestic: &BTreeSet<AsIndex>) -> Vec<AsIndex> {
    let gateways: BTreeSet<AsIndex> = domestic
        .iter()
        .flat_map(|index| topology.providers(*index).iter().chain(topology.peers(*index)))
        .filter(|index| !domestic.contains(index))
        .copied()
        .collect();
    gateways.into_iter().collect()
}

/// The published risk of disconnection by number of gateways: severe for one or two, significant for three to ten.
///
/// `None` for none, where the data show no connection at all, and above ten, where the bands were not verified.
///
/// Source: Cowie (2012), "Could it happen in your country?", Renesys.
const fn frontier_risk(gateways: usize) -> Option<FrontierRisk> {
    match gateways {
        1..=2 => Some(FrontierRisk::Severe),
        3..=10 => Some(FrontierRisk::Significant),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_bands_end_at_ten() {
        assert_eq!(frontier_risk(0), None);
        assert_eq!(frontier_risk(2), Some(FrontierRisk::Severe));
        assert_eq!(frontier_risk(3), Some(FrontierRisk::Significant));
        assert_eq!(frontier_risk(10), Some(FrontierRisk::Significant));
        assert_eq!(frontier_risk(11), None);
    }
}
