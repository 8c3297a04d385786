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

    /// Each route: peer, time, path identifier where there is one, and attributes.
    #[inline]
    fn entries<const ADD_PATH: bool>(
        &mut self,
        record: Record,
        prefix: Prefix,
        body: &mut Bytes<'_>,
    ) -> Result<(), Reason> {
        let count = body.u16().ok_or(Reason::Short)?;
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

fn peer(body: &mut Bytes<'_>) -> Option<Peer> {
    let kind = body.u8()?;
    let bgp_id = Ipv4Addr::from(body.array::<4>()?);
    let address = body.address(if kind & IS_V6 != 0 { Family::V6 } else { Family::V4 })?;
    let asn = body.asn(if kind & IS_AS4 != 0 { AsnWidth::Four } else { AsnWidth::Two })?;
    Some(Peer { address, bgp_id, asn: Asn(asn) })
}
