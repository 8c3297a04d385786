//! Reading everything that a segment has.
#![warn(clippy::indexing_slicing)]

use crate::numbers::Ascending;
use crate::segment::{Bytes, Damage, Section, Segment, row};

/// What was met on a walk through a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// How many samples.
    pub samples: usize,
    /// How many functions.
    pub functions: u64,
    /// How many pairs of a body and one of its features.
    pub features: u64,
    /// How many pairs of a feature and one of the bodies that have it.
    pub postings: u64,
}

/// Reads every row of a segment without asking whether its hashes are right.
///
/// Bytes that somebody forged go the way that hashes would have barred; this is what is tried with arbitrary ones.
///
/// # Errors
///
/// At the first row that cannot be read.
pub fn walk(bytes: &[u8]) -> Result<Walked, Damage> {
    let segment = Segment::read_with(Bytes::Memory(bytes.to_vec()), true)?;
    let samples = segment.samples();
    let mut walked = Walked { samples: samples.samples.len(), ..Walked::default() };
    for function in 0..samples.functions() {
        segment.function(function)?;
        let exact = segment.exact()?.get(function).ok_or(row(Section::Exact))?;
        segment.with_exact(exact)?;
        walked.functions += 1;
    }
    for body in 0..segment.bodies() {
        segment.owners(body)?;
        walked.features += u64::try_from(segment.body_values(body)?.len()).unwrap_or_default();
    }
    for (place, value) in (0..).zip(segment.features()?.iter()) {
        segment.feature(value)?;
        segment.families_of(place)?;
        let mut bodies: Ascending<'_> = segment.list(place)?.bodies;
        walked.postings += u64::try_from(bodies.by_ref().count()).unwrap_or_default();
        if !bodies.is_complete() {
            return Err(row(Section::Lists));
        }
    }
    Ok(walked)
}
