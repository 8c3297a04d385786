//! Opening an index: its segments are read into memory, and every byte of them can be checked there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use demarche_terms::{Gap, GapKind, Sha256, Shortfall};
use rayon::prelude::*;

use super::{Index, IndexError, Open, StoredSample};
use crate::SampleId;
use crate::manifest::{Entry, Manifest};
use crate::segment::{Damage, Section, Segment, row};

/// The number of times that the manifest is read when a segment is gone, because a merge has replaced it in between.
const ATTEMPTS: usize = 4;

/// A segment that is left out of an index.
#[derive(Debug, thiserror::Error)]
#[error("a segment of the index is not used: {0}")]
struct Unused<'a>(&'a Damage);

impl Shortfall for Unused<'_> {
    fn kind(&self) -> GapKind {
        self.0.kind()
    }

    fn remedy(&self) -> Option<String> {
        Some(super::RESTORE.to_owned())
    }
}

/// The gap of a segment that cannot be used.
pub(crate) fn gap(entry: &Entry, damage: &Damage) -> Gap {
    Gap::of(entry.file(), &Unused(damage))
}

impl Index {
    /// Opens an index; segments that cannot be used are named, and the rest is used.
    ///
    /// Every segment is read into memory. Headers, samples and lengths are checked; [`Index::verify`] checks every byte.
    ///
    /// # Errors
    ///
    /// When there is no index, or its manifest cannot be used.
    pub fn open(folder: &Path) -> Result<(Self, Vec<Gap>), IndexError> {
        let index = open(folder, &[])?;
        let gaps = index.gaps.clone();
        Ok((index, gaps))
    }

    /// Reads the folder again; segments that are open already are not read twice.
    pub(crate) fn reload(&mut self) -> Result<(), IndexError> {
        *self = open(&self.folder, &self.segments)?;
        Ok(())
    }

    /// Compares every byte of every segment, as it is in memory, with the hashes that were taken when it was written.
    ///
    /// Returns a gap for each segment that is damaged, and for each that could not be opened, ascending by name.
    #[must_use]
    pub fn verify(&self) -> Vec<Gap> {
        let checked = self.segments.par_iter();
        let checked =
            checked.map(|open| open.segment.verify().err().map(|damage| gap(&open.entry, &damage)));
        let checked: Vec<Option<Gap>> = checked.collect();
        let mut gaps: Vec<Gap> =
            checked.into_iter().flatten().chain(self.gaps.iter().cloned()).collect();
        gaps.sort();
        gaps
    }

    /// The first bytes of every segment.
    pub const MARK: [u8; 8] = Segment::MARK;

    /// Reads the file of one segment as an index by itself, and checks every byte.
    ///
    /// Samples that were removed since it was written are still in it.
    ///
    /// # Errors
    ///
    /// When it is damaged.
    pub fn of_bytes(bytes: Vec<u8>) -> Result<Self, Damage> {
        let segment = Segment::read(bytes)?;
        segment.verify()?;
        Ok(Self::of_segment(segment))
    }

    /// An index of one segment that no manifest names.
    pub(crate) fn of_segment(segment: Segment) -> Self {
        let entry = Entry { name: String::new(), removed: BTreeSet::new() };
        let ids = vec![None; segment.samples().samples.len()];
        let segment = Arc::new(segment);
        let open = Open { entry, segment, dead: None, ids, families: Vec::new() };
        assemble(Path::new(""), vec![open], Vec::new())
    }
}

/// Reads the manifest of a folder.
pub(crate) fn manifest(folder: &Path) -> Result<Manifest, IndexError> {
    let path = Index::manifest_path(folder);
    let bytes = fs::read(&path);
    let bytes =
        bytes.map_err(|source| IndexError::File { doing: "read", path: path.clone(), source })?;
    Manifest::read(&bytes).map_err(|source| IndexError::Manifest { path, source })
}

/// Reads the file of a segment into memory.
fn segment(folder: &Path, entry: &Entry) -> Result<Segment, Damage> {
    let bytes = read(&folder.join(entry.file())).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Damage::Missing,
        _ => Damage::Unreadable(error.to_string()),
    })?;
    Segment::read(bytes)
}

/// Reads a regular file; bytes that are appended meanwhile are left out.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    let mut bytes = Vec::new();
    let length = usize::try_from(metadata.len()).map_err(io::Error::other)?;
    bytes.try_reserve_exact(length)?;
    File::open(path)?.take(metadata.len()).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Opens a segment for use; `held` has segments that were read before.
fn usable(folder: &Path, entry: &Entry, held: &[Open]) -> Result<Open, Damage> {
    let segment = match held.iter().find(|open| open.entry.name == entry.name) {
        Some(open) => Arc::clone(&open.segment),
        None => Arc::new(segment(folder, entry)?),
    };
    let dead = dead(&segment, &entry.removed)?;
    let ids = vec![None; segment.samples().samples.len()];
    Ok(Open { entry: entry.clone(), segment, dead, ids, families: Vec::new() })
}

fn open(folder: &Path, held: &[Open]) -> Result<Index, IndexError> {
    let mut attempt = 1;
    loop {
        let manifest = manifest(folder)?;
        let entries = manifest.segments.par_iter();
        let read: Vec<_> = entries.map(|entry| (entry, usable(folder, entry, held))).collect();
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
        return Ok(assemble(folder, segments, gaps));
    }
}

/// Puts the samples of all segments in one order, and their families.
fn assemble(folder: &Path, mut segments: Vec<Open>, gaps: Vec<Gap>) -> Index {
    let names = segments.iter().flat_map(|open| &open.segment.samples().families);
    let families: BTreeSet<String> = names.cloned().collect();
    let indices: BTreeMap<&String, u32> = families.iter().zip(0..).collect();
    let mut rows = BTreeMap::new();
    for (segment, open) in (0_u32..).zip(&segments) {
        for (index, row) in open.segment.samples().samples.iter().enumerate() {
            if !open.entry.removed.contains(&row.meta.sha256) {
                let family = indices[&row.meta.family_key()];
                let (meta, functions, first) = (row.meta.clone(), row.functions, row.first);
                let stored = StoredSample { meta, functions, family, segment, first };
                rows.entry(row.meta.sha256).or_insert((index, stored));
            }
        }
    }
    for open in &mut segments {
        let names = open.segment.samples().families.iter();
        open.families = names.map(|name| indices[name]).collect();
    }
    let mut samples = Vec::with_capacity(rows.len());
    for (id, (index, stored)) in (0..).zip(rows.into_values()) {
        segments[stored.segment as usize].ids[index] = Some(SampleId(id));
        samples.push(stored);
    }
    let families = families.into_iter().collect();
    Index { folder: folder.to_owned(), segments, samples, families, gaps }
}

/// For each body, true if only removed samples have it; `None` where no sample was removed.
fn dead(segment: &Segment, removed: &BTreeSet<Sha256>) -> Result<Option<Vec<bool>>, Damage> {
    if removed.is_empty() {
        return Ok(None);
    }
    let mut dead = vec![true; segment.bodies() as usize];
    let bodies = segment.function_bodies()?;
    let samples = segment.samples().samples.iter();
    for kept in samples.filter(|sample| !removed.contains(&sample.meta.sha256)) {
        for body in kept.range().filter_map(|function| bodies.get(function)) {
            *dead.get_mut(body as usize).ok_or(row(Section::Bodies))? = false;
        }
    }
    Ok(Some(dead))
}
