//! The best bodies of one segment.
//!
//! Bodies are gone through in blocks whose sums stay in the cache. In each, the lists of the rarest features are added up,
//! as many as it takes until a body that is in none of them cannot reach the threshold; bodies that still can are completed
//! from their own features. The threshold is what the last of the best has so far. A few of the rarest lists, looked
//! through beforehand, make it high from the beginning.

use super::hits::{Hit, Hits, key};
use super::query::Lists;
use super::ready::{CHUNK, Ready};
use crate::numbers::Ascending;
use crate::segment::{Damage, Section, Segment, row};

/// The number of bodies of a block: 4 bytes each fill a level-1 cache of 32 KiB; measured against 2^12 and 2^15.
const BLOCK: usize = 1 << 13;

/// The number of postings that are looked through beforehand.
const FIRST_LOOK: usize = 1024;

/// The cost of completing one body from its own features, in postings of a list; measured.
const COMPLETION: usize = 100;

/// Memory that one search after the other uses.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// The weight that each body of a block is known to share.
    sums: Vec<u32>,
    /// Bodies of a block that can be among the best.
    promising: Vec<u32>,
}

/// The best bodies of a segment whose key reaches the threshold, in any order.
pub(crate) fn scan(
    segment: &Segment,
    ready: &Ready,
    lists: &Lists,
    threshold: f64,
    best: usize,
    room: &mut Room,
) -> Result<Vec<Hit>, Damage> {
    let cursors = lists.features.iter().rev();
    let cursors = cursors.map(|(id, weight)| Ok(Cursor::new(segment.list(*id)?.bodies, *weight)));
    let mut scan = Scan {
        segment,
        ready,
        wanted: &lists.features,
        cursors: cursors.collect::<Result<_, Damage>>()?,
        rests: rests(lists),
        hits: Hits::of(best, threshold),
    };
    scan.look_ahead()?;
    let first_threshold = scan.hits.threshold();
    scan.hits = Hits::of(best, first_threshold);
    for start in (0..ready.masses.len()).step_by(BLOCK) {
        scan.block(start, room)?;
    }
    Ok(scan.hits.into_hits())
}

/// The weight of the lists from each on, the rarest list first; after the last it is 0.
fn rests(lists: &Lists) -> Vec<u32> {
    let mut rest = 0_u32;
    let mut rests = vec![rest];
    for (_, weight) in &lists.features {
        rest = rest.saturating_add(*weight);
        rests.push(rest);
    }
    rests.reverse();
    rests
}

struct Scan<'a> {
    segment: &'a Segment,
    ready: &'a Ready,
    /// Features and weights, the most frequent first.
    wanted: &'a [(u32, u32)],
    /// Their lists, the rarest first.
    cursors: Vec<Cursor<'a>>,
    rests: Vec<u32>,
    hits: Hits,
}

impl Scan<'_> {
    /// Completes bodies of the rarest lists, so that there is a threshold to begin with.
    fn look_ahead(&mut self) -> Result<(), Damage> {
        let mut shares: Vec<(u32, u32)> = Vec::with_capacity(FIRST_LOOK);
        for cursor in &self.cursors {
            let left = FIRST_LOOK - shares.len();
            shares.extend(cursor.bodies().take(left).map(|body| (body, cursor.weight)));
        }
        shares.sort_unstable();
        let mut sums: Vec<(u32, u32)> = Vec::new();
        for (body, weight) in shares {
            match sums.last_mut() {
                Some((last, sum)) if *last == body => *sum = sum.saturating_add(weight),
                _ => sums.push((body, weight)),
            }
        }
        let known = |(body, sum): &(u32, u32)| (key(*sum, self.mass(*body).max(1)), *body);
        let mut known: Vec<(f64, u32)> = sums.iter().map(known).collect();
        let best = self.hits.best();
        if known.len() > best {
            known.select_nth_unstable_by(best, |left, right| {
                right.0.total_cmp(&left.0).then(left.1.cmp(&right.1))
            });
        }
        for (_, body) in known.into_iter().take(best) {
            let shared = self.shared(body, self.wanted)?;
            self.hits.offer(Hit { body, shared, mass: self.mass(body) });
        }
        Ok(())
    }

    /// Finds the best bodies of a block.
    fn block(&mut self, start: usize, room: &mut Room) -> Result<(), Damage> {
        let Room { sums, promising } = room;
        let length = BLOCK.min(self.ready.masses.len() - start);
        sums.clear();
        sums.resize(length, 0);
        let mut taken = self.essential();
        for cursor in &mut self.cursors[..taken] {
            cursor.add(start, sums);
        }
        loop {
            self.promising(start, sums, self.rests[taken], promising);
            let Some(next) = self.cursors.get_mut(taken) else { break };
            let blocks = self.ready.masses.len().div_ceil(BLOCK);
            if promising.len() * COMPLETION <= next.bytes() / blocks {
                break;
            }
            next.add(start, sums);
            taken += 1;
        }
        let wanted = &self.wanted[..self.wanted.len() - taken];
        let first = u32::try_from(start).expect("bodies have ids of 32 bits");
        for offset in &*promising {
            let body = first + offset;
            let known = sums[*offset as usize];
            let mass = self.mass(body);
            let limit = known.saturating_add(self.rests[taken]).min(mass);
            if key(limit, mass) >= self.hits.threshold() {
                let shared = known.saturating_add(self.shared(body, wanted)?);
                self.hits.offer(Hit { body, shared, mass });
            }
        }
        let is_damaged = |cursor: &Cursor<'_>| cursor.is_damaged(self.ready.masses.len());
        if self.cursors[..taken].iter().any(is_damaged) {
            return Err(row(Section::Lists));
        }
        Ok(())
    }

    /// The number of lists that it takes until a body that is in none of them cannot reach the threshold.
    ///
    /// Such a body shares at most the weight of the other lists, and no more than its own: its key is at most that weight.
    fn essential(&self) -> usize {
        let threshold = self.hits.threshold();
        let rests = self.rests.iter();
        let open = rests.take_while(|rest| **rest > 0 && f64::from(**rest) >= threshold);
        open.count().min(self.cursors.len())
    }

    /// The places in a block of the bodies that can reach the threshold, when features of weight `rest` were not looked at.
    fn promising(&self, start: usize, sums: &[u32], rest: u32, promising: &mut Vec<u32>) {
        promising.clear();
        let threshold = self.hits.threshold();
        let masses = &self.ready.masses[start..];
        let lightest = &self.ready.lightest[start / CHUNK..];
        let chunks = sums.chunks(CHUNK).zip(masses.chunks(CHUNK)).zip(lightest);
        for (chunk, ((sums, masses), lightest)) in chunks.enumerate() {
            let highest = sums.iter().copied().max().expect("a chunk has a body");
            let limit = highest.saturating_add(rest);
            // Every body of the chunk is at least as heavy as the lightest, and shares at most this.
            if limit == 0 || key(limit, limit.max(*lightest)) < threshold {
                continue;
            }
            for (offset, (sum, mass)) in (chunk * CHUNK..).zip(sums.iter().zip(masses)) {
                let limit = sum.saturating_add(rest).min(*mass);
                if limit > 0 && key(limit, *mass) >= threshold {
                    promising.push(u32::try_from(offset).expect("a block has few bodies"));
                }
            }
        }
    }

    fn mass(&self, body: u32) -> u32 {
        self.ready.mass(body)
    }

    /// The weight of those of the wanted features that a body has; both ascend.
    fn shared(&self, body: u32, wanted: &[(u32, u32)]) -> Result<u32, Damage> {
        let Some((last, _)) = wanted.last() else { return Ok(0) };
        let mut wanted = wanted.iter().peekable();
        let mut shared = 0_u32;
        let mut features: Ascending<'_> = self.segment.body(body)?;
        for feature in features.by_ref().take_while(|feature| feature <= last) {
            while wanted.next_if(|(id, _)| *id < feature).is_some() {}
            if let Some((_, weight)) = wanted.next_if(|(id, _)| *id == feature) {
                // At most the body's own weight, whose sum was checked.
                shared += *weight;
            }
        }
        Ok(shared)
    }
}

/// A list of bodies that is read block by block.
#[derive(Clone, Debug)]
struct Cursor<'a> {
    bodies: Ascending<'a>,
    /// The next body; `None` at the end.
    next: Option<u32>,
    /// The weight of the feature.
    weight: u32,
    bytes: usize,
}

impl<'a> Cursor<'a> {
    fn new(mut bodies: Ascending<'a>, weight: u32) -> Self {
        let bytes = bodies.rest();
        let next = bodies.next();
        Self { bodies, next, weight, bytes }
    }

    /// The length of the list in bytes, which is about the number of bodies.
    fn bytes(&self) -> usize {
        self.bytes
    }

    /// The bodies that were not read yet.
    fn bodies(&self) -> impl Iterator<Item = u32> {
        self.next.into_iter().chain(self.bodies.clone())
    }

    /// Adds its weight to the sums of those bodies of a block that have the feature; bodies before the block are passed over.
    fn add(&mut self, start: usize, sums: &mut [u32]) {
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

    /// Returns true if the list names a body that is not there, or cannot be read on.
    fn is_damaged(&self, bodies: usize) -> bool {
        match self.next {
            Some(body) => body as usize >= bodies,
            None => !self.bodies.is_complete(),
        }
    }
}
