//! The inverted lists: where each feature occurs.

use super::features::Features;
use super::functions::Owners;
use super::invert::{Incidence, invert};
use super::part::BuildError;
use crate::columns::{Longs, RowColumns, Rows};
use crate::numbers::{self, Ascending};
use crate::segment::{Damage, Section};

/// The features of each body.
struct FeaturesOfBody<'a>(Rows<'a>);

impl Incidence for FeaturesOfBody<'_> {
    type Error = BuildError;

    fn each(&self, mut see: impl FnMut(u32, u32)) -> Result<(), BuildError> {
        for (body, row) in (0..).zip(self.0.from(0)) {
            Ascending::new(row).for_each(|feature| see(body, feature));
        }
        Ok(())
    }
}

/// The rows of the lists of all features.
pub(crate) fn lists(
    forward: &RowColumns,
    features: &Features,
    owners: &Owners,
    families: usize,
    budget: usize,
) -> Result<RowColumns, BuildError> {
    let offsets =
        Longs::new(&forward.offsets).ok_or(Damage::Length(Section::ForwardOffsets.name()))?;
    let pairs = FeaturesOfBody(Rows::new(offsets, &forward.rows));
    let mut columns = RowColumns::default();
    let mut bytes = Vec::new();
    let mut union = Union::of(families);
    invert(&pairs, &features.counts_by_id(), budget / 4, |feature, bodies| {
        let functions = union.collect(feature, bodies, owners);
        bytes.clear();
        numbers::put(&mut bytes, functions << 1 | u64::from(bodies.len() > 1));
        if bodies.len() > 1 {
            numbers::put(&mut bytes, numbers::long(union.met.len()));
            numbers::put_ascending(&mut bytes, union.met.iter().copied());
        }
        numbers::put_ascending(&mut bytes, bodies.iter().copied());
        columns.push(&bytes);
        Ok(())
    })?;
    Ok(columns)
}

/// Collects families, each once.
struct Union {
    /// For each family, the feature that it was last met with, and one more.
    last: Vec<u32>,
    met: Vec<u32>,
}

impl Union {
    fn of(families: usize) -> Self {
        Self { last: vec![0; families], met: Vec::new() }
    }

    /// Collects the families of some bodies, ascending, and counts their functions.
    fn collect(&mut self, feature: u32, bodies: &[u32], owners: &Owners) -> u64 {
        let mark = feature.wrapping_add(1);
        self.met.clear();
        let mut all = 0;
        for body in bodies {
            let (functions, families) = owners.of(*body);
            all += u64::from(functions);
            for family in families {
                let last = &mut self.last[*family as usize];
                if *last != mark {
                    *last = mark;
                    self.met.push(*family);
                }
            }
        }
        self.met.sort_unstable();
        all
    }
}
