//! Scans of small dumps that the tests write.
//!
//! `cfg(test)` tells clippy that what is not a test function is still test code.

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod dump;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod merging;
#[cfg(test)]
mod safety;
#[cfg(test)]
mod scanning;
#[cfg(test)]
mod searching;
