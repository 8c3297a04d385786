//! The state of each path: all that its further course can add to the answer.
//!
//! Most paths of a batch have passed the same of the groups that are followed. Each such state is kept once, so that a vantage point adds up weights by state and looks at the groups of each state once.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::carriers::Carriers;
use super::followed::Bits;
use super::scene::Scene;
use crate::AsIndex;
use crate::propagate::{
    Kept, KeptPick, LANES, RouteClass, Sweep, each_lane, row, row_mut, two_rows,
};

/// What a path has passed up to and with its newest network; the origin does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    pub(crate) networks: Bits,
    pub(crate) operators: Bits,
    pub(crate) countries: Bits,
    /// The list of the networks to which credit goes, see [`States::credited`].
    pub(crate) credited: u32,
    /// A network on the path has a customer route: from here on the path counts for transit influence.
    pub(crate) counts: bool,
    /// The network over which the path enters the target's country.
    pub(crate) entry: AsIndex,
}

/// The state of a path that is at its origin still, always the first.
const AT_ORIGIN: u32 = 0;
static ALL_AT_ORIGIN: [u32; LANES] = [AT_ORIGIN; LANES];

/// A followed network with a customer route, its hops, and the list that it continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Credit {
    before: u32,
    group: u8,
    hops: u32,
}

/// The states of one batch.
#[derive(Default)]
pub(crate) struct States {
    pub(crate) all: Vec<State>,
    known: HashMap<State, u32, FixedState>,
    credits: Vec<Credit>,
    known_credits: HashMap<Credit, u32, FixedState>,
    /// By transit slot and lane.
    of_transit: Vec<u32>,
    /// For the pick at hand: what each state becomes, where the stamp is that of the pick.
    becomes: Vec<(u32, u32)>,
}

impl States {
    /// Follows all paths of a batch from their origins outwards.
    pub(crate) fn follow(
        &mut self,
        scene: &Scene<'_>,
        carriers: &Carriers<'_>,
        sweep: &Sweep<'_>,
        kept: &Kept,
    ) {
        self.reset(sweep);
        let mut of_transit = std::mem::take(&mut self.of_transit);
        let mut stamp = 0;
        for pick in &kept.picks {
            let Some(slot) = sweep.transit_slot(pick.index) else { continue };
            stamp += 1;
            let (before, states) = match sweep.transit_slot(pick.via) {
                Some(via) => two_rows(&mut of_transit, via, slot),
                None => (&ALL_AT_ORIGIN[..], row_mut(&mut of_transit, slot)),
            };
            each_lane(&pick.lanes, |lane| {
                states[lane] = self.next(scene, carriers, pick, before[lane], stamp);
            });
        }
        self.of_transit = of_transit;
    }

    fn reset(&mut self, sweep: &Sweep<'_>) {
        let at_origin = State {
            networks: Bits::NONE,
            operators: Bits::NONE,
            countries: Bits::NONE,
            credited: 0,
            counts: false,
            entry: AsIndex::NONE,
        };
        self.all.clear();
        self.all.push(at_origin);
        self.known.clear();
        self.known.insert(at_origin, AT_ORIGIN);
        self.credits.clear();
        self.credits.push(Credit { before: 0, group: u8::MAX, hops: 1 });
        self.known_credits.clear();
        self.of_transit.clear();
        self.of_transit.resize(sweep.transit() * LANES, AT_ORIGIN);
        self.becomes.clear();
        self.becomes.push((0, 0));
    }

    /// The states of a network by lane; an origin without customers is at the origin in all of its lanes.
    pub(crate) fn row(&self, sweep: &Sweep<'_>, index: AsIndex) -> &[u32] {
        sweep.transit_slot(index).map_or(&ALL_AT_ORIGIN, |slot| row(&self.of_transit, slot))
    }

    /// The state of a path after one network more.
    fn next(
        &mut self,
        scene: &Scene<'_>,
        carriers: &Carriers<'_>,
        pick: &KeptPick,
        before: u32,
        stamp: u32,
    ) -> u32 {
        let (known_stamp, known) = self.becomes[before as usize];
        if known_stamp == stamp {
            return known;
        }
        let old = self.all[before as usize];
        let network = carriers.networks.bit(pick.index);
        let is_customer = pick.class == RouteClass::Customer;
        let credited = match network.first().filter(|_| is_customer) {
            Some(group) => self.credit(Credit { before: old.credited, group, hops: pick.hops }),
            None => old.credited,
        };
        let state = State {
            networks: old.networks | network,
            operators: old.operators | carriers.operators.bit(pick.index),
            countries: old.countries | carriers.countries.bit(pick.index),
            credited,
            counts: is_customer || old.counts,
            entry: scene.entry(old.entry, pick.index),
        };
        let new = number(self.all.len());
        let found = *self.known.entry(state).or_insert(new);
        if found == new {
            self.all.push(state);
            self.becomes.push((0, 0));
        }
        self.becomes[before as usize] = (stamp, found);
        found
    }

    fn credit(&mut self, credit: Credit) -> u32 {
        let new = number(self.credits.len());
        let found = *self.known_credits.entry(credit).or_insert(new);
        if found == new {
            self.credits.push(credit);
        }
        found
    }

    /// The followed networks to which a state gives credit, each with its hops to the origin.
    pub(crate) fn credited(&self, state: &State) -> impl Iterator<Item = (usize, u32)> + '_ {
        let list = |position: u32| (position > 0).then(|| self.credits[position as usize]);
        std::iter::successors(list(state.credited), move |credit| list(credit.before))
            .map(|credit| (usize::from(credit.group), credit.hops))
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).expect("a batch has fewer networks times lanes than that")
}

impl Scene<'_> {
    /// A route that leaves the country and comes back enters where it last does, nearest the target.
    pub(crate) fn entry(&self, before: AsIndex, index: AsIndex) -> AsIndex {
        let enters = before == AsIndex::NONE && !self.domestic[index.get()];
        if enters { index } else { before }
    }
}
