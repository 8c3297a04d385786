//! Samples in memory as a part of a segment.

use std::borrow::Cow;

use demarche_terms::{Feature, Fingerprint};

use super::part::{BuildError, Part};
use super::radix;
use crate::Sample;
use crate::numbers::{self, zigzag};
use crate::segment::{Damage, SampleRow, Samples, Section, row};

/// A function, and the numbers that its row is counted from.
#[derive(Clone, Copy, Debug)]
struct Placed<'a> {
    fingerprint: &'a Fingerprint,
    base: u64,
    index: u32,
    functions: u32,
}

/// Samples in memory, their functions and bodies in the order of a segment.
#[derive(Debug)]
pub(crate) struct Gathered<'a> {
    samples: Samples,
    functions: Vec<Placed<'a>>,
    body_of: Vec<u32>,
    /// The first feature of each body, and the end of the last.
    starts: Vec<usize>,
    features: Vec<u32>,
    values: Vec<u32>,
}

impl<'a> Gathered<'a> {
    /// Gathers samples; one that occurs several times is taken once.
    pub(crate) fn of(samples: &[&'a Sample]) -> Result<Self, BuildError> {
        let mut samples = samples.to_vec();
        samples.sort_by_key(|sample| sample.meta.sha256);
        samples.dedup_by_key(|sample| sample.meta.sha256);
        let mut functions = Vec::new();
        let mut rows = Vec::with_capacity(samples.len());
        for sample in samples {
            let count = u32::try_from(sample.fingerprints.len());
            let count = count.map_err(|_| BuildError::TooMany)?;
            let starts = sample.fingerprints.iter().map(|function| function.start.0);
            let base = starts.min().unwrap_or(0);
            functions.extend(
                sample.fingerprints.iter().zip(0..).map(|(fingerprint, index)| Placed {
                    fingerprint,
                    base,
                    index,
                    functions: count,
                }),
            );
            let meta = sample.meta.clone();
            rows.push(SampleRow { meta, base, functions: count, first: 0, family: 0 });
        }
        let sets: Vec<_> =
            functions.iter().map(|function| ascending(&function.fingerprint.features)).collect();
        let mut gathered = Self {
            samples: Samples::default(),
            body_of: vec![0; functions.len()],
            functions,
            starts: vec![0],
            features: Vec::new(),
            values: Vec::new(),
        };
        gathered.add_bodies(&sets)?;
        let bodies = u32::try_from(gathered.starts.len() - 1).map_err(|_| BuildError::TooMany)?;
        gathered.samples = Samples::of(bodies, rows).map_err(|_| BuildError::TooMany)?;
        Ok(gathered)
    }

    /// Puts the sets of features in order and keeps each once.
    fn add_bodies(&mut self, sets: &[Cow<'_, [Feature]>]) -> Result<(), BuildError> {
        let mut order: Vec<(u128, usize)> =
            sets.iter().map(|set| beginning(set)).zip(0..).collect();
        order.sort_unstable_by(|left, right| {
            left.0.cmp(&right.0).then_with(|| sets[left.1].cmp(&sets[right.1]))
        });
        let mut last: Option<&[Feature]> = None;
        let mut values = Vec::new();
        for (_, function) in order {
            let set = &*sets[function];
            if last != Some(set) {
                values.extend(set.iter().map(|feature| feature.0));
                self.starts.push(values.len());
                last = Some(set);
            }
            self.body_of[function] =
                u32::try_from(self.starts.len() - 2).expect("no more bodies than functions");
        }
        if u32::try_from(values.len()).is_err() {
            return Err(BuildError::TooMany);
        }
        (self.values, self.features) = radix::ranks(&values);
        Ok(())
    }

    fn placed(&self, function: u32) -> Option<&Placed<'a>> {
        self.functions.get(function as usize)
    }
}

/// Features in order, each once, as a fingerprint should have them already.
fn ascending(features: &[Feature]) -> Cow<'_, [Feature]> {
    if features.is_sorted_by(|left, right| left < right) {
        return Cow::Borrowed(features);
    }
    let mut sorted = features.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    Cow::Owned(sorted)
}

/// The first four features as one number that orders as they do, but for ties.
fn beginning(set: &[Feature]) -> u128 {
    let value = |index: usize| set.get(index).map_or(0, |feature| u128::from(feature.0));
    (0..4).fold(0, |sum, index| sum << 32 | value(index))
}

impl Part for Gathered<'_> {
    fn samples(&self) -> &Samples {
        &self.samples
    }

    fn values(&self) -> Result<Vec<u32>, Damage> {
        Ok(self.values.clone())
    }

    fn body(&self, body: u32, into: &mut Vec<u32>) -> Result<(), Damage> {
        let index = body as usize;
        let bounds = self.starts.get(index).zip(self.starts.get(index + 1));
        let features = bounds.and_then(|(start, end)| self.features.get(*start..*end));
        into.extend_from_slice(features.ok_or(row(Section::Forward))?);
        Ok(())
    }

    fn function(&self, function: u32) -> Result<(u64, u32), Damage> {
        let placed = self.placed(function).ok_or(row(Section::Functions))?;
        let body = self.body_of.get(function as usize).ok_or(row(Section::Bodies))?;
        Ok((placed.fingerprint.exact, *body))
    }

    fn append_row(&self, function: u32, into: &mut Vec<u8>) -> Result<(), Damage> {
        let placed = self.placed(function).ok_or(row(Section::Functions))?;
        let function = placed.fingerprint;
        // The base is the lowest address of the sample.
        numbers::put(into, function.start.0 - placed.base);
        for number in [function.size, function.instructions, function.blocks] {
            numbers::put(into, u64::from(number));
        }
        let inside = function.calls.iter().filter(|callee| **callee < placed.functions);
        numbers::put(into, numbers::long(inside.clone().count()));
        for callee in inside {
            numbers::put(into, zigzag(i64::from(*callee) - i64::from(placed.index)));
        }
        let mut pointed = function.pointed.clone();
        if !pointed.is_sorted_by(|left, right| left < right) {
            pointed.sort_unstable();
            pointed.dedup();
        }
        numbers::put(into, numbers::long(pointed.len()));
        numbers::put_ascending(into, pointed);
        Ok(())
    }
}
