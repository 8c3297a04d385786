//! The features of the program that is asked about: what each weighs, and which functions have it.

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
}

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
        for (place, function) in (0..side.len()).zip(0_u32..) {
            pairs.extend(side.features.get(place).iter().map(|value| (spread(*value), function)));
        }
        pairs.sort_unstable();
        pairs.dedup();
        let bits = u32::BITS - u32::try_from(pairs.len()).unwrap_or(u32::MAX).leading_zeros();
        let shift = u32::BITS - bits.clamp(1, 20);
        let mut weighted = Self {
            values: Vec::new(),
            weights: Vec::new(),
            functions: Lists::default(),
            buckets: Vec::new(),
            shift,
        };
        for same in pairs.chunk_by(|(one, _), (other, _)| one == other) {
            let Some((hash, _)) = same.first() else { continue };
            let place = u32::try_from(weighted.values.len()).unwrap_or(u32::MAX);
            let bucket = (hash >> shift) as usize;
            if weighted.buckets.len() <= bucket {
                weighted.buckets.resize(bucket + 1, place);
            }
            // The hash is turned back into the value: the factor is odd.
            let value = hash.wrapping_mul(0x0E8B_2F51);
            weighted.values.push(value);
            weighted.weights.push(scaled(u32::from(weigh(Feature(value))?)));
            weighted.functions.push(same.iter().map(|(_, function)| *function));
        }
        Ok(weighted)
    }

    /// The place of a feature.
    fn find(&self, value: u32) -> Option<usize> {
        let hash = spread(value);
        let start = *self.buckets.get((hash >> self.shift) as usize)? as usize;
        let later = self.values.get(start..)?.iter();
        let same = later.take_while(|one| spread(**one) <= hash).position(|one| *one == value)?;
        Some(start + same)
    }

    /// What a feature weighs; nothing where no function has it.
    pub(crate) fn weight(&self, value: u32) -> f32 {
        self.find(value).and_then(|place| self.weights.get(place)).copied().unwrap_or_default()
    }

    /// What a feature weighs, and the functions that have it.
    pub(crate) fn functions(&self, value: u32) -> Option<(f32, &[u32])> {
        let place = self.find(value)?;
        Some((*self.weights.get(place)?, self.functions.get(place)))
    }

    /// The weight of the features that two functions share; both lists ascend.
    pub(crate) fn shared(&self, one: &[u32], other: &[u32]) -> f32 {
        let mut rest = other.iter().peekable();
        let mut sum = 0.0;
        for value in one {
            while rest.next_if(|other| **other < *value).is_some() {}
            if rest.next_if(|other| **other == *value).is_some() {
                sum += self.weight(*value);
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::super::Body;
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
