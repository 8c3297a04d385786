//! Large work in parts: one sorted partial per file, merged by ranges of keys.
//!
//! A *partial* is what one input file contributes to an answer: a table (Parquet) whose rows are in the order of their keys,
//! and a manifest (JSON) that names the input, the method and the hash of the table. [`make`] writes one, [`Partials`] finds
//! those of a folder, [`hegemony`] and [`visibility`] merge them. The merge reads each table once from front to back, so that
//! its memory does not follow the number of rows, and gives the same bytes in whatever order the partials were made.
//!
//! An engine that places, retries and moves such work knows nothing of routes: it calls the program with names of files and
//! ranges of keys. [`plan`] divides the work.

mod columns;
pub mod csv;
mod fault;
mod files;
mod folder;
mod make;
mod manifest;
mod merge;
pub mod plan;
mod rows;

pub use fault::BatchError;
pub use files::{remove_unfinished, write_json, write_text};
pub use folder::{Merged, Partial, Partials, Refusal, Whole};
pub use make::{Made, NoRoutingTable, make};
pub use manifest::{Kind, KindError, Making, Manifest};
pub use merge::{HegemonyRow, VisibilityRow, hegemony, visibility};
pub use plan::{PlannedInput, Range, RangeError};
