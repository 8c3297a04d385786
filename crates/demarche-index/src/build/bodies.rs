//! The bodies of all parts, each once.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::functions::RowColumns;
use super::{BuildError, Features, Part, Scratch};
use crate::columns::RowWriter;
use crate::numbers;
use crate::segment::Damage;

/// Marks a body that no sample has any more.
const UNUSED: u32 = u32::MAX;

/// The bodies of a segment in the making.
#[derive(Debug)]
pub(crate) struct Bodies {
    /// For each part, the place in the segment of each of its bodies.
    map: Vec<Vec<u32>>,
    /// For each body, a part that has it, and its place there.
    from: Vec<(u32, u32)>,
}

/// The next body of a part: its features, and where it is.
type Next = Reverse<(Vec<u32>, u32, u32)>;

impl Bodies {
    /// Merges the bodies that are used, each part's ascending by their features' values, and counts their features.
    pub(crate) fn merge(
        parts: &[&dyn Part],
        used: &[Vec<bool>],
        features: &mut Features,
    ) -> Result<Self, BuildError> {
        let map: Vec<_> = used.iter().map(|used| vec![UNUSED; used.len()]).collect();
        let mut bodies = Self { map, from: Vec::new() };
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
            bodies.map[part as usize][body as usize] = id;
            let empty = std::mem::replace(&mut last, ranks);
            heap.extend(next(parts, used, features, (part, body.saturating_add(1)), empty)?);
        }
        Ok(bodies)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u32 {
        u32::try_from(self.from.len()).unwrap_or(u32::MAX)
    }

    /// The place in the segment of a part's body.
    pub(crate) fn id(&self, part: usize, body: u32) -> Option<u32> {
        self.map.get(part)?.get(body as usize).copied().filter(|id| *id != UNUSED)
    }

    /// The rows of the bodies' features.
    pub(crate) fn forward(
        &self,
        parts: &[&dyn Part],
        features: &Features,
        scratch: &Scratch<'_>,
    ) -> Result<RowColumns, BuildError> {
        let mut writer = RowWriter::new(scratch.spool());
        let (mut ids, mut row) = (Vec::new(), Vec::new());
        for (part, body) in &self.from {
            let place = *part as usize;
            features.ranks_of(parts[place], place, *body, &mut ids)?;
            features.to_ids(&mut ids);
            row.clear();
            numbers::put_ascending(&mut row, ids.iter().copied());
            writer.push(&row)?;
        }
        RowColumns::finish(writer)
    }
}

/// The first body of a part, from a place on, that is used.
fn next(
    parts: &[&dyn Part],
    used: &[Vec<bool>],
    features: &Features,
    (part, from): (u32, u32),
    mut ranks: Vec<u32>,
) -> Result<Option<Next>, Damage> {
    let place = part as usize;
    let rest = used[place].iter().enumerate().skip(from as usize);
    let Some((body, _)) = rest.into_iter().find(|(_, used)| **used) else { return Ok(None) };
    let body = u32::try_from(body).unwrap_or(UNUSED);
    features.ranks_of(parts[place], place, body, &mut ranks)?;
    Ok(Some(Reverse((ranks, part, body))))
}
