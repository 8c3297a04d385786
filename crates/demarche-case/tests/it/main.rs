//! Tests of the case as a user meets it: files on disk, and what is said about them.
//!
//! `cfg(test)` tells clippy that what is not a test function is still test code.

#[cfg(test)]
mod annex;
#[cfg(test)]
mod change;
#[cfg(test)]
mod example;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod problems;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod scratch;
