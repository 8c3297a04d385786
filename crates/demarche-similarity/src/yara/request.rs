//! The files that a rule is made from, and those that it must not hit.

use demarche_code::{Fingerprint, Program};
use demarche_image::Image;
use demarche_index::Index;
use demarche_terms::Sha256;

/// A file at hand, and its contents as they were read.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The hash of the file.
    pub sha256: Sha256,
    /// The whole file.
    pub bytes: &'a [u8],
    /// The image that a loader would make.
    pub image: &'a Image<'a>,
    /// Its functions.
    pub program: &'a Program,
    /// Their fingerprints, in the same order.
    pub fingerprints: &'a [Fingerprint],
}

/// A file that a rule must not hit.
#[derive(Clone, Copy, Debug)]
pub struct Other<'a> {
    /// The family or library that it belongs to; its name where there is none.
    pub family: &'a str,
    /// The whole file.
    pub bytes: &'a [u8],
}

/// The inputs of a rule.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The family.
    pub family: &'a str,
    /// Its files.
    pub own: &'a [Source<'a>],
    /// Files of other families, of libraries and of programs that are known to be good: whatever is at hand.
    pub others: &'a [Other<'a>],
    /// An index whose other families and libraries rule functions out, and on which the coverage is counted.
    pub index: Option<&'a Index>,
    /// The most strings that the rule may have.
    pub strings: usize,
}
