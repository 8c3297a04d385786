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
}

impl Shortfall for LineShortfall {
    fn kind(&self) -> GapKind {
        match self {
            Self::Refused(_) => GapKind::Refused,
            Self::Cut(_) => GapKind::Damaged,
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
        idle: Idle::new(),
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
                line.flush()?;
                line.live.missed(collector.as_deref());
                output::note(&format!("the line was cut: {why}\n"));
                line.count(
                    collector.as_deref().unwrap_or("all collectors"),
                    &LineShortfall::Cut(why),
                );
                true
            }
            Ok(Arrival::Refused(source, why)) => {
                line.count(&source, &LineShortfall::Refused(why));
                true
            }
            Err(RecvTimeoutError::Timeout) => line.tick()?,
            Ok(Arrival::End) | Err(RecvTimeoutError::Disconnected) => {
                line.flush()?;
                let end = line.live.reached().map_or(0, |reached| reached + 1);
                line.close(end)?;
                false
            }
        };
    }
    line.flush()?;
    gaps.extend(line.live.take_gaps());
    gaps.extend(line.counted.into_values());
    Ok(line.live.into_watch())
}

struct Line<'r> {
    live: Live,
    waiting: BTreeMap<String, Vec<u8>>,
    idle: Idle,
    counted: BTreeMap<(String, String), Gap>,
    record: &'r mut Record,
}

impl Line<'_> {
    /// Counts what was not taken, by source and reason.
    fn count(&mut self, source: &str, shortfall: &LineShortfall) {
        let mut gap = Gap::of(source, shortfall);
        gap.what = gap.what.chars().take(WORDS).collect();
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
                self.live.take(&collector, rest);
            }
        }
        // Between the crash and now anything may have changed.
        self.live.missed(None);
        self.close_reached()?;
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
        if waiting.len() >= TOGETHER || self.idle.is_due() {
            self.flush()?;
            return self.close_reached();
        }
        Ok(true)
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        for (collector, records) in std::mem::take(&mut self.waiting) {
            self.live.take(&collector, &records);
        }
        self.idle.heard();
        Ok(())
    }

    /// Nothing came: what waits is read, and after a minute of silence the minutes go on by the machine's clock.
    fn tick(&mut self) -> anyhow::Result<bool> {
        if !self.waiting.is_empty() {
            self.flush()?;
        }
        if !self.close_reached()? {
            return Ok(false);
        }
        let silent = self.idle.minutes();
        match self.live.reached() {
            Some(reached) if silent > GRACE => self.close(reached.saturating_add(silent - GRACE)),
            _ => Ok(true),
        }
    }

    fn close_reached(&mut self) -> anyhow::Result<bool> {
        let reached = self.live.reached().map_or(0, |reached| reached.saturating_sub(GRACE));
        self.close(reached)
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

/// How long nothing has come, by the machine's own clock.
struct Idle {
    heard: Instant,
    read: Instant,
}

#[expect(clippy::disallowed_methods, reason = "the binary is where the clock is read")]
impl Idle {
    fn new() -> Self {
        Self { heard: Instant::now(), read: Instant::now() }
    }

    fn heard(&mut self) {
        self.heard = Instant::now();
        self.read = self.heard;
    }

    fn is_due(&self) -> bool {
        self.read.elapsed() >= PATIENCE
    }

    fn minutes(&self) -> u32 {
        u32::try_from(self.heard.elapsed().as_secs() / 60).unwrap_or(u32::MAX)
    }
}

/// The records of a recorder, as arrivals of a collector; `None` when there are none.
pub(crate) fn arrival(collector: &str, recorder: &mut Recorder) -> Option<Arrival> {
    let records = recorder.take();
    (!records.is_empty()).then(|| Arrival::Records(collector.to_owned(), records))
}
