//! A table that shortens the way to a feature.
#![warn(clippy::indexing_slicing)]

use crate::segment::{Damage, Section, Segment, row};

/// How many of the highest bits of a value the table goes by.
const BITS: u32 = 16;

/// For each beginning of a value, how many features have a lower one.
#[derive(Debug)]
pub(crate) struct Places(Vec<u32>);

impl Places {
    pub(crate) fn of(segment: &Segment) -> Result<Self, Damage> {
        let (by_value, values) = (segment.by_value()?, segment.features()?);
        let mut lower = vec![0_u32; (1 << BITS) + 1];
        for id in by_value.iter() {
            let value = values.get(id).ok_or(row(Section::ByValue))?;
            let count = lower.get_mut(beginning(value).saturating_add(1));
            *count.ok_or(row(Section::ByValue))? += 1;
        }
        let mut sum = 0;
        for count in &mut lower {
            sum += *count;
            *count = sum;
        }
        Ok(Self(lower))
    }

    /// The place of a feature in the segment, if it occurs there.
    pub(crate) fn find(&self, segment: &Segment, value: u32) -> Result<Option<u32>, Damage> {
        let start = self.0.get(beginning(value)).copied().unwrap_or_default();
        let end = self.0.get(beginning(value).saturating_add(1)).copied().unwrap_or_default();
        segment.feature_between(value, start..end)
    }
}

fn beginning(value: u32) -> usize {
    (value >> (u32::BITS - BITS)) as usize
}
