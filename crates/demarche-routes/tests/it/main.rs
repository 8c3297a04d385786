//! Integration tests of the routes engine, one binary.
//!
//! `cfg(test)` tells clippy that what is not a test function is still test code.

#[cfg(test)]
mod bzip2;
#[cfg(test)]
mod compressed;
#[cfg(test)]
mod convert;
#[cfg(test)]
mod cut;
#[cfg(test)]
mod depend;
#[cfg(test)]
mod mrt;
#[cfg(test)]
mod mrt_damage;
#[cfg(test)]
mod mrt_layout;
#[cfg(test)]
mod mrt_log;
#[cfg(test)]
mod mrt_real;
#[cfg(test)]
mod mrt_writer;
#[cfg(test)]
mod power;
#[cfg(test)]
mod propagate;
#[cfg(test)]
mod real_tables;
#[cfg(test)]
mod shared;
#[cfg(test)]
mod table;
#[cfg(test)]
mod target;
#[cfg(test)]
mod topology;
#[cfg(test)]
mod valley_free;
