//! An index in memory: its samples, functions and bodies.

pub(crate) mod change;
mod read;

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use demarche_terms::{Feature, Fingerprint, Gap, GapKind, Sha256, Shortfall, VirtualAddress};

use crate::manifest::{self, Entry, ManifestError};
use crate::segment::{Damage, Segment};
use crate::{BodyId, FunctionId, Meta, SampleId};

/// The remedy for a damaged segment.
pub(crate) const RESTORE: &str = "restore its file from a copy, or add its samples again";

/// The reason why an index could not be used or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// A file or the folder cannot be used.
    #[error("cannot {doing} {path}")]
    File {
        /// The operation.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// The manifest cannot be used.
    #[error("the manifest {path} cannot be used")]
    Manifest {
        /// Its file.
        path: PathBuf,
        /// The cause.
        source: ManifestError,
    },
    /// There is an index already.
    #[error("{0} has an index already")]
    Exists(PathBuf),
    /// Another process is changing the index.
    #[error("another demarche is changing {0}")]
    Locked(PathBuf),
    /// A segment was found to be damaged while it was read.
    #[error("the segment {name} is damaged")]
    Segment {
        /// Its name.
        name: String,
        /// The damage.
        source: Damage,
    },
    /// One segment cannot hold so much.
    #[error("more functions or features than one segment can hold")]
    TooMany,
}

impl IndexError {
    /// The action that the user can take.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::File { doing: "read", source, .. }
                if source.kind() == io::ErrorKind::NotFound =>
            {
                "name the folder of an index, or make one with `demarche code index add`"
            }
            Self::File { .. } => {
                "check that the folder exists, who may write it, and that the disk has room"
            }
            Self::Manifest { .. } => {
                "restore manifest.json from a copy, or make the index anew from the samples"
            }
            Self::Exists(_) => "open it, or name another folder",
            Self::Locked(_) => "wait for it, then run again",
            Self::Segment { .. } => RESTORE,
            Self::TooMany => "add fewer samples at once",
        }
    }
}

impl Shortfall for IndexError {
    fn kind(&self) -> GapKind {
        match self {
            Self::Segment { source, .. } => source.kind(),
            _ => GapKind::Unreadable,
        }
    }

    fn remedy(&self) -> Option<String> {
        Some(self.hint().to_owned())
    }
}

/// A segment that is in use.
#[derive(Debug)]
pub(crate) struct Open {
    pub(crate) entry: Entry,
    /// Shared with earlier and later states of the index, as a segment never changes.
    pub(crate) segment: Arc<Segment>,
    /// Bodies that only removed samples have, where there are any.
    pub(crate) dead: Option<Vec<bool>>,
    /// For each sample, its place in the index; `None` for those that were removed.
    pub(crate) ids: Vec<Option<SampleId>>,
    /// For each family, its place among the families of the index.
    pub(crate) families: Vec<u32>,
}

/// A sample of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSample {
    /// The metadata.
    pub meta: Meta,
    /// The number of its functions.
    pub functions: u32,
    /// Its family, by its place in [`Index::families`].
    pub family: u32,
    pub(crate) segment: u32,
    pub(crate) first: u32,
}

impl StoredSample {
    /// The place of one of its functions, in the order of addresses; `None` for functions of other samples.
    #[must_use]
    pub fn place_of(&self, function: FunctionId) -> Option<u32> {
        let place = function.function.checked_sub(self.first)?;
        (function.segment == self.segment && place < self.functions).then_some(place)
    }
}

/// A function of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFunction {
    /// Its sample.
    pub sample: SampleId,
    /// Its place in the sample, in the order of addresses.
    pub place: u32,
    /// Its address.
    pub start: VirtualAddress,
    /// The bytes of its blocks.
    pub size: u32,
    /// The instructions of its blocks.
    pub instructions: u32,
    /// The number of its blocks.
    pub blocks: u32,
    /// A hash of its instructions without addresses.
    pub exact: u64,
    /// Its features.
    pub body: BodyId,
    /// The functions that it calls or refers to, by their place in the sample.
    pub calls: Vec<u32>,
    /// The places in data that point to it; see [`demarche_terms::Fingerprint::pointed`].
    pub pointed: Vec<u32>,
}

/// Fingerprints of known programs.
///
/// An index that is open goes on to show the state in which it was opened, whoever changes the folder meanwhile.
#[derive(Debug)]
pub struct Index {
    folder: PathBuf,
    segments: Vec<Open>,
    samples: Vec<StoredSample>,
    families: Vec<String>,
    /// The segments that could not be opened.
    gaps: Vec<Gap>,
}

impl Index {
    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The samples, ascending by hash.
    #[must_use]
    pub fn samples(&self) -> &[StoredSample] {
        &self.samples
    }

    /// A sample by its id.
    #[must_use]
    pub fn sample(&self, id: SampleId) -> Option<&StoredSample> {
        self.samples.get(usize::try_from(id.0).ok()?)
    }

    /// A sample by the hash of its file.
    #[must_use]
    pub fn find(&self, sha256: Sha256) -> Option<SampleId> {
        let index = self.samples.binary_search_by_key(&sha256, |sample| sample.meta.sha256).ok()?;
        u32::try_from(index).ok().map(SampleId)
    }

    /// The names of the families, ascending; a sample without one stands for itself by its hash.
    #[must_use]
    pub fn families(&self) -> &[String] {
        &self.families
    }

    /// The number of segments.
    #[must_use]
    pub fn segment_count(&self) -> usize {
        self.segments.len()
    }

    /// The number of bytes of the segments in use.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        let lengths = self.segments.iter().map(|open| open.segment.len());
        lengths.map(crate::numbers::long).sum()
    }

    /// The number of functions of all samples.
    #[must_use]
    pub fn function_count(&self) -> u64 {
        self.samples.iter().map(|sample| u64::from(sample.functions)).sum()
    }

    pub(crate) fn segments(&self) -> &[Open] {
        &self.segments
    }

    fn open_segment(&self, segment: u32) -> Option<&Open> {
        self.segments.get(usize::try_from(segment).ok()?)
    }

    /// Names the segment that some damage was met in.
    pub(crate) fn damaged(&self, segment: u32, source: Damage) -> IndexError {
        let name = self.open_segment(segment).map_or_else(String::new, |open| open.entry.file());
        IndexError::Segment { name, source }
    }

    /// The functions of a sample in the order of their addresses.
    pub fn functions(&self, sample: SampleId) -> impl ExactSizeIterator<Item = FunctionId> + use<> {
        let sample = self.sample(sample);
        let (segment, first) = sample.map_or((0, 0), |sample| (sample.segment, sample.first));
        let count = sample.map_or(0, |sample| sample.functions);
        // `Samples::of` checks that the functions of a segment have ids of 32 bits.
        (0..count).map(move |index| FunctionId { segment, function: first + index })
    }

    /// The stored properties of a function.
    ///
    /// # Errors
    ///
    /// When its segment is damaged there, or the id is of another index.
    pub fn function(&self, id: FunctionId) -> Result<StoredFunction, IndexError> {
        let unknown =
            || self.damaged(id.segment, crate::segment::row(crate::segment::Section::Functions));
        let open = self.open_segment(id.segment).ok_or_else(unknown)?;
        let read = || -> Result<Option<StoredFunction>, Damage> {
            let row = open.segment.function(id.function)?;
            let samples = open.segment.samples();
            let Some(index) = samples.index_of_function(id.function) else { return Ok(None) };
            let Some((sample, Some(stored))) = samples.samples.get(index).zip(open.ids.get(index))
            else {
                return Ok(None);
            };
            let (exact, body) = crate::build::Part::function(&*open.segment, id.function)?;
            Ok(Some(StoredFunction {
                sample: *stored,
                place: id.function - sample.first,
                start: VirtualAddress(sample.base.wrapping_add(row.start)),
                size: row.size,
                instructions: row.instructions,
                blocks: row.blocks,
                exact,
                body: BodyId { segment: id.segment, body },
                calls: row.calls,
                pointed: row.pointed,
            }))
        };
        read().map_err(|damage| self.damaged(id.segment, damage))?.ok_or_else(unknown)
    }

    /// The fingerprints of a sample as they were added.
    ///
    /// # Errors
    ///
    /// When its segment is damaged there.
    pub fn fingerprints(&self, sample: SampleId) -> Result<Vec<Fingerprint>, IndexError> {
        let fingerprint = |id| {
            let stored = self.function(id)?;
            Ok(Fingerprint {
                start: stored.start,
                size: stored.size,
                instructions: stored.instructions,
                blocks: stored.blocks,
                exact: stored.exact,
                features: self.features(stored.body)?,
                calls: stored.calls,
                pointed: stored.pointed,
            })
        };
        self.functions(sample).map(fingerprint).collect()
    }

    /// The features of a body, ascending.
    ///
    /// # Errors
    ///
    /// When its segment is damaged there.
    pub fn features(&self, body: BodyId) -> Result<Vec<Feature>, IndexError> {
        let damaged = |damage| self.damaged(body.segment, damage);
        let Some(open) = self.open_segment(body.segment) else { return Ok(Vec::new()) };
        let values = open.segment.body_values(body.body).map_err(damaged)?;
        Ok(values.into_iter().map(Feature).collect())
    }

    /// The functions that have a body, ascending; those of removed samples are left out.
    ///
    /// # Errors
    ///
    /// When its segment is damaged there.
    pub fn with_body(&self, body: BodyId) -> Result<Vec<FunctionId>, IndexError> {
        let Some(open) = self.open_segment(body.segment) else { return Ok(Vec::new()) };
        let owners = open.segment.owners(body.body);
        let owners = owners.map_err(|damage| self.damaged(body.segment, damage))?;
        Ok(kept(open, body.segment, owners.functions))
    }

    /// The functions with this exact hash, in the order of the segments.
    ///
    /// # Errors
    ///
    /// When a segment is damaged.
    pub fn with_exact(&self, exact: u64) -> Result<Vec<FunctionId>, IndexError> {
        let mut met = Vec::new();
        for (segment, open) in (0..).zip(&self.segments) {
            let functions = open.segment.with_exact(exact);
            let functions = functions.map_err(|damage| self.damaged(segment, damage))?;
            met.extend(kept(open, segment, functions));
        }
        Ok(met)
    }

    /// The sample of a function, without reading its row.
    #[must_use]
    pub fn sample_of(&self, function: FunctionId) -> Option<SampleId> {
        let open = self.open_segment(function.segment)?;
        let index = open.segment.samples().index_of_function(function.function)?;
        open.ids.get(index).copied().flatten()
    }

    /// The families that have a body, by their place in [`Index::families`], ascending.
    ///
    /// # Errors
    ///
    /// When its segment is damaged there.
    pub fn families_with(&self, body: BodyId) -> Result<BTreeSet<u32>, IndexError> {
        let Some(open) = self.open_segment(body.segment) else { return Ok(BTreeSet::new()) };
        if open.dead.is_some() {
            let functions = self.with_body(body)?;
            let samples = functions.into_iter().filter_map(|function| self.sample_of(function));
            return Ok(samples.filter_map(|id| Some(self.sample(id)?.family)).collect());
        }
        let owners = open.segment.owners(body.body);
        let owners = owners.map_err(|damage| self.damaged(body.segment, damage))?;
        let families = owners.families.iter();
        Ok(families.filter_map(|family| open.families.get(*family as usize).copied()).collect())
    }

    /// The manifest's file.
    fn manifest_path(folder: &Path) -> PathBuf {
        crate::disk::path(folder, manifest::NAME)
    }
}

/// The functions whose samples are still in the index.
fn kept(open: &Open, segment: u32, functions: Vec<u32>) -> Vec<FunctionId> {
    let all = functions.into_iter();
    let live = all.filter(|function| {
        let samples = open.segment.samples();
        let index = samples.index_of_function(*function);
        index.and_then(|index| open.ids.get(index)).is_some_and(Option::is_some)
    });
    live.map(|function| FunctionId { segment, function }).collect()
}
