//! Leaked mailboxes and files: which messages and documents, whose data, how sensitive, who must be told.
//!
//! [`scan`] reads a dump into a [`Store`]: every content once, with its text, its findings, and the places where it lies.
//! [`inventory`] counts what a store knows, [`find`] searches
//! it, [`each_finding`] and [`each_message`] list it. [`digests`] gives rows of which several stores are counted together.

mod chunk;
mod collector;
mod data;
mod digest_key;
mod digests;
mod domain;
mod duties;
mod error;
mod find;
mod graph;
mod inventory;
mod kinds;
mod listing;
mod mailbox;
mod messages;
mod names;
mod network;
mod path;
mod people;
mod question;
mod scan;
mod signs;
mod store;

pub use digest_key::{DigestKey, DigestKeyError};
pub use digests::{DigestRow, Subject, digests};
pub use error::ExposureError;
pub use find::{Hit, Hits, MARKS, find};
pub use inventory::inventory;
pub use listing::{FindingEntry, MessageEntry, each_finding, each_message};
pub use path::shown_path;
pub use scan::{Clock, Documents, ScanOptions, ScanStep, Scanned, scan};
pub use store::Store;
