//! The routes of a batch of origins, before and after.

use std::collections::BTreeMap;

use super::super::counters::Counters;
use super::{Scene, Weight};
use crate::propagate::{
    Kept, KeptPick, LANES, Lane, Mask, WIDTH, by_network, each_lane, row, two_rows,
};
use crate::{AsIndex, Restriction, RouteClass, Sweep};

/// The outside routes to an origin.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Side {
    /// From customers, peers and providers.
    pub(crate) classes: [u64; 3],
    pub(crate) hops: u64,
    /// The addresses of the networks that have them.
    pub(crate) addresses: u64,
}

/// The comparison for an origin.
#[derive(Clone, Debug, Default)]
pub(crate) struct OfOrigin {
    /// Before and after.
    pub(crate) sides: [Side; 2],
    /// Routes that remain, and those of them by another path.
    pub(crate) remaining: u64,
    pub(crate) elsewhere: u64,
    /// Routes that remain, by the hops that they grow.
    pub(crate) growth: BTreeMap<i64, u64>,
}

/// All that was counted; networks are those of the merged graph, and pairs are before and after.
#[derive(Debug, Default)]
pub(crate) struct Compared {
    pub(crate) origins: BTreeMap<AsIndex, OfOrigin>,
    pub(crate) lost: Vec<bool>,
    pub(crate) rerouted: Vec<bool>,
    /// Outside routes, each with the weight of its origin: all of them, those that enter over a network, and those through it.
    pub(crate) routes: [u128; 2],
    pub(crate) entries: Vec<[u128; 2]>,
    pub(crate) transit: Vec<[u128; 2]>,
    /// Routes over each doubtful link.
    pub(crate) doubtful: Vec<[u64; 2]>,
}

impl Compared {
    /// The sums of both.
    pub(crate) fn plus(mut self, right: Self) -> Self {
        fn add<T: std::ops::AddAssign>(left: &mut [[T; 2]], right: Vec<[T; 2]>) {
            for ([before, after], [more_before, more_after]) in left.iter_mut().zip(right) {
                *before += more_before;
                *after += more_after;
            }
        }
        self.origins.extend(right.origins);
        for (marks, more) in [(&mut self.lost, right.lost), (&mut self.rerouted, right.rerouted)] {
            marks.iter_mut().zip(more).for_each(|(mark, more)| *mark |= more);
        }
        add(std::slice::from_mut(&mut self.routes), vec![right.routes]);
        add(&mut self.entries, right.entries);
        add(&mut self.transit, right.transit);
        add(&mut self.doubtful, right.doubtful);
        self
    }
}

/// Compares batch after batch in the same memory.
pub(crate) struct Comparer<'s> {
    scene: &'s Scene<'s>,
    sweep: &'s Sweep<'s>,
    sides: [Kept; 2],
    behind: Vec<u32>,
    detours: Detours,
    counter: Counters<WIDTH>,
    pub(crate) compared: Compared,
}

/// Vantage points behind a network whose routes came through the target before, by transit slot and lane.
#[derive(Default)]
struct Detours {
    counts: Vec<u32>,
    any: Vec<bool>,
}

impl<'s> Comparer<'s> {
    pub(crate) fn new(scene: &'s Scene<'s>, sweep: &'s Sweep<'s>) -> Self {
        let ases = scene.merged.topology.len();
        let compared = Compared {
            lost: vec![false; ases],
            rerouted: vec![false; ases],
            entries: vec![[0; 2]; ases],
            transit: vec![[0; 2]; ases],
            doubtful: vec![[0; 2]; scene.internet.doubtful.len()],
            ..Compared::default()
        };
        Self {
            scene,
            sweep,
            sides: [Kept::default(), Kept::default()],
            behind: Vec::new(),
            detours: Detours::default(),
            counter: Counters::default(),
            compared,
        }
    }

    /// Compares the routes to some origins.
    pub(crate) fn add(&mut self, batch: &[(AsIndex, Weight)]) {
        let free = Restriction::none();
        let restrictions = [&free, &self.scene.restriction];
        let mut found = vec![OfOrigin::default(); batch.len()];
        for (side, restriction) in restrictions.into_iter().enumerate() {
            let lanes: Vec<Lane<'_>> =
                batch.iter().map(|(origin, _)| Lane { origin: *origin, restriction }).collect();
            let mut kept = std::mem::take(&mut self.sides[side]);
            kept.run(self.sweep, &lanes, self.scene.is_refusal);
            kept.behind(self.sweep, &self.scene.own, &mut self.behind);
            self.count_side(&kept, side, &mut found);
            self.count_through(&kept, batch, side);
            self.count_doubtful(&kept, batch, side);
            self.sides[side] = kept;
        }
        for (found, (_, weight)) in found.iter().zip(batch) {
            for (routes, side) in self.compared.routes.iter_mut().zip(&found.sides) {
                let all: u64 = side.classes.iter().sum();
                *routes += u128::from(all) * u128::from(weight.weight);
            }
        }
        self.compare(&mut found);
        let origins = batch.iter().map(|(origin, _)| *origin).zip(found);
        self.compared.origins.extend(origins);
    }

    /// Counts the routes by class and their hops; a batch gives those of one class and length together.
    fn count_side(&mut self, kept: &Kept, side: usize, found: &mut [OfOrigin]) {
        let counter = &mut self.counter;
        for picks in kept.picks.chunk_by(|left, right| kind(left) == kind(right)) {
            let Some((class, hops)) = picks.first().map(kind) else { continue };
            for pick in picks {
                counter.add(&pick.lanes, u64::from(self.scene.own[pick.index.get()]));
            }
            for (found, routes) in found.iter_mut().zip(counter.drain()) {
                let side = &mut found.sides[side];
                side.classes[class] += routes;
                side.hops += routes * u64::from(hops);
            }
        }
    }

    /// Counts the routes through each outside network, its own left out, and those that enter the target over it, its own included.
    ///
    /// The entry of a path is its last network before the first of the target.
    fn count_through(&mut self, kept: &Kept, batch: &[(AsIndex, Weight)], side: usize) {
        let (scene, sweep) = (self.scene, self.sweep);
        self.detours.follow(kept, sweep, scene, &self.behind);
        let mut weights = [0; LANES];
        for (lane, (_, weight)) in weights.iter_mut().zip(batch) {
            *lane = weight.weight;
        }
        for pick in &kept.picks {
            let (index, vantages) = (pick.index.get(), scene.own[pick.index.get()]);
            let slot = sweep.transit_slot(pick.index);
            let is_entry = scene.is_target[pick.via.get()];
            if vantages == 0 || (slot.is_none() && !is_entry) {
                continue;
            }
            let weighed = |lane: usize, count: u32| u128::from(weights[lane]) * u128::from(count);
            let (mut through, mut enter) = (0, 0);
            if let Some(slot) = slot {
                let behind = row(&self.behind, slot);
                each_lane(&pick.lanes, |lane| through += weighed(lane, behind[lane]));
            }
            if is_entry {
                let behind = |lane: usize| slot.map_or(0, |slot| row(&self.behind, slot)[lane]);
                let detour = |lane: usize| slot.map_or(0, |slot| self.detours.of(slot, lane));
                each_lane(&pick.lanes, |lane| {
                    enter += weighed(lane, vantages + behind(lane) - detour(lane));
                });
            }
            self.compared.transit[index][side] += through;
            self.compared.entries[index][side] += enter;
        }
    }

    fn count_doubtful(&mut self, kept: &Kept, batch: &[(AsIndex, Weight)], side: usize) {
        if self.scene.doubtful.is_empty() {
            return;
        }
        for pick in &kept.picks {
            let Some(named) = self.scene.doubtful.get(&(pick.index, pick.via)) else { continue };
            let (vantages, slot) =
                (self.scene.own[pick.index.get()], self.sweep.transit_slot(pick.index));
            let mut routes = 0;
            each_lane(&pick.lanes, |lane| {
                let behind = slot.map_or(0, |slot| row(&self.behind, slot)[lane]);
                let members = batch.get(lane).map_or(0, |(_, weight)| weight.members);
                routes += members * u64::from(vantages + behind);
            });
            for position in named {
                self.compared.doubtful[*position][side] += routes;
            }
        }
    }

    /// Compares the routes of each outside network.
    fn compare(&mut self, found: &mut [OfOrigin]) {
        let [before, after] = &self.sides;
        let mut paths = Paths::new(&before.picks, self.scene.own.len());
        let mut growth: BTreeMap<i64, Counters<WIDTH>> = BTreeMap::new();
        let mut still = before.picks.iter().peekable();
        for pick in &after.picks {
            let vantages = u64::from(self.scene.own[pick.index.get()]);
            let rank = self.rank(pick);
            while still.next_if(|before| self.rank(before) < rank).is_some() {}
            let had = still.next_if(|before| self.rank(before) == rank);
            paths.add(pick, had, |hops, lanes| {
                growth.entry(hops).or_default().add(lanes, vantages);
            });
        }
        let mut sums = Sums::default();
        for (position, vantages) in
            self.scene.own.iter().enumerate().filter(|(_, vantages)| **vantages > 0)
        {
            let OfNetwork { had, has, changed } = &paths.of_networks[position];
            let lost = |word: usize| had[word] & !has[word];
            let is_named = || self.scene.restriction.ases.contains(&AsIndex::new(position));
            self.compared.lost[position] |= any(&std::array::from_fn(lost)) && !is_named();
            let moved = both(&both(had, has), changed);
            self.compared.rerouted[position] |= any(&moved);
            sums.add([had, has], &moved, u64::from(*vantages), self.scene.addresses[position]);
        }
        sums.finish(self.scene, found);
        for (hops, mut routes) in growth {
            for (found, routes) in found.iter_mut().zip(routes.drain()) {
                if routes > 0 {
                    found.growth.insert(hops, routes);
                }
            }
        }
        for found in found {
            let as_long = found.remaining - found.growth.values().sum::<u64>();
            if as_long > 0 {
                found.growth.insert(0, as_long);
            }
        }
    }

    /// The rank of a route among all that a batch can have: a sweep gives them in ascending order.
    fn rank(&self, pick: &KeptPick) -> (RouteClass, u32, u32, u32) {
        let (via, index) = (self.sweep.slot(pick.via), self.sweep.slot(pick.index));
        (pick.class, pick.hops, via, index)
    }
}

/// The class of a route, as its place among those that are counted, and its hops.
fn kind(pick: &KeptPick) -> (usize, u32) {
    let class = match pick.class {
        RouteClass::Origin | RouteClass::Customer => 0,
        RouteClass::Peer => 1,
        RouteClass::Provider => 2,
    };
    (class, pick.hops)
}

/// Sums by lane over the outside networks; nearly all have a route, so those without one are counted.
#[derive(Default)]
struct Sums {
    /// The addresses of networks without a route before and after.
    without: [Counters<WIDTH>; 2],
    /// Networks that lack a route before or after.
    gone: Counters<WIDTH>,
    moved: Counters<WIDTH>,
}

impl Sums {
    fn add(
        &mut self,
        routed: [&Mask<WIDTH>; 2],
        moved: &Mask<WIDTH>,
        vantages: u64,
        addresses: u64,
    ) {
        let lacking = routed.map(|routed| routed.map(|word| !word));
        for (without, lacking) in self.without.iter_mut().zip(&lacking) {
            without.add(lacking, addresses);
        }
        let gone = std::array::from_fn(|word| lacking[0][word] | lacking[1][word]);
        self.gone.add(&gone, vantages);
        self.moved.add(moved, vantages);
    }

    fn finish(mut self, scene: &Scene<'_>, found: &mut [OfOrigin]) {
        let without = self.without.each_mut().map(Counters::drain);
        let (gone, moved) = (self.gone.drain(), self.moved.drain());
        for (lane, found) in found.iter_mut().enumerate() {
            for (side, without) in found.sides.iter_mut().zip(&without) {
                side.addresses = scene.outside.addresses - without[lane];
            }
            found.remaining = scene.outside.networks - gone[lane];
            found.elsewhere = moved[lane];
        }
    }
}

fn any(lanes: &Mask<WIDTH>) -> bool {
    lanes.iter().any(|word| *word != 0)
}

impl Detours {
    fn follow(&mut self, kept: &Kept, sweep: &Sweep<'_>, scene: &Scene<'_>, behind: &[u32]) {
        self.counts.clear();
        self.counts.resize(sweep.transit() * LANES, 0);
        self.any.clear();
        self.any.resize(sweep.transit(), false);
        for pick in kept.picks.iter().rev() {
            let (slot, via) = (sweep.transit_slot(pick.index), sweep.transit_slot(pick.via));
            let (Some(slot), Some(via)) = (slot, via) else { continue };
            let is_target = scene.is_target[pick.index.get()];
            if scene.is_target[pick.via.get()] || !(is_target || self.any[slot]) {
                continue;
            }
            let (detours, counts) = two_rows(&mut self.counts, slot, via);
            let passed = if is_target { row(behind, slot) } else { detours };
            each_lane(&pick.lanes, |lane| counts[lane] += passed[lane]);
            self.any[via] = true;
        }
    }

    fn of(&self, slot: usize, lane: usize) -> u32 {
        if self.any[slot] { row(&self.counts, slot)[lane] } else { 0 }
    }
}

/// The paths after, beside those before.
struct Paths<'k> {
    /// Those before, by network.
    before: Vec<&'k KeptPick>,
    starts: Vec<usize>,
    of_networks: Vec<OfNetwork>,
}

/// The lanes in which a network has a route before and after, and those in which the path is another.
#[derive(Clone, Copy, Debug, Default)]
struct OfNetwork {
    had: Mask<WIDTH>,
    has: Mask<WIDTH>,
    changed: Mask<WIDTH>,
}

impl<'k> Paths<'k> {
    fn new(before: &'k [KeptPick], ases: usize) -> Self {
        let mut of_networks = vec![OfNetwork::default(); ases];
        for pick in before {
            join(&mut of_networks[pick.index.get()].had, &pick.lanes);
        }
        let (sorted, starts) = by_network(before, ases, |_| true, AsIndex::get);
        Self { before: sorted, starts, of_networks }
    }

    /// Adds a route of after, and tells how much it has grown in which lanes, where it has.
    ///
    /// `unmoved` is the route of before from the same network, of the same class and length.
    fn add(
        &mut self,
        pick: &KeptPick,
        unmoved: Option<&KeptPick>,
        mut grown: impl FnMut(i64, &Mask<WIDTH>),
    ) {
        let (index, via) = (pick.index.get(), pick.via.get());
        let mut kept = unmoved.map_or([0; WIDTH], |before| both(&before.lanes, &pick.lanes));
        let of_via = self.of_networks[via].changed;
        let OfNetwork { had, has, changed } = &mut self.of_networks[index];
        let mut open: Mask<WIDTH> =
            std::array::from_fn(|word| pick.lanes[word] & had[word] & !kept[word]);
        for before in &self.before[self.starts[index]..self.starts[index + 1]] {
            if !any(&open) {
                break;
            }
            let moved = both(&before.lanes, &open);
            if !any(&moved) {
                continue;
            }
            if pick.hops != before.hops {
                grown(i64::from(pick.hops) - i64::from(before.hops), &moved);
            }
            if before.via == pick.via {
                join(&mut kept, &moved);
            }
            open.iter_mut().zip(&moved).for_each(|(open, moved)| *open &= !moved);
        }
        let moved = std::array::from_fn(|word| pick.lanes[word] & (!kept[word] | of_via[word]));
        join(changed, &moved);
        join(has, &pick.lanes);
    }
}

fn both(left: &Mask<WIDTH>, right: &Mask<WIDTH>) -> Mask<WIDTH> {
    std::array::from_fn(|word| left[word] & right[word])
}

fn join(mask: &mut Mask<WIDTH>, lanes: &Mask<WIDTH>) {
    mask.iter_mut().zip(lanes).for_each(|(all, new)| *all |= new);
}
