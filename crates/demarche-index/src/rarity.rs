//! How rare a feature is among all families and functions of an index.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use demarche_terms::Feature;

use crate::Index;
use crate::index::{IndexError, Open};
use crate::numbers::Numbers;
use crate::segment::{Damage, Section, row};

/// Where a feature occurs.
///
/// Both numbers are exact over all segments; samples that were removed count until a merge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rarity {
    /// In how many families; fifty functions of one family count once.
    pub families: u32,
    /// In how many functions.
    pub functions: u64,
}

/// What there is in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many families.
    pub families: u32,
    /// How many functions.
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
        #[expect(clippy::cast_precision_loss, reason = "a share does not need the last digit")]
        let functions = share(self.functions as f64, totals.functions as f64);
        -f64::midpoint(families.ln(), functions.ln())
    }
}

impl Index {
    /// What there is in all, samples that were removed included until a merge.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let functions = self.segments().iter().map(|open| open.segment.samples().functions());
        Totals {
            families: u32::try_from(self.families().len()).unwrap_or(u32::MAX),
            functions: functions.map(u64::from).sum(),
        }
    }

    /// Where a feature occurs.
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
        let at = |damage| (*segment, damage);
        let Some(open) = segments.get(*segment as usize) else { continue };
        functions += u64::from(open.segment.list(*id).map_err(at)?.functions);
        let own = open.segment.families_of(*id).map_err(at)?;
        families.extend(own.iter().filter_map(|place| open.families.get(*place as usize)));
    }
    Ok(Rarity { families: u32::try_from(families.len()).unwrap_or(u32::MAX), functions })
}

/// The rarity of every feature of every segment, by its place there.
pub(crate) fn all(segments: &[&Open]) -> Result<Vec<Vec<Rarity>>, At> {
    let mut rarities = Vec::with_capacity(segments.len());
    for (place, open) in (0..).zip(segments.iter().copied()) {
        rarities.push(within(open).map_err(|damage| (place, damage))?);
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
    for (place, open) in (0..).zip(segments) {
        let at = |damage| (place, damage);
        columns.push((open.segment.by_value().map_err(at)?, open.segment.features().map_err(at)?));
    }
    let next = |segment: u32, rank: u32| {
        let (by_value, values) = columns.get(segment as usize)?;
        let id = by_value.get(rank)?;
        Some(Reverse((values.get(id)?, segment, id, rank)))
    };
    let count = u32::try_from(segments.len()).unwrap_or(u32::MAX);
    let mut heap: BinaryHeap<_> = (0..count).filter_map(|segment| next(segment, 0)).collect();
    let mut places: Vec<(u32, u32)> = Vec::new();
    while let Some(Reverse((value, segment, id, rank))) = heap.pop() {
        places.push((segment, id));
        heap.extend(next(segment, rank.saturating_add(1)));
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
