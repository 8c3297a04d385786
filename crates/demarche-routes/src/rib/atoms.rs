//! Rows of routes, each kept once.

use std::collections::BTreeMap;

use crate::as_path::PathId;
use crate::interner::{Index, Search, finish, mix};
use crate::mrt::PeerIndex;

/// A peer and the path of its route.
pub(crate) type Entry = (PeerIndex, PathId);

/// Every distinct row.
#[derive(Clone, Debug)]
pub(crate) struct Atoms {
    /// All rows, one after the other.
    entries: Vec<Entry>,
    /// The end of each row in `entries`; the first item is the start of the first row.
    bounds: Vec<usize>,
    index: Index,
    /// Rows whose hashes were forged to collide.
    crowded: BTreeMap<Box<[Entry]>, u32>,
    /// The row that was asked for last.
    last: u32,
}

impl Default for Atoms {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            bounds: vec![0],
            index: Index::new(),
            crowded: BTreeMap::new(),
            last: 0,
        }
    }
}

impl Atoms {
    pub(crate) fn get(&self, row: u32) -> Option<&[Entry]> {
        let [start, end] = self.bounds.get(row as usize..)?.first_chunk()?;
        self.entries.get(*start..*end)
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &[Entry]> + Clone {
        let bounds = self.bounds.windows(2);
        bounds.map(|bounds| match bounds {
            [start, end] => &self.entries[*start..*end],
            _ => &[],
        })
    }

    /// The number of a row.
    pub(crate) fn intern(&mut self, row: &[Entry]) -> u32 {
        if self.get(self.last) == Some(row) {
            return self.last;
        }
        let hash = hash(row);
        self.last = match self.index.search(hash, |number| self.get(number) == Some(row)) {
            Search::Found(number) => number,
            Search::Vacant(_) | Search::Crowded => match self.crowded.get(row) {
                Some(number) => *number,
                None => self.add(row, hash),
            },
        };
        self.last
    }

    fn add(&mut self, row: &[Entry], hash: u64) -> u32 {
        // A row costs at least twelve bytes of the input, and a table of 2³² rows 48 GiB of it.
        let number = u32::try_from(self.bounds.len() - 1).expect("fewer rows than bytes of input");
        self.entries.extend_from_slice(row);
        self.bounds.push(self.entries.len());
        if self.index.is_full() {
            self.grow();
        } else {
            self.enter(number, hash);
        }
        number
    }

    fn enter(&mut self, number: u32, hash: u64) {
        if let Search::Vacant(place) = self.index.search(hash, |_| false) {
            self.index.occupy(place, hash, number);
        } else if let Some(row) = self.get(number).map(Box::from) {
            self.crowded.insert(row, number);
            self.index.count_crowded();
        }
    }

    fn grow(&mut self) {
        self.index = self.index.doubled();
        self.crowded.clear();
        for number in
            0..u32::try_from(self.bounds.len() - 1).expect("fewer rows than bytes of input")
        {
            let hash = hash(self.get(number).expect("a number below the count"));
            self.enter(number, hash);
        }
    }
}

fn hash(row: &[Entry]) -> u64 {
    finish(row.iter().fold(row.len() as u64, |hash, (peer, path)| {
        mix(hash, u64::from(peer.0) << 32 | u64::from(path.0))
    }))
}
