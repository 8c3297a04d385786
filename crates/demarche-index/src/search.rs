//! The functions that share most with a given one, none of them lost on the way.
//!
//! The likeness of two sets of features is the weight of what they share over the geometric mean of their own weights
//! (Ochiai 1957; the cosine of weighted sets), from 0 to 1. The search is exact: the inverted lists are gone through from the
//! rarest feature to the most frequent, until no function that was not met yet can be among the best; those that were met
//! are completed from their own features while they still can (Turtle and Flood 1995, "Query evaluation: strategies and
//! optimizations"). All weights are whole numbers, so that no order of adding changes a sum.

mod best;
mod hits;
mod query;
mod ready;
mod scan;

use demarche_terms::{Feature, Fingerprint, Gap, GapKind, Shortfall};
use rayon::prelude::*;

pub use best::{Candidate, Found, Limits};

use crate::index::RESTORE;
use crate::segment::Damage;
use crate::{BodyId, Index, Rarity, rarity};
use best::Best;
use query::Query;
use ready::Ready;
use scan::Room;

/// A segment that is left out of a search.
#[derive(Debug, thiserror::Error)]
#[error("a segment of the index is not searched: {0}")]
struct Unsearched<'a>(&'a Damage);

impl Shortfall for Unsearched<'_> {
    fn kind(&self) -> GapKind {
        self.0.kind()
    }

    fn remedy(&self) -> Option<String> {
        Some(RESTORE.to_owned())
    }
}

/// An index with a weight for each feature, ready to be searched.
pub struct Search<'index> {
    index: &'index Index,
    weigh: Box<dyn Fn(Feature, Rarity) -> u16 + Sync + 'index>,
    ready: Vec<Ready>,
}

impl std::fmt::Debug for Search<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").field("index", &self.index.folder()).finish_non_exhaustive()
    }
}

impl<'index> Search<'index> {
    /// Weighs every feature of an index; features with weight 0 count for nothing.
    ///
    /// Takes about a tenth of a second for a million functions, and 4 bytes for each body and 2 for each feature. A segment
    /// that is damaged is left out, and named.
    pub fn new(
        index: &'index Index,
        weigh: impl Fn(Feature, Rarity) -> u16 + Sync + 'index,
    ) -> (Self, Vec<Gap>) {
        let mut search = Self { index, weigh: Box::new(weigh), ready: Vec::new() };
        let mut gaps = Vec::new();
        let mut used: Vec<u32> = (0..).take(index.segments().len()).collect();
        // A segment that turns out to be damaged is taken out and the others are weighed without it.
        while let Err((segment, damage)) = search.prepare(&used) {
            used.retain(|index| *index != segment);
            gaps.push(gap(index, segment, &damage));
        }
        (search, gaps)
    }

    fn prepare(&mut self, used: &[u32]) -> Result<(), (u32, Damage)> {
        let all = self.index.segments();
        let segments: Vec<_> = used.iter().map(|segment| &all[*segment as usize]).collect();
        let rarities = rarity::all(&segments)
            .map_err(|(position, damage)| (used[position as usize], damage))?;
        self.ready.clear();
        for ((segment, open), rarities) in used.iter().zip(segments).zip(rarities) {
            let ready = Ready::of(*segment, open, rarities, &self.weigh);
            self.ready.push(ready.map_err(|damage| (*segment, damage))?);
        }
        Ok(())
    }

    /// The best candidates for each function, in the order of the functions.
    ///
    /// No set of features of the index that is more alike than the last candidate, or as alike as the floor where there are
    /// fewer candidates than asked for, is missing. Segments that turn out to be damaged are named, and what the
    /// others have is returned.
    #[must_use]
    pub fn candidates(&self, functions: &[Fingerprint], limits: Limits) -> (Vec<Found>, Vec<Gap>) {
        let sets: Vec<&[Feature]> = functions.iter().map(|function| &*function.features).collect();
        self.candidates_of(&sets, limits)
    }

    /// The best candidates for each set of features; see [`Search::candidates`].
    #[must_use]
    pub fn candidates_of(
        &self,
        sets: &[impl AsRef<[Feature]> + Sync],
        limits: Limits,
    ) -> (Vec<Found>, Vec<Gap>) {
        let searched: Vec<_> = sets
            .par_iter()
            .map_init(Room::default, |room, set| self.find(set.as_ref(), limits, room))
            .collect();
        let mut found = Vec::with_capacity(searched.len());
        let mut damages: Vec<(u32, Damage)> = Vec::new();
        for (candidates, damaged) in searched {
            found.push(candidates);
            damages.extend(damaged);
        }
        damages.sort_by_key(|(segment, _)| *segment);
        damages.dedup_by_key(|(segment, _)| *segment);
        let gaps = damages.iter().map(|(segment, damage)| gap(self.index, *segment, damage));
        (found, gaps.collect())
    }

    fn find(
        &self,
        features: &[Feature],
        limits: Limits,
        room: &mut Room,
    ) -> (Found, Vec<(u32, Damage)>) {
        let mut damages = Vec::new();
        let segments = self.index.segments();
        let unknown = |feature| (self.weigh)(feature, Rarity::default());
        let query = Query::of(segments, &self.ready, features, unknown, &mut damages);
        let mut best = Best::of(limits, query.mass);
        for (ready, lists) in self.ready.iter().zip(&query.lists) {
            let segment = &segments[ready.segment as usize].segment;
            let scanned = scan::scan(segment, ready, lists, best.threshold(), limits.best, room);
            let taken = scanned.and_then(|hits| best.take(ready.segment, segment, hits));
            damages.extend(taken.err().map(|damage| (ready.segment, damage)));
        }
        (best.found(), damages)
    }

    /// The weight that a feature has in this search.
    ///
    /// # Errors
    ///
    /// When a segment is damaged.
    pub fn weight(&self, feature: Feature) -> Result<u16, crate::IndexError> {
        Ok((self.weigh)(feature, self.index.rarity(feature)?))
    }

    /// The weight of all features of a body; 0 for one that only removed samples have, or of a segment that is damaged.
    #[must_use]
    pub fn mass(&self, body: BodyId) -> u32 {
        let ready = self.ready.iter().find(|ready| ready.segment == body.segment);
        ready.map_or(0, |ready| ready.mass(body.body))
    }
}

fn gap(index: &Index, segment: u32, damage: &Damage) -> Gap {
    Gap::of(index.segments()[segment as usize].entry.file(), &Unsearched(damage))
}
