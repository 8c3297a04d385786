use std::collections::BTreeSet;

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use demarche_case::Asn;
use demarche_routes::propagate::{Mask, Memory, Picked};
use demarche_routes::{
    AsIndex, Count, Lane, Link, Propagator, Relationship, Restriction, Route, RouteClass,
    RoutingTree, Sink, Sweep, Tally, Topology, propagate,
};

use crate::topology::{any_links, internet_of_2014, reference};

/// Everyone asks all neighbours again and again until nothing changes: the policies, and nothing of the three phases.
fn by_asking_around(
    topology: &Topology,
    origin: AsIndex,
    restriction: &Restriction,
) -> Vec<Option<Route>> {
    let mut routes = vec![None; topology.len()];
    for _ in 0..topology.len() * topology.len() + 2 {
        let next: Vec<_> = topology
            .ases()
            .map(|index| pick(topology, origin, restriction, &routes, index))
            .collect();
        if next == routes {
            return routes;
        }
        routes = next;
    }
    panic!("the routes never settle");
}

fn pick(
    topology: &Topology,
    origin: AsIndex,
    restriction: &Restriction,
    routes: &[Option<Route>],
    index: AsIndex,
) -> Option<Route> {
    if restriction.ases.contains(&index) {
        return None;
    }
    if index == origin {
        return Some(Route { class: RouteClass::Origin, hops: 0, next_hop: None });
    }
    let customers = topology.customers(index).iter().map(|from| (*from, RouteClass::Customer));
    let peers = topology.peers(index).iter().map(|from| (*from, RouteClass::Peer));
    let providers = topology.providers(index).iter().map(|from| (*from, RouteClass::Provider));
    customers
        .chain(peers)
        .chain(providers)
        .filter(|(from, _)| !restriction.links.contains(&Link::new(*from, index)))
        .filter_map(|(from, class)| Some((from, class, routes[from.get()]?)))
        .filter(|(_, class, told)| {
            *class == RouteClass::Provider || told.class <= RouteClass::Customer
        })
        .filter(|(_, _, told)| (told.hops as usize) < topology.len())
        .map(|(from, class, told)| Route { class, hops: told.hops + 1, next_hop: Some(from) })
        .min_by_key(|route| (route.class, route.hops, route.next_hop))
}

pub(crate) fn any_restriction(
    u: &mut Unstructured<'_>,
    topology: &Topology,
) -> Result<Restriction> {
    let ases: Vec<AsIndex> = topology.ases().collect();
    let mut restriction = Restriction::none();
    for _ in 0..u.int_in_range(0..=2)? {
        restriction.ases.insert(*u.choose(&ases)?);
    }
    for _ in 0..u.int_in_range(0..=3)? {
        restriction.links.insert(Link::new(*u.choose(&ases)?, *u.choose(&ases)?));
    }
    Ok(restriction)
}

#[test]
fn three_phases_settle_where_asking_around_does() {
    arbtest(|u| {
        let topology = Topology::from_links(any_links(u)?);
        let restriction = any_restriction(u, &topology)?;
        let mut propagator = Propagator::new(&topology);
        for origin in topology.ases() {
            let expected = by_asking_around(&topology, origin, &restriction);
            let tree = propagator.run(origin, &restriction);
            let found: Vec<_> = topology.ases().map(|index| tree.route(index)).collect();
            assert_eq!(found, expected, "{topology:?} {origin:?} {restriction:?}");
        }
        Ok(())
    });
}

#[test]
fn everyone_comes_after_their_next_hop() {
    arbtest(|u| {
        let topology = Topology::from_links(any_links(u)?);
        for origin in topology.ases() {
            let tree = propagate(&topology, origin, &Restriction::none());
            let mut met = BTreeSet::new();
            for index in tree.order() {
                assert!(tree.next_hop(*index).is_none_or(|next| met.contains(&next)));
                assert!(met.insert(*index));
                assert_eq!(tree.path(*index).count(), tree.hops(*index).unwrap() as usize + 1);
            }
            assert_eq!(tree.carried(&vec![1; topology.len()])[origin.get()], met.len() as u64);
        }
        Ok(())
    });
}

#[test]
fn a_chain_of_a_thousand_hops_is_walked_to_its_end() {
    let chain = |kind| (1..1000).map(move |n| (Asn(n), Asn(n + 1), kind));
    let topology = Topology::from_links(chain(Relationship::ProviderToCustomer));
    let [top, bottom] = [1, 1000].map(|n| topology.index(Asn(n)).unwrap());
    let up = propagate(&topology, bottom, &Restriction::none());
    assert_eq!(up.route(top).map(|r| (r.class, r.hops)), Some((RouteClass::Customer, 999)));
    let down = propagate(&topology, top, &Restriction::none());
    assert_eq!(down.route(bottom).map(|r| (r.class, r.hops)), Some((RouteClass::Provider, 999)));
    let peers = Topology::from_links(chain(Relationship::PeerToPeer));
    assert_eq!(propagate(&peers, top, &Restriction::none()).reached(), 1);
}

fn number(value: &serde_json::Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

fn class_name(class: RouteClass) -> &'static str {
    match class {
        RouteClass::Origin => "origin",
        RouteClass::Customer => "customer",
        RouteClass::Peer => "peer",
        RouteClass::Provider => "provider",
    }
}

#[test]
fn routes_of_2014_are_those_of_other_simulators() {
    let (Some(topology), Some(pairs)) = (internet_of_2014(), reference("pairs-2014.json")) else {
        return;
    };
    let index = |value| topology.index(Asn(number(value))).unwrap();
    let pairs = pairs["pairs"].as_array().unwrap();
    assert!(!pairs.is_empty());
    for pair in pairs {
        let tree = propagate(topology, index(&pair["origin"]), &Restriction::none());
        let vantage = index(&pair["vantage"]);
        let path: Vec<_> = pair["path"].as_array().unwrap().iter().map(index).collect();
        assert_eq!(tree.path(vantage).collect::<Vec<_>>(), path);
        assert_eq!(pair["class"], class_name(tree.class(vantage).unwrap()));
        if let Some(other) = pair["matrix_bgpsim_path"].as_array() {
            assert_eq!(tree.hops(vantage).unwrap() as usize, other.len() - 1);
        }
    }
}

/// `cut=4837-131279` or `del=4837`.
pub(crate) fn restriction_of(topology: &Topology, changes: &serde_json::Value) -> Restriction {
    let index = |text: &str| topology.index(text.parse().unwrap()).unwrap();
    let mut restriction = Restriction::none();
    for change in changes.as_array().unwrap() {
        match change.as_str().unwrap().split_once('=').unwrap() {
            ("del", asn) => assert!(restriction.ases.insert(index(asn))),
            ("cut", link) => {
                let (one, other) = link.split_once('-').unwrap();
                assert!(restriction.links.insert(topology.link(index(one), index(other)).unwrap()));
            }
            change => panic!("{change:?}"),
        }
    }
    restriction
}

fn summary(topology: &Topology, tree: &RoutingTree) -> serde_json::Value {
    let count =
        |class| tree.order().iter().filter(|index| tree.class(**index) == Some(class)).count();
    let hops: u64 = tree.order().iter().filter_map(|index| tree.hops(*index)).map(u64::from).sum();
    let mean = hops as f64 / tree.reached().max(1) as f64;
    serde_json::json!({
        "origin": topology.asn(tree.origin()).0,
        "reached": tree.reached(),
        "customer": count(RouteClass::Customer),
        "peer": count(RouteClass::Peer),
        "provider": count(RouteClass::Provider),
        "mean_hops": (mean * 1e4).round() / 1e4,
    })
}

#[test]
fn cuts_of_2014_leave_the_reach_that_the_reference_has() {
    let (Some(topology), Some(whatif)) = (internet_of_2014(), reference("whatif-2014.json")) else {
        return;
    };
    let scenarios = whatif["scenarios"].as_array().unwrap();
    assert!(!scenarios.is_empty());
    for scenario in scenarios {
        let restriction = restriction_of(topology, &scenario["change"]);
        for routes in scenario["routes"].as_array().unwrap() {
            let origin = topology.index(Asn(number(&routes["origin"]))).unwrap();
            let tree = propagate(topology, origin, &restriction);
            assert_eq!(&summary(topology, &tree), routes, "{}", scenario["change"]);
        }
    }
}

/// Every route of every lane, as scalar propagation would tell it.
struct Record {
    routes: Vec<Vec<Option<Route>>>,
}

impl Record {
    fn take<const W: usize>(&mut self, lanes: &Mask<W>, index: AsIndex, route: Route) {
        for lane in (0..64 * W).filter(|lane| lanes[lane / 64] >> (lane % 64) & 1 == 1) {
            let next = route.next_hop.map(|next| self.routes[lane][next.get()]);
            assert!(next.is_none_or(|next| next.is_some()), "the next hop came later");
            assert_eq!(self.routes[lane][index.get()].replace(route), None, "picked twice");
        }
    }
}

impl<const W: usize> Sink<W> for Record {
    fn origin(&mut self, index: AsIndex, lanes: &Mask<W>) {
        self.take(lanes, index, Route { class: RouteClass::Origin, hops: 0, next_hop: None });
    }

    fn picked(&mut self, picked: Picked<'_, W>) {
        let Picked { index, via, hops, class, lanes, .. } = picked;
        self.take(lanes, index, Route { class, hops, next_hop: Some(via) });
    }
}

fn lanes_are_scalar<const W: usize>(topology: &Topology, lanes: &[Lane<'_>]) {
    let sweep = Sweep::new(topology);
    let mut memory = Memory::<W>::default();
    let mut propagator = Propagator::new(topology);
    for batch in lanes.chunks(sweep.capacity::<W>()) {
        let mut record = Record { routes: vec![vec![None; topology.len()]; batch.len()] };
        sweep.run(&mut memory, batch, &mut record);
        let mut count = Count::<W>::new();
        sweep.run(&mut memory, batch, &mut count);
        for ((lane, routes), tally) in batch.iter().zip(&record.routes).zip(count.tallies()) {
            let tree = propagator.run(lane.origin, lane.restriction);
            for index in topology.ases() {
                assert_eq!(routes[index.get()], tree.route(index), "{lane:?} at {index:?}");
            }
            assert_eq!(tally, tree.tally());
        }
    }
}

#[test]
fn a_batch_of_lanes_is_each_lane_by_itself() {
    arbtest(|u| {
        let topology = Topology::from_links(any_links(u)?);
        let mut restrictions = vec![Restriction::none()];
        for _ in 0..u.int_in_range(0..=20)? {
            restrictions.push(any_restriction(u, &topology)?);
        }
        let lanes: Vec<Lane<'_>> = restrictions
            .iter()
            .flat_map(|restriction| topology.ases().map(move |origin| Lane { origin, restriction }))
            .collect();
        lanes_are_scalar::<1>(&topology, &lanes);
        lanes_are_scalar::<4>(&topology, &lanes);
        Ok(())
    });
}

#[test]
fn lanes_of_2014_are_those_of_scalar_propagation() {
    let Some(topology) = internet_of_2014() else { return };
    let index = |asn| topology.index(Asn(asn)).unwrap();
    let unicom = Link::new(index(4837), index(131_279));
    let restrictions = [
        Restriction::none(),
        Restriction::without_ases([index(3356), index(174)]),
        Restriction::without_links([unicom]),
    ];
    let mut origins: Vec<AsIndex> = topology.ases().step_by(1201).collect();
    origins.extend([131_279, 4837, 3356, 29386].map(index));
    let lanes: Vec<Lane<'_>> = restrictions
        .iter()
        .flat_map(|restriction| origins.iter().map(move |o| Lane { origin: *o, restriction }))
        .collect();
    lanes_are_scalar::<2>(topology, &lanes);
}

#[test]
fn all_origins_of_2014_have_as_many_routes_as_the_reference_counts() {
    let Some(topology) = internet_of_2014() else { return };
    let sweep = Sweep::new(topology);
    let free = Restriction::none();
    let lane = |origin: &AsIndex| Lane { origin: *origin, restriction: &free };
    let lanes: Vec<Lane<'_>> = sweep.neighbourly().iter().map(lane).collect();
    let mut memory = Memory::<4>::default();
    let mut total = 0;
    for batch in lanes.chunks(sweep.capacity::<4>()) {
        let mut count = Count::<4>::new();
        sweep.run(&mut memory, batch, &mut count);
        total += count.tallies().iter().map(Tally::reached).sum::<u64>();
    }
    // The generator of the reference counts each origin's own route as well.
    assert_eq!(total + topology.len() as u64, REFERENCE_ROUTES);
}

/// Printed by `make_rib time AS_REL all`.
const REFERENCE_ROUTES: u64 = 2_098_298_805;
