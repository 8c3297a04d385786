//! Whose joint refusal cuts a target off: the smallest coalitions of operators and of states, and the power of each.
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
//! Only networks on the ways out that [`WaysOut`] explores are players; the others cannot matter, which `valley_free` shows.

mod frontier;
mod game;
mod index;
mod sample;
mod smallest;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::assessment::routes::{
    Frontier, IndexMethod, LinkCut, Network, Player, PowerFindings, PowerGame, PowerIndex, Proof,
};
use demarche_case::{Asn, Country};

pub use frontier::{frontier, frontier_risk};

use crate::valley_free::{Sides, WaysOut, smallest_link_cut};
use crate::{AsIndex, Link, Topology};
use game::{Game, Part};
use index::Power;
use smallest::{Coalitions, EXACT_PLAYERS, Reason};
use table::CoalitionTable;

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// The ASes that announce the target; those that are not in the topology are left out.
    pub target: Vec<Asn>,
    /// The country of the target, for the networks at home.
    pub home: Option<Country>,
    /// Who is to hear nothing of the target; `None` for the core.
    pub from: Option<Vec<Asn>>,
    /// Who can refuse in the target's own country.
    pub at_home: AtHome,
    /// Links that are known to be false and are treated as if they did not exist, in either direction.
    pub doubted: Vec<(Asn, Asn)>,
    /// Networks whose operator decides for several together, by the operator's name; others decide for themselves.
    pub groups: BTreeMap<Asn, String>,
}

/// Who can refuse in the target's own country.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtHome {
    /// Nobody: only foreign networks and states can.
    Nobody,
    /// Networks of the country that do not announce the target.
    #[default]
    Carriers,
    /// All, also those that announce the target.
    ///
    /// Cut off then means that all origins that do not refuse are; that all origins refuse together is a shutdown from within, and counts.
    Everybody,
}

/// How much is listed and how long is searched.
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

/// Finds out whose joint refusal cuts the target off.
///
/// `network_of` says what is known of an AS.
/// The same question gives the same answer, sampled indices included.
pub fn power(
    topology: &Topology,
    question: &Question,
    network_of: impl Fn(Asn) -> Network,
    limits: &Limits,
) -> PowerFindings {
    let inquiry = Inquiry::new(topology, question, &network_of);
    let ways = inquiry
        .no_far_side()
        .is_none()
        .then(|| WaysOut::explore(&inquiry.sides, question.at_home == AtHome::Everybody));
    let ways = ways.unwrap_or_default();
    let link_cut = if inquiry.no_far_side().is_none() { inquiry.link_cut() } else { None };
    PowerFindings {
        cut_off_means: inquiry.cut_off_means(),
        core: inquiry.far.iter().map(|at| topology.asn(*at)).collect(),
        operators: inquiry.game(&ways, |at| inquiry.operator(at), limits),
        states: inquiry.game(&ways, |at| inquiry.state(at), limits),
        link_cut,
        frontier: inquiry.frontier(),
    }
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
        let doubted = question.doubted.iter().filter_map(|(one, other)| {
            Some(Link::new(topology.index(*one)?, topology.index(*other)?))
        });
        let sides = Sides::new(topology, found(&question.target), far.iter().copied(), doubted);
        Self { topology, question, network_of, sides, far }
    }

    /// Why there is nobody to be cut off from, where that is so.
    fn no_far_side(&self) -> Option<String> {
        let own = self.far.iter().find(|at| self.sides.target().contains(at));
        if self.sides.target().is_empty() {
            return Some("no network of the target is in the AS graph".to_owned());
        }
        match own {
            Some(own) if self.question.from.is_none() => {
                let own = self.topology.asn(*own);
                Some(format!(
                    "{own} of the target is itself one of the core networks and needs nobody's transit"
                ))
            }
            _ if self.sides.far().is_empty() => {
                Some("there is no network left that the target could be cut off from".to_owned())
            }
            _ => None,
        }
    }

    fn cut_off_means(&self) -> String {
        let count = self.far.len();
        let far = if self.question.from.is_some() {
            format!("the {count} networks named")
        } else {
            format!(
                "the {count} core networks, which buy transit from nobody and peer with each other,"
            )
        };
        let home = match self.question.at_home {
            AtHome::Nobody => "; networks of the target's own country never refuse",
            AtHome::Carriers => "",
            AtHome::Everybody => "; origins of the target that refuse do not count as cut off",
        };
        format!(
            "The target is cut off when none of {far} has a route to it any more, other than direct neighbours of the target that refuse it themselves{home}."
        )
    }

    fn is_at_home(&self, at: AsIndex, country: Option<Country>) -> bool {
        let of_home = self.question.home.is_some() && country == self.question.home;
        of_home || self.sides.target().contains(&at)
    }

    /// The network, unless it never refuses.
    fn refusing(&self, at: AsIndex) -> Option<Network> {
        let network = (self.network_of)(self.topology.asn(at));
        let never = self.question.at_home == AtHome::Nobody && self.is_at_home(at, network.country);
        (!never).then_some(network)
    }

    fn operator(&self, at: AsIndex) -> Option<Player> {
        let network = self.refusing(at)?;
        Some(match self.question.groups.get(&network.asn) {
            Some(label) => Player::Group { label: label.clone(), networks: Vec::new() },
            None => Player::Operator(network),
        })
    }

    fn state(&self, at: AsIndex) -> Option<Player> {
        let network = self.refusing(at)?;
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
            ways.steps.iter().map(|step| (step.at, player_of(step.at))).collect();
        let distinct: BTreeSet<&Player> = owners.values().flatten().collect();
        let numbered: Vec<&Player> = distinct.into_iter().collect();
        let number = |at: AsIndex| {
            let owner = owners.get(&at)?.as_ref()?;
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
        let Player::Group { label, .. } = player else { return player.clone() };
        let networks: BTreeSet<Asn> =
            steps.iter().map(|place| self.topology.asn(ways.steps[*place].at)).collect();
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
        indices.sort_by(|one, other| {
            let key = |index: &PowerIndex| (index.shapley_block, index.banzhaf_block);
            let ((one, one_too), (other, other_too)) = (key(one), key(other));
            other.total_cmp(&one).then(other_too.total_cmp(&one_too))
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
        path.iter().map(|at| self.topology.asn(*at)).collect()
    }

    fn proof(&self, ways: &WaysOut, reason: Reason) -> Proof {
        match reason {
            Reason::DisjointWays(found) => Proof::DisjointPaths(
                found.iter().map(|way| self.as_path(&ways.as_path(way))).collect(),
            ),
            Reason::Exhausted { examined } => Proof::Exhausted { examined },
            Reason::Bound { at_least, ratio } => Proof::Bound { at_least, ratio },
            Reason::NoCut(Some(way)) => {
                let path: Vec<String> =
                    self.as_path(&ways.as_path(&way)).iter().map(Asn::to_string).collect();
                Proof::NoCut(format!("nobody on the way {} can refuse", path.join(" – ")))
            }
            Reason::NoCut(None) => Proof::NoCut(self.no_far_side().unwrap_or_else(|| {
                "the AS graph shows no way from the target to these networks to begin with"
                    .to_owned()
            })),
        }
    }

    fn link_cut(&self) -> Option<LinkCut> {
        let cut = smallest_link_cut(&self.sides)?;
        let asn = |at| self.topology.asn(at);
        Some(LinkCut {
            links: cut.links.into_iter().map(|(near, far)| (asn(near), asn(far))).collect(),
            disjoint_paths: cut.ways.iter().map(|way| self.as_path(way)).collect(),
        })
    }

    fn frontier(&self) -> Frontier {
        let country = |at: &AsIndex| (self.network_of)(self.topology.asn(*at)).country;
        let mut domestic = self.sides.target().clone();
        if self.question.home.is_some() {
            let at_home = self.topology.ases().filter(|at| self.is_at_home(*at, country(at)));
            domestic.extend(at_home);
        }
        let gateways = frontier(self.topology, &domestic);
        Frontier {
            risk: frontier_risk(gateways.len()),
            gateways: gateways
                .into_iter()
                .map(|at| (self.network_of)(self.topology.asn(at)))
                .collect(),
        }
    }
}
