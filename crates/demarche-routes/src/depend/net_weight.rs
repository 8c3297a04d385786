//! The number of addresses that each route speaks for.
//!
//! A route to a prefix does not speak for the addresses of more-specific prefixes *in the same peer's table*,
//! for traffic to those follows the more specific route (longest match, RFC 4632).
//! Nearly always all peers have the same more-specifics; then one weight serves them all, and the few
//! that differ are kept apart as corrections. That is what makes a full table cheap.

use demarche_case::Prefix;

use super::rows::Rows;

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
                if let Some(weight) = self.common.get_mut(ancestor) {
                    *weight -= addresses;
                }
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

/// The places of the set bits.
fn bits(words: &[u64]) -> impl Iterator<Item = u16> + '_ {
    (0..).zip(words).flat_map(|(word, bits)| {
        (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit: u16| 64 * word + bit)
    })
}
