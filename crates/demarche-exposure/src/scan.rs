//! The scan: every unit of a dump is read once, by as many threads as there are, into one store.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use demarche_dump::{Limits, Part, Stamp, Unit, Unlisted, read, units};
use demarche_sensitive::Rules;
use demarche_terms::Sha256;
use demarche_text::{Media, Text};
use rusqlite::params;
use zstd::bulk::Compressor;

use crate::ExposureError;
use crate::chunk::Chunk;
use crate::collector::{Collector, LEVEL, Patience, Seen};
use crate::graph::unsigned;
use crate::path::{masked_name, path_of, shown_path};
use crate::store::{Store, Writing, signed};

/// Reads the text of a document that is more than plain text, in isolation where the caller can.
pub type Documents<'a> = dyn Fn(Media, &[u8]) -> Result<Text, demarche_text::Unread> + Sync + 'a;

/// The time since any moment.
pub type Clock<'a> = dyn Fn() -> Duration + Sync + 'a;

/// The means of a scan.
pub struct ScanOptions<'a> {
    /// The rules by which sensitive data is found.
    pub rules: &'a Rules,
    /// The limits on the work that one file may cause.
    pub limits: Limits,
    /// The number of threads that read, at least 1.
    pub threads: usize,
    /// The reader of documents.
    pub documents: &'a Documents<'a>,
    /// The time that reading and searching one item may take. It is a guard against files made to take for ever, and the
    /// one thing in an inventory that depends on the machine: what takes longer is listed as not read in full.
    pub item_time: Duration,
    /// The clock by which that time is measured.
    pub clock: &'a Clock<'a>,
    /// The files and folders of the dump that are read, by their paths in it; all of them where none is named. What a store
    /// knows of others stays as it is.
    pub parts: &'a [PathBuf],
}

impl ScanOptions<'_> {
    fn has(&self, path: &Path) -> bool {
        self.parts.is_empty() || self.parts.iter().any(|part| path.starts_with(part))
    }
}

impl std::fmt::Debug for ScanOptions<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { limits, threads, .. } = self;
        formatter
            .debug_struct("ScanOptions")
            .field("limits", limits)
            .field("threads", threads)
            .finish_non_exhaustive()
    }
}

/// The course of a scan, in bytes of the dump as they lie on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScanStep {
    /// The bytes of the files that are done.
    pub done: u64,
    /// The bytes of all files.
    pub total: u64,
}

/// The outcome of a scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scanned {
    /// The files of the dump.
    pub files: usize,
    /// The files that were read now; the others were read before.
    pub read: usize,
    /// The bytes of the dump.
    pub bytes: u64,
}

/// The chunks that may wait for the writer.
const WAITING: usize = 4;

/// How often files are read again whose content another file was to bring and did not.
const ROUNDS: usize = 4;

/// Scans a dump into a store, and leaves out what a former scan read and nobody changed since.
///
/// # Errors
///
/// The store cannot be used, or the caller cancels by [`ControlFlow::Break`]. Whatever was read until then is kept.
pub fn scan(
    root: &Path,
    store: &mut Store,
    options: &ScanOptions<'_>,
    progress: &dyn Fn(ScanStep) -> ControlFlow<()>,
) -> Result<Scanned, ExposureError> {
    store.hold()?;
    let scanned = held(root, store, options, progress);
    store.release()?;
    scanned
}

/// Scans into a store that no other process uses.
fn held(
    root: &Path,
    store: &mut Store,
    options: &ScanOptions<'_>,
    progress: &dyn Fn(ScanStep) -> ControlFlow<()>,
) -> Result<Scanned, ExposureError> {
    let mut listing = Listing::of(root, store, options)?;
    let mut read = 0;
    for _ in 0..ROUNDS {
        let jobs = listing.jobs(store)?;
        if jobs.is_empty() {
            break;
        }
        read += jobs.len();
        let outcome = run(root, store, options, &jobs, &listing, progress);
        store.save()?;
        outcome?;
        listing.forget_awaited(store)?;
    }
    listing.prune(store)?;
    store.index_holders()?;
    store.save()?;
    Ok(Scanned { files: listing.files, read, bytes: listing.bytes })
}

/// A unit that is to be read.
struct Job {
    number: i64,
    unit: Unit,
    bytes: u64,
}

/// The files of the dump, as they are now.
struct Listing {
    files: usize,
    bytes: u64,
    has_gone: bool,
}

/// A file that a former scan listed.
#[derive(Clone, Copy)]
struct KnownFile {
    id: i64,
    size: i64,
    /// The time of change in nanoseconds since 1970; below zero for a file that was not opened.
    modified: i64,
}

impl Listing {
    /// Compares the dump with the store: what is new or changed is to be read, and what is gone goes.
    fn of(root: &Path, store: &Store, options: &ScanOptions<'_>) -> Result<Self, ExposureError> {
        let rules = options.rules;
        let (mut units, mut unlisted) = units(root);
        units.retain(|unit| options.has(&unit.path));
        unlisted.retain(|unlisted| options.has(&unlisted.path));
        store.connection.execute_batch("BEGIN IMMEDIATE")?;
        let mut known = known_files(store)?;
        known.retain(|path, _| options.has(&path_of(path)));
        let mut listing = Self { files: 0, bytes: 0, has_gone: false };
        for units in units.chunk_by(|left, right| left.path == right.path) {
            listing.list(root, store, rules, units, &mut known)?;
        }
        for unlisted in &unlisted {
            listing.list_unread(store, rules, unlisted, &mut known)?;
        }
        for file in known.into_values() {
            listing.forget(store, file)?;
        }
        store.connection.execute_batch("COMMIT")?;
        listing.forget_half_read(store)?;
        Ok(listing)
    }

    /// Lists a file by its units, unless a scan made it: what demarche found out was not exposed.
    fn list(
        &mut self,
        root: &Path,
        store: &Store,
        rules: &Rules,
        units: &[Unit],
        known: &mut HashMap<String, KnownFile>,
    ) -> Result<(), ExposureError> {
        let Some(first) = units.first() else { return Ok(()) };
        if crate::store::is_of_scan(root, first) {
            return Ok(());
        }
        let path = shown_path(&first.path);
        let (size, modified) = (signed(first.stamp.size), signed(first.stamp.modified));
        self.files += 1;
        self.bytes += first.stamp.size;
        let before = known.remove(&path);
        if before.is_some_and(|before| (before.size, before.modified) == (size, modified)) {
            return Ok(());
        }
        if let Some(before) = before {
            self.forget(store, before)?;
        }
        let put = "INSERT INTO file(path, masked, size, modified) VALUES(?, ?, ?, ?)";
        let masked = masked_name(rules, &path);
        let mut put = store.connection.prepare_cached(put)?;
        let file = put.insert(params![path, masked, size, modified])?;
        for unit in units {
            let range = match &unit.part {
                Part::Whole => (None, None),
                Part::Messages(range) => (Some(signed(range.start)), Some(signed(range.end))),
            };
            let put = "INSERT INTO unit(file, start, stop, done) VALUES(?, ?, ?, 0)";
            store.connection.prepare_cached(put)?.execute(params![file, range.0, range.1])?;
        }
        Ok(())
    }

    /// Lists a path that is not read.
    fn list_unread(
        &mut self,
        store: &Store,
        rules: &Rules,
        unlisted: &Unlisted,
        known: &mut HashMap<String, KnownFile>,
    ) -> Result<(), ExposureError> {
        let path = shown_path(&unlisted.path);
        if let Some(before) = known.remove(&path) {
            self.forget(store, before)?;
        }
        self.files += 1;
        let put = "INSERT INTO file(path, masked, size, modified, unread) VALUES(?, ?, ?, -1, ?)";
        let (masked, reason) = (masked_name(rules, &path), unlisted.reason.to_string());
        store.connection.prepare_cached(put)?.execute(params![
            path,
            masked,
            signed(unlisted.size),
            reason
        ])?;
        Ok(())
    }

    fn forget(&mut self, store: &Store, file: KnownFile) -> Result<(), ExposureError> {
        // A link or a device holds no content that could go with it.
        self.has_gone |= file.modified >= 0;
        store.connection.execute("DELETE FROM unit WHERE file = ?", [file.id])?;
        store.connection.execute("DELETE FROM file WHERE id = ?", [file.id])?;
        Ok(())
    }

    /// Removes what an interrupted scan left of units that it did not finish; their contents are awaited again.
    fn forget_half_read(&self, store: &Store) -> Result<(), ExposureError> {
        let half = "SELECT id FROM content WHERE complete = 0 AND state > 0";
        empty(store, half)?;
        let awaited = "UPDATE content SET state = 0, unit = NULL, faults = NULL WHERE complete = 0";
        store.connection.execute(awaited, [])?;
        Ok(())
    }

    /// The units that are not read yet, the largest first, so that no thread is left with one at the end.
    fn jobs(&self, store: &Store) -> Result<Vec<Job>, ExposureError> {
        let mut query = store.connection.prepare(
            "SELECT unit.id, path, start, stop, coalesce(stop - start, size) FROM unit JOIN file ON file.id = unit.file WHERE done = 0 ORDER BY 5 DESC, path, start",
        )?;
        let jobs = query.query_map([], |row| {
            let range = row.get::<_, Option<i64>>(2)?.zip(row.get::<_, Option<i64>>(3)?);
            let range = range.and_then(|(start, stop)| {
                Some(u64::try_from(start).ok()?..u64::try_from(stop).ok()?)
            });
            let part = range.map_or(Part::Whole, Part::Messages);
            let path: String = row.get(1)?;
            let bytes = unsigned(row.get(4)?);
            let unit = Unit { path: path_of(&path), part, stamp: Stamp::default() };
            Ok(Job { number: row.get(0)?, unit, bytes })
        })?;
        Ok(jobs.collect::<Result<_, _>>()?)
    }

    /// Marks as unread the units whose content another unit was to bring and did not.
    fn forget_awaited(&mut self, store: &Store) -> Result<(), ExposureError> {
        store.connection.execute(
            "WITH RECURSIVE up(id) AS (SELECT id FROM content WHERE state = 0 UNION SELECT edge.parent FROM edge JOIN up ON edge.child = up.id) \
             UPDATE unit SET done = 0 WHERE root IN (SELECT id FROM up)",
            [],
        )?;
        Ok(())
    }

    /// Removes the contents that no file holds any more.
    fn prune(&self, store: &Store) -> Result<(), ExposureError> {
        if !self.has_gone {
            return Ok(());
        }
        store.connection.execute_batch(
            "CREATE TEMP TABLE gone AS WITH RECURSIVE down(id) AS (SELECT root FROM unit WHERE root IS NOT NULL UNION SELECT edge.child FROM edge JOIN down ON edge.parent = down.id) \
             SELECT id FROM content WHERE id NOT IN (SELECT id FROM down)",
        )?;
        empty(store, "SELECT id FROM gone")?;
        store.connection.execute_batch(
            "DELETE FROM content WHERE id IN (SELECT id FROM gone); DROP TABLE gone",
        )?;
        Ok(())
    }
}

/// Removes all rows about some contents.
fn empty(store: &Store, contents: &str) -> Result<(), ExposureError> {
    store.connection.execute_batch(&format!(
        "DELETE FROM word WHERE rowid IN (SELECT id FROM text WHERE content IN ({contents}));
         DELETE FROM finding WHERE content IN ({contents});
         DELETE FROM text WHERE content IN ({contents});
         DELETE FROM participant WHERE content IN ({contents});
         DELETE FROM message WHERE content IN ({contents});
         DELETE FROM edge WHERE parent IN ({contents});"
    ))?;
    Ok(())
}

/// The files that a former scan listed, by their paths.
fn known_files(store: &Store) -> Result<HashMap<String, KnownFile>, ExposureError> {
    let mut query = store.connection.prepare("SELECT path, id, size, modified FROM file")?;
    let known = query.query_map([], |row| {
        let file = KnownFile { id: row.get(1)?, size: row.get(2)?, modified: row.get(3)? };
        Ok((row.get(0)?, file))
    })?;
    Ok(known.collect::<Result<_, _>>()?)
}

/// What a reading thread tells the writer of one unit.
struct Told {
    unit: i64,
    chunk: Chunk,
    /// True if the unit has no other chunk.
    is_whole: bool,
    /// The content of the unit's file and its bytes on the disk, in the last chunk of the unit.
    done: Option<(Option<Sha256>, u64)>,
}

/// The bytes of text that a thread gathers of small units before it wakes the writer.
const GATHERED: usize = 512 << 10;

/// The units that a thread gathers before it wakes the writer.
const UNITS: usize = 256;

/// Reads the units with all threads, and writes what they tell.
fn run(
    root: &Path,
    store: &Store,
    options: &ScanOptions<'_>,
    jobs: &[Job],
    listing: &Listing,
    progress: &dyn Fn(ScanStep) -> ControlFlow<()>,
) -> Result<(), ExposureError> {
    let seen = Seen::new(store.complete()?);
    let (next, is_over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, receiver) = sync_channel(WAITING);
    std::thread::scope(|scope| {
        for _ in 0..options.threads.max(1) {
            let reader =
                Reading { root, options, jobs, seen: &seen, next: &next, is_over: &is_over };
            let sender = sender.clone();
            scope.spawn(move || reader.run(&sender));
        }
        drop(sender);
        let written = write(store, &receiver, jobs, listing, progress);
        is_over.store(true, Ordering::Relaxed);
        // Threads that wait to tell something must be heard, or they would wait for ever.
        receiver.iter().for_each(drop);
        written
    })
}

fn write(
    store: &Store,
    receiver: &Receiver<Vec<Told>>,
    jobs: &[Job],
    listing: &Listing,
    progress: &dyn Fn(ScanStep) -> ControlFlow<()>,
) -> Result<(), ExposureError> {
    let left: u64 = jobs.iter().map(|job| job.bytes).sum();
    let mut step = ScanStep { done: listing.bytes.saturating_sub(left), total: listing.bytes };
    let mut writing = Writing::new(&store.connection)?;
    let mut is_cancelled = progress(step).is_break();
    while !is_cancelled && let Ok(gathered) = receiver.recv() {
        for Told { unit, chunk, is_whole, done } in gathered {
            writing.add(unit, chunk, is_whole)?;
            if let Some((root, bytes)) = done {
                writing.done(unit, root, is_whole)?;
                step.done += bytes;
            }
        }
        is_cancelled = progress(step).is_break();
    }
    writing.finish()?;
    if is_cancelled { Err(ExposureError::Interrupted) } else { Ok(()) }
}

/// One reading thread.
struct Reading<'a> {
    root: &'a Path,
    options: &'a ScanOptions<'a>,
    jobs: &'a [Job],
    seen: &'a Seen,
    next: &'a AtomicUsize,
    is_over: &'a AtomicBool,
}

impl Reading<'_> {
    fn run(&self, sender: &SyncSender<Vec<Told>>) {
        let Ok(mut packer) = Compressor::new(LEVEL) else { return };
        let mut gathered = Gathered { sender, told: Vec::new(), weight: 0 };
        while let Some(job) = self.jobs.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let is_over = self.is_over.load(Ordering::Relaxed);
            if is_over || self.read(job, &mut packer, &mut gathered).is_break() {
                return;
            }
        }
        // Nobody is left to tell where the writer has failed.
        let _: ControlFlow<()> = gathered.send();
    }

    fn read(
        &self,
        job: &Job,
        packer: &mut Compressor<'static>,
        gathered: &mut Gathered<'_>,
    ) -> ControlFlow<()> {
        let mut is_whole = true;
        let mut send = |chunk: Chunk| {
            is_whole = false;
            if self.is_over.load(Ordering::Relaxed) {
                return ControlFlow::Break(());
            }
            gathered.add(Told { unit: job.number, chunk, is_whole: false, done: None })
        };
        let patience = Patience::new(self.options.item_time, self.options.clock);
        let rules = self.options.rules;
        let mut collector = Collector::new(rules, self.seen, packer, patience, &mut send);
        let documents = |media, bytes: &[u8]| (self.options.documents)(media, bytes);
        read(self.root, &job.unit, &self.options.limits, &documents, &mut collector);
        let (root, chunk) = collector.finish();
        if self.is_over.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        let done = Some((root, job.bytes));
        gathered.add(Told { unit: job.number, chunk, is_whole, done })
    }
}

/// What a thread has read and not told yet: many small files are told at once.
struct Gathered<'a> {
    sender: &'a SyncSender<Vec<Told>>,
    told: Vec<Told>,
    weight: usize,
}

impl Gathered<'_> {
    fn add(&mut self, told: Told) -> ControlFlow<()> {
        self.weight += told.chunk.weight;
        self.told.push(told);
        if self.weight < GATHERED && self.told.len() < UNITS {
            return ControlFlow::Continue(());
        }
        self.send()
    }

    fn send(&mut self) -> ControlFlow<()> {
        self.weight = 0;
        match self.sender.send(std::mem::take(&mut self.told)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    }
}
