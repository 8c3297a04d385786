//! The bodies of all parts, each once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::features::Features;
use super::part::{BuildError, Part};
use crate::columns::RowColumns;
use crate::numbers;
use crate::segment::Damage;

/// The id of a body that no sample has any more.
const UNUSED: u32 = u32::MAX;

/// The bodies of a segment in the making.
#[derive(Debug)]
pub(crate) struct Bodies {
    /// For each part, the id in the segment of each of its bodies.
    ids: Vec<Vec<u32>>,
    /// For each body, the index of a part that has it, and its id in that part.
    from: Vec<(u32, u32)>,
}

/// The next body of a part: its features, the part and its id there.
type Next = Reverse<(Vec<u32>, u32, u32)>;

impl Bodies {
    /// Merges the bodies that are used, each part's ascending by their features' values, and counts their features.
    pub(crate) fn merge(
        parts: &[&dyn Part],
        used: &[Vec<bool>],
        features: &mut Features,
    ) -> Result<Self, BuildError> {
        let ids: Vec<_> = used.iter().map(|used| vec![UNUSED; used.len()]).collect();
        let mut bodies = Self { ids, from: Vec::new() };
        let mut heap = BinaryHeap::new();
        for part in 0..parts.len() {
            let part = u32::try_from(part).map_err(|_| BuildError::TooMany)?;
            heap.extend(next(parts, used, features, (part, 0), Vec::new())?);
        }
        let mut last: Vec<u32> = Vec::new();
        while let Some(Reverse((ranks, part, body))) = heap.pop() {
            if bodies.from.is_empty() || ranks != last {
                features.count(&ranks);
                bodies.from.push((part, body));
            }
            let id = u32::try_from(bodies.from.len() - 1).map_err(|_| BuildError::TooMany)?;
            bodies.ids[part as usize][body as usize] = id;
            let empty = std::mem::replace(&mut last, ranks);
            heap.extend(next(parts, used, features, (part, body + 1), empty)?);
        }
        Ok(bodies)
    }

    /// The number of bodies.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.from.len()).expect("as many as `merge` counted")
    }

    /// The id in the segment of a part's body; `None` where no sample has it any more.
    pub(crate) fn id(&self, part: usize, body: u32) -> Option<u32> {
        self.ids.get(part)?.get(body as usize).copied().filter(|id| *id != UNUSED)
    }

    /// The rows of the bodies' features.
    pub(crate) fn forward(
        &self,
        parts: &[&dyn Part],
        features: &Features,
    ) -> Result<RowColumns, Damage> {
        let mut columns = RowColumns::default();
        let (mut ids, mut row) = (Vec::new(), Vec::new());
        for (part, body) in &self.from {
            features.ranks_of(parts, *part, *body, &mut ids)?;
            features.to_ids(&mut ids);
            row.clear();
            numbers::put_ascending(&mut row, ids.iter().copied());
            columns.push(&row);
        }
        Ok(columns)
    }
}

/// The first body of a part, from the id `from` on, that is used.
fn next(
    parts: &[&dyn Part],
    used: &[Vec<bool>],
    features: &Features,
    (part, from): (u32, u32),
    mut ranks: Vec<u32>,
) -> Result<Option<Next>, Damage> {
    let mut rest = (0..).zip(&used[part as usize]).skip(from as usize);
    let Some((body, _)) = rest.find(|(_, used)| **used) else { return Ok(None) };
    features.ranks_of(parts, part, body, &mut ranks)?;
    Ok(Some(Reverse((ranks, part, body))))
}
