//! Addresses and networks of the internet protocol.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;

use crate::Reservation;

/// The text of an IPv4 address; leading zeros are refused, as programs read them differently.
pub(crate) fn ipv4(text: &str) -> Option<String> {
    text.parse::<Ipv4Addr>().ok().map(|ip| ip.to_string())
}

/// The text of an IPv6 address, in brackets or not, in the form of RFC 5952.
pub(crate) fn ipv6(text: &str) -> Option<String> {
    let inner = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    inner.parse::<Ipv6Addr>().ok().map(|ip| ip.to_string())
}

/// The text of a network without the bits of hosts.
pub(crate) fn network(text: &str) -> Option<String> {
    text.parse::<IpNet>().ok().map(|net| net.trunc().to_string())
}

/// The reservation of an address, by the registries of IANA for special purposes.
pub(crate) fn reservation(ip: IpAddr) -> Option<Reservation> {
    match ip {
        IpAddr::V4(ip) => of_ipv4(ip),
        IpAddr::V6(ip) => match ip.to_ipv4_mapped() {
            Some(ip) => of_ipv4(ip),
            None => of_ipv6(ip),
        },
    }
}

const fn of_ipv4(ip: Ipv4Addr) -> Option<Reservation> {
    match ip.octets() {
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => {
            Some(Reservation::Private)
        }
        [127, ..] => Some(Reservation::Loopback),
        [169, 254, ..] => Some(Reservation::LinkLocal),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some(Reservation::Documentation),
        [0 | 224..=255, ..] | [198, 18 | 19, ..] | [192, 0, 0, _] => Some(Reservation::Special),
        _ => None,
    }
}

const fn of_ipv6(ip: Ipv6Addr) -> Option<Reservation> {
    match ip.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some(Reservation::Special),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some(Reservation::Loopback),
        [0xfe80..=0xfebf, ..] => Some(Reservation::LinkLocal),
        [0xfc00..=0xfdff, ..] => Some(Reservation::Private),
        [0x2001, 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => Some(Reservation::Documentation),
        [0xff00..=0xffff, ..] => Some(Reservation::Special),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_of_reserved_networks_are_not_reserved() {
        for text in
            ["9.255.255.255", "11.0.0.0", "172.15.0.1", "172.32.0.1", "100.128.0.0", "192.0.3.0"]
        {
            assert_eq!(reservation(text.parse().unwrap()), None, "{text}");
        }
        for text in ["2001:db7::1", "2001:db9::1", "fbff::1", "::2", "3fff:1000::"] {
            assert_eq!(reservation(text.parse().unwrap()), None, "{text}");
        }
    }

    #[test]
    fn networks_lose_the_bits_of_hosts() {
        assert_eq!(network("192.0.2.77/25").as_deref(), Some("192.0.2.0/25"));
        assert_eq!(network("192.0.2.77"), None);
        assert_eq!(ipv6("[::ffff:192.0.2.1]").as_deref(), Some("::ffff:192.0.2.1"));
    }
}
