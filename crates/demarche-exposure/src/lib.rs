//! Leaked mailboxes and files: which messages and documents, whose data, how sensitive, who must be told.
//!
//! [`scan`] reads a dump into a [`Store`]: every content once, with its text, its findings, and the places where it lies.

mod chunk;
mod collector;
mod error;
mod names;
mod scan;
mod seen;
mod store;

pub use error::ExposureError;
pub use scan::{Pdf, ScanOptions, ScanStep, Scanned, scan};
pub use store::Store;
