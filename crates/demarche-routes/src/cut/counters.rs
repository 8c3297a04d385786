//! Sums by lane of what masks weigh.

use crate::propagate::{BitCounter, Mask};

/// For each lane, the weights of the masks that have its bit: a counter of masks for each binary digit of a weight.
pub(crate) struct Counters<const W: usize> {
    digits: Vec<BitCounter<W>>,
}

impl<const W: usize> Default for Counters<W> {
    fn default() -> Self {
        Self { digits: Vec::new() }
    }
}

impl<const W: usize> Counters<W> {
    /// Adds a weight in some lanes.
    #[inline]
    pub(crate) fn add(&mut self, lanes: &Mask<W>, weight: u64) {
        let is_empty = lanes.iter().all(|word| *word == 0);
        let mut rest = if is_empty { 0 } else { weight };
        while rest != 0 {
            let digit = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            if self.digits.len() <= digit {
                self.digits.resize_with(digit + 1, BitCounter::default);
            }
            self.digits[digit].add(lanes);
        }
    }

    /// Gives the sum of each lane, and starts again from zero.
    pub(crate) fn drain(&mut self) -> Vec<u64> {
        let mut sums = vec![0; 64 * W];
        for (digit, counter) in self.digits.iter_mut().enumerate() {
            counter.drain(|lane, count| sums[lane] += count << digit);
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_by_lane_are_those_of_adding_up() {
        arbtest::arbtest(|u| {
            let mut counters = Counters::<4>::default();
            for _ in 0..2 {
                let mut sums = vec![0_u64; 256];
                for _ in 0..u.int_in_range(0..=40)? {
                    let lanes: Mask<4> = u.arbitrary()?;
                    let weight = u64::from(u.arbitrary::<u32>()?) >> u.int_in_range(0..=31)?;
                    counters.add(&lanes, weight);
                    for (lane, sum) in sums.iter_mut().enumerate() {
                        *sum += weight * (lanes[lane / 64] >> (lane % 64) & 1);
                    }
                }
                assert_eq!(counters.drain(), sums);
            }
            Ok(())
        });
    }
}
