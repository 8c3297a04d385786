//! The features of the program that is asked about: their weights, and the functions that have them.

use demarche_code::Feature;

use super::side::{Lists, Side, scaled};

/// Features by their value, with their weights and functions.
#[derive(Debug)]
pub(crate) struct Weighted {
    values: Vec<u32>,
    weights: Vec<f32>,
    functions: Lists,
    /// For the upper bits of a value's hash, where to begin to look; values are sorted by hash.
    buckets: Vec<u32>,
    shift: u32,
    /// True if so many functions have a feature that it brings up no counterparts.
    has_frequent: bool,
}

/// A feature that more functions of a program have brings up no counterparts.
///
/// Without a bound, each of the functions of one program meets all of the other by what every function has, and two large
/// programs cost the product of their sizes. A program of fewer functions has no such feature.
const FREQUENT: usize = 1024;

/// Spreads values over buckets.
fn spread(value: u32) -> u32 {
    value.wrapping_mul(0x9E37_79B1)
}

impl Weighted {
    pub(crate) fn new<E>(
        side: &Side,
        mut weigh: impl FnMut(Feature) -> Result<u16, E>,
    ) -> Result<Self, E> {
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for (index, function) in (0..side.len()).zip(0_u32..) {
            pairs.extend(side.features.get(index).iter().map(|value| (spread(*value), function)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let bits = usize::BITS - pairs.len().leading_zeros();
        let shift = u32::BITS - bits.clamp(1, 20);
        let mut weighted = Self {
            values: Vec::new(),
            weights: Vec::new(),
            functions: Lists::default(),
            buckets: Vec::new(),
            shift,
            has_frequent: false,
        };
        for group in pairs.chunk_by(|(left, _), (right, _)| left == right) {
            let (hash, _) = group[0];
            let first = u32::try_from(weighted.values.len()).expect("values of 32 bits");
            let bucket = (hash >> shift) as usize;
            if weighted.buckets.len() <= bucket {
                weighted.buckets.resize(bucket + 1, first);
            }
            // The hash is turned back into the value: the factor is odd.
            let value = hash.wrapping_mul(0x0E8B_2F51);
            weighted.values.push(value);
            weighted.weights.push(scaled(u32::from(weigh(Feature(value))?)));
            weighted.functions.push(group.iter().map(|(_, function)| *function));
            weighted.has_frequent |= group.len() > FREQUENT;
        }
        Ok(weighted)
    }

    /// The index of a feature.
    fn find(&self, value: u32) -> Option<usize> {
        let hash = spread(value);
        let start = *self.buckets.get((hash >> self.shift) as usize)? as usize;
        let later = self.values.get(start..)?.iter();
        let mut later = later.take_while(|met| spread(**met) <= hash);
        Some(start + later.position(|met| *met == value)?)
    }

    /// The weight of a feature; 0 where no function has it.
    pub(crate) fn weight(&self, value: u32) -> f32 {
        self.find(value).map_or(0.0, |index| self.weights[index])
    }

    /// The weight of a feature, and the functions that have it.
    pub(crate) fn functions(&self, value: u32) -> Option<(f32, &[u32])> {
        let index = self.find(value)?;
        Some((self.weights[index], self.functions.get(index)))
    }

    /// The weight of a feature and the functions that have it; `None` where none has it, or more than [`FREQUENT`].
    pub(crate) fn telling(&self, value: u32) -> Option<(f32, &[u32])> {
        self.functions(value).filter(|(_, functions)| functions.len() <= FREQUENT)
    }

    /// Returns true if [`Weighted::telling`] leaves any feature of the program out.
    pub(crate) fn has_frequent(&self) -> bool {
        self.has_frequent
    }

    /// The weight of the features that two functions share; both lists ascend.
    pub(crate) fn shared(&self, left: &[u32], right: &[u32]) -> f32 {
        let mut rest = right.iter().peekable();
        let mut sum = 0.0;
        for value in left {
            while rest.next_if(|next| **next < *value).is_some() {}
            if rest.next_if(|next| **next == *value).is_some() {
                sum += self.weight(*value);
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::super::side::Body;
    use super::*;

    #[test]
    fn every_feature_is_found_with_its_functions() {
        let list = |step: u32| (0..300).map(|number| Feature(number * step + 5)).collect();
        let body = |step| Body { features: list(step), ..Body::default() };
        let side = Side::new(vec![body(7), body(14)]);
        let weighted = Weighted::new(&side, |_| Ok::<_, Infallible>(500)).unwrap();
        assert_eq!(weighted.functions(5).unwrap().1, [0, 1]);
        assert_eq!(weighted.functions(5 + 7).unwrap().1, [0]);
        assert_eq!(weighted.functions(5 + 14).unwrap().1, [0, 1]);
        assert_eq!(weighted.functions(6), None);
        assert!(side.features.get(0).iter().all(|value| weighted.weight(*value) > 0.0));
        let shared = weighted.shared(side.features.get(0), side.features.get(1));
        assert!((shared - 150.0 * 5.0).abs() < 1e-3, "{shared}");
    }
}
