//! The target's own routes, before and after.
//!
//! Networks that no route tells apart are one ([`Merged`]), and the routes to hundreds of origins are compared at once.
//! What is counted for an origin are whole numbers, so that the answer depends neither on the order of the batches nor on the number of threads.

mod compare;
#[cfg(test)]
mod one_by_one;

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::number::float;
use rayon::prelude::*;

use super::{
    CutAnswer, Dependants, DoubtfulUse, Growth, Hit, Internet, OriginEffect, Origins, Reach,
    Resolved, Share, ratio,
};
use crate::merged::Merged;
use crate::propagate::WIDTH;
use crate::{AsIndex, Link, Restriction, Sweep};
use compare::{Compared, Comparer, Side};

/// Most gainers and losers listed.
const SHIFTS: usize = 20;
/// Batches that are computed side by side, at most: each needs about 40 MB.
const SIDE_BY_SIDE: usize = 8;

pub(crate) fn of(internet: &Internet<'_>, origins: &Origins, cut: &Resolved) -> CutAnswer {
    let scene = Scene::new(internet, origins, cut);
    let sweep = Sweep::new(&scene.merged.topology);
    let mut lanes: Vec<(AsIndex, Weight)> =
        scene.weights.iter().map(|(index, weight)| (*index, *weight)).collect();
    sweep.sort_neighbourly(&mut lanes, |(index, _)| *index);
    let batches: Vec<&[(AsIndex, Weight)]> = lanes.chunks(sweep.capacity::<WIDTH>()).collect();
    let side_by_side = rayon::current_num_threads().min(SIDE_BY_SIDE).min(batches.len()).max(1);
    let compared: Vec<Compared> = (0..side_by_side)
        .into_par_iter()
        .map(|first| {
            let mut comparer = Comparer::new(&scene, &sweep);
            for batch in batches.iter().skip(first).step_by(side_by_side) {
                comparer.add(batch);
            }
            comparer.compared
        })
        .collect();
    let whole = compared.into_iter().reduce(Compared::plus).unwrap_or_default();
    scene.answer(origins, &whole)
}

/// An origin, which may stand for several: the sum of their weights, and their number.
#[derive(Clone, Copy, Debug, Default)]
struct Weight {
    weight: u64,
    members: u64,
}

/// The graph with twins merged, and what is asked of it.
struct Scene<'s> {
    internet: &'s Internet<'s>,
    merged: Merged,
    weights: BTreeMap<AsIndex, Weight>,
    is_target: Vec<bool>,
    /// The outside networks for which each network stands, and the addresses of these.
    own: Vec<u32>,
    addresses: Vec<u64>,
    restriction: Restriction,
    /// The restriction is of the target's routes alone, and an origin does not refuse itself.
    is_refusal: bool,
    doubtful: BTreeMap<(AsIndex, AsIndex), Vec<usize>>,
    outside: Hit,
    dependants: Dependants,
}

impl<'s> Scene<'s> {
    fn new(internet: &'s Internet<'s>, origins: &Origins, cut: &Resolved) -> Self {
        let topology = internet.topology;
        let flags = origins.flags(topology);
        let mut kinds: Vec<Option<u8>> = flags.iter().map(|flag| Some(u8::from(*flag))).collect();
        for index in &cut.restriction.ases {
            kinds[index.get()] = kinds[index.get()].map(|kind| kind | 2);
        }
        let doubtful = internet.doubtful.iter().map(|(_, link)| link);
        for (left, right) in cut.restriction.links.iter().chain(doubtful).map(|link| link.ends()) {
            kinds[left.get()] = None;
            kinds[right.get()] = None;
        }
        let merged = Merged::new(topology, |index| kinds[index.get()]);
        let all = || merged.topology.ases().map(|index| merged.members(index));
        let is_target: Vec<bool> = all().map(|members| flags[members[0].get()]).collect();
        let hits: Vec<Hit> = all()
            .zip(&is_target)
            .map(|(members, of_target)| {
                let outside = members.iter().filter(|_| !of_target);
                internet.hit(outside.copied())
            })
            .collect();
        let count = |hit: &Hit| u32::try_from(hit.networks).expect("a count of networks");
        let mut scene = Self {
            internet,
            weights: BTreeMap::new(),
            own: hits.iter().map(count).collect(),
            addresses: hits.iter().map(|hit| hit.addresses).collect(),
            restriction: Restriction::default(),
            is_refusal: !cut.is_removal,
            doubtful: BTreeMap::new(),
            outside: internet.hit(topology.ases().filter(|index| !flags[index.get()])),
            dependants: dependants(internet, origins, &flags),
            is_target,
            merged,
        };
        scene.translate(origins, cut);
        scene
    }

    /// Says in terms of the merged graph what is asked in terms of the whole one.
    fn translate(&mut self, origins: &Origins, cut: &Resolved) {
        let of = |index: AsIndex| self.merged.of(index);
        for ((index, _), weight) in origins.known.iter().zip(&origins.weights) {
            let sum = self.weights.entry(of(*index)).or_default();
            sum.weight += weight;
            sum.members += 1;
        }
        self.restriction.ases = cut.restriction.ases.iter().map(|index| of(*index)).collect();
        let link = |link: &Link| Link::new(of(link.ends().0), of(link.ends().1));
        self.restriction.links = cut.restriction.links.iter().map(link).collect();
        for (position, (_, link)) in self.internet.doubtful.iter().enumerate() {
            let (left, right) = (of(link.ends().0), of(link.ends().1));
            for ends in [(left, right), (right, left)] {
                self.doubtful.entry(ends).or_default().push(position);
            }
        }
    }

    fn answer(&self, origins: &Origins, compared: &Compared) -> CutAnswer {
        let topology = self.internet.topology;
        let mut answer = CutAnswer { dependants: self.dependants, ..CutAnswer::default() };
        let (mut remaining, mut elsewhere) = (0.0, 0.0);
        let mut growth: BTreeMap<i64, f64> = BTreeMap::new();
        for (index, weight) in &origins.known {
            let Some(found) = compared.origins.get(&self.merged.of(*index)) else { continue };
            let effect = OriginEffect {
                origin: topology.asn(*index),
                weight: *weight,
                before: self.reach(&found.sides[0]),
                after: self.reach(&found.sides[1]),
                rerouted_share: ratio(found.elsewhere, found.remaining),
            };
            answer.before = answer.before.plus(effect.before, *weight);
            answer.after = answer.after.plus(effect.after, *weight);
            answer.origins.push(effect);
            remaining += weight * float(found.remaining);
            elsewhere += weight * float(found.elsewhere);
            for (hops, routes) in &found.growth {
                *growth.entry(*hops).or_insert(0.0) += weight * float(*routes);
            }
        }
        let share = |part: f64| if remaining > 0.0 { part / remaining } else { 0.0 };
        answer.rerouted_share = share(elsewhere);
        answer.growth = growth
            .into_iter()
            .filter(|(_, routes)| *routes > 0.0)
            .map(|(hops, routes)| Growth { hops, share: share(routes) })
            .collect();
        answer.lost = self.hit(&compared.lost);
        answer.rerouted = self.hit(&compared.rerouted);
        self.shares(compared, &mut answer);
        answer
    }

    fn reach(&self, side: &Side) -> Reach {
        let [customer, peer, provider] = side.classes;
        let networks = customer + peer + provider;
        Reach {
            networks: float(networks),
            customer: float(customer),
            peer: float(peer),
            provider: float(provider),
            network_share: ratio(networks, self.outside.networks),
            address_share: ratio(side.addresses, self.outside.addresses),
            mean_hops: ratio(side.hops, networks),
        }
    }

    /// The networks for which the marked ones stand.
    fn hit(&self, marks: &[bool]) -> Hit {
        let marked = self.merged.topology.ases().zip(marks).filter(|(_, mark)| **mark);
        self.internet.hit(marked.flat_map(|(index, _)| self.merged.members(index).iter().copied()))
    }

    /// Each network's share of the routes in, and of transit; and the doubtful links that are used.
    fn shares(&self, compared: &Compared, answer: &mut CutAnswer) {
        answer.entries = self.used(&compared.entries, &compared.routes);
        answer.entries.sort_by(|left, right| {
            let key = |share: &Share| (share.before, share.after);
            key(right).partial_cmp(&key(left)).unwrap_or(std::cmp::Ordering::Equal)
        });
        answer.shifts = self.used(&compared.transit, &compared.routes);
        let size = |share: &Share| (share.after - share.before).abs();
        answer.shifts.retain(|share| size(share) > 0.0);
        answer.shifts.sort_by(|left, right| size(right).total_cmp(&size(left)));
        answer.shifts.truncate(SHIFTS);
        let doubtful = self.internet.doubtful.iter().zip(&compared.doubtful);
        answer.doubtful = doubtful
            .map(|((link, _), [before, after])| DoubtfulUse {
                link: *link,
                before: *before,
                after: *after,
            })
            .filter(|used| used.before > 0 || used.after > 0)
            .collect();
    }

    /// The shares of all networks that have any, ascending; twins have equal parts of what is counted for them together.
    fn used(&self, counted: &[[u128; 2]], all: &[u128; 2]) -> Vec<Share> {
        let topology = self.internet.topology;
        let used = |index: AsIndex| {
            let merged = self.merged.of(index);
            let parts = counted.get(merged.get()).filter(|parts| **parts != [0, 0])?;
            let twins = float(self.merged.members(merged).len());
            let share = |side: usize| match all[side] {
                0 => 0.0,
                all => float(parts[side]) / twins / float(all),
            };
            Some(Share { network: topology.asn(index), before: share(0), after: share(1) })
        };
        topology.ases().filter_map(used).collect()
    }
}

impl Reach {
    /// Adds a part of another, for a weighted mean.
    fn plus(self, right: Self, weight: f64) -> Self {
        // Hops are a mean over routes, so an origin that nobody hears has no say in them; see below.
        Self {
            networks: right.networks.mul_add(weight, self.networks),
            customer: right.customer.mul_add(weight, self.customer),
            peer: right.peer.mul_add(weight, self.peer),
            provider: right.provider.mul_add(weight, self.provider),
            network_share: right.network_share.mul_add(weight, self.network_share),
            address_share: right.address_share.mul_add(weight, self.address_share),
            mean_hops: {
                let routes = right.networks.mul_add(weight, self.networks);
                let hops =
                    self.mean_hops * self.networks + right.mean_hops * right.networks * weight;
                if routes > 0.0 { hops / routes } else { 0.0 }
            },
        }
    }
}

/// Customers of the target that are not of it, doubtful links left out.
fn dependants(internet: &Internet<'_>, origins: &Origins, is_target: &[bool]) -> Dependants {
    let topology = internet.topology;
    let doubted: BTreeSet<Link> = internet.doubtful.iter().map(|(_, link)| *link).collect();
    let sound = |left: AsIndex, right: AsIndex| !doubted.contains(&Link::new(left, right));
    let mut below = BTreeSet::new();
    let mut open: Vec<AsIndex> = origins.known.iter().map(|(index, _)| *index).collect();
    while let Some(index) = open.pop() {
        let customers = topology.customers(index).iter().copied().filter(|to| sound(index, *to));
        open.extend(customers.filter(|to| !is_target[to.get()] && below.insert(*to)));
    }
    // Whoever has another way out frees its customers, and so on down.
    let mut captive = below.clone();
    let has_way_out = |index: AsIndex, captive: &BTreeSet<AsIndex>| {
        let providers = topology.providers(index).iter().filter(|up| sound(index, **up));
        let peers = topology.peers(index).iter().filter(|peer| sound(index, **peer));
        let outside = |right: &AsIndex| !is_target[right.get()] && !captive.contains(right);
        providers.chain(peers).copied().any(|right| outside(&right))
    };
    let mut open: Vec<AsIndex> = below.iter().copied().collect();
    while let Some(index) = open.pop() {
        if captive.contains(&index) && has_way_out(index, &captive) {
            captive.remove(&index);
            open.extend(topology.customers(index).iter().chain(topology.peers(index)));
        }
    }
    Dependants {
        customers: internet.hit(below.iter().copied()),
        captive: internet.hit(captive.iter().copied()),
    }
}

#[cfg(test)]
mod tests {
    use arbtest::arbitrary::{Result as Drawn, Unstructured};
    use demarche_case::Asn;

    use super::super::Cut;
    use super::*;
    use crate::{Relationship, Topology};

    /// Networks 1 to 60 at most; many stubs have the same providers, and a few links contradict each other.
    fn any_topology(u: &mut Unstructured<'_>) -> Drawn<Topology> {
        let mut links = Vec::new();
        for asn in 2..=u.int_in_range(2..=60)? {
            for _ in 0..u.int_in_range(1..=3)? {
                let provider = u.int_in_range(1..=(asn - 1).min(12))?;
                links.push((Asn(provider), Asn(asn), Relationship::ProviderToCustomer));
            }
            if u.ratio(1, 3)? {
                let peer = u.int_in_range(1..=asn - 1)?;
                links.push((Asn(peer), Asn(asn), Relationship::PeerToPeer));
            }
        }
        Ok(Topology::from_links(links))
    }

    fn same(left: f64, right: f64) -> bool {
        (left - right).abs() <= 1e-12
    }

    fn shares(list: &[Share]) -> BTreeMap<Asn, Share> {
        list.iter().map(|share| (share.network, *share)).collect()
    }

    fn assert_same_shares(quick: &[Share], plain: &[Share]) {
        let (quick, plain) = (shares(quick), shares(plain));
        let all: BTreeSet<Asn> = quick.keys().chain(plain.keys()).copied().collect();
        for asn in all {
            let of = |shares: &BTreeMap<Asn, Share>| shares.get(&asn).copied().unwrap_or_default();
            let (quick, plain) = (of(&quick), of(&plain));
            // A change of nothing but rounding is listed by whoever rounds.
            let change = |share: Share| share.after - share.before;
            let is_same = same(quick.before, plain.before) && same(quick.after, plain.after);
            let is_noise = same(change(quick), 0.0) && same(change(plain), 0.0);
            assert!(is_same || is_noise, "{asn}: {quick:?}, one by one {plain:?}");
        }
    }

    fn assert_same(quick: &CutAnswer, plain: &CutAnswer) {
        assert_eq!(quick.before, plain.before);
        assert_eq!(quick.after, plain.after);
        assert_eq!(quick.origins, plain.origins);
        assert_eq!((quick.lost, quick.rerouted), (plain.lost, plain.rerouted));
        assert_eq!(quick.dependants, plain.dependants);
        assert_eq!(quick.doubtful, plain.doubtful);
        assert!(same(quick.rerouted_share, plain.rerouted_share));
        assert_eq!(quick.growth.len(), plain.growth.len());
        for (quick, plain) in quick.growth.iter().zip(&plain.growth) {
            assert!(quick.hops == plain.hops && same(quick.share, plain.share));
        }
        assert_same_shares(&quick.entries, &plain.entries);
        assert_same_shares(&quick.shifts, &plain.shifts);
    }

    #[test]
    fn batches_of_merged_networks_give_the_answer_of_one_by_one() {
        arbtest::arbtest(|u| {
            let topology = any_topology(u)?;
            let asns: Vec<Asn> = topology.ases().map(|index| topology.asn(index)).collect();
            let some = |u: &mut Unstructured<'_>, of: u8| -> Drawn<BTreeSet<Asn>> {
                let mut chosen = BTreeSet::new();
                for asn in &asns {
                    if u.ratio(1, of)? {
                        chosen.insert(*asn);
                    }
                }
                Ok(chosen)
            };
            let links = |u: &mut Unstructured<'_>| -> Drawn<BTreeSet<(Asn, Asn)>> {
                let pair = |u: &mut Unstructured<'_>| Ok((*u.choose(&asns)?, *u.choose(&asns)?));
                (0..u.int_in_range(0..=5)?).map(|_| pair(u)).collect()
            };
            let weight = |u: &mut Unstructured<'_>| Ok(u64::from(u.int_in_range(0..=3_u32)?));
            let target: BTreeMap<Asn, u64> =
                some(u, 3)?.into_iter().map(|asn| Ok((asn, weight(u)?))).collect::<Drawn<_>>()?;
            let addresses: BTreeMap<Asn, u64> =
                asns.iter().map(|asn| Ok((*asn, weight(u)?))).collect::<Drawn<_>>()?;
            let doubtful = links(u)?;
            let internet = Internet::new(&topology, &addresses, &doubtful);
            let cut = if u.arbitrary()? {
                Cut::Refuse(some(u, 6)?)
            } else {
                Cut::Sever { networks: some(u, 10)?, links: links(u)? }
            };
            let (origins, resolved) = (internet.origins(&target), internet.resolve(&cut));
            let quick = of(&internet, &origins, &resolved);
            assert_same(&quick, &one_by_one::of(&internet, &origins, &resolved));
            let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build();
            let again = pool.expect("three threads").install(|| of(&internet, &origins, &resolved));
            assert_eq!(again, quick, "on more threads");
            Ok(())
        })
        .budget_ms(1_500);
    }
}
