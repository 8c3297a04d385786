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

/// Sessions of one collector that are followed, at most; the largest has some three hundred.
const SESSIONS: usize = 4096;

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

impl Tally {
    /// All of them.
    pub(crate) const fn all(&self) -> u64 {
        self.announced_v4 + self.announced_v6 + self.withdrawn
    }
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
    /// Changes of before the collector's routing table, which has what they tell.
    pub early: u64,
    /// Prefixes announced and withdrawn by sessions beyond those that are followed.
    pub unfollowed: u64,
    /// The offset of the first record that is not part of it, in bytes after decompression.
    pub next_offset: u64,
}

impl Batch {
    /// Adds the counts of a batch that came after this one, and forgets its changes.
    pub(crate) fn count_in(&mut self, later: Self) {
        self.new_sessions.extend(later.new_sessions);
        if self.tallies.len() < later.tallies.len() {
            self.tallies.resize(later.tallies.len(), Tally::default());
        }
        for (tally, more) in self.tallies.iter_mut().zip(later.tallies) {
            tally.announced_v4 += more.announced_v4;
            tally.announced_v6 += more.announced_v6;
            tally.withdrawn += more.withdrawn;
        }
        self.all = (self.all.0 + later.all.0, self.all.1 + later.all.1);
        self.state_changes += later.state_changes;
        self.late += later.late;
        self.ahead += later.ahead;
        self.early += later.early;
        self.unfollowed += later.unfollowed;
        self.next_offset = later.next_offset;
    }

    /// The room that it takes, in events.
    pub(crate) fn size(&self) -> usize {
        1 + self.events.len() + self.tallies.len() + self.new_sessions.len()
    }
}

/// The state of reading one collector, which goes on from one piece of input to the next.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Feed {
    sessions: BTreeMap<(std::net::IpAddr, Asn), u32>,
    batch: Batch,
    /// The minute of the collector's routing table; 0 where it has none.
    table: u32,
    /// The minute in which the clock would be if it had jumped, and the records that say so.
    jump: (u32, u32),
    /// The clock has gone on by itself since it began or jumped; then it is not set back, and old records are late.
    is_certain: bool,
    has_begun: bool,
}

impl Feed {
    /// A feed whose sessions have these numbers, and whose collector has a routing table of a minute.
    pub(crate) fn numbered(sessions: &[(std::net::IpAddr, Asn)], table: u32) -> Self {
        Self { sessions: sessions.iter().copied().zip(0..).collect(), table, ..Self::default() }
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
            turned: None,
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

    /// The minute to go to at a record of a minute; an hour's difference has to be confirmed, ahead and back.
    fn next(&mut self, minute: u32) -> u32 {
        let now = self.batch.minute;
        let (is_ahead, is_behind) = (minute > now + AHEAD, minute + AHEAD < now);
        self.batch.ahead += u64::from(is_ahead);
        self.batch.late += u64::from(minute < now);
        if !is_ahead && (!is_behind || self.is_certain) {
            self.jump = (0, 0);
            self.is_certain |= minute > now;
            return now.max(minute);
        }
        let (to, records) = self.jump;
        let is_same =
            if is_ahead { minute.abs_diff(to) <= 1 } else { minute.abs_diff(to) <= AHEAD };
        self.jump = if is_same { (to.max(minute), records + 1) } else { (minute, 1) };
        if self.jump.1 < CONFIRMED {
            return now;
        }
        let confirmed = u64::from(CONFIRMED);
        let counted = if is_ahead { &mut self.batch.ahead } else { &mut self.batch.late };
        *counted -= confirmed.min(*counted);
        self.jump = (0, 0);
        self.is_certain = false;
        minute
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
    last: Option<(Session, Option<u32>)>,
    /// The offset of the last record whose time was looked at closely: a record with many prefixes is one record.
    turned: Option<u64>,
    stopped: bool,
}

impl Visit<'_> {
    /// Goes to the minute of a record; returns false if the record is not to be applied.
    #[inline]
    fn at(&mut self, record: &mrt::Record) -> bool {
        let minute = record.time / 60;
        let feed = &mut *self.feed;
        if minute < feed.table {
            feed.batch.early += 1;
            return false;
        }
        // A record in time breaks a row of records that are ahead or behind.
        if minute != feed.batch.minute || feed.jump.1 > 0 || feed.batch.events.len() >= EVENTS {
            self.turn(minute, record.offset);
        }
        true
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
        let is_known = self.turned.replace(offset) == Some(offset);
        let next = if is_known { now } else { feed.next(minute) };
        if next < now {
            // The clock was wrong before: what is at hand belongs to the time that is right.
            feed.batch.minute = next;
        } else if next != now || feed.batch.events.len() >= EVENTS {
            feed.batch.next_offset = self.from + offset;
            let batch = feed.take();
            feed.batch.minute = next;
            self.stopped |= !(self.hand_over)(batch);
        }
    }

    /// The number of a session; `None` beyond those that are followed.
    #[inline]
    fn session(&mut self, session: Session) -> Option<u32> {
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

    fn number(&mut self, session: Session) -> Option<u32> {
        let key = (session.address, session.asn);
        let known = self.feed.sessions.get(&key).copied();
        if known.is_some() || self.feed.sessions.len() >= SESSIONS {
            return known;
        }
        let number = crate::space::position_of(self.feed.sessions.len());
        self.feed.sessions.insert(key, number);
        self.feed.batch.new_sessions.push(key);
        Some(number)
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
        let is_applied = self.at(&announcement.record);
        self.feed.batch.all.0 += 1;
        if !is_applied {
            return;
        }
        let Some(session) = self.session(announcement.session) else {
            self.feed.batch.unfollowed += 1;
            return;
        };
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
        let is_applied = self.at(&withdrawal.record);
        self.feed.batch.all.1 += 1;
        if !is_applied {
            return;
        }
        let Some(session) = self.session(withdrawal.session) else {
            self.feed.batch.unfollowed += 1;
            return;
        };
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
        let is_applied = self.at(&change.record);
        self.feed.batch.state_changes += 1;
        let session = is_applied.then(|| self.session(change.session)).flatten();
        let Some(session) = session else { return };
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
        if self.stopped || !self.at(&record) {
            return;
        }
        if let Some(session) = self.session(session) {
            self.push(session, Happening::EndOfTable { is_v6 });
        }
    }

    fn paths_forgotten(&mut self) {
        self.entries.clear();
    }
}
