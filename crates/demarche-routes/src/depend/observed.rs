//! Dependence as observed: from the routes of a collector's full-feed peers.

use std::cell::RefCell;
use std::collections::BTreeMap;

use demarche_case::assessment::routes::{
    Dependency, Family, GroupDependency, Influence, NetworkDependency, RouteBasis, Score,
};
use demarche_case::{Asn, Country};

use super::entries::Entries;
use super::groups::{GroupBy, Groups, strongest_first};
use super::hegemony::{Part, Weight, combined, views};
use super::influence::influence;
use super::question::{DependOptions, Describe, Subject};
use super::weighed::{WeighedRoute, WeighedRoutes};
use crate::rib::Rib;
use crate::topology::Topology;

/// The dependence of a target on those who carry its routes in one table.
///
/// `None` when no full-feed peer has a route to it: that is a gap, not an independence.
/// `topology` tells providers from customers for the transit influence, which is left out without one.
#[must_use]
pub fn observed(
    table: &Rib,
    family: Family,
    subject: &Subject<'_>,
    describe: &Describe<'_>,
    topology: Option<&Topology>,
    source: &str,
    options: &DependOptions,
) -> Option<Dependency> {
    let weighed = WeighedRoutes::new(table, family, options);
    let target: Vec<&[WeighedRoute]> = subject
        .origins
        .iter()
        .map(|origin| weighed.to(*origin))
        .filter(|routes| !routes.is_empty())
        .collect();
    if target.is_empty() {
        return None;
    }
    let reader = Reader {
        weighed: &weighed,
        target: &target,
        subject,
        describe,
        trim: options.trim,
        counts_origin: options.counts_origin,
    };
    let entries = reader.entries();
    Some(Dependency {
        family,
        basis: RouteBasis::Observed,
        source: source.to_owned(),
        coverage: 1.0,
        vantage_points: weighed.hosts.len() as u64,
        trim: options.trim,
        tables: Vec::new(),
        counts_origin: options.counts_origin,
        networks: reader.networks(topology),
        operators: reader.groups(GroupBy::Operator),
        countries: reader.groups(GroupBy::Country),
        frontier: entries.frontier(),
        points_of_control: entries.points_of_control(0.9),
    })
}

/// Reads one target's dependence off weighed routes.
struct Reader<'a> {
    weighed: &'a WeighedRoutes,
    /// The routes of each origin of the target.
    target: &'a [&'a [WeighedRoute]],
    subject: &'a Subject<'a>,
    describe: &'a Describe<'a>,
    trim: f64,
    counts_origin: bool,
}

impl Reader<'_> {
    fn networks(&self, topology: Option<&Topology>) -> Vec<NetworkDependency> {
        let by_addresses = self.scores(
            Weight::Addresses,
            |routes| self.total(routes, Weight::Addresses),
            |_, asn| Some(asn),
        );
        let by_prefixes = self.scores(
            Weight::Prefixes,
            |routes| self.total(routes, Weight::Prefixes),
            |_, asn| Some(asn),
        );
        let by_networks = self.scores(Weight::Addresses, |_| 1.0, |_, asn| Some(asn));
        let by_population = self.subject.populations.map(|populations| {
            let people = |routes: &[WeighedRoute]| {
                routes.first().map_or(0.0, |route| populations.of(Asn(route.origin)))
            };
            self.scores(Weight::Addresses, people, |_, asn| Some(asn))
        });
        let influences = topology.map_or_else(BTreeMap::new, |topology| self.influences(topology));
        let find =
            |scores: &BTreeMap<u32, Score>, asn: u32| scores.get(&asn).copied().unwrap_or_default();
        let mut networks: Vec<NetworkDependency> = by_addresses
            .iter()
            .map(|(asn, score)| {
                let network = (self.describe)(Asn(*asn));
                NetworkDependency {
                    place: self.subject.place(&network),
                    by_addresses: *score,
                    by_prefixes: find(&by_prefixes, *asn),
                    by_networks: find(&by_networks, *asn),
                    by_population: by_population.as_ref().map(|scores| find(scores, *asn)),
                    cti: influences.get(&network.asn).copied(),
                    network,
                }
            })
            .collect();
        networks.sort_by(strongest_first);
        networks
    }

    /// The scores of all groups, each origin's routes weighing as `weight_of` says.
    ///
    /// An origin is no transit of its own unless it is asked to count; it may be that of another origin of the target.
    fn scores(
        &self,
        weight: Weight,
        weight_of: impl Fn(&[WeighedRoute]) -> f64,
        group: impl Fn(usize, u32) -> Option<u32>,
    ) -> BTreeMap<u32, Score> {
        let part = |routes: &&[WeighedRoute]| Part {
            weight: weight_of(routes),
            views: views(self.weighed, routes, weight, |position, asn| {
                let is_origin = routes.first().is_some_and(|route| route.origin == asn);
                if is_origin && !self.counts_origin { None } else { group(position, asn) }
            }),
        };
        let parts: Vec<Part> = self.target.iter().map(part).collect();
        combined(&parts, self.weighed.hosts.len(), self.trim)
    }

    /// The addresses or prefixes of an origin: as many as the peer has that sees most of them.
    fn total(&self, routes: &[WeighedRoute], weight: Weight) -> f64 {
        let sessions = routes.chunk_by(|left, right| left.session == right.session);
        sessions.map(|routes| routes.iter().map(|route| weight.of(route)).sum()).fold(0.0, f64::max)
    }

    fn groups(&self, by: GroupBy) -> Vec<GroupDependency> {
        let organisations = self.subject.organisations;
        let groups = RefCell::new(Groups::new(by, self.describe, organisations));
        // The vantage point's own network is where the traffic ends, not a way to it.
        let group = |position: usize, asn: u32| {
            if position == 0 { None } else { groups.borrow_mut().of(Asn(asn)) }
        };
        let scores =
            self.scores(Weight::Addresses, |routes| self.total(routes, Weight::Addresses), group);
        groups.into_inner().ranked(&scores, self.subject)
    }

    fn influences(&self, topology: &Topology) -> BTreeMap<Asn, Influence> {
        let sells_to = |provider: u32, customer: u32| {
            let known = topology.index(Asn(provider)).zip(topology.index(Asn(customer)));
            known.is_some_and(|(provider, customer)| {
                topology.customers(provider).binary_search(&customer).is_ok()
            })
        };
        let ours = self.subject.country;
        let inside = |host: Asn| ours.is_some() && (self.describe)(host).country == ours;
        influence(self.weighed, self.target.iter().copied().flatten(), sells_to, inside, self.trim)
    }

    /// Finds the entries of routes: the last network before the target, or before the target's country.
    fn entries(&self) -> Entries {
        let mut entries = Entries::default();
        let totals: Vec<f64> =
            self.target.iter().map(|routes| self.total(routes, Weight::Addresses)).collect();
        let all: f64 = totals.iter().sum();
        let mut countries: BTreeMap<Asn, Option<Country>> = BTreeMap::new();
        for (routes, total) in self.target.iter().zip(&totals).filter(|(_, total)| **total > 0.0) {
            let sessions = routes.chunk_by(|left, right| left.session == right.session).count();
            for route in *routes {
                if let Some(entry) = self.entry(route, &mut countries) {
                    entries.add(entry, route.addresses / total / sessions as f64 * (total / all));
                }
            }
        }
        entries
    }

    /// The foreign network over which one route enters; `None` when it never leaves the country.
    fn entry(
        &self,
        route: &WeighedRoute,
        countries: &mut BTreeMap<Asn, Option<Country>>,
    ) -> Option<Asn> {
        let mut hops = Vec::new();
        self.weighed.hops.on_the_way(route.path, route.origin, &mut hops);
        let mut domestic = |asn: Asn| {
            let theirs = countries.entry(asn).or_insert_with(|| (self.describe)(asn).country);
            self.subject.origins.binary_search(&asn).is_ok()
                || (self.subject.country.is_some() && *theirs == self.subject.country)
        };
        hops.iter().rev().map(|hop| Asn(hop.asn)).find(|asn| !domestic(*asn))
    }
}
