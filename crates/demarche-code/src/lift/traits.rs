//! The traits of a function as features.

use super::hash::{fold, mix};
use crate::Feature;

/// The subject of a trait. The numbers are part of the stored format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    /// A number that is used, but for -1, 0 and 1.
    Number = 0,
    /// A text that is referred to.
    Text = 1,
    /// A function of another module that is called.
    Import = 2,
    /// Read-only data, a floating-point number, or a table of texts.
    Content = 3,
    /// A displacement from a pointer.
    Offset = 4,
    /// A comparison with a number.
    Compared = 5,
    /// A comparison, to depth 1.
    Condition = 6,
    /// The value of a store and its address.
    Store = 7,
    /// The arguments of a call.
    Argument = 8,
    /// The returned value.
    Result = 9,
    /// An expression to depth 3.
    Expression = 12,
    /// An expression to depth 2 or 3 without displacements and scales.
    Shape = 13,
    /// A store, comparison or argument to depth 3 without displacements and scales.
    Use = 14,
}

/// Collects the traits of one function.
#[derive(Clone, Debug, Default)]
pub(crate) struct Traits(Vec<Feature>);

impl Traits {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn add(&mut self, class: Class, hash: u64) {
        let class = class as u32;
        let value = fold(mix(hash, u64::from(class))) & 0x0FFF_FFFF;
        self.0.push(Feature(class << 28 | value));
    }

    pub(crate) fn mark(&self) -> usize {
        self.0.len()
    }

    /// Takes back the expressions since a mark: they turned out to be parts of an address.
    pub(crate) fn without_expressions(&mut self, mark: usize) {
        let mut end = mark;
        for index in mark..self.0.len() {
            let Some(feature) = self.0.get(index).copied() else { break };
            if matches!(feature.class(), 1..=3) {
                if let Some(kept) = self.0.get_mut(end) {
                    *kept = feature;
                }
                end += 1;
            }
        }
        self.0.truncate(end);
    }

    /// The features, ascending, each once.
    ///
    /// Of more than `most`, those stay that say most wherever they occur (texts, imports, contents and numbers), then those
    /// with the smallest hashes, so that two builds keep the same ones.
    pub(crate) fn features(&mut self, most: usize) -> Vec<Feature> {
        self.0.sort_unstable();
        self.0.dedup();
        if self.0.len() > most {
            // The telling classes come first.
            let telling = self.0.partition_point(|feature| feature.class() <= Class::Content as u8);
            if telling > most {
                self.0.truncate(telling);
                keep_smallest(&mut self.0, 0, most);
            } else {
                keep_smallest(&mut self.0, telling, most);
            }
            self.0.sort_unstable();
        }
        self.0.clone()
    }
}

/// Of the features from a place on keeps those with the smallest hashes, until there are `most` of all.
fn keep_smallest(features: &mut Vec<Feature>, from: usize, most: usize) {
    let wanted = most.saturating_sub(from);
    if wanted > 0 && most < features.len() {
        let (_, part) = features.split_at_mut(from);
        part.select_nth_unstable_by_key(wanted - 1, |feature| feature.0.wrapping_mul(0x9E37_79B1));
    }
    features.truncate(most);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_features_the_telling_ones_stay() {
        let mut traits = Traits::default();
        for number in 0..100 {
            traits.add(Class::Shape, number);
        }
        traits.add(Class::Text, 7);
        let kept = traits.features(10);
        assert_eq!(kept.len(), 10);
        assert!(kept.iter().any(|feature| feature.class() == Class::Text as u8));
        assert!(kept.is_sorted());
    }

    #[test]
    fn which_features_stay_is_part_of_the_stored_format() {
        for telling in [0, 5, 9, 10, 11, 60] {
            let mut traits = Traits::default();
            for number in 0..60 {
                traits.add(if number < telling { Class::Import } else { Class::Store }, number);
            }
            let mut plain = traits.0.clone();
            plain.sort_by_key(|plain| (plain.class() > 3, plain.0.wrapping_mul(0x9E37_79B1)));
            plain.truncate(10);
            plain.sort();
            assert_eq!(traits.features(10), plain);
        }
    }

    #[test]
    fn a_trait_that_occurs_twice_counts_once() {
        let mut traits = Traits::default();
        traits.add(Class::Number, 5);
        traits.add(Class::Number, 5);
        assert_eq!(traits.features(10).len(), 1);
    }
}
