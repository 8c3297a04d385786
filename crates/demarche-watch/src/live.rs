//! A watch over sources whose records come as they happen.

use std::collections::VecDeque;

use demarche_case::Gap;
use demarche_case::assessment::watch::WatchMinute;

use crate::engine::{SourceId, Watch};
use crate::feed::{Batch, Feed};

/// Takes records as they come, and closes minutes as the caller's clock goes on.
#[derive(Debug)]
pub struct Live {
    watch: Watch,
    feeds: Vec<Source>,
    gaps: Vec<Gap>,
}

#[derive(Debug, Default)]
struct Source {
    feed: Feed,
    waiting: VecDeque<Batch>,
    offset: u64,
}

impl Live {
    /// Goes on with a watch.
    #[must_use]
    pub const fn new(watch: Watch) -> Self {
        Self { watch, feeds: Vec::new(), gaps: Vec::new() }
    }

    /// Takes whole records of a collector.
    pub fn take(&mut self, collector: &str, records: &[u8]) {
        let source = self.watch.source(collector);
        if self.feeds.len() <= source.index() {
            let known = self.feeds.len();
            let new = (known..=source.index()).map(|number| self.source(number));
            let new: Vec<Source> = new.collect();
            self.feeds.extend(new);
        }
        let Source { feed, waiting, offset } = &mut self.feeds[source.index()];
        let reading = feed.read(self.watch.scope(), *offset, records, &mut |batch| {
            waiting.push_back(batch);
            true
        });
        *offset += reading.bytes;
        self.gaps.extend(reading.gaps(collector));
        self.watch.count_records(source, reading.records);
    }

    fn source(&self, number: usize) -> Source {
        let id = SourceId(crate::space::position_of(number));
        Source {
            feed: self.watch.feed(id),
            offset: self.watch.position(id),
            waiting: VecDeque::new(),
        }
    }

    /// Notes that updates of a collector may have been lost, or of all collectors.
    pub fn missed(&mut self, collector: Option<&str>) {
        let sources: Vec<SourceId> = match collector {
            Some(collector) => vec![self.watch.source(collector)],
            None => self.watch.sources(),
        };
        for source in sources {
            self.watch.missed(source);
        }
    }

    /// The minute that the clocks of two collectors have reached, or of the only one; `None` before the first record.
    ///
    /// One clock that runs ahead does not close the minutes of the others.
    #[must_use]
    pub fn reached(&self) -> Option<u32> {
        let mut minutes: Vec<u32> =
            self.feeds.iter().filter_map(|source| source.feed.minute()).collect();
        minutes.sort_unstable();
        let two = minutes.len().checked_sub(2).and_then(|place| minutes.get(place));
        two.or(minutes.last()).copied()
    }

    /// Closes every minute before this one; a minute of which nothing came is closed as such.
    ///
    /// `on_minute` gets every line with the watch as it then stands, and returns false to stop.
    pub fn advance(
        &mut self,
        minute: u32,
        on_minute: &mut dyn FnMut(&Watch, &WatchMinute) -> bool,
    ) {
        for source in &mut self.feeds {
            if source.feed.minute().is_some_and(|reading| reading < minute) {
                let batch = source.feed.take();
                source.waiting.push_back(batch);
            }
        }
        let first = self.watch.last_minute().map(|last| last + 1).or_else(|| self.earliest());
        let Some(mut next) = first else { return };
        // After a long sleep only the last day is told minute by minute.
        if minute.saturating_sub(next) > 1440 {
            next = minute - 1440;
        }
        for closing in next..minute {
            self.apply_until(closing);
            let line = self.watch.close(closing);
            if !on_minute(&self.watch, &line) {
                return;
            }
        }
    }

    fn earliest(&self) -> Option<u32> {
        let waiting = self.feeds.iter().filter_map(|source| source.waiting.front());
        waiting.map(|batch| batch.minute).min()
    }

    /// Applies what came up to a minute, and what came late for one before.
    fn apply_until(&mut self, minute: u32) {
        for (number, source) in (0..).zip(&mut self.feeds) {
            while source.waiting.front().is_some_and(|batch| batch.minute <= minute) {
                if let Some(mut batch) = source.waiting.pop_front() {
                    batch.late += u64::from(batch.minute < minute);
                    batch.minute = minute;
                    self.watch.apply(SourceId(number), &batch);
                }
            }
        }
    }

    /// The watch as it stands at the last minute that was closed.
    #[must_use]
    pub const fn watch(&self) -> &Watch {
        &self.watch
    }

    /// The watch, for good.
    #[must_use]
    pub fn into_watch(self) -> Watch {
        self.watch
    }

    /// The offset behind what was applied of a collector, in bytes.
    pub fn position(&mut self, collector: &str) -> u64 {
        let source = self.watch.source(collector);
        self.watch.position(source)
    }

    /// Takes the parts of what came that could not be read.
    pub fn take_gaps(&mut self) -> Vec<Gap> {
        std::mem::take(&mut self.gaps)
    }
}
