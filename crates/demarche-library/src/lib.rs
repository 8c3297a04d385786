//! The library of previous attacks: catalogues are imported into one versioned store, and put together into a record.
//!
//! An importer is a function from the bytes of a catalogue to a part of the record, with everything that it could not
//! use, by id and with a reason. What two catalogues say stays two entries; only parts of one catalogue, such as
//! ATT&CK's Enterprise and ICS matrices, are joined where they speak of the same entry.

#![warn(clippy::indexing_slicing)]

pub mod answer;
mod assemble;
pub mod attack;
pub mod case;
pub mod catalogue;
mod citations;
mod countries;
pub mod dcid;
pub mod eurepoc;
mod facts;
mod import;
mod kind;
pub mod misp;
mod refused;
mod show;
mod store;
mod table;

pub use assemble::{Library, assemble};
pub use facts::facts;
pub use import::{Companion, Cut, ImportError, Imported, Provenance};
pub use kind::{Kind, import};
pub use refused::{Malformed, Reason, Refused};
pub use show::{show, similar};
pub use store::{Added, Damage, Header, Store, StoreError, Stored, decode};
