//! Threads that decode pieces.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::block::Piece;

type Order = (Piece, SyncSender<Option<Vec<u8>>>);

/// Some threads of its own, which end with it.
pub(crate) struct Pool {
    orders: Option<mpsc::Sender<Order>>,
    threads: Vec<JoinHandle<()>>,
    is_stopped: Arc<AtomicBool>,
}

/// A piece under way.
pub(crate) enum Task {
    /// On another thread.
    There(Receiver<Option<Vec<u8>>>),
    /// Not begun: it is decoded where its outcome is wanted.
    Here(Piece),
}

impl Task {
    /// The outcome; `None` when the piece is not exactly one whole block.
    pub(crate) fn wait(self) -> Option<Vec<u8>> {
        match self {
            Self::There(outcome) => outcome.recv().ok().flatten(),
            Self::Here(piece) => piece.decode(),
        }
    }
}

impl Pool {
    /// As many threads as asked for, or as can be had; none for one, as that is the caller's.
    pub(crate) fn new(threads: NonZeroUsize) -> Self {
        let (orders, queue) = mpsc::channel::<Order>();
        let queue = Arc::new(Mutex::new(queue));
        let is_stopped = Arc::new(AtomicBool::new(false));
        let wanted = if threads.get() == 1 { 0 } else { threads.get() };
        let spawn = |_| {
            let (queue, is_stopped) = (Arc::clone(&queue), Arc::clone(&is_stopped));
            let name = "bzip2".to_owned();
            thread::Builder::new().name(name).spawn(move || work(&queue, &is_stopped)).ok()
        };
        let threads = (0..wanted).map_while(spawn).collect();
        Self { orders: Some(orders), threads, is_stopped }
    }

    /// Pieces that may be under way at once, so that no thread waits while outcomes are used.
    pub(crate) fn depth(&self) -> usize {
        if self.threads.is_empty() { 1 } else { self.threads.len() * 2 + 2 }
    }

    /// Has a piece decoded.
    pub(crate) fn submit(&self, piece: Piece) -> Task {
        let Some(orders) = self.orders.as_ref().filter(|_| !self.threads.is_empty()) else {
            return Task::Here(piece);
        };
        let (sender, outcome) = mpsc::sync_channel(1);
        match orders.send((piece, sender)) {
            Ok(()) => Task::There(outcome),
            Err(mpsc::SendError((piece, _))) => Task::Here(piece),
        }
    }
}

fn work(queue: &Mutex<Receiver<Order>>, is_stopped: &AtomicBool) {
    loop {
        // The lock is held while waiting, and not while decoding.
        let order = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((piece, sender)) = order else { return };
        if is_stopped.load(Ordering::Relaxed) {
            return;
        }
        // Nobody waits for the outcome of a piece that began inside a block.
        drop(sender.send(piece.decode()));
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.is_stopped.store(true, Ordering::Relaxed);
        self.orders = None;
        for thread in self.threads.drain(..) {
            // A thread that panicked left its outcome out, which was met as a piece that does not decode.
            drop(thread.join());
        }
    }
}
