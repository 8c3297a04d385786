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

#[cfg(test)]
mod tests {
    use super::*;

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
