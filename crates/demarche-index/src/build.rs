//! Segments made from samples in memory, or from other segments.
//!
//! Both go through the same steps, so that a segment depends on its samples only. Samples ascend by hash, bodies by their
//! features, features by how many bodies have them and then by value. The division into parts and the number of threads
//! change no byte.
//!
//! Memory: the parts and the new segment as a whole, 4 bytes for each body and each feature of each part, 20 bytes for each
//! body and 16 for each feature of the new segment, and [`BUDGET`] for each table that is turned around.

mod bodies;
mod features;
mod functions;
mod gathered;
mod invert;
mod lists;
mod part;
mod radix;

use std::collections::BTreeSet;

use demarche_terms::Sha256;
use rayon::prelude::*;

pub(crate) use gathered::Gathered;
pub(crate) use part::{BuildError, Part};

use crate::numbers;
use crate::segment::{Damage, Header, Samples, Section};
use bodies::Bodies;
use features::Features;
use part::Live;

/// The number of bytes that each of the tables that are turned around in memory may have.
pub(crate) const BUDGET: usize = 256 << 20;

/// The sections of a segment, ready to be written.
#[derive(Debug)]
pub(crate) struct Built {
    sections: Vec<Vec<u8>>,
}

/// Makes the sections of a segment of all samples of some parts, but for those that were removed from each.
///
/// A sample that several parts have is taken from the first.
pub(crate) fn build(
    parts: &[&dyn Part],
    removed: &[&BTreeSet<Sha256>],
    budget: usize,
) -> Result<Built, BuildError> {
    let live = live(parts, removed);
    let used = parts.iter().enumerate().map(|(index, part)| used(*part, index, &live));
    let used = used.collect::<Result<Vec<_>, _>>()?;
    let mut features = Features::of(parts)?;
    let bodies = Bodies::merge(parts, &used, &mut features)?;
    drop(used);
    features.rank_by_count();
    let forward = bodies.forward(parts, &features)?;
    let samples = samples(parts, &live, bodies.count())?;
    let functions = functions::columns(parts, &live, &bodies)?;
    drop(bodies);
    let owners = functions::owners(&functions.bodies, &samples, budget)?;
    let lists = lists::lists(&forward, &features, &owners, samples.families.len(), budget)?;
    let by_exact = functions::by_exact(&functions.exact, budget)?;
    let json = serde_json::to_vec(&samples).map_err(std::io::Error::from)?;
    Ok(Built {
        sections: vec![
            json,
            functions.exact,
            by_exact,
            functions.bodies,
            functions.rows.offsets,
            functions.rows.rows,
            forward.offsets,
            forward.rows,
            owners.rows.offsets,
            owners.rows.rows,
            features.values_by_id(),
            features.ids_by_value(),
            lists.offsets,
            lists.rows,
        ],
    })
}

impl Built {
    /// The bytes of the segment, piece by piece: the header, then the sections.
    pub(crate) fn pieces(&self) -> (Vec<u8>, impl Iterator<Item = &[u8]>) {
        let sections = self.sections.par_iter();
        let hashes = sections.map(|section| (numbers::long(section.len()), Sha256::of(section)));
        let hashes: Vec<(u64, Sha256)> = hashes.collect();
        let mut sections = [(0, Sha256::default()); Section::ALL.len()];
        sections.iter_mut().zip(hashes).for_each(|(entry, hash)| *entry = hash);
        (Header { sections }.bytes(), self.sections.iter().map(Vec::as_slice))
    }
}

/// The samples that the segment will have, ascending by hash.
fn live(parts: &[&dyn Part], removed: &[&BTreeSet<Sha256>]) -> Vec<Live> {
    let mut kept = Vec::new();
    for (index, (part, removed)) in parts.iter().zip(removed).enumerate() {
        let samples = part.samples().samples.iter().enumerate();
        let samples = samples.filter(|(_, row)| !removed.contains(&row.meta.sha256));
        kept.extend(samples.map(|(sample, row)| (row, index, sample)));
    }
    kept.sort_by_key(|(row, part, _)| (row.meta.sha256, *part));
    kept.dedup_by_key(|(row, ..)| row.meta.sha256);
    kept.into_iter().map(|(_, part, sample)| Live { part, sample }).collect()
}

/// For each body of the part at `index`, true if a sample has it that stays.
fn used(part: &dyn Part, index: usize, live: &[Live]) -> Result<Vec<bool>, Damage> {
    let samples = &part.samples().samples;
    let bodies = part.samples().bodies as usize;
    let kept = live.iter().filter(|sample| sample.part == index);
    if kept.clone().count() == samples.len() {
        return Ok(vec![true; bodies]);
    }
    let mut used = vec![false; bodies];
    for sample in kept {
        for function in samples[sample.sample].range() {
            let (_, body) = part.function(function)?;
            *used.get_mut(body as usize).ok_or(Damage::Row(Section::Bodies.name()))? = true;
        }
    }
    Ok(used)
}

fn samples(parts: &[&dyn Part], live: &[Live], bodies: u32) -> Result<Samples, BuildError> {
    let rows = live.iter().map(|sample| sample.row(parts).clone()).collect();
    Samples::of(bodies, rows).map_err(|_| BuildError::TooMany)
}
