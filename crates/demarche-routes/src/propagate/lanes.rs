//! Hundreds of propagations at once, one bit each.
//!
//! A *lane* is one question: the routes to one origin under one [`Restriction`].
//! A batch holds up to 64·`W` lanes, and a [`Mask`] has one bit for each, so that one pass over the graph answers all of them:
//! the multi-source breadth-first search of Then et al., "The More the Merrier: Efficient Multi-Source Graph Traversal" (PVLDB 8(4), 2014), run three times, up, across and down.
//! At each level the ASes push in ascending order, so the first to reach a neighbour in a lane is its lowest next hop, and
//! `new = frontier[from] & !seen[to]` is the set of lanes in which `to` picks `from`, at this length and of this class.
//!
//! Every such set is handed to a [`Sink`] once, so the two billion routes of the internet of 2014 are all known exactly and none need be kept.
//! Only an AS with customers passes routes on (7,000 of 46,000), so the frontiers cover those alone and stay in the cache.

use std::collections::BTreeMap;

use super::tree::{Restriction, RouteClass};
use crate::{AsIndex, Topology};

/// One bit for each lane of a batch; lane `i` is bit `i % 64` of word `i / 64`.
pub type Mask<const W: usize> = [u64; W];

/// One question: who has which route to an origin under a restriction.
#[derive(Clone, Copy, Debug)]
pub struct Lane<'a> {
    /// The announcing AS.
    pub origin: AsIndex,
    /// The ASes and links that routes may not use.
    pub restriction: &'a Restriction,
}

/// The same route picked in some lanes of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picked<'a, const W: usize> {
    /// The AS that picks the route.
    pub index: AsIndex,
    /// The AS that passed the route on.
    pub via: AsIndex,
    /// Links to the origin, at least 1.
    pub hops: u32,
    /// From whom it came: never [`RouteClass::Origin`].
    pub class: RouteClass,
    /// The link used, its direction included: below [`Sweep::edges`].
    pub edge: usize,
    /// In which lanes; never empty.
    pub lanes: &'a Mask<W>,
}

/// Receives the routes of a batch.
///
/// The origins come first, then customer, peer and provider routes, each kind by ascending length.
/// So whatever an AS picks, in every lane the route of its next hop has been received before.
pub trait Sink<const W: usize> {
    /// The origin of some lanes, in which it is not itself restricted.
    fn origin(&mut self, index: AsIndex, lanes: &Mask<W>);

    /// A route picked in some lanes. In each lane, each AS with a route other than the origin comes exactly once.
    fn picked(&mut self, route: Picked<'_, W>);
}

/// A topology laid out for batches.
///
/// ASes with customers come first (*transit*), in ascending order, then the others grouped by their providers, so that a provider's customers lie together in memory.
#[derive(Clone, Debug)]
pub struct Sweep<'a> {
    topology: &'a Topology,
    /// AS of each slot.
    ases: Vec<AsIndex>,
    /// Slot of each AS.
    slot: Vec<u32>,
    transit: usize,
    /// From each slot.
    up: Rows,
    across: Rows,
    /// From each transit slot.
    down: Rows,
}

/// Neighbours by slot; an edge is named by its place in `to`, and `first` comes before all of them.
#[derive(Clone, Debug, Default)]
struct Rows {
    offsets: Vec<usize>,
    to: Vec<u32>,
    first: usize,
}

impl Rows {
    fn new<'t>(
        sweep_slots: &[u32],
        from: &[AsIndex],
        first: usize,
        row: impl Fn(AsIndex) -> &'t [AsIndex],
    ) -> Self {
        let mut rows = Self { offsets: vec![0], to: Vec::new(), first };
        for index in from {
            let start = rows.to.len();
            rows.to.extend(row(*index).iter().map(|to| sweep_slots[to.get()]));
            rows.to[start..].sort_unstable();
            rows.offsets.push(rows.to.len());
        }
        rows
    }

    #[inline]
    fn of(&self, slot: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let (start, end) = (self.offsets[slot], self.offsets[slot + 1]);
        let first = self.first + start;
        self.to[start..end]
            .iter()
            .enumerate()
            .map(move |(position, to)| (first + position, *to as usize))
    }
}

impl<'a> Sweep<'a> {
    /// Lays the topology out: about 8 bytes a link and 40 an AS.
    #[must_use]
    pub fn new(topology: &'a Topology) -> Self {
        let mut ases: Vec<AsIndex> = topology.ases().collect();
        let group = |index: &AsIndex| {
            let is_transit = !topology.customers(*index).is_empty();
            (!is_transit, if is_transit { &[] } else { topology.providers(*index) }, *index)
        };
        ases.sort_by(|left, right| group(left).cmp(&group(right)));
        let transit =
            ases.iter().take_while(|index| !topology.customers(**index).is_empty()).count();
        let mut slot = vec![0; ases.len()];
        for (position, index) in ases.iter().enumerate() {
            slot[index.get()] = AsIndex::new(position).packed();
        }
        let up = Rows::new(&slot, &ases, 0, |index| topology.providers(index));
        let across = Rows::new(&slot, &ases, up.to.len(), |index| topology.peers(index));
        let before_down = across.first + across.to.len();
        let down =
            Rows::new(&slot, &ases[..transit], before_down, |index| topology.customers(index));
        Self { topology, ases, slot, transit, up, across, down }
    }

    /// The topology that was laid out.
    #[must_use]
    pub const fn topology(&self) -> &'a Topology {
        self.topology
    }

    /// One more than the largest [`Picked::edge`].
    #[must_use]
    pub fn edges(&self) -> usize {
        self.down.first + self.down.to.len()
    }

    /// Returns the number of lanes that a batch may hold: 64·`W`, or fewer where a hostile graph could fill the memory.
    ///
    /// The levels of a batch take at most 1 GiB, whatever the graph; real ones take a few MB.
    #[must_use]
    pub fn capacity<const W: usize>(&self) -> usize {
        const MOST: usize = 1 << 30;
        let worst_of_one_lane = 2 * (self.transit + 1) * size_of::<(usize, Mask<W>)>();
        (MOST / worst_of_one_lane).clamp(1, 64 * W)
    }

    /// The number of ASes with customers.
    pub(crate) const fn transit(&self) -> usize {
        self.transit
    }

    /// The position of an AS among those with customers; `None` where it has none.
    #[inline]
    pub(crate) fn transit_slot(&self, index: AsIndex) -> Option<usize> {
        let slot = self.slot[index.get()] as usize;
        (slot < self.transit).then_some(slot)
    }

    /// The position of an AS in the layout: routes of one class and length come in this order of who passes them on, and then of who picks them.
    #[inline]
    pub(crate) fn slot(&self, index: AsIndex) -> u32 {
        self.slot[index.get()]
    }

    /// Sorts ASes so that those with the same providers lie side by side.
    pub(crate) fn sort_neighbourly<T>(&self, list: &mut [T], index: impl Fn(&T) -> AsIndex) {
        list.sort_unstable_by_key(|entry| self.slot[index(entry).get()]);
    }

    /// All ASes in an order that puts those with the same providers side by side.
    ///
    /// Batches of such neighbours share most of their routes, and so most of the work.
    #[must_use]
    pub fn neighbourly(&self) -> &[AsIndex] {
        &self.ases
    }

    /// Answers a batch of lanes; `memory` may be used again, for any batch of the same width.
    ///
    /// # Panics
    ///
    /// If there are more lanes than [`Self::capacity`], or a lane names ASes of another topology.
    pub fn run<const W: usize>(
        &self,
        memory: &mut Memory<W>,
        lanes: &[Lane<'_>],
        sink: &mut impl Sink<W>,
    ) {
        assert!(lanes.len() <= self.capacity::<W>(), "more lanes than a batch holds");
        memory.reset(self, lanes);
        let mut pass = Pass { sweep: self, memory, sink };
        pass.announce(lanes);
        pass.up();
        pass.across();
        pass.down();
    }
}

/// The working memory of a batch, to be used again for the next.
#[derive(Clone, Debug)]
pub struct Memory<const W: usize> {
    /// In which lanes each slot has a route or may not have one.
    seen: Vec<Mask<W>>,
    barred: BTreeMap<(usize, usize), Mask<W>>,
    /// Origins announce themselves even where they are restricted.
    pub(crate) own_announced: bool,
    origins: Vec<(usize, Mask<W>)>,
    /// Transit slots with a customer route, and the lanes.
    customer: Levels<W>,
    peer: Levels<W>,
    current: Frontier<W>,
    next: Frontier<W>,
}

impl<const W: usize> Default for Memory<W> {
    fn default() -> Self {
        Self {
            seen: Vec::new(),
            barred: BTreeMap::new(),
            own_announced: false,
            origins: Vec::new(),
            customer: Levels::default(),
            peer: Levels::default(),
            current: Frontier::default(),
            next: Frontier::default(),
        }
    }
}

impl<const W: usize> Memory<W> {
    fn reset(&mut self, sweep: &Sweep<'_>, lanes: &[Lane<'_>]) {
        self.seen.clear();
        self.seen.resize(sweep.ases.len(), [0; W]);
        self.current.reset(sweep.transit);
        self.next.reset(sweep.transit);
        self.customer.reset();
        self.peer.reset();
        self.barred.clear();
        self.origins.clear();
        let slot = |index: AsIndex| sweep.slot[index.get()] as usize;
        for (lane, wanted) in lanes.iter().enumerate() {
            let (word, bit) = (lane / 64, 1_u64 << (lane % 64));
            for index in &wanted.restriction.ases {
                self.seen[slot(*index)][word] |= bit;
            }
            for (left, right) in wanted.restriction.links.iter().map(|link| link.ends()) {
                for ends in [(slot(left), slot(right)), (slot(right), slot(left))] {
                    self.barred.entry(ends).or_insert([0; W])[word] |= bit;
                }
            }
        }
    }

    /// The lanes in which `to` has no route yet and may take one from `from`.
    #[inline]
    fn open(&self, from: usize, to: usize, lanes: &Mask<W>, bars: bool) -> Mask<W> {
        let seen = &self.seen[to];
        let mut open: Mask<W> = std::array::from_fn(|word| lanes[word] & !seen[word]);
        if bars && let Some(barred) = self.barred.get(&(from, to)) {
            open.iter_mut().zip(barred).for_each(|(open, barred)| *open &= !barred);
        }
        open
    }
}

/// Transit slots and lanes, level after level, ascending within a level.
#[derive(Clone, Debug)]
struct Levels<const W: usize> {
    all: Vec<(usize, Mask<W>)>,
    /// The end of each level.
    ends: Vec<usize>,
}

impl<const W: usize> Default for Levels<W> {
    fn default() -> Self {
        Self { all: Vec::new(), ends: Vec::new() }
    }
}

impl<const W: usize> Levels<W> {
    fn reset(&mut self) {
        self.all.clear();
        self.ends.clear();
    }

    fn level(&self, level: usize) -> std::ops::Range<usize> {
        let start = level.checked_sub(1).map_or(0, |before| self.end(before));
        start..self.end(level)
    }

    fn end(&self, level: usize) -> usize {
        self.ends.get(level).copied().unwrap_or(self.all.len())
    }
}

/// The lanes in which each transit slot has just got a route.
#[derive(Clone, Debug)]
struct Frontier<const W: usize> {
    lanes: Vec<Mask<W>>,
    /// A bit for each slot with any lane.
    active: Vec<u64>,
}

impl<const W: usize> Default for Frontier<W> {
    fn default() -> Self {
        Self { lanes: Vec::new(), active: Vec::new() }
    }
}

impl<const W: usize> Frontier<W> {
    fn reset(&mut self, transit: usize) {
        self.lanes.clear();
        self.lanes.resize(transit, [0; W]);
        self.active.clear();
        self.active.resize(transit.div_ceil(64), 0);
    }

    #[inline]
    fn add(&mut self, slot: usize, lanes: &Mask<W>) {
        self.lanes[slot].iter_mut().zip(lanes).for_each(|(all, new)| *all |= new);
        self.active[slot / 64] |= 1 << (slot % 64);
    }

    fn is_empty(&self) -> bool {
        self.active.iter().all(|word| *word == 0)
    }

    /// Takes all out, in ascending order of slots.
    #[inline]
    fn drain(&mut self, mut each: impl FnMut(usize, Mask<W>)) {
        for (position, word) in self.active.iter_mut().enumerate() {
            let mut bits = std::mem::take(word);
            while bits != 0 {
                let slot = position * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                each(slot, std::mem::replace(&mut self.lanes[slot], [0; W]));
            }
        }
    }

    fn drain_into(&mut self, levels: &mut Levels<W>) {
        self.drain(|slot, lanes| levels.all.push((slot, lanes)));
        levels.ends.push(levels.all.len());
    }
}

struct Pass<'p, 'a, const W: usize, S> {
    sweep: &'p Sweep<'a>,
    memory: &'p mut Memory<W>,
    sink: &'p mut S,
}

impl<const W: usize, S: Sink<W>> Pass<'_, '_, W, S> {
    /// Level 0 of the customer routes: the origins that are not restricted.
    fn announce(&mut self, lanes: &[Lane<'_>]) {
        let mut origins: BTreeMap<usize, Mask<W>> = BTreeMap::new();
        for (lane, wanted) in lanes.iter().enumerate() {
            let (word, bit) = (lane / 64, 1_u64 << (lane % 64));
            let slot = self.sweep.slot[wanted.origin.get()] as usize;
            if self.memory.own_announced || self.memory.seen[slot][word] & bit == 0 {
                self.memory.seen[slot][word] |= bit;
                origins.entry(slot).or_insert([0; W])[word] |= bit;
            }
        }
        for (slot, lanes) in &origins {
            self.sink.origin(self.sweep.ases[*slot], lanes);
        }
        self.memory.origins.extend(origins);
    }

    /// One AS pushes its routes along some links; `take` gets the slots and lanes that were open.
    #[inline]
    fn push(
        &mut self,
        rows: &Rows,
        (from, lanes): (usize, &Mask<W>),
        (class, hops): (RouteClass, u32),
        mut take: impl FnMut(&mut Memory<W>, usize, &Mask<W>),
    ) {
        let bars = self.memory.barred.range((from, 0)..=(from, usize::MAX)).next().is_some();
        let via = self.sweep.ases[from];
        for (edge, to) in rows.of(from) {
            let open = self.memory.open(from, to, lanes, bars);
            if open.iter().fold(0, |any, word| any | word) == 0 {
                continue;
            }
            self.memory.seen[to].iter_mut().zip(&open).for_each(|(seen, new)| *seen |= new);
            take(self.memory, to, &open);
            let index = self.sweep.ases[to];
            self.sink.picked(Picked { index, via, hops, class, edge, lanes: &open });
        }
    }

    fn up(&mut self) {
        let rows = &self.sweep.up;
        let first = (RouteClass::Customer, 1);
        for position in 0..self.memory.origins.len() {
            let (slot, lanes) = self.memory.origins[position];
            self.push(rows, (slot, &lanes), first, |memory, to, new| memory.next.add(to, new));
            if slot < self.sweep.transit {
                self.memory.current.add(slot, &lanes);
            }
        }
        self.memory.current.drain_into(&mut self.memory.customer);
        let mut hops = 1;
        while !self.memory.next.is_empty() {
            self.memory.next.drain_into(&mut self.memory.customer);
            let level = self.memory.customer.level(hops as usize);
            hops += 1;
            for position in level {
                let (slot, lanes) = self.memory.customer.all[position];
                let kind = (RouteClass::Customer, hops);
                self.push(rows, (slot, &lanes), kind, |memory, to, new| memory.next.add(to, new));
            }
        }
    }

    fn across(&mut self) {
        let (rows, transit) = (&self.sweep.across, self.sweep.transit);
        let take = |memory: &mut Memory<W>, to: usize, new: &Mask<W>| {
            if to < transit {
                memory.next.add(to, new);
            }
        };
        self.memory.peer.ends.push(0);
        for position in 0..self.memory.origins.len() {
            let (slot, lanes) = self.memory.origins[position];
            self.push(rows, (slot, &lanes), (RouteClass::Peer, 1), take);
        }
        self.memory.next.drain_into(&mut self.memory.peer);
        let mut hops = 1;
        for level in 1..self.memory.customer.ends.len() {
            hops += 1;
            for position in self.memory.customer.level(level) {
                let (slot, lanes) = self.memory.customer.all[position];
                self.push(rows, (slot, &lanes), (RouteClass::Peer, hops), take);
            }
            self.memory.next.drain_into(&mut self.memory.peer);
        }
    }

    fn down(&mut self) {
        let (rows, transit) = (&self.sweep.down, self.sweep.transit);
        let seeded = self.memory.customer.ends.len().max(self.memory.peer.ends.len());
        let mut hops = 0;
        while (hops as usize) < seeded || !self.memory.current.is_empty() {
            let Memory { customer, peer, current, .. } = &mut *self.memory;
            for levels in [customer, peer] {
                for (slot, lanes) in &levels.all[levels.level(hops as usize)] {
                    current.add(*slot, lanes);
                }
            }
            hops += 1;
            let mut current = std::mem::take(&mut self.memory.current);
            current.drain(|slot, lanes| {
                let kind = (RouteClass::Provider, hops);
                self.push(rows, (slot, &lanes), kind, |memory, to, new| {
                    if to < transit {
                        memory.next.add(to, new);
                    }
                });
            });
            self.memory.current = std::mem::replace(&mut self.memory.next, current);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_number_of_transit_ases_makes_batches_smaller() {
        use demarche_case::Asn;
        let chain =
            (1..300_000).map(|n| (Asn(n), Asn(n + 1), crate::Relationship::ProviderToCustomer));
        let topology = Topology::from_links(chain);
        let sweep = Sweep::new(&topology);
        assert!(sweep.capacity::<4>() < 256);
    }
}
