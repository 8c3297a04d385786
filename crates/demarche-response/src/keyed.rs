//! Random numbers by name: the number for a name is the same in a draw whoever else takes one.
//!
//! An option's values are drawn under its own name, so that adding another option changes none of them.

use demarche_case::random::{mixed, unit};

/// The random numbers of one draw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keyed(pub(crate) u64);

/// A name that a number is drawn under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Key(u64);

impl Key {
    /// The key of a name; FNV-1a, spread over all bits.
    pub(crate) fn of(name: &str) -> Self {
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(mixed(hash))
    }
}

impl Keyed {
    /// The number under a key, from 0 to below 1, in steps of 2⁻⁵³.
    pub(crate) fn unit(self, key: Key) -> f64 {
        unit(mixed(mixed(self.0 ^ key.0).wrapping_add(key.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_even_and_those_of_two_names_have_nothing_in_common() {
        let (one, other) = (Key::of("sanctions/cost"), Key::of("sanctions/speed"));
        let draws = 100_000_u32;
        let (mut sums, mut squares, mut product) = ([0.0; 2], [0.0; 2], 0.0);
        for draw in 0..draws {
            let keyed = Keyed(mixed(u64::from(draw)));
            let pair = [keyed.unit(one), keyed.unit(other)];
            for at in 0..2 {
                sums[at] += pair[at];
                squares[at] += pair[at] * pair[at];
            }
            product += pair[0] * pair[1];
        }
        let all = f64::from(draws);
        for at in 0..2 {
            assert!((sums[at] / all - 0.5).abs() < 0.004);
            assert!((squares[at] / all - 1.0 / 3.0).abs() < 0.004);
        }
        assert!((product / all - 0.25).abs() < 0.004);
    }
}
