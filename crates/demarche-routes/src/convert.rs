//! MRT files in another form: recompressed, or as a table of comma-separated values.
//!
//! A routing table in bzip2 costs ten to a hundred times as much to decompress as to read; recompressed once with zstd
//! or gzip it does so never again.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Read, Write};

use demarche_case::{Asn, Prefix};

use crate::as_path::PathTable;
use crate::mrt::{
    self, Announcement, Peer, PeerIndex, Reading, Record, Route, Visitor, Withdrawal,
};

/// Bytes held back until it is known that complete records end behind them: no less than the largest record that is read.
const MOST_HELD: usize = mrt::MAX_RECORD + (4 << 20);

/// The compression of a converted file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// gzip at level 6: the form every tool reads.
    Gzip,
    /// zstd at level 3 with a checksum: smaller than gzip, and faster both ways.
    Zstd,
}

/// The outcome of a conversion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Converted {
    /// The account of the records that were read or refused, and of the break-off, if any.
    pub reading: Reading,
    /// Bytes of MRT, or lines of the table without its head.
    pub written: u64,
}

/// Copies the records of a decompressed MRT file to `output`, byte by byte, and compresses them.
///
/// What is odd stays as it is: readers differ in what they refuse.
/// Only the part of a last record that an input breaks off in is left out, so that the outcome ends with a complete record.
///
/// # Errors
///
/// When `output` cannot be written. A failing input is not an error: the reading says where it breaks off.
///
/// ```
/// # use demarche_routes::convert::{Packing, recompress};
/// let keepalive = [0, 0, 0, 9, 0, 5, 0, 7, 0, 0, 0, 12, 0, 1, 192, 0, 2, 1, 0, 2, 192, 0, 2, 2];
/// let cut = [&keepalive[..], &keepalive[..9]].concat();
/// let mut out = Vec::new();
/// let converted = recompress(&cut[..], &mut out, Packing::Plain)?;
/// assert_eq!(out, keepalive);
/// assert_eq!(converted.reading.broken_off().map(|broken| broken.left), Some(9));
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn recompress(input: impl Read, output: impl Write, packing: Packing) -> io::Result<Converted> {
    let mut packer = Packer::new(output, packing)?;
    let converted = copy(input, &mut packer)?;
    packer.finish()?;
    Ok(converted)
}

fn copy(input: impl Read, output: impl Write) -> io::Result<Converted> {
    let complete = Cell::new(0);
    let copy = RefCell::new(Held {
        output,
        held: Vec::new(),
        written: 0,
        complete: &complete,
        failed: None,
    });
    let tee = Tee { input, copy: &copy };
    let reading = mrt::read(tee, &mut PathTable::new(), &mut Progress(&complete));
    let mut copy = copy.into_inner();
    let end =
        reading.broken_off().map_or(copy.written + copy.held.len() as u64, |broken| broken.offset);
    copy.write_up_to(end);
    match copy.failed {
        Some(error) => Err(error),
        None => Ok(Converted { reading, written: copy.written }),
    }
}

/// A compressing writer.
enum Packer<W: Write> {
    Plain(W),
    Gzip(flate2::write::GzEncoder<W>),
    Zstd(zstd::stream::write::Encoder<'static, W>),
}

impl<W: Write> Packer<W> {
    fn new(output: W, packing: Packing) -> io::Result<Self> {
        Ok(match packing {
            Packing::Plain => Self::Plain(output),
            Packing::Gzip => {
                Self::Gzip(flate2::write::GzEncoder::new(output, flate2::Compression::default()))
            }
            Packing::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(output, 3)?;
                encoder.include_checksum(true)?;
                Self::Zstd(encoder)
            }
        })
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::Plain(mut output) => output.flush(),
            Self::Gzip(encoder) => encoder.finish()?.flush(),
            Self::Zstd(encoder) => encoder.finish()?.flush(),
        }
    }
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(output) => output.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(output) => output.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}

/// The bytes that were read and may not be written yet.
struct Held<'a, W> {
    output: W,
    held: Vec<u8>,
    written: u64,
    /// The offset up to which records are known to be complete.
    complete: &'a Cell<u64>,
    failed: Option<io::Error>,
}

impl<W: Write> Held<'_, W> {
    fn hold(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
        self.write_up_to(self.complete.get());
        if self.held.len() > 2 * MOST_HELD {
            let excess = (self.held.len() - MOST_HELD) as u64;
            self.write_up_to(self.written + excess);
        }
    }

    fn write_up_to(&mut self, offset: u64) {
        let ready = offset.saturating_sub(self.written).min(self.held.len() as u64);
        let count = usize::try_from(ready).expect("at most what is held");
        if self.failed.is_none() {
            self.failed = self.output.write_all(&self.held[..count]).err();
        }
        self.held.drain(..count);
        self.written += count as u64;
    }
}

/// An input that shows what is read from it, and that ends when the output fails.
struct Tee<'a, 'b, R, W> {
    input: R,
    copy: &'a RefCell<Held<'b, W>>,
}

impl<R: Read, W: Write> Read for Tee<'_, '_, R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.copy.borrow().failed.is_some() {
            return Ok(0);
        }
        let count = self.input.read(buffer)?;
        self.copy.borrow_mut().hold(&buffer[..count]);
        Ok(count)
    }
}

/// Notes up to where records are complete.
struct Progress<'a>(&'a Cell<u64>);

impl Visitor for Progress<'_> {
    fn route(&mut self, route: &Route, _: &PathTable) {
        self.0.set(route.record.offset);
    }

    fn announcement(&mut self, announcement: &Announcement, _: &PathTable) {
        self.0.set(announcement.record.offset);
    }

    fn withdrawal(&mut self, withdrawal: &Withdrawal) {
        self.0.set(withdrawal.record.offset);
    }
}

/// The head of the table that [`to_csv`] writes.
pub const CSV_HEAD: &str = "kind,time,peer_address,peer_as,prefix,path_id,as_path";

/// Writes a decompressed MRT file as comma-separated values, one line per route, announcement or withdrawal.
///
/// | column | what it holds |
/// |---|---|
/// | `kind` | `route` of a routing table, `announcement` or `withdrawal` of an update |
/// | `time` | of the record, in seconds since 1970 UTC, with microseconds where the record has them |
/// | `peer_address` | the address of the peer of the collector |
/// | `peer_as` | the AS number of the peer |
/// | `prefix` | the prefix |
/// | `path_id` | which of several routes of the peer to the prefix (ADD-PATH), else empty |
/// | `as_path` | from the peer to the origin, AS sets in braces and then the complete in quotes; empty for withdrawals |
///
/// # Errors
///
/// When `output` cannot be written. A failing input is not an error: the reading says where it breaks off.
pub fn to_csv(input: impl Read, output: impl Write) -> io::Result<Converted> {
    let failed = Cell::new(false);
    let mut table = Csv {
        output: io::BufWriter::with_capacity(1 << 18, output),
        peers: BTreeMap::new(),
        line: format!("{CSV_HEAD}\n"),
        path: String::new(),
        lines: 0,
        error: None,
        failed: &failed,
    };
    table.write();
    table.lines = 0;
    let reading = mrt::read(Until { input, failed: &failed }, &mut PathTable::new(), &mut table);
    match table.error {
        Some(error) => Err(error),
        None => {
            table.output.flush()?;
            Ok(Converted { reading, written: table.lines })
        }
    }
}

/// An input that ends when the output fails.
struct Until<'a, R> {
    input: R,
    failed: &'a Cell<bool>,
}

impl<R: Read> Read for Until<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.failed.get() { Ok(0) } else { self.input.read(buffer) }
    }
}

struct Csv<'a, W: Write> {
    output: io::BufWriter<W>,
    /// The peers of the table, as they are written.
    peers: BTreeMap<PeerIndex, String>,
    line: String,
    path: String,
    lines: u64,
    error: Option<io::Error>,
    failed: &'a Cell<bool>,
}

/// A line but for its path.
struct Start<'a> {
    kind: &'a str,
    record: Record,
    prefix: Prefix,
    path_identifier: Option<u32>,
}

impl<W: Write> Csv<'_, W> {
    /// Writing to a `String` cannot fail, so that its results are not looked at.
    fn line(&mut self, start: &Start<'_>, peer: impl FnOnce(&mut String)) {
        self.line.clear();
        let _ = write!(self.line, "{},{}", start.kind, start.record.time);
        if start.record.micros > 0 {
            let _ = write!(self.line, ".{:06}", start.record.micros);
        }
        self.line.push(',');
        peer(&mut self.line);
        let _ = write!(self.line, ",{},", start.prefix);
        if let Some(identifier) = start.path_identifier {
            let _ = write!(self.line, "{identifier}");
        }
        let quote = if self.path.contains(',') { "\"" } else { "" };
        self.line.extend([",", quote, &self.path, quote, "\n"]);
        self.write();
    }

    fn write(&mut self) {
        if self.error.is_none() {
            self.error = self.output.write_all(self.line.as_bytes()).err();
            self.failed.set(self.error.is_some());
            self.lines += 1;
        }
    }

    fn update(&mut self, start: &Start<'_>, session: mrt::Session) {
        self.line(start, |line| {
            let _ = write!(line, "{},{}", session.address, session.asn.0);
        });
    }
}

impl<W: Write> Visitor for Csv<'_, W> {
    fn peer(&mut self, index: PeerIndex, peer: &Peer) {
        let Peer { address, asn: Asn(asn), .. } = peer;
        self.peers.insert(index, format!("{address},{asn}"));
    }

    fn route(&mut self, route: &Route, paths: &PathTable) {
        self.path.clear();
        let _ = write!(self.path, "{}", paths.get(route.path));
        let Route { record, prefix, path_identifier, .. } = *route;
        let peers = std::mem::take(&mut self.peers);
        self.line(&Start { kind: "route", record, prefix, path_identifier }, |line| {
            line.push_str(peers.get(&route.peer).map_or(",", String::as_str));
        });
        self.peers = peers;
    }

    fn announcement(&mut self, announcement: &Announcement, paths: &PathTable) {
        self.path.clear();
        let _ = write!(self.path, "{}", paths.get(announcement.path));
        let Announcement { record, session, prefix, path_identifier, .. } = *announcement;
        self.update(&Start { kind: "announcement", record, prefix, path_identifier }, session);
    }

    fn withdrawal(&mut self, withdrawal: &Withdrawal) {
        self.path.clear();
        let Withdrawal { record, session, prefix, path_identifier } = *withdrawal;
        self.update(&Start { kind: "withdrawal", record, prefix, path_identifier }, session);
    }
}
