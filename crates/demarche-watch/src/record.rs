//! What was received, written as MRT: one decoder then reads every source, and the record can be replayed.

use std::net::IpAddr;

use demarche_case::Asn;

/// `BGP4MP_ET`, messages and state changes with AS numbers of four bytes (RFC 6396, sections 4.4 and 4.5).
const BGP4MP_ET: u16 = 17;
const MESSAGE: u16 = 1;
const MESSAGE_AS4: u16 = 4;
const STATE_CHANGE_AS4: u16 = 5;

/// The states of a session that come and go is told by (RFC 4271, section 8.2.2).
const IDLE: u16 = 1;
const ESTABLISHED: u16 = 6;

/// The largest BGP message (RFC 8654).
pub const MAX_MESSAGE: usize = 65_535;

/// The time of something received, in seconds since 1970 UTC and microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// Seconds.
    pub seconds: u32,
    /// Microseconds, below a million.
    pub micros: u32,
}

impl Stamp {
    /// An hour later: clocks differ, and one that is further ahead is wrong.
    #[must_use]
    pub const fn in_an_hour(self) -> Self {
        Self { seconds: self.seconds.saturating_add(3600), micros: self.micros }
    }
}

/// Writes records of one collector.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    bytes: Vec<u8>,
    records: u64,
}

impl Recorder {
    /// A BGP message with its header; `is_as4` tells the width of the AS numbers in it. A message that is too long is left out.
    pub fn message(&mut self, stamp: Stamp, peer: IpAddr, asn: Asn, is_as4: bool, message: &[u8]) {
        if message.len() > MAX_MESSAGE {
            return;
        }
        // The record of two-byte numbers has room for a peer of two bytes only; its number is told by AS_TRANS then.
        let subtype = if is_as4 { MESSAGE_AS4 } else { MESSAGE };
        self.record(stamp, peer, asn, subtype, message);
    }

    /// A session that came up or went down.
    pub fn state_change(&mut self, stamp: Stamp, peer: IpAddr, asn: Asn, is_up: bool) {
        let (from, to) = if is_up { (IDLE, ESTABLISHED) } else { (ESTABLISHED, IDLE) };
        let states = [from.to_be_bytes(), to.to_be_bytes()].concat();
        self.record(stamp, peer, asn, STATE_CHANGE_AS4, &states);
    }

    /// Takes what was written; whole records.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }

    /// The bytes that were written and not taken.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns true if nothing was written that was not taken.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The number of records that were written.
    #[must_use]
    pub const fn records(&self) -> u64 {
        self.records
    }

    fn record(&mut self, stamp: Stamp, peer: IpAddr, asn: Asn, subtype: u16, body: &[u8]) {
        let mut head = Vec::with_capacity(48);
        if subtype == MESSAGE {
            head.extend(u16::try_from(asn.0).unwrap_or(23_456).to_be_bytes());
            head.extend([0; 2]);
        } else {
            head.extend(asn.0.to_be_bytes());
            head.extend([0; 4]);
        }
        head.extend([0; 2]);
        match peer {
            IpAddr::V4(address) => {
                head.extend(1_u16.to_be_bytes());
                head.extend(address.octets());
                head.extend([0; 4]);
            }
            IpAddr::V6(address) => {
                head.extend(2_u16.to_be_bytes());
                head.extend(address.octets());
                head.extend([0; 16]);
            }
        }
        let Ok(length) = u32::try_from(4 + head.len() + body.len()) else { return };
        self.bytes.extend(stamp.seconds.to_be_bytes());
        self.bytes.extend(BGP4MP_ET.to_be_bytes());
        self.bytes.extend(subtype.to_be_bytes());
        self.bytes.extend(length.to_be_bytes());
        self.bytes.extend(stamp.micros.to_be_bytes());
        self.bytes.extend(head);
        self.bytes.extend(body);
        self.records += 1;
    }
}
