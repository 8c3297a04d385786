use std::fmt;

use curve25519_dalek::{RistrettoPoint, Scalar};
use sha2::{Digest as _, Sha512};

/// The secret that all random numbers of one exchange are made of: 32 bytes of the operating system's generator.
///
/// A seed serves one exchange: two requests of one seed can be linked by whoever sees both.
/// The asker keeps the seed until the answer has come, as the seed and the list make the same [`Asker`](super::Asker) again.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed([u8; 32]);

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(secret)")
    }
}

impl Seed {
    /// The seed of some random bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// 64 bytes that look random to whoever lacks the seed, by a purpose and a number.
    pub(crate) fn bytes(&self, purpose: &str, number: u64) -> [u8; 64] {
        let mut hash = Sha512::new();
        hash.update(b"demarche-compare v1 seed\0");
        hash.update(self.0);
        hash.update(number.to_le_bytes());
        hash.update(purpose.as_bytes());
        hash.finalize().into()
    }

    /// The number of the exchange.
    pub(crate) fn exchange(&self) -> [u8; 16] {
        let mut number = [0; 16];
        number.iter_mut().zip(self.bytes("exchange", 0)).for_each(|(byte, random)| *byte = random);
        number
    }

    /// A secret number of the group; zero has a chance of 2⁻²⁵² and counts as one.
    pub(crate) fn scalar(&self) -> Scalar {
        let scalar = Scalar::from_bytes_mod_order_wide(&self.bytes("scalar", 0));
        if scalar == Scalar::ZERO { Scalar::ONE } else { scalar }
    }

    /// A random point.
    pub(crate) fn point(&self, number: u64) -> RistrettoPoint {
        RistrettoPoint::from_uniform_bytes(&self.bytes("padding", number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_one_seed_and_parts_of_two_seeds_differ() {
        let (first, second) = (Seed::new([1; 32]), Seed::new([2; 32]));
        assert_ne!(first.bytes("a", 0), first.bytes("b", 0));
        assert_ne!(first.bytes("a", 0), first.bytes("a", 1));
        assert_ne!(first.scalar(), second.scalar());
        assert_ne!(first.point(0), second.point(0));
        assert_ne!(first.exchange(), second.exchange());
        assert_eq!(format!("{first:?}"), "Seed(secret)");
    }
}
