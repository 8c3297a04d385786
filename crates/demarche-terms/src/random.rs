//! Random numbers from a seed, so that the same case has the same numbers on every machine.
//!
//! Source: Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators": `SplitMix64`.

/// The step between two states: 2⁶⁴ divided by the golden ratio, made odd.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

/// A sequence of random numbers.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence of a seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One of many sequences of a seed, for parts of a work that run side by side.
    #[must_use]
    pub const fn stream(seed: u64, stream: u64) -> Self {
        Self(mixed(seed ^ mixed(stream)))
    }

    /// The next 64 bits.
    pub const fn bits(&mut self) -> u64 {
        let bits = mixed(self.0);
        self.0 = self.0.wrapping_add(STEP);
        bits
    }

    /// A number from 0 to below 1, in steps of 2⁻⁵³.
    pub const fn unit(&mut self) -> f64 {
        unit(self.bits())
    }

    /// A number below `end`, each equally likely but for a bias of `end` / 2⁶⁴; 0 when `end` is 0.
    #[expect(clippy::cast_possible_truncation, reason = "the high half is below `end`, a `usize`")]
    pub const fn below(&mut self, end: usize) -> usize {
        ((self.bits() as u128 * end as u128) >> 64) as usize
    }
}

/// Well mixed bits as a number from 0 to below 1, in steps of 2⁻⁵³.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "53 bits are exact in a double")]
pub const fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// Bits in which every bit depends on every bit given: one step and the finaliser of `SplitMix64`.
#[must_use]
pub const fn mixed(bits: u64) -> u64 {
    let bits = bits.wrapping_add(STEP);
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        // The first numbers of the reference implementation (Vigna 2015) for the seed 1234567.
        let mut random = Random::new(1_234_567);
        let numbers = [random.bits(), random.bits(), random.bits()];
        assert_eq!(
            numbers,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn numbers_stay_in_range_and_cover_it() {
        let mut random = Random::new(1);
        let mut seen = [0_u32; 5];
        for _ in 0..5000 {
            seen[random.below(5)] += 1;
            assert!((0.0..1.0).contains(&random.unit()));
        }
        assert!(seen.iter().all(|count| (900..1100).contains(count)), "{seen:?}");
        assert_eq!(random.below(0), 0);
    }

    #[test]
    fn streams_of_one_seed_differ() {
        let first = |stream| Random::stream(7, stream).bits();
        assert_ne!(first(0), first(1));
        assert_ne!(Random::stream(8, 0).bits(), first(0));
    }
}
