//! The peers that have each prefix, as bit sets shared by all prefixes of an atom.

use crate::rib::{AtomId, Rib};

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

    /// The peers that have the prefix at `place`, all from the same number of words.
    pub(crate) fn peers_of(&self, index: usize) -> &[u64] {
        let start = self.atom_of.get(index).map_or(0, |atom| atom.index() * self.words);
        self.of_atom.get(start..start + self.words).unwrap_or_default()
    }
}
