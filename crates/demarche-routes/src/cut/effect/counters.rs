//! Sums by lane of what masks weigh.

use crate::propagate::{BitCounter, LANES, Mask, WIDTH};

/// For each lane, the weights of the masks that have its bit: a counter of masks for each binary digit of a weight.
#[derive(Default)]
pub(crate) struct Counters {
    digits: Vec<BitCounter<WIDTH>>,
}

impl Counters {
    /// Adds a weight in some lanes.
    #[inline]
    pub(crate) fn add(&mut self, lanes: &Mask<WIDTH>, weight: u64) {
        let mut rest = weight;
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
    pub(crate) fn drain(&mut self) -> [u64; LANES] {
        let mut sums = [0; LANES];
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
            let mut counters = Counters::default();
            for _ in 0..2 {
                let mut sums = [0_u64; LANES];
                for _ in 0..u.int_in_range(0..=40)? {
                    let lanes: Mask<WIDTH> = u.arbitrary()?;
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
