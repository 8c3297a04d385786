//! A list that is read block by block.
#![warn(clippy::indexing_slicing)]

use crate::numbers::Ascending;

/// Where a list was read up to.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    bodies: Ascending<'a>,
    /// The next body; `None` at the end.
    next: Option<u32>,
    /// What the feature weighs.
    pub(crate) weight: u32,
    bytes: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(mut bodies: Ascending<'a>, weight: u32) -> Self {
        let bytes = bodies.rest();
        let next = bodies.next();
        Self { bodies, next, weight, bytes }
    }

    /// How many bytes the list has, which is about how many bodies.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The bodies from where it was read up to.
    pub(crate) fn bodies(&self) -> impl Iterator<Item = u32> {
        self.next.into_iter().chain(self.bodies.clone())
    }

    /// Adds its weight to the sums of those bodies of a block that have the feature; bodies before the block are passed over.
    pub(crate) fn add(&mut self, start: usize, sums: &mut [u32]) {
        // Copies, so that they stay in registers.
        let (mut bodies, mut next, weight) = (self.bodies.clone(), self.next, self.weight);
        while next.is_some_and(|body| (body as usize) < start) {
            next = bodies.next();
        }
        while let Some(body) = next {
            let Some(sum) = sums.get_mut((body as usize).wrapping_sub(start)) else { break };
            *sum = sum.saturating_add(weight);
            next = bodies.next();
        }
        (self.bodies, self.next) = (bodies, next);
    }

    /// Whether it names a body that is not there, or cannot be read on.
    pub(crate) fn is_damaged(&self, bodies: usize) -> bool {
        match self.next {
            Some(body) => body as usize >= bodies,
            None => !self.bodies.is_complete(),
        }
    }
}
