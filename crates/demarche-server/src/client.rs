//! The client: one server, reached under one address.
//!
//! Credentials go to the scheme, host and port that the user named and to no others: redirects are not followed,
//! and roots elsewhere are not asked.
//!
//! Source: TAXII 2.1, sections 4, 5 and 8.4.

mod connection;
mod marking;
mod pull;
mod push;
mod wire;

pub use connection::{
    Account, ApiRoot, Client, ClientError, Discovery, Patience, RemoteCollection, Trust,
};
pub use marking::Ceiling;
pub use pull::{End, PullAnswer, Pulled, PulledPage, Wanted};
pub use push::{Key, Outgoing, PushAnswer, PushError, Pushed, PushedObject, Refusal, Withheld};
