//! Integration tests of the routes engine, one binary.
//!
//! `cfg(test)` tells clippy that what is not a test function is still test code.

#[cfg(test)]
mod compressed;
#[cfg(test)]
mod propagate;
#[cfg(test)]
mod real_tables;
#[cfg(test)]
mod topology;
