//! STIX 2.0 and 2.1 bundles as they are read; nothing in them is trusted.
//!
//! Objects are read one by one, so that one that cannot be used is refused alone, by its id and with a reason,
//! and a file that is cut off keeps everything before the cut.
//! Only what demarche needs becomes a type ([`Kind`], [`RelationshipKind`]); everything else is counted by its type.
//! Texts are borrowed from the bytes wherever JSON does not escape them.
//!
//! Source: OASIS, STIX Version 2.0 (2017) and 2.1 (2021).

#![warn(clippy::indexing_slicing)]

mod bundle;
mod check;
mod json;
mod marking;
mod object;
mod refused;
mod text;

pub use bundle::{Bundle, Cut, MAX_OBJECTS, Reading, read};
pub use json::{MAX_DEPTH, MAX_TEXT};
pub use object::{Kind, Object, Phase, Reference, Relationship, RelationshipKind};
pub use refused::{End, Problem, Refused};
pub use text::Text;
