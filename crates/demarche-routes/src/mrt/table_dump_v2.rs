//! Routing tables of type `TABLE_DUMP_V2` (RFC 6396, section 4.3; RFC 8050, section 4).
//!
//! The prefix stands once before its routes, so the next hop attribute, which dumpers write in two forms,
//! need not be read.

#![warn(clippy::indexing_slicing)]

use std::net::Ipv4Addr;

use demarche_case::{Asn, Prefix};

use super::bytes::{AsnWidth, Bytes, Family};
use super::reader::Reader;
use super::reading::{Other, Reason};
use super::records::{Peer, PeerIndex, Record, Route, Visitor};
use super::{attributes, nlri};

/// Bit 0 of a peer's type: its address is IPv6; bit 1: its AS number has four bytes.
const IS_V6: u8 = 1;
const IS_AS4: u8 = 2;

impl<V: Visitor> Reader<'_, V> {
    /// Returns the number of bytes left over.
    pub(crate) fn table_dump_v2(
        &mut self,
        record: Record,
        subtype: u16,
        mut body: Bytes<'_>,
    ) -> Result<usize, Reason> {
        match subtype {
            1 => self.peer_table(&mut body)?,
            2 => self.rib::<false>(record, Family::V4, &mut body)?,
            4 => self.rib::<false>(record, Family::V6, &mut body)?,
            8 => self.rib::<true>(record, Family::V4, &mut body)?,
            10 => self.rib::<true>(record, Family::V6, &mut body)?,
            6 => self.generic::<false>(record, &mut body)?,
            12 => self.generic::<true>(record, &mut body)?,
            3 | 9 => self.multicast(Family::V4, body)?,
            5 | 11 => self.multicast(Family::V6, body)?,
            7 => self.reading.note(Other::GeoPeerTable, 1),
            _ => return Err(Reason::Subtype),
        }
        Ok(if matches!(subtype, 3 | 5 | 7 | 9 | 11) { 0 } else { body.0.len() })
    }

    /// The table of peers that the routes after it refer to; it replaces the one before.
    fn peer_table(&mut self, body: &mut Bytes<'_>) -> Result<(), Reason> {
        body.u32().ok_or(Reason::Short)?;
        let name = body.u16().ok_or(Reason::Short)?;
        body.take(usize::from(name)).ok_or(Reason::Short)?;
        let count = body.u16().ok_or(Reason::Short)?;
        self.peers.clear();
        self.reading.note(Other::PeerTable, 1);
        for _ in 0..count {
            let peer = peer(body).ok_or(Reason::Short)?;
            let index = self.peers.add(&peer).ok_or(Reason::TooManyPeers)?;
            self.visitor.peer(index, &peer);
        }
        Ok(())
    }

    /// The routes to one prefix.
    #[inline]
    fn rib<const ADD_PATH: bool>(
        &mut self,
        record: Record,
        family: Family,
        body: &mut Bytes<'_>,
    ) -> Result<(), Reason> {
        body.u32().ok_or(Reason::Short)?;
        let prefix = nlri::prefix(body, family)?;
        self.entries::<ADD_PATH>(record, prefix, body)
    }

    /// Routes of any family; those of IPv4 and IPv6 unicast are as if written in their own subtype.
    fn generic<const ADD_PATH: bool>(
        &mut self,
        record: Record,
        body: &mut Bytes<'_>,
    ) -> Result<(), Reason> {
        body.u32().ok_or(Reason::Short)?;
        let (afi, safi) = body.u16().zip(body.u8()).ok_or(Reason::Short)?;
        if let (Some(family), 1) = (Family::from_afi(afi), safi) {
            let prefix = nlri::prefix(body, family)?;
            return self.entries::<ADD_PATH>(record, prefix, body);
        }
        let rest = std::mem::replace(body, Bytes(&[]));
        if let (Some(family), 2) = (Family::from_afi(afi), safi) {
            return self.multicast_routes(family, rest);
        }
        // Prefixes of other families have layouts of their own, behind which the routes cannot be counted.
        self.reading.note(Other::OtherFamily, 1);
        Ok(())
    }

    fn multicast(&mut self, family: Family, mut body: Bytes<'_>) -> Result<(), Reason> {
        body.u32().ok_or(Reason::Short)?;
        self.multicast_routes(family, body)
    }

    fn multicast_routes(&mut self, family: Family, mut body: Bytes<'_>) -> Result<(), Reason> {
        nlri::prefix(&mut body, family)?;
        let count = body.u16().ok_or(Reason::Short)?;
        self.reading.note(Other::Multicast, u64::from(count));
        Ok(())
    }

    /// The routes of a record, laid out as its lengths say.
    ///
    /// Those of a record that runs past its end stay out, and so do those of one with bytes behind them, unless each has
    /// a path: then it is the length of the record that is wrong.
    #[inline]
    fn entries<const ADD_PATH: bool>(
        &mut self,
        record: Record,
        prefix: Prefix,
        body: &mut Bytes<'_>,
    ) -> Result<(), Reason> {
        let count = body.u16().ok_or(Reason::Short)?;
        let end = end_of::<ADD_PATH>(count, *body);
        if end == Some(0) {
            return self.laid_out::<ADD_PATH>(count, record, prefix, body);
        }
        if ADD_PATH && end_of::<false>(count, *body) == Some(0) {
            self.reading.note(Other::WithoutIdentifiers, 1);
            return self.laid_out::<false>(count, record, prefix, body);
        }
        if !ADD_PATH && end_of::<true>(count, *body) == Some(0) {
            self.reading.note(Other::Unmarked, 1);
            return self.laid_out::<true>(count, record, prefix, body);
        }
        let left_over = end.ok_or(Reason::Short)?;
        if has_paths::<ADD_PATH>(count, *body) {
            return self.laid_out::<ADD_PATH>(count, record, prefix, body);
        }
        body.take(body.0.len() - left_over).ok_or(Reason::Short)?;
        Ok(())
    }

    /// Each route: peer, time, path identifier where there is one, and attributes.
    #[inline]
    fn laid_out<const ADD_PATH: bool>(
        &mut self,
        count: u16,
        record: Record,
        prefix: Prefix,
        body: &mut Bytes<'_>,
    ) -> Result<(), Reason> {
        for _ in 0..count {
            let peer = PeerIndex(body.u16().ok_or(Reason::Short)?);
            let originated = body.u32().ok_or(Reason::Short)?;
            let path_identifier =
                if ADD_PATH { Some(body.u32().ok_or(Reason::Short)?) } else { None };
            let length = body.u16().ok_or(Reason::Short)?;
            let attributes = body.take(usize::from(length)).ok_or(Reason::Short)?;
            match self.path_of(peer, attributes) {
                Ok(path) => {
                    let route = Route { record, peer, prefix, path, originated, path_identifier };
                    self.reading.routes += 1;
                    self.visitor.route(&route, self.paths);
                }
                Err(reason) => self.reading.refuse(reason, record.offset),
            }
        }
        Ok(())
    }

    #[inline]
    fn path_of(
        &mut self,
        peer: PeerIndex,
        bytes: Bytes<'_>,
    ) -> Result<crate::as_path::PathId, Reason> {
        if peer.index() >= self.peers.len() {
            return Err(Reason::Peer);
        }
        let raw = attributes::as_path(bytes)?;
        if raw.is_none() {
            self.reading.note(Other::WithoutPath, 1);
        }
        Ok(self.paths.intern(raw.unwrap_or_default())?)
    }
}

/// Returns the number of bytes behind the last of these routes; `None` if they run past the end.
#[inline]
fn end_of<const ADD_PATH: bool>(count: u16, mut body: Bytes<'_>) -> Option<usize> {
    for _ in 0..count {
        body.take(if ADD_PATH { 10 } else { 6 })?;
        let length = body.u16()?;
        body.take(usize::from(length))?;
    }
    Some(body.0.len())
}

/// Returns true if each of these routes has whole attributes up to its AS path.
#[cold]
fn has_paths<const ADD_PATH: bool>(count: u16, mut body: Bytes<'_>) -> bool {
    (0..count).all(|_| {
        let attributes = body.take(if ADD_PATH { 10 } else { 6 }).and_then(|_| {
            let length = body.u16()?;
            body.take(usize::from(length))
        });
        attributes.is_some_and(|bytes| attributes::as_path(bytes).is_ok_and(|path| path.is_some()))
    })
}

fn peer(body: &mut Bytes<'_>) -> Option<Peer> {
    let kind = body.u8()?;
    let bgp_id = Ipv4Addr::from(body.array::<4>()?);
    let address = body.address(if kind & IS_V6 != 0 { Family::V6 } else { Family::V4 })?;
    let asn = body.asn(if kind & IS_AS4 != 0 { AsnWidth::Four } else { AsnWidth::Two })?;
    Some(Peer { address, bgp_id, asn: Asn(asn) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lengths_of_a_record_tell_whether_its_routes_have_identifiers() {
        let entry = |identifier: &[u8]| {
            [&[0, 1][..], &[0, 0, 0, 9], identifier, &[0, 7], &[0x40, 2, 4, 2, 1, 0, 7]].concat()
        };
        let plain = entry(&[]).repeat(3);
        let marked = entry(&[0, 0, 0, 5]).repeat(3);
        assert_eq!(end_of::<false>(3, Bytes(&plain)), Some(0));
        assert_eq!(end_of::<true>(3, Bytes(&marked)), Some(0));
        assert_ne!(end_of::<true>(3, Bytes(&plain)), Some(0));
        assert_ne!(end_of::<false>(3, Bytes(&marked)), Some(0));
        assert_eq!(end_of::<false>(2, Bytes(&plain)), Some(15));
        assert_eq!(end_of::<false>(4, Bytes(&plain)), None);
    }
}
