use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of a gap, the same whatever words describe it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum GapKind {
    /// An input that could not be opened or is of no form that is read.
    Unreadable,
    /// An input that breaks off or contradicts itself; the rest of it was read.
    Damaged,
    /// A record or line that was refused; the others were read.
    Refused,
    /// A form that is known and not read.
    Unsupported,
    /// An input that was read and not used.
    Unused,
    /// An input that a question needs and that nobody gave.
    Missing,
    /// A question that the inputs cannot answer.
    Unanswered,
    /// A named limit of depth, count, size or expansion that was reached.
    Limit,
}

/// A typed reason for a gap: its message is one sentence without a full stop.
pub trait Shortfall: fmt::Display {
    /// The kind of the gap.
    fn kind(&self) -> GapKind;

    /// An action of the reader that would close the gap.
    fn remedy(&self) -> Option<String> {
        None
    }
}

/// Something that could not be read or answered, named so that nothing is lost in silence.
///
/// A gap never stops a case: what was read stays, and the report lists every gap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// The input that the gap is about: a file name relative to the case, a subcommand's argument, or a question.
    pub source: String,
    /// The position in the input: a line, an offset or a record; `None` where none is known.
    pub place: Option<String>,
    /// The kind, for programs that sort gaps.
    pub kind: GapKind,
    /// The reason in one sentence without a full stop.
    pub what: String,
    /// The number of times that the same fault was met, at least 1.
    pub count: u64,
    /// An action of the reader that would close the gap; `None` where there is none.
    pub remedy: Option<String>,
}

impl Gap {
    /// A gap met once, for a typed reason.
    #[must_use]
    pub fn of(source: impl Into<String>, reason: &impl Shortfall) -> Self {
        Self {
            source: source.into(),
            place: None,
            kind: reason.kind(),
            what: reason.to_string(),
            count: 1,
            remedy: reason.remedy(),
        }
    }

    /// The same gap, with its place.
    #[must_use]
    pub fn at(self, place: impl Into<String>) -> Self {
        Self { place: Some(place.into()), ..self }
    }

    /// The same gap, met `count` times.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self { count, ..self }
    }
}
