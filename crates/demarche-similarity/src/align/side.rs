//! A program as an alignment sees it.

use demarche_code::{Feature, Fingerprint};

/// What an alignment needs of one function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// Its features, ascending.
    pub features: Vec<Feature>,
    /// How much they weigh, in the unit of [`super::weight`].
    pub mass: u32,
    /// Its instructions.
    pub instructions: u32,
    /// The functions that it calls or refers to, by their place.
    pub calls: Vec<u32>,
    /// Where data point to it.
    pub pointed: Vec<u32>,
}

impl From<&Fingerprint> for Body {
    /// The mass is left at 0.
    fn from(one: &Fingerprint) -> Self {
        Self {
            features: one.features.clone(),
            mass: 0,
            instructions: one.instructions,
            calls: one.calls.clone(),
            pointed: one.pointed.clone(),
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
        self.ends.push(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
    }

    pub(crate) fn get(&self, place: usize) -> &[u32] {
        let end = |place: usize| self.ends.get(place).map(|end| *end as usize);
        let start = place.checked_sub(1).map_or(Some(0), end);
        let range = start.zip(end(place)).map(|(start, end)| start..end);
        range.and_then(|range| self.all.get(range)).unwrap_or_default()
    }

    /// Sorts pairs of a list's place and a number into lists.
    pub(crate) fn of_pairs(count: usize, mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut rest = pairs.as_slice();
        let mut lists = Self::default();
        for place in 0..count {
            let own = rest.partition_point(|(list, _)| *list as usize <= place);
            let (now, later) = rest.split_at(own);
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
    /// How much they weigh, in tenths of the heaviest.
    masses: Vec<f32>,
    pub(crate) instructions: Vec<u32>,
    /// Whom each function calls, ascending, each once.
    pub(crate) callees: Lists,
    /// Who calls it.
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
        for (place, body) in (0..).zip(bodies) {
            side.features.push(body.features.into_iter().map(|feature| feature.0));
            side.masses.push(scaled(body.mass));
            side.instructions.push(body.instructions);
            let inside = body.calls.into_iter().filter(|callee| (*callee as usize) < count);
            for callee in inside {
                calls.push((place, callee));
                called.push((callee, place));
            }
            side.slots.extend(body.pointed.into_iter().map(|slot| (slot, place)));
        }
        side.callees = Lists::of_pairs(count, calls);
        side.callers = Lists::of_pairs(count, called);
        side.slots.sort_unstable();
        let slots_of = (0..).zip(&side.slots).map(|(slot, (_, function))| (*function, slot));
        side.slots_of = Lists::of_pairs(count, slots_of.collect());
        side
    }

    /// How many functions it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.masses.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.masses.is_empty()
    }

    pub(crate) fn mass(&self, function: usize) -> f32 {
        self.masses.get(function).copied().unwrap_or_default()
    }

    /// Weighs the functions by their features.
    pub(crate) fn weigh(&mut self, weight: impl Fn(u32) -> f32) {
        for place in 0..self.masses.len() {
            let sum = self.features.get(place).iter().map(|feature| weight(*feature)).sum();
            if let Some(mass) = self.masses.get_mut(place) {
                *mass = sum;
            }
        }
    }
}

/// A weight or a sum of weights in the unit of the models.
pub(crate) fn scaled(weight: u32) -> f32 {
    #[expect(clippy::cast_precision_loss, reason = "masses are far below what a float can count")]
    let weight = weight as f32;
    weight * (UNIT / f32::from(super::HEAVIEST))
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
}
