//! Counts of routes by lane.

use super::lanes::{Mask, Picked, Sink};
use super::tree::{RouteClass, Tally};
use crate::AsIndex;

/// Counts each lane's routes by class, and their hops.
#[derive(Clone, Debug)]
pub struct Count<const W: usize> {
    tallies: Vec<Tally>,
    /// The class and length being counted; routes come grouped by both.
    now: (RouteClass, u32),
    counter: BitCounter<W>,
}

impl<const W: usize> Count<W> {
    /// Nothing is counted yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            tallies: vec![Tally::default(); 64 * W],
            now: (RouteClass::Origin, 0),
            counter: BitCounter::default(),
        }
    }

    /// The sums of each lane, in the order of the batch; those past its end are empty.
    #[must_use]
    pub fn tallies(mut self) -> Vec<Tally> {
        self.settle();
        self.tallies
    }

    fn settle(&mut self) {
        let (class, hops) = self.now;
        let tallies = &mut self.tallies;
        self.counter.drain(|lane, routes| {
            let tally = &mut tallies[lane];
            tally.hops += routes * u64::from(hops);
            match class {
                RouteClass::Origin => {}
                RouteClass::Customer => tally.customer += routes,
                RouteClass::Peer => tally.peer += routes,
                RouteClass::Provider => tally.provider += routes,
            }
        });
    }
}

impl<const W: usize> Default for Count<W> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const W: usize> Sink<W> for Count<W> {
    fn origin(&mut self, _: AsIndex, _: &Mask<W>) {}

    #[inline]
    fn picked(&mut self, route: Picked<'_, W>) {
        if self.now != (route.class, route.hops) {
            self.settle();
            self.now = (route.class, route.hops);
        }
        self.counter.add(route.lanes);
    }
}

/// For each lane, how many of the masks added have its bit.
///
/// A binary counter of masks: at each power of two one mask is held back until a second comes, and a full adder turns both and the sum so far into a new sum and a carry.
/// That is one full adder of bitwise operations for each mask added, however many lanes (the Harley–Seal method, see Muła, Kurz and Lemire, "Faster Population Counts Using AVX2 Instructions", 2018).
#[derive(Clone, Debug)]
pub(crate) struct BitCounter<const W: usize> {
    added: u32,
    sum: [Mask<W>; 32],
    held: [Mask<W>; 32],
}

impl<const W: usize> Default for BitCounter<W> {
    fn default() -> Self {
        Self { added: 0, sum: [[0; W]; 32], held: [[0; W]; 32] }
    }
}

impl<const W: usize> BitCounter<W> {
    /// At most 2^32 - 1 masks between two calls of [`Self::drain`].
    #[inline]
    pub(crate) fn add(&mut self, mask: &Mask<W>) {
        let mut carry = *mask;
        // A power holds a mask back just when its bit in the number added is set.
        let full = self.added.trailing_ones() as usize;
        for (sum, held) in self.sum.iter_mut().zip(&self.held).take(full) {
            let old = *sum;
            for word in 0..W {
                let half = old[word] ^ held[word];
                sum[word] = half ^ carry[word];
                carry[word] = (old[word] & held[word]) | (half & carry[word]);
            }
        }
        self.held[full] = carry;
        self.added += 1;
    }

    /// Gives each lane's count, if any, and starts again from zero.
    pub(crate) fn drain(&mut self, mut each: impl FnMut(usize, u64)) {
        let added = std::mem::take(&mut self.added);
        let powers = (u32::BITS - added.leading_zeros()) as usize;
        for (power, held) in self.held.iter_mut().enumerate().take(powers) {
            if added >> power & 1 == 0 {
                *held = [0; W];
            }
        }
        for lane in 0..64 * W {
            let bit = |mask: &Mask<W>| mask[lane / 64] >> (lane % 64) & 1;
            let count = (0..powers)
                .map(|power| (bit(&self.sum[power]) + bit(&self.held[power])) << power)
                .sum();
            if count > 0 {
                each(lane, count);
            }
        }
        self.sum[..powers].fill([0; W]);
    }
}
