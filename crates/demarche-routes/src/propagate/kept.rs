//! The routes of one batch, kept, so that they can be followed in both directions.

use super::lanes::{Lane, Mask, Memory, Picked, Sink, Sweep};
use super::tree::RouteClass;
use crate::AsIndex;

/// The words of a mask wherever routes are kept.
pub(crate) const WIDTH: usize = 4;
/// The lanes of such a batch.
pub(crate) const LANES: usize = 64 * WIDTH;

/// A route picked in some lanes, as [`Picked`] but kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pick {
    pub(crate) index: AsIndex,
    pub(crate) via: AsIndex,
    pub(crate) hops: u32,
    pub(crate) class: RouteClass,
    pub(crate) lanes: Mask<WIDTH>,
}

/// All routes of a batch, each after that of its next hop.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    memory: Memory<WIDTH>,
    pub(crate) origins: Vec<(AsIndex, Mask<WIDTH>)>,
    pub(crate) picks: Vec<Pick>,
}

impl Kept {
    /// Computes the routes of a batch in place of those before.
    ///
    /// With `own_announced`, an origin announces itself even where it is restricted: who refuses the routes of others does not refuse its own.
    pub(crate) fn run(&mut self, sweep: &Sweep<'_>, lanes: &[Lane<'_>], own_announced: bool) {
        let mut memory = std::mem::take(&mut self.memory);
        memory.own_announced = own_announced;
        self.origins.clear();
        self.picks.clear();
        sweep.run(&mut memory, lanes, self);
        self.memory = memory;
    }

    /// For each transit network and lane, the vantage points *behind* it, itself left out; zero at the origin of the lane.
    ///
    /// `own` has the vantage points for which each network stands. Rows are those of [`Sweep::transit_slot`], of [`LANES`] entries each.
    pub(crate) fn behind(&self, sweep: &Sweep<'_>, vantages: &[u32], behind: &mut Vec<u32>) {
        behind.clear();
        behind.resize(sweep.transit() * LANES, 0);
        for pick in self.picks.iter().rev() {
            let Some(via) = sweep.transit_slot(pick.via) else { continue };
            let vantages = vantages[pick.index.get()];
            match sweep.transit_slot(pick.index) {
                None if vantages == 0 => {}
                None => add_own(row_mut(behind, via), &pick.lanes, vantages),
                Some(slot) => {
                    let (passed, counts) = two_rows(behind, slot, via);
                    add_row(counts, &pick.lanes, passed, vantages);
                }
            }
        }
        for (origin, lanes) in &self.origins {
            if let Some(slot) = sweep.transit_slot(*origin) {
                let row = row_mut(behind, slot);
                each_lane(lanes, |lane| row[lane] = 0);
            }
        }
    }
}

impl Sink<WIDTH> for Kept {
    fn origin(&mut self, index: AsIndex, lanes: &Mask<WIDTH>) {
        self.origins.push((index, *lanes));
    }

    #[inline]
    fn picked(&mut self, route: Picked<'_, WIDTH>) {
        let Picked { index, via, hops, class, lanes, .. } = route;
        self.picks.push(Pick { index, via, hops, class, lanes: *lanes });
    }
}

/// The routes of the networks that are wanted, by the place of the network and else in their order, and where those of each
/// place begin.
///
/// The routes of a place end where those of the next begin. Places are below `ases`, and each network has its own.
pub(crate) fn by_network(
    picks: &[Pick],
    ases: usize,
    is_wanted: impl Fn(AsIndex) -> bool,
    place: impl Fn(AsIndex) -> usize,
) -> (Vec<&Pick>, Vec<usize>) {
    let wanted = || picks.iter().filter(|pick| is_wanted(pick.index));
    let mut starts = vec![0; ases + 1];
    for pick in wanted() {
        starts[place(pick.index) + 1] += 1;
    }
    for position in 1..starts.len() {
        starts[position] += starts[position - 1];
    }
    let Some(first) = picks.first() else { return (Vec::new(), starts) };
    let mut sorted = vec![first; starts[ases]];
    let mut next = starts.clone();
    for pick in wanted() {
        let next = &mut next[place(pick.index)];
        sorted[*next] = pick;
        *next += 1;
    }
    (sorted, starts)
}

/// The entries of one network in a table with [`LANES`] entries for each.
pub(crate) fn row<T>(table: &[T], slot: usize) -> &[T] {
    &table[slot * LANES..(slot + 1) * LANES]
}

/// The same, to be changed.
pub(crate) fn row_mut<T>(table: &mut [T], slot: usize) -> &mut [T] {
    &mut table[slot * LANES..(slot + 1) * LANES]
}

/// The entries of one network to be read, and those of another to be changed; no network is its own next hop.
pub(crate) fn two_rows<T>(table: &mut [T], read: usize, changed: usize) -> (&[T], &mut [T]) {
    let (lower, upper) = table.split_at_mut(read.max(changed) * LANES);
    let (lower, upper) = (row_mut(lower, read.min(changed)), row_mut(upper, 0));
    if read < changed { (lower, upper) } else { (upper, lower) }
}

fn add_own(row: &mut [u32], lanes: &Mask<WIDTH>, vantages: u32) {
    for (counts, word) in row.chunks_exact_mut(64).zip(lanes) {
        if *word == u64::MAX {
            counts.iter_mut().for_each(|count| *count += vantages);
        } else {
            each_bit(*word, |bit| counts[bit] += vantages);
        }
    }
}

fn add_row(row: &mut [u32], lanes: &Mask<WIDTH>, passed: &[u32], vantages: u32) {
    for ((counts, passed), word) in row.chunks_exact_mut(64).zip(passed.chunks_exact(64)).zip(lanes)
    {
        if *word == u64::MAX {
            counts.iter_mut().zip(passed).for_each(|(count, passed)| *count += passed + vantages);
        } else {
            each_bit(*word, |bit| counts[bit] += passed[bit] + vantages);
        }
    }
}

/// The positions of the set bits of a word, ascending.
#[inline]
pub(crate) fn each_bit(mut word: u64, mut each: impl FnMut(usize)) {
    while word != 0 {
        each(word.trailing_zeros() as usize);
        word &= word - 1;
    }
}

/// The lanes of a mask, ascending.
#[inline]
pub(crate) fn each_lane(lanes: &Mask<WIDTH>, mut each: impl FnMut(usize)) {
    for (position, word) in lanes.iter().enumerate() {
        each_bit(*word, |bit| each(position * 64 + bit));
    }
}
