//! The effect of a removal on the routes between third parties, over all origins of the internet.
//!
//! One batched propagation of all origins finds those whose routes use what is removed; only these are computed again, before and after.
//! Before, each link in each direction notes the lanes in which it was picked; after, a pick is the old path if the same link was picked in that lane and the next hop's path is the old one.
//! Doubtful links carry nothing here, neither before nor after: even a path that avoids one may exist only because another takes it.
//! A batch hands out picks after those of their next hops, so one pass decides.

use rayon::prelude::*;

use super::{Collateral, Internet, Origins, PairHit, Worst, ratio};
use crate::propagate::{BitCounter, Lane, Mask, Memory, Picked, Sink, Sweep};
use crate::{AsIndex, Link, Restriction, RouteClass};

const WIDTH: usize = 4;
/// Origins listed as hit worst.
const WORST: usize = 20;

pub(crate) fn of(
    internet: &Internet<'_>,
    origins: &Origins,
    restriction: &Restriction,
) -> Collateral {
    let topology = internet.topology;
    let mut is_third = vec![true; topology.len()];
    for index in origins.known.iter().map(|(index, _)| index).chain(&restriction.ases) {
        is_third[index.get()] = false;
    }
    let sweep = Sweep::new(topology);
    let third: Vec<AsIndex> =
        sweep.neighbourly().iter().copied().filter(|index| is_third[index.get()]).collect();
    let before = Restriction::without_links(internet.doubtful.iter().map(|(_, link)| *link));
    let mut after = restriction.clone();
    after.links.extend(&before.links);
    let scene = Scene { sweep: &sweep, is_third: &is_third, removed: restriction, before, after };
    let batch = sweep.capacity::<WIDTH>();
    let used: Vec<(u64, Vec<AsIndex>)> = third
        .par_chunks(batch)
        .map_init(Memory::default, |memory, index| scene.users(memory, index))
        .collect();
    let pairs = used.iter().map(|(pairs, _)| pairs).sum();
    let affected: Vec<AsIndex> = used.into_iter().flat_map(|(_, users)| users).collect();
    let mut found: Vec<Found> = affected
        .par_chunks(batch)
        .map_init(Again::default, |again, index| scene.compare(again, index))
        .flatten_iter()
        .collect();
    found.sort_unstable_by_key(|found| found.index);
    summarise(internet, &third, pairs, &found)
}

fn summarise(
    internet: &Internet<'_>,
    third: &[AsIndex],
    pairs: u64,
    found: &[Found],
) -> Collateral {
    let announced: u128 =
        third.iter().map(|index| u128::from(internet.addresses[index.get()])).sum();
    let partners = third.len().saturating_sub(1);
    let hit = |part: fn(&Worst) -> u64| {
        let weight = |index: AsIndex| u128::from(internet.addresses[index.get()]);
        let weighted: u128 =
            found.iter().map(|entry| weight(entry.index) * u128::from(part(&entry.hit))).sum();
        PairHit {
            pairs: found.iter().map(|entry| part(&entry.hit)).sum(),
            origins: internet
                .hit(found.iter().filter(|entry| part(&entry.hit) > 0).map(|entry| entry.index)),
            by_addresses: wide_ratio(weighted, announced * (partners as u128)),
        }
    };
    let mut worst: Vec<Worst> =
        found.iter().map(|entry| entry.hit).filter(|hit| hit.lost > 0).collect();
    worst.sort_by_key(|hit| (std::cmp::Reverse((hit.lost, hit.rerouted)), hit.origin));
    worst.truncate(WORST);
    Collateral {
        pairs,
        origins_recomputed: found.len() as u64,
        lost: hit(|hit| hit.lost),
        rerouted: hit(|hit| hit.rerouted),
        worst,
    }
}

/// Drops low bits of both until they fit: a share needs no more than the upper 64.
fn wide_ratio(part: u128, whole: u128) -> f64 {
    let shift = 64_u32.saturating_sub(whole.leading_zeros());
    let fit = |number: u128| u64::try_from(number >> shift).expect("shifted to 64 bits");
    ratio(fit(part), fit(whole))
}

struct Scene<'s> {
    sweep: &'s Sweep<'s>,
    is_third: &'s [bool],
    removed: &'s Restriction,
    /// Doubtful links carry nothing, before or after.
    before: Restriction,
    after: Restriction,
}

#[derive(Default)]
struct Again {
    memory: Memory<WIDTH>,
    before: Before,
    after: After,
}

impl Scene<'_> {
    /// Counts the routes that third parties have to these origins, and finds the origins whose routes use a removed part.
    fn users(&self, memory: &mut Memory<WIDTH>, origins: &[AsIndex]) -> (u64, Vec<AsIndex>) {
        let mut users = Users { scene: self, ends: self.ends(), lanes: [0; WIDTH], routes: 0 };
        self.sweep.run(memory, &lanes(origins, &self.before), &mut users);
        let uses = |lane: usize| users.lanes[lane / 64] >> (lane % 64) & 1 == 1;
        let using = (0..origins.len()).filter(|lane| uses(*lane)).map(|lane| origins[lane]);
        (users.routes, using.collect())
    }

    /// 1 for removed ASes, 2 for the ends of removed links.
    fn ends(&self) -> Vec<u8> {
        let mut ends = vec![0; self.is_third.len()];
        for (one, other) in self.removed.links.iter().map(|link| link.ends()) {
            ends[one.get()] |= 2;
            ends[other.get()] |= 2;
        }
        for index in &self.removed.ases {
            ends[index.get()] |= 1;
        }
        ends
    }

    /// Nobody asks for the AS's own routes, and nobody can take one that a provider told it.
    ///
    /// A removal makes no route's class better, so what such an AS has from a provider, or takes instead, is passed on to nobody: it changes nothing for third parties.
    fn is_silent(&self, index: AsIndex) -> bool {
        let is_closed = |to: &AsIndex| self.before.links.contains(&Link::new(index, *to));
        !self.is_third[index.get()] && self.sweep.topology().customers(index).iter().all(is_closed)
    }

    fn compare(&self, again: &mut Again, origins: &[AsIndex]) -> Vec<Found> {
        let Again { memory, before, after } = again;
        before.reset(self.sweep);
        self.sweep.run(memory, &lanes(origins, &self.before), before);
        after.reset(self.sweep);
        let mut compare = Compare { before, after };
        self.sweep.run(memory, &lanes(origins, &self.after), &mut compare);
        self.count(origins, before, after)
    }

    /// For each origin, the third parties that lose their route to it or have another.
    fn count(&self, origins: &[AsIndex], before: &Before, after: &After) -> Vec<Found> {
        let mut lost = BitCounter::<WIDTH>::default();
        let mut rerouted = BitCounter::<WIDTH>::default();
        for index in (0..self.is_third.len()).filter(|index| self.is_third[*index]) {
            let (had, has, changed) =
                (&before.routed[index], &after.routed[index], &after.changed[index]);
            lost.add(&std::array::from_fn(|word| had[word] & !has[word]));
            rerouted.add(&std::array::from_fn(|word| has[word] & changed[word]));
        }
        let asn = |index: &AsIndex| self.sweep.topology().asn(*index);
        let mut found: Vec<Found> = origins
            .iter()
            .map(|index| Found {
                index: *index,
                hit: Worst { origin: asn(index), ..Worst::default() },
            })
            .collect();
        lost.drain(|lane, pairs| found[lane].hit.lost = pairs);
        rerouted.drain(|lane, pairs| found[lane].hit.rerouted = pairs);
        found
    }
}

/// The third parties that are hit in their routes to one origin.
struct Found {
    index: AsIndex,
    hit: Worst,
}

fn lanes<'r>(origins: &[AsIndex], restriction: &'r Restriction) -> Vec<Lane<'r>> {
    origins.iter().map(|origin| Lane { origin: *origin, restriction }).collect()
}

/// The lanes that use a removed part.
struct Users<'s> {
    scene: &'s Scene<'s>,
    ends: Vec<u8>,
    lanes: Mask<WIDTH>,
    routes: u64,
}

impl Sink<WIDTH> for Users<'_> {
    fn origin(&mut self, _: AsIndex, _: &Mask<WIDTH>) {}

    #[inline]
    fn picked(&mut self, route: Picked<'_, WIDTH>) {
        if self.scene.is_third[route.index.get()] {
            self.routes += route.lanes.iter().map(|word| u64::from(word.count_ones())).sum::<u64>();
        }
        let uses = match self.ends[route.via.get()] {
            0 => false,
            2 => {
                self.ends[route.index.get()] & 2 != 0
                    && self.scene.removed.links.contains(&Link::new(route.index, route.via))
            }
            _ => true,
        };
        if uses && !(route.class == RouteClass::Provider && self.scene.is_silent(route.index)) {
            self.lanes.iter_mut().zip(route.lanes).for_each(|(all, new)| *all |= new);
        }
    }
}

/// The lanes in which each link was picked, and in which each AS has a route.
#[derive(Default)]
struct Before {
    edges: Vec<Mask<WIDTH>>,
    routed: Vec<Mask<WIDTH>>,
}

impl Before {
    fn reset(&mut self, sweep: &Sweep<'_>) {
        clear(&mut self.edges, sweep.edges());
        clear(&mut self.routed, sweep.topology().len());
    }
}

fn clear(masks: &mut Vec<Mask<WIDTH>>, len: usize) {
    masks.clear();
    masks.resize(len, [0; WIDTH]);
}

fn set(mask: &mut Mask<WIDTH>, lanes: &Mask<WIDTH>) {
    mask.iter_mut().zip(lanes).for_each(|(all, new)| *all |= new);
}

impl Sink<WIDTH> for Before {
    fn origin(&mut self, index: AsIndex, lanes: &Mask<WIDTH>) {
        set(&mut self.routed[index.get()], lanes);
    }

    #[inline]
    fn picked(&mut self, route: Picked<'_, WIDTH>) {
        set(&mut self.edges[route.edge], route.lanes);
        set(&mut self.routed[route.index.get()], route.lanes);
    }
}

/// The lanes in which each AS has a route, and in which its path is another than before.
#[derive(Default)]
struct After {
    routed: Vec<Mask<WIDTH>>,
    changed: Vec<Mask<WIDTH>>,
}

impl After {
    fn reset(&mut self, sweep: &Sweep<'_>) {
        clear(&mut self.routed, sweep.topology().len());
        clear(&mut self.changed, sweep.topology().len());
    }
}

struct Compare<'b> {
    before: &'b Before,
    after: &'b mut After,
}

impl Sink<WIDTH> for Compare<'_> {
    fn origin(&mut self, index: AsIndex, lanes: &Mask<WIDTH>) {
        set(&mut self.after.routed[index.get()], lanes);
    }

    #[inline]
    fn picked(&mut self, route: Picked<'_, WIDTH>) {
        let old = &self.before.edges[route.edge];
        let via = &self.after.changed[route.via.get()];
        let changed = std::array::from_fn(|word| route.lanes[word] & (!old[word] | via[word]));
        set(&mut self.after.changed[route.index.get()], &changed);
        set(&mut self.after.routed[route.index.get()], route.lanes);
    }
}
