//! The BGP Monitoring Protocol (RFC 7854): the stream that a router sends of its peers.
//!
//! Its own headers are read here; the BGP messages within become MRT records.
//! Routes before the router's import policy count; those after it, of the router's own table (RFC 9069), those that it sends (RFC 8671) and those of a virtual table (VRF) are counted and passed over, so that nothing counts twice.

#![warn(clippy::indexing_slicing)]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use demarche_case::Asn;

use crate::record::{Recorder, Stamp};

/// The largest message that is taken, in bytes: sixteen times what two of the largest BGP messages need.
///
/// A larger claim is damage, or made to exhaust memory; the connection has to be closed.
pub const MAX_BMP: usize = 2 << 20;

const VERSION: u8 = 3;
const COMMON_HEADER: usize = 6;
const PEER_HEADER: usize = 42;

/// The reason why a stream cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BmpError {
    /// The version is not 3.
    #[error("BMP of version {0}; only version 3 (RFC 7854) is read")]
    Version(u8),
    /// A message claims an impossible length.
    #[error("a BMP message that claims {0} bytes")]
    Length(u32),
}

/// The counts of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BmpCounts {
    /// Whole messages.
    pub messages: u64,
    /// BGP messages that were taken.
    pub routes: u64,
    /// Sessions that came up.
    pub ups: u64,
    /// Sessions that went down.
    pub downs: u64,
    /// Messages of views that do not count: after the policy, of the router's own table, sent by the router, of a virtual
    /// table.
    pub other_views: u64,
    /// Reports of statistics, and other messages without routes.
    pub others: u64,
    /// Messages that are not whole.
    pub refused: u64,
    /// Messages with a time that cannot be: before the routing tables, or more than an hour ahead. They count when they came.
    pub off: u64,
    /// The router said that it ends the stream.
    pub is_terminated: bool,
}

/// A stream that is read as its bytes come, in pieces of any size.
#[derive(Clone, Debug, Default)]
pub struct BmpStream {
    bytes: Vec<u8>,
    since: Stamp,
    counts: BmpCounts,
}

impl BmpStream {
    /// A stream of messages of after the routing tables. Routers without a right clock give times of 1970, or of when they were started.
    #[must_use]
    pub fn since(tables: Stamp) -> Self {
        Self { since: tables, ..Self::default() }
    }

    /// Takes bytes, and writes what is whole as records; `now` is the time of messages that have none.
    ///
    /// # Errors
    ///
    /// The stream is not BMP version 3, or lost its way. Nothing can be read after that.
    pub fn take(
        &mut self,
        bytes: &[u8],
        now: Stamp,
        recorder: &mut Recorder,
    ) -> Result<(), BmpError> {
        self.bytes.extend_from_slice(bytes);
        let mut start = 0;
        loop {
            let rest = self.bytes.get(start..).unwrap_or_default();
            let Some(([version, length @ .., kind], _)) = rest.split_first_chunk::<COMMON_HEADER>()
            else {
                break;
            };
            if *version != VERSION {
                return Err(BmpError::Version(*version));
            }
            let claimed = u32::from_be_bytes(*length);
            let length = usize::try_from(claimed).unwrap_or(usize::MAX);
            if !(COMMON_HEADER..=MAX_BMP).contains(&length) {
                return Err(BmpError::Length(claimed));
            }
            let Some(body) = rest.get(COMMON_HEADER..length) else { break };
            self.counts.messages += 1;
            let clock = Clock { since: self.since, now };
            if message(*kind, body, clock, recorder, &mut self.counts).is_none() {
                self.counts.refused += 1;
            }
            start += length;
        }
        self.bytes.drain(..start);
        Ok(())
    }

    /// The counts so far.
    #[must_use]
    pub const fn counts(&self) -> &BmpCounts {
        &self.counts
    }

    /// The bytes of a message that is not whole yet.
    #[must_use]
    pub const fn pending(&self) -> usize {
        self.bytes.len()
    }
}

/// The times that a message can have.
#[derive(Clone, Copy)]
struct Clock {
    since: Stamp,
    now: Stamp,
}

impl Clock {
    /// The time of a message, or now where it has none (RFC 7854, section 4.2) or an impossible one.
    fn of(self, stamp: Stamp, counts: &mut BmpCounts) -> Stamp {
        if stamp.seconds == 0 {
            return self.now;
        }
        let is_possible = stamp >= self.since && stamp <= self.now.max(self.since).in_an_hour();
        counts.off += u64::from(!is_possible);
        if is_possible { stamp } else { self.now }
    }
}

/// The header of a message about a peer (RFC 7854, section 4.2).
struct PeerHeader {
    counts: bool,
    is_as4: bool,
    address: IpAddr,
    asn: Asn,
    stamp: Stamp,
}

impl PeerHeader {
    fn read(body: &[u8]) -> Option<(Self, &[u8])> {
        let (header, rest) = body.split_first_chunk::<PEER_HEADER>()?;
        let [kind, flags, tail @ ..] = header;
        let (_distinguisher, tail) = tail.split_first_chunk::<8>()?;
        let (address, tail) = tail.split_first_chunk::<16>()?;
        let (asn, tail) = tail.split_first_chunk::<4>()?;
        let (_bgp_id, tail) = tail.split_first_chunk::<4>()?;
        let (seconds, tail) = tail.split_first_chunk::<4>()?;
        let (micros, _) = tail.split_first_chunk::<4>()?;
        let (is_v6, is_after_policy) = (flags & 0x80 != 0, flags & 0x40 != 0);
        let (uses_two_bytes, is_sent) = (flags & 0x20 != 0, flags & 0x10 != 0);
        let (seconds, micros) = (u32::from_be_bytes(*seconds), u32::from_be_bytes(*micros));
        let read = Self {
            // Type 0 is a peer of the global table; 1 and 2 are peers of virtual ones, which may have the address and the
            // number of a global one; 3 is the router's own table.
            counts: *kind == 0 && !is_after_policy && !is_sent,
            is_as4: !uses_two_bytes,
            address: if is_v6 {
                Ipv6Addr::from(*address).into()
            } else {
                let (_, octets) = address.split_last_chunk::<4>()?;
                Ipv4Addr::from(*octets).into()
            },
            asn: Asn(u32::from_be_bytes(*asn)),
            stamp: Stamp { seconds, micros: micros.min(999_999) },
        };
        Some((read, rest))
    }
}

/// Reads one message; `None` where it is not whole.
fn message(
    kind: u8,
    body: &[u8],
    clock: Clock,
    recorder: &mut Recorder,
    counts: &mut BmpCounts,
) -> Option<()> {
    match kind {
        // Route monitoring, peer down, peer up.
        0 | 2 | 3 => {}
        5 => {
            counts.is_terminated = true;
            return Some(());
        }
        _ => {
            counts.others += 1;
            return Some(());
        }
    }
    let (peer, rest) = PeerHeader::read(body)?;
    if !peer.counts {
        counts.other_views += 1;
        return Some(());
    }
    let stamp = clock.of(peer.stamp, counts);
    match kind {
        0 => {
            let message = bgp_message(rest)?;
            counts.routes += 1;
            recorder.message(stamp, peer.address, peer.asn, peer.is_as4, message);
        }
        2 => {
            counts.downs += 1;
            recorder.state_change(stamp, peer.address, peer.asn, false);
        }
        _ => {
            counts.ups += 1;
            recorder.state_change(stamp, peer.address, peer.asn, true);
        }
    }
    Some(())
}

/// A BGP message at the start of some bytes, as long as it says itself.
fn bgp_message(bytes: &[u8]) -> Option<&[u8]> {
    let length = bytes.get(16..18)?;
    let length = u16::from_be_bytes(length.try_into().ok()?);
    if length < 19 {
        return None;
    }
    bytes.get(..usize::from(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use demarche_routes::PathTable;
    use demarche_routes::mrt;

    fn peer_header(kind: u8, flags: u8, seconds: u32) -> Vec<u8> {
        let mut header = vec![kind, flags];
        header.extend([0; 8]);
        header.extend([0; 12]);
        header.extend([192, 0, 2, 1]);
        header.extend(64_500_u32.to_be_bytes());
        header.extend([192, 0, 2, 1]);
        header.extend(seconds.to_be_bytes());
        header.extend(7_u32.to_be_bytes());
        header
    }

    fn framed(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(COMMON_HEADER + body.len()).unwrap();
        [&[VERSION][..], &length.to_be_bytes(), &[kind], body].concat()
    }

    /// An update that withdraws 10.1.2.0/24.
    fn update() -> Vec<u8> {
        [&[0xff; 16][..], &[0, 27, 2, 0, 4, 24, 10, 1, 2, 0, 0]].concat()
    }

    #[test]
    fn a_stream_in_pieces_of_any_size_is_the_same_stream() {
        let stream = [
            framed(4, b"initiation"),
            framed(3, &[peer_header(0, 0, 60), vec![0; 20]].concat()),
            framed(0, &[peer_header(0, 0, 61), update()].concat()),
            framed(0, &[peer_header(0, 0x40, 61), update()].concat()),
            framed(0, &[peer_header(3, 0, 61), update()].concat()),
            framed(0, &[peer_header(1, 0, 61), update()].concat()),
            framed(3, &[peer_header(2, 0, 61), vec![0; 20]].concat()),
            framed(0, &peer_header(0, 0, 61)),
            framed(2, &[peer_header(0, 0, 120), vec![1]].concat()),
            framed(5, &[]),
        ]
        .concat();
        let mut whole = None;
        for size in [1, 2, 7, 50, stream.len()] {
            let (mut bmp, mut recorder) = (BmpStream::default(), Recorder::default());
            for piece in stream.chunks(size) {
                bmp.take(piece, Stamp { seconds: 130, micros: 0 }, &mut recorder).unwrap();
            }
            let counts = bmp.counts();
            assert_eq!((counts.messages, counts.routes, counts.ups, counts.downs), (10, 1, 1, 1));
            assert_eq!((counts.other_views, counts.refused, counts.others), (4, 1, 1));
            assert!(counts.is_terminated && bmp.pending() == 0);
            let bytes = recorder.take();
            let reading = mrt::read(&bytes[..], &mut PathTable::new(), &mut ());
            assert!(reading.is_whole());
            assert_eq!((reading.withdrawals, reading.state_changes), (1, 2));
            assert_eq!(*whole.get_or_insert(bytes.clone()), bytes);
        }
    }

    #[test]
    fn a_router_without_a_right_clock_is_taken_at_the_time_it_came() {
        let tables = Stamp { seconds: 1_419_264_000, micros: 0 };
        let now = Stamp { seconds: tables.seconds + 60, micros: 0 };
        let mut times = Vec::new();
        for seconds in [7, tables.seconds + 30, now.seconds + 3600, now.seconds + 3601, u32::MAX] {
            let (mut bmp, mut recorder) = (BmpStream::since(tables), Recorder::default());
            let bytes = framed(0, &[peer_header(0, 0, seconds), update()].concat());
            bmp.take(&bytes, now, &mut recorder).unwrap();
            let bytes = recorder.take();
            let reading = mrt::read(&bytes[..], &mut PathTable::new(), &mut ());
            times.push((reading.times.unwrap().0 - tables.seconds, bmp.counts().off));
        }
        assert_eq!(times, [(60, 1), (30, 0), (60, 1), (60, 1), (60, 1)]);
    }

    #[test]
    fn what_is_no_bmp_is_an_error() {
        let take = |bytes: &[u8]| {
            BmpStream::default().take(bytes, Stamp::default(), &mut Recorder::default())
        };
        assert_eq!(take(b"GET / HTTP/1.1"), Err(BmpError::Version(b'G')));
        assert_eq!(take(&[3, 0xff, 0, 0, 0, 0]), Err(BmpError::Length(0xff00_0000)));
        assert_eq!(take(&[3, 0, 0, 0, 5, 0]), Err(BmpError::Length(5)));
        assert_eq!(take(&[3, 0, 0]), Ok(()));
    }

    #[test]
    fn no_bytes_bring_it_down() {
        arbtest::arbtest(|u| {
            let mut bytes: Vec<u8> = u.arbitrary()?;
            if let [first, second, third, ..] = &mut bytes[..] {
                (*first, *second, *third) = (VERSION, 0, 0);
            }
            let mut recorder = Recorder::default();
            let _ = BmpStream::default().take(&bytes, Stamp::default(), &mut recorder);
            assert!(mrt::read(&recorder.take()[..], &mut PathTable::new(), &mut ()).records < 1000);
            Ok(())
        });
    }
}
