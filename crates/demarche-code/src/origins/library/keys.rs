//! The hashes that a function of a public library is known by.

use demarche_terms::{Feature, Fingerprint};

/// The fewest instructions of a function that is known by its instructions.
const INSTRUCTIONS: u32 = 12;

/// The fewest features of a function that is known by its instructions: one with fewer is too small to be compared.
const FEATURES: usize = 4;

/// The fewest features of a function that is known by its features.
const ALL_FEATURES: usize = 10;

/// The fewest instructions of a function that is known by its features.
const ALL_INSTRUCTIONS: u32 = 20;

/// The bits of a hash that are kept.
pub(crate) const BITS: u32 = 40;

/// The hashes that a function is known by: that of its instructions without addresses, and that of its features.
///
/// Functions with too few instructions and features have none.
pub(crate) fn keys(fingerprint: &Fingerprint) -> impl Iterator<Item = u64> {
    let features = fingerprint.features.as_slice();
    let has_enough = fingerprint.instructions >= INSTRUCTIONS && features.len() >= FEATURES;
    let exact = has_enough.then(|| hash(0, [fingerprint.exact]));
    let has_many = fingerprint.instructions >= ALL_INSTRUCTIONS && features.len() >= ALL_FEATURES;
    let values = features.iter().map(|Feature(value)| u64::from(*value));
    let features = has_many.then(|| hash(1, values));
    exact.into_iter().chain(features)
}

/// A hash of numbers, cut to [`BITS`]; `kind` keeps hashes of different things apart.
fn hash(kind: u64, numbers: impl IntoIterator<Item = u64>) -> u64 {
    let mixed = numbers.into_iter().fold(kind, crate::lift::mix);
    crate::lift::mix(mixed, kind) >> (u64::BITS - BITS)
}
