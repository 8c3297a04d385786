//! Large work in parts: one sorted partial per file, merged by ranges of keys.
//!
//! A *partial* is what one input file contributes to an answer: a table (Parquet) whose rows are in the order of their keys,
//! and a manifest (JSON) that names the input, the method and the hash of the table, and ends with its own. [`make`] writes one, [`Partials`] finds
//! those of a folder, and [`csv`] writes what they are together; [`hegemony`], [`visibility`], [`occurrences`] and [`pairs`]
//! give it row by row. The merge reads each table once
//! from front to back, so that its memory does not follow the number of rows, and gives the same bytes in whatever order the
//! partials were made.
//!
//! An engine that places, retries and moves such work knows nothing of routes or code: it calls the program with names of
//! files and ranges of keys. [`plan`] divides the work.

mod columns;
pub mod csv;
mod exposed_merge;
mod exposed_rows;
mod fault;
mod files;
mod folder;
mod make;
mod manifest;
mod manifest_text;
pub mod plan;
mod programs;
mod range;
mod refusal;
mod route_merge;
mod route_rows;
mod route_tables;
mod stream;
mod trait_merge;
mod trait_rows;

pub use fault::BatchError;
pub use files::{Scratch, remove_unfinished, write_json, write_text};
pub use folder::{Asked, Merged, Partial, Partials, Whole};
pub use make::{Exposed, Made, NothingIn, Readers, make};
pub use manifest::{Kind, KindError, Label, Making, Manifest, Program};
pub use plan::PlannedInput;
pub use programs::{FoundProgram, Programs};
pub use range::{Range, RangeError};
pub use refusal::Refusal;
pub use route_merge::{HegemonyRow, VisibilityRow, hegemony, visibility};
pub use trait_merge::{Families, Occurrences, Shared, Trait, occurrences, pairs};
