//! Progress of an assessment, and its cancellation.

use std::fmt;
use std::ops::ControlFlow;

use crate::AssessError;

/// A stage of an assessment, in the order in which they run.
///
/// A stage without inputs is left out: a case without executables has no [`Stage::Programs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Reading routing data; counted in bytes as they lie on the disk.
    Tables,
    /// Reading the record of previous attacks; counted in libraries, of which there is one.
    Record,
    /// Reading executables and comparing them with the index; counted in files.
    Programs,
    /// Examining routes; counted in the steps of each answer, so that it starts again at 0 for the next answer.
    Routes,
    /// Judging attribution; counted in judgements: that of the whole evidence, and those for addressees.
    Attribution,
    /// Weighing responses; counted in judgements, of which there is one.
    Response,
}

impl Stage {
    /// All stages in their order.
    pub const ALL: [Self; 6] = [
        Self::Tables,
        Self::Record,
        Self::Programs,
        Self::Routes,
        Self::Attribution,
        Self::Response,
    ];
}

impl fmt::Display for Stage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Tables => "reading routing data",
            Self::Record => "reading the record",
            Self::Programs => "comparing programs",
            Self::Routes => "examining routes",
            Self::Attribution => "judging attribution",
            Self::Response => "weighing responses",
        })
    }
}

/// An observer of an assessment, which may cancel it.
pub trait Progress: Send + Sync {
    /// Notes that `done` of `total` steps of a stage are done; [`ControlFlow::Break`] cancels the work.
    fn step(&self, stage: Stage, done: u64, total: u64) -> ControlFlow<()>;

    /// Notes how many functions the executables had so far.
    fn functions(&self, _found: usize) {}
}

/// No observer: the work runs to its end.
impl Progress for () {
    fn step(&self, _: Stage, _: u64, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Notes a step; a cancelled assessment is an error.
pub(crate) fn step(
    progress: &dyn Progress,
    stage: Stage,
    done: usize,
    total: usize,
) -> Result<(), AssessError> {
    match progress.step(stage, done as u64, total as u64) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(AssessError::Cancelled),
    }
}
