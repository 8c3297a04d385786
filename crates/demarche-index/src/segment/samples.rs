//! The samples of a segment and their families, read once when it is opened.
#![warn(clippy::indexing_slicing)]

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::section::Damage;
use crate::Meta;

/// A sample and where its functions are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SampleRow {
    /// The metadata.
    pub(crate) meta: Meta,
    /// The address that those of its functions are counted from.
    pub(crate) base: u64,
    /// The number of its functions.
    pub(crate) functions: u32,
    /// Its first function.
    #[serde(skip)]
    pub(crate) first: u32,
    /// Its family, by the index among the segment's families.
    #[serde(skip)]
    pub(crate) family: u32,
}

impl SampleRow {
    /// The ids of its functions in the segment.
    pub(crate) fn range(&self) -> Range<u32> {
        // `Samples::of` checks that the sum has 32 bits.
        self.first..self.first + self.functions
    }
}

/// The samples of a segment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Samples {
    /// The number of different sets of features that their functions have.
    pub(crate) bodies: u32,
    /// Ascending by hash.
    pub(crate) samples: Vec<SampleRow>,
    /// The families' names, ascending.
    #[serde(skip)]
    pub(crate) families: Vec<String>,
}

impl Samples {
    /// Samples in the order of a segment: the rows ascend by hash.
    pub(crate) fn of(bodies: u32, samples: Vec<SampleRow>) -> Result<Self, Damage> {
        let mut read = Self { bodies, samples, families: Vec::new() };
        let ordered = read.samples.is_sorted_by(|left, right| left.meta.sha256 < right.meta.sha256);
        let mut families: Vec<String> =
            read.samples.iter().map(|sample| sample.meta.family_key()).collect();
        families.sort_unstable();
        families.dedup();
        let mut first = 0_u32;
        for sample in &mut read.samples {
            let family = families.binary_search(&sample.meta.family_key());
            sample.family =
                family.ok().and_then(|index| u32::try_from(index).ok()).ok_or(Damage::Samples)?;
            sample.first = first;
            first = first.checked_add(sample.functions).ok_or(Damage::Samples)?;
        }
        read.families = families;
        if ordered { Ok(read) } else { Err(Damage::Samples) }
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Damage> {
        let read: Self = serde_json::from_slice(bytes).map_err(|_| Damage::Samples)?;
        Self::of(read.bodies, read.samples)
    }

    /// The number of functions of all samples.
    pub(crate) fn functions(&self) -> u32 {
        self.samples.last().map_or(0, |last| last.range().end)
    }

    /// The sample that a function belongs to.
    pub(crate) fn of_function(&self, function: u32) -> Option<&SampleRow> {
        self.samples.get(self.index_of_function(function)?)
    }

    /// The index of the sample that a function belongs to.
    pub(crate) fn index_of_function(&self, function: u32) -> Option<usize> {
        let after = self.samples.partition_point(|sample| sample.first <= function);
        let index = after.checked_sub(1)?;
        let sample = self.samples.get(index)?;
        (function.checked_sub(sample.first)? < sample.functions).then_some(index)
    }
}
