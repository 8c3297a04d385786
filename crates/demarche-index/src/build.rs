//! Making a segment: from samples in memory, or from other segments.
//!
//! Both go the same way, so that a segment depends on its samples only: samples ascend by hash, bodies by their features,
//! features by how many bodies have them and then by value. Which parts they came in, and on how many threads, cannot show.
//!
//! Memory: 4 bytes for each body and each feature of each part, 20 bytes for each body and 16 for each feature of the
//! result, and [`BUDGET`] for each table that is turned around; columns that outgrow their share of it lie in scratch
//! files meanwhile.

mod bodies;
mod features;
mod functions;
mod gathered;
mod invert;
mod lists;
mod part;
mod radix;
mod spool;

use std::collections::BTreeSet;
use std::io;

use demarche_terms::Sha256;
use rayon::prelude::*;

pub(crate) use gathered::Gathered;
pub(crate) use part::Part;
pub(crate) use spool::{SCRATCH, Scratch, Spooled};

use crate::segment::{Damage, Header, SampleRow, Samples, Section};
use bodies::Bodies;
use features::Features;

/// How many bytes each of the tables that are turned around in memory may have.
pub(crate) const BUDGET: usize = 256 << 20;

/// Why no segment was made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BuildError {
    #[error("cannot write")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Damage(#[from] Damage),
    #[error("more than {} functions or features in one segment", u32::MAX)]
    TooMany,
}

/// The sections of a segment, ready to be written.
#[derive(Debug)]
pub(crate) struct Built {
    sections: Vec<Spooled>,
}

/// A sample of a part.
#[derive(Clone, Copy, Debug)]
struct Live {
    part: usize,
    sample: usize,
}

/// Makes the sections of a segment of all samples of some parts, but for those that were removed from each.
///
/// A sample that several parts have is taken from the first.
pub(crate) fn build(
    parts: &[&dyn Part],
    removed: &[&BTreeSet<Sha256>],
    scratch: &Scratch<'_>,
) -> Result<Built, BuildError> {
    let live = live(parts, removed);
    let used = parts.iter().enumerate().map(|(place, part)| used(*part, place, &live));
    let used = used.collect::<Result<Vec<_>, _>>()?;
    let mut features = Features::of(parts)?;
    let bodies = Bodies::merge(parts, &used, &mut features)?;
    drop(used);
    features.rank_by_count();
    let forward = bodies.forward(parts, &features, scratch)?;
    let samples = samples(parts, &live, bodies.count())?;
    let functions = functions::columns(parts, &live, &bodies, scratch)?;
    drop(bodies);
    let owners = functions::owners(&functions.bodies, &samples, scratch)?;
    let lists = lists::lists(&forward, &features, &owners, samples.families.len(), scratch)?;
    let by_exact = functions::by_exact(&functions.exact, scratch)?;
    let json = serde_json::to_vec(&samples).map_err(io::Error::from)?;
    Ok(Built {
        sections: vec![
            Spooled::Memory(json),
            functions.exact,
            by_exact,
            functions.bodies,
            functions.offsets,
            functions.rows,
            forward.offsets,
            forward.rows,
            owners.offsets,
            owners.rows,
            Spooled::Memory(features.values_by_id()),
            Spooled::Memory(features.ids_by_value()),
            lists.offsets,
            lists.rows,
        ],
    })
}

impl Built {
    /// The bytes of the segment, piece by piece: the header, then the sections.
    pub(crate) fn pieces(&self) -> (Vec<u8>, impl Iterator<Item = &[u8]>) {
        let hashes: Vec<(u64, Sha256)> = self
            .sections
            .par_iter()
            .map(|section| (u64::try_from(section.len()).unwrap_or(u64::MAX), Sha256::of(section)))
            .collect();
        let mut sections = [(0, Sha256::default()); Section::ALL.len()];
        sections.iter_mut().zip(hashes).for_each(|(entry, hash)| *entry = hash);
        (Header { sections }.bytes(), self.sections.iter().map(|section| &**section))
    }
}

/// The samples that the segment will have, ascending by hash.
fn live(parts: &[&dyn Part], removed: &[&BTreeSet<Sha256>]) -> Vec<Live> {
    let mut kept = Vec::new();
    for (place, (part, removed)) in parts.iter().zip(removed).enumerate() {
        let samples = part.samples().samples.iter().enumerate();
        let samples = samples.filter(|(_, row)| !removed.contains(&row.meta.sha256));
        kept.extend(samples.map(|(sample, row)| (row, place, sample)));
    }
    kept.sort_by_key(|(row, part, _)| (row.meta.sha256, *part));
    kept.dedup_by_key(|(row, ..)| row.meta.sha256);
    kept.into_iter().map(|(_, part, sample)| Live { part, sample }).collect()
}

/// Which bodies of a part some sample that stays has.
fn used(part: &dyn Part, place: usize, live: &[Live]) -> Result<Vec<bool>, Damage> {
    let samples = &part.samples().samples;
    let bodies = usize::try_from(part.samples().bodies).unwrap_or(usize::MAX);
    let kept = live.iter().filter(|one| one.part == place);
    if kept.clone().count() == samples.len() {
        return Ok(vec![true; bodies]);
    }
    let mut used = vec![false; bodies];
    for row in kept.filter_map(|one| samples.get(one.sample)) {
        for function in row.range() {
            let (_, body) = part.function(function)?;
            let body = usize::try_from(body).ok().and_then(|body| used.get_mut(body));
            *body.ok_or(Damage::Row(Section::Bodies.name()))? = true;
        }
    }
    Ok(used)
}

fn samples(parts: &[&dyn Part], live: &[Live], bodies: u32) -> Result<Samples, BuildError> {
    let rows = live.iter().filter_map(|one| row(parts, *one)).cloned().collect();
    Samples::of(bodies, rows).map_err(|_| BuildError::TooMany)
}

fn row<'parts>(parts: &[&'parts dyn Part], live: Live) -> Option<&'parts SampleRow> {
    parts.get(live.part).and_then(|part| part.samples().samples.get(live.sample))
}
