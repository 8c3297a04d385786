//! Fingerprints of known programs, stored so that a program can be compared with millions of functions in a second.
//!
//! An [`Index`] is a folder of immutable segments. [`Index::add`] writes one, [`Index::merge`] makes one of all, and
//! [`Search`] finds the functions that share most with a given one, none of them lost on the way.
//! `docs/index-format.md` describes the files.
//!
//! ```
//! use demarche_index::{Index, Limits, Search};
//! # let folder = std::env::temp_dir().join(format!("demarche-index-example-{}", std::process::id()));
//! let mut index = Index::create(&folder)?;
//! # let samples = [];
//! # let unknown = [];
//! index.add(&samples)?;
//! let totals = index.totals();
//! // A weight in sixteenths of a nat: what is rare tells most.
//! let (search, gaps) = Search::new(&index, |_, rarity| {
//!     (rarity.information(totals) * 16.0).round().clamp(0.0, 1000.0) as u16
//! });
//! let (found, _) = search.candidates(&unknown, Limits { best: 32, floor: 0.3 });
//! # assert!(gaps.is_empty() && found.is_empty());
//! # std::fs::remove_dir_all(&folder)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

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

pub use index::change::{Added, Merged};
pub use index::{Index, IndexError, StoredFunction, StoredSample};
pub use manifest::ManifestError;
pub use rarity::{Rarity, Totals};
pub use sample::{BodyId, FunctionId, Meta, Sample, SampleId};
pub use search::{Candidate, Found, Limits, Search};
pub use segment::Damage;
pub use walk::{Walked, walk};
