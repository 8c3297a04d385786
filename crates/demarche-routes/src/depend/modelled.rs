//! Dependence as modelled: from routes computed on the AS graph, with every other network as a vantage point.
//!
//! It says who *would* carry the traffic if business relationships alone decided, and fills in where no
//! collector saw the target.
//!
//! Networks that no route tells apart are one ([`Merged`]), and routes are computed for [`LANES`] origins at once.
//! Two passes over the origins: the first finds the networks, operators and countries that carry most, the second follows these along every path.
//! Weights are whole numbers until the last division, so that the sums are exact: neither the order of the origins nor the number of threads can change a bit of the answer.

mod carriers;
mod followed;
#[cfg(test)]
mod one_by_one;
mod scene;
mod states;
mod view;

use std::ops::ControlFlow;

use demarche_case::assessment::routes::Dependency;
use rayon::prelude::*;

use super::question::{DependOptions, Describe, Subject};
use crate::merged::Merged;
use crate::progress::{Cancelled, unless_cancelled};
use crate::propagate::{Kept, LANES, Lane, Restriction, Sweep, row};
use crate::topology::Topology;
use carriers::Carriers;
use scene::{Origin, Scene, Weights};
use states::States;
use view::View;

/// Batches that are computed side by side, at most: each needs about 100 MB.
const SIDE_BY_SIDE: usize = 4;

const ADDRESSES: usize = 0;
const PREFIXES: usize = 1;
const NETWORKS: usize = 2;

/// The dependence of a target on those who would carry its routes on the AS graph.
///
/// `None` when none of its networks is in the graph. `on_origin` is told of (done, of) after some origins of each of two passes.
/// Runs on the caller's rayon pool; the answer does not depend on its size.
///
/// # Errors
///
/// [`Cancelled`] when `on_origin` breaks.
pub fn modelled(
    topology: &Topology,
    subject: &Subject<'_>,
    describe: &Describe<'_>,
    source: &str,
    options: &DependOptions,
    mut on_origin: impl FnMut(usize, usize) -> ControlFlow<()>,
) -> Result<Option<Dependency>, Cancelled> {
    let scene = Scene::new(topology, subject, describe, options.trim);
    if scene.origins.is_empty() || scene.vantage_points == 0 {
        return Ok(None);
    }
    let sweep = Sweep::new(&scene.merged.topology);
    let passes = Passes::new(&scene, &sweep);
    let mut counters: Vec<Counter> = passes.workers(|| Counter::new(&sweep));
    passes.each(
        &mut counters,
        |counter, batch| counter.add(&scene, &sweep, batch),
        |done, of| on_origin(done, 2 * of),
    )?;
    let carried = Counter::together(counters);
    let carriers = Carriers::new(&scene, &sweep, &carried);
    let mut followers: Vec<Follower<'_>> =
        passes.workers(|| Follower::new(&scene, &carriers, &sweep));
    passes.each(
        &mut followers,
        |follower, batch| follower.add(&scene, &sweep, batch),
        |done, of| on_origin(of + done, 2 * of),
    )?;
    let views = followers.into_iter().map(|follower| follower.view);
    Ok(views.reduce(View::plus).map(|whole| whole.into_dependency(source)))
}

/// The batches of origins, computed some at a time.
struct Passes<'s> {
    batches: Vec<&'s [Origin]>,
    origins: usize,
}

impl<'s> Passes<'s> {
    fn new(scene: &'s Scene<'_>, sweep: &Sweep<'_>) -> Self {
        let batches = scene.origins.chunks(sweep.capacity::<{ crate::propagate::WIDTH }>());
        let origins = scene.origins.iter().map(|origin| scene.merged.members(origin.index).len());
        Self { batches: batches.collect(), origins: origins.sum() }
    }

    fn workers<T>(&self, new: impl Fn() -> T) -> Vec<T> {
        let side_by_side = rayon::current_num_threads().min(SIDE_BY_SIDE).min(self.batches.len());
        (0..side_by_side.max(1)).map(|_| new()).collect()
    }

    /// Gives the batches to the workers, as many at a time as there are workers, and tells how many origins are done.
    fn each<T: Send>(
        &self,
        workers: &mut [T],
        work: impl Fn(&mut T, &[Origin]) + Sync,
        mut on_origin: impl FnMut(usize, usize) -> ControlFlow<()>,
    ) -> Result<(), Cancelled> {
        let (mut batches, waves) = (0, self.batches.chunks(workers.len()));
        for wave in waves {
            workers.par_iter_mut().zip(wave).for_each(|(worker, batch)| work(worker, batch));
            batches += wave.len();
            let done = self.origins * batches / self.batches.len();
            unless_cancelled(on_origin(done, self.origins))?;
        }
        Ok(())
    }
}

/// The routes of a batch, and the vantage points behind each transit network.
struct Batch {
    kept: Kept,
    behind: Vec<u32>,
    weights: Weights,
}

impl Batch {
    fn new() -> Self {
        Self { kept: Kept::default(), behind: Vec::new(), weights: [[0; 3]; LANES] }
    }

    fn run(&mut self, scene: &Scene<'_>, sweep: &Sweep<'_>, origins: &[Origin]) {
        let free = Restriction::none();
        let lanes: Vec<Lane<'_>> = origins
            .iter()
            .map(|origin| Lane { origin: origin.index, restriction: &free })
            .collect();
        self.kept.run(sweep, &lanes, false);
        self.kept.behind(sweep, &scene.own, &mut self.behind);
        self.weights = [[0; 3]; LANES];
        self.weights.iter_mut().zip(origins).for_each(|(lane, origin)| *lane = origin.weights);
    }
}

/// First pass: the weight of the routes that each transit network carries.
struct Counter {
    batch: Batch,
    carried: Vec<u128>,
}

impl Counter {
    fn new(sweep: &Sweep<'_>) -> Self {
        Self { batch: Batch::new(), carried: vec![0; sweep.transit()] }
    }

    fn add(&mut self, scene: &Scene<'_>, sweep: &Sweep<'_>, origins: &[Origin]) {
        self.batch.run(scene, sweep, origins);
        for (slot, carried) in self.carried.iter_mut().enumerate() {
            let behind = row(&self.batch.behind, slot);
            let weighed = behind.iter().zip(&self.batch.weights);
            *carried += weighed
                .map(|(behind, weights)| u128::from(*behind) * u128::from(weights[ADDRESSES]))
                .sum::<u128>();
        }
    }

    fn together(counters: Vec<Self>) -> Vec<u128> {
        let all = counters.into_iter().map(|counter| counter.carried);
        all.reduce(|mut sums, more| {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
            sums
        })
        .unwrap_or_default()
    }
}

/// Second pass: the view of every vantage point.
struct Follower<'a> {
    batch: Batch,
    states: States,
    view: View<'a>,
}

impl<'a> Follower<'a> {
    fn new(scene: &'a Scene<'a>, carriers: &'a Carriers<'a>, sweep: &Sweep<'_>) -> Self {
        let view = View::new(scene, carriers, sweep);
        Self { batch: Batch::new(), states: States::default(), view }
    }

    fn add(&mut self, scene: &Scene<'_>, sweep: &Sweep<'_>, origins: &[Origin]) {
        self.batch.run(scene, sweep, origins);
        self.states.follow(scene, self.view.carriers, sweep, &self.batch.kept);
        self.view.add_trimmed(sweep, &self.batch, &self.states);
        self.view.add_routes(sweep, &self.batch, &self.states);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use arbtest::arbitrary::{Result as Drawn, Unstructured};
    use demarche_case::assessment::routes::{GroupDependency, Network, Score};
    use demarche_case::{Asn, Country};

    use super::*;
    use crate::Relationship;

    /// Networks 1 to `most`, of which the lower numbers tend to be the providers; many stubs have the same.
    fn any_topology(u: &mut Unstructured<'_>, most: u32) -> Drawn<Topology> {
        let mut links = Vec::new();
        for asn in 2..=u.int_in_range(2..=most)? {
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

    fn assert_same_score(left: &Score, right: &Score, what: &str) {
        let is_same = same(left.trimmed, right.trimmed)
            && same(left.mean, right.mean)
            && left.spread.iter().zip(right.spread).all(|(left, right)| same(*left, right))
            && left.seen_by == right.seen_by;
        assert!(is_same, "{what}: {left:?}, one by one {right:?}");
    }

    fn by_label(groups: &[GroupDependency]) -> BTreeMap<&str, &GroupDependency> {
        groups.iter().map(|group| (group.label.as_str(), group)).collect()
    }

    fn assert_same(quick: &Dependency, plain: &Dependency) {
        assert_eq!(quick.vantage_points, plain.vantage_points);
        assert_eq!(quick.frontier, plain.frontier);
        assert_eq!(quick.points_of_control.len(), plain.points_of_control.len());
        for (quick, plain) in
            [(&quick.operators, &plain.operators), (&quick.countries, &plain.countries)]
        {
            assert_eq!(quick.len(), plain.len());
            for (label, quick) in by_label(quick) {
                let plain = by_label(plain)[label];
                assert_eq!((&quick.networks, quick.place), (&plain.networks, plain.place));
                assert_same_score(&quick.by_addresses, &plain.by_addresses, label);
            }
        }
        let of: BTreeMap<Asn, _> =
            plain.networks.iter().map(|network| (network.network.asn, network)).collect();
        assert_eq!(quick.networks.len(), of.len());
        for quick in &quick.networks {
            let (asn, plain) = (quick.network.asn.to_string(), of[&quick.network.asn]);
            assert_same_score(&quick.by_addresses, &plain.by_addresses, &asn);
            assert_same_score(&quick.by_prefixes, &plain.by_prefixes, &asn);
            assert_same_score(&quick.by_networks, &plain.by_networks, &asn);
            let influence = |cti: Option<demarche_case::assessment::routes::Influence>| {
                cti.map_or((-1.0, -1.0), |cti| (cti.mean, cti.trimmed))
            };
            let (left, right) = (influence(quick.cti), influence(plain.cti));
            assert!(same(left.0, right.0) && same(left.1, right.1), "{asn}: {left:?} {right:?}");
        }
    }

    #[test]
    fn batches_of_merged_networks_give_the_answer_of_one_by_one() {
        let countries: Vec<Country> =
            ["KP", "SY", "CU", "US"].map(|code| code.parse().expect("a country")).into();
        arbtest::arbtest(|u| {
            let topology = any_topology(u, 60)?;
            let ours = countries[0];
            let home: Vec<usize> = (0..100).map(|_| u.int_in_range(0..=3)).collect::<Drawn<_>>()?;
            let describe = |asn: Asn| Network {
                asn,
                name: asn
                    .0
                    .is_multiple_of(3)
                    .then(|| format!("X{} - Some Carrier {}", asn.0, asn.0 % 5)),
                country: home.get(asn.0 as usize).and_then(|home| countries.get(*home)).copied(),
            };
            let mut origins = Vec::new();
            for index in topology.ases() {
                let asn = topology.asn(index);
                let is_stub = topology.customers(index).is_empty();
                if u.ratio(if is_stub { 2 } else { 1 }, 5)? {
                    origins.push(asn);
                }
            }
            let weights = |u: &mut Unstructured<'_>| -> Drawn<Vec<u64>> {
                origins.iter().map(|_| Ok(u64::from(u.int_in_range(0..=3_u32)?) * 256)).collect()
            };
            let (addresses, prefixes) = (weights(u)?, weights(u)?);
            let subject = Subject {
                origins: &origins,
                country: u.ratio(2, 3)?.then_some(ours),
                addresses: &addresses,
                prefixes: &prefixes,
                populations: None,
                organisations: None,
            };
            let options = DependOptions::default();
            let quick = modelled(&topology, &subject, &describe, "", &options, |_, _| {
                ControlFlow::Continue(())
            })
            .expect("not cancelled");
            let plain = one_by_one::one_by_one(&topology, &subject, &describe, "", &options);
            assert_eq!(quick.is_some(), plain.is_some());
            if let (Some(quick), Some(plain)) = (&quick, &plain) {
                assert_same(quick, plain);
            }
            let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let again = pool(3).expect("three threads").install(|| {
                modelled(&topology, &subject, &describe, "", &options, |_, _| {
                    ControlFlow::Continue(())
                })
            });
            assert_eq!(again.expect("not cancelled"), quick, "on more threads");
            Ok(())
        })
        .budget_ms(1_500);
    }
}
