//! MRT files as RFC 6396 describes them, for tests; it knows nothing of the reader.

use std::net::{IpAddr, Ipv4Addr};

use demarche_case::Prefix;

pub(crate) const TIME: u32 = 1_400_824_800;

pub(crate) fn record_at(time: u32, kind: u16, subtype: u16, body: &[u8]) -> Vec<u8> {
    let mut record = time.to_be_bytes().to_vec();
    record.extend(kind.to_be_bytes());
    record.extend(subtype.to_be_bytes());
    record.extend(u32::try_from(body.len()).unwrap().to_be_bytes());
    record.extend(body);
    record
}

pub(crate) fn record(kind: u16, subtype: u16, body: &[u8]) -> Vec<u8> {
    record_at(TIME, kind, subtype, body)
}

pub(crate) fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// A peer table; all AS numbers have four bytes.
pub(crate) fn peer_table(peers: &[(&str, u32)]) -> Vec<u8> {
    let mut body = vec![0, 0, 0, 0, 0, 4];
    body.extend(b"view");
    body.extend(u16::try_from(peers.len()).unwrap().to_be_bytes());
    for (address, asn) in peers {
        let address: IpAddr = address.parse().unwrap();
        body.push(2 | u8::from(address.is_ipv6()));
        body.extend(Ipv4Addr::new(10, 0, 0, 1).octets());
        body.extend(octets(address));
        body.extend(asn.to_be_bytes());
    }
    record(13, 1, &body)
}

/// A path attribute, with a length of two bytes where one is too short.
pub(crate) fn attribute(kind: u8, value: &[u8]) -> Vec<u8> {
    let mut attribute = match u8::try_from(value.len()) {
        Ok(length) => vec![0x40, kind, length],
        Err(_) => {
            let [high, low] = u16::try_from(value.len()).unwrap().to_be_bytes();
            vec![0x50, kind, high, low]
        }
    };
    attribute.extend(value);
    attribute
}

pub(crate) fn sequence(asns: &[u32]) -> Vec<u8> {
    let mut value = vec![2, u8::try_from(asns.len()).unwrap()];
    value.extend(asns.iter().flat_map(|asn| asn.to_be_bytes()));
    value
}

pub(crate) fn sequence_of_two_bytes(asns: &[u16]) -> Vec<u8> {
    let mut value = vec![2, u8::try_from(asns.len()).unwrap()];
    value.extend(asns.iter().flat_map(|asn| asn.to_be_bytes()));
    value
}

/// ORIGIN, and an AS path of four-byte numbers.
pub(crate) fn attributes(asns: &[u32]) -> Vec<u8> {
    [attribute(1, &[0]), attribute(2, &sequence(asns)), attribute(3, &[192, 0, 2, 1])].concat()
}

pub(crate) fn nlri(prefix: &str) -> Vec<u8> {
    let prefix: Prefix = prefix.parse().unwrap();
    let mut bytes = vec![prefix.prefix_len()];
    let length = usize::from(prefix.prefix_len()).div_ceil(8);
    bytes.extend(&octets(prefix.addr())[..length]);
    bytes
}

/// A route of a `TABLE_DUMP_V2` record: peer, path identifier, attributes.
pub(crate) type Entry = (u16, Option<u32>, Vec<u8>);

pub(crate) fn entries(routes: &[Entry]) -> Vec<u8> {
    let mut body = u16::try_from(routes.len()).unwrap().to_be_bytes().to_vec();
    for (peer, identifier, attributes) in routes {
        body.extend(peer.to_be_bytes());
        body.extend(TIME.to_be_bytes());
        body.extend(identifier.iter().flat_map(|identifier| identifier.to_be_bytes()));
        body.extend(u16::try_from(attributes.len()).unwrap().to_be_bytes());
        body.extend(attributes);
    }
    body
}

pub(crate) fn rib(subtype: u16, prefix: &str, routes: &[Entry]) -> Vec<u8> {
    record(13, subtype, &[vec![0; 4], nlri(prefix), entries(routes)].concat())
}

/// A route of a `TABLE_DUMP` record, without view and sequence number.
pub(crate) fn old_entry(prefix: &str, peer: (&str, u16), attributes: &[u8]) -> Vec<u8> {
    let prefix: Prefix = prefix.parse().unwrap();
    let mut body = octets(prefix.addr());
    body.extend([prefix.prefix_len(), 1]);
    body.extend(TIME.to_be_bytes());
    body.extend(octets(peer.0.parse().unwrap()));
    body.extend(peer.1.to_be_bytes());
    body.extend(u16::try_from(attributes.len()).unwrap().to_be_bytes());
    body.extend(attributes);
    body
}

/// What stands before a message or a state change in `BGP4MP`.
pub(crate) fn session(address: &str, asn: u32, is_wide: bool) -> Vec<u8> {
    let address: IpAddr = address.parse().unwrap();
    let asns = [asn, 64_500].map(u32::to_be_bytes);
    let mut body: Vec<_> =
        asns.iter().flat_map(|asn| asn[if is_wide { 0 } else { 2 }..].to_vec()).collect();
    body.extend([0, 0, 0, if address.is_ipv4() { 1 } else { 2 }]);
    body.extend(octets(address));
    body.extend(octets(address));
    body
}

pub(crate) fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut message = vec![0xff; 16];
    message.extend(u16::try_from(19 + body.len()).unwrap().to_be_bytes());
    message.push(kind);
    message.extend(body);
    message
}

pub(crate) fn update_body(withdrawn: &[u8], attributes: &[u8], announced: &[u8]) -> Vec<u8> {
    let length = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
    [&length(withdrawn), withdrawn, &length(attributes), attributes, announced].concat()
}
