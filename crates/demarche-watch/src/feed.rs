//! The updates of one collector, minute by minute.
//!
//! A feed reads MRT, keeps what concerns the target, counts the rest by session, and hands over a [`Batch`] whenever the collector's clock has gone to another minute.

use std::collections::BTreeMap;
use std::io::Read;

use demarche_case::{Asn, Prefix};
use demarche_routes::mrt::{
    self, Announcement, Reading, Session, State, StateChange, Visitor, Withdrawal,
};
use demarche_routes::{AsPath, Hop, PathId, PathTable};
use serde::{Deserialize, Serialize};

use crate::space::{Fence, Key};

/// A record further ahead than this is not believed until others confirm it, in minutes.
const AHEAD: u32 = 60;

/// So many records ahead in a row confirm a jump of the clock.
const CONFIRMED: u32 = 100;

/// A batch is handed over in parts of so many events.
const EVENTS: usize = 1 << 16;

/// Paths are forgotten beyond so many, some 100 MB.
const PATHS: usize = 1 << 20;

/// The part of the target's question that feeds need.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) fence: Fence,
    /// The target's networks, in order.
    pub(crate) origins: Vec<Asn>,
    /// These and the others of its country, in order.
    pub(crate) at_home: Vec<Asn>,
}

/// A change that concerns the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The session, as numbered by its feed.
    pub session: u32,
    /// The change.
    pub happening: Happening,
}

/// The kinds of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Happening {
    /// A route to a prefix.
    Announced {
        /// The prefix.
        key: Key,
        /// The network over which the route enters; AS 0 where all of its way is at home.
        over: Asn,
        /// The origin is one of the target's networks.
        is_own: bool,
        /// The identifier among several routes (ADD-PATH).
        identifier: Option<u32>,
    },
    /// No route to a prefix any more.
    Withdrawn {
        /// The prefix.
        key: Key,
        /// The identifier among several routes (ADD-PATH).
        identifier: Option<u32>,
    },
    /// The session left the state in which routes are exchanged.
    Down,
    /// The session entered that state; its table follows.
    Up,
    /// The session has sent its table of a family (RFC 4724).
    EndOfTable {
        /// True for IPv6.
        is_v6: bool,
    },
}

/// The prefixes that a session announced and withdrew in a minute, of any network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// IPv4 prefixes announced.
    pub announced_v4: u64,
    /// IPv6 prefixes announced.
    pub announced_v6: u64,
    /// Prefixes withdrawn.
    pub withdrawn: u64,
}

/// A minute of one collector, or a part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// The minute since 1970 UTC.
    pub minute: u32,
    /// Sessions met for the first time; they are numbered in this order, on from those before.
    pub new_sessions: Vec<(std::net::IpAddr, Asn)>,
    /// The counts of each session since its state last changed, by its number; sessions behind the last were not heard of.
    pub tallies: Vec<Tally>,
    /// The changes, in the order in which they came.
    pub events: Vec<Event>,
    /// Changes of a session's state.
    pub state_changes: u64,
    /// Prefixes announced and withdrawn, of all sessions.
    pub all: (u64, u64),
    /// Records with a time before this minute.
    pub late: u64,
    /// Records whose time ahead was not believed.
    pub ahead: u64,
    /// The offset of the first record that is not part of it, in bytes after decompression.
    pub next_offset: u64,
}

/// The state of reading one collector, which goes on from one piece of input to the next.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Feed {
    sessions: BTreeMap<(std::net::IpAddr, Asn), u32>,
    batch: Batch,
    /// The minute in which the clock would be if it had jumped, and the records that say so.
    jump: (u32, u32),
    has_begun: bool,
}

impl Feed {
    /// A feed whose sessions have these numbers.
    pub(crate) fn numbered(sessions: &[(std::net::IpAddr, Asn)]) -> Self {
        Self { sessions: sessions.iter().copied().zip(0..).collect(), ..Self::default() }
    }

    /// Reads MRT to its end, and hands over each minute that the collector has left, and parts of the last.
    ///
    /// `from` is the offset of the first byte of the input in the whole of it.
    pub(crate) fn read(
        &mut self,
        scope: &Scope,
        from: u64,
        input: impl Read,
        hand_over: &mut dyn FnMut(Batch) -> bool,
    ) -> Reading {
        let mut paths = PathTable::new();
        let mut visit = Visit {
            feed: self,
            scope,
            from,
            hand_over,
            entries: Vec::new(),
            last: None,
            stopped: false,
        };
        let reading = mrt::read_forgetting(input, &mut paths, PATHS, &mut visit);
        self.batch.next_offset = from + reading.bytes;
        reading
    }

    /// The minute that is being read; `None` before the first record.
    #[must_use]
    pub const fn minute(&self) -> Option<u32> {
        if self.has_begun { Some(self.batch.minute) } else { None }
    }

    /// Takes what was read of the last minute.
    #[must_use]
    pub fn take(&mut self) -> Batch {
        let minute = self.batch.minute;
        let next_offset = self.batch.next_offset;
        std::mem::replace(&mut self.batch, Batch { minute, next_offset, ..Batch::default() })
    }
}

/// The entry of a path: the network over which it enters, and whether the target is its origin.
type Entry = Option<(Asn, bool)>;

struct Visit<'v> {
    feed: &'v mut Feed,
    scope: &'v Scope,
    from: u64,
    hand_over: &'v mut dyn FnMut(Batch) -> bool,
    /// The entry of each path, once it was asked for.
    entries: Vec<Entry>,
    last: Option<(Session, u32)>,
    stopped: bool,
}

impl Visit<'_> {
    /// Goes to the minute of a record.
    #[inline]
    fn at(&mut self, record: &mrt::Record) {
        let minute = record.time / 60;
        let feed = &self.feed;
        // A record in time breaks a row of records that are ahead.
        if minute != feed.batch.minute || feed.jump.1 > 0 || feed.batch.events.len() >= EVENTS {
            self.turn(minute, record.offset);
        }
    }

    #[cold]
    fn turn(&mut self, minute: u32, offset: u64) {
        let feed = &mut *self.feed;
        if !feed.has_begun {
            feed.has_begun = true;
            feed.batch.minute = minute;
            return;
        }
        let now = feed.batch.minute;
        let mut next = now;
        if minute > now + AHEAD {
            let (to, records) = feed.jump;
            feed.jump =
                if minute.abs_diff(to) <= 1 { (to.max(minute), records + 1) } else { (minute, 1) };
            feed.batch.ahead += 1;
            if feed.jump.1 >= CONFIRMED {
                next = minute;
                feed.batch.ahead = feed.batch.ahead.saturating_sub(u64::from(CONFIRMED));
                feed.jump = (0, 0);
            }
        } else {
            feed.jump = (0, 0);
            feed.batch.late += u64::from(minute < now);
            next = now.max(minute);
        }
        if next != now || feed.batch.events.len() >= EVENTS {
            feed.batch.next_offset = self.from + offset;
            let batch = feed.take();
            feed.batch.minute = next;
            self.stopped |= !(self.hand_over)(batch);
        }
    }

    #[inline]
    fn session(&mut self, session: Session) -> u32 {
        if let Some((last, number)) = self.last
            && last == session
        {
            return number;
        }
        let number = self.number(session);
        self.last = Some((session, number));
        number
    }

    #[inline]
    fn tally(&mut self, session: u32) -> &mut Tally {
        let tallies = &mut self.feed.batch.tallies;
        if tallies.len() <= session as usize {
            tallies.resize(session as usize + 1, Tally::default());
        }
        &mut tallies[session as usize]
    }

    fn number(&mut self, session: Session) -> u32 {
        let key = (session.address, session.asn);
        if let Some(number) = self.feed.sessions.get(&key) {
            return *number;
        }
        let number = crate::space::position_of(self.feed.sessions.len());
        self.feed.sessions.insert(key, number);
        self.feed.batch.new_sessions.push(key);
        number
    }

    fn entry(&mut self, path: PathId, paths: &PathTable) -> (Asn, bool) {
        if let Some(Some(entry)) = self.entries.get(path.index()) {
            return *entry;
        }
        let entry = entry(&paths.get(path), self.scope);
        if self.entries.len() <= path.index() {
            self.entries.resize(path.index() + 1, None);
        }
        self.entries[path.index()] = Some(entry);
        entry
    }

    fn push(&mut self, session: u32, happening: Happening) {
        self.feed.batch.events.push(Event { session, happening });
    }
}

/// The network over which a path enters, from the origin outwards the first that is not at home, and whether the origin is the target's.
pub(crate) fn entry(path: &AsPath<'_>, scope: &Scope) -> (Asn, bool) {
    let is_own = matches!(path.origin(), Some(Hop::As(origin)) if scope.origins.binary_search(&origin).is_ok());
    let mut networks: Vec<Asn> = Vec::new();
    for hop in path.hops() {
        match hop {
            Hop::As(asn) => networks.push(asn),
            Hop::Set(members) => networks.extend(members.iter()),
        }
    }
    let is_at_home = |asn: &Asn| scope.at_home.binary_search(asn).is_ok();
    let over = networks.iter().rev().find(|asn| !is_at_home(asn)).copied();
    (over.unwrap_or(Asn(0)), is_own)
}

impl Visitor for Visit<'_> {
    fn announcement(&mut self, announcement: &Announcement, paths: &PathTable) {
        if self.stopped {
            return;
        }
        self.at(&announcement.record);
        let session = self.session(announcement.session);
        self.feed.batch.all.0 += 1;
        let tally = self.tally(session);
        match announcement.prefix {
            Prefix::V4(_) => tally.announced_v4 += 1,
            Prefix::V6(_) => tally.announced_v6 += 1,
        }
        let key = Key::from(announcement.prefix);
        if self.scope.fence.lets_in(key) {
            let (over, is_own) = self.entry(announcement.path, paths);
            let identifier = announcement.path_identifier;
            self.push(session, Happening::Announced { key, over, is_own, identifier });
        }
    }

    fn withdrawal(&mut self, withdrawal: &Withdrawal) {
        if self.stopped {
            return;
        }
        self.at(&withdrawal.record);
        let session = self.session(withdrawal.session);
        self.feed.batch.all.1 += 1;
        self.tally(session).withdrawn += 1;
        let key = Key::from(withdrawal.prefix);
        if self.scope.fence.lets_in(key) {
            let identifier = withdrawal.path_identifier;
            self.push(session, Happening::Withdrawn { key, identifier });
        }
    }

    fn state_change(&mut self, change: &StateChange) {
        if self.stopped {
            return;
        }
        self.at(&change.record);
        let session = self.session(change.session);
        self.feed.batch.state_changes += 1;
        // What it sent before is of another life of the session.
        *self.tally(session) = Tally::default();
        match (change.from, change.to) {
            (_, State::Established) => self.push(session, Happening::Up),
            (State::Established, _) => self.push(session, Happening::Down),
            // A session that never stood up has no routes; telling it again does no harm.
            _ => self.push(session, Happening::Down),
        }
    }

    fn end_of_table(&mut self, record: mrt::Record, session: Session, is_v6: bool) {
        if self.stopped {
            return;
        }
        self.at(&record);
        let session = self.session(session);
        self.push(session, Happening::EndOfTable { is_v6 });
    }

    fn paths_forgotten(&mut self) {
        self.entries.clear();
    }
}
