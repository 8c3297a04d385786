//! A hash index over values kept elsewhere, that a hostile input cannot slow down.
//!
//! The index holds, for each value, a part of its hash and its number; the owner compares the values.
//! A search looks at no more than [`REACH`] slots.
//! Values beyond that, which only a forged input has, are the owner's to keep in a sorted map.

/// The slots that a search looks at before it gives up.
///
/// At three quarters full, runs this long do not happen by chance; they are made by whoever knows the hash.
const REACH: usize = 64;

/// Part of the hash, and the number of the value.
#[derive(Clone, Copy, Debug)]
struct Slot {
    tag: u32,
    number: u32,
}

const FREE: Slot = Slot { tag: 0, number: u32::MAX };

/// The outcome of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Search {
    /// The number of the equal value.
    Found(u32),
    /// There is no equal value, and this slot is free for it.
    Vacant(usize),
    /// All slots within reach are taken by other values.
    Crowded,
}

/// The index.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    slots: Vec<Slot>,
    used: usize,
}

impl Index {
    pub(crate) fn new() -> Self {
        Self { slots: vec![FREE; 1 << 10], used: 0 }
    }

    /// Looks for the value with this hash that `is_equal`.
    #[inline]
    pub(crate) fn search(&self, hash: u64, mut is_equal: impl FnMut(u32) -> bool) -> Search {
        let mask = self.slots.len() - 1;
        let (home, tag) = split(hash);
        for step in 0..REACH {
            let probe = home.wrapping_add(step) & mask;
            let Some(slot) = self.slots.get(probe) else { break };
            if slot.number == FREE.number {
                return Search::Vacant(probe);
            }
            if slot.tag == tag && is_equal(slot.number) {
                return Search::Found(slot.number);
            }
        }
        Search::Crowded
    }

    /// Returns true if the next value needs a larger index first.
    pub(crate) const fn is_full(&self) -> bool {
        self.used >= self.slots.len() / 4 * 3
    }

    /// Takes the free slot that a search has just returned.
    pub(crate) fn occupy(&mut self, probe: usize, hash: u64, number: u32) {
        if let Some(slot) = self.slots.get_mut(probe) {
            *slot = Slot { tag: split(hash).1, number };
            self.used += 1;
        }
    }

    /// Counts a value that the owner keeps elsewhere, so that the index grows with all values.
    pub(crate) const fn count_crowded(&mut self) {
        self.used += 1;
    }

    /// An empty index of twice the size.
    pub(crate) fn doubled(&self) -> Self {
        Self { slots: vec![FREE; self.slots.len() * 2], used: 0 }
    }
}

/// The place to start at, and the tag.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a hash is cut into two parts")]
const fn split(hash: u64) -> (usize, u32) {
    (hash as usize, (hash >> 32) as u32)
}

/// The odd constant of `FxHash`, 64 bits without a pattern.
const SEED: u64 = 0xf135_7aea_2e62_a9c5;

/// Adds eight bytes to a hash.
#[inline]
pub(crate) const fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(SEED)
}

/// Brings the high bits, which multiplication mixes well, down to the low ones.
#[inline]
pub(crate) const fn finish(hash: u64) -> u64 {
    let folded = (hash ^ (hash >> 32)).wrapping_mul(SEED);
    folded ^ (folded >> 29)
}

/// A hash of bytes, eight at a time.
#[inline]
pub(crate) fn hash_bytes(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks();
    let mut hash = mix(0, bytes.len() as u64);
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let (pairs, odd) = rest.as_chunks();
    for pair in pairs {
        hash = mix(hash, u64::from(u16::from_le_bytes(*pair)));
    }
    for byte in odd {
        hash = mix(hash, u64::from(*byte));
    }
    finish(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_one_hash_fill_the_reach_and_then_crowd() {
        let mut index = Index::new();
        for number in 0..64 {
            let Search::Vacant(probe) = index.search(7, |_| false) else { panic!("{number}") };
            index.occupy(probe, 7, number);
        }
        assert_eq!(index.search(7, |_| false), Search::Crowded);
        assert_eq!(index.search(7, |number| number == 63), Search::Found(63));
    }

    #[test]
    fn the_length_is_part_of_the_hash() {
        assert_ne!(hash_bytes(&[]), hash_bytes(&[0]));
        assert_ne!(hash_bytes(&[0; 8]), hash_bytes(&[0; 16]));
    }
}
