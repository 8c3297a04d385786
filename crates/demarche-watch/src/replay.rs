//! A watch over files of updates, replayed as fast as they can be read.

use std::io::{BufReader, Read, copy, sink};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use demarche_case::assessment::watch::WatchMinute;
use demarche_routes::mrt::Reading;

use crate::engine::{SourceId, Watch};
use crate::feed::{Batch, Feed, Scope};

/// The bytes of a record's header, the last four of which are the length of what follows (RFC 6396, section 2).
const HEADER: usize = 12;

/// Batches that a reader may be ahead.
const AHEAD: usize = 4;

/// Minutes without anything from any source that are told one by one; of a longer gap, the first and the last so many.
const TOLD: u32 = 1440;

/// The account of a replay.
#[derive(Debug)]
pub struct Replayed {
    /// What each source was read to have, in their order; of one that is resumed, from there on, but for its records.
    pub readings: Vec<(SourceId, Reading)>,
    /// False if the caller stopped it.
    pub is_whole: bool,
}

/// Replays sources side by side, minute by minute, to their ends.
///
/// Each is decompressed MRT from its start; what a resumed watch has applied is passed over.
/// `on_minute` gets every line with the watch as it then stands, and returns false to stop.
pub fn replay<R: Read + Send>(
    watch: &mut Watch,
    inputs: Vec<(SourceId, R)>,
    on_minute: &mut dyn FnMut(&Watch, &WatchMinute) -> bool,
) -> Replayed {
    let scope = watch.scope().clone();
    let (readings, is_whole) = std::thread::scope(|threads| {
        let mut heads = Vec::new();
        let mut readers = Vec::new();
        for (source, input) in inputs {
            let (sender, receiver) = sync_channel(AHEAD);
            let (feed, from, scope) = (watch.feed(source), watch.position(source), &scope);
            readers.push((source, threads.spawn(move || read(feed, scope, from, input, &sender))));
            heads.push(Head { source, receiver, batch: None });
        }
        let is_whole = merge(watch, &mut heads, on_minute);
        // A reader that nobody hears stops at its next batch.
        drop(heads);
        let joined =
            readers.into_iter().filter_map(|(source, reader)| Some((source, reader.join().ok()?)));
        (joined.collect::<Vec<_>>(), is_whole)
    });
    let mut told = Vec::new();
    for (source, (reading, rest)) in readings {
        watch.tell_records(source, reading.records);
        if let Some(rest) = rest {
            watch.apply(source, &rest);
        }
        told.push((source, reading));
    }
    Replayed { readings: told, is_whole }
}

fn read(
    mut feed: Feed,
    scope: &Scope,
    from: u64,
    input: impl Read,
    sender: &SyncSender<Batch>,
) -> (Reading, Option<Batch>) {
    let mut input = BufReader::new(input);
    let passed = pass_over(&mut input, from);
    let mut reading = feed.read(scope, from, input, &mut |batch| sender.send(batch).is_ok());
    reading.records += passed;
    let rest = feed.take();
    if feed.minute().is_none() {
        // No record was of after the table: only counts are left, and no minute is to be closed for them.
        return (reading, Some(rest));
    }
    // Nobody may listen any more.
    drop(sender.send(rest));
    (reading, None)
}

/// Passes over so many bytes, which a watch that is resumed has applied, and counts their records.
///
/// An error here shows again when the rest is read.
fn pass_over(input: &mut impl Read, bytes: u64) -> u64 {
    let mut left = input.take(bytes);
    let (mut header, mut records) = ([0; HEADER], 0);
    while left.read_exact(&mut header).is_ok() {
        let [.., a, b, c, d] = header;
        let length = u64::from(u32::from_be_bytes([a, b, c, d]));
        drop(copy(&mut (&mut left).take(length), &mut sink()));
        records += 1;
    }
    records
}

struct Head {
    source: SourceId,
    receiver: Receiver<Batch>,
    batch: Option<Batch>,
}

impl Head {
    /// The next batch, waited for; `None` at the end.
    fn peek(&mut self) -> Option<&Batch> {
        if self.batch.is_none() {
            self.batch = self.receiver.recv().ok();
        }
        self.batch.as_ref()
    }
}

fn merge(
    watch: &mut Watch,
    heads: &mut [Head],
    on_minute: &mut dyn FnMut(&Watch, &WatchMinute) -> bool,
) -> bool {
    let mut closed = watch.last_minute();
    loop {
        let next = heads.iter_mut().filter_map(|head| Some(head.peek()?.minute)).min();
        let Some(next) = next else { return true };
        if let Some(closed) = closed {
            for minute in silent(closed, next) {
                let line = watch.close(minute);
                if !on_minute(watch, &line) {
                    return false;
                }
            }
        }
        // What comes late for a minute that is closed counts in the one after it.
        let minute = closed.map_or(next, |closed| next.max(closed + 1));
        for head in heads.iter_mut() {
            while head.peek().is_some_and(|batch| batch.minute <= minute) {
                if let Some(mut batch) = head.batch.take() {
                    batch.minute = minute;
                    watch.apply(head.source, &batch);
                }
            }
        }
        let line = watch.close(minute);
        closed = Some(minute);
        if !on_minute(watch, &line) {
            return false;
        }
    }
}

/// The minutes between two in which nothing came; of very many, those at both ends.
fn silent(closed: u32, next: u32) -> impl Iterator<Item = u32> {
    let (from, to) = (closed + 1, next.max(closed + 1));
    (from..to).filter(move |minute| minute - from < TOLD || to - minute <= TOLD)
}
