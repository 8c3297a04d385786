//! Opening an index, and checking every byte of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io;
use std::path::Path;

use demarche_map::Mapped;
use demarche_terms::Gap;
use rayon::prelude::*;

use super::{Index, IndexError, Open, StoredSample};
use crate::SampleId;
use crate::manifest::{Entry, Manifest};
use crate::segment::{Bytes, Damage, Section, Segment, row};

/// How often the manifest is read again when a segment is gone, because a merge has replaced it in between.
const ATTEMPTS: usize = 4;

/// Reads the manifest of a folder.
pub(crate) fn manifest(folder: &Path) -> Result<Manifest, IndexError> {
    let path = Index::manifest_path(folder);
    let bytes = fs::read(&path);
    let bytes =
        bytes.map_err(|source| IndexError::File { doing: "read", path: path.clone(), source })?;
    Manifest::read(&bytes).map_err(|source| IndexError::Manifest { path, source })
}

/// Opens the file of a segment.
pub(crate) fn segment(folder: &Path, entry: &Entry) -> Result<Segment, Damage> {
    let open = || File::open(folder.join(entry.file())).and_then(|file| Mapped::of(&file));
    let mapped = open().map_err(|error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Damage::Missing,
        _ => Damage::Unreadable(error.to_string()),
    })?;
    Segment::read(Bytes::Mapped(mapped))
}

/// Opens a segment for use.
fn usable(folder: &Path, entry: &Entry) -> Result<Open, Damage> {
    let segment = segment(folder, entry)?;
    let dead = dead(&segment, &entry.removed)?;
    let ids = vec![None; segment.samples().samples.len()];
    Ok(Open { entry: entry.clone(), segment, dead, ids, families: Vec::new() })
}

/// What is said of a segment that cannot be used.
pub(crate) fn gap(entry: &Entry, damage: &Damage) -> Gap {
    Gap::new(entry.file(), format!("a segment of the index is not used: {damage}"))
        .remedy("restore its file from a copy, or add its samples again")
}

pub(crate) fn open(folder: &Path) -> Result<(Index, Vec<Gap>), IndexError> {
    let mut attempt = 1;
    loop {
        let manifest = manifest(folder)?;
        let entries = manifest.segments.par_iter();
        let read: Vec<_> = entries.map(|entry| (entry, usable(folder, entry))).collect();
        let missing = read.iter().any(|(_, read)| matches!(read, Err(Damage::Missing)));
        if missing && attempt < ATTEMPTS {
            attempt += 1;
            continue;
        }
        let mut gaps = Vec::new();
        let mut segments = Vec::new();
        for (entry, read) in read {
            match read {
                Ok(open) => segments.push(open),
                Err(damage) => gaps.push(gap(entry, &damage)),
            }
        }
        return Ok((assemble(folder, segments), gaps));
    }
}

/// An index of one segment that no manifest names.
pub(crate) fn of_segment(segment: Segment) -> Index {
    let entry = Entry { name: String::new(), removed: BTreeSet::new() };
    let ids = vec![None; segment.samples().samples.len()];
    let open = Open { entry, segment, dead: None, ids, families: Vec::new() };
    assemble(Path::new(""), vec![open])
}

/// Puts the samples of all segments in one order, and their families.
fn assemble(folder: &Path, mut segments: Vec<Open>) -> Index {
    let all = segments.iter().flat_map(|open| &open.segment.samples().families);
    let families: BTreeSet<String> = all.cloned().collect();
    let places: BTreeMap<&String, u32> = families.iter().zip(0..).collect();
    let mut rows = BTreeMap::new();
    for (segment, open) in (0_u32..).zip(&segments) {
        for (place, row) in open.segment.samples().samples.iter().enumerate() {
            if !open.entry.removed.contains(&row.meta.sha256) {
                let family = places.get(&row.meta.family_key()).copied().unwrap_or(u32::MAX);
                let (meta, functions, first) = (row.meta.clone(), row.functions, row.first);
                let stored = StoredSample { meta, functions, family, segment, first };
                rows.entry(row.meta.sha256).or_insert((place, stored));
            }
        }
    }
    for open in &mut segments {
        let names = open.segment.samples().families.iter();
        open.families = names.map(|name| places.get(name).copied().unwrap_or(u32::MAX)).collect();
    }
    let mut samples = Vec::with_capacity(rows.len());
    for (id, (place, stored)) in (0..).zip(rows.into_values()) {
        segments[stored.segment as usize].ids[place] = Some(SampleId(id));
        samples.push(stored);
    }
    let families = families.into_iter().collect();
    Index { folder: folder.to_owned(), segments, samples, families }
}

/// Bodies that only removed samples have; `None` where no sample was removed.
fn dead(
    segment: &Segment,
    removed: &BTreeSet<demarche_terms::Sha256>,
) -> Result<Option<Vec<bool>>, Damage> {
    if removed.is_empty() {
        return Ok(None);
    }
    let mut dead = vec![true; usize::try_from(segment.bodies()).unwrap_or_default()];
    let bodies = segment.function_bodies()?;
    let samples = segment.samples().samples.iter();
    for kept in samples.filter(|sample| !removed.contains(&sample.meta.sha256)) {
        for body in kept.range().filter_map(|function| bodies.get(function)) {
            let slot = usize::try_from(body).ok().and_then(|body| dead.get_mut(body));
            *slot.ok_or(row(Section::Bodies))? = false;
        }
    }
    Ok(Some(dead))
}

pub(crate) fn verify(folder: &Path) -> Result<Vec<Gap>, IndexError> {
    let manifest = manifest(folder)?;
    let checked = manifest.segments.par_iter().map(|entry| {
        let verified = segment(folder, entry).and_then(|segment| segment.verify());
        verified.err().map(|damage| gap(entry, &damage))
    });
    Ok(checked.collect::<Vec<_>>().into_iter().flatten().collect())
}
