//! A watch over sources whose records come as they happen.

use std::collections::VecDeque;

use demarche_case::assessment::watch::WatchMinute;
use demarche_case::{Gap, GapKind, Shortfall};

use crate::engine::{SourceId, Watch};
use crate::feed::{Batch, Feed};

/// Collectors, and routers that are monitored, that are followed at most.
const COLLECTORS: usize = 256;

/// Changes that wait for their minute to be closed, at most; each takes some sixty bytes.
const WAITING: usize = 1 << 22;

/// A collector whose clock stands in one minute for so long, in seconds of the caller's clock, no longer holds up the
/// minutes of the others.
const STANDS_STILL: u64 = 90;

/// Kinds of damage that are told one by one.
const GAPS: usize = 1000;

/// Takes records as they come, and closes minutes as the caller's clock goes on.
#[derive(Debug)]
pub struct Live {
    watch: Watch,
    feeds: Vec<Source>,
    /// The room that waiting batches take, in changes.
    waiting: usize,
    gaps: Vec<Gap>,
}

/// Something that came was more than can be followed.
#[derive(Debug, thiserror::Error)]
enum TooMuch {
    #[error(
        "more than {COLLECTORS} collectors are named; what comes from the others is passed over"
    )]
    Collectors,
    #[error(
        "more changes wait for their minute than can be held; its sessions do not count until they agree again"
    )]
    Changes,
    #[error("damage of more kinds than are told one by one")]
    Gaps,
}

impl Shortfall for TooMuch {
    fn kind(&self) -> GapKind {
        GapKind::Limit
    }
}

#[derive(Debug, Default)]
struct Source {
    feed: Feed,
    waiting: VecDeque<Batch>,
    offset: u64,
    /// The second of the caller's clock in which its own clock went on.
    moved: u64,
}

impl Source {
    /// Lets a batch wait; returns false if there is no room for its changes, and only its counts are kept.
    ///
    /// A clock that was set back takes back what was read while it was ahead.
    fn wait(&mut self, batch: Batch, room: &mut usize) -> bool {
        for ahead in self.waiting.iter_mut().rev() {
            if ahead.minute <= batch.minute {
                break;
            }
            ahead.minute = batch.minute;
        }
        let size = batch.size();
        let Some(left) = room.checked_sub(size) else {
            match self.waiting.back_mut() {
                Some(last) => last.count_in(batch),
                None => self.waiting.push_back(Batch { events: Vec::new(), ..batch }),
            }
            return false;
        };
        *room = left;
        self.waiting.push_back(batch);
        true
    }
}

impl Live {
    /// Goes on with a watch.
    #[must_use]
    pub const fn new(watch: Watch) -> Self {
        Self { watch, feeds: Vec::new(), waiting: 0, gaps: Vec::new() }
    }

    /// Returns true if a collector is followed; one more than there is room for is not, and is named as a gap.
    pub fn admit(&mut self, collector: &str) -> bool {
        let (mut count, mut is_known) = (0, false);
        for known in self.watch.collectors() {
            count += 1;
            is_known |= known == collector;
        }
        if is_known || count < COLLECTORS {
            self.watch.source(collector);
            return true;
        }
        self.note([Gap::of("live sources", &TooMuch::Collectors)]);
        false
    }

    /// Takes whole records of a collector that is followed; those of another are passed over.
    ///
    /// `now` is the caller's clock in seconds; it may begin anywhere and goes on evenly.
    pub fn take(&mut self, collector: &str, records: &[u8], now: u64) {
        if !self.admit(collector) {
            return;
        }
        let id = self.watch.source(collector);
        if self.feeds.len() <= id.index() {
            let known = self.feeds.len();
            let new: Vec<Source> = (known..=id.index()).map(|number| self.source(number)).collect();
            self.feeds.extend(new);
        }
        let source = &mut self.feeds[id.index()];
        let mut feed = std::mem::take(&mut source.feed);
        let before = feed.minute();
        let (mut room, mut is_full) = (WAITING - self.waiting.min(WAITING), false);
        let all = room;
        let reading = feed.read(self.watch.scope(), source.offset, records, &mut |batch| {
            is_full |= !source.wait(batch, &mut room);
            true
        });
        if feed.minute() > before {
            source.moved = now;
        }
        source.feed = feed;
        source.offset += reading.bytes;
        self.waiting += all - room;
        self.watch.count_records(id, reading.records);
        self.note(reading.gaps(collector));
        if is_full {
            self.watch.missed(id);
            self.note([Gap::of(collector, &TooMuch::Changes)]);
        }
    }

    /// Keeps gaps; those that tell the same are counted.
    fn note(&mut self, gaps: impl IntoIterator<Item = Gap>) {
        for gap in gaps {
            let is_same = |known: &&mut Gap| {
                (known.kind, &known.source, &known.what) == (gap.kind, &gap.source, &gap.what)
            };
            let is_full = self.gaps.len() >= GAPS;
            match self.gaps.iter_mut().find(is_same) {
                Some(known) => known.count += gap.count,
                None if is_full => match self.gaps.last_mut() {
                    Some(last) if last.source == "live sources" => last.count += gap.count,
                    _ => self.gaps.push(Gap::of("live sources", &TooMuch::Gaps).times(gap.count)),
                },
                None => self.gaps.push(gap),
            }
        }
    }

    fn source(&self, number: usize) -> Source {
        let id = SourceId(crate::space::position_of(number));
        Source {
            feed: self.watch.feed(id),
            offset: self.watch.position(id),
            waiting: VecDeque::new(),
            moved: 0,
        }
    }

    /// Notes that updates of a collector may have been lost, or of all collectors; one that is not known loses nothing.
    pub fn missed(&mut self, collector: Option<&str>) {
        let sources: Vec<SourceId> = match collector {
            Some(collector) if self.watch.collectors().any(|known| known == collector) => {
                vec![self.watch.source(collector)]
            }
            Some(_) => Vec::new(),
            None => self.watch.sources(),
        };
        for source in sources {
            self.watch.missed(source);
        }
    }

    /// The minute that the clocks of two collectors have reached, or of the only one; `None` where no clock goes on.
    ///
    /// One clock that runs ahead does not close the minutes of the others, and one that stands still holds up none of them:
    /// a line that was cut, a router that says nothing, or whose messages have the time of long ago. `now` is the clock of
    /// [`Live::take`].
    #[must_use]
    pub fn reached(&self, now: u64) -> Option<u32> {
        let going_on =
            self.feeds.iter().filter(|source| now - source.moved.min(now) < STANDS_STILL);
        let mut minutes: Vec<u32> = going_on.filter_map(|source| source.feed.minute()).collect();
        minutes.sort_unstable();
        let two = minutes.len().checked_sub(2).and_then(|place| minutes.get(place));
        two.or(minutes.last()).copied()
    }

    /// The latest minute of which anything came; it may wait for other collectors still.
    #[must_use]
    pub fn latest(&self) -> Option<u32> {
        self.feeds.iter().filter_map(|source| source.feed.minute()).max()
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
                let size = batch.size();
                // There is one of these for each source, so that they need no room.
                let mut room = usize::MAX;
                source.wait(batch, &mut room);
                self.waiting += size;
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
                    self.waiting -= batch.size().min(self.waiting);
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
    pub fn into_watch(mut self) -> Watch {
        // Sources of which nothing was of after the tables have only counts.
        for (number, source) in (0..).zip(&mut self.feeds) {
            if source.feed.minute().is_none() {
                self.watch.apply(SourceId(number), &source.feed.take());
            }
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::{Event, Happening, Tally};

    fn batch(minute: u32, events: usize) -> Batch {
        let event = Event { session: 0, happening: Happening::Down };
        let tallies = vec![Tally { withdrawn: 1, ..Tally::default() }];
        Batch { minute, events: vec![event; events], tallies, ..Batch::default() }
    }

    #[test]
    fn beyond_the_room_changes_are_dropped_and_counts_kept() {
        let (mut source, mut room) = (Source::default(), 10);
        assert!(source.wait(batch(1, 4), &mut room));
        assert!(!source.wait(batch(1, 5), &mut room) && !source.wait(batch(2, 5), &mut room));
        let [kept] = source.waiting.make_contiguous() else { panic!("one batch waits") };
        assert_eq!((kept.events.len(), kept.tallies[0].withdrawn), (4, 3));
    }

    #[test]
    fn a_clock_that_is_set_back_holds_nothing_up() {
        let (mut source, mut room) = (Source::default(), usize::MAX);
        for minute in [5, 6, 90_000, 90_001, 7] {
            source.wait(batch(minute, 1), &mut room);
        }
        let minutes: Vec<u32> = source.waiting.iter().map(|batch| batch.minute).collect();
        assert_eq!(minutes, [5, 6, 7, 7, 7]);
    }
}
