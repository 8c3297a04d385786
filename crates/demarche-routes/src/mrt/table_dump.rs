//! Routing tables of type `TABLE_DUMP` (RFC 6396, section 4.2), the only one until about 2008.
//!
//! Files of RIPE's collectors from around 2000 put many routes into one record, behind one view and
//! sequence number, and declare a length that leaves these four bytes out.
//! The sequence number wraps at 65,536 and is not used.

#![warn(clippy::indexing_slicing)]

use std::net::{IpAddr, Ipv4Addr};

use demarche_case::Asn;

use super::attributes::Attributes;
use super::bytes::{AsnWidth, Bytes, Family};
use super::nlri;
use super::reader::Reader;
use super::reading::{Other, Reason};
use super::records::{Peer, PeerIndex, Record, Route, Visitor};

/// The bytes that an early record is longer than it says: its view and sequence number.
pub(crate) const MISSING: usize = 4;

/// The family of the addresses and the width of AS numbers; Quagga added subtypes 3 and 4 for four bytes.
const fn layout(subtype: u16) -> Option<(Family, AsnWidth)> {
    match subtype {
        1 => Some((Family::V4, AsnWidth::Two)),
        2 => Some((Family::V6, AsnWidth::Two)),
        3 => Some((Family::V4, AsnWidth::Four)),
        4 => Some((Family::V6, AsnWidth::Four)),
        _ => None,
    }
}

/// The fields before the attributes of a route.
struct Head<'a> {
    prefix: Bytes<'a>,
    length: u8,
    originated: u32,
    peer: (IpAddr, Asn),
    /// The number of bytes of attributes that follow.
    attributes: usize,
}

impl<'a> Head<'a> {
    fn read(body: &mut Bytes<'a>, family: Family, width: AsnWidth) -> Option<Self> {
        let prefix = body.take(if family == Family::V4 { 4 } else { 16 })?;
        let [length, _status] = body.array()?;
        let originated = body.u32()?;
        let peer = (body.address(family)?, Asn(body.asn(width)?));
        Some(Self { prefix, length, originated, peer, attributes: usize::from(body.u16()?) })
    }
}

/// Returns true if the last route of a record runs over its declared end by exactly the missing bytes.
pub(crate) fn falls_short(subtype: u16, mut body: Bytes<'_>) -> bool {
    let Some((family, width)) = layout(subtype) else { return false };
    if body.u32().is_none() {
        return false;
    }
    while !body.is_empty() {
        let Some(head) = Head::read(&mut body, family, width) else { return false };
        if body.take(head.attributes).is_none() {
            return head.attributes == body.0.len() + MISSING;
        }
    }
    false
}

impl<V: Visitor> Reader<'_, V> {
    /// Returns the number of bytes left over, which is always zero: routes fill the record.
    pub(crate) fn table_dump(
        &mut self,
        record: Record,
        subtype: u16,
        mut body: Bytes<'_>,
    ) -> Result<usize, Reason> {
        let (family, width) = layout(subtype).ok_or(Reason::Subtype)?;
        body.u32().ok_or(Reason::Short)?;
        while !body.is_empty() {
            let head = Head::read(&mut body, family, width).ok_or(Reason::Short)?;
            let attributes = body.take(head.attributes).ok_or(Reason::Short)?;
            if let Err(reason) = self.table_dump_route(record, &head, attributes, width) {
                self.reading.refuse(reason, record.offset);
            }
        }
        Ok(0)
    }

    fn table_dump_route(
        &mut self,
        record: Record,
        head: &Head<'_>,
        attributes: Bytes<'_>,
        width: AsnWidth,
    ) -> Result<(), Reason> {
        let mut octets = head.prefix;
        let prefix = match octets.array() {
            Some(octets) => nlri::v6(octets, head.length)?,
            None => nlri::v4(octets.array().ok_or(Reason::Short)?, head.length)?,
        };
        let attributes = Attributes::read(attributes)?;
        attributes.write_path(width, &mut self.scratch)?;
        let path = self.paths.intern(&self.scratch)?;
        let peer = self.peer_of(head.peer)?;
        self.reading.note(Other::WithoutPath, u64::from(attributes.as_path.is_none()));
        self.reading.routes += 1;
        let originated = head.originated;
        let route = Route { record, peer, prefix, path, originated, path_identifier: None };
        self.visitor.route(&route, self.paths);
        Ok(())
    }

    /// The number of the peer, which is given one when it is new.
    fn peer_of(&mut self, key: (IpAddr, Asn)) -> Result<PeerIndex, Reason> {
        if let Some(index) = self.peers.get(key) {
            return Ok(index);
        }
        let (address, asn) = key;
        let peer = Peer { address, bgp_id: Ipv4Addr::UNSPECIFIED, asn };
        let index = self.peers.add(&peer).ok_or(Reason::TooManyPeers)?;
        self.visitor.peer(index, &peer);
        Ok(index)
    }
}
