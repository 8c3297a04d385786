//! A program as an alignment sees it, and the weights of its features.

use demarche_code::{Feature, Fingerprint};
use demarche_index::{Rarity, Totals};
use demarche_terms::number::float;

/// The weight of a feature that nothing in an index has.
pub const HEAVIEST: u16 = 1000;

/// The weight of a feature in comparisons, from 0 (every function has it) to [`HEAVIEST`] (none has it).
///
/// The inverse document frequency over functions, as a share of what it is for a feature that was never seen, so that it means
/// the same in small and large indexes.
#[must_use]
pub fn weight(rarity: Rarity, totals: Totals) -> u16 {
    let (having, all) = (float(rarity.functions + 1), float(totals.functions + 2));
    let share = 1.0 - having.ln() / all.ln();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 1000")]
    let weight = (share.clamp(0.0, 1.0) * f64::from(HEAVIEST)).round() as u16;
    weight
}

/// The properties of a function that an alignment needs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// Its features, ascending.
    pub features: Vec<Feature>,
    /// The weight of its features, in the unit of [`weight`].
    pub mass: u32,
    /// Its instructions.
    pub instructions: u32,
    /// The functions that it calls or refers to, by their place.
    pub calls: Vec<u32>,
    /// The places in data that point to it.
    pub pointed: Vec<u32>,
}

impl From<&Fingerprint> for Body {
    /// The mass is left at 0.
    fn from(fingerprint: &Fingerprint) -> Self {
        Self {
            features: fingerprint.features.clone(),
            mass: 0,
            instructions: fingerprint.instructions,
            calls: fingerprint.calls.clone(),
            pointed: fingerprint.pointed.clone(),
        }
    }
}

/// Lists of numbers, one after the other.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    ends: Vec<u32>,
    all: Vec<u32>,
}

impl Lists {
    pub(crate) fn push(&mut self, list: impl IntoIterator<Item = u32>) {
        self.all.extend(list);
        self.ends.push(u32::try_from(self.all.len()).expect("fewer than 2³² links in memory"));
    }

    pub(crate) fn get(&self, index: usize) -> &[u32] {
        let Some(end) = self.ends.get(index) else { return &[] };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.all[start as usize..*end as usize]
    }

    /// Sorts pairs of a list's place and a number into lists.
    pub(crate) fn of_pairs(count: usize, mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut rest = pairs.as_slice();
        let mut lists = Self::default();
        for index in 0..count {
            let length = rest.partition_point(|(list, _)| *list as usize <= index);
            let (now, later) = rest.split_at(length);
            lists.push(now.iter().map(|(_, number)| *number));
            rest = later;
        }
        lists
    }
}

/// A program as an alignment sees it.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// The values of each function's features, ascending.
    pub(crate) features: Lists,
    /// The weight of each function's features, in tenths of the heaviest.
    masses: Vec<f32>,
    pub(crate) instructions: Vec<u32>,
    /// The functions that each function calls, ascending, each once.
    pub(crate) callees: Lists,
    /// The functions that call it.
    pub(crate) callers: Lists,
    /// Places in the sequence of pointers with the function that is pointed to, ascending.
    pub(crate) slots: Vec<(u32, u32)>,
    /// For each function, its places in `slots`.
    pub(crate) slots_of: Lists,
}

/// The mass of one heaviest feature in the models.
const UNIT: f32 = 10.0;

impl Side {
    /// A program from its functions, in the order of their addresses. Calls out of the program are left out.
    #[must_use]
    pub fn new(bodies: Vec<Body>) -> Self {
        let count = bodies.len();
        let mut side = Self::default();
        let (mut calls, mut called) = (Vec::new(), Vec::new());
        for (function, body) in (0..).zip(bodies) {
            side.features.push(body.features.into_iter().map(|feature| feature.0));
            side.masses.push(scaled(body.mass));
            side.instructions.push(body.instructions);
            let inside = body.calls.into_iter().filter(|callee| (*callee as usize) < count);
            for callee in inside {
                calls.push((function, callee));
                called.push((callee, function));
            }
            side.slots.extend(body.pointed.into_iter().map(|slot| (slot, function)));
        }
        side.callees = Lists::of_pairs(count, calls);
        side.callers = Lists::of_pairs(count, called);
        side.slots.sort_unstable();
        let slots_of = (0..).zip(&side.slots).map(|(slot, (_, function))| (*function, slot));
        side.slots_of = Lists::of_pairs(count, slots_of.collect());
        side
    }

    /// The number of functions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.masses.len()
    }

    /// Returns true if there are no functions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.masses.is_empty()
    }

    pub(crate) fn mass(&self, function: usize) -> f32 {
        self.masses[function]
    }

    /// Weighs the functions by their features.
    pub(crate) fn weigh(&mut self, weight: impl Fn(u32) -> f32) {
        for (function, mass) in self.masses.iter_mut().enumerate() {
            *mass = self.features.get(function).iter().map(|feature| weight(*feature)).sum();
        }
    }
}

/// A weight or a sum of weights in the unit of the models.
pub(crate) fn scaled(weight: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "masses are far below what a float can count")]
    let weight = weight as f32;
    weight * (UNIT / f32::from(HEAVIEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn callers_are_callees_turned_round() {
        let body = |calls: &[u32]| Body { calls: calls.to_vec(), ..Body::default() };
        let side = Side::new(vec![body(&[1, 2, 1, 7]), body(&[]), body(&[1])]);
        assert_eq!(side.callees.get(0), [1, 2], "calls out of the program are left out");
        assert_eq!(side.callers.get(1), [0, 2]);
        assert!(side.callers.get(9).is_empty());
    }

    #[test]
    fn slots_are_found_by_function() {
        let body = |pointed: &[u32]| Body { pointed: pointed.to_vec(), ..Body::default() };
        let side = Side::new(vec![body(&[9, 20]), body(&[8])]);
        assert_eq!(side.slots, [(8, 1), (9, 0), (20, 0)]);
        assert_eq!(side.slots_of.get(0), [1, 2]);
        assert_eq!(side.slots_of.get(1), [0]);
    }

    #[test]
    fn a_feature_weighs_less_the_more_functions_have_it() {
        let totals = Totals { families: 3, functions: 998 };
        let of = |functions| weight(Rarity { families: 1, functions }, totals);
        assert_eq!(of(0), HEAVIEST);
        assert!(of(1) < of(0) && of(100) < of(10));
        assert!(of(998) < 5);
    }

    #[test]
    fn an_empty_index_has_weights() {
        let totals = Totals { families: 0, functions: 0 };
        assert_eq!(weight(Rarity { families: 0, functions: 0 }, totals), HEAVIEST);
    }
}
