//! The candidates for a function, and their order.

use crate::BodyId;

/// The limits of a search.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The number of candidates for each function, at least 1.
    pub best: usize,
    /// The least likeness, from 0 to 1; the higher it is, the faster is the search.
    pub floor: f64,
}

/// A set of features of the index that shares some with a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    /// The bodies that have exactly this set, at most one for each segment.
    pub bodies: Vec<BodyId>,
    /// The likeness, from 0 to 1.
    pub likeness: f64,
    /// The weight of the features that are shared.
    pub shared: u32,
    /// The weight of all features of the candidate.
    pub mass: u32,
}

/// The candidates for one function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The best first; equally alike ones by their features' values.
    pub candidates: Vec<Candidate>,
    /// The weight of all features of the function.
    pub mass: u32,
    /// True if there were as many candidates as were asked for, so that more may be no better than the last.
    pub is_full: bool,
}

/// The number that orders candidates: the square of the weight that is shared over the candidate's own weight.
///
/// The square of the likeness is this number over the weight of the query, which is the same for all candidates.
pub(crate) fn key(shared: u32, mass: u32) -> f64 {
    let shared = f64::from(shared);
    shared * shared / f64::from(mass)
}
