//! Prefixes as BGP writes them (RFC 4271, section 4.3): a length in bits, then as few bytes as hold it.

#![warn(clippy::indexing_slicing)]

use std::net::{Ipv4Addr, Ipv6Addr};

use demarche_case::Prefix;
use ipnet::{Ipv4Net, Ipv6Net};

use super::bytes::{Bytes, Family};
use super::reading::Reason;

/// Reads one prefix; bits beyond its length are cleared.
#[inline]
pub(crate) fn prefix(bytes: &mut Bytes<'_>, family: Family) -> Result<Prefix, Reason> {
    let length = bytes.u8().ok_or(Reason::Short)?;
    let octets = bytes.take(usize::from(length).div_ceil(8)).ok_or(Reason::Short)?;
    match family {
        Family::V4 => v4(padded(octets.0)?, length),
        Family::V6 => v6(padded(octets.0)?, length),
    }
}

#[inline]
pub(crate) fn v4(octets: [u8; 4], length: u8) -> Result<Prefix, Reason> {
    let net = Ipv4Net::new(Ipv4Addr::from(octets), length).map_err(|_| Reason::PrefixLength)?;
    Ok(Prefix::V4(net.trunc()))
}

#[inline]
pub(crate) fn v6(octets: [u8; 16], length: u8) -> Result<Prefix, Reason> {
    let net = Ipv6Net::new(Ipv6Addr::from(octets), length).map_err(|_| Reason::PrefixLength)?;
    Ok(Prefix::V6(net.trunc()))
}

/// The bytes with zeros behind them.
#[inline]
fn padded<const N: usize>(octets: &[u8]) -> Result<[u8; N], Reason> {
    let mut all_octets = [0; N];
    all_octets.get_mut(..octets.len()).ok_or(Reason::PrefixLength)?.copy_from_slice(octets);
    Ok(all_octets)
}

/// The prefixes of an update, each with its path identifier where the session has them.
pub(crate) fn prefixes(
    mut bytes: Bytes<'_>,
    family: Family,
    with_identifier: bool,
) -> impl Iterator<Item = Result<(Prefix, Option<u32>), Reason>> {
    let mut failed = false;
    std::iter::from_fn(move || {
        if bytes.is_empty() || failed {
            return None;
        }
        let identifier = if with_identifier { bytes.u32().map(Some) } else { Some(None) };
        let read = identifier
            .ok_or(Reason::Short)
            .and_then(|identifier| Ok((prefix(&mut bytes, family)?, identifier)));
        failed = read.is_err();
        Some(read)
    })
}

/// Returns true if these prefixes have path identifiers although their record says that they have none.
///
/// Such records were written by collectors that knew the record types of RFC 6396 and not yet those of RFC 8050. An
/// identifier reads as lengths of zero and as prefixes with bits behind their length, which no router sends. So the
/// prefixes must be odd without identifiers, or the session `is_known` to have them, and they must be clean with them.
#[inline]
pub(crate) fn hides_identifiers(bytes: Bytes<'_>, family: Family, is_known: bool) -> bool {
    (is_known || is_odd(bytes, family)) && is_clean(bytes, family)
}

/// Returns true if the prefixes, read without identifiers, are not as a router sends them.
#[inline]
fn is_odd(mut bytes: Bytes<'_>, family: Family) -> bool {
    let mut defaults = 0;
    while !bytes.is_empty() {
        match canonical(&mut bytes, family) {
            Some(0) => defaults += 1,
            Some(_) => {}
            None => return true,
        }
        if defaults > 1 {
            return true;
        }
    }
    false
}

/// Returns true if the prefixes, each read with an identifier before it, are as a router sends them.
#[cold]
fn is_clean(mut bytes: Bytes<'_>, family: Family) -> bool {
    while !bytes.is_empty() {
        if bytes.u32().is_none() || canonical(&mut bytes, family).is_none() {
            return false;
        }
    }
    true
}

/// Takes one prefix, and returns its length in bits; `None` unless it is whole and has no bits behind its length.
#[inline]
fn canonical(bytes: &mut Bytes<'_>, family: Family) -> Option<u8> {
    let most = match family {
        Family::V4 => 32,
        Family::V6 => 128,
    };
    let length = bytes.u8().filter(|length| *length <= most)?;
    let octets = bytes.take(usize::from(length).div_ceil(8))?;
    let behind = match length % 8 {
        0 => 0,
        bits => octets.0.last().map_or(0, |last| last << bits),
    };
    (behind == 0).then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_that_a_record_does_not_announce_are_recognised() {
        let hides = |bytes: &[u8], known| hides_identifiers(Bytes(bytes), Family::V4, known);
        assert!(hides(&[0, 0, 0, 1, 24, 10, 1, 2, 0, 0, 0, 1, 24, 10, 1, 3], false));
        assert!(hides(&[0, 1, 0, 0, 8, 10], false));
        // Plain prefixes, a default route among them, are plain.
        assert!(!hides(&[24, 10, 1, 2, 24, 10, 1, 3], false));
        assert!(!hides(&[0, 8, 10], false));
        assert!(!hides(&[0], false));
        assert!(!hides(&[], false));
        // An identifier that looks like a prefix is recognised only where the session is known to have identifiers.
        let ambiguous = [16, 10, 1, 0, 8, 10];
        assert!(!hides(&[24, 10, 1, 0, 8, 10], false));
        assert!(hides(&[24, 10, 1, 0, 8, 10], true));
        assert!(hides(&ambiguous, true));
        // Damage is not an identifier.
        assert!(!hides(&[33, 10, 1, 2, 24], false));
        assert!(!hides(&[8, 10], true));
    }

    #[test]
    fn bits_beyond_the_length_are_cleared() {
        let mut bytes = Bytes(&[9, 10, 255]);
        assert_eq!(prefix(&mut bytes, Family::V4), Ok("10.128.0.0/9".parse().unwrap()));
        assert!(bytes.is_empty());
    }

    #[test]
    fn lengths_beyond_the_address_are_refused() {
        assert_eq!(prefix(&mut Bytes(&[33; 40]), Family::V4), Err(Reason::PrefixLength));
        assert_eq!(prefix(&mut Bytes(&[129; 40]), Family::V6), Err(Reason::PrefixLength));
        assert_eq!(prefix(&mut Bytes(&[24, 10]), Family::V4), Err(Reason::Short));
    }
}
