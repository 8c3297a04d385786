//! The features of all parts: their values, their order, and in how many bodies they are.

use super::part::{BuildError, Part};
use crate::segment::{Damage, Section};

/// The id of a feature that no body has any more.
const UNUSED: u32 = u32::MAX;

/// The features of a segment in the making.
#[derive(Debug)]
pub(crate) struct Features {
    /// All values, ascending; the index of a value here is its rank.
    values: Vec<u32>,
    /// For each part, the rank of each of its features.
    ranks: Vec<Vec<u32>>,
    /// The number of bodies that have each feature, by rank.
    counts: Vec<u32>,
    /// The id of each feature in the segment, by rank.
    ids: Vec<u32>,
    /// The rank of each feature that is used, by its id in the segment.
    by_id: Vec<u32>,
}

impl Features {
    /// The union of the features of all parts, counts still at zero.
    pub(crate) fn of(parts: &[&dyn Part]) -> Result<Self, BuildError> {
        let mut values: Vec<u32> = Vec::new();
        for part in parts {
            values.append(&mut part.values()?);
        }
        values.sort_unstable();
        values.dedup();
        values.shrink_to_fit();
        if u32::try_from(values.len()).is_err() {
            return Err(BuildError::TooMany);
        }
        // The values of one part at a time, as those of all parts take much more memory than their ranks.
        let ranks = parts.iter().map(|part| Ok(ranks(&ascending(&part.values()?), &values)));
        let ranks = ranks.collect::<Result<_, Damage>>()?;
        let counts = vec![0; values.len()];
        Ok(Self { values, ranks, counts, ids: Vec::new(), by_id: Vec::new() })
    }

    /// Appends the ranks of a body's features, ascending.
    pub(crate) fn ranks_of(
        &self,
        parts: &[&dyn Part],
        part: u32,
        body: u32,
        ranks: &mut Vec<u32>,
    ) -> Result<(), Damage> {
        ranks.clear();
        parts[part as usize].body(body, ranks)?;
        let own_ranks = &self.ranks[part as usize];
        for rank in ranks.iter_mut() {
            *rank = *own_ranks.get(*rank as usize).ok_or(Damage::Row(Section::Forward.name()))?;
        }
        if !ranks.is_sorted() {
            ranks.sort_unstable();
        }
        // Only a forged segment has a value twice.
        ranks.dedup();
        Ok(())
    }

    /// Counts a body with these features.
    pub(crate) fn count(&mut self, ranks: &[u32]) {
        for rank in ranks {
            self.counts[*rank as usize] += 1;
        }
    }

    /// Orders the features that are used: the most frequent first, equally frequent ones by value.
    pub(crate) fn rank_by_count(&mut self) {
        let highest = self.counts.iter().max().map_or(0, |count| *count as usize);
        let mut starts = vec![0_usize; highest + 2];
        for count in &self.counts {
            starts[highest - *count as usize + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let unused = self.counts.iter().filter(|count| **count == 0).count();
        self.ids = vec![UNUSED; self.values.len()];
        self.by_id = vec![0; self.values.len() - unused];
        for (rank, count) in (0_u32..).zip(&self.counts) {
            if *count > 0 {
                let start = &mut starts[highest - *count as usize];
                self.ids[rank as usize] =
                    u32::try_from(*start).expect("as many features as `of` counted");
                self.by_id[*start] = rank;
                *start += 1;
            }
        }
    }

    /// Turns ranks into ids in the segment, ascending.
    pub(crate) fn to_ids(&self, ranks: &mut [u32]) {
        for rank in ranks.iter_mut() {
            *rank = self.ids[*rank as usize];
        }
        ranks.sort_unstable();
    }

    /// The number of bodies that have each feature, by its id in the segment.
    pub(crate) fn counts_by_id(&self) -> Vec<u32> {
        self.by_id.iter().map(|rank| self.counts[*rank as usize]).collect()
    }

    /// The column of values by id.
    pub(crate) fn values_by_id(&self) -> Vec<u8> {
        self.by_id.iter().flat_map(|rank| self.values[*rank as usize].to_le_bytes()).collect()
    }

    /// The column of ids by value.
    pub(crate) fn ids_by_value(&self) -> Vec<u8> {
        let used = self.ids.iter().filter(|id| **id != UNUSED);
        used.flat_map(|id| id.to_le_bytes()).collect()
    }
}

/// The values with their ids, ascending.
fn ascending(values: &[u32]) -> Vec<(u32, u32)> {
    let mut pairs: Vec<(u32, u32)> = values.iter().copied().zip(0..).collect();
    pairs.sort_unstable();
    pairs
}

/// The rank of each feature of a part; all values occur among `values`, and both ascend.
fn ranks(pairs: &[(u32, u32)], values: &[u32]) -> Vec<u32> {
    let mut ranks = vec![0; pairs.len()];
    let mut rank = 0;
    for (value, feature) in pairs {
        while values[rank] < *value {
            rank += 1;
        }
        ranks[*feature as usize] = u32::try_from(rank).expect("as many features as `of` counted");
    }
    ranks
}
