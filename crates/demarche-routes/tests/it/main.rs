//! Integration tests of the routes engine, one binary.
//!
//! `cfg(test)` tells clippy that what is not a test function is still test code.

#[cfg(test)]
mod propagate;
#[cfg(test)]
mod topology;
