//! A cursor over outside bytes: every read is checked and nothing is copied.

#![warn(clippy::indexing_slicing)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The unread bytes of a record or of a part of a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    #[inline]
    pub(crate) const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    #[inline]
    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*head)
    }

    #[inline]
    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    #[inline]
    pub(crate) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    #[inline]
    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    #[inline]
    pub(crate) fn take(&mut self, length: usize) -> Option<Self> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Self(head))
    }

    /// An AS number of two or of four bytes.
    #[inline]
    pub(crate) fn asn(&mut self, width: AsnWidth) -> Option<u32> {
        match width {
            AsnWidth::Two => self.u16().map(u32::from),
            AsnWidth::Four => self.u32(),
        }
    }

    #[inline]
    pub(crate) fn address(&mut self, family: Family) -> Option<IpAddr> {
        match family {
            Family::V4 => self.array::<4>().map(|octets| Ipv4Addr::from(octets).into()),
            Family::V6 => self.array::<16>().map(|octets| Ipv6Addr::from(octets).into()),
        }
    }
}

/// The width of the AS numbers of a session or a record (RFC 6793).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AsnWidth {
    Two,
    Four,
}

/// The address families that have routes here (IANA AFI 1 and 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    V4,
    V6,
}

impl Family {
    pub(crate) const fn from_afi(afi: u16) -> Option<Self> {
        match afi {
            1 => Some(Self::V4),
            2 => Some(Self::V6),
            _ => None,
        }
    }
}
