//! STIX 2.0 and 2.1: bundles as they are read, checked against the whole standard, and written.
//!
//! Four parts stand beside each other: [`read`] takes what demarche needs of a bundle, [`KeptBundle`] keeps every byte of
//! it, [`validate`] checks every rule of STIX 2.1, and [`Draft`] writes objects that are valid.
//! Nothing that is read is trusted.
//! Objects are read one by one, so that one that cannot be used is refused alone, by its id and with a reason,
//! and a file that is cut off keeps everything before the cut.
//! Only what demarche needs becomes a type ([`Kind`], [`RelationshipKind`]); everything else is counted by its type.
//! Texts are borrowed from the bytes wherever JSON does not escape them.
//!
//! Source: OASIS, STIX Version 2.0 (2017) and 2.1 (2021).

#![warn(clippy::indexing_slicing)]

mod breach;
mod bundle;
mod check;
pub mod confidence;
mod document;
mod fault;
mod forms;
mod ids;
mod json;
mod kept;
mod marking;
mod markings;
mod members;
mod object;
mod refused;
mod standard;
mod text;
mod tree;
mod validation;
mod written;

pub use breach::{Breach, Level, MAX_BREACHES, MAX_OBJECT, PatternCheck, Rules, Validation};
pub use bundle::{Bundle, Cut, MAX_OBJECTS, Reading, read};
pub use document::{document, twice};
pub use fault::{fault, fault_at};
pub use forms::is_uri;
pub use ids::Uuid;
pub use json::{MAX_DEPTH, MAX_TEXT, object};
pub use kept::{KeptBundle, KeptError, KeptObject, bundle_of};
pub use marking::{FIXED_MARKINGS, fixed_marking};
pub use markings::{Markings, Marks, told};
pub use object::{Kind, Object, Phase, Reference, Relationship, RelationshipKind};
pub use refused::{End, Problem, Refused};
pub use text::Text;
pub use validation::validate;
pub use written::{
    BundleError, Draft, DraftError, Timestamp, TimestampError, TlpVersion, Written, WrittenBundle,
    evidence_extension, stable_id,
};
