//! The routes that each session has to the prefixes of a target, kept up to date change by change.
//!
//! A route is kept as the number of the network over which it enters. For each stretch of addresses and each session the most specific prefix with a route counts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::space::{Key, Space};

/// The number of a network over which routes enter; 0 stands for no route.
pub(crate) type Gateway = u16;

/// No route.
pub(crate) const NONE: Gateway = 0;

/// Routes of one session to one prefix that are told apart by identifiers, at most.
const IDENTIFIERS: usize = 256;

/// The routes of one address family.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Held {
    pub(crate) space: Space,
    /// Sessions for which there is room.
    stride: usize,
    /// The gateway of each prefix and session.
    rows: Vec<Gateway>,
    /// The gateway that counts for each stretch and session.
    effective: Vec<Gateway>,
    /// The weight over each gateway, by session; that of no route is always 0.
    over: Vec<Vec<u64>>,
    /// Sessions with several routes to a prefix (ADD-PATH), each route by its identifier.
    several: BTreeMap<(u32, u32), BTreeMap<u32, Gateway>>,
    /// Prefixes of the target that are not in the space yet, and the routes to them.
    new: BTreeMap<Key, BTreeMap<u32, Gateway>>,
}

impl Held {
    pub(crate) fn new(space: Space) -> Self {
        Self { space, ..Self::default() }
    }

    /// The cells that so many sessions take.
    pub(crate) fn cells(&self, sessions: usize) -> usize {
        let rows = self.space.keys.len().max(self.space.stretches.len());
        rows * wide(sessions)
    }

    /// Makes room for so many sessions.
    pub(crate) fn make_room(&mut self, sessions: usize) {
        self.over.resize_with(sessions.max(self.over.len()), Vec::new);
        if sessions <= self.stride {
            return;
        }
        let stride = wide(sessions);
        self.rows = widened(&self.rows, self.stride, stride, self.space.keys.len());
        self.effective = widened(&self.effective, self.stride, stride, self.space.stretches.len());
        self.stride = stride;
    }

    /// The gateway of a prefix for a session.
    #[cfg(test)]
    pub(crate) fn get(&self, prefix: usize, session: usize) -> Gateway {
        self.rows[prefix * self.stride + session]
    }

    /// Sets or takes the route of a session to a prefix; a session with path identifiers may have several.
    pub(crate) fn change(
        &mut self,
        prefix: usize,
        session: usize,
        gateway: Gateway,
        identifier: Option<u32>,
    ) {
        let Some(identifier) = identifier else { return self.set(prefix, session, gateway) };
        let number = |number: usize| crate::space::position_of(number);
        let key = (number(prefix), number(session));
        let routes = self.several.entry(key).or_default();
        if gateway == NONE {
            routes.remove(&identifier);
        } else if routes.len() < IDENTIFIERS || routes.contains_key(&identifier) {
            routes.insert(identifier, gateway);
        }
        let first = routes.values().next().copied().unwrap_or(NONE);
        if routes.is_empty() {
            self.several.remove(&key);
        }
        self.set(prefix, session, first);
    }

    fn set(&mut self, prefix: usize, session: usize, gateway: Gateway) {
        let slot = &mut self.rows[prefix * self.stride + session];
        if std::mem::replace(slot, gateway) == gateway {
            return;
        }
        let (from, to) = self.space.ranges[prefix];
        for stretch in from as usize..to as usize {
            self.recount(stretch, session);
        }
    }

    /// The gateway that counts for a stretch, told anew.
    fn recount(&mut self, stretch: usize, session: usize) {
        let mut number = self.space.stretches[stretch].owner as usize;
        let found = loop {
            let gateway = self.rows[number * self.stride + session];
            let parent = self.space.parents[number] as usize;
            if gateway != NONE || parent == number {
                break gateway;
            }
            number = parent;
        };
        let before = std::mem::replace(&mut self.effective[stretch * self.stride + session], found);
        if before == found {
            return;
        }
        let weight = self.space.stretches[stretch].weight;
        let over = &mut self.over[session];
        if before != NONE {
            over[usize::from(before)] -= weight;
        }
        if found != NONE {
            if over.len() <= usize::from(found) {
                over.resize(usize::from(found) + 1, 0);
            }
            over[usize::from(found)] += weight;
        }
    }

    /// Takes all routes of a session.
    pub(crate) fn clear(&mut self, session: usize) {
        for prefix in 0..self.space.keys.len() {
            self.set(prefix, session, NONE);
        }
        self.several.retain(|(_, of), _| *of as usize != session);
        for routes in self.new.values_mut() {
            routes.remove(&crate::space::position_of(session));
        }
    }

    /// Keeps the route to a prefix that is not in the space yet, for [`take_in`](Self::take_in).
    pub(crate) fn change_new(&mut self, key: Key, session: usize, gateway: Gateway) {
        let session = crate::space::position_of(session);
        if gateway != NONE {
            self.new.entry(key).or_default().insert(session, gateway);
        } else if let Some(routes) = self.new.get_mut(&key) {
            routes.remove(&session);
        }
    }

    pub(crate) fn is_new(&self, key: Key) -> bool {
        self.new.contains_key(&key)
    }

    pub(crate) fn new_prefixes(&self) -> usize {
        self.new.len()
    }

    /// Takes the new prefixes into the space.
    pub(crate) fn take_in(&mut self) {
        if self.new.is_empty() {
            return;
        }
        let new = std::mem::take(&mut self.new);
        let known: BTreeSet<Key> = self.space.keys.iter().copied().collect();
        let all = self
            .space
            .prefixes()
            .chain(new.keys().filter(|key| !known.contains(key)).map(|key| (*key, false)));
        let space = Space::new(all.collect());
        let mut rows = vec![NONE; space.keys.len() * self.stride];
        let mut renumbered = Vec::with_capacity(self.space.keys.len());
        for (old, key) in self.space.keys.iter().enumerate() {
            let Some(number) = space.find(*key) else { continue };
            renumbered.push(crate::space::position_of(number));
            rows[number * self.stride..][..self.stride]
                .copy_from_slice(&self.rows[old * self.stride..][..self.stride]);
        }
        let several = std::mem::take(&mut self.several);
        self.several = several
            .into_iter()
            .filter_map(|((prefix, session), routes)| {
                Some(((*renumbered.get(prefix as usize)?, session), routes))
            })
            .collect();
        self.rows = rows;
        self.space = space;
        for (key, routes) in new {
            let Some(number) = self.space.find(key) else { continue };
            for (session, gateway) in routes {
                self.rows[number * self.stride + session as usize] = gateway;
            }
        }
        self.count_anew();
    }

    /// Tells the gateways that count, and the sums over them, from the routes.
    fn count_anew(&mut self) {
        self.effective = vec![NONE; self.space.stretches.len() * self.stride];
        self.over.iter_mut().for_each(|over| over.fill(0));
        for stretch in 0..self.space.stretches.len() {
            for session in 0..self.over.len() {
                self.recount(stretch, session);
            }
        }
    }

    /// Returns true if all parts fit each other for so many sessions and gateways, as those of a state of ours do.
    pub(crate) fn is_sound(&self, sessions: usize, gateways: usize) -> bool {
        let (keys, stretches) = (self.space.keys.len(), self.space.stretches.len());
        let has_gateway = |gateway: &Gateway| usize::from(*gateway) < gateways;
        let is_key = |(prefix, session): &(u32, u32)| {
            (*prefix as usize) < keys && (*session as usize) < sessions
        };
        let is_session = |session: &u32| (*session as usize) < sessions;
        let fits = self.space.is_sound()
            && self.over.len() == sessions
            && sessions <= self.stride
            && self.rows.len() == keys * self.stride
            && self.effective.len() == stretches * self.stride
            && self.rows.iter().all(has_gateway)
            && self.several.keys().all(is_key)
            && self.several.values().flat_map(BTreeMap::values).all(has_gateway)
            && self.new.values().flat_map(BTreeMap::keys).all(is_session)
            && self.new.values().flat_map(BTreeMap::values).all(has_gateway);
        // The sums follow from the rest.
        fits && {
            let mut counted = self.clone();
            counted.count_anew();
            let sums = |held: &Self, session: usize| held.gateways(session).collect::<Vec<_>>();
            counted.effective == self.effective
                && (0..sessions).all(|session| sums(&counted, session) == sums(self, session))
        }
    }

    /// The share of the base that a session has routes to, from 0 to 1.
    pub(crate) fn share(&self, session: usize) -> f64 {
        self.part(self.over[session].iter().sum())
    }

    /// The share of the base that a session reaches over a gateway.
    pub(crate) fn share_over(&self, session: usize, gateway: Gateway) -> f64 {
        self.over[session].get(usize::from(gateway)).map_or(0.0, |reached| self.part(*reached))
    }

    /// The gateways over which a session has routes.
    pub(crate) fn gateways(&self, session: usize) -> impl Iterator<Item = (Gateway, f64)> + '_ {
        let used = (0..).zip(&self.over[session]).filter(|(_, weight)| **weight > 0);
        used.map(|(gateway, weight)| (gateway, self.part(*weight)))
    }

    /// The share of the addresses of a prefix that a session has routes to; 1 for a prefix without weight.
    pub(crate) fn share_within(&self, prefix: usize, session: usize) -> f64 {
        let (from, to) = self.space.ranges[prefix];
        let (mut all, mut seen) = (0_u64, 0_u64);
        for stretch in from as usize..to as usize {
            let weight = self.space.stretches[stretch].weight;
            all += weight;
            if self.effective[stretch * self.stride + session] != NONE {
                seen += weight;
            }
        }
        if all == 0 { 1.0 } else { ratio(seen, all) }
    }

    /// The share of the base that lies in a prefix.
    pub(crate) fn weight_within(&self, prefix: usize) -> f64 {
        let (from, to) = self.space.ranges[prefix];
        let within = &self.space.stretches[from as usize..to as usize];
        self.part(within.iter().map(|stretch| stretch.weight).sum())
    }

    /// Base prefixes of which fewer than half of these sessions reach half of the addresses, over a prefix of any length.
    pub(crate) fn lost(&self, sessions: &[usize]) -> Vec<Key> {
        let is_lost = |(prefix, _): &(usize, Key)| {
            // A part of a prefix that is still reached is not the prefix: half of its addresses have to be.
            let reached = |session: &&usize| self.share_within(*prefix, **session) >= 0.5;
            2 * sessions.iter().filter(reached).count() < sessions.len()
        };
        self.space.bases().filter(is_lost).map(|(_, key)| key).collect()
    }

    fn part(&self, weight: u64) -> f64 {
        if self.space.weight == 0 { 0.0 } else { ratio(weight, self.space.weight) }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts far below 2⁵³")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

/// The width of a row for so many sessions.
const fn wide(sessions: usize) -> usize {
    sessions.next_multiple_of(64)
}

fn widened(old: &[Gateway], stride: usize, wider: usize, rows: usize) -> Vec<Gateway> {
    let mut new = vec![NONE; rows * wider];
    if stride > 0 {
        for (new, old) in new.chunks_exact_mut(wider).zip(old.chunks_exact(stride)) {
            new[..stride].copy_from_slice(old);
        }
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;
    use demarche_case::Prefix;

    fn key(text: &str) -> Key {
        Key::from(text.parse::<Prefix>().unwrap())
    }

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-12
    }

    #[test]
    fn a_more_specific_under_cover_loses_nothing_and_a_split_neither() {
        let space = Space::new(vec![(key("10.0.0.0/16"), true), (key("10.0.1.0/24"), true)]);
        let mut held = Held::new(space);
        held.make_room(2);
        held.change(0, 1, 5, None);
        held.change(1, 1, 6, None);
        assert!(close(held.share(1), 1.0) && close(held.share_over(1, 6), 256.0 / 65_536.0));
        held.change(1, 1, NONE, None);
        assert!(close(held.share(1), 1.0) && close(held.share_over(1, 5), 1.0));
        assert!(held.lost(&[1]).is_empty() && held.lost(&[0]).len() == 2);
        // The cover goes and two halves come.
        held.change_new(key("10.0.0.0/17"), 1, 5);
        held.change_new(key("10.0.128.0/17"), 1, 7);
        held.change(0, 1, NONE, None);
        assert!(close(held.share(1), 0.0));
        held.take_in();
        assert!(close(held.share(1), 1.0) && close(held.share_over(1, 7), 0.5));
        held.make_room(200);
        assert!(close(held.share(1), 1.0) && close(held.share(199), 0.0));
        held.clear(1);
        assert!(close(held.share(1), 0.0));
    }

    #[test]
    fn a_cover_of_which_a_part_alone_is_reached_is_lost() {
        let space = Space::new(vec![(key("10.0.0.0/8"), true), (key("10.0.1.0/24"), true)]);
        let mut held = Held::new(space);
        held.make_room(1);
        held.change(1, 0, 5, None);
        assert_eq!(held.lost(&[0]), [key("10.0.0.0/8")]);
        held.change(0, 0, 5, None);
        assert!(held.lost(&[0]).is_empty());
    }

    #[test]
    fn one_of_several_routes_is_enough() {
        let mut held = Held::new(Space::new(vec![(key("10.0.0.0/16"), true)]));
        held.make_room(1);
        held.change(0, 0, 5, Some(1));
        held.change(0, 0, 6, Some(2));
        held.change(0, 0, NONE, Some(1));
        assert_eq!(held.get(0, 0), 6);
        held.change(0, 0, NONE, Some(2));
        assert_eq!(held.get(0, 0), NONE);
    }

    #[test]
    fn path_identifiers_without_end_take_no_room_without_end() {
        let mut held = Held::new(Space::new(vec![(key("10.0.0.0/16"), true)]));
        held.make_room(1);
        for identifier in 0..10_000 {
            held.change(0, 0, 5, Some(identifier));
        }
        assert_eq!(held.several.values().map(BTreeMap::len).sum::<usize>(), IDENTIFIERS);
    }

    /// The sums that are kept are those of a plain count over all stretches.
    #[test]
    fn sums_are_those_of_a_plain_count() {
        arbtest::arbtest(|u| {
            let mut any_key = || -> arbtest::arbitrary::Result<Key> {
                let length = u.int_in_range(8..=12_u8)?;
                let bits = u128::from(u.int_in_range(0..=31_u8)?) << 123;
                Ok(Key { bits: bits & !(u128::MAX >> length), length, is_v6: false })
            };
            let keys: Vec<Key> = (0..6).map(|_| any_key()).collect::<Result<_, _>>()?;
            let later = any_key()?;
            let mut held = Held::new(Space::new(keys.into_iter().map(|key| (key, true)).collect()));
            held.make_room(3);
            for turn in 0..30 {
                if turn == 15 && held.space.touches_base(later) {
                    held.change_new(later, 2, 3);
                    held.take_in();
                }
                let prefix = u.int_in_range(0..=held.space.keys.len() - 1)?;
                held.change(prefix, u.int_in_range(0..=2)?, u.int_in_range(0..=3)?, None);
            }
            for session in 0..3 {
                let mut seen = 0;
                for stretch in &held.space.stretches {
                    let covers = |prefix: usize| {
                        held.space.keys[stretch.owner as usize].bits >= held.space.keys[prefix].bits
                            && held.space.keys[prefix].length
                                <= held.space.keys[stretch.owner as usize].length
                            && (held.space.keys[stretch.owner as usize].bits
                                ^ held.space.keys[prefix].bits)
                                .leading_zeros()
                                >= u32::from(held.space.keys[prefix].length)
                    };
                    let any = (0..held.space.keys.len())
                        .any(|prefix| covers(prefix) && held.get(prefix, session) != NONE);
                    seen += if any { stretch.weight } else { 0 };
                }
                assert!(close(held.share(session), ratio(seen, held.space.weight)));
            }
            Ok(())
        });
    }
}
