//! A walk through a segment that uses everything in it.
#![warn(clippy::indexing_slicing)]

use std::collections::BTreeSet;

use demarche_terms::Feature;

use crate::build::{self, BUDGET};
use crate::index::Index;
use crate::numbers::{Ascending, long};
use crate::search::{Limits, Search};
use crate::segment::{Damage, Section, Segment, row};

/// The number of functions that are searched for on a walk.
const SEARCHED: usize = 16;

/// The counts of a walk through a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// The number of samples.
    pub samples: usize,
    /// The number of functions.
    pub functions: u64,
    /// The number of pairs of a body and one of its features.
    pub features: u64,
    /// The number of pairs of a feature and one of the bodies that have it.
    pub postings: u64,
}

/// Reads every row of a segment, searches it and makes another from it, without asking whether its hashes are right.
///
/// Bytes that somebody forged go the way that hashes would have barred; this is what is tried with arbitrary ones.
///
/// # Errors
///
/// At the first row that cannot be read.
pub fn walk(bytes: &[u8]) -> Result<Walked, Damage> {
    let open = || Segment::read_with(bytes.to_vec(), true);
    let segment = open()?;
    let read = read(&segment);
    drop(build::build(&[&segment], &[&BTreeSet::new()], BUDGET));
    search(open()?);
    read
}

/// Searches a segment for functions of its own.
fn search(segment: Segment) {
    let bodies = (0..segment.bodies()).take(SEARCHED);
    let sets = bodies.filter_map(|body| segment.body_values(body).ok());
    let sets: Vec<Vec<Feature>> =
        sets.map(|values| values.into_iter().map(Feature).collect()).collect();
    let index = Index::of_segment(segment);
    let weigh = |_, rarity: crate::Rarity| u16::try_from(rarity.families).unwrap_or(u16::MAX);
    let (search, _) = Search::new(&index, weigh);
    for floor in [0.0, 0.5] {
        drop(search.candidates_of(&sets, Limits { best: 4, floor }));
    }
}

fn read(segment: &Segment) -> Result<Walked, Damage> {
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
        walked.features += long(segment.body_values(body)?.len());
    }
    for (id, value) in (0..).zip(segment.features()?.iter()) {
        segment.feature(value)?;
        segment.families_of(id)?;
        let mut bodies: Ascending<'_> = segment.list(id)?.bodies;
        walked.postings += long(bodies.by_ref().count());
        if !bodies.is_complete() {
            return Err(row(Section::Lists));
        }
    }
    Ok(walked)
}
