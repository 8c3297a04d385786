//! A search for many patterns at once.

use std::collections::{BTreeMap, BTreeSet};

use super::pattern::Pattern;

/// The number of bits of a hash of four bytes.
const BITS: u32 = 18;

/// Looks for patterns by four bytes of each that count whole.
#[derive(Debug)]
pub(crate) struct Scanner<'a> {
    patterns: Vec<&'a Pattern>,
    /// For four bytes, the patterns that have them, and their offset in each.
    anchors: BTreeMap<u32, Vec<(usize, usize)>>,
    /// For each hash, true if the four bytes of any pattern have it.
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
        for (index, pattern) in scanner.patterns.iter().enumerate() {
            if let Some((offset, four)) = pattern.anchor() {
                scanner.anchors.entry(four).or_default().push((index, offset));
                scanner.filter[hash(four)] = true;
            }
        }
        scanner
    }

    /// The patterns that some bytes have, by their index.
    pub(crate) fn met(&self, bytes: &[u8]) -> BTreeSet<usize> {
        let mut met = BTreeSet::new();
        for (position, four) in bytes.windows(4).enumerate() {
            let four = four.first_chunk().copied().map_or(0, u32::from_le_bytes);
            if !self.filter[hash(four)] {
                continue;
            }
            for (index, offset) in self.anchors.get(&four).into_iter().flatten() {
                let rest = position.checked_sub(*offset).and_then(|start| bytes.get(start..));
                if rest.is_some_and(|rest| self.patterns[*index].begins(rest)) {
                    met.insert(*index);
                }
            }
        }
        met
    }
}

impl Pattern {
    /// Returns true if some bytes have the pattern anywhere; one without four bytes in a row that count whole is nowhere.
    #[must_use]
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        !Scanner::of([self]).met(bytes).is_empty()
    }
}

fn hash(four: u32) -> usize {
    (four.wrapping_mul(0x9e37_79b1) >> (u32::BITS - BITS)) as usize
}
