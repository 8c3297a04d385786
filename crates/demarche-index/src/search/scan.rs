//! The best bodies of one segment.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::Ready;
use super::best::key;
use super::query::Lists;
use crate::numbers::Ascending;
use crate::segment::{Damage, Section, Segment, row};

/// What it costs to complete one body from its own features, in postings of a list; measured.
const COMPLETION: usize = 60;

/// How many postings are read before the threshold is looked at for the first time.
const FIRST_LOOK: usize = 4096;

/// A body and what it shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) body: u32,
    pub(super) shared: u32,
    pub(super) mass: u32,
}

/// Memory that one search after the other uses.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// What each body is known to share so far; all zero between searches.
    sums: Vec<u32>,
    /// Bodies with a sum.
    met: Vec<u32>,
    keys: Vec<f64>,
}

/// A hit by its rank: the better key first, then the lower body.
#[derive(Clone, Copy, Debug)]
struct Ranked(Hit);

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        let (one, two) = (self.0, other.0);
        let keys = key(one.shared, one.mass).total_cmp(&key(two.shared, two.mass));
        keys.then(two.body.cmp(&one.body))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

/// The best bodies of a segment whose key reaches the threshold, in any order.
pub(super) fn scan(
    segment: &Segment,
    ready: &Ready,
    lists: &Lists,
    threshold: f64,
    best: usize,
    room: &mut Room,
) -> Result<Vec<Hit>, Damage> {
    if room.sums.len() < ready.masses.len() {
        room.sums.resize(ready.masses.len(), 0);
    }
    let mut scan = Scan { segment, ready, lists, threshold, best: best.max(1), room };
    let hits = scan.run();
    for body in room.met.drain(..) {
        room.sums[body as usize] = 0;
    }
    hits
}

struct Scan<'a> {
    segment: &'a Segment,
    ready: &'a Ready,
    lists: &'a Lists,
    threshold: f64,
    best: usize,
    room: &'a mut Room,
}

impl Scan<'_> {
    fn run(&mut self) -> Result<Vec<Hit>, Damage> {
        let features = &self.lists.features;
        let mut rest: u32 = features.iter().fold(0, |sum, (_, weight)| sum.saturating_add(*weight));
        let lists = self.segment.list_rows()?;
        let length = |id: u32| lists.get(id).map_or(0, <[u8]>::len);
        let mut rest_bytes: usize = features.iter().map(|(id, _)| length(*id)).sum();
        let (mut read, mut look) = (0, FIRST_LOOK);
        let mut left = features.len();
        for (id, weight) in features.iter().rev() {
            if read >= look {
                look = read * 2;
                self.raise_threshold();
            }
            let is_open = f64::from(rest) >= self.threshold;
            if !is_open && self.survivors(rest) * COMPLETION < rest_bytes {
                break;
            }
            let bytes = length(*id);
            self.add(*id, *weight, is_open)?;
            (read, rest_bytes) = (read + bytes, rest_bytes.saturating_sub(bytes));
            rest -= weight;
            left -= 1;
        }
        self.complete(rest, left)
    }

    /// Adds a feature to the sums of the bodies that have it; bodies that were not met before only while they can be among the best.
    fn add(&mut self, id: u32, weight: u32, is_open: bool) -> Result<(), Damage> {
        let mut bodies = self.segment.list(id)?.bodies;
        let Room { sums, met, .. } = &mut *self.room;
        for body in bodies.by_ref() {
            let sum = sums.get_mut(body as usize).ok_or(row(Section::Lists))?;
            if *sum > 0 {
                *sum = sum.saturating_add(weight);
            } else if is_open {
                *sum = weight;
                met.push(body);
            }
        }
        if bodies.is_complete() { Ok(()) } else { Err(row(Section::Lists)) }
    }

    fn mass(&self, body: u32) -> u32 {
        self.ready.masses.get(body as usize).copied().unwrap_or_default()
    }

    /// Raises the threshold to what the best bodies share already.
    fn raise_threshold(&mut self) {
        let Room { sums, met, keys } = &mut *self.room;
        keys.clear();
        for body in &*met {
            let mass = self.ready.masses.get(*body as usize).copied().unwrap_or_default();
            let known = key(sums[*body as usize], mass);
            if mass > 0 && known >= self.threshold {
                keys.push(known);
            }
        }
        if keys.len() >= self.best {
            let place = keys.len() - self.best;
            let (_, last, _) = keys.select_nth_unstable_by(place, f64::total_cmp);
            self.threshold = self.threshold.max(*last);
        }
    }

    /// The most that a body's key can become, when features of this weight are still to be looked at.
    fn bound(&self, body: u32, rest: u32) -> f64 {
        let mass = self.mass(body);
        let most = self.room.sums[body as usize].saturating_add(rest).min(mass);
        if mass == 0 { -1.0 } else { key(most, mass) }
    }

    fn survivors(&self, rest: u32) -> usize {
        self.room.met.iter().filter(|body| self.bound(**body, rest) >= self.threshold).count()
    }

    /// Completes the bodies that still can be among the best, the most promising first; `left` features were not looked at.
    fn complete(&mut self, rest: u32, left: usize) -> Result<Vec<Hit>, Damage> {
        self.raise_threshold();
        let met = self.room.met.iter();
        let mut promising: Vec<(f64, u32)> = met
            .map(|body| (self.bound(*body, rest), *body))
            .filter(|(bound, _)| *bound >= self.threshold)
            .collect();
        promising
            .sort_unstable_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        let wanted = self.lists.features.get(..left).unwrap_or_default();
        let mut hits: BinaryHeap<Reverse<Ranked>> = BinaryHeap::with_capacity(self.best.min(1024));
        for (bound, body) in promising {
            if bound < self.threshold {
                break;
            }
            let shared = self.room.sums[body as usize].saturating_add(self.shared(body, wanted)?);
            let hit = Ranked(Hit { body, shared, mass: self.mass(body) });
            if key(shared, hit.0.mass) < self.threshold {
                continue;
            }
            hits.push(Reverse(hit));
            if hits.len() > self.best {
                hits.pop();
            }
            if let Some(Reverse(Ranked(last))) = hits.peek().filter(|_| hits.len() == self.best) {
                self.threshold = self.threshold.max(key(last.shared, last.mass));
            }
        }
        Ok(hits.into_iter().map(|Reverse(Ranked(hit))| hit).collect())
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
                shared = shared.saturating_add(*weight);
            }
        }
        Ok(shared)
    }
}
