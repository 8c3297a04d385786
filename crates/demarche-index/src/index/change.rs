//! Changes of an index: one writer at a time, and the manifest last.
//!
//! A segment is complete before the manifest names it, and the manifest is replaced at once, so that a crash leaves the
//! index as it was before or as it is after. Files that no manifest names are removed by the next writer.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use demarche_terms::{Gap, Sha256};

use super::{Index, IndexError, read};
use crate::Sample;
use crate::build::{self, BuildError, Built, Gathered, Part};
use crate::disk::{Disk, LOCK, PARTIAL, WriterLock};
use crate::manifest::{self, Entry, Manifest, SEGMENT};
use crate::segment::Segment;

/// The outcome of [`Index::add`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Added {
    /// The number of samples that are in the index now and were not before.
    pub new: usize,
    /// Those that were there already, ascending; nothing about them has changed.
    pub known: Vec<Sha256>,
}

/// The outcome of [`Index::merge`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// The number of segments before.
    pub before: usize,
    /// Segments that are damaged; they were left as they are.
    pub gaps: Vec<Gap>,
}

/// A folder that this process alone may change.
struct Writer<'a> {
    disk: Disk<'a>,
    budget: usize,
    _lock: WriterLock,
}

/// Never holds a step up.
fn always() -> io::Result<()> {
    Ok(())
}

/// The way in which changes are written; tests cut them short.
#[derive(Clone, Copy)]
pub(crate) struct How<'a> {
    /// Asked before each step.
    pub(crate) before: &'a dyn Fn() -> io::Result<()>,
    /// The number of bytes that a table may have in memory.
    pub(crate) budget: usize,
}

impl Default for How<'_> {
    fn default() -> Self {
        Self { before: &always, budget: build::BUDGET }
    }
}

impl Index {
    /// Makes an empty index; the folder may exist.
    ///
    /// # Errors
    ///
    /// When there is one already, another process is making one, or the folder cannot be written.
    pub fn create(folder: &Path) -> Result<Self, IndexError> {
        let failed = |source| IndexError::File { doing: "make", path: folder.to_owned(), source };
        std::fs::create_dir_all(folder).map_err(failed)?;
        let writer = Writer::of(folder, How::default())?;
        if Self::manifest_path(folder).exists() {
            return Err(IndexError::Exists(folder.to_owned()));
        }
        writer.replace_manifest(&Manifest::default())?;
        drop(writer);
        Self::open(folder).map(|(index, _)| index)
    }

    /// Adds samples in one segment; one that is there already stays as it is.
    ///
    /// Memory is a few hundred bytes for each function, so that many samples are added some hundred thousand functions at
    /// a time. The division into lots cannot be seen after [`Index::merge`].
    ///
    /// # Errors
    ///
    /// When another process is changing the index, or it cannot be written; the folder then has the index from before or from after.
    pub fn add(&mut self, samples: &[Sample]) -> Result<Added, IndexError> {
        self.add_with(samples, How::default())
    }

    /// Removes samples; what they had is no longer found, but counts towards rarity and takes room until a merge.
    ///
    /// Returns how many were there.
    ///
    /// # Errors
    ///
    /// When another process is changing the index, or it cannot be written; the folder then has the index from before or from after.
    pub fn remove(&mut self, samples: &BTreeSet<Sha256>) -> Result<usize, IndexError> {
        self.remove_with(samples, How::default())
    }

    /// Makes one segment of all that are sound, without what was removed.
    ///
    /// After a merge, equal samples make an equal file, whatever was done before. It takes as much memory as the segments
    /// before and after it together, about 100 bytes for each function, and 256 megabytes.
    ///
    /// # Errors
    ///
    /// When another process is changing the index, or it cannot be written; the folder then has the index from before or from after.
    pub fn merge(&mut self) -> Result<Merged, IndexError> {
        self.merge_with(How::default())
    }

    pub(crate) fn add_with(
        &mut self,
        samples: &[Sample],
        how: How<'_>,
    ) -> Result<Added, IndexError> {
        let folder = self.folder.clone();
        let writer = Writer::of(&folder, how)?;
        self.reload()?;
        let is_known = |sample: &&Sample| self.find(sample.meta.sha256).is_some();
        let (known, new): (Vec<&Sample>, Vec<&Sample>) = samples.iter().partition(is_known);
        let known: BTreeSet<Sha256> = known.iter().map(|sample| sample.meta.sha256).collect();
        let before = self.samples.len();
        if !new.is_empty() {
            let gathered = Gathered::of(&new).map_err(|error| writer.failed(error))?;
            let entry = writer.segment(&[&gathered], &BTreeSet::new())?;
            let mut manifest = read::manifest(&folder)?;
            manifest.put(entry);
            writer.replace_manifest(&manifest)?;
            self.reload()?;
        }
        Ok(Added { new: self.samples.len() - before, known: known.into_iter().collect() })
    }

    pub(crate) fn remove_with(
        &mut self,
        samples: &BTreeSet<Sha256>,
        how: How<'_>,
    ) -> Result<usize, IndexError> {
        let folder = self.folder.clone();
        let writer = Writer::of(&folder, how)?;
        self.reload()?;
        let mut manifest = read::manifest(&folder)?;
        let mut count = 0;
        for open in &self.segments {
            let all = open.segment.samples().samples.iter().map(|row| row.meta.sha256);
            let all: BTreeSet<Sha256> = all.collect();
            let removed: BTreeSet<Sha256> = all.intersection(samples).copied().collect();
            count += removed.difference(&open.entry.removed).count();
            let removed: BTreeSet<Sha256> = removed.union(&open.entry.removed).copied().collect();
            if removed == all {
                manifest.segments.retain(|entry| entry.name != open.entry.name);
            } else if let Some(entry) = manifest.entry(&open.entry.name) {
                entry.removed = removed;
            }
        }
        if count > 0 {
            writer.replace_manifest(&manifest)?;
            self.reload()?;
        }
        Ok(count)
    }

    pub(crate) fn merge_with(&mut self, how: How<'_>) -> Result<Merged, IndexError> {
        let folder = self.folder.clone();
        let writer = Writer::of(&folder, how)?;
        self.reload()?;
        let mut manifest = read::manifest(&folder)?;
        let mut merged = Merged { before: manifest.segments.len(), gaps: self.gaps.clone() };
        let mut sound: Vec<(&Entry, &Segment)> = Vec::new();
        for open in &self.segments {
            match open.segment.verify() {
                Ok(()) => sound.push((&open.entry, &open.segment)),
                Err(damage) => merged.gaps.push(read::gap(&open.entry, &damage)),
            }
        }
        merged.gaps.sort();
        let is_merged = matches!(sound.as_slice(), [(entry, _)] if entry.removed.is_empty());
        if !sound.is_empty() && !is_merged {
            let entry = writer.merged(&sound)?;
            manifest.segments.retain(|old| sound.iter().all(|(entry, _)| entry.name != old.name));
            manifest.put(entry);
            writer.replace_manifest(&manifest)?;
        }
        self.reload()?;
        Ok(merged)
    }
}

impl<'a> Writer<'a> {
    fn of(folder: &'a Path, how: How<'a>) -> Result<Self, IndexError> {
        let path = folder.join(LOCK);
        let taken = WriterLock::take(&path).map_err(|source| IndexError::File {
            doing: "lock",
            path,
            source,
        })?;
        let lock = taken.ok_or_else(|| IndexError::Locked(folder.to_owned()))?;
        let writer = Self { disk: Disk::new(folder, how.before), budget: how.budget, _lock: lock };
        // Only a writer that was killed leaves files that are not complete.
        writer.sweep(|name| name.ends_with(PARTIAL))?;
        Ok(writer)
    }

    /// Names the folder that something failed in.
    fn failed(&self, error: BuildError) -> IndexError {
        let path = self.disk.folder().to_owned();
        match error {
            BuildError::Io(source) => IndexError::File { doing: "write to", path, source },
            BuildError::Damage(source) => {
                IndexError::Segment { name: "being merged".into(), source }
            }
            BuildError::TooMany => IndexError::TooMany,
        }
    }

    /// Makes one segment of several, without what was removed from each.
    fn merged(&self, sound: &[(&Entry, &Segment)]) -> Result<Entry, IndexError> {
        let parts: Vec<&dyn Part> =
            sound.iter().map(|(_, segment)| *segment as &dyn Part).collect();
        let removed: Vec<&BTreeSet<Sha256>> =
            sound.iter().map(|(entry, _)| &entry.removed).collect();
        self.segment_of(&parts, &removed)
    }

    fn segment(
        &self,
        parts: &[&dyn Part],
        removed: &BTreeSet<Sha256>,
    ) -> Result<Entry, IndexError> {
        self.segment_of(parts, &vec![removed; parts.len()])
    }

    /// Writes a segment, which no manifest names yet.
    fn segment_of(
        &self,
        parts: &[&dyn Part],
        removed: &[&BTreeSet<Sha256>],
    ) -> Result<Entry, IndexError> {
        let built = build::build(parts, removed, self.budget);
        let built = built.map_err(|error| self.failed(error))?;
        let entry = self.write(&built).map_err(|error| self.failed(error.into()))?;
        Ok(entry)
    }

    fn write(&self, built: &Built) -> io::Result<Entry> {
        let (header, sections) = built.pieces();
        let digits = Sha256::of(&header).to_string();
        let name = digits.chars().take(32).collect();
        let entry = Entry { name, removed: BTreeSet::new() };
        self.disk.write(&entry.file(), std::iter::once(&*header).chain(sections))?;
        Ok(entry)
    }

    /// Makes a manifest the one that holds, and sweeps away what it does not name.
    fn replace_manifest(&self, manifest: &Manifest) -> Result<(), IndexError> {
        let path = Index::manifest_path(self.disk.folder());
        let failed = |source| IndexError::File { doing: "write", path: path.clone(), source };
        let bytes = manifest.bytes().map_err(|error| failed(error.into()))?;
        self.disk.write(manifest::NAME, [&*bytes]).map_err(failed)?;
        let named: BTreeSet<String> = manifest.segments.iter().map(Entry::file).collect();
        let is_segment = |name: &str| Path::new(name).extension().is_some_and(|met| met == SEGMENT);
        self.sweep(|name| is_segment(name) && !named.contains(name))
    }

    /// Removes files that nothing refers to.
    fn sweep(&self, is_left_over: impl Fn(&str) -> bool) -> Result<(), IndexError> {
        let names = self.disk.names().map_err(|source| {
            let path = self.disk.folder().to_owned();
            IndexError::File { doing: "list", path, source }
        })?;
        names.iter().filter(|name| is_left_over(name)).for_each(|name| self.disk.sweep(name));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
