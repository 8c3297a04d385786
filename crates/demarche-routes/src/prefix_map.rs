//! Prefixes with values: the longest match of an address, and the addresses that each prefix has to itself.
//!
//! The prefixes are sorted and swept once with a stack of those that enclose the current one.
//! What comes out is a list of spans of addresses, each with its most specific prefix, so that a look-up is one binary search.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use demarche_case::Prefix;
use ipnet::{Ipv4Net, Ipv6Net};

/// Stands for "no prefix".
const NONE: u32 = u32::MAX;

/// A table of prefixes, IPv4 and IPv6, each with a value.
///
/// A prefix of IPv4 takes some 25 bytes besides its value.
#[derive(Clone, Debug)]
pub struct PrefixMap<T> {
    v4: Family<u32>,
    v6: Family<u128>,
    /// The values of the prefixes of IPv4 and then of IPv6, each in order of prefix.
    values: Vec<T>,
}

impl<T> PrefixMap<T> {
    /// A table of these entries. Host bits are cleared; of several entries on the same prefix the first is kept.
    ///
    /// Entries beyond 2³² − 1 are left out; no table has a thousandth of that.
    ///
    /// ```
    /// # use demarche_routes::PrefixMap;
    /// let map = PrefixMap::new(vec![("10.0.0.0/8".parse()?, "all"), ("10.1.0.0/16".parse()?, "some")]);
    /// let (prefix, value) = map.find("10.1.2.3".parse()?).expect("it is covered");
    /// assert_eq!((prefix.prefix_len(), *value), (16, "some"));
    /// assert!(map.find("11.0.0.0".parse()?).is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn new(entries: Vec<(Prefix, T)>) -> Self {
        let mut entries: Vec<_> =
            entries.into_iter().map(|(prefix, value)| (prefix.trunc(), value)).collect();
        entries.sort_by_key(|(prefix, _)| *prefix);
        entries.dedup_by_key(|(prefix, _)| *prefix);
        entries.truncate(usize::try_from(NONE).unwrap_or(usize::MAX));
        let v4 = entries.iter().filter_map(|(prefix, _)| match prefix {
            Prefix::V4(net) => {
                Some((net.network().to_bits(), net.broadcast().to_bits(), net.prefix_len()))
            }
            Prefix::V6(_) => None,
        });
        let v6 = entries.iter().filter_map(|(prefix, _)| match prefix {
            Prefix::V4(_) => None,
            Prefix::V6(net) => {
                Some((net.network().to_bits(), net.broadcast().to_bits(), net.prefix_len()))
            }
        });
        let (v4, v6) = (Family::of(v4), Family::of(v6));
        // A new list, since the one of the entries has room for the prefixes as well.
        let mut values = Vec::with_capacity(entries.len());
        values.extend(entries.into_iter().map(|(_, value)| value));
        Self { v4, v6, values }
    }

    /// The entries, in order of prefix, a prefix before those inside it.
    pub fn entries(&self) -> impl Iterator<Item = (Prefix, &T)> {
        self.prefixes().zip(&self.values)
    }

    /// The value of exactly this prefix.
    #[must_use]
    pub fn get(&self, prefix: Prefix) -> Option<&T> {
        let index = match prefix.trunc() {
            Prefix::V4(net) => self.v4.place(net.network().to_bits(), net.prefix_len())?,
            Prefix::V6(net) => {
                self.v4.len() + self.v6.place(net.network().to_bits(), net.prefix_len())?
            }
        };
        self.values.get(index)
    }

    /// The most specific prefix that covers the address.
    #[must_use]
    pub fn find(&self, address: IpAddr) -> Option<(Prefix, &T)> {
        self.covering(address).next()
    }

    /// All prefixes that cover the address, the most specific first.
    pub fn covering(&self, address: IpAddr) -> impl Iterator<Item = (Prefix, &T)> {
        let places: Vec<(Prefix, usize)> = match address {
            IpAddr::V4(address) => self.v4.covering(address.to_bits()).collect(),
            IpAddr::V6(address) => {
                let first = self.v4.len();
                let places = self.v6.covering(address.to_bits());
                places.map(|(prefix, index)| (prefix, first + index)).collect()
            }
        };
        places.into_iter().filter_map(|(prefix, index)| Some((prefix, self.values.get(index)?)))
    }

    /// For each entry, the addresses that no more specific entry covers; 2¹²⁸ counts as 2¹²⁸ − 1.
    #[must_use]
    pub fn own_addresses(&self) -> Vec<u128> {
        let mut sizes = self.v4.own_addresses();
        sizes.extend(self.v6.own_addresses());
        sizes
    }

    fn prefixes(&self) -> impl Iterator<Item = Prefix> {
        self.v4.prefixes().chain(self.v6.prefixes())
    }
}

/// The prefixes of one family, in order.
#[derive(Clone, Debug)]
struct Family<A> {
    networks: Vec<A>,
    lengths: Vec<u8>,
    /// The place of the next less specific prefix, or [`NONE`].
    parents: Vec<u32>,
    spans: Spans<A>,
}

impl<A: Address> Family<A> {
    /// The family of prefixes in order, each with its first and last address and its length.
    fn of(prefixes: impl Iterator<Item = (A, A, u8)>) -> Self {
        let (mut networks, mut lengths, mut parents) = (Vec::new(), Vec::new(), Vec::new());
        let mut sweep = Sweep::default();
        for ((first, last, length), index) in prefixes.zip(0_u32..NONE) {
            parents.push(sweep.enter(first, last, index));
            networks.push(first);
            lengths.push(length);
        }
        networks.shrink_to_fit();
        lengths.shrink_to_fit();
        parents.shrink_to_fit();
        Self { networks, lengths, parents, spans: sweep.finish() }
    }

    const fn len(&self) -> usize {
        self.networks.len()
    }

    fn prefixes(&self) -> impl Iterator<Item = Prefix> {
        self.networks.iter().zip(&self.lengths).map(|(first, length)| first.prefix(*length))
    }

    fn place(&self, network: A, length: u8) -> Option<usize> {
        let first = self.networks.partition_point(|known| *known < network);
        let behind = self.networks.iter().zip(&self.lengths).skip(first);
        let mut equal = behind.take_while(|(known, _)| **known == network);
        equal.position(|(_, known)| *known == length).map(|behind| first + behind)
    }

    fn covering(&self, address: A) -> impl Iterator<Item = (Prefix, usize)> {
        let places = std::iter::successors(self.spans.find(address), |index| self.parent(*index));
        places.filter_map(|index| {
            let (first, length) = (self.networks.get(index)?, self.lengths.get(index)?);
            Some((first.prefix(*length), index))
        })
    }

    fn own_addresses(&self) -> Vec<u128> {
        let size = |length: &u8| {
            1_u128.checked_shl(A::BITS.saturating_sub((*length).into())).unwrap_or(u128::MAX)
        };
        let mut alone: Vec<u128> = self.lengths.iter().map(size).collect();
        for (index, length) in self.lengths.iter().enumerate() {
            if let Some(parent) = self.parent(index).and_then(|parent| alone.get_mut(parent)) {
                *parent = parent.saturating_sub(size(length));
            }
        }
        alone
    }

    fn parent(&self, index: usize) -> Option<usize> {
        self.parents.get(index).and_then(|parent| entry(*parent))
    }
}

fn entry(index: u32) -> Option<usize> {
    if index == NONE { None } else { usize::try_from(index).ok() }
}

/// Spans of addresses: each begins at `starts` and has the entry at the same place.
#[derive(Clone, Debug)]
pub(crate) struct Spans<A> {
    starts: Vec<A>,
    entries: Vec<u32>,
}

impl<A: Address> Spans<A> {
    /// The spans of ranges that include both ends, in order of their first address and then of falling size.
    ///
    /// A range that sticks out of the one before it is clipped to it.
    pub(crate) fn of(ranges: impl Iterator<Item = (A, A)>) -> Self {
        let mut sweep = Sweep::default();
        for ((first, last), index) in ranges.zip(0_u32..NONE) {
            sweep.enter(first, last, index);
        }
        sweep.finish()
    }

    /// The place of the smallest range that holds the address.
    pub(crate) fn find(&self, address: A) -> Option<usize> {
        let behind = self.starts.partition_point(|start| *start <= address);
        entry(*self.entries.get(behind.checked_sub(1)?)?)
    }

    fn begin(&mut self, start: A, index: u32) {
        // A span that begins where the last one did leaves that one empty.
        if self.starts.last() == Some(&start) {
            self.starts.pop();
            self.entries.pop();
        }
        self.starts.push(start);
        self.entries.push(index);
    }
}

/// The sweep over the prefixes of one family, in order.
struct Sweep<A> {
    spans: Spans<A>,
    /// The last address and the entry of each prefix that encloses the current place.
    open: Vec<(A, u32)>,
}

impl<A> Default for Sweep<A> {
    fn default() -> Self {
        Self { spans: Spans { starts: Vec::new(), entries: Vec::new() }, open: Vec::new() }
    }
}

impl<A: Address> Sweep<A> {
    /// Enters a prefix, and gives the entry that encloses it.
    fn enter(&mut self, first: A, last: A, index: u32) -> u32 {
        self.leave(|end| end < first);
        let parent = self.enclosing();
        let last = self.open.last().map_or(last, |(end, _)| last.min(*end));
        self.spans.begin(first, index);
        self.open.push((last, index));
        parent
    }

    fn enclosing(&self) -> u32 {
        self.open.last().map_or(NONE, |(_, index)| *index)
    }

    fn leave(&mut self, is_left: impl Fn(A) -> bool) {
        while let Some((last, _)) = self.open.pop_if(|(last, _)| is_left(*last)) {
            if let Some(next) = last.next() {
                self.spans.begin(next, self.enclosing());
            }
        }
    }

    fn finish(mut self) -> Spans<A> {
        self.leave(|_| true);
        self.spans.starts.shrink_to_fit();
        self.spans.entries.shrink_to_fit();
        self.spans
    }
}

/// An address as a number.
pub(crate) trait Address: Ord + Copy {
    /// The bits of an address.
    const BITS: u32;
    /// The next one; `None` behind the last.
    fn next(self) -> Option<Self>;
    /// The prefix of so many bits that begins here; a length beyond all bits counts as all.
    fn prefix(self, length: u8) -> Prefix;
}

impl Address for u32 {
    const BITS: Self = Self::BITS;

    fn prefix(self, length: u8) -> Prefix {
        let address = Ipv4Addr::from_bits(self);
        Ipv4Net::new(address, length).unwrap_or_else(|_| address.into()).into()
    }

    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
}

impl Address for u128 {
    const BITS: u32 = Self::BITS;

    fn prefix(self, length: u8) -> Prefix {
        let address = Ipv6Addr::from_bits(self);
        Ipv6Net::new(address, length).unwrap_or_else(|_| address.into()).into()
    }

    fn next(self) -> Option<Self> {
        self.checked_add(1)
    }
}

#[cfg(test)]
mod tests {
    use arbtest::arbitrary::{Result, Unstructured};
    use arbtest::arbtest;

    use super::*;

    fn map(prefixes: &[&str]) -> PrefixMap<usize> {
        let parsed = prefixes.iter().map(|prefix| prefix.parse().unwrap());
        PrefixMap::new(parsed.zip(0..).collect())
    }

    #[test]
    fn the_first_of_two_entries_on_a_prefix_is_kept() {
        let map = map(&["10.0.0.1/8", "10.0.0.0/8"]);
        assert_eq!(map.get("10.0.0.0/8".parse().unwrap()), Some(&0));
        assert_eq!(map.entries().count(), 1);
    }

    #[test]
    fn the_ends_of_the_address_space_are_covered() {
        let map = map(&["0.0.0.0/0", "255.255.255.255/32", "::/0", "ffff::/16"]);
        assert_eq!(map.find("255.255.255.255".parse().unwrap()).unwrap().1, &1);
        assert_eq!(map.find("255.255.255.254".parse().unwrap()).unwrap().1, &0);
        assert_eq!(map.find("::".parse().unwrap()).unwrap().1, &2);
        assert_eq!(map.find(Ipv6Addr::from_bits(u128::MAX).into()).unwrap().1, &3);
        assert_eq!(map.own_addresses()[0], (1 << 32) - 1);
    }

    #[test]
    fn a_prefix_has_to_itself_what_the_more_specific_ones_leave() {
        let map =
            map(&["10.0.0.0/8", "10.0.0.0/9", "10.0.0.0/10", "10.128.0.0/9", "2001:db8::/126"]);
        assert_eq!(map.own_addresses(), [0, 1 << 22, 1 << 22, 1 << 23, 4]);
    }

    fn some_prefix(u: &mut Unstructured<'_>) -> Result<Prefix> {
        // Few bits in play, so that prefixes often nest and touch.
        let high: u32 = u.int_in_range(0..=15)?;
        Ok(if u.arbitrary()? {
            let length = u.int_in_range(0..=6)?;
            Ipv4Net::new_assert(Ipv4Addr::from_bits(high << 28), length).trunc().into()
        } else {
            let length = u.int_in_range(0..=6)?;
            Ipv6Net::new_assert(Ipv6Addr::from_bits(u128::from(high) << 124), length).trunc().into()
        })
    }

    #[test]
    fn matches_are_those_of_looking_at_every_prefix() {
        arbtest(|u| {
            let mut prefixes = Vec::new();
            for _ in 0..u.int_in_range(0..=12)? {
                prefixes.push((some_prefix(u)?, ()));
            }
            let map = PrefixMap::new(prefixes.clone());
            for high in 0_u32..64 {
                for address in [
                    IpAddr::V4(Ipv4Addr::from_bits(high << 26 | 5)),
                    IpAddr::V6(Ipv6Addr::from_bits(u128::from(high) << 122 | 5)),
                ] {
                    for (prefix, ()) in map.covering(address) {
                        assert_eq!(map.get(prefix), Some(&()));
                    }
                    let mut covering: Vec<Prefix> =
                        prefixes.iter().map(|(prefix, ())| *prefix).collect();
                    covering.retain(|prefix| prefix.contains(&address));
                    covering.sort_by_key(|prefix| std::cmp::Reverse(prefix.prefix_len()));
                    covering.dedup();
                    let found: Vec<Prefix> =
                        map.covering(address).map(|(prefix, ())| prefix).collect();
                    assert_eq!(found, covering);
                }
            }
            let v4 = map.entries().zip(map.own_addresses());
            let sizes_alone: u128 = v4
                .filter(|((net, ()), _)| net.addr().is_ipv4())
                .map(|(_, sizes_alone)| sizes_alone)
                .sum();
            let covered = |high: &u32| map.find(Ipv4Addr::from_bits(high << 26).into()).is_some();
            let counted = (0_u32..64).filter(covered).count() as u128;
            assert_eq!(sizes_alone, counted << 26);
            Ok(())
        })
        .budget_ms(1_000);
    }
}
