//! Dependence as modelled, one origin and one vantage point after the other: the plain way, by which the quick one is tested.

use std::collections::BTreeMap;

use demarche_case::Asn;
use demarche_case::assessment::routes::{
    Dependency, Family, GroupDependency, Influence, Network, NetworkDependency, RouteBasis, Score,
};

use super::super::entries::Entries;
use super::super::groups::{GroupBy, Groups, strongest_first};
use super::super::question::{DependOptions, Describe, Subject};
use super::super::score::{dropped_at_each_end, mean, score, trimmed_mean};
use crate::propagate::{Propagator, Restriction, RouteClass, RoutingTree};
use crate::topology::{AsIndex, Topology};

/// Networks, operators and countries that are followed at most; the rest carry less than any of these.
const FOLLOWED: usize = 64;

/// The same answer as [`super::modelled`].
pub(crate) fn one_by_one(
    topology: &Topology,
    subject: &Subject<'_>,
    describe: &Describe<'_>,
    source: &str,
    options: &DependOptions,
) -> Option<Dependency> {
    let origins = weighed_origins(topology, subject);
    let vantage = vantage_points(topology, subject);
    if origins.is_empty() || vantage.count == 0 {
        return None;
    }
    let mut propagator = Propagator::new(topology);
    let mut carried = vec![0.0; topology.len()];
    for origin in &origins {
        let tree = propagator.run(origin.index, &Restriction::none());
        add_carried(tree, &vantage, origin.weights[ADDRESSES], &mut carried);
    }
    let mut view = View::new(topology, subject, describe, &carried, &vantage, options.trim);
    for origin in &origins {
        view.add(propagator.run(origin.index, &Restriction::none()), origin);
    }
    Some(view.into_dependency(source))
}

const ADDRESSES: usize = 0;
const PREFIXES: usize = 1;
const NETWORKS: usize = 2;

/// An origin with its share of the target by addresses, prefixes and networks; each sums to 1 over the target.
struct Origin {
    index: AsIndex,
    weights: [f64; 3],
}

fn weighed_origins(topology: &Topology, subject: &Subject<'_>) -> Vec<Origin> {
    let known: Vec<(AsIndex, [u64; 3])> = subject
        .origins
        .iter()
        .zip(subject.addresses.iter().zip(subject.prefixes))
        .filter_map(|(asn, (addresses, prefixes))| {
            Some((topology.index(*asn)?, [*addresses, *prefixes, 1]))
        })
        .collect();
    let mut totals = [0_u64; 3];
    for (_, weights) in &known {
        totals.iter_mut().zip(weights).for_each(|(total, weight)| *total += weight);
    }
    let networks = known.len() as f64;
    let share = |weight: u64, total: u64| {
        if total == 0 { 1.0 / networks } else { weight as f64 / total as f64 }
    };
    let origin = |(index, [a, p, n]): (AsIndex, [u64; 3])| Origin {
        index,
        weights: [
            share(a, totals[ADDRESSES]),
            share(p, totals[PREFIXES]),
            share(n, totals[NETWORKS]),
        ],
    };
    known.into_iter().map(origin).collect()
}

/// All networks but the target's own.
struct VantagePoints {
    counts: Vec<u64>,
    count: usize,
}

fn vantage_points(topology: &Topology, subject: &Subject<'_>) -> VantagePoints {
    let outside = |index: AsIndex| subject.origins.binary_search(&topology.asn(index)).is_err();
    let counts: Vec<u64> = topology.ases().map(|index| u64::from(outside(index))).collect();
    VantagePoints { count: counts.iter().filter(|count| **count > 0).count(), counts }
}

fn add_carried(tree: &RoutingTree, vantage: &VantagePoints, weight: f64, carried: &mut [f64]) {
    let counts = tree.carried(&vantage.counts);
    for index in tree.order().iter().skip(1).map(|index| index.get()) {
        // Traffic that ends at a network is not carried by it.
        carried[index] += weight * (counts[index] - vantage.counts[index]) as f64;
    }
}

/// The view of every vantage point on the groups that carry most, added up origin by origin.
struct View<'a> {
    topology: &'a Topology,
    subject: &'a Subject<'a>,
    describe: &'a Describe<'a>,
    vantage: &'a VantagePoints,
    trim: f64,
    networks: Followed,
    operators: (Followed, Groups<'a>),
    countries: (Followed, Groups<'a>),
    /// Transit influence: credit by vantage point and network, and the weight of the paths that count.
    credit: Vec<f64>,
    counted: Vec<f64>,
    inside: Vec<bool>,
    domestic: Vec<bool>,
    entries: Entries,
}

impl<'a> View<'a> {
    fn new(
        topology: &'a Topology,
        subject: &'a Subject<'a>,
        describe: &'a Describe<'a>,
        carried: &[f64],
        vantage: &'a VantagePoints,
        trim: f64,
    ) -> Self {
        let is_own = |index: AsIndex| subject.origins.binary_search(&topology.asn(index)).is_ok();
        let networks =
            Followed::new(topology, carried, Ends::Counted, |index| Some(topology.asn(index).0));
        let rolled = |by| {
            let mut groups = Groups::new(by, describe, subject.organisations);
            let group = |index| groups.of(topology.asn(index));
            let followed = Followed::new(topology, carried, Ends::Left, group);
            (followed, groups)
        };
        let (operators, countries) = (rolled(GroupBy::Operator), rolled(GroupBy::Country));
        let inside: Vec<bool> = topology
            .ases()
            .map(|index| {
                subject.country.is_some()
                    && describe(topology.asn(index)).country == subject.country
            })
            .collect();
        let domestic =
            topology.ases().zip(&inside).map(|(index, inside)| *inside || is_own(index)).collect();
        Self {
            credit: vec![0.0; topology.len() * networks.groups.len()],
            counted: vec![0.0; topology.len()],
            entries: Entries::default(),
            topology,
            subject,
            describe,
            vantage,
            trim,
            networks,
            operators,
            countries,
            inside,
            domestic,
        }
    }

    fn add(&mut self, tree: &RoutingTree, origin: &Origin) {
        self.networks.add(tree, self.vantage, &origin.weights, self.trim);
        self.operators.0.add(tree, self.vantage, &origin.weights, self.trim);
        self.countries.0.add(tree, self.vantage, &origin.weights, self.trim);
        self.add_influence(tree, origin.weights[ADDRESSES]);
        self.add_entries(tree, origin.weights[ADDRESSES]);
    }

    /// A path counts from its first provider-to-customer link on, which is where a network has a customer route.
    fn add_influence(&mut self, tree: &RoutingTree, weight: f64) {
        let width = self.networks.groups.len();
        let mut behind: Vec<u64> = vec![0; self.topology.len()];
        let mut counts: Vec<bool> = vec![false; self.topology.len()];
        let hops: Vec<f64> = self
            .networks
            .first_members(self.topology)
            .map(|index| index.and_then(|index| tree.hops(index)).map_or(0.0, f64::from))
            .collect();
        for index in tree.order().iter().skip(1) {
            let Some(next) = tree.next_hop(*index) else { continue };
            let customer = |index: AsIndex| {
                index != tree.origin() && tree.class(index) == Some(RouteClass::Customer)
            };
            let passed = if customer(next) { self.networks.bit(next) } else { 0 };
            behind[index.get()] = behind[next.get()] | passed;
            counts[index.get()] = customer(*index) || counts[next.get()];
            if !counts[index.get()]
                || self.inside[index.get()]
                || self.vantage.counts[index.get()] == 0
            {
                continue;
            }
            self.counted[index.get()] += weight;
            for bit in bits(behind[index.get()]) {
                if hops[bit] > 0.0 {
                    self.credit[index.get() * width + bit] += weight / hops[bit];
                }
            }
        }
    }

    /// Follows each route to where it enters the target's country.
    fn add_entries(&mut self, tree: &RoutingTree, weight: f64) {
        let mut entry: Vec<Option<AsIndex>> = vec![None; self.topology.len()];
        let mut shares: BTreeMap<AsIndex, u64> = BTreeMap::new();
        for index in tree.order().iter().skip(1) {
            let before = tree.next_hop(*index).and_then(|next| entry[next.get()]);
            // A route that leaves the country and comes back enters where it last does, nearest the target.
            entry[index.get()] = before.or_else(|| (!self.domestic[index.get()]).then_some(*index));
            if let Some(over) = entry[index.get()].filter(|_| self.vantage.counts[index.get()] > 0)
            {
                *shares.entry(over).or_default() += 1;
            }
        }
        for (over, vantage) in shares {
            self.entries
                .add(self.topology.asn(over), weight * vantage as f64 / self.vantage.count as f64);
        }
    }

    fn into_dependency(self, source: &str) -> Dependency {
        let ranked = |(followed, groups): &(Followed, Groups<'a>)| -> Vec<GroupDependency> {
            let scores = followed.scores(ADDRESSES, self.vantage, self.trim);
            groups.ranked(&scores, self.subject)
        };
        Dependency {
            family: Family::Ipv4,
            basis: RouteBasis::Modelled,
            source: source.to_owned(),
            coverage: 1.0,
            vantage_points: self.vantage.count as u64,
            trim: self.trim,
            tables: Vec::new(),
            counts_origin: false,
            networks: self.network_scores(),
            operators: ranked(&self.operators),
            countries: ranked(&self.countries),
            frontier: self.entries.frontier(),
            points_of_control: self.entries.points_of_control(0.9),
        }
    }

    fn network_scores(&self) -> Vec<NetworkDependency> {
        let [addresses, prefixes, networks] = [ADDRESSES, PREFIXES, NETWORKS]
            .map(|by| self.networks.scores(by, self.vantage, self.trim));
        let mut ranked: Vec<NetworkDependency> = self
            .networks
            .groups
            .iter()
            .enumerate()
            .filter(|(_, asn)| addresses[*asn].mean > 0.0)
            .map(|(column, asn)| {
                let network: Network = (self.describe)(Asn(*asn));
                NetworkDependency {
                    place: self.subject.place(&network),
                    network,
                    by_addresses: addresses[asn],
                    by_prefixes: prefixes[asn],
                    by_networks: networks[asn],
                    by_population: None,
                    cti: self.influence(column),
                }
            })
            .collect();
        ranked.sort_by(strongest_first);
        ranked
    }

    fn influence(&self, column: usize) -> Option<Influence> {
        let width = self.networks.groups.len();
        let counted = self.counted.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
        let mut values: Vec<f64> =
            counted.map(|(index, weight)| self.credit[index * width + column] / weight).collect();
        values.sort_unstable_by(f64::total_cmp);
        let total = values.len();
        (total > 0).then(|| Influence {
            mean: mean(&values, total),
            trimmed: trimmed_mean(&values, total, self.trim),
        })
    }
}

/// The rule for the network that a route ends at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ends {
    /// Yes, as the hegemony of networks is defined.
    Counted,
    /// No: what ends in a country is not carried by it.
    Left,
}

/// Groups of networks that are followed through every path.
struct Followed {
    /// The groups that carry most, in ascending order of their number.
    groups: Vec<u32>,
    /// The index in `groups` of each network's group, or [`u8::MAX`].
    of_network: Vec<u8>,
    ends: Ends,
    /// By weight: the trimmed score of each group.
    trimmed: Vec<Vec<f64>>,
    /// By weight: the share that each vantage point sees of each group.
    values: Vec<Vec<f64>>,
}

impl Followed {
    fn new(
        topology: &Topology,
        carried: &[f64],
        ends: Ends,
        mut group_of: impl FnMut(AsIndex) -> Option<u32>,
    ) -> Self {
        let on_the_way =
            |index: AsIndex| carried.get(index.get()).is_some_and(|carried| *carried > 0.0);
        let mut number = |index| if on_the_way(index) { group_of(index) } else { None };
        let numbers: Vec<Option<u32>> = topology.ases().map(&mut number).collect();
        let mut sums: BTreeMap<u32, f64> = BTreeMap::new();
        for (group, carried) in numbers.iter().zip(carried) {
            if let Some(group) = group {
                *sums.entry(*group).or_default() += carried;
            }
        }
        let mut largest: Vec<(u32, f64)> = sums.into_iter().filter(|(_, sum)| *sum > 0.0).collect();
        largest.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        let mut groups: Vec<u32> =
            largest.into_iter().take(FOLLOWED).map(|(group, _)| group).collect();
        groups.sort_unstable();
        let column = |group: &u32| {
            groups.binary_search(group).ok().and_then(|column| u8::try_from(column).ok())
        };
        let of_network = numbers
            .iter()
            .map(|group| group.as_ref().and_then(column).unwrap_or(u8::MAX))
            .collect();
        let size = groups.len();
        // Groups are ranked by addresses only.
        let weights = if ends == Ends::Counted { 3 } else { 1 };
        Self {
            of_network,
            trimmed: vec![vec![0.0; size]; weights],
            values: vec![vec![0.0; size * topology.len()]; weights],
            ends,
            groups,
        }
    }

    /// The bit of a network's group, or 0.
    fn bit(&self, index: AsIndex) -> u64 {
        match self.of_network.get(index.get()) {
            Some(column) if *column < u8::MAX => 1 << column,
            _ => 0,
        }
    }

    /// The network of each group, where groups are networks.
    fn first_members<'t>(
        &'t self,
        topology: &'t Topology,
    ) -> impl Iterator<Item = Option<AsIndex>> + 't {
        self.groups.iter().map(|asn| topology.index(Asn(*asn)))
    }

    fn add(&mut self, tree: &RoutingTree, vantage: &VantagePoints, weights: &[f64; 3], trim: f64) {
        let width = self.groups.len();
        let mut passed: Vec<u64> = vec![0; self.of_network.len()];
        let mut ones = vec![0_usize; width];
        for index in tree.order().iter().skip(1) {
            let Some(next) = tree.next_hop(*index) else { continue };
            let before = passed[next.get()];
            passed[index.get()] = before | self.bit(*index);
            if vantage.counts[index.get()] == 0 {
                continue;
            }
            let seen = if self.ends == Ends::Left { before } else { passed[index.get()] };
            for bit in bits(seen) {
                ones[bit] += 1;
                for (values, weight) in self.values.iter_mut().zip(weights) {
                    values[index.get() * width + bit] += weight;
                }
            }
        }
        let dropped = dropped_at_each_end(vantage.count, trim);
        let kept = vantage.count - 2 * dropped;
        for (group, ones) in ones.into_iter().enumerate() {
            // Each vantage point sees all or nothing of one origin, so the ones are trimmed by counting.
            let trimmed = if kept == 0 {
                0.0
            } else {
                ones.saturating_sub(dropped).min(kept) as f64 / kept as f64
            };
            for (sums, weight) in self.trimmed.iter_mut().zip(weights) {
                sums[group] += weight * trimmed;
            }
        }
    }

    fn scores(&self, by: usize, vantage: &VantagePoints, trim: f64) -> BTreeMap<u32, Score> {
        let width = self.groups.len();
        let of_group = |column: usize| {
            let seen = self.values[by].iter().skip(column).step_by(width.max(1));
            let mut values: Vec<f64> = seen.copied().filter(|value| *value > 0.0).collect();
            Score { trimmed: self.trimmed[by][column], ..score(&mut values, vantage.count, trim) }
        };
        self.groups.iter().enumerate().map(|(column, group)| (*group, of_group(column))).collect()
    }
}

/// The positions of the set bits.
fn bits(mut mask: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = mask.trailing_zeros();
        mask &= mask.wrapping_sub(1);
        (bit < 64).then_some(bit as usize)
    })
}
