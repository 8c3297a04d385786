//! A watch over what comes over the network.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::Context;
use demarche_case::{Gap, GapKind, Shortfall};
use demarche_watch::{Live, Recorder, Watch};

use super::record::Record;
use crate::cli::watch::WatchArgs;
use crate::output;

/// Records of a collector are read together, so many bytes or after this time.
const TOGETHER: usize = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(1);

/// Minutes that a minute stays open behind the clocks of two collectors, for those that are late.
const GRACE: u32 = 1;

/// Reasons for which something was not taken that are told one by one.
const REASONS: usize = 200;

/// Characters of a reason that a server gives.
const WORDS: usize = 200;

/// Something that came, or happened, on the line.
#[derive(Debug)]
pub(crate) enum Arrival {
    /// Whole MRT records of a collector.
    Records(String, Vec<u8>),
    /// The line was cut, so that updates may be lost; of a collector, or of all.
    Cut(Option<String>, String),
    /// A message that could not be taken, and why.
    Refused(String, String),
    /// Nothing more will come.
    End,
}

/// A part of what came was not taken.
#[derive(Debug, thiserror::Error)]
enum LineShortfall {
    #[error("{0}")]
    Refused(String),
    #[error("the line was cut: {0}; what changed meanwhile is not known")]
    Cut(String),
    #[error(
        "what came of the last {0} minutes was not judged: one collector alone had reached them"
    )]
    Unjudged(u32),
}

impl Shortfall for LineShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::Refused(_) => GapKind::Refused,
            Self::Cut(_) => GapKind::Damaged,
            Self::Unjudged(_) => GapKind::Unanswered,
        }
    }

    fn remedy(&self) -> Option<String> {
        matches!(self, Self::Cut(_)).then(|| {
            "start again with a newer routing table where too few networks count".to_owned()
        })
    }
}

/// Follows what arrives until nothing more will come or no more minutes are wanted.
pub(crate) fn follow(
    args: &WatchArgs,
    watch: Watch,
    arrivals: &Receiver<Arrival>,
    record: &mut Record,
    gaps: &mut Vec<Gap>,
) -> anyhow::Result<Watch> {
    let mut line = Line {
        live: Live::new(watch),
        waiting: BTreeMap::new(),
        clock: Clock::new(),
        counted: BTreeMap::new(),
        record,
    };
    if args.resume {
        line.take_up()?;
    }
    line.record.is_live = true;
    let mut goes_on = true;
    while goes_on && !line.record.is_stopped() {
        goes_on = match arrivals.recv_timeout(PATIENCE) {
            Ok(Arrival::Records(collector, records)) => line.records(collector, &records)?,
            Ok(Arrival::Cut(collector, why)) => {
                line.flush();
                // The minutes that had come before are whole.
                let goes_on = line.close_reached()?;
                line.live.missed(collector.as_deref());
                output::note(&format!("the line was cut: {}\n", output::clean(&why)));
                line.count(
                    collector.as_deref().unwrap_or("all collectors"),
                    &LineShortfall::Cut(why),
                );
                goes_on
            }
            Ok(Arrival::Refused(source, why)) => {
                line.count(&source, &LineShortfall::Refused(why));
                true
            }
            Err(RecvTimeoutError::Timeout) => line.tick()?,
            Ok(Arrival::End) | Err(RecvTimeoutError::Disconnected) => {
                line.flush();
                let end = line.reached().map_or(0, |reached| reached + 1);
                line.close(end)?;
                false
            }
        };
    }
    line.flush();
    gaps.extend(line.unjudged().map(|unjudged| Gap::of("live sources", &unjudged)));
    gaps.extend(line.live.take_gaps());
    gaps.extend(line.counted.into_values());
    Ok(line.live.into_watch())
}

struct Line<'r> {
    live: Live,
    waiting: BTreeMap<String, Vec<u8>>,
    clock: Clock,
    counted: BTreeMap<(String, String), Gap>,
    record: &'r mut Record,
}

impl Line<'_> {
    /// Counts what was not taken, by source and reason.
    fn count(&mut self, source: &str, shortfall: &LineShortfall) {
        let mut gap = Gap::of(source, shortfall);
        gap.what = output::clean(&gap.what).chars().take(WORDS).collect();
        let mut key = (source.to_owned(), gap.what.clone());
        if self.counted.len() >= REASONS && !self.counted.contains_key(&key) {
            gap = Gap::of("live sources", &LineShortfall::Refused("further reasons".to_owned()));
            key = (gap.source.clone(), gap.what.clone());
        }
        self.counted.entry(key).and_modify(|gap| gap.count += 1).or_insert(gap);
    }

    /// Replays what was received after the state was written.
    fn take_up(&mut self) -> anyhow::Result<()> {
        let Some(folder) = &self.record.folder else { return Ok(()) };
        for (collector, path) in folder.received()? {
            let bytes =
                std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let from = self.live.position(&collector);
            let from = usize::try_from(from).unwrap_or(usize::MAX).min(bytes.len());
            let (_, rest) = bytes.split_at(from);
            if !rest.is_empty() {
                self.live.take(&collector, rest, self.clock.seconds());
            }
        }
        // The minutes that had their lines get them again: only what comes after them is behind a gap.
        let last = self.live.watch().last_minute().map_or(0, |last| last + 1);
        let told = last.checked_add(self.record.told_again).context("the state is damaged")?;
        let whole = self.whole();
        self.close(told.max(whole))?;
        self.live.missed(None);
        Ok(())
    }

    fn records(&mut self, collector: String, records: &[u8]) -> anyhow::Result<bool> {
        if !self.live.admit(&collector) {
            return Ok(true);
        }
        if let Some(folder) = &mut self.record.folder {
            folder.keep(&collector, records)?;
        }
        let waiting = self.waiting.entry(collector).or_default();
        waiting.extend_from_slice(records);
        if waiting.len() >= TOGETHER || self.clock.is_due() {
            return self.tick();
        }
        Ok(true)
    }

    fn flush(&mut self) {
        for (collector, records) in std::mem::take(&mut self.waiting) {
            self.live.take(&collector, &records, self.clock.seconds());
        }
        self.clock.read();
    }

    /// Reads what waits, and closes what the collectors' clocks have reached. While none of them goes on, the minutes go on
    /// by the machine's clock.
    fn tick(&mut self) -> anyhow::Result<bool> {
        self.flush();
        if !self.close_reached()? {
            return Ok(false);
        }
        let still = self.clock.minutes_still();
        match self.clock.minute {
            Some(reached) if still > GRACE => self.close(reached.saturating_add(still - GRACE)),
            _ => Ok(true),
        }
    }

    /// The minutes of which something came and that were not closed, where they are more than those that stay open anyway.
    fn unjudged(&self) -> Option<LineShortfall> {
        let last = self.live.watch().last_minute()?;
        let minutes = self.live.latest()?.checked_sub(last)?;
        (minutes > 2 * (GRACE + 1)).then_some(LineShortfall::Unjudged(minutes))
    }

    /// The minute that the collectors have reached.
    fn reached(&mut self) -> Option<u32> {
        let reached = self.live.reached(self.clock.seconds());
        self.clock.reached(reached);
        self.clock.minute
    }

    /// The minute before which all minutes are whole.
    fn whole(&mut self) -> u32 {
        self.reached().map_or(0, |reached| reached.saturating_sub(GRACE))
    }

    fn close_reached(&mut self) -> anyhow::Result<bool> {
        let whole = self.whole();
        self.close(whole)
    }

    fn close(&mut self, minute: u32) -> anyhow::Result<bool> {
        let record = &mut *self.record;
        let mut goes_on = Ok(true);
        self.live.advance(minute, &mut |watch, line| {
            goes_on = record.minute(watch, line);
            matches!(goes_on, Ok(true))
        });
        goes_on
    }
}

/// The machine's own clock, and the minute of the collectors that was reached by it.
struct Clock {
    began: Instant,
    read: Instant,
    minute: Option<u32>,
    /// The time at which that minute was reached.
    moved: Instant,
}

#[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
impl Clock {
    fn new() -> Self {
        let began = Instant::now();
        Self { began, read: began, minute: None, moved: began }
    }

    /// Seconds since the watch began.
    fn seconds(&self) -> u64 {
        self.began.elapsed().as_secs()
    }

    /// What waited was read.
    fn read(&mut self) {
        self.read = Instant::now();
    }

    fn is_due(&self) -> bool {
        self.read.elapsed() >= PATIENCE
    }

    /// Takes the minute that the collectors have reached, if it is a later one.
    fn reached(&mut self, minute: Option<u32>) {
        if minute > self.minute {
            (self.minute, self.moved) = (minute, Instant::now());
        }
    }

    /// Whole minutes since the collectors reached a later minute.
    fn minutes_still(&self) -> u32 {
        u32::try_from(self.moved.elapsed().as_secs() / 60).unwrap_or(u32::MAX)
    }
}

/// The records of a recorder, as arrivals of a collector; `None` when there are none.
pub(crate) fn arrival(collector: &str, recorder: &mut Recorder) -> Option<Arrival> {
    let records = recorder.take();
    (!records.is_empty()).then(|| Arrival::Records(collector.to_owned(), records))
}
