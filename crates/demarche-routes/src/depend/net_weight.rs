//! The number of addresses that each route speaks for.
//!
//! A route to a prefix does not speak for the addresses of more-specific prefixes *in the same peer's table*,
//! for traffic to those follows the more specific route (longest match, RFC 4632).
//! Nearly always all peers have the same more-specifics; then one weight serves them all, and the few
//! that differ are kept apart as corrections. That is what makes a full table cheap.

use demarche_case::Prefix;

use crate::rib::{AtomId, Rib};

/// The weight of every prefix for every peer, in addresses (IPv4) or prefixes (IPv6).
pub(crate) struct NetWeights {
    /// The weight that all peers share, in the order of the prefixes.
    pub(crate) common: Vec<f64>,
    /// A correction for one peer: (prefix, peer, addresses).
    pub(crate) corrections: Vec<(usize, u16, f64)>,
}

impl NetWeights {
    /// Computes them in one sweep over the prefixes, which are sorted by address and then by length.
    pub(crate) fn new(prefixes: &[Prefix], rows: &Rows) -> Self {
        let mut weights =
            Self { common: prefixes.iter().map(size).collect(), corrections: Vec::new() };
        let mut covering: Vec<usize> = Vec::new();
        for (index, prefix) in prefixes.iter().enumerate() {
            while covering
                .last()
                .and_then(|last| prefixes.get(*last))
                .is_some_and(|last| !last.contains(prefix))
            {
                covering.pop();
            }
            if matches!(prefix, Prefix::V4(_)) {
                weights.take_from_covering(index, size(prefix), &covering, rows);
            }
            covering.push(index);
        }
        weights
    }

    /// Takes a prefix's addresses, peer by peer, from the nearest covering prefix that the peer has.
    fn take_from_covering(
        &mut self,
        index: usize,
        addresses: f64,
        covering: &[usize],
        rows: &Rows,
    ) {
        let mut seers = rows.peers_of(index).to_vec();
        for ancestor in covering.iter().rev().copied() {
            let theirs = rows.peers_of(ancestor);
            let shared: Vec<u64> =
                seers.iter().zip(theirs).map(|(left, right)| left & right).collect();
            if shared.iter().all(|word| *word == 0) {
                continue;
            }
            if shared == theirs {
                self.common[ancestor] -= addresses;
            } else {
                self.corrections.extend(bits(&shared).map(|peer| (ancestor, peer, -addresses)));
            }
            seers.iter_mut().zip(&shared).for_each(|(seer, done)| *seer &= !done);
            if seers.iter().all(|word| *word == 0) {
                return;
            }
        }
    }
}

/// The weight of a prefix alone: its addresses, or 1 for IPv6, where counts of addresses say nothing.
fn size(prefix: &Prefix) -> f64 {
    match prefix {
        Prefix::V4(net) => f64::from(32 - net.prefix_len()).exp2(),
        Prefix::V6(_) => 1.0,
    }
}

/// The positions of the set bits.
fn bits(words: &[u64]) -> impl Iterator<Item = u16> + '_ {
    (0..).zip(words).flat_map(|(word, bits)| {
        (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit: u16| 64 * word + bit)
    })
}

/// The peers that have each prefix, one bit a peer.
pub(crate) struct Rows {
    words: usize,
    of_atom: Vec<u64>,
    atom_of: Vec<AtomId>,
}

impl Rows {
    /// Collects them from a table, counting only peers for which `counts` holds.
    pub(crate) fn new(table: &Rib, atom_of: Vec<AtomId>, counts: &[bool]) -> Self {
        let words = table.peers().len().div_ceil(64).max(1);
        let mut of_atom = vec![0; words * table.atoms().len()];
        for (row, words) in table.atoms().zip(of_atom.chunks_exact_mut(words)) {
            for (peer, _) in row {
                let index = usize::from(peer.0);
                if let Some(word) =
                    words.get_mut(index / 64).filter(|_| counts.get(index) == Some(&true))
                {
                    *word |= 1 << (index % 64);
                }
            }
        }
        Self { words, of_atom, atom_of }
    }

    /// The peers that have the prefix at an index, all from the same number of words.
    pub(crate) fn peers_of(&self, index: usize) -> &[u64] {
        let start = self.atom_of[index].index() * self.words;
        &self.of_atom[start..start + self.words]
    }
}
