//! Tests of archives that other programs' libraries made.
//!
//! `cfg(test)` tells clippy that what is not a test function is still test code.

#[cfg(test)]
mod samples;
#[cfg(test)]
mod upx;
#[cfg(test)]
mod upx_windows;
