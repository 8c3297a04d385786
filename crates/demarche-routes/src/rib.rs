//! A whole routing table in compact memory, for analysis.
//!
//! Prefixes that every peer reaches by the same paths share one row, called an *atom* (Broido and claffy, 2001,
//! "Analysis of RouteViews BGP data: policy atoms"): a table of 20 million routes has some ten thousand of them.
//! Several files, of several collectors, can be read into one table.

mod atoms;

use std::collections::BTreeMap;
use std::io::Read;
use std::net::IpAddr;

use demarche_case::{Asn, Prefix};

use crate::as_path::{PathId, PathTable};
use crate::mrt::{self, Peer, PeerIndex, Reading, Route, Visitor};

use atoms::{Atoms, Entry};

/// The number of an atom in its table: dense, from 0, in the order of the first prefix of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AtomId(pub u32);

impl AtomId {
    /// The number as an index into a slice with one item per atom.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A peer of a collector, with what it contributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VantagePoint {
    /// The name given to the collector when its file was read.
    pub collector: String,
    /// The router.
    pub peer: Peer,
    /// IPv4 prefixes that it has a route to, the default route included.
    pub v4_prefixes: u32,
    /// IPv6 prefixes that it has a route to, the default route included.
    pub v6_prefixes: u32,
}

/// The path by which each prefix is reached from each peer.
#[derive(Clone, Debug)]
pub struct Rib {
    peers: Vec<VantagePoint>,
    prefixes: Vec<Prefix>,
    /// The atom of each prefix.
    rows: Vec<AtomId>,
    atoms: Atoms,
    paths: PathTable,
    routes: u64,
    extra_routes: u64,
    times: Option<(u32, u32)>,
}

impl Rib {
    /// A table that files are read into.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The peers, in the order in which they were met; a [`PeerIndex`] counts them.
    #[must_use]
    pub fn peers(&self) -> &[VantagePoint] {
        &self.peers
    }

    /// The prefixes that some peer has a route to: IPv4 first, by address and then by length.
    #[must_use]
    pub fn prefixes(&self) -> &[Prefix] {
        &self.prefixes
    }

    /// The atom of each prefix, in the order of [`prefixes`](Self::prefixes).
    #[must_use]
    pub fn rows(&self) -> &[AtomId] {
        &self.rows
    }

    /// Each prefix with its atom, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Prefix, AtomId)> + Clone {
        self.prefixes.iter().copied().zip(self.rows.iter().copied())
    }

    /// Each atom's routes, by ascending peer, at most one a peer; their position is their `AtomId`.
    pub fn atoms(&self) -> impl ExactSizeIterator<Item = &[Entry]> + Clone {
        self.atoms.iter()
    }

    /// The routes of one atom.
    ///
    /// # Panics
    ///
    /// If the number is of another table.
    #[must_use]
    pub fn atom(&self, atom: AtomId) -> &[Entry] {
        self.atoms.get(atom.0).expect("an atom of this table")
    }

    /// The atom of a prefix that is in the table, exactly as it stands.
    #[must_use]
    pub fn find(&self, prefix: Prefix) -> Option<AtomId> {
        let index = self.prefixes.binary_search(&prefix).ok()?;
        self.rows.get(index).copied()
    }

    /// Every path of the files that were read; a path of no atom can be among them.
    #[must_use]
    pub const fn paths(&self) -> &PathTable {
        &self.paths
    }

    /// Routes in the table: one for each prefix and each peer that reaches it.
    #[must_use]
    pub const fn routes(&self) -> u64 {
        self.routes
    }

    /// Routes left out because their peer already had one to the prefix: further paths of ADD-PATH,
    /// and a later file of the same collector.
    #[must_use]
    pub const fn extra_routes(&self) -> u64 {
        self.extra_routes
    }

    /// The times of the first and the last record of the tables, in seconds since 1970 UTC; `None` without records.
    #[must_use]
    pub const fn times(&self) -> Option<(u32, u32)> {
        self.times
    }

    /// Returns the time of the first record of the tables, in seconds since 1970 UTC; `None` without records.
    #[must_use]
    pub fn timestamp(&self) -> Option<u32> {
        self.times.map(|(first, _)| first)
    }

    /// Returns the time of the last record, in seconds since 1970 UTC; `None` without records.
    #[must_use]
    pub fn last_timestamp(&self) -> Option<u32> {
        self.times.map(|(_, last)| last)
    }
}

/// The earliest and the latest of several spans of time; `None` for none.
#[must_use]
pub fn span(times: impl Iterator<Item = (u32, u32)>) -> Option<(u32, u32)> {
    times.reduce(|(first, last), (earliest, latest)| (first.min(earliest), last.max(latest)))
}

/// Reads files into a [`Rib`].
#[derive(Debug, Default)]
pub struct Builder {
    paths: PathTable,
    rows: Rows,
    times: Option<(u32, u32)>,
}

impl Builder {
    /// Adds the routes of an MRT file of a collector; updates in it are counted and not applied.
    ///
    /// Peers are the same if collector, address and network are.
    /// A peer beyond the 65,536th has its routes left out, and the reading says so.
    pub fn read(&mut self, collector: &str, input: impl Read) -> Reading {
        self.rows.start_file(collector);
        let mut reading = mrt::read(input, &mut self.paths, &mut self.rows);
        self.rows.end_prefix();
        let (count, first_offset) = std::mem::take(&mut self.rows.unnumbered);
        reading.refuse_peers(count, first_offset);
        self.times = span(self.times.into_iter().chain(reading.times));
        reading
    }

    /// Adds a table that was read before; a peer that another one has too, by address and network, is one peer.
    ///
    /// Of several routes of one peer to one prefix that of the table that was added first stays.
    pub fn add(&mut self, table: &Rib) {
        let paths: Vec<Option<PathId>> =
            table.paths.iter().map(|(_, path)| self.paths.intern(path.raw()).ok()).collect();
        let peers: Vec<Option<PeerIndex>> = table
            .peers
            .iter()
            .map(|vantage| self.rows.number_of(&vantage.collector, &vantage.peer, true))
            .collect();
        let mut rows = Vec::with_capacity(table.atoms.iter().len());
        let mut row = Vec::new();
        for entries in table.atoms.iter() {
            row.clear();
            for (peer, path) in entries {
                let peer = peers.get(peer.index()).copied().flatten();
                let path = paths.get(path.index()).copied().flatten();
                row.extend(peer.zip(path));
            }
            self.rows.extra += sort_and_keep_first(&mut row);
            rows.push(self.rows.atoms.intern(&row));
        }
        let pieces = table.iter().map(|(prefix, atom)| (prefix, rows[atom.index()]));
        self.rows.pieces.extend(pieces);
        self.times = span(self.times.into_iter().chain(table.times));
    }

    /// The table of all that was read.
    #[must_use]
    pub fn finish(mut self) -> Rib {
        self.rows.pieces.sort_by_key(|(prefix, _)| *prefix);
        let mut table = Rib {
            peers: self.rows.peers,
            prefixes: Vec::new(),
            rows: Vec::new(),
            atoms: Atoms::default(),
            paths: self.paths,
            routes: 0,
            extra_routes: self.rows.extra,
            times: self.times,
        };
        let mut row = Vec::new();
        let mut renumbered = vec![None; self.rows.atoms.iter().len()];
        for pieces in self.rows.pieces.chunk_by(|(left, _), (right, _)| left == right) {
            let [(prefix, first), more @ ..] = pieces else { continue };
            let known = renumbered.get_mut(*first as usize).filter(|_| more.is_empty());
            let atom = match known {
                Some(Some(atom)) => *atom,
                known => {
                    row.clear();
                    for (_, piece) in pieces {
                        row.extend_from_slice(
                            self.rows.atoms.get(*piece).expect("a piece is a row of the builder"),
                        );
                    }
                    table.extra_routes += sort_and_keep_first(&mut row);
                    let atom = table.atoms.intern(&row);
                    if let Some(known) = known {
                        *known = Some(atom);
                    }
                    atom
                }
            };
            table.prefixes.push(*prefix);
            table.rows.push(AtomId(atom));
        }
        table.count_prefixes();
        table
    }
}

impl Rib {
    /// Counts each peer's prefixes, atom by atom.
    fn count_prefixes(&mut self) {
        let mut sizes = vec![(0, 0); self.atoms.iter().len()];
        for (prefix, atom) in self.prefixes.iter().zip(&self.rows) {
            let Some((v4, v6)) = sizes.get_mut(atom.index()) else { continue };
            *(if prefix.addr().is_ipv4() { v4 } else { v6 }) += 1_u32;
        }
        for (entries, (v4, v6)) in self.atoms.iter().zip(sizes) {
            for (peer, _) in entries {
                if let Some(peer) = self.peers.get_mut(peer.index()) {
                    peer.v4_prefixes += v4;
                    peer.v6_prefixes += v6;
                }
            }
            self.routes += entries.len() as u64 * (u64::from(v4) + u64::from(v6));
        }
    }
}

/// Sorts by peer and keeps the first route of each; returns how many were left out.
fn sort_and_keep_first(row: &mut Vec<Entry>) -> u64 {
    if row.is_sorted_by(|(left, _), (right, _)| left < right) {
        return 0;
    }
    let before = row.len();
    row.sort_by_key(|(peer, _)| *peer);
    row.dedup_by_key(|(peer, _)| *peer);
    (before - row.len()) as u64
}

/// The rows as they are read: a prefix may come in several pieces.
#[derive(Debug, Default)]
struct Rows {
    peers: Vec<VantagePoint>,
    numbers: BTreeMap<(String, IpAddr, Asn), PeerIndex>,
    /// The collector whose file is being read.
    collector: String,
    /// The table's number for each of the file's peers.
    file_peers: Vec<Option<PeerIndex>>,
    /// The prefix that is being read, and its routes so far.
    prefix: Option<Prefix>,
    row: Vec<Entry>,
    pieces: Vec<(Prefix, u32)>,
    atoms: Atoms,
    extra: u64,
    /// The number of routes of this file whose peer has no number, and the offset of the first.
    unnumbered: (u64, u64),
}

impl Rows {
    fn start_file(&mut self, collector: &str) {
        self.file_peers.clear();
        collector.clone_into(&mut self.collector);
    }

    fn end_prefix(&mut self) {
        if let Some(prefix) = self.prefix.take() {
            self.extra += sort_and_keep_first(&mut self.row);
            self.pieces.push((prefix, self.atoms.intern(&self.row)));
        }
        self.row.clear();
    }

    #[cold]
    const fn leave_out(&mut self, offset: u64) {
        let (count, first) = self.unnumbered;
        self.unnumbered = (count + 1, if count == 0 { offset } else { first });
    }

    /// The table's number for a peer of the file that is being read.
    fn number(&mut self, peer: &Peer) -> Option<PeerIndex> {
        let collector = self.collector.clone();
        self.number_of(&collector, peer, false)
    }

    /// The table's number for a peer of a collector, or, across collectors, of any.
    fn number_of(
        &mut self,
        collector: &str,
        peer: &Peer,
        across_collectors: bool,
    ) -> Option<PeerIndex> {
        let known = if across_collectors { "" } else { collector };
        let key = (known.to_owned(), peer.address, peer.asn);
        if let Some(index) = self.numbers.get(&key) {
            return Some(*index);
        }
        let index = PeerIndex(u16::try_from(self.peers.len()).ok()?);
        let collector = collector.to_owned();
        self.peers.push(VantagePoint { collector, peer: *peer, v4_prefixes: 0, v6_prefixes: 0 });
        self.numbers.insert(key, index);
        Some(index)
    }
}

impl Visitor for Rows {
    fn peer(&mut self, index: PeerIndex, peer: &Peer) {
        let number = self.number(peer);
        self.file_peers.truncate(index.index());
        self.file_peers.resize(index.index(), None);
        self.file_peers.push(number);
    }

    #[inline]
    fn route(&mut self, route: &Route, _: &PathTable) {
        if self.prefix != Some(route.prefix) {
            self.end_prefix();
            self.prefix = Some(route.prefix);
        }
        match self.file_peers.get(route.peer.index()) {
            Some(Some(peer)) => self.row.push((*peer, route.path)),
            _ => self.leave_out(route.record.offset),
        }
    }
}
