//! The scan: every unit of a dump is read once, by as many threads as there are, into one store.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use demarche_dump::{Limits, Part, PdfReader, Unit, read, units};
use demarche_sensitive::Rules;
use demarche_terms::Sha256;
use demarche_text::Text;
use rusqlite::params;
use zstd::bulk::Compressor;

use crate::ExposureError;
use crate::chunk::Chunk;
use crate::collector::{Collector, LEVEL, Seen};
use crate::graph::unsigned;
use crate::store::{Store, Writing};

/// Reads the text of a PDF file, in isolation where the caller can.
pub type Pdf<'a> = dyn Fn(&[u8]) -> Result<Text, demarche_text::Unread> + Sync + 'a;

/// The means of a scan.
pub struct ScanOptions<'a> {
    /// The rules by which sensitive data is found.
    pub rules: &'a Rules,
    /// The limits on the work that one file may cause.
    pub limits: Limits,
    /// The number of threads that read, at least 1.
    pub threads: usize,
    /// The reader of PDF files.
    pub pdf: &'a Pdf<'a>,
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
const WAITING: usize = 8;

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
    let mut listing = Listing::of(root, store)?;
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

impl Listing {
    /// Compares the dump with the store: what is new or changed is to be read, and what is gone goes.
    fn of(root: &Path, store: &Store) -> Result<Self, ExposureError> {
        let (units, unlisted) = units(root);
        let connection = &store.connection;
        connection.execute_batch("BEGIN")?;
        let mut query = connection.prepare("SELECT path, id, size, modified FROM file")?;
        let known = query.query_map([], |row| {
            Ok((
                row.get::<_, String>(0)?,
                (row.get::<_, i64>(1)?, row.get::<_, i64>(2)?, row.get::<_, i64>(3)?),
            ))
        })?;
        let mut known: HashMap<String, (i64, i64, i64)> = known.collect::<Result<_, _>>()?;
        let mut listing = Self { files: 0, bytes: 0, has_gone: false };
        let mut position = 0;
        while let Some(unit) = units.get(position) {
            let pieces =
                units.iter().skip(position).take_while(|other| other.path == unit.path).count();
            let path = name(&unit.path);
            let (size, modified) = stamp(root, &unit.path);
            listing.files += 1;
            listing.bytes += unsigned(size);
            let before = known.remove(&path);
            let is_same = before.is_some_and(|(_, of, at)| (of, at) == (size, modified));
            if !is_same {
                if let Some((id, ..)) = before {
                    listing.forget(store, id)?;
                }
                let put = "INSERT INTO file(path, size, modified) VALUES(?, ?, ?)";
                connection.prepare_cached(put)?.execute(params![path, size, modified])?;
                let file = connection.last_insert_rowid();
                for unit in units.iter().skip(position).take(pieces) {
                    let range = match &unit.part {
                        Part::Whole => (None, None),
                        Part::Messages(range) => {
                            (i64::try_from(range.start).ok(), i64::try_from(range.end).ok())
                        }
                    };
                    let put = "INSERT INTO unit(file, start, stop, done) VALUES(?, ?, ?, 0)";
                    connection.prepare_cached(put)?.execute(params![file, range.0, range.1])?;
                }
            }
            position += pieces;
        }
        for unlisted in &unlisted {
            let path = name(&unlisted.path);
            if let Some((id, ..)) = known.remove(&path) {
                listing.forget(store, id)?;
            }
            let put = "INSERT INTO file(path, size, modified, unread) VALUES(?, ?, -1, ?)";
            let size = i64::try_from(unlisted.size).unwrap_or(i64::MAX);
            connection.prepare_cached(put)?.execute(params![
                path,
                size,
                unlisted.reason.to_string()
            ])?;
            listing.files += 1;
        }
        for (id, ..) in known.into_values() {
            listing.forget(store, id)?;
        }
        drop(query);
        connection.execute_batch("COMMIT")?;
        listing.forget_half_read(store)?;
        Ok(listing)
    }

    fn forget(&mut self, store: &Store, file: i64) -> Result<(), ExposureError> {
        self.has_gone = true;
        store.connection.execute("DELETE FROM unit WHERE file = ?", [file])?;
        store.connection.execute("DELETE FROM file WHERE id = ?", [file])?;
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
            Ok(Job { number: row.get(0)?, unit: Unit { path: path.into(), part }, bytes })
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

/// The path of a file as the store knows it.
fn name(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The size and the time of change of a file, by which a second scan knows it.
fn stamp(root: &Path, path: &Path) -> (i64, i64) {
    let path = if path.as_os_str().is_empty() { root.to_owned() } else { root.join(path) };
    let Ok(metadata) = std::fs::metadata(path) else { return (0, 0) };
    let modified = metadata.modified().ok().and_then(|time| {
        let since = time.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_nanos()).ok()
    });
    (i64::try_from(metadata.len()).unwrap_or(i64::MAX), modified.unwrap_or(0))
}

/// What a reading thread tells the writer of one unit.
struct Told {
    unit: i64,
    chunk: Chunk,
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
        for Told { unit, chunk, done } in gathered {
            writing.add(unit, chunk)?;
            if let Some((root, bytes)) = done {
                writing.done(unit, root)?;
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
        let mut send = |chunk: Chunk| {
            if self.is_over.load(Ordering::Relaxed) {
                return ControlFlow::Break(());
            }
            gathered.add(Told { unit: job.number, chunk, done: None })
        };
        let mut collector = Collector::new(self.options.rules, self.seen, packer, &mut send);
        let pdf: &PdfReader<'_> = &|bytes| (self.options.pdf)(bytes);
        read(self.root, &job.unit, &self.options.limits, pdf, &mut collector);
        let (root, chunk) = collector.finish();
        if self.is_over.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        gathered.add(Told { unit: job.number, chunk, done: Some((root, job.bytes)) })
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
