//! The rows of each kind, their columns, and their order.

use std::path::PathBuf;

use demarche_case::assessment::routes::Family;
use parquet::data_type::ByteArray;

use crate::columns::{Column, TableReader};
use crate::fault::BatchError;
use crate::folder::Partial;
use crate::manifest::{FAMILIES, Kind};
use crate::plan::Range;

/// The columns of a partial of hegemony, in the format's own language.
///
/// `session` is the position among the manifest's sessions of the family; network and address of its peer stand beside it
/// for those who ask the table by SQL.
const HEGEMONY: &str = "message hegemony {
    required int64 family;
    required int64 origin;
    required int64 network;
    required int64 session;
    required int64 peer_asn;
    required binary peer_address (utf8);
    required double share;
}";

/// The columns of a partial of visibility: of `sessions` full-feed sessions, `seen_by` have a route to the prefix that ends
/// at the origin.
const VISIBILITY: &str = "message visibility {
    required int64 family;
    required int64 origin;
    required binary prefix (utf8);
    required int64 seen_by;
    required int64 sessions;
}";

/// The columns of a kind.
pub(crate) const fn schema(kind: Kind) -> &'static str {
    match kind {
        Kind::RoutesHegemony => HEGEMONY,
        Kind::RoutesVisibility => VISIBILITY,
    }
}

/// The rows of a group that is written: enough that columns compress, few enough that a merge of many files holds one of each.
pub(crate) const GROUP: usize = 32_768;

/// One row of hegemony as it is merged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct ShareRow {
    pub(crate) family: u8,
    pub(crate) origin: u32,
    pub(crate) network: u32,
    pub(crate) session: u16,
    pub(crate) share: f64,
}

/// One row of visibility.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SeenRow {
    pub(crate) family: u8,
    pub(crate) origin: u32,
    pub(crate) prefix: ByteArray,
    pub(crate) seen_by: u32,
}

/// The number that stands for a family.
pub(crate) const fn number(family: Family) -> u8 {
    match family {
        Family::Ipv4 => 4,
        Family::Ipv6 => 6,
    }
}

/// A row that a table can be read as.
pub(crate) trait Row: Sized {
    /// The columns that are read, the origin's second.
    const COLUMNS: &'static [&'static str];

    /// A row of a group's columns; `None` where a value is none that the writer writes.
    fn of(columns: &[Column], row: usize) -> Option<Self>;

    /// The origin and the family, by which rows are sorted.
    fn key(&self) -> (u32, u8);

    /// Returns true if the row can be of a table with so many sessions of its family.
    fn fits(&self, sessions: usize) -> bool;
}

impl Row for ShareRow {
    const COLUMNS: &'static [&'static str] = &["family", "origin", "network", "session", "share"];

    fn of(columns: &[Column], row: usize) -> Option<Self> {
        let [families, origins, networks, sessions, shares] = columns else { return None };
        Some(Self {
            family: families.whole(row)?,
            origin: origins.whole(row)?,
            network: networks.whole(row)?,
            session: sessions.whole(row)?,
            share: shares.real(row)?,
        })
    }

    fn key(&self) -> (u32, u8) {
        (self.origin, self.family)
    }

    fn fits(&self, sessions: usize) -> bool {
        // Sums of weights and their differences are rounded.
        const ROUNDING: f64 = 1e-9;
        let is_share = (-ROUNDING..=1.0 + ROUNDING).contains(&self.share);
        usize::from(self.session) < sessions && is_share
    }
}

impl Row for SeenRow {
    const COLUMNS: &'static [&'static str] = &["family", "origin", "prefix", "seen_by"];

    fn of(columns: &[Column], row: usize) -> Option<Self> {
        let [families, origins, prefixes, seen_by] = columns else { return None };
        Some(Self {
            family: families.whole(row)?,
            origin: origins.whole(row)?,
            prefix: prefixes.text(row)?,
            seen_by: seen_by.whole(row)?,
        })
    }

    fn key(&self) -> (u32, u8) {
        (self.origin, self.family)
    }

    fn fits(&self, sessions: usize) -> bool {
        self.seen_by as usize <= sessions
    }
}

/// The rows of one table whose origins are in a range, from front to back.
pub(crate) struct Stream<R> {
    path: PathBuf,
    table: TableReader,
    /// The sessions of each family.
    sessions: [usize; 2],
    range: Range,
    next_group: usize,
    rows: std::vec::IntoIter<R>,
    last: Option<(u32, u8)>,
}

impl<R: Row> Stream<R> {
    pub(crate) fn open(partial: &Partial, range: Range) -> Result<Self, BatchError> {
        let path = partial.table.clone();
        let table =
            TableReader::open(&path, R::COLUMNS).map_err(BatchError::table("open", &path))?;
        let sessions = FAMILIES.map(|family| partial.manifest.sessions_of(family).len());
        let rows = Vec::new().into_iter();
        Ok(Self { path, table, sessions, range, next_group: 0, rows, last: None })
    }

    /// The rows of the least key that is left, and the key; `None` at the end.
    pub(crate) fn next_key(&mut self) -> Result<Option<(u32, u8)>, BatchError> {
        loop {
            while let Some(row) = self.rows.as_slice().first() {
                if self.range.holds(row.key().0) {
                    return Ok(Some(row.key()));
                }
                self.rows.next();
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Takes all rows with a key, which is the one that [`Self::next_key`] gave.
    pub(crate) fn take(&mut self, key: (u32, u8), taken: &mut Vec<R>) -> Result<(), BatchError> {
        loop {
            while self.rows.as_slice().first().is_some_and(|row| row.key() == key) {
                taken.extend(self.rows.next());
            }
            if !self.rows.as_slice().is_empty() || !self.fill()? {
                return Ok(());
            }
        }
    }

    /// Reads the next group that can hold origins of the range; `false` at the end.
    fn fill(&mut self) -> Result<bool, BatchError> {
        while self.next_group < self.table.groups() {
            let group = self.next_group;
            self.next_group += 1;
            if self.table.bounds(group, 1).is_some_and(|bounds| !self.range.meets(bounds)) {
                continue;
            }
            let columns = self.table.group(group).map_err(BatchError::table("read", &self.path))?;
            let count = columns.first().map_or(0, Column::len);
            let rows: Option<Vec<R>> = (0..count).map(|row| R::of(&columns, row)).collect();
            let sessions_of = |row: &R| {
                let known = FAMILIES.iter().position(|family| number(*family) == row.key().1);
                known.map(|position| self.sessions[position])
            };
            let rows = rows
                .filter(|rows| {
                    rows.iter().all(|row| sessions_of(row).is_some_and(|count| row.fits(count)))
                })
                .ok_or_else(|| self.fault("a value is out of its range"))?;
            self.check_order(&rows)?;
            self.rows = rows.into_iter();
            return Ok(true);
        }
        Ok(false)
    }

    fn check_order(&mut self, rows: &[R]) -> Result<(), BatchError> {
        let first = rows.first().map(Row::key);
        let is_sorted = rows.is_sorted_by_key(Row::key) && self.last <= first.or(self.last);
        self.last = rows.last().map(Row::key).or(self.last);
        if is_sorted { Ok(()) } else { Err(self.fault("its rows are not in order")) }
    }

    fn fault(&self, reason: &'static str) -> BatchError {
        BatchError::Rows { path: self.path.clone(), reason }
    }
}
