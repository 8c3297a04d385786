//! Tests of the case as a user meets it: files on disk, and what is said about them.

mod example;
mod folder;
mod problems;
mod properties;
mod scratch;
