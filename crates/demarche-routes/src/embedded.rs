//! IPv4 addresses inside IPv6 addresses.

use std::net::{IpAddr, Ipv4Addr};

use demarche_case::assessment::routes::Translation;

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
