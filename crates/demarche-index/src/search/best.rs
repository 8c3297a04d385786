//! The best candidates of all segments.

use super::scan::Hit;
use super::{Candidate, Found, Limits};
use crate::BodyId;
use crate::segment::{Damage, Segment};

/// What orders candidates: the square of the weight that is shared over the candidate's own weight.
///
/// It is the square of the likeness but for the weight of what is asked for, which is the same for all.
pub(crate) fn key(shared: u32, mass: u32) -> f64 {
    let shared = f64::from(shared);
    shared * shared / f64::from(mass)
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

    /// Takes in what a segment has.
    pub(crate) fn take(
        &mut self,
        segment: u32,
        bytes: &Segment,
        hits: Vec<Hit>,
    ) -> Result<(), Damage> {
        for hit in hits {
            let values = bytes.body_values(hit.body)?;
            let body = BodyId { segment, body: hit.body };
            let same = self.kept.iter_mut().find(|(known, candidate)| {
                candidate.shared == hit.shared && candidate.mass == hit.mass && *known == values
            });
            match same {
                Some((_, candidate)) => candidate.bodies.push(body),
                None => {
                    let (shared, mass) = (hit.shared, hit.mass);
                    let likeness = (key(shared, mass) / f64::from(self.mass)).sqrt().min(1.0);
                    let candidate = Candidate { bodies: vec![body], likeness, shared, mass };
                    self.kept.push((values, candidate));
                }
            }
        }
        self.kept.sort_by(|(left, one), (right, other)| {
            let (one, other) = (key(one.shared, one.mass), key(other.shared, other.mass));
            other.total_cmp(&one).then_with(|| left.cmp(right))
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
