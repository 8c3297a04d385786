//! The workbench as a person uses it: pages, questions of the kind "what if", changes and the way back.
//!
//! `cfg(test)` tells clippy that what is not a test function is still test code.

#[cfg(test)]
mod bench;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod socket;
