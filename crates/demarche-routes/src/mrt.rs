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
mod reader;
mod reading;
mod records;
mod stream;
mod table_dump;
mod table_dump_v2;

use std::collections::BTreeSet;
use std::io::Read;

use crate::as_path::PathTable;

use bytes::Bytes;
use reader::{Peers, Reader};
pub use reading::{BreakOff, Other, Reading, Reason, Refusal};
pub use records::{
    Announcement, MAX_RECORD, Peer, PeerIndex, Record, RecordType, Route, Session, State,
    StateChange, Visitor, Withdrawal,
};
pub(crate) use stream::NEIGHBOURS;
use stream::{Header, Stream};

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
    read_forgetting(input, paths, usize::MAX, visitor)
}

/// Reads as [`read`] does, and forgets the paths whenever there are more than `most`.
///
/// For updates of days, whose paths would fill the memory. The visitor is told when its numbers of paths are void.
pub fn read_forgetting<V: Visitor>(
    input: impl Read,
    paths: &mut PathTable,
    most: usize,
    visitor: &mut V,
) -> Reading {
    let mut stream = Stream::new(input);
    let mut reader = Reader {
        paths,
        visitor,
        reading: Reading::default(),
        peers: Peers::default(),
        unmarked: BTreeSet::new(),
        scratch: Vec::new(),
    };
    while stream.has(1) {
        if reader.paths.len() > most {
            *reader.paths = PathTable::new();
            reader.visitor.paths_forgotten();
        }
        reader.next(&mut stream);
    }
    let mut reading = reader.reading;
    reading.bytes = stream.offset();
    if let (None, Some(error)) = (reading.broken_off(), stream.error()) {
        reading.break_off(BreakOff { offset: stream.offset(), left: 0, error: Some(error) });
    }
    reading
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
        let (left_over, reason) = match outcome {
            Ok(0) => return 0,
            Ok(left_over) => (left_over, Reason::Trailing),
            Err(reason) => (0, reason),
        };
        self.reading.refuse(reason, offset);
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
