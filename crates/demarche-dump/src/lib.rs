//! Opens what was leaked: mailboxes, messages, archives and documents in each other, within limits.
//!
//! [`units`] lists the pieces of a dump that can be read by themselves, in parallel. [`read`] reads one piece and tells a
//! [`Sink`] every item in it: containers before what they hold, attachments for every message that carries them, and
//! what could not be read with its reason and its bytes. Nothing is written but unnamed temporary files for large
//! members of archives.

#![warn(clippy::indexing_slicing)]

mod blocks;
mod body;
mod cms;
mod emlx;
mod fault;
mod fields;
mod folder;
mod header;
mod item;
mod limits;
mod lines;
mod mapi;
mod mbox;
mod mime;
mod msg;
mod number;
mod pst;
mod read;
mod rtf;
mod tnef;
mod transfer;
mod unit;

pub use fault::{Fault, Unread};
pub use item::{Content, Item, Mailbox, Message, Sink};
pub use limits::Limits;
pub use read::{DocumentReader, read, read_bytes};
pub use unit::{Part, Stamp, Unit, Unlisted, units};
