//! A segment with the weights of a search.

use demarche_terms::Feature;
use rayon::prelude::*;

use crate::Rarity;
use crate::index::Open;
use crate::numbers::Ascending;
use crate::segment::{Damage, Section, Segment, row};

/// The number of bodies that one thread weighs at a time.
const BODIES: usize = 1 << 14;

/// The number of bodies that are looked at or passed over together.
pub(crate) const CHUNK: usize = 64;

/// A segment that is ready to be searched.
#[derive(Debug)]
pub(crate) struct Ready {
    /// The index of the segment.
    pub(crate) segment: u32,
    /// The weight of each feature.
    pub(crate) weights: Vec<u16>,
    /// The weight of all features of each body; 0 for those that only removed samples have.
    pub(crate) masses: Vec<u32>,
    pub(crate) beginnings: Beginnings,
    /// The weight of the lightest body of each chunk that any sample has.
    pub(crate) lightest: Vec<u32>,
}

impl Ready {
    /// Weighs the features and bodies of a segment; `rarities` has the rarity of each feature.
    pub(crate) fn of(
        segment: u32,
        open: &Open,
        rarities: Vec<Rarity>,
        weigh: impl Fn(Feature, Rarity) -> u16 + Sync,
    ) -> Result<Self, Damage> {
        let values = open.segment.features()?;
        let pairs: Vec<(u32, Rarity)> = values.iter().zip(rarities).collect();
        let pairs = pairs.into_par_iter();
        let weights = pairs.map(|(value, rarity)| weigh(Feature(value), rarity));
        let weights: Vec<u16> = weights.collect();
        let masses = masses(open, &weights)?;
        let beginnings = Beginnings::of(&open.segment)?;
        let lightest = lightest(&masses);
        Ok(Self { segment, weights, masses, beginnings, lightest })
    }

    /// The weight of all features of a body; 0 for one that is not there.
    pub(crate) fn mass(&self, body: u32) -> u32 {
        self.masses.get(body as usize).copied().unwrap_or(0)
    }
}

/// The weight of all features of each body.
fn masses(open: &Open, weights: &[u16]) -> Result<Vec<u32>, Damage> {
    let forward = open.segment.forward()?;
    let mut masses = vec![0_u32; open.segment.bodies() as usize];
    let damaged = || row(Section::Forward);
    masses.par_chunks_mut(BODIES).enumerate().try_for_each(|(chunk, masses)| {
        let first = u32::try_from(chunk * BODIES).map_err(|_| damaged())?;
        let mut rows = forward.from(first);
        for mass in masses {
            let row = rows.next().ok_or_else(damaged)?;
            let mut features = Ascending::new(row);
            for feature in features.by_ref() {
                let weight = *weights.get(feature as usize).ok_or_else(damaged)?;
                *mass = mass.checked_add(u32::from(weight)).ok_or_else(damaged)?;
            }
            if !features.is_complete() {
                return Err(damaged());
            }
        }
        Ok(())
    })?;
    if let Some(dead) = &open.dead {
        let gone = masses.iter_mut().zip(dead).filter(|(_, dead)| **dead);
        gone.for_each(|(mass, _)| *mass = 0);
    }
    Ok(masses)
}

/// The weight of the lightest body of each chunk that has any.
fn lightest(masses: &[u32]) -> Vec<u32> {
    let chunks = masses.chunks(CHUNK);
    let lightest = chunks.map(|chunk| chunk.iter().copied().filter(|mass| *mass > 0).min());
    // 0 stands for a chunk of bodies that only removed samples have.
    lightest.map(|mass| mass.unwrap_or(0)).collect()
}

/// The number of high bits of a value that the table goes by.
const BITS: u32 = 16;

/// A table that shortens the way to a feature: for each beginning of a value, the number of features with a lower one.
#[derive(Debug)]
pub(crate) struct Beginnings(Vec<u32>);

impl Beginnings {
    pub(crate) fn of(segment: &Segment) -> Result<Self, Damage> {
        let (by_value, values) = (segment.by_value()?, segment.features()?);
        let mut lower = vec![0_u32; (1 << BITS) + 1];
        for id in by_value.iter() {
            let value = values.get(id).ok_or(row(Section::ByValue))?;
            // The table has one more entry than there are beginnings.
            lower[beginning(value) + 1] += 1;
        }
        let mut sum = 0;
        for count in &mut lower {
            sum += *count;
            *count = sum;
        }
        Ok(Self(lower))
    }

    /// The id of a feature in the segment, if it occurs there.
    pub(crate) fn find(&self, segment: &Segment, value: u32) -> Result<Option<u32>, Damage> {
        let first = beginning(value);
        segment.feature_between(value, self.0[first]..self.0[first + 1])
    }
}

fn beginning(value: u32) -> usize {
    (value >> (u32::BITS - BITS)) as usize
}
