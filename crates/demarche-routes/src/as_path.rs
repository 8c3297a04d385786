//! AS paths, each kept once: a routing table of millions of routes has far fewer paths.
//!
//! A path is kept as it stands in the `AS_PATH` attribute (RFC 4271, section 4.3) with AS numbers of four bytes.
//! It is checked when it is first met and decoded when it is asked for.
//! Two ways of writing one path (a long sequence cut into segments at different places) stay two paths.

#![warn(clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::fmt;

use demarche_case::Asn;

use crate::interner::{Index, Search, hash_bytes};

/// The number of a path in its [`PathTable`]: dense, from 0, in the order in which paths were first met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathId(pub u32);

impl PathId {
    /// The empty path, which every table has: the collector's own network, or a route without `AS_PATH`.
    pub const EMPTY: Self = Self(0);

    /// The number as an index into a slice with one item per path.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// The reason why an `AS_PATH` was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PathError {
    /// A segment is neither set nor sequence.
    #[error("unknown kind of AS path segment: {0}")]
    Segment(u8),
    /// A segment runs past the end of the attribute.
    #[error("an AS path segment runs past the end of its attribute")]
    Short,
    /// The table has no room for another path: 4 GiB of paths, or 2³² − 1 of them.
    #[error("more AS paths than can be numbered")]
    Full,
}

/// Every distinct AS path of one or more files.
#[derive(Clone, Debug)]
pub struct PathTable {
    /// All paths, one after the other.
    bytes: Vec<u8>,
    /// The end of each path in `bytes`; the first entry is the start of the first path.
    bounds: Vec<u32>,
    index: Index,
    /// Paths whose hashes were forged to collide.
    crowded: BTreeMap<Box<[u8]>, u32>,
    /// The path that was asked for last.
    last: u32,
}

impl Default for PathTable {
    fn default() -> Self {
        Self::new()
    }
}

impl PathTable {
    /// A table that has only the empty path.
    #[must_use]
    pub fn new() -> Self {
        let mut table = Self {
            bytes: Vec::new(),
            bounds: vec![0],
            index: Index::new(),
            crowded: BTreeMap::new(),
            last: 0,
        };
        let empty = table.find_or_add(&[]);
        debug_assert_eq!(empty, Ok(PathId::EMPTY));
        table
    }

    /// The number of distinct paths, at least 1: the empty path is always there.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    /// Returns true if there is no path but the empty one.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() <= 1
    }

    /// The path with this number, or the empty path when the number is of another table.
    #[must_use]
    pub fn get(&self, path: PathId) -> AsPath<'_> {
        AsPath { raw: self.raw(path.0).unwrap_or_default() }
    }

    /// Every path with its number, in ascending order.
    #[expect(clippy::missing_panics_doc, reason = "the table has at most 2^32 paths")]
    pub fn iter(&self) -> impl Iterator<Item = (PathId, AsPath<'_>)> {
        (0..u32::try_from(self.len()).expect("path numbers have four bytes"))
            .map(|id| (PathId(id), self.get(PathId(id))))
    }

    /// The number of a path that is written as in an `AS_PATH` attribute with AS numbers of four bytes.
    ///
    /// # Errors
    ///
    /// The bytes are not an AS path, or the table is full.
    #[inline]
    pub fn intern(&mut self, raw: &[u8]) -> Result<PathId, PathError> {
        // In a routing table the networks of one origin stand near each other, and the peers of each
        // in one order: the path after the last one is the likeliest, then the last one itself.
        for guess in [self.last.wrapping_add(1), self.last] {
            if self.raw(guess) == Some(raw) {
                self.last = guess;
                return Ok(PathId(guess));
            }
        }
        self.find_or_add(raw)
    }

    #[inline]
    fn raw(&self, id: u32) -> Option<&[u8]> {
        let id = id as usize;
        let [start, end] = self.bounds.get(id..)?.first_chunk()?;
        self.bytes.get(*start as usize..*end as usize)
    }

    fn find_or_add(&mut self, raw: &[u8]) -> Result<PathId, PathError> {
        let hash = hash_bytes(raw);
        let search = self.index.search(hash, |id| self.raw(id) == Some(raw));
        let id = match search {
            Search::Found(id) => id,
            Search::Crowded => match self.crowded.get(raw) {
                Some(id) => *id,
                None => self.add(raw, hash)?,
            },
            Search::Vacant(_) => self.add(raw, hash)?,
        };
        self.last = id;
        Ok(PathId(id))
    }

    #[cold]
    fn add(&mut self, raw: &[u8], hash: u64) -> Result<u32, PathError> {
        check(raw)?;
        let id = u32::try_from(self.len()).map_err(|_| PathError::Full)?;
        let end = u32::try_from(self.bytes.len() + raw.len()).map_err(|_| PathError::Full)?;
        if id == u32::MAX {
            return Err(PathError::Full);
        }
        self.bytes.extend_from_slice(raw);
        self.bounds.push(end);
        if self.index.is_full() {
            self.grow();
        } else {
            self.enter(id, hash);
        }
        Ok(id)
    }

    /// Enters a path that is not there yet into the index.
    fn enter(&mut self, id: u32, hash: u64) {
        if let Search::Vacant(place) = self.index.search(hash, |_| false) {
            self.index.occupy(place, hash, id);
        } else if let Some(raw) = self.raw(id).map(Box::from) {
            self.crowded.insert(raw, id);
            self.index.count_crowded();
        }
    }

    fn grow(&mut self) {
        self.index = self.index.doubled();
        self.crowded.clear();
        for id in 0..u32::try_from(self.len()).expect("path numbers have four bytes") {
            let hash = hash_bytes(self.raw(id).expect("a number below the length"));
            self.enter(id, hash);
        }
    }
}

/// Returns true if the bytes are complete segments of known kinds.
fn check(mut raw: &[u8]) -> Result<(), PathError> {
    while let Some(([kind, count], rest)) = raw.split_first_chunk() {
        if !matches!(kind, 1..=4) {
            return Err(PathError::Segment(*kind));
        }
        let (_, rest) = rest.split_at_checked(usize::from(*count) * 4).ok_or(PathError::Short)?;
        raw = rest;
    }
    if raw.is_empty() { Ok(()) } else { Err(PathError::Short) }
}

/// An AS path: from the network nearest to the collector to the origin.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AsPath<'a> {
    raw: &'a [u8],
}

/// The kinds of segment an AS path has (RFC 4271, section 4.3; RFC 5065, section 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentKind {
    /// Networks in no order, one of which the route came through, left by aggregation.
    Set,
    /// Networks in the order passed.
    Sequence,
    /// Members of a confederation in the order passed; they should not be seen outside it.
    ConfederationSequence,
    /// Members of a confederation in no order.
    ConfederationSet,
}

/// A segment of an AS path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment<'a> {
    /// The kind of the members.
    pub kind: SegmentKind,
    /// The members.
    pub members: Members<'a>,
}

/// AS numbers in the order in which they are written.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Members<'a> {
    raw: &'a [[u8; 4]],
}

impl<'a> Members<'a> {
    /// The number of members, from 0 to 255.
    #[must_use]
    pub const fn len(self) -> usize {
        self.raw.len()
    }

    /// Returns true if there are no members.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.raw.is_empty()
    }

    /// The AS numbers.
    #[must_use]
    pub fn iter(
        self,
    ) -> impl ExactSizeIterator<Item = Asn> + DoubleEndedIterator + Clone + use<'a> {
        self.raw.iter().map(|bytes| Asn(u32::from_be_bytes(*bytes)))
    }
}

impl fmt::Debug for Members<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// A step of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hop<'a> {
    /// One network.
    As(Asn),
    /// One of several networks; which one is not known.
    Set(Members<'a>),
}

impl<'a> AsPath<'a> {
    /// The path as it is written in an attribute, with AS numbers of four bytes.
    pub(crate) const fn raw(self) -> &'a [u8] {
        self.raw
    }

    /// The segments as they are written.
    pub fn segments(self) -> impl Iterator<Item = Segment<'a>> + use<'a> {
        let mut rest = self.raw;
        std::iter::from_fn(move || {
            let ([kind, count], after) = rest.split_first_chunk()?;
            let (members, after) = after.split_at_checked(usize::from(*count) * 4)?;
            rest = after;
            let kind = match kind {
                1 => SegmentKind::Set,
                2 => SegmentKind::Sequence,
                3 => SegmentKind::ConfederationSequence,
                _ => SegmentKind::ConfederationSet,
            };
            Some(Segment { kind, members: Members { raw: members.as_chunks().0 } })
        })
    }

    /// The steps from the collector's neighbour to the origin, repetitions kept.
    ///
    /// A set is one step, an empty set none.
    /// Members of a confederation are left out: their numbers mean nothing outside it (RFC 5065).
    pub fn hops(self) -> impl Iterator<Item = Hop<'a>> + use<'a> {
        self.segments().flat_map(|Segment { kind, members }| {
            let (sequence, set) = match kind {
                SegmentKind::Sequence => (Some(members), None),
                SegmentKind::Set if !members.is_empty() => (None, Some(Hop::Set(members))),
                SegmentKind::Set
                | SegmentKind::ConfederationSequence
                | SegmentKind::ConfederationSet => (None, None),
            };
            sequence.into_iter().flat_map(|members| members.iter().map(Hop::As)).chain(set)
        })
    }

    /// The network that announced the route, or a set where aggregation hid it; `None` for an empty path.
    #[must_use]
    pub fn origin(self) -> Option<Hop<'a>> {
        self.hops().last()
    }

    /// Returns true if the path has no segment.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.raw.is_empty()
    }
}

impl fmt::Debug for AsPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AsPath({self})")
    }
}

/// Writes `701 1239 {7018,3356}`: sets in braces, a confederation's sequences in `( )` and sets in `[ ]`.
impl fmt::Display for AsPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, Segment { kind, members }) in self.segments().enumerate() {
            let (open, between, close) = match kind {
                SegmentKind::Sequence => ("", " ", ""),
                SegmentKind::Set => ("{", ",", "}"),
                SegmentKind::ConfederationSequence => ("(", " ", ")"),
                SegmentKind::ConfederationSet => ("[", ",", "]"),
            };
            f.write_str(if place == 0 { "" } else { " " })?;
            f.write_str(open)?;
            for (place, Asn(number)) in members.iter().enumerate() {
                f.write_str(if place == 0 { "" } else { between })?;
                write!(f, "{number}")?;
            }
            f.write_str(close)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(numbers: &[u32]) -> Vec<u8> {
        let mut raw = vec![2, u8::try_from(numbers.len()).unwrap()];
        raw.extend(numbers.iter().flat_map(|number| number.to_be_bytes()));
        raw
    }

    #[test]
    fn equal_paths_have_one_number_and_unequal_ones_two() {
        let mut table = PathTable::new();
        let first = table.intern(&sequence(&[1, 2, 3])).unwrap();
        let second = table.intern(&sequence(&[1, 2, 4])).unwrap();
        assert_ne!(first, second);
        assert_eq!(table.intern(&sequence(&[1, 2, 3])), Ok(first));
        assert_eq!(table.intern(&[]), Ok(PathId::EMPTY));
        assert_eq!(table.len(), 3);
        assert_eq!(table.get(second).to_string(), "1 2 4");
    }

    #[test]
    fn every_path_is_found_again_after_the_table_has_grown() {
        let mut table = PathTable::new();
        let ids: Vec<_> =
            (0..20_000).map(|number| table.intern(&sequence(&[number])).unwrap()).collect();
        for (number, id) in (0..20_000).zip(&ids).rev() {
            assert_eq!(table.intern(&sequence(&[number])), Ok(*id));
        }
        assert_eq!(table.len(), 20_001);
    }

    #[test]
    fn a_set_stays_a_set_and_a_confederation_is_left_out() {
        let mut table = PathTable::new();
        let raw = [3, 1, 0, 0, 255, 1, 2, 1, 0, 0, 2, 189, 1, 2, 0, 0, 0, 7, 0, 0, 0, 8];
        let id = table.intern(&raw).unwrap();
        let path = table.get(id);
        assert_eq!(path.to_string(), "(65281) 701 {7,8}");
        let hops: Vec<_> = path.hops().collect();
        let [Hop::As(Asn(701)), Hop::Set(members)] = hops[..] else { panic!("{hops:?}") };
        assert_eq!(members.iter().collect::<Vec<_>>(), [Asn(7), Asn(8)]);
        assert_eq!(path.origin(), Some(Hop::Set(members)));
    }

    #[test]
    fn bytes_that_are_no_path_are_an_error_and_leave_no_trace() {
        let mut table = PathTable::new();
        assert_eq!(table.intern(&[9, 0]), Err(PathError::Segment(9)));
        assert_eq!(table.intern(&[2, 1, 0, 0]), Err(PathError::Short));
        assert_eq!(table.intern(&[2]), Err(PathError::Short));
        assert!(table.is_empty());
    }

    #[test]
    fn paths_whose_hashes_are_forged_to_collide_are_told_apart() {
        // After the second word the hash of each is that of the first: its bytes undo what the first word did.
        let forged = |number: u32| {
            let mut raw = vec![2, 4];
            raw.extend(number.to_be_bytes());
            raw.extend([0, 0]);
            let start = crate::interner::mix(0, 18);
            let word = u64::from_le_bytes(raw[..8].try_into().unwrap());
            let undo = crate::interner::mix(start, word).rotate_left(5) ^ 0x5eed;
            raw.extend(undo.to_le_bytes());
            raw.extend([0, 0]);
            raw
        };
        assert_eq!(hash_bytes(&forged(1)), hash_bytes(&forged(2)));
        let mut table = PathTable::new();
        let ids: Vec<_> =
            (0..20_000).map(|number| table.intern(&forged(number)).unwrap()).collect();
        for (number, id) in (0..20_000).zip(&ids).rev() {
            assert_eq!(table.intern(&forged(number)), Ok(*id));
        }
        assert_eq!(table.len(), 20_001);
    }
}
