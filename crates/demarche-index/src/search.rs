//! The functions that share most with a given one, none of them lost on the way.
//!
//! The likeness of two sets of features is the weight of what they share over the geometric mean of their own weights
//! (Ochiai 1957; the cosine of weighted sets), from 0 to 1. The search is exact: the inverted lists are gone through from the
//! rarest feature to the most frequent, until no function that was not met yet can be among the best; those that were met
//! are completed from their own features while they still can (Turtle and Flood 1995, "Query evaluation: strategies and
//! optimizations"). All weights are whole numbers, so that no order of adding changes a sum.

mod best;
mod places;
mod query;
mod scan;

use demarche_code::{Feature, Fingerprint};
use demarche_terms::Gap;
use rayon::prelude::*;

use crate::segment::{Damage, Section, row};
use crate::{BodyId, Index, Rarity, rarity};
use best::Best;
use places::Places;
use query::Query;
use scan::Room;

/// How many bodies one thread weighs at a time.
const BODIES: usize = 1 << 14;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// How many candidates for each function, at least 1.
    pub best: usize,
    /// The least likeness, from 0 to 1; the higher it is, the faster is the search.
    pub floor: f64,
}

/// A set of features of the index that shares some with what was asked for.
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

/// What was found for one function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The best first; those that are equally alike by their features' values.
    pub candidates: Vec<Candidate>,
    /// The weight of all features of the function.
    pub mass: u32,
    /// Whether there were as many candidates as were asked for, so that there may be more that are no better than the last.
    pub is_full: bool,
}

/// A segment that is ready to be searched.
#[derive(Debug)]
struct Ready {
    segment: u32,
    /// The weight of each feature.
    weights: Vec<u16>,
    /// The weight of all features of each body; 0 for those that only removed samples have.
    masses: Vec<u32>,
    places: Places,
    /// See [`scan::lightest`].
    lightest: Vec<u32>,
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
            used.retain(|one| *one != segment);
            gaps.push(gap(index, segment, &damage));
        }
        (search, gaps)
    }

    fn prepare(&mut self, used: &[u32]) -> Result<(), (u32, Damage)> {
        let segments: Vec<_> =
            used.iter().filter_map(|place| self.index.segments().get(*place as usize)).collect();
        let rarities = rarity::all(&segments).map_err(|(place, damage)| {
            (used.get(place as usize).copied().unwrap_or_default(), damage)
        })?;
        self.ready.clear();
        for ((segment, open), rarities) in used.iter().zip(segments).zip(rarities) {
            let at = |damage| (*segment, damage);
            let values = open.segment.features().map_err(at)?;
            let pairs: Vec<(u32, Rarity)> = values.iter().zip(rarities).collect();
            let weights: Vec<u16> = pairs
                .into_par_iter()
                .map(|(value, rarity)| (self.weigh)(Feature(value), rarity))
                .collect();
            let masses = masses(open, &weights).map_err(at)?;
            let places = Places::of(&open.segment).map_err(at)?;
            let lightest = scan::lightest(&masses);
            self.ready.push(Ready { segment: *segment, weights, masses, places, lightest });
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
        let sets: Vec<&[Feature]> = functions.iter().map(|one| &*one.features).collect();
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
        for (one, damaged) in searched {
            found.push(one);
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
        let query = Query::of(self, features, &mut damages);
        let mut best = Best::of(limits, query.mass);
        for (ready, lists) in self.ready.iter().zip(&query.lists) {
            let Some(open) = self.index.segments().get(ready.segment as usize) else { continue };
            let scanned =
                scan::scan(&open.segment, ready, lists, best.threshold(), limits.best, room);
            let taken = scanned.and_then(|hits| best.take(ready.segment, &open.segment, hits));
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

    /// The weight of all features of a body; 0 for one that only removed samples have.
    #[must_use]
    pub fn mass(&self, body: BodyId) -> u32 {
        let ready = self.ready.iter().find(|ready| ready.segment == body.segment);
        ready.and_then(|ready| ready.masses.get(body.body as usize)).copied().unwrap_or_default()
    }
}

fn gap(index: &Index, segment: u32, damage: &Damage) -> Gap {
    let open = index.segments().get(segment as usize);
    let name = open.map(|open| open.entry.file()).unwrap_or_default();
    Gap::new(name, format!("a segment of the index is not searched: {damage}"))
        .remedy("restore its file from a copy, or add its samples again")
}

/// The weight of all features of each body.
fn masses(open: &crate::index::Open, weights: &[u16]) -> Result<Vec<u32>, Damage> {
    let forward = open.segment.forward()?;
    let mut masses = vec![0_u32; open.segment.bodies() as usize];
    let damaged = || row(Section::Forward);
    masses.par_chunks_mut(BODIES).enumerate().try_for_each(|(chunk, masses)| {
        let first = u32::try_from(chunk * BODIES).map_err(|_| damaged())?;
        let mut rows = forward.from(first);
        for mass in masses {
            let row = rows.next().ok_or_else(damaged)?;
            let mut features = crate::numbers::Ascending::new(row);
            for feature in features.by_ref() {
                let weight = *weights.get(feature as usize).ok_or_else(damaged)?;
                *mass = mass.saturating_add(u32::from(weight));
            }
            if !features.is_complete() {
                return Err(damaged());
            }
        }
        Ok(())
    })?;
    if let Some(dead) = &open.dead {
        let gone = masses.iter_mut().zip(dead).filter(|(_, dead)| **dead);
        gone.for_each(|(mass, _)| *mass = 0);
    }
    Ok(masses)
}
