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
use super::scene::{Scene, added};
use super::states::{State, States};
use super::{ADDRESSES, Batch, NETWORKS, PREFIXES};
use crate::AsIndex;
use crate::propagate::{LANES, RouteClass, Sweep, by_network, each_lane, row};

/// Multiplied by this and divided by its hops, a weight stays whole up to 40 hops: the least common multiple of 1 to 40.
///
/// The longest paths of 2014 have 13 hops; beyond 40 the division loses less than 10^-14 of a weight.
const WHOLE_BY_HOPS: u64 = 5_342_931_457_063_200;

/// By hops: [`WHOLE_BY_HOPS`] divided by them. A large country asks for it a hundred million times.
static PARTS: [u64; 41] = {
    let mut parts = [0; 41];
    let mut hops = 1;
    while hops < 41 {
        parts[hops] = WHOLE_BY_HOPS / hops as u64;
        hops += 1;
    }
    parts
};

/// Sums of whole numbers, by vantage point (as the merged graph numbers networks) and group.
pub(crate) struct View<'a> {
    scene: &'a Scene<'a>,
    pub(crate) carriers: &'a Carriers<'a>,
    networks: Vec<[u64; 3]>,
    operators: Vec<u64>,
    countries: Vec<u64>,
    /// Transit influence: the credit in parts of [`WHOLE_BY_HOPS`], and the weight of the paths that count.
    credit: Vec<u128>,
    counted: Vec<u64>,
    /// By network: the weight of the routes that enter over it, which may be 0; `None` where none does.
    entries: Vec<Option<u128>>,
    trimmed: Trimmed,
    /// By state, while a vantage point is looked at.
    by_state: Vec<[u64; 3]>,
}

/// By group: the vantage points that are left when the ends are trimmed, weighed, over all origins.
struct Trimmed {
    networks: Vec<[u128; 3]>,
    operators: Vec<u128>,
    countries: Vec<u128>,
}

impl<'a> View<'a> {
    pub(crate) fn new(scene: &'a Scene<'a>, carriers: &'a Carriers<'a>) -> Self {
        let ases = scene.merged.topology.len();
        let size = |followed: &Followed| followed.groups.len();
        let [networks, operators, countries] =
            [&carriers.networks, &carriers.operators, &carriers.countries].map(size);
        Self {
            scene,
            carriers,
            networks: vec![[0; 3]; ases * networks],
            operators: vec![0; ases * operators],
            countries: vec![0; ases * countries],
            credit: vec![0; ases * networks],
            counted: vec![0; ases],
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
        by_state.resize(2 * states.all.len(), [0; 3]);
        let mut met: Vec<u32> = Vec::new();
        for of_network in picks.chunk_by(|left, right| left.index == right.index) {
            let Some(first) = of_network.first() else { continue };
            for pick in of_network {
                let before = states.row(sweep, pick.via);
                let is_customer = u32::from(pick.class == RouteClass::Customer);
                each_lane(&pick.lanes, |lane| {
                    let state = 2 * before[lane] + is_customer;
                    let sums = &mut by_state[state as usize];
                    // Each origin counts as a network, so that a sum of 0 has not been met.
                    if sums[NETWORKS] == 0 {
                        met.push(state);
                    }
                    *sums = added(*sums, batch.weights[lane]);
                });
            }
            for state in met.drain(..) {
                let weights = std::mem::take(&mut by_state[state as usize]);
                let is_customer = state % 2 == 1;
                let state = &states.all[state as usize / 2];
                self.add(first.index, state, is_customer, &weights, states);
            }
        }
        self.by_state = by_state;
    }

    /// Adds the routes of a vantage point whose next hops have one state.
    fn add(
        &mut self,
        index: AsIndex,
        state: &State,
        is_customer: bool,
        weights: &[u64; 3],
        states: &States,
    ) {
        let (scene, position) = (self.scene, index.get());
        // The hegemony of networks counts the one at which a route ends; what ends in a country is not carried by it.
        let networks = row_of(&mut self.networks, &self.carriers.networks, position);
        (state.networks | self.carriers.networks.bit(index))
            .each(|group| networks[group] = added(networks[group], *weights));
        let operators = row_of(&mut self.operators, &self.carriers.operators, position);
        state.operators.each(|group| operators[group] += weights[ADDRESSES]);
        let countries = row_of(&mut self.countries, &self.carriers.countries, position);
        state.countries.each(|group| countries[group] += weights[ADDRESSES]);
        // A path counts from its first provider-to-customer link on, which is where a network has a customer route.
        if (is_customer || state.counts) && !scene.inside[position] {
            self.counted[position] += weights[ADDRESSES];
            let credit = row_of(&mut self.credit, &self.carriers.networks, position);
            for (group, hops) in states.credited(state) {
                let parts = PARTS.get(hops as usize).copied();
                let parts = parts.unwrap_or_else(|| WHOLE_BY_HOPS / u64::from(hops));
                credit[group] += u128::from(weights[ADDRESSES]) * u128::from(parts);
            }
        }
        let entry = scene.entry(state.entry, index);
        if entry != AsIndex::NONE {
            *self.entries[entry.get()].get_or_insert(0) +=
                u128::from(weights[ADDRESSES]) * u128::from(scene.own[position]);
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
        ];
        for (sums, more) in arrays {
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        self.credit.iter_mut().zip(right.credit).for_each(|(sum, more)| *sum += more);
        for (sum, more) in self.entries.iter_mut().zip(right.entries) {
            *sum = [*sum, more].into_iter().flatten().reduce(|left, right| left + right);
        }
        let networks = self.networks.iter_mut().zip(right.networks);
        networks.for_each(|(sum, more)| *sum = added(*sum, more));
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
        let seen = values.zip(&scene.own).filter(|(value, _)| *value > 0);
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
            self.score(values.map(|values| values[by]), self.trimmed.networks[column][by], by)
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
        let counted = self.counted.iter().zip(&self.scene.own).enumerate();
        let mut values: Vec<(f64, u32)> = counted
            .filter(|(_, (weight, _))| **weight > 0)
            .map(|(position, (weight, vantages))| {
                let credit = float(self.credit[position * width + column]);
                (credit / float(WHOLE_BY_HOPS) / float(*weight), *vantages)
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
fn row_of<'t, T>(table: &'t mut [T], followed: &Followed, position: usize) -> &'t mut [T] {
    let width = followed.groups.len();
    &mut table[position * width..(position + 1) * width]
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
