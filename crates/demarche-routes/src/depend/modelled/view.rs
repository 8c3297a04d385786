//! The view of every vantage point on the groups that carry most, added up batch by batch.

use std::collections::BTreeMap;

use demarche_case::Asn;
use demarche_case::assessment::routes::{
    Dependency, Family, GroupDependency, Influence, Network, NetworkDependency, RouteBasis, Score,
};
use demarche_case::number::float;

use super::super::entries::Entries;
use super::super::groups::{Groups, strongest_first};
use super::super::score::dropped_at_each_end;
use super::carriers::Carriers;
use super::followed::{Bits, Followed, score};
use super::scene::{Packed, Scene, packed, plus, unpacked};
use super::states::{State, States};
use super::{ADDRESSES, Batch, NETWORKS, PREFIXES};
use crate::AsIndex;
use crate::propagate::{LANES, RouteClass, Sweep, by_network, each_lane, row};

/// Multiplied by this and divided by its hops, a weight stays whole up to 22 hops: the least common multiple of 1 to 22.
///
/// The longest paths of 2014 have 13 hops; beyond 22 the division loses less than 10^-6 of a weight.
const WHOLE_BY_HOPS: u64 = 232_792_560;

/// Sums of whole numbers, by vantage point (in the order of the layout, in which they are visited) and group.
pub(crate) struct View<'a> {
    scene: &'a Scene<'a>,
    pub(crate) carriers: &'a Carriers<'a>,
    /// The vantage points that each stands for.
    vantages: Vec<u32>,
    networks: Vec<Packed>,
    operators: Vec<u64>,
    countries: Vec<u64>,
    /// Transit influence: the credit in parts of `whole_by_hops`, and the weight of the paths that count.
    credit: Vec<u64>,
    counted: Vec<u64>,
    /// [`WHOLE_BY_HOPS`], less where the weights are too large for it; and by hops, this divided by them.
    whole_by_hops: u64,
    parts: [u64; 23],
    /// By network: the weight of the routes that enter over it, which may be 0; `None` where none does.
    entries: Vec<Option<u128>>,
    trimmed: Trimmed,
    /// By state, while a vantage point is looked at.
    by_state: Vec<Packed>,
}

/// A vantage point: its number in the merged graph, and its row in the sums.
#[derive(Clone, Copy)]
struct Point {
    index: AsIndex,
    row: usize,
}

/// By group: the vantage points that are left when the ends are trimmed, weighed, over all origins.
struct Trimmed {
    networks: Vec<[u128; 3]>,
    operators: Vec<u128>,
    countries: Vec<u128>,
}

impl<'a> View<'a> {
    pub(crate) fn new(scene: &'a Scene<'a>, carriers: &'a Carriers<'a>, sweep: &Sweep<'_>) -> Self {
        let ases = scene.merged.topology.len();
        let mut vantages = vec![0; ases];
        for (index, own) in scene.merged.topology.ases().zip(&scene.own) {
            vantages[sweep.slot(index) as usize] = *own;
        }
        let whole_by_hops = WHOLE_BY_HOPS.min(u64::MAX / scene.totals[ADDRESSES].max(1));
        let size = |followed: &Followed| followed.groups.len();
        let [networks, operators, countries] =
            [&carriers.networks, &carriers.operators, &carriers.countries].map(size);
        Self {
            scene,
            carriers,
            vantages,
            networks: vec![[0; 2]; ases * networks],
            operators: vec![0; ases * operators],
            countries: vec![0; ases * countries],
            credit: vec![0; ases * networks],
            counted: vec![0; ases],
            whole_by_hops,
            parts: std::array::from_fn(|hops| whole_by_hops / (hops as u64).max(1)),
            entries: vec![None; ases],
            trimmed: Trimmed {
                networks: vec![[0; 3]; networks],
                operators: vec![0; operators],
                countries: vec![0; countries],
            },
            by_state: Vec::new(),
        }
    }

    /// Adds the routes of all vantage points.
    pub(crate) fn add_routes(&mut self, sweep: &Sweep<'_>, batch: &Batch, states: &States) {
        let own = &self.scene.own;
        // Neighbours in the layout have the same providers, whose states then are in the cache.
        let (picks, _) = by_network(
            &batch.kept.picks,
            own.len(),
            |index| own[index.get()] > 0,
            |index| sweep.slot(index) as usize,
        );
        let mut by_state = std::mem::take(&mut self.by_state);
        by_state.clear();
        by_state.resize(2 * states.all.len(), [0; 2]);
        let weights = batch.weights.map(packed);
        let mut met: Vec<u32> = Vec::new();
        for of_network in picks.chunk_by(|left, right| left.index == right.index) {
            let Some(first) = of_network.first() else { continue };
            let point = Point { index: first.index, row: sweep.slot(first.index) as usize };
            for pick in of_network {
                let before = states.row(sweep, pick.via);
                let is_customer = u32::from(pick.class == RouteClass::Customer);
                each_lane(&pick.lanes, |lane| {
                    let state = 2 * before[lane] + is_customer;
                    let sums = &mut by_state[state as usize];
                    // Each origin counts as a network, so that a sum of 0 has not been met.
                    if sums[1] == 0 {
                        met.push(state);
                    }
                    *sums = plus(*sums, weights[lane]);
                });
            }
            for state in met.drain(..) {
                let weights = std::mem::take(&mut by_state[state as usize]);
                let is_customer = state % 2 == 1;
                let state = &states.all[state as usize / 2];
                self.add(point, state, is_customer, weights, states);
            }
        }
        self.by_state = by_state;
    }

    /// Adds the routes of a vantage point whose next hops have one state.
    fn add(
        &mut self,
        point: Point,
        state: &State,
        is_customer: bool,
        weights: Packed,
        states: &States,
    ) {
        let (scene, row) = (self.scene, point.row);
        let addresses = weights[ADDRESSES];
        // The hegemony of networks counts the one at which a route ends; what ends in a country is not carried by it.
        let networks = row_of(&mut self.networks, &self.carriers.networks, row);
        (state.networks | self.carriers.networks.bit(point.index))
            .each(|group| networks[group] = plus(networks[group], weights));
        let operators = row_of(&mut self.operators, &self.carriers.operators, row);
        state.operators.each(|group| operators[group] += addresses);
        let countries = row_of(&mut self.countries, &self.carriers.countries, row);
        state.countries.each(|group| countries[group] += addresses);
        // A path counts from its first provider-to-customer link on, which is where a network has a customer route.
        if (is_customer || state.counts) && !scene.inside[point.index.get()] {
            self.counted[row] += addresses;
            let credit = row_of(&mut self.credit, &self.carriers.networks, row);
            for (group, hops) in states.credited(state) {
                let parts = self.parts.get(hops as usize).copied();
                credit[group] += addresses
                    * parts.unwrap_or_else(|| self.whole_by_hops / u64::from(hops).max(1));
            }
        }
        let entry = scene.entry(state.entry, point.index);
        if entry != AsIndex::NONE {
            *self.entries[entry.get()].get_or_insert(0) +=
                u128::from(addresses) * u128::from(self.vantages[row]);
        }
    }

    /// Each vantage point sees all or nothing of one origin, so the ones are trimmed by counting.
    pub(crate) fn add_trimmed(&mut self, sweep: &Sweep<'_>, batch: &Batch, states: &States) {
        let mut seeing = Seeing::new(self.carriers);
        for pick in &batch.kept.picks {
            let (Some(slot), index) = (sweep.transit_slot(pick.index), pick.index) else {
                continue;
            };
            let (network, operator, country) = (
                self.carriers.networks.bit(index),
                self.carriers.operators.bit(index),
                self.carriers.countries.bit(index),
            );
            if network | operator | country == Bits::NONE {
                continue;
            }
            let (behind, vantages) = (row(&batch.behind, slot), self.scene.own[index.get()]);
            let before = states.row(sweep, pick.via);
            each_lane(&pick.lanes, |lane| {
                // Whoever is behind two networks of a group is counted at the one nearer the origin.
                let old = &states.all[before[lane] as usize];
                let (behind, new) = (behind[lane], Bits::without);
                network.each(|group| seeing.networks[group * LANES + lane] += behind + vantages);
                new(operator, old.operators)
                    .each(|group| seeing.operators[group * LANES + lane] += behind);
                new(country, old.countries)
                    .each(|group| seeing.countries[group * LANES + lane] += behind);
            });
        }
        self.trimmed.add(self.scene, batch, &seeing);
    }

    /// The sums of both.
    pub(crate) fn plus(mut self, right: Self) -> Self {
        let arrays = [
            (&mut self.operators, right.operators),
            (&mut self.countries, right.countries),
            (&mut self.counted, right.counted),
            (&mut self.credit, right.credit),
        ];
        for (sums, more) in arrays {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        for (sum, more) in self.entries.iter_mut().zip(right.entries) {
            *sum = [*sum, more].into_iter().flatten().reduce(|left, right| left + right);
        }
        let networks = self.networks.iter_mut().zip(right.networks);
        networks.for_each(|(sum, more)| *sum = plus(*sum, more));
        self.trimmed.plus(right.trimmed);
        self
    }

    pub(crate) fn into_dependency(self, source: &str) -> Dependency {
        let (scene, carriers) = (self.scene, self.carriers);
        let ranked = |groups: &Groups<'_>, scores: BTreeMap<u32, Score>| -> Vec<GroupDependency> {
            groups.ranked(&scores, scene.subject)
        };
        let operators =
            self.group_scores(&carriers.operators, &self.operators, &self.trimmed.operators);
        let countries =
            self.group_scores(&carriers.countries, &self.countries, &self.trimmed.countries);
        let entries = self.entries();
        Dependency {
            family: Family::Ipv4,
            basis: RouteBasis::Modelled,
            source: source.to_owned(),
            coverage: 1.0,
            vantage_points: u64::try_from(scene.vantage_points).expect("a count of networks"),
            trim: scene.trim,
            tables: Vec::new(),
            counts_origin: false,
            networks: self.network_scores(),
            operators: ranked(&carriers.named_operators, operators),
            countries: ranked(&carriers.named_countries, countries),
            frontier: entries.frontier(),
            points_of_control: entries.points_of_control(0.9),
        }
    }

    /// The share of routes that enter over each network; the twins of one each take their part of what enters over it.
    fn entries(&self) -> Entries {
        let scene = self.scene;
        let mut entries = Entries::default();
        for (index, weight) in scene.merged.topology.ases().zip(&self.entries) {
            let members = scene.merged.members(index);
            let whole = float(scene.totals[ADDRESSES]) * float(scene.vantage_points);
            let Some(weight) = weight else { continue };
            let share = float(*weight) / float(members.len()) / whole;
            for member in members {
                entries.add(scene.whole.asn(*member), share);
            }
        }
        entries
    }

    fn group_scores(
        &self,
        followed: &Followed,
        values: &[u64],
        trimmed: &[u128],
    ) -> BTreeMap<u32, Score> {
        let width = followed.groups.len();
        let of_group = |column: usize| {
            let column_values = values.iter().skip(column).step_by(width.max(1)).copied();
            self.score(column_values, trimmed[column], ADDRESSES)
        };
        followed
            .groups
            .iter()
            .enumerate()
            .map(|(column, group)| (*group, of_group(column)))
            .collect()
    }

    fn score(&self, values: impl Iterator<Item = u64>, trimmed: u128, by: usize) -> Score {
        let scene = self.scene;
        let seen = values.zip(&self.vantages).filter(|(value, _)| *value > 0);
        let seen = seen.map(|(value, vantages)| (value, *vantages)).collect();
        let (whole, total) = (scene.totals[by], scene.vantage_points);
        let kept = total - 2 * dropped_at_each_end(total, scene.trim);
        let trimmed = if kept == 0 { 0.0 } else { float(trimmed) / float(whole) / float(kept) };
        score(seen, whole, total, trimmed)
    }

    fn network_scores(&self) -> Vec<NetworkDependency> {
        let followed = &self.carriers.networks;
        let width = followed.groups.len();
        let of = |column: usize, by: usize| {
            let values = self.networks.iter().skip(column).step_by(width.max(1));
            self.score(
                values.map(|sums| unpacked(*sums, by)),
                self.trimmed.networks[column][by],
                by,
            )
        };
        let mut ranked: Vec<NetworkDependency> = followed
            .groups
            .iter()
            .enumerate()
            .map(|(column, asn)| {
                let network: Network = (self.scene.describe)(Asn(*asn));
                NetworkDependency {
                    place: self.scene.subject.place(&network),
                    network,
                    by_addresses: of(column, ADDRESSES),
                    by_prefixes: of(column, PREFIXES),
                    by_networks: of(column, NETWORKS),
                    by_population: None,
                    cti: self.influence(column),
                }
            })
            .filter(|dependency| dependency.by_addresses.mean > 0.0)
            .collect();
        ranked.sort_by(strongest_first);
        ranked
    }

    fn influence(&self, column: usize) -> Option<Influence> {
        let width = self.carriers.networks.groups.len();
        let counted = self.counted.iter().zip(&self.vantages).enumerate();
        let mut values: Vec<(f64, u32)> = counted
            .filter(|(_, (weight, _))| **weight > 0)
            .map(|(row, (weight, vantages))| {
                let credit = float(self.credit[row * width + column]);
                (credit / float(self.whole_by_hops) / float(*weight), *vantages)
            })
            .collect();
        values.sort_unstable_by(|left, right| left.0.total_cmp(&right.0));
        let total: usize = values.iter().map(|(_, vantages)| *vantages as usize).sum();
        (total > 0).then(|| Influence {
            mean: mean_between(&values, 0, total),
            trimmed: {
                let dropped = dropped_at_each_end(total, self.scene.trim);
                mean_between(&values, dropped, total - dropped)
            },
        })
    }
}

/// The mean of sorted values, each held by some vantage points, of those from one rank up to another; 0 for none.
fn mean_between(values: &[(f64, u32)], first: usize, last: usize) -> f64 {
    let (mut rank, mut sum) = (0, 0.0);
    for (value, count) in values {
        let after = rank + *count as usize;
        let inside = after.min(last).max(rank.max(first)) - rank.max(first);
        sum += value * float(inside);
        rank = after;
    }
    if last > first { sum / float(last - first) } else { 0.0 }
}

/// The entries of a vantage point.
fn row_of<'t, T>(table: &'t mut [T], followed: &Followed, row: usize) -> &'t mut [T] {
    let width = followed.groups.len();
    &mut table[row * width..(row + 1) * width]
}

/// By group and lane: the vantage points that see the group.
struct Seeing {
    networks: Vec<u32>,
    operators: Vec<u32>,
    countries: Vec<u32>,
}

impl Seeing {
    fn new(carriers: &Carriers<'_>) -> Self {
        let none = |followed: &Followed| vec![0; followed.groups.len() * LANES];
        Self {
            networks: none(&carriers.networks),
            operators: none(&carriers.operators),
            countries: none(&carriers.countries),
        }
    }
}

impl Trimmed {
    fn add(&mut self, scene: &Scene<'_>, batch: &Batch, seeing: &Seeing) {
        let total = scene.vantage_points;
        let dropped = dropped_at_each_end(total, scene.trim);
        let kept = total - 2 * dropped;
        let left = |seeing: u32| {
            let left = ((seeing as usize).max(dropped) - dropped).min(kept);
            u128::try_from(left).expect("a count of networks")
        };
        let weigh = |seeing: &[u32], by: usize| -> u128 {
            let lanes = seeing.iter().zip(&batch.weights);
            lanes.map(|(seeing, weights)| left(*seeing) * u128::from(weights[by])).sum()
        };
        for (sums, seeing) in self.networks.iter_mut().zip(seeing.networks.chunks(LANES)) {
            for by in [ADDRESSES, PREFIXES, NETWORKS] {
                sums[by] += weigh(seeing, by);
            }
        }
        for (sums, seeing) in
            [(&mut self.operators, &seeing.operators), (&mut self.countries, &seeing.countries)]
        {
            for (sum, seeing) in sums.iter_mut().zip(seeing.chunks(LANES)) {
                *sum += weigh(seeing, ADDRESSES);
            }
        }
    }

    fn plus(&mut self, right: Self) {
        for (sums, more) in self.networks.iter_mut().zip(right.networks) {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        let sums = self.operators.iter_mut().chain(&mut self.countries);
        let more = right.operators.into_iter().chain(right.countries);
        sums.zip(more).for_each(|(sum, more)| *sum += more);
    }
}
