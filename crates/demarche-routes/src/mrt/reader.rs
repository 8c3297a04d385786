//! The state of reading one file, which the readers of the record types share.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use demarche_case::Asn;

use super::bytes::Family;
use super::reading::Reading;
use super::records::{Peer, PeerIndex, Session};
use crate::as_path::PathTable;

/// The state of reading one file.
pub(crate) struct Reader<'a, V> {
    pub(crate) paths: &'a mut PathTable,
    pub(crate) visitor: &'a mut V,
    pub(crate) reading: Reading,
    pub(crate) peers: Peers,
    /// The sessions whose records hold path identifiers that they do not announce, by the family of the prefixes.
    pub(crate) unmarked: BTreeSet<(Session, Family)>,
    /// A path while it is widened or merged.
    pub(crate) scratch: Vec<u8>,
}

/// The peers met so far: those of the last peer table, or those that stood in routes.
#[derive(Debug, Default)]
pub(crate) struct Peers {
    count: u32,
    numbers: BTreeMap<(IpAddr, Asn), PeerIndex>,
    last: Option<((IpAddr, Asn), PeerIndex)>,
}

impl Peers {
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.count as usize
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// A new number, while there are any.
    pub(crate) fn add(&mut self, peer: &Peer) -> Option<PeerIndex> {
        let index = PeerIndex(u16::try_from(self.count).ok()?);
        self.count += 1;
        self.numbers.entry((peer.address, peer.asn)).or_insert(index);
        Some(index)
    }

    pub(crate) fn get(&mut self, key: (IpAddr, Asn)) -> Option<PeerIndex> {
        if let Some((_, index)) = self.last.filter(|(last, _)| *last == key) {
            return Some(index);
        }
        let index = self.numbers.get(&key).copied()?;
        self.last = Some((key, index));
        Some(index)
    }
}
