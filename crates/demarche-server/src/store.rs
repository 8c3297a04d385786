//! The one file that holds users, rights, collections and objects.
//!
//! `SQLite` with a write-ahead log: readers never wait for a writer, a request to add objects is one transaction, and
//! `synchronous = FULL` writes the log to the disk before the answer leaves. With `NORMAL` a power failure would
//! lose the last batches although clients were told that they are stored.

mod admin;
mod entry;
mod error;
mod filter;
mod read;
mod schema;
mod state;
mod write;

pub use entry::{Collection, NewCollection, NewRoot, Rights, Root, TokenEntry};
pub use error::StoreError;
pub(crate) use filter::{Filter, Versions};
pub(crate) use read::{Content, PAGE_BYTES, Page, Seen, User};
pub use state::Store;
pub(crate) use write::Place;
