//! Progress of long work, and its cancellation.

use std::ops::ControlFlow;

/// A callback for progress: the stage, the steps done and the number of steps; a break cancels the work.
pub type Progress<'a> = dyn FnMut(&str, usize, usize) -> ControlFlow<()> + 'a;

/// The work was cancelled by its progress callback; nothing of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cancelled")]
pub struct Cancelled;

/// Turns the break of a callback into an error.
pub(crate) fn unless_cancelled(flow: ControlFlow<()>) -> Result<(), Cancelled> {
    if flow.is_break() { Err(Cancelled) } else { Ok(()) }
}
