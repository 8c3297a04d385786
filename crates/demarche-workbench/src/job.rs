//! Work in the background that can be watched and cancelled.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use demarche_assess::{Progress, Stage};

/// The state of an assessment under way.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    is_cancelled: AtomicBool,
    done: AtomicU64,
    total: AtomicU64,
    stage: Mutex<Option<Stage>>,
    ended: Mutex<bool>,
    end: Condvar,
}

/// The work of an assessment under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) stage: Option<Stage>,
    pub(crate) done: u64,
    pub(crate) total: u64,
}

impl Watch {
    pub(crate) fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    pub(crate) fn seen(&self) -> Seen {
        let stage = *self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        let (done, total) = (&self.done, &self.total);
        Seen { stage, done: done.load(Ordering::Relaxed), total: total.load(Ordering::Relaxed) }
    }

    /// Waits for the end, and no longer than so; true if it has ended.
    pub(crate) fn wait(&self, patience: Duration) -> bool {
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.end.wait_timeout_while(ended, patience, |ended| !*ended);
        let (ended, _) = waited.unwrap_or_else(PoisonError::into_inner);
        *ended
    }

    fn end(&self) {
        *self.ended.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.end.notify_all();
    }
}

impl Progress for Watch {
    fn step(&self, stage: Stage, done: u64, total: u64) -> ControlFlow<()> {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = Some(stage);
        self.done.store(done, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        if self.is_cancelled.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    }
}

/// Starts work on a thread of its own; the watch ends with it, even where it panics.
pub(crate) fn start(work: impl FnOnce(&Watch) + Send + 'static) -> Arc<Watch> {
    struct Ending(Arc<Watch>);
    impl Drop for Ending {
        fn drop(&mut self) {
            self.0.end();
        }
    }
    let watch = Arc::new(Watch::default());
    let ending = Ending(Arc::clone(&watch));
    std::thread::spawn(move || work(&ending.0));
    watch
}
