//! Scans of small dumps that the tests write.

mod corpus;
mod dump;
mod laws;
mod scanning;
mod searching;
