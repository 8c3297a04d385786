//! All coalitions of a small game, one bit each: which of them win.
//!
//! Coalition c is the set of players whose bits are set in c; bit c of the table says whether it wins.
//! Sixty-four coalitions share a word, so that a game of 20 players takes 128 KiB, and swings and minimal coalitions come from word operations.

/// For player p below six: the places within a word whose coalitions contain p.
pub(crate) const FIRST_SIX: [u64; 6] = [
    0xAAAA_AAAA_AAAA_AAAA,
    0xCCCC_CCCC_CCCC_CCCC,
    0xF0F0_F0F0_F0F0_F0F0,
    0xFF00_FF00_FF00_FF00,
    0xFFFF_0000_FFFF_0000,
    0xFFFF_FFFF_0000_0000,
];

/// Within a word: the places whose coalitions have k of the first six players, for k from 0 to 6.
const BY_SIZE: [u64; 7] = by_size();

const fn by_size() -> [u64; 7] {
    let mut masks = [0; 7];
    let mut position = 0_u64;
    while position < 64 {
        masks[position.count_ones() as usize] |= 1 << position;
        position += 1;
    }
    masks
}

/// The coalitions of a monotone game that win.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CoalitionTable {
    players: usize,
    /// At least one word: games of fewer than six players are filled up with players that change nothing.
    words: Vec<u64>,
}

impl CoalitionTable {
    /// `block(w)` gives the coalitions whose bits above the sixth are those of w.
    pub(crate) fn from_blocks(players: usize, block: impl FnMut(usize) -> u64) -> Self {
        let words = 1 << players.saturating_sub(FIRST_SIX.len());
        Self { players, words: (0..words).map(block).collect() }
    }

    /// Asks for each coalition on its own.
    #[cfg(test)]
    pub(crate) fn from_fn(players: usize, wins: impl Fn(usize) -> bool) -> Self {
        let real = (1 << players) - 1;
        Self::from_blocks(players, |block| {
            (0..64).fold(0, |word, position| {
                word | u64::from(wins((block << 6 | position) & real)) << position
            })
        })
    }

    pub(crate) const fn players(&self) -> usize {
        self.players
    }

    /// The places within a word that stand for coalitions of real players only.
    const fn real(&self) -> u64 {
        if self.players < FIRST_SIX.len() { (1 << (1 << self.players)) - 1 } else { u64::MAX }
    }

    /// The coalitions of a word that win, moved to where `player` has joined them.
    fn without(&self, block: usize, player: usize) -> u64 {
        match FIRST_SIX.get(player) {
            Some(pattern) => (self.words[block] << (1 << player)) & pattern,
            None => {
                let bit = 1 << (player - FIRST_SIX.len());
                if block & bit == 0 { 0 } else { self.words[block ^ bit] }
            }
        }
    }

    /// The coalitions of a word that contain the player.
    fn containing(block: usize, player: usize) -> u64 {
        match FIRST_SIX.get(player) {
            Some(pattern) => *pattern,
            None if block >> (player - FIRST_SIX.len()) & 1 == 1 => u64::MAX,
            None => 0,
        }
    }

    /// For each number of *other* players: in how many of their coalitions this player turns losing into winning.
    pub(crate) fn swings(&self, player: usize) -> Vec<u64> {
        let swing = |block| {
            self.words[block] & Self::containing(block, player) & !self.without(block, player)
        };
        // Each coalition was met with the player in it.
        self.count(swing).into_iter().skip(1).collect()
    }

    /// Counts the winning coalitions of each size, from none to all players.
    pub(crate) fn wins(&self) -> Vec<u64> {
        self.count(|block| self.words[block])
    }

    /// Coalitions by size, of those that are chosen in each word.
    fn count(&self, chosen: impl Fn(usize) -> u64) -> Vec<u64> {
        let mut counts = vec![0; self.players + 1];
        for block in 0..self.words.len() {
            let chosen = chosen(block) & self.real();
            for (size, mask) in BY_SIZE.iter().enumerate().filter(|_| chosen != 0) {
                if let Some(count) = counts.get_mut(size + block.count_ones() as usize) {
                    *count += u64::from((chosen & mask).count_ones());
                }
            }
        }
        counts
    }

    /// Winning coalitions that lose without any one of their members, smallest first, then in order of players.
    ///
    /// At most `limit` of them; the flag says whether these are all.
    pub(crate) fn minimal(&self, limit: usize) -> (Vec<Vec<usize>>, bool) {
        let mut coalitions: Vec<(u32, usize)> = Vec::new();
        for (block, wins) in self.words.iter().enumerate() {
            let spare = |rest, player| rest & !self.without(block, player);
            let mut minimal = (0..self.players).fold(*wins & self.real(), spare);
            while minimal != 0 {
                let coalition = block << 6 | minimal.trailing_zeros() as usize;
                coalitions.push((coalition.count_ones(), coalition));
                minimal &= minimal - 1;
            }
        }
        let members = |coalition: usize| -> Vec<usize> {
            (0..self.players).filter(|player| coalition >> player & 1 == 1).collect()
        };
        let mut listed: Vec<Vec<usize>> =
            coalitions.into_iter().map(|(_, coalition)| members(coalition)).collect();
        listed.sort_unstable_by(|left, right| (left.len(), left).cmp(&(right.len(), right)));
        let complete = listed.len() <= limit;
        listed.truncate(limit);
        (listed, complete)
    }

    /// The dual game: a coalition wins where the others, without it, do not.
    pub(crate) fn dual(&self) -> Self {
        let words = self.words.iter().rev().map(|word| !word.reverse_bits()).collect();
        Self { players: self.players, words }
    }
}
