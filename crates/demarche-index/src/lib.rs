//! Fingerprints of known programs, stored so that a program can be compared with millions of functions in a second.
//!
//! An [`Index`] is a folder of immutable segments. [`Index::add`] writes one, [`Index::merge`] makes one of all, and
//! [`Search`] finds the functions that share most with a given one, none of them lost on the way.
//! `docs/index-format.md` describes the files.

pub mod align;
mod build;
mod columns;
mod disk;
mod index;
mod manifest;
mod numbers;
mod rarity;
mod sample;
mod search;
mod segment;
mod walk;
pub mod yara;

pub use index::{Added, Index, IndexError, Merged, StoredFunction, StoredSample};
pub use manifest::ManifestError;
pub use rarity::{Rarity, Totals};
pub use sample::{BodyId, FunctionId, Meta, Sample, SampleId};
pub use search::{Candidate, Found, Limits, Search};
pub use segment::Damage;
pub use walk::{Walked, walk};
