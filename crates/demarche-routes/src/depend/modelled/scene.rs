//! The graph with twins merged, the origins and their weights, and the vantage points.

use super::{ADDRESSES, Describe, LANES, Merged, PREFIXES, Subject, Topology};
use crate::AsIndex;

/// By lane: the addresses, prefixes and networks of the origin.
pub(crate) type Weights = [[u64; 3]; LANES];

/// Addresses; and prefixes and networks in one number, so that a sum of three takes two additions.
pub(crate) type Packed = [u64; 2];

pub(crate) fn packed([addresses, prefixes, networks]: [u64; 3]) -> Packed {
    debug_assert!(prefixes >> 32 == 0 && networks >> 32 == 0, "a target has fewer of both");
    [addresses, prefixes << 32 | networks]
}

/// The addresses, prefixes or networks of packed sums.
pub(crate) fn unpacked(sums: Packed, by: usize) -> u64 {
    match by {
        ADDRESSES => sums[0],
        PREFIXES => sums[1] >> 32,
        _ => sums[1] & u64::from(u32::MAX),
    }
}

#[inline]
pub(crate) fn plus(left: Packed, right: Packed) -> Packed {
    [left[0] + right[0], left[1] + right[1]]
}

/// An origin, which may stand for several, with their addresses, prefixes and networks.
pub(crate) struct Origin {
    pub(crate) index: AsIndex,
    pub(crate) weights: [u64; 3],
}

/// All that the passes share.
pub(crate) struct Scene<'a> {
    pub(crate) whole: &'a Topology,
    pub(crate) merged: Merged,
    pub(crate) subject: &'a Subject<'a>,
    pub(crate) describe: &'a Describe<'a>,
    pub(crate) trim: f64,
    pub(crate) origins: Vec<Origin>,
    /// The sums of the weights; never 0 where there are origins.
    pub(crate) totals: [u64; 3],
    /// The vantage points for which each network of the merged graph stands: none for the target's own.
    pub(crate) own: Vec<u32>,
    pub(crate) vantage_points: usize,
    /// In the target's country.
    pub(crate) inside: Vec<bool>,
    /// In the target's country, or of the target.
    pub(crate) domestic: Vec<bool>,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(
        topology: &'a Topology,
        subject: &'a Subject<'a>,
        describe: &'a Describe<'a>,
        trim: f64,
    ) -> Self {
        let is_own = |index: AsIndex| subject.origins.binary_search(&topology.asn(index)).is_ok();
        let is_inside = |index: AsIndex| {
            subject.country.is_some() && describe(topology.asn(index)).country == subject.country
        };
        let kinds: Vec<u8> = topology
            .ases()
            .map(|index| u8::from(is_own(index)) | u8::from(is_inside(index)) << 1)
            .collect();
        let merged = Merged::new(topology, |index| kinds.get(index.get()).copied());
        let of_kind = |wanted: u8| -> Vec<bool> {
            let all = merged.topology.ases();
            all.map(|index| kinds[merged.members(index)[0].get()] & wanted != 0).collect()
        };
        let (own_networks, inside, domestic) = (of_kind(1), of_kind(2), of_kind(3));
        let vantages: Vec<u32> = merged
            .topology
            .ases()
            .zip(own_networks)
            .map(|(index, of_target)| if of_target { 0 } else { count(merged.members(index)) })
            .collect();
        let (origins, totals) = weighed_origins(topology, &merged, subject);
        Self {
            whole: topology,
            subject,
            describe,
            trim,
            origins,
            totals,
            vantage_points: vantages.iter().map(|vantages| *vantages as usize).sum(),
            own: vantages,
            inside,
            domestic,
            merged,
        }
    }
}

fn count(members: &[AsIndex]) -> u32 {
    u32::try_from(members.len()).expect("there are at most 2^32 AS numbers")
}

/// The origins in an order that puts those with the same providers side by side, and the sums of their weights.
///
/// Where no origin has any of a weight, all count alike.
fn weighed_origins(
    topology: &Topology,
    merged: &Merged,
    subject: &Subject<'_>,
) -> (Vec<Origin>, [u64; 3]) {
    let known =
        subject.origins.iter().zip(subject.addresses.iter().zip(subject.prefixes)).filter_map(
            |(asn, (addresses, prefixes))| {
                Some((merged.of(topology.index(*asn)?), [*addresses, *prefixes, 1]))
            },
        );
    let mut origins: Vec<Origin> =
        known.map(|(index, weights)| Origin { index, weights }).collect();
    let sums = |origins: &[Origin]| {
        origins.iter().fold([0_u64; 3], |sums, origin| added(sums, origin.weights))
    };
    let missing = sums(&origins).map(|total| total == 0);
    for origin in &mut origins {
        let weights = origin.weights.iter_mut().zip(missing);
        weights.filter(|(_, missing)| *missing).for_each(|(weight, _)| *weight = 1);
    }
    let totals = sums(&origins);
    origins.sort_unstable_by_key(|origin| origin.index);
    origins.dedup_by(|later, first| {
        let is_twin = later.index == first.index;
        if is_twin {
            first.weights = added(first.weights, later.weights);
        }
        is_twin
    });
    crate::Sweep::new(&merged.topology).sort_neighbourly(&mut origins, |origin| origin.index);
    (origins, totals)
}

/// The sums of two rows of weights.
fn added(left: [u64; 3], right: [u64; 3]) -> [u64; 3] {
    [left[0] + right[0], left[1] + right[1], left[2] + right[2]]
}
