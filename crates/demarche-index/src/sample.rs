//! A sample and its metadata.

use demarche_terms::{
    Architecture, Availability, Fingerprint, Format, Moment, Origins, Runtime, Sha256,
};
use serde::{Deserialize, Serialize};

/// The metadata of a sample, whose file may be gone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Meta {
    /// The hash of its file.
    pub sha256: Sha256,
    /// The name of its file, or its path, where it can be found again.
    pub name: String,
    /// The family of programs that it belongs to; without one it counts as a family of its own.
    pub family: Option<String>,
    /// The actors that are known to have used it, ascending.
    pub actors: Vec<String>,
    /// Anything worth saying.
    pub note: Option<String>,
    /// True for a library or a program known to be good: sharing its code is no evidence.
    pub is_library: bool,
    /// The circle of those who can get it.
    pub availability: Availability,
    /// Its container.
    pub format: Format,
    /// Its instruction set.
    pub architecture: Architecture,
    /// The number of bytes of code that its functions have.
    pub code_bytes: u64,
    /// The runtime that it carries inside itself, where it does.
    pub runtime: Option<Runtime>,
    /// The packages of public code inside it, and their functions; nothing in segments that were written before.
    #[serde(default, skip_serializing_if = "Origins::is_empty")]
    pub origins: Origins,
    /// The time at which it was added to the index.
    pub added: Moment,
}

impl Meta {
    /// The name that stands for its family: its own hash where it has none.
    #[must_use]
    pub fn family_key(&self) -> String {
        self.family.clone().unwrap_or_else(|| self.sha256.to_string())
    }
}

/// A sample that is to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The metadata.
    pub meta: Meta,
    /// Its functions in the order of their addresses; calls name them by their place.
    pub fingerprints: Vec<Fingerprint>,
}

/// A sample of the index, by its place in [`crate::Index::samples`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SampleId(pub u32);

/// A function of the index.
///
/// Ids of one state of the index are of no use in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FunctionId {
    pub(crate) segment: u32,
    pub(crate) function: u32,
}

/// A set of features that one or many functions of a segment have.
///
/// Equal sets in different segments are different bodies until the segments are merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BodyId {
    pub(crate) segment: u32,
    pub(crate) body: u32,
}
