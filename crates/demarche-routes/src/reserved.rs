//! Addresses of a special kind: in blocks where no host of the internet is, and those that stand for another address.
//!
//! The list of blocks is that of RFC 6890 as its registries were in 2024, without the blocks that are globally reachable (such as `192.88.99.0/24` and `2001:20::/28`), and with multicast, which has registries of its own.

use std::net::{IpAddr, Ipv4Addr};

use demarche_case::Prefix;
use demarche_case::assessment::routes::{ReservedPurpose, Translation};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

const V4: [([u8; 4], u8, ReservedPurpose); 15] = [
    ([0, 0, 0, 0], 8, ReservedPurpose::ThisHost),
    ([10, 0, 0, 0], 8, ReservedPurpose::Private),
    ([100, 64, 0, 0], 10, ReservedPurpose::Shared),
    ([127, 0, 0, 0], 8, ReservedPurpose::Loopback),
    ([169, 254, 0, 0], 16, ReservedPurpose::LinkLocal),
    ([172, 16, 0, 0], 12, ReservedPurpose::Private),
    ([192, 0, 0, 0], 24, ReservedPurpose::Protocol),
    ([192, 0, 2, 0], 24, ReservedPurpose::Documentation),
    ([192, 168, 0, 0], 16, ReservedPurpose::Private),
    ([198, 18, 0, 0], 15, ReservedPurpose::Benchmarking),
    ([198, 51, 100, 0], 24, ReservedPurpose::Documentation),
    ([203, 0, 113, 0], 24, ReservedPurpose::Documentation),
    ([224, 0, 0, 0], 4, ReservedPurpose::Multicast),
    ([233, 252, 0, 0], 24, ReservedPurpose::Documentation),
    ([240, 0, 0, 0], 4, ReservedPurpose::Protocol),
];

/// The first four groups of each block, all others being 0, but for the loopback and the unspecified address.
const V6: [([u16; 4], u8, ReservedPurpose); 8] = [
    ([0x100, 0, 0, 0], 64, ReservedPurpose::Protocol),
    ([0x2001, 2, 0, 0], 48, ReservedPurpose::Benchmarking),
    ([0x2001, 0xdb8, 0, 0], 32, ReservedPurpose::Documentation),
    ([0x3fff, 0, 0, 0], 20, ReservedPurpose::Documentation),
    ([0xfc00, 0, 0, 0], 7, ReservedPurpose::Private),
    ([0xfe80, 0, 0, 0], 10, ReservedPurpose::LinkLocal),
    ([0xff00, 0, 0, 0], 8, ReservedPurpose::Multicast),
    ([0x64, 0xff9b, 1, 0], 48, ReservedPurpose::Protocol),
];

/// The smallest block of special purpose that holds an address; `None` for an address that a host of the internet may have.
///
/// An IPv4 address written as IPv6 (`::ffff:10.0.0.1`) is that IPv4 address.
pub(crate) fn reserved(address: IpAddr) -> Option<(Prefix, ReservedPurpose)> {
    let address = address.to_canonical();
    let blocks = v4().chain(v6()).filter(|(block, _)| block.contains(&address));
    let (block, purpose) = blocks.max_by_key(|(block, _)| block.prefix_len())?;
    Some((block, purpose))
}

fn v4() -> impl Iterator<Item = (Prefix, ReservedPurpose)> {
    V4.into_iter().filter_map(|(address, length, purpose)| {
        Some((IpNet::V4(Ipv4Net::new(address.into(), length).ok()?), purpose))
    })
}

fn v6() -> impl Iterator<Item = (Prefix, ReservedPurpose)> {
    let blocks = V6.into_iter().map(|([first, second, third, fourth], length, purpose)| {
        ([first, second, third, fourth, 0, 0, 0, 0], length, purpose)
    });
    let hosts = [
        ([0; 8], 128, ReservedPurpose::ThisHost),
        ([0, 0, 0, 0, 0, 0, 0, 1], 128, ReservedPurpose::Loopback),
    ];
    blocks.chain(hosts).filter_map(|(address, length, purpose)| {
        Some((IpNet::V6(Ipv6Net::new(address.into(), length).ok()?), purpose))
    })
}

/// Returns the IPv4 address for which an IPv6 address stands, and how it is made of it.
///
/// A prefix that a network chose for its own translator (RFC 6052, section 2.2) cannot be told from any other.
pub(crate) fn embedded(address: IpAddr) -> Option<(Ipv4Addr, Translation)> {
    let IpAddr::V6(address) = address else { return None };
    let bytes = address.octets();
    let last = *bytes.last_chunk::<4>()?;
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, _, _] => Some((last.into(), Translation::Mapped)),
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] => Some((last.into(), Translation::Nat64)),
        [0x2002, ..] => {
            let [_, _, first, second, third, fourth, ..] = bytes;
            Some(([first, second, third, fourth].into(), Translation::SixToFour))
        }
        [0x2001, 0, ..] => Some((last.map(|byte| !byte).into(), Translation::Teredo)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(address: &str) -> Option<(String, ReservedPurpose)> {
        let (block, purpose) = reserved(address.parse().unwrap())?;
        Some((block.to_string(), purpose))
    }

    #[test]
    fn each_block_of_the_registries_is_known_by_an_address_in_it() {
        use ReservedPurpose as P;
        let expected = [
            ("10.1.2.3", "10.0.0.0/8", P::Private),
            ("172.31.255.255", "172.16.0.0/12", P::Private),
            ("192.168.0.1", "192.168.0.0/16", P::Private),
            ("100.127.0.1", "100.64.0.0/10", P::Shared),
            ("127.0.0.1", "127.0.0.0/8", P::Loopback),
            ("169.254.169.254", "169.254.0.0/16", P::LinkLocal),
            ("203.0.113.7", "203.0.113.0/24", P::Documentation),
            ("233.252.0.1", "233.252.0.0/24", P::Documentation),
            ("224.0.0.5", "224.0.0.0/4", P::Multicast),
            ("255.255.255.255", "240.0.0.0/4", P::Protocol),
            ("0.0.0.0", "0.0.0.0/8", P::ThisHost),
            ("::ffff:10.0.0.1", "10.0.0.0/8", P::Private),
            ("::1", "::1/128", P::Loopback),
            ("::", "::/128", P::ThisHost),
            ("fd00::1", "fc00::/7", P::Private),
            ("fe80::1", "fe80::/10", P::LinkLocal),
            ("ff02::1", "ff00::/8", P::Multicast),
            ("2001:db8::1", "2001:db8::/32", P::Documentation),
        ];
        for (address, block, purpose) in expected {
            assert_eq!(found(address), Some((block.to_owned(), purpose)), "{address}");
        }
    }

    #[test]
    fn neighbours_of_the_blocks_are_not_reserved() {
        for address in ["9.255.255.255", "11.0.0.0", "172.32.0.0", "100.128.0.0", "223.255.255.255"]
        {
            assert_eq!(found(address), None, "{address}");
        }
        for address in ["2001:db9::1", "2001:4860:4860::8888", "::2", "fec0::1"] {
            assert_eq!(found(address), None, "{address}");
        }
    }

    #[test]
    fn each_form_gives_the_address_of_its_standard() {
        for (address, expected) in [
            ("::ffff:192.0.2.1", Some(("192.0.2.1", Translation::Mapped))),
            ("64:ff9b::192.0.2.33", Some(("192.0.2.33", Translation::Nat64))),
            ("2002:c000:221::1", Some(("192.0.2.33", Translation::SixToFour))),
            // 3fff:fdd2, inverted, is c000:022d.
            ("2001:0:4136:e378:8000:63bf:3fff:fdd2", Some(("192.0.2.45", Translation::Teredo))),
            ("64:ff9b:1::192.0.2.33", None),
            ("2001:db8::1", None),
            ("::192.0.2.1", None),
            ("192.0.2.1", None),
        ] {
            let expected = expected.map(|(inner, by)| (inner.parse().unwrap(), by));
            assert_eq!(embedded(address.parse().unwrap()), expected, "{address}");
        }
    }
}
