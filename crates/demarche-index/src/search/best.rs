//! The candidates for a function, and their order: the best of all segments.

use super::hits::{Hit, key};
use crate::BodyId;
use crate::segment::{Damage, Segment};

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

/// The best candidates for one function.
#[derive(Debug)]
pub(crate) struct Best {
    limits: Limits,
    mass: u32,
    /// The best first, with their features' values.
    kept: Vec<(Vec<u32>, Candidate)>,
}

impl Best {
    pub(crate) fn of(limits: Limits, mass: u32) -> Self {
        let limits = Limits { best: limits.best.max(1), ..limits };
        Self { limits, mass, kept: Vec::new() }
    }

    /// The key that a candidate must reach.
    pub(crate) fn threshold(&self) -> f64 {
        let floor = self.limits.floor.max(0.0);
        let floor = floor * floor * f64::from(self.mass);
        match self.kept.get(self.limits.best - 1) {
            Some((_, last)) => floor.max(key(last.shared, last.mass)),
            None => floor,
        }
    }

    /// Takes in the hits of a segment.
    pub(crate) fn take(
        &mut self,
        segment: u32,
        bytes: &Segment,
        hits: Vec<Hit>,
    ) -> Result<(), Damage> {
        for hit in hits {
            let values = bytes.body_values(hit.body)?;
            let body = BodyId { segment, body: hit.body };
            let equal = self.kept.iter_mut().find(|(features, candidate)| {
                candidate.shared == hit.shared && candidate.mass == hit.mass && *features == values
            });
            match equal {
                Some((_, candidate)) => candidate.bodies.push(body),
                None => {
                    let (shared, mass) = (hit.shared, hit.mass);
                    let likeness = (key(shared, mass) / f64::from(self.mass)).sqrt().min(1.0);
                    let candidate = Candidate { bodies: vec![body], likeness, shared, mass };
                    self.kept.push((values, candidate));
                }
            }
        }
        self.kept.sort_by(|(left_features, left), (right_features, right)| {
            let (left, right) = (key(left.shared, left.mass), key(right.shared, right.mass));
            right.total_cmp(&left).then_with(|| left_features.cmp(right_features))
        });
        self.kept.truncate(self.limits.best);
        Ok(())
    }

    pub(crate) fn found(self) -> Found {
        let is_full = self.kept.len() == self.limits.best;
        let candidates = self.kept.into_iter().map(|(_, candidate)| candidate).collect();
        Found { candidates, mass: self.mass, is_full }
    }
}
