//! Rows of many tables in one order: each table is read once from front to back, so that memory does not follow the number of rows.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::ops::ControlFlow;
use std::path::PathBuf;

use crate::columns::{Column, TableReader};
use crate::fault::BatchError;
use crate::folder::Partial;
use crate::manifest::Manifest;
use crate::range::Range;

/// The rows of a group that is written: enough that columns compress, few enough that a merge of many files holds one of each.
pub(crate) const GROUP: usize = 32_768;

/// The order of rows: the number by which ranges divide them, and a small number behind it.
pub(crate) type Key = (u32, u8);

/// A row that a table can be read as.
pub(crate) trait Row: Clone {
    /// The columns that are read, that of the key's first number second.
    const COLUMNS: &'static [&'static str];

    /// The part of a manifest by which rows are checked.
    type Limits;

    /// The limits of the rows of a partial.
    fn limits(manifest: &Manifest) -> Self::Limits;

    /// A row of a group's columns; `None` where a value is none that the writer writes.
    fn of(columns: &[Column], row: usize) -> Option<Self>;

    /// The key by which rows are sorted.
    fn key(&self) -> Key;

    /// Returns true if the row can be of a table with such limits.
    fn fits(&self, limits: &Self::Limits) -> bool;

    /// Returns true if the columns that say again what the manifest says agree with it. The row fits the limits.
    fn agrees(columns: &[Column], row: usize, limits: &Self::Limits) -> bool;

    /// Returns true if a table can have the other row behind this one. No row comes before itself, so that none counts twice.
    fn comes_before(&self, next: &Self) -> bool;
}

/// A receiver of all rows of a key, each with the number of its table.
pub(crate) type Receiver<'a, R> = dyn FnMut(Key, &mut Vec<(usize, R)>) -> ControlFlow<()> + 'a;

/// Hands over the rows of each key of all tables, key after key; within a key, table after table.
pub(crate) fn by_key<R: Row>(
    partials: &[Partial],
    range: Range,
    receive: &mut Receiver<'_, R>,
) -> Result<(), BatchError> {
    allow_files(partials.len())?;
    let open = |partial: &Partial| Stream::<R>::open(partial, range);
    let mut streams: Vec<Stream<R>> = partials.iter().map(open).collect::<Result<_, _>>()?;
    let mut next = BinaryHeap::new();
    for (table, stream) in streams.iter_mut().enumerate() {
        next.extend(stream.next_key()?.map(|key| Reverse((key, table))));
    }
    let mut rows: Vec<(usize, R)> = Vec::new();
    let mut taken = Vec::new();
    while let Some(Reverse((key, table))) = next.pop() {
        let Some(stream) = streams.get_mut(table) else { continue };
        stream.take(key, &mut taken)?;
        rows.extend(taken.drain(..).map(|row| (table, row)));
        next.extend(stream.next_key()?.map(|key| Reverse((key, table))));
        let goes_on = next.peek().is_some_and(|Reverse((ahead, _))| *ahead == key);
        if goes_on {
            continue;
        }
        if receive(key, &mut rows).is_break() {
            return Ok(());
        }
        rows.clear();
    }
    Ok(())
}

/// The rows of one table whose keys are in a range, from front to back.
struct Stream<R: Row> {
    path: PathBuf,
    table: TableReader,
    limits: R::Limits,
    range: Range,
    next_group: usize,
    rows: std::vec::IntoIter<R>,
    last: Option<R>,
}

impl<R: Row> Stream<R> {
    fn open(partial: &Partial, range: Range) -> Result<Self, BatchError> {
        let path = partial.table.clone();
        let table =
            TableReader::open(&path, R::COLUMNS).map_err(BatchError::table("open", &path))?;
        let limits = R::limits(&partial.manifest);
        let rows = Vec::new().into_iter();
        Ok(Self { path, table, limits, range, next_group: 0, rows, last: None })
    }

    /// The rows of the least key that is left, and the key; `None` at the end.
    fn next_key(&mut self) -> Result<Option<Key>, BatchError> {
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
    fn take(&mut self, key: Key, taken: &mut Vec<R>) -> Result<(), BatchError> {
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
            // Equal values take next to no room in a file, whatever their number.
            if self.table.group_rows(group).is_none_or(|rows| rows > GROUP) {
                return Err(self.fault("a group of its rows is larger than any that is written"));
            }
            let columns = self.table.group(group).map_err(BatchError::table("read", &self.path))?;
            let count = columns.first().map_or(0, Column::len);
            let rows: Option<Vec<R>> = (0..count).map(|row| R::of(&columns, row)).collect();
            let rows = rows
                .filter(|rows| rows.iter().all(|row| row.fits(&self.limits)))
                .ok_or_else(|| self.fault("a value is out of its range"))?;
            if !(0..count).all(|row| R::agrees(&columns, row, &self.limits)) {
                return Err(self.fault(
                    "its rows are of other sessions or programs than those of its manifest",
                ));
            }
            self.check_order(&rows)?;
            self.rows = rows.into_iter();
            return Ok(true);
        }
        Ok(false)
    }

    fn check_order(&mut self, rows: &[R]) -> Result<(), BatchError> {
        let is_behind = |first: &R| self.last.as_ref().is_none_or(|last| last.comes_before(first));
        let is_sorted = rows.first().is_none_or(is_behind)
            && rows.is_sorted_by(|row, next| row.comes_before(next));
        self.last = rows.last().cloned().or(self.last.take());
        if is_sorted { Ok(()) } else { Err(self.fault("its rows are not in order, each once")) }
    }

    fn fault(&self, reason: &'static str) -> BatchError {
        BatchError::Rows { path: self.path.clone(), reason }
    }
}

/// Asks the system for as many open files as tables are merged; many systems give 1,024 and more only to those who ask.
#[cfg(unix)]
fn allow_files(tables: usize) -> Result<(), BatchError> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let wanted = tables as u64 + 64;
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= wanted) {
        return Ok(());
    }
    limit.current = Some(wanted);
    let is_possible = limit.maximum.is_none_or(|most| most >= wanted);
    if is_possible && setrlimit(Resource::Nofile, limit).is_ok() {
        return Ok(());
    }
    Err(BatchError::Mixed(format!(
        "{tables} tables are open at once, and the system allows fewer files; raise its limit (`ulimit -Hn {wanted}` as root), or merge the tables of each time apart"
    )))
}

#[cfg(not(unix))]
fn allow_files(_: usize) -> Result<(), BatchError> {
    Ok(())
}
