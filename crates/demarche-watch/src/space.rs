//! The addresses of a target: its prefixes, nested, and the stretches between their ends.
//!
//! An address has a route when any prefix of the target that covers it has one: a more-specific prefix that goes under a cover that stays loses nothing.
//! What counts is the *base*: the addresses that the target announced at the start. Prefixes that come later count where they lie in it.

use demarche_case::{Asn, Country, Prefix};
use ipnet::{Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};

/// A position in a list as the four bytes that states and tables keep of it.
pub(crate) fn position_of(index: usize) -> u32 {
    u32::try_from(index).expect("lists of a watch have far fewer entries than four bytes count")
}

/// The target of a watch.
#[derive(Clone, Debug, Default)]
pub struct Subject {
    /// The question as the user put it.
    pub question: String,
    /// Its country, where it has one.
    pub country: Option<Country>,
    /// The networks that announce it.
    pub origins: Vec<Asn>,
    /// Other networks of its country: routes enter before these.
    pub at_home: Vec<Asn>,
    /// The prefixes to watch; empty for all that the origins announce.
    pub prefixes: Vec<Prefix>,
}

/// A prefix as the bits of its address, left-aligned, and its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The address; IPv4 stands in the upper 32 bits.
    pub bits: u128,
    /// The length in bits.
    pub length: u8,
    /// True for IPv6.
    pub is_v6: bool,
}

impl From<Prefix> for Key {
    fn from(prefix: Prefix) -> Self {
        match prefix {
            Prefix::V4(net) => Self {
                bits: u128::from(u32::from(net.network())) << 96,
                length: net.prefix_len(),
                is_v6: false,
            },
            Prefix::V6(net) => {
                Self { bits: u128::from(net.network()), length: net.prefix_len(), is_v6: true }
            }
        }
    }
}

impl Key {
    /// The prefix itself.
    #[must_use]
    pub(crate) fn prefix(self) -> Prefix {
        use std::net::{Ipv4Addr, Ipv6Addr};
        if self.is_v6 {
            let net = Ipv6Net::new(Ipv6Addr::from(self.bits), self.length.min(128));
            return Prefix::V6(net.expect("a length of at most 128"));
        }
        let bits = u32::try_from(self.bits >> 96).expect("the upper 32 of 128 bits");
        let net = Ipv4Net::new(Ipv4Addr::from(bits), self.length.min(32));
        Prefix::V4(net.expect("a length of at most 32"))
    }

    /// The last address, its bits below the length all set.
    fn last(self) -> u128 {
        self.bits | u128::MAX.checked_shr(u32::from(self.length)).unwrap_or(0)
    }

    fn covers(self, right: Self) -> bool {
        self.length <= right.length && self.bits <= right.bits && right.bits <= self.last()
    }
}

/// A quick test whether a prefix can lie in a target's addresses or cover some of them; it errs on the side of yes.
#[derive(Clone, Debug)]
pub struct Fence {
    v4: Vec<u64>,
    v6: Vec<u64>,
}

/// The bits of an address that the fence goes by.
const V4_BITS: u32 = 16;
const V6_BITS: u32 = 32;

impl Fence {
    pub(crate) fn new<'k>(bases: impl Iterator<Item = &'k Key>) -> Self {
        let mut fence = Self { v4: vec![0; 1024], v6: vec![0; 1024] };
        for key in bases {
            let bits = if key.is_v6 { V6_BITS } else { V4_BITS };
            let words = if key.is_v6 { &mut fence.v6 } else { &mut fence.v4 };
            let (first, last) = (key.bits >> (128 - bits), key.last() >> (128 - bits));
            if last - first >= 1 << 16 {
                words.fill(u64::MAX);
                continue;
            }
            for block in first..=last {
                let slot = slot(block);
                words[slot / 64] |= 1 << (slot % 64);
            }
        }
        fence
    }

    /// Returns false if the prefix has nothing to do with the target.
    #[must_use]
    #[inline]
    pub fn lets_in(&self, key: Key) -> bool {
        let (bits, words) = if key.is_v6 { (V6_BITS, &self.v6) } else { (V4_BITS, &self.v4) };
        if u32::from(key.length) < bits {
            return true;
        }
        let slot = slot(key.bits >> (128 - bits));
        words.get(slot / 64).is_some_and(|word| word >> (slot % 64) & 1 == 1)
    }
}

/// The slot of a block, of 65,536: itself for IPv4, mixed for the wider blocks of IPv6.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the lower sixteen bits are wanted")]
const fn slot(block: u128) -> usize {
    let block = block as u32;
    ((block ^ (block >> 16).wrapping_mul(0x9E5)) & 0xffff) as usize
}

/// A stretch of addresses with one chain of covering prefixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stretch {
    /// The most specific prefix that covers it.
    pub(crate) owner: u32,
    /// Its weight in the base: addresses of IPv4, or 2³² times its part of a prefix of IPv6.
    pub(crate) weight: u64,
}

/// The prefixes of one family and their stretches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Space {
    /// In order of address and then of length.
    pub(crate) keys: Vec<Key>,
    is_base: Vec<bool>,
    /// The nearest covering prefix of each; itself where there is none.
    pub(crate) parents: Vec<u32>,
    pub(crate) stretches: Vec<Stretch>,
    /// The stretches of each prefix, from and to before.
    pub(crate) ranges: Vec<(u32, u32)>,
    pub(crate) weight: u64,
}

impl Space {
    /// The space of some prefixes, of which some are base; in any order, each once.
    pub(crate) fn new(mut prefixes: Vec<(Key, bool)>) -> Self {
        prefixes.retain(|(key, _)| key.length > 0);
        prefixes.sort_unstable();
        prefixes.dedup_by_key(|(key, _)| *key);
        let (keys, is_base): (Vec<Key>, Vec<bool>) = prefixes.into_iter().unzip();
        let mut space = Self { keys, is_base, ..Self::default() };
        space.nest();
        space.stretch();
        space
    }

    /// Returns true if it is what its prefixes give, which a damaged state need not be.
    pub(crate) fn is_sound(&self) -> bool {
        let is_key = |key: &Key| {
            let (width, family) = if key.is_v6 { (128, u128::MAX) } else { (32, u128::MAX << 96) };
            let host = u128::MAX.checked_shr(u32::from(key.length)).unwrap_or(0);
            key.length <= width && key.bits & !family == 0 && key.bits & host == 0
        };
        let is_one_family = self
            .keys
            .iter()
            .all(|key| Some(key.is_v6) == self.keys.first().map(|first| first.is_v6));
        self.keys.len() == self.is_base.len()
            && is_one_family
            && self.keys.iter().all(is_key)
            && Self::new(self.prefixes().collect()) == *self
    }

    pub(crate) fn find(&self, key: Key) -> Option<usize> {
        self.keys.binary_search(&key).ok()
    }

    /// The base prefixes, with their numbers.
    pub(crate) fn bases(&self) -> impl Iterator<Item = (usize, Key)> + '_ {
        let base = |(number, key): (usize, &Key)| self.is_base[number].then_some((number, *key));
        self.keys.iter().enumerate().filter_map(base)
    }

    pub(crate) fn prefixes(&self) -> impl Iterator<Item = (Key, bool)> + '_ {
        self.keys.iter().copied().zip(self.is_base.iter().copied())
    }

    /// Returns true if a prefix has addresses in common with the base.
    pub(crate) fn touches_base(&self, key: Key) -> bool {
        let from = self.keys.partition_point(|known| *known < key);
        let within = self.keys[from..].iter().zip(&self.is_base[from..]);
        let inside = within.take_while(|(known, _)| key.covers(**known)).any(|(_, base)| *base);
        let mut above = from.checked_sub(1);
        let mut is_covered = false;
        while let Some(number) = above {
            let known = self.keys[number];
            is_covered |= self.is_base[number] && known.covers(key);
            let parent = self.parents[number] as usize;
            above = (parent != number && !is_covered).then_some(parent);
        }
        inside || is_covered
    }

    fn nest(&mut self) {
        let mut open: Vec<usize> = Vec::new();
        for (number, key) in self.keys.iter().enumerate() {
            while open.last().is_some_and(|above| !self.keys[*above].covers(*key)) {
                open.pop();
            }
            let parent = open.last().copied().unwrap_or(number);
            self.parents.push(position_of(parent));
            open.push(number);
        }
    }

    fn stretch(&mut self) {
        let mut pieces: Vec<(usize, u128)> = Vec::new();
        let mut number = 0;
        self.ranges = vec![(0, 0); self.keys.len()];
        while number < self.keys.len() {
            number = self.fill(number, &mut pieces);
        }
        let bases: Vec<Option<usize>> =
            (0..self.keys.len()).map(|number| self.base_of(number)).collect();
        let mut sizes = vec![0_u128; self.keys.len()];
        for (owner, size) in &pieces {
            if let Some(base) = bases[*owner] {
                sizes[base] = sizes[base].saturating_add(*size);
            }
        }
        for (owner, size) in pieces {
            let weight = match bases[owner] {
                None => 0,
                Some(_) if !self.keys[owner].is_v6 => u64::try_from(size).unwrap_or(u64::MAX),
                Some(base) => part(size, sizes[base]),
            };
            self.weight = self.weight.saturating_add(weight);
            self.stretches.push(Stretch { owner: position_of(owner), weight });
        }
    }

    /// Cuts a prefix at the prefixes within it; returns the number of the first prefix behind it.
    ///
    /// Prefixes nest no deeper than they have bits, so that the recursion is bounded.
    fn fill(&mut self, number: usize, pieces: &mut Vec<(usize, u128)>) -> usize {
        let key = self.keys[number];
        let unit = if key.is_v6 { 0 } else { 96 };
        let count = |pieces: &Vec<(usize, u128)>| position_of(pieces.len());
        let from = count(pieces);
        let mut next = number + 1;
        let mut start = Some(key.bits);
        while let Some(inner) = self.keys.get(next).copied().filter(|inner| key.covers(*inner)) {
            if let Some(gap) =
                start.and_then(|start| inner.bits.checked_sub(start)).filter(|gap| *gap > 0)
            {
                pieces.push((number, gap >> unit));
            }
            start = inner.last().checked_add(1);
            next = self.fill(next, pieces);
        }
        if let Some(rest) = start.and_then(|start| key.last().checked_sub(start)) {
            pieces.push((number, (rest >> unit).saturating_add(1)));
        }
        self.ranges[number] = (from, count(pieces));
        next
    }

    fn base_of(&self, mut number: usize) -> Option<usize> {
        loop {
            if self.is_base[number] {
                return Some(number);
            }
            let parent = self.parents[number] as usize;
            if parent == number {
                return None;
            }
            number = parent;
        }
    }
}

/// A part of a whole in units of 2⁻³².
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share between 0 and 1 in units of 2⁻³²"
)]
fn part(size: u128, whole: u128) -> u64 {
    if whole == 0 { 0 } else { (size as f64 / whole as f64 * 4_294_967_296.0).round() as u64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        Key::from(text.parse::<Prefix>().unwrap())
    }

    fn space(bases: &[&str], later: &[&str]) -> Space {
        let all = bases.iter().map(|text| (key(text), true));
        Space::new(all.chain(later.iter().map(|text| (key(text), false))).collect())
    }

    #[test]
    fn every_address_of_the_base_counts_once() {
        let space =
            space(&["10.0.0.0/22", "10.0.1.0/24", "10.0.8.0/24"], &["10.0.2.0/23", "10.0.0.0/20"]);
        assert_eq!(space.weight, 1024 + 256);
        let (from, to) = space.ranges[space.find(key("10.0.0.0/22")).unwrap()];
        let weights =
            space.stretches[from as usize..to as usize].iter().map(|stretch| stretch.weight);
        assert_eq!(weights.collect::<Vec<_>>(), [256, 256, 512]);
        assert!(space.touches_base(key("10.0.3.0/24")) && space.touches_base(key("10.0.0.0/8")));
        assert!(!space.touches_base(key("10.0.4.0/24")) && !space.touches_base(key("11.0.0.0/8")));
    }

    #[test]
    fn every_prefix_of_ipv6_weighs_the_same() {
        let space = space(
            &["2001:db8::/32", "2001:db8:1::/48", "2a00::/20", "ffff::/16"],
            &["2a00:800::/21"],
        );
        let wrong = space.weight.abs_diff(4 << 32);
        assert!(wrong <= 4, "{wrong}");
    }

    #[test]
    fn the_last_address_and_the_whole_space_are_no_trouble() {
        let space = space(&["255.255.255.255/32", "128.0.0.0/1", "0.0.0.0/0"], &[]);
        assert_eq!(space.weight, 1 << 31);
    }

    #[test]
    fn the_fence_never_keeps_out_what_touches_the_base() {
        arbtest::arbtest(|u| {
            let any = |u: &mut arbtest::arbitrary::Unstructured<'_>| {
                let is_v6: bool = u.arbitrary()?;
                let length = u.int_in_range(1..=if is_v6 { 64 } else { 32_u8 })?;
                let bits: u128 = u.arbitrary()?;
                let bits = if is_v6 { bits } else { bits & !(u128::MAX >> 32) };
                let kept = !u128::MAX.checked_shr(u32::from(length)).unwrap_or(0);
                Ok(Key { bits: bits & kept, length, is_v6 })
            };
            let base: Vec<Key> = (0..4).map(|_| any(u)).collect::<Result<_, _>>()?;
            let fence = Fence::new(base.iter());
            for _ in 0..20 {
                let key = any(u)?;
                let touches = base
                    .iter()
                    .any(|base| base.is_v6 == key.is_v6 && (base.covers(key) || key.covers(*base)));
                assert!(!touches || fence.lets_in(key), "{base:?} {key:?}");
            }
            Ok(())
        });
    }
}
