//! Exchange of indicators by TAXII 2.1: a server over one file, and a client.
//!
//! The server ([`Server`]) keeps objects of STIX byte for byte in a [`Store`], for users with rights to collections.
//! It does not judge what objects say; `demarche-stix` does.
//! The client ([`Client`]) pulls a collection page by page, and pushes objects unless their marking forbids it.
//!
//! Source: OASIS, TAXII Version 2.1, 10 June 2021.

#![warn(clippy::indexing_slicing)]

mod client;
mod envelope;
mod outline;
mod secret;
mod server;
mod store;
mod timestamp;

pub use client::{
    Account, ApiRoot, Ceiling, Client, ClientError, Discovery, End, Key, Outgoing, Patience,
    PullAnswer, Pulled, PulledPage, PushAnswer, PushError, Pushed, PushedObject, Refusal,
    RemoteCollection, Trust, Wanted, Withheld,
};
pub use envelope::MAX_DEPTH;
pub use secret::{SecretError, Token};
pub use server::{About, Limits, Refused, Respond, Server, ServerError, Service};
pub use store::{Collection, NewCollection, NewRoot, Rights, Root, Store, StoreError, TokenEntry};
pub use timestamp::{Clock, Timestamp, TimestampError};
