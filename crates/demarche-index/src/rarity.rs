//! The rarity of a feature among all families and functions of an index.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use demarche_terms::Feature;
use demarche_terms::number::float;

use crate::Index;
use crate::index::{IndexError, Open};
use crate::numbers::Numbers;
use crate::segment::{Damage, Section, row};

/// The numbers of families and functions that have a feature.
///
/// Both numbers are exact over all segments; samples that were removed count until a merge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rarity {
    /// The number of families; fifty functions of one family count once.
    pub families: u32,
    /// The number of functions.
    pub functions: u64,
}

/// The numbers of all families and functions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The number of families.
    pub families: u32,
    /// The number of functions.
    pub functions: u64,
}

impl Rarity {
    /// The information in nats that a function has the feature: the mean of what that says among families and among functions.
    ///
    /// One more of each is counted on both sides, so that a feature that was never seen has a finite value, and one that is
    /// everywhere has zero.
    ///
    /// Source: Spärck Jones (1972), "A statistical interpretation of term specificity and its application in retrieval".
    #[must_use]
    pub fn information(self, totals: Totals) -> f64 {
        let share = |part: f64, all: f64| ((1.0 + part) / (1.0 + all)).min(1.0);
        let families = share(f64::from(self.families), f64::from(totals.families));
        let functions = share(float(self.functions), float(totals.functions));
        -f64::midpoint(families.ln(), functions.ln())
    }
}

impl Index {
    /// The numbers of all families and functions, samples that were removed included until a merge.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let functions = self.segments().iter().map(|open| open.segment.samples().functions());
        Totals { families: id(self.families().len()), functions: functions.map(u64::from).sum() }
    }

    /// The rarity of a feature.
    ///
    /// # Errors
    ///
    /// When a segment is damaged.
    pub fn rarity(&self, feature: Feature) -> Result<Rarity, IndexError> {
        let mut places = Vec::new();
        for (segment, open) in (0..).zip(self.segments()) {
            let found = open.segment.feature(feature.0);
            let found = found.map_err(|damage| self.damaged(segment, damage))?;
            places.extend(found.map(|id| (segment, id)));
        }
        joint(&self.segments().iter().collect::<Vec<_>>(), &places)
            .map_err(|(segment, damage)| self.damaged(segment, damage))
    }
}

/// A damaged segment.
type At = (u32, Damage);

/// The rarity of a feature that is at these places of these segments.
fn joint(segments: &[&Open], places: &[(u32, u32)]) -> Result<Rarity, At> {
    let (mut families, mut functions) = (BTreeSet::<u32>::new(), 0_u64);
    for (segment, id) in places {
        let damaged = |damage| (*segment, damage);
        let open = segments[*segment as usize];
        functions += u64::from(open.segment.list(*id).map_err(damaged)?.functions);
        let having = open.segment.families_of(*id).map_err(damaged)?;
        families.extend(having.iter().filter_map(|family| open.families.get(*family as usize)));
    }
    Ok(Rarity { families: id(families.len()), functions })
}

/// A number of families or segments as an index counts them.
fn id(count: usize) -> u32 {
    u32::try_from(count).expect("an index has fewer than 2³² samples and segments in memory")
}

/// The rarity of every feature of every segment, by its place there.
pub(crate) fn all(segments: &[&Open]) -> Result<Vec<Vec<Rarity>>, At> {
    let mut rarities = Vec::with_capacity(segments.len());
    for (index, open) in (0..).zip(segments.iter().copied()) {
        rarities.push(within(open).map_err(|damage| (index, damage))?);
    }
    if segments.len() > 1 {
        join(segments, &mut rarities)?;
    }
    Ok(rarities)
}

/// The rarity of every feature of one segment by itself.
fn within(open: &Open) -> Result<Vec<Rarity>, Damage> {
    let segment = &open.segment;
    let damaged = || row(Section::Lists);
    let count = segment.features()?.len();
    let mut rarities = Vec::with_capacity(count);
    for bytes in segment.list_rows()?.from(0).take(count) {
        let mut numbers = Numbers(bytes);
        let head = numbers.next().ok_or_else(damaged)?;
        let functions = head >> 1;
        let families = match (head & 1, functions) {
            (0, 1) => 1,
            (0, _) => {
                let body = numbers.small().ok_or_else(damaged)?;
                u32::try_from(segment.owners(body)?.families.len()).map_err(|_| damaged())?
            }
            _ => numbers.small().ok_or_else(damaged)?,
        };
        rarities.push(Rarity { families, functions });
    }
    if rarities.len() == count { Ok(rarities) } else { Err(damaged()) }
}

/// Gives features that several segments have the rarity that they have in all of them.
fn join(segments: &[&Open], rarities: &mut [Vec<Rarity>]) -> Result<(), At> {
    let mut columns = Vec::new();
    for (index, open) in (0..).zip(segments) {
        let damaged = |damage| (index, damage);
        let by_value = open.segment.by_value().map_err(damaged)?;
        columns.push((by_value, open.segment.features().map_err(damaged)?));
    }
    let next = |segment: u32, rank: u32| {
        let (by_value, values) = columns.get(segment as usize)?;
        let id = by_value.get(rank)?;
        Some(Reverse((values.get(id)?, segment, id, rank)))
    };
    let mut heap: BinaryHeap<_> =
        (0..id(segments.len())).filter_map(|segment| next(segment, 0)).collect();
    let mut places: Vec<(u32, u32)> = Vec::new();
    while let Some(Reverse((value, segment, id, rank))) = heap.pop() {
        places.push((segment, id));
        heap.extend(rank.checked_add(1).and_then(|rank| next(segment, rank)));
        let goes_on = heap.peek().is_some_and(|Reverse((ahead, ..))| *ahead == value);
        if goes_on {
            continue;
        }
        if places.len() > 1 {
            let rarity = joint(segments, &places)?;
            for (segment, id) in &places {
                rarities[*segment as usize][*id as usize] = rarity;
            }
        }
        places.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_everywhere_says_nothing_and_what_is_in_one_family_much() {
        let totals = Totals { families: 50, functions: 1000 };
        let of = |families, functions| Rarity { families, functions }.information(totals);
        assert!(of(50, 1000).abs() < 1e-12);
        assert!(of(1, 50) > of(50, 50), "one family fifty times is rarer than fifty families");
        assert!(of(0, 0) > of(1, 1) && of(0, 0).is_finite());
    }
}
