//! MRT files: routing tables and updates as route collectors write them.
//!
//! [`read`] takes a stream that is decompressed already and calls a [`Visitor`] for every route.
//! It reads `TABLE_DUMP`, `TABLE_DUMP_V2`, `BGP4MP` and `BGP4MP_ET` (RFC 6396), the subtypes with path
//! identifiers (RFC 8050), and the deprecated type `BGP` of before 2001, with the defects that real files have.
//! Of the path attributes it takes the AS path and the reachable prefixes; next hops, communities and
//! metrics are passed over.
//!
//! Nothing is passed over in silence: the [`Reading`] counts every record and entry that was not delivered,
//! with the reason and the place of the first, and says where a cut file breaks off.

mod attributes;
mod bgp;
mod bgp4mp;
mod bytes;
mod nlri;
mod reading;
mod stream;
mod table_dump;
mod table_dump_v2;

use std::fmt;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr};

use demarche_case::{Asn, Prefix};

use crate::as_path::{PathId, PathTable};

use bytes::Bytes;
pub use reading::{BreakOff, Other, Reading, Reason, Refusal};
use stream::{Header, Stream};

/// The largest record that is read, in bytes: a thousand times the largest seen in the wild.
///
/// A larger claim is damage, or made to exhaust memory.
pub const MAX_RECORD: usize = 64 << 20;

/// The MRT record types that were ever assigned (RFC 6396, section 4, and its appendix B).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum RecordType {
    Null,
    Start,
    Die,
    IAmDead,
    PeerDown,
    Bgp,
    Rip,
    Idrp,
    Ripng,
    Bgp4plus,
    Bgp4plus01,
    Ospfv2,
    TableDump,
    TableDumpV2,
    Bgp4mp,
    Bgp4mpEt,
    Isis,
    IsisEt,
    Ospfv3,
    Ospfv3Et,
}

impl RecordType {
    #[inline]
    const fn from_number(number: u16) -> Option<Self> {
        Some(match number {
            0 => Self::Null,
            1 => Self::Start,
            2 => Self::Die,
            3 => Self::IAmDead,
            4 => Self::PeerDown,
            5 => Self::Bgp,
            6 => Self::Rip,
            7 => Self::Idrp,
            8 => Self::Ripng,
            9 => Self::Bgp4plus,
            10 => Self::Bgp4plus01,
            11 => Self::Ospfv2,
            12 => Self::TableDump,
            13 => Self::TableDumpV2,
            16 => Self::Bgp4mp,
            17 => Self::Bgp4mpEt,
            32 => Self::Isis,
            33 => Self::IsisEt,
            48 => Self::Ospfv3,
            49 => Self::Ospfv3Et,
            _ => return None,
        })
    }

    #[inline]
    const fn holds_routes(self) -> bool {
        matches!(
            self,
            Self::Bgp | Self::TableDump | Self::TableDumpV2 | Self::Bgp4mp | Self::Bgp4mpEt
        )
    }
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "NULL",
            Self::Start => "START",
            Self::Die => "DIE",
            Self::IAmDead => "I_AM_DEAD",
            Self::PeerDown => "PEER_DOWN",
            Self::Bgp => "BGP",
            Self::Rip => "RIP",
            Self::Idrp => "IDRP",
            Self::Ripng => "RIPNG",
            Self::Bgp4plus => "BGP4PLUS",
            Self::Bgp4plus01 => "BGP4PLUS_01",
            Self::Ospfv2 => "OSPFv2",
            Self::TableDump => "TABLE_DUMP",
            Self::TableDumpV2 => "TABLE_DUMP_V2",
            Self::Bgp4mp => "BGP4MP",
            Self::Bgp4mpEt => "BGP4MP_ET",
            Self::Isis => "ISIS",
            Self::IsisEt => "ISIS_ET",
            Self::Ospfv3 => "OSPFv3",
            Self::Ospfv3Et => "OSPFv3_ET",
        })
    }
}

/// The record that something was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Record {
    /// The time of writing, in seconds since 1970 UTC.
    pub time: u32,
    /// Microseconds to add, as the record has them; 0 unless it is of a type with extended time.
    pub micros: u32,
    /// The start of the record, in bytes after decompression.
    pub offset: u64,
}

/// A router that sends its routes to the collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Peer {
    /// The address of its end of the session.
    pub address: IpAddr,
    /// Its BGP identifier; 0.0.0.0 where there is none, as for a session that is down.
    pub bgp_id: Ipv4Addr,
    /// Its network; AS 0 for a session that is down.
    pub asn: Asn,
}

/// The number of a peer in its table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerIndex(pub u16);

impl PeerIndex {
    /// The number as an index into a slice with one item per peer.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A route of a routing table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Route {
    /// The record it stands in.
    pub record: Record,
    /// The peer that has the route: the number last given to [`Visitor::peer`].
    pub peer: PeerIndex,
    /// The destination; bits beyond the length are zero.
    pub prefix: Prefix,
    /// The networks it passes.
    pub path: PathId,
    /// The time of the peer's announcement, in seconds since 1970 UTC.
    pub originated: u32,
    /// The identifier among several routes of the peer to the prefix (ADD-PATH, RFC 7911).
    pub path_identifier: Option<u32>,
}

/// The session that an update came over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Session {
    /// The address of the peer's end.
    pub address: IpAddr,
    /// The peer's network.
    pub asn: Asn,
}

/// A prefix that a peer announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Announcement {
    /// The record it stands in.
    pub record: Record,
    /// The announcing peer.
    pub session: Session,
    /// The destination; bits beyond the length are zero.
    pub prefix: Prefix,
    /// The networks it passes.
    pub path: PathId,
    /// The identifier among several routes of the peer to the prefix (ADD-PATH, RFC 7911).
    pub path_identifier: Option<u32>,
}

/// A prefix that a peer no longer has a route to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Withdrawal {
    /// The record it stands in.
    pub record: Record,
    /// The withdrawing peer.
    pub session: Session,
    /// The prefix; bits beyond the length are zero.
    pub prefix: Prefix,
    /// The identifier among several routes of the peer to the prefix (ADD-PATH, RFC 7911).
    pub path_identifier: Option<u32>,
}

/// A state of a BGP session (RFC 4271, section 8.2.2), with the two that Quagga adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Refuses connections.
    Idle,
    /// Waits for the connection to be made.
    Connect,
    /// Tries to connect.
    Active,
    /// Has sent an open message.
    OpenSent,
    /// Waits for a keepalive or a notification.
    OpenConfirm,
    /// Exchanges routes.
    Established,
    /// Quagga: routes are being removed.
    Clearing,
    /// Quagga: the session is being removed.
    Deleted,
}

impl State {
    const fn from_number(number: u16) -> Option<Self> {
        Some(match number {
            1 => Self::Idle,
            2 => Self::Connect,
            3 => Self::Active,
            4 => Self::OpenSent,
            5 => Self::OpenConfirm,
            6 => Self::Established,
            7 => Self::Clearing,
            8 => Self::Deleted,
            _ => return None,
        })
    }
}

/// A session that goes from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct StateChange {
    /// The record it stands in.
    pub record: Record,
    /// The session.
    pub session: Session,
    /// The state it leaves.
    pub from: State,
    /// The state it enters.
    pub to: State,
}

/// The methods that are called for everything in a file; each method does nothing unless it is written.
///
/// The paths of routes are looked up in the [`PathTable`] that comes with them.
pub trait Visitor {
    /// A peer of a routing table, before its routes; a number given again is from then on the new peer's.
    fn peer(&mut self, index: PeerIndex, peer: &Peer) {
        let _ = (index, peer);
    }

    /// A route of a routing table.
    fn route(&mut self, route: &Route, paths: &PathTable) {
        let _ = (route, paths);
    }

    /// A prefix announced by an update.
    fn announcement(&mut self, announcement: &Announcement, paths: &PathTable) {
        let _ = (announcement, paths);
    }

    /// A prefix withdrawn by an update.
    fn withdrawal(&mut self, withdrawal: &Withdrawal) {
        let _ = withdrawal;
    }

    /// A session that changed its state.
    fn state_change(&mut self, change: &StateChange) {
        let _ = change;
    }
}

/// Counting needs no visitor: the [`Reading`] has the counts.
impl Visitor for () {}

/// Reads an MRT file to its end, whatever it holds.
///
/// Damage costs the records it hits: reading goes on at the next place where two records follow each other.
/// Memory is a few MiB and the largest record that is there, and the paths.
///
/// ```
/// use demarche_routes::as_path::PathTable;
/// use demarche_routes::mrt;
///
/// let keepalive = [0, 0, 0, 9, 0, 5, 0, 7, 0, 0, 0, 12, 0, 1, 192, 0, 2, 1, 0, 2, 192, 0, 2, 2];
/// let reading = mrt::read(&keepalive[..], &mut PathTable::new(), &mut ());
/// assert_eq!((reading.records, reading.count(mrt::Other::Keepalive)), (1, 1));
///
/// let cut = mrt::read(&keepalive[..20], &mut PathTable::new(), &mut ());
/// assert_eq!(cut.broken_off().map(|broken| broken.left), Some(20));
/// ```
pub fn read<V: Visitor>(input: impl Read, paths: &mut PathTable, visitor: &mut V) -> Reading {
    let mut stream = Stream::new(input);
    let mut reader = Reader {
        paths,
        visitor,
        reading: Reading::default(),
        peers: table_dump::Peers::default(),
        scratch: Vec::new(),
    };
    while stream.has(1) {
        reader.next(&mut stream);
    }
    let mut reading = reader.reading;
    reading.bytes = stream.offset();
    if let (None, Some(error)) = (reading.broken_off(), stream.error()) {
        reading.break_off(BreakOff { offset: stream.offset(), left: 0, error: Some(error) });
    }
    reading
}

/// The state of reading one file.
struct Reader<'a, V> {
    paths: &'a mut PathTable,
    visitor: &'a mut V,
    reading: Reading,
    peers: table_dump::Peers,
    /// A path while it is widened or merged.
    scratch: Vec<u8>,
}

impl<V: Visitor> Reader<'_, V> {
    /// Reads one record, or passes over damage.
    #[inline]
    fn next(&mut self, stream: &mut Stream<impl Read>) {
        if !stream.has(Header::SIZE) {
            return self.break_off(stream);
        }
        let Some(header) = Header::read(stream.at_hand()) else {
            return self.find_way_back(stream, Reason::NotARecord);
        };
        if header.length > MAX_RECORD {
            return self.find_way_back(stream, Reason::Oversized);
        }
        let mut size = Header::SIZE + header.length;
        if !stream.has(size) {
            return self.end_inside(stream);
        }
        let offset = stream.offset();
        if header.kind == RecordType::TableDump && self.is_declared_short(header, stream) {
            size += table_dump::MISSING;
        }
        let time = self.reading.times.map(|(_, greatest)| greatest);
        if !header.kind.holds_routes() && !stream.continues_at(size, time) {
            return self.find_way_back(stream, Reason::NotARecord);
        }
        let mut left_over = 0;
        if let Some(body) = stream.at_hand().get(Header::SIZE..size) {
            self.reading.records += 1;
            self.reading.see_time(header.time);
            left_over = self.record(header, offset, Bytes(body));
        }
        // A length that is too great hides the records after it.
        if left_over > 0 && stream.continues_at(size - left_over, Some(header.time)) {
            size -= left_over;
        }
        stream.consume(size);
    }

    /// Delivers what a whole record holds; returns how many bytes of it are left over.
    #[inline]
    fn record(&mut self, header: Header, offset: u64, mut body: Bytes<'_>) -> usize {
        let mut record = Record { time: header.time, micros: 0, offset };
        let subtype = header.subtype;
        let outcome = match header.kind {
            RecordType::TableDumpV2 => self.table_dump_v2(record, subtype, body),
            RecordType::TableDump => self.table_dump(record, subtype, body),
            RecordType::Bgp4mp => self.bgp4mp(record, subtype, body),
            RecordType::Bgp4mpEt => body.u32().ok_or(Reason::Short).and_then(|micros| {
                record.micros = micros;
                self.bgp4mp(record, subtype, body)
            }),
            RecordType::Bgp => self.bgp(record, subtype, body),
            kind => {
                self.reading.note(Other::Record(kind), 1);
                Ok(0)
            }
        };
        let left_over = outcome.unwrap_or_default();
        let reason = if left_over > 0 { Some(Reason::Trailing) } else { outcome.err() };
        if let Some(reason) = reason {
            self.reading.refuse(reason, offset);
        }
        left_over
    }

    /// Returns true if this is one of the early records that are four bytes longer than they say.
    fn is_declared_short(&mut self, header: Header, stream: &mut Stream<impl Read>) -> bool {
        let size = Header::SIZE + header.length;
        let body = stream.at_hand().get(Header::SIZE..size).unwrap_or_default();
        let is_short = table_dump::falls_short(header.subtype, Bytes(body))
            && stream.continues_at(size + table_dump::MISSING, Some(header.time));
        self.reading.note(Other::DeclaredShort, u64::from(is_short));
        is_short
    }

    /// The header claims more bytes than there are: the file is cut here, unless records follow.
    #[cold]
    fn end_inside(&mut self, stream: &mut Stream<impl Read>) {
        let time = self.reading.times.map(|(_, greatest)| greatest);
        let left = stream.at_hand().len() as u64;
        let broken = BreakOff { offset: stream.offset(), left, error: stream.error() };
        let (skipped, found) = stream.resynchronize(time);
        if found {
            self.reading.refuse(Reason::Oversized, broken.offset);
            self.reading.skip(skipped);
        } else {
            self.reading.break_off(broken);
        }
    }

    /// Passes over bytes that are no record.
    #[cold]
    fn find_way_back(&mut self, stream: &mut Stream<impl Read>, reason: Reason) {
        self.reading.refuse(reason, stream.offset());
        let time = self.reading.times.map(|(_, greatest)| greatest);
        let (skipped, _) = stream.resynchronize(time);
        self.reading.skip(skipped);
    }

    /// Fewer bytes are left than a header has.
    #[cold]
    fn break_off(&mut self, stream: &mut Stream<impl Read>) {
        let left = stream.at_hand().len();
        self.reading.break_off(BreakOff {
            offset: stream.offset(),
            left: left as u64,
            error: stream.error(),
        });
        stream.consume(left);
    }
}
