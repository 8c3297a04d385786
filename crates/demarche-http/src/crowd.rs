//! The connections that are open, and which of them gives way when there are too many.
//!
//! A connection waits while none of its requests is being answered: before its first head is whole, and between
//! requests. Whoever opens connections and lets heads drip can fill a server with such connections, so that the one
//! that waits longest gives way to a new one. A request that is being answered is never cut off.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;

const WAITING: u8 = 0;
const BUSY: u8 = 1;
const LEAVING: u8 = 2;

/// The connections that are open.
#[derive(Debug)]
pub(crate) struct Crowd {
    started: Instant,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    last: u64,
    guests: BTreeMap<u64, (IpAddr, Arc<State>)>,
}

/// The state of a connection.
#[derive(Debug)]
pub(crate) struct State {
    started: Instant,
    phase: AtomicU8,
    /// The time of the last progress, in microseconds since the server began: an answer, or a part of it that was taken.
    since: AtomicU64,
    leave: Notify,
}

/// A connection as long as it is open.
#[derive(Debug)]
pub(crate) struct Guest {
    crowd: Arc<Crowd>,
    number: u64,
    pub(crate) state: Arc<State>,
}

/// A request that is being answered.
#[derive(Debug)]
pub(crate) struct Turn(Arc<State>);

impl Crowd {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { started: Instant::now(), open: Mutex::default() })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a connection in; `None` when its address has its fill, and each of its connections is being answered.
    ///
    /// An address that has its fill loses the connection that waits longest.
    pub(crate) fn enter(self: &Arc<Self>, near: IpAddr, limit: usize) -> Option<Guest> {
        let state = Arc::new(State::new(self.started));
        let mut open = self.open();
        if open.guests.values().filter(|(other, _)| *other == near).count() >= limit {
            open.dismiss(|other| other == near)?;
        }
        open.last += 1;
        let number = open.last;
        open.guests.insert(number, (near, Arc::clone(&state)));
        drop(open);
        Some(Guest { crowd: Arc::clone(self), number, state })
    }

    /// Makes room: of the address with the most connections that wait, the one that waits longest is told to leave.
    ///
    /// False when each connection is being answered.
    pub(crate) fn make_room(&self) -> bool {
        let mut open = self.open();
        let mut waiting: HashMap<IpAddr, usize> = HashMap::new();
        for (near, _) in open.guests.values().filter(|(_, state)| state.is(WAITING)) {
            *waiting.entry(*near).or_default() += 1;
        }
        let most = waiting.values().max().copied().unwrap_or(0);
        open.dismiss(|near| waiting.get(&near) == Some(&most)).is_some()
    }
}

impl Open {
    /// Tells the connection of such an address that waits longest to leave.
    fn dismiss(&mut self, is_meant: impl Fn(IpAddr) -> bool) -> Option<()> {
        loop {
            let meant = self.guests.iter().filter(|(_, (near, _))| is_meant(*near));
            let waiting = meant.filter(|(_, (_, state))| state.is(WAITING));
            let longest = waiting.min_by_key(|(_, (_, state))| state.since.load(Ordering::Relaxed));
            let number = *longest?.0;
            let (_, state) = self.guests.remove(&number)?;
            // A request may have come in the meantime.
            if state.turn_from(WAITING, LEAVING) {
                state.leave.notify_one();
                return Some(());
            }
        }
    }
}

impl State {
    fn new(started: Instant) -> Self {
        let state = Self {
            started,
            phase: AtomicU8::new(WAITING),
            since: AtomicU64::new(0),
            leave: Notify::new(),
        };
        state.touch();
        state
    }

    fn is(&self, phase: u8) -> bool {
        self.phase.load(Ordering::Acquire) == phase
    }

    fn turn_from(&self, from: u8, to: u8) -> bool {
        self.phase.compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// Notes progress.
    pub(crate) fn touch(&self) {
        let micros = u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.since.store(micros, Ordering::Relaxed);
    }

    /// Begins a request; `None` when the connection has been told to leave.
    pub(crate) fn begin(self: &Arc<Self>) -> Option<Turn> {
        self.turn_from(WAITING, BUSY).then(|| Turn(Arc::clone(self)))
    }

    /// Ends when the connection is told to leave.
    pub(crate) async fn told_to_leave(&self) {
        self.leave.notified().await;
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.touch();
        self.0.turn_from(BUSY, WAITING);
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.crowd.open().guests.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn address(last: u8) -> IpAddr {
        IpAddr::from([192, 0, 2, last])
    }

    async fn pause() {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }

    #[tokio::test]
    async fn the_longest_wait_of_the_largest_address_gives_way() {
        let crowd = Crowd::new();
        let honest = crowd.enter(address(1), 9).unwrap();
        pause().await;
        let first = crowd.enter(address(2), 9).unwrap();
        pause().await;
        let second = crowd.enter(address(2), 9).unwrap();
        assert!(crowd.make_room());
        assert!(first.state.is(LEAVING) && second.state.is(WAITING) && honest.state.is(WAITING));
        assert!(first.state.begin().is_none(), "a request that comes too late is not begun");
        first.state.told_to_leave().await;
        // Now the addresses have one each, and the honest connection has waited longest.
        honest.state.touch();
        assert!(crowd.make_room());
        assert!(second.state.is(LEAVING) && honest.state.is(WAITING));
    }

    #[tokio::test]
    async fn a_request_that_is_being_answered_is_never_cut_off() {
        let crowd = Crowd::new();
        let guest = crowd.enter(address(1), 1).unwrap();
        let turn = guest.state.begin().unwrap();
        assert!(!crowd.make_room());
        assert!(crowd.enter(address(1), 1).is_none());
        drop(turn);
        let next = crowd.enter(address(1), 1).unwrap();
        assert!(guest.state.is(LEAVING) && next.state.is(WAITING));
        drop((guest, next));
        assert!(crowd.open().guests.is_empty());
    }
}
