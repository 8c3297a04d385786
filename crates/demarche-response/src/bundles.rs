//! Options taken together: each with what must come before it, and packages of at most three.

use demarche_case::assessment::response::{Package, RankedOption};
use demarche_case::options::{Condition, Fact, Reason};
use demarche_case::random::Random;

use crate::Preference;
use crate::instance::{GateRule, Instance, Rule};
use crate::smaa::{OptionAcceptability, Size, World, outline};
use crate::world::CRITERIA;

/// The largest package.
const LARGEST: usize = 3;

/// Options that packages are made from at most: those with the best ranks by themselves.
const FROM: usize = 16;

/// Packages that are listed.
const LISTED: usize = 12;

/// Worlds drawn for packages, of which there are hundreds.
const DRAWS: u32 = 4_096;

/// The sets of options that are compared.
pub(crate) struct Bundles {
    /// Each option behind the baseline and what must come before it; to do nothing is by itself.
    pub(crate) singles: Vec<Vec<usize>>,
    /// The option to do nothing.
    pub(crate) idle: Option<usize>,
    /// The options that every other is added to: those of the baseline that are open in every world.
    pub(crate) baseline: Vec<usize>,
    /// For each option, those of which one must come before it.
    after: Vec<Vec<usize>>,
}

impl Bundles {
    pub(crate) fn of(instances: &[Instance<'_>], facts: &[Fact]) -> Self {
        let after = predecessors(instances, facts);
        let idle = instances.iter().position(Instance::is_idle);
        let is_under = |index: &usize| {
            let instance = &instances[*index];
            instance.option.is_baseline && instance.gates.is_empty() && Some(*index) != idle
        };
        let baseline: Vec<usize> = (0..instances.len()).filter(is_under).collect();
        let single = |index: usize| {
            let set = chain(index, &after).unwrap_or_else(|| vec![index]);
            if Some(index) == idle { set } else { added(&baseline, set) }
        };
        let singles = (0..instances.len()).map(single).collect();
        Self { singles, idle, baseline, after }
    }

    /// The options of a set beyond the baseline; all of it where there are none.
    fn beyond(&self, set: &[usize]) -> Vec<usize> {
        let beyond: Vec<usize> =
            set.iter().copied().filter(|option| !self.baseline.contains(option)).collect();
        if beyond.is_empty() { set.to_vec() } else { beyond }
    }

    /// Every set of at most three options that are open in some world, each behind what must come before it, all added
    /// to the baseline; the baseline alone, and doing nothing.
    pub(crate) fn packages(
        &self,
        instances: &[Instance<'_>],
        ranked: &[RankedOption],
    ) -> Vec<Vec<usize>> {
        let mut by_rank: Vec<(usize, f64)> = ranked
            .iter()
            .filter_map(|ranked| {
                let position =
                    instances.iter().position(|instance| instance.id == ranked.option)?;
                let is_under = Some(position) == self.idle || self.baseline.contains(&position);
                (!is_under).then_some((position, ranked.holistic))
            })
            .collect();
        by_rank.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        let mut from: Vec<usize> = by_rank.into_iter().take(FROM).map(|(index, _)| index).collect();
        from.sort_unstable();
        let mut sets: Vec<Vec<usize>> = self.idle.into_iter().map(|idle| vec![idle]).collect();
        sets.extend((!self.baseline.is_empty()).then(|| self.baseline.clone()));
        let mut last: Vec<Vec<usize>> = vec![Vec::new()];
        for _ in 0..LARGEST {
            let longer = |set: &Vec<usize>| -> Vec<Vec<usize>> {
                let next =
                    from.iter().filter(|option| set.last().is_none_or(|last| *option > last));
                next.map(|option| set.iter().copied().chain([*option]).collect()).collect()
            };
            last = last.iter().flat_map(longer).collect();
            let sets_in_order = last.iter().filter_map(|set| self.in_order(set));
            sets.extend(sets_in_order.map(|set| added(&self.baseline, set)));
        }
        sets
    }

    /// The set with what must come before another before it; nothing where that is missing.
    fn in_order(&self, set: &[usize]) -> Option<Vec<usize>> {
        let mut done: Vec<usize> = Vec::new();
        while done.len() < set.len() {
            let is_next = |option: &&usize| {
                let after = &self.after[**option];
                !done.contains(option)
                    && (after.is_empty() || after.iter().any(|before| done.contains(before)))
            };
            let next = *set.iter().find(is_next)?;
            done.push(next);
        }
        Some(done)
    }
}

/// A set behind the options that it is added to.
fn added(to: &[usize], set: Vec<usize>) -> Vec<usize> {
    let fresh = to.iter().copied().filter(|option| !set.contains(option));
    let mut all: Vec<usize> = fresh.collect();
    all.extend(set);
    all
}

/// Closes options before which something must come that is not there or not open, or that runs in a circle.
pub(crate) fn close_what_nothing_comes_before(instances: &mut [Instance<'_>], facts: &[Fact]) {
    // What is closed may be what another waited for, so that it is looked at again until nothing more closes.
    loop {
        let after = predecessors(instances, facts);
        let is_lost = |index: usize, instance: &Instance<'_>| {
            let has_none = after.get(index).is_none_or(Vec::is_empty);
            let needs_some = !instance.option.after.is_empty() && !is_waived(instance, facts);
            let is_closed = instance.gates.iter().any(|gate| gate.condition == Condition::Before);
            needs_some && !is_closed && (has_none || chain(index, &after).is_none())
        };
        let places = instances.iter().enumerate();
        let lost: Vec<bool> = places.map(|(index, instance)| is_lost(index, instance)).collect();
        if !lost.contains(&true) {
            return;
        }
        for (instance, _) in instances.iter_mut().zip(lost).filter(|(_, is_lost)| *is_lost) {
            instance.gates.push(GateRule {
                condition: Condition::Before,
                is_strict_only: false,
                rule: Rule::Settled(false),
                reason: Some(Reason::NothingBefore { options: instance.option.after.clone() }),
            });
        }
    }
}

/// For each option, those of which one must come before it.
fn predecessors(instances: &[Instance<'_>], facts: &[Fact]) -> Vec<Vec<usize>> {
    let of = |instance: &Instance<'_>| {
        if is_waived(instance, facts) { Vec::new() } else { alternatives(instance, instances) }
    };
    instances.iter().map(of).collect()
}

/// What was done already, or a call that was certainly made, need not be done again.
fn is_waived(instance: &Instance<'_>, facts: &[Fact]) -> bool {
    if instance.is_prepared {
        return true;
    }
    let called = Fact::of(facts, Condition::Called);
    let is_called = called.is_some_and(|fact| fact.strict[0] >= 1.0);
    is_called && instance.option.after.iter().any(|id| id == "call-to-cease")
}

/// The options of which one must come before another, those that are ruled out left out.
fn alternatives(instance: &Instance<'_>, instances: &[Instance<'_>]) -> Vec<usize> {
    let is_ruled_out = |earlier: &Instance<'_>| {
        let mut gates = earlier.gates.iter().filter(|gate| !gate.is_strict_only);
        gates.any(|gate| matches!(gate.rule, Rule::Settled(false)))
    };
    let places = instances.iter().enumerate();
    let places = places.filter(|(_, earlier)| instance.option.after.contains(&earlier.option.id));
    places.filter(|(_, earlier)| !is_ruled_out(earlier)).map(|(index, _)| index).collect()
}

/// An option behind what must come before it, each of the first alternatives; nothing where they run in a circle, or where
/// something must come before and nothing is there.
fn chain(place: usize, after: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut chain = vec![place];
    while let Some(before) = chain.last().and_then(|last| after.get(*last)?.first()) {
        if chain.contains(before) {
            return None;
        }
        chain.push(*before);
    }
    chain.reverse();
    Some(chain)
}

/// The packages that come first most often, each without the baseline that it is added to.
pub(crate) fn best(
    instances: &[Instance<'_>],
    bundles: &Bundles,
    sets: &[Vec<usize>],
    preference: &Preference,
    seed: u64,
    world: &(impl Fn(&mut Random, &mut World) + Sync),
) -> Vec<Package> {
    let size = Size { options: sets.len(), criteria: CRITERIA };
    let found = outline(size, preference, DRAWS, seed, world);
    let found = sets.iter().zip(found.options).filter(|(_, found)| found.available > 0.0);
    let mut found: Vec<(&Vec<usize>, OptionAcceptability)> = found.collect();
    found.sort_by(|(left_set, left), (right_set, right)| {
        right.ranks[0]
            .total_cmp(&left.ranks[0])
            .then(right.holistic.total_cmp(&left.holistic))
            .then(left_set.cmp(right_set))
    });
    let listed = found.into_iter().take(LISTED).map(|(set, found)| Package {
        options: bundles.beyond(set).iter().map(|option| instances[*option].id.clone()).collect(),
        available: found.available,
        first: found.ranks[0],
        holistic: found.holistic,
        regret: found.regret,
    });
    listed.collect()
}
