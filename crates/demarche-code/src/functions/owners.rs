//! Numbers at places of code, in a sixteenth of the memory that one number for each byte would take.
//!
//! Neighbours mostly have the same number: a line of bytes has one, and places that differ from their line are kept apart.

use std::collections::{BTreeSet, HashMap};

/// The bytes of a line: functions mostly begin at multiples of it.
const LINE: u32 = 16;

/// A line whose places have no number yet.
const EMPTY: u32 = u32::MAX;

/// The bit of a line with places that differ from it.
const MIXED: u32 = 1 << 31;

/// A number below 2³¹ for each of many places.
#[derive(Debug)]
pub(crate) struct Owners {
    lines: Vec<u32>,
    apart: HashMap<u32, u32>,
}

impl Owners {
    /// Numbers for so many places.
    pub(crate) fn new(places: usize) -> Self {
        Self { lines: vec![EMPTY; places.div_ceil(LINE as usize)], apart: HashMap::new() }
    }

    /// The number of a place; that of a neighbour where it was given none, and 0 where no neighbour has one.
    pub(crate) fn get(&self, index: u32) -> u32 {
        let Some(&line) = self.lines.get((index / LINE) as usize) else { return 0 };
        match line {
            EMPTY => 0,
            line if line & MIXED == 0 => line,
            line => self.apart.get(&index).copied().unwrap_or(line & !MIXED),
        }
    }

    /// Takes the numbers of the line back that a place lies in.
    pub(crate) fn forget(&mut self, index: u32) {
        let Some(line) = self.lines.get_mut((index / LINE) as usize) else { return };
        if *line != EMPTY && *line & MIXED != 0 {
            for index in Self::line(index) {
                self.apart.remove(&index);
            }
        }
        *line = EMPTY;
    }

    /// The places of the line that a place lies in.
    pub(crate) fn line(index: u32) -> std::ops::Range<u32> {
        let first = index / LINE * LINE;
        first..first + LINE
    }

    /// Gives a place a number.
    pub(crate) fn set(&mut self, index: u32, number: u32) {
        let Some(line) = self.lines.get_mut((index / LINE) as usize) else { return };
        if *line == EMPTY {
            *line = number & !MIXED;
        } else if *line != number {
            *line |= MIXED;
            self.apart.insert(index, number);
        }
    }
}

/// One bit for each of many places.
#[derive(Debug)]
pub(crate) struct Places(Vec<u64>);

impl Places {
    /// No place of so many.
    pub(crate) fn new(places: usize) -> Self {
        Self(vec![0; places.div_ceil(64)])
    }

    /// Returns true if a place is among them.
    pub(crate) fn has(&self, index: u32) -> bool {
        self.0.get((index / 64) as usize).is_some_and(|bits| bits >> (index % 64) & 1 == 1)
    }

    /// Adds a place.
    pub(crate) fn add(&mut self, index: u32) {
        if let Some(bits) = self.0.get_mut((index / 64) as usize) {
            *bits |= 1 << (index % 64);
        }
    }
}

/// Places of which almost all lie in one stretch.
#[derive(Debug, Default)]
pub(crate) struct NearPlaces {
    from: u32,
    until: u32,
    near: Vec<u64>,
    far: BTreeSet<u32>,
}

impl NearPlaces {
    /// Forgets all places and goes on to another stretch.
    pub(crate) fn go_to(&mut self, from: u32, until: u32) {
        (self.from, self.until) = (from, until);
        self.near.clear();
        self.near.resize((from..until).len().div_ceil(64), 0);
        self.far.clear();
    }

    /// Returns true if a place is among them.
    pub(crate) fn has(&self, index: u32) -> bool {
        match self.bit(index) {
            Some((word, bit)) => self.near.get(word).is_some_and(|bits| bits & bit != 0),
            None => self.far.contains(&index),
        }
    }

    /// Adds a place.
    pub(crate) fn add(&mut self, index: u32) {
        match self.bit(index) {
            Some((word, bit)) => {
                if let Some(bits) = self.near.get_mut(word) {
                    *bits |= bit;
                }
            }
            None => {
                self.far.insert(index);
            }
        }
    }

    /// The word and the bit of a place of the stretch.
    fn bit(&self, index: u32) -> Option<(usize, u64)> {
        let offset = index.checked_sub(self.from).filter(|_| index < self.until)?;
        Some(((offset / 64) as usize, 1 << (offset % 64)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_keeps_the_number_that_it_was_given_last() {
        let mut owners = Owners::new(100);
        let mut plain = [None; 100];
        let mut seed = 1_u32;
        for _ in 0..5000 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (index, number) = ((seed >> 8) % 100, (seed >> 20) % 5);
            owners.set(index, number);
            plain[index as usize] = Some(number);
            for (index, number) in (0..).zip(plain) {
                assert!(number.is_none_or(|number| owners.get(index) == number));
            }
        }
        owners.set(1000, 3);
        assert_eq!(owners.get(1000), 0);
    }

    #[test]
    fn places_are_those_that_were_added() {
        let mut places = Places::new(130);
        places.add(0);
        places.add(129);
        places.add(500);
        assert!(places.has(0) && places.has(129) && !places.has(1) && !places.has(500));
    }

    #[test]
    fn near_and_far_places_are_those_that_were_added_since_the_last_stretch() {
        let mut places = NearPlaces::default();
        places.go_to(100, 230);
        let added = [99, 100, 163, 164, 229, 230, 5000];
        added.into_iter().for_each(|place| places.add(place));
        for place in 0..6000 {
            assert_eq!(places.has(place), added.contains(&place), "{place}");
        }
        places.go_to(164, 165);
        assert!(!(0..6000).any(|place| places.has(place)));
    }
}
