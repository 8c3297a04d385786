//! Sets of states in one world.

use demarche_case::Country;

/// Words of 64 states each; more than there are codes of countries.
const WORDS: usize = 11;

/// A set of states, as bits by the two letters of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct States([u64; WORDS]);

impl States {
    /// The set of one state.
    pub(crate) fn of(state: Country) -> Self {
        let mut set = Self::default();
        let code = state.code().as_bytes();
        let letter = |index: usize| usize::from(code[index] - b'A');
        // A code of a country is two capital letters: at most 675 by this count.
        let index = letter(0) * 26 + letter(1);
        set.0[index / 64] |= 1 << (index % 64);
        set
    }

    /// Both sets together.
    #[must_use]
    pub(crate) fn and(mut self, more: Self) -> Self {
        self.0.iter_mut().zip(more.0).for_each(|(word, more)| *word |= more);
        self
    }

    /// Returns true if all of these states are in the set.
    pub(crate) fn has(&self, all: &Self) -> bool {
        self.0.iter().zip(all.0).all(|(word, all)| all & !word == 0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}

impl FromIterator<Country> for States {
    fn from_iter<T: IntoIterator<Item = Country>>(states: T) -> Self {
        states.into_iter().fold(Self::default(), |all, one| all.and(Self::of(one)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_letters_is_a_state_of_its_own() {
        let codes =
            (b'A'..=b'Z').flat_map(|first| (b'A'..=b'Z').map(move |second| [first, second]));
        let states: Vec<Country> =
            codes.filter_map(|code| std::str::from_utf8(&code).ok()?.parse().ok()).collect();
        assert!(states.len() > 200);
        let all: States = states.iter().copied().collect();
        for (position, state) in states.iter().enumerate() {
            assert!(all.has(&States::of(*state)));
            let rest = states.iter().enumerate().filter(|(index, _)| *index != position);
            let rest: States = rest.map(|(_, state)| *state).collect();
            assert!(!rest.has(&States::of(*state)), "{state}");
        }
    }
}
