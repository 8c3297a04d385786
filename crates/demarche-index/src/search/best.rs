//! The best candidates of all segments.

use super::found::{Candidate, Found, Limits, key};
use super::hits::Hit;
use crate::BodyId;
use crate::segment::{Damage, Segment};

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
