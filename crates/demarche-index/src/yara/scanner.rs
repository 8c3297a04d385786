//! Looking for many patterns at once.

use std::collections::{BTreeMap, BTreeSet};

use super::Pattern;

/// How many bits a hash of four bytes has.
const BITS: u32 = 18;

/// Looks for patterns by four bytes of each that count whole.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    patterns: Vec<&'a Pattern>,
    /// For the four bytes of some patterns, which those are, and where in each the bytes stand.
    anchors: BTreeMap<u32, Vec<(usize, usize)>>,
    /// Whether the bytes with some hash are those of any pattern.
    filter: Vec<bool>,
}

impl<'a> Scanner<'a> {
    /// A scanner for some patterns; those without four bytes in a row that count whole are never found.
    pub(crate) fn of(patterns: impl IntoIterator<Item = &'a Pattern>) -> Self {
        let mut scanner = Self {
            patterns: patterns.into_iter().collect(),
            anchors: BTreeMap::new(),
            filter: vec![false; 1 << BITS],
        };
        for (place, pattern) in scanner.patterns.iter().enumerate() {
            if let Some((offset, four)) = pattern.anchor() {
                scanner.anchors.entry(four).or_default().push((place, offset));
                scanner.filter[hash(four)] = true;
            }
        }
        scanner
    }

    /// Which of the patterns some bytes have, by their place.
    pub(crate) fn met(&self, bytes: &[u8]) -> BTreeSet<usize> {
        let mut met = BTreeSet::new();
        for (at, four) in bytes.windows(4).enumerate() {
            let four = four.first_chunk().copied().map_or(0, u32::from_le_bytes);
            if !self.filter[hash(four)] {
                continue;
            }
            for (place, offset) in self.anchors.get(&four).into_iter().flatten() {
                let rest = at.checked_sub(*offset).and_then(|start| bytes.get(start..));
                if rest.is_some_and(|rest| self.patterns[*place].begins(rest)) {
                    met.insert(*place);
                }
            }
        }
        met
    }
}

fn hash(four: u32) -> usize {
    (four.wrapping_mul(0x9e37_79b1) >> (u32::BITS - BITS)) as usize
}
