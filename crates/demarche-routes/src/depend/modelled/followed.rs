//! Groups of networks that are followed through every path.

use std::collections::BTreeMap;
use std::ops::BitOr;

use demarche_case::assessment::routes::Score;
use demarche_case::number::float;

use super::scene::Scene;
use crate::AsIndex;
use crate::propagate::{Sweep, each_bit};

/// Networks, operators and countries that are followed at most; the rest carry less than any of these.
const FOLLOWED: usize = 64;

/// A set of followed groups, by their columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Bits(u64);

impl Bits {
    pub(crate) const NONE: Self = Self(0);

    /// The smallest column of the set.
    pub(crate) fn first(self) -> Option<u8> {
        u8::try_from(self.0.trailing_zeros()).ok().filter(|column| *column < 64)
    }

    /// The columns of the set, ascending.
    #[inline]
    pub(crate) fn each(self, each: impl FnMut(usize)) {
        each_bit(self.0, each);
    }

    /// The columns that the right set does not have.
    pub(crate) const fn without(self, right: Self) -> Self {
        Self(self.0 & !right.0)
    }
}

impl BitOr for Bits {
    type Output = Self;

    fn bitor(self, right: Self) -> Self {
        Self(self.0 | right.0)
    }
}

/// The groups that carry most.
pub(crate) struct Followed {
    /// In ascending order of their number.
    pub(crate) groups: Vec<u32>,
    bits: Vec<Bits>,
}

impl Followed {
    /// Chooses the groups by what their networks carry, which is given by transit slot; ties go to the smaller number.
    pub(crate) fn new(
        scene: &Scene<'_>,
        sweep: &Sweep<'_>,
        carried: &[u128],
        mut group_of: impl FnMut(AsIndex) -> Option<u32>,
    ) -> Self {
        let mut sums: BTreeMap<u32, u128> = BTreeMap::new();
        let mut number = |index: AsIndex| {
            let carried = *carried.get(sweep.transit_slot(index)?)?;
            let group = if carried > 0 { group_of(index) } else { None }?;
            *sums.entry(group).or_default() += carried;
            Some(group)
        };
        let numbers: Vec<Option<u32>> = scene.merged.topology.ases().map(&mut number).collect();
        let mut largest: Vec<(u32, u128)> = sums.into_iter().collect();
        largest.sort_by_key(|(group, sum)| (std::cmp::Reverse(*sum), *group));
        let mut groups: Vec<u32> =
            largest.into_iter().take(FOLLOWED).map(|(group, _)| group).collect();
        groups.sort_unstable();
        let bit = |group: u32| groups.binary_search(&group).map_or(0, |column| 1 << column);
        let bits = numbers.iter().map(|group| Bits(group.map_or(0, bit))).collect();
        Self { groups, bits }
    }

    /// The group of a network, if it is followed.
    #[inline]
    pub(crate) fn bit(&self, index: AsIndex) -> Bits {
        self.bits[index.get()]
    }
}

/// Returns the score of a group from the weight that each vantage point sees of it.
///
/// `seen` are weights above 0, each with the number of vantage points that see it, in any order; `whole` is the weight of the target.
/// The trimmed mean is the caller's.
pub(crate) fn score(mut seen: Vec<(u64, u32)>, whole: u64, total: usize, trimmed: f64) -> Score {
    seen.sort_unstable();
    let count: usize = seen.iter().map(|(_, count)| *count as usize).sum();
    let padding = total - count;
    let ranked = |quarter: usize| {
        let mut rank = ((quarter * (total - 1) + 2) / 4).checked_sub(padding)?;
        let found = seen.iter().find(|(_, count)| {
            let is_here = rank < *count as usize;
            rank = rank.checked_sub(*count as usize).unwrap_or(rank);
            is_here
        });
        found.map(|(value, _)| float(*value) / float(whole))
    };
    let sum: u128 = seen.iter().map(|(value, count)| u128::from(*value) * u128::from(*count)).sum();
    Score {
        trimmed,
        mean: float(sum) / float(whole) / float(total),
        spread: [0, 1, 2, 3, 4].map(|quarter| ranked(quarter).unwrap_or(0.0)),
        seen_by: u64::try_from(count).expect("a count of networks"),
    }
}
