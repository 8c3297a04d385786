//! Planted outages and decoys, hostile sources, resumption, and real files.
//!
//! `cfg(test)` tells clippy that what is not a test function is still test code.

#[cfg(test)]
mod days;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod planted;
#[cfg(test)]
mod real;
#[cfg(test)]
mod resume;
