use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that could not be read or answered, named so that nothing is lost in silence.
///
/// A gap never stops a case: what was read stays, and the report lists every gap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// The input it is about: a file name relative to the case, a subcommand's argument, or a question.
    pub source: String,
    /// Where in the input: a line, an offset or a record, where one is known.
    pub place: Option<String>,
    /// What was met, in one sentence without a full stop.
    pub what: String,
    /// How many times the same thing was met, at least 1.
    pub count: u64,
    /// What the reader can do about it, where something can be done.
    pub remedy: Option<String>,
}

impl Gap {
    /// A gap met once.
    #[must_use]
    pub fn new(source: impl Into<String>, what: impl Into<String>) -> Self {
        Self { source: source.into(), place: None, what: what.into(), count: 1, remedy: None }
    }

    /// The same gap, with its place.
    #[must_use]
    pub fn at(self, place: impl Into<String>) -> Self {
        Self { place: Some(place.into()), ..self }
    }

    /// The same gap, with a remedy.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { remedy: Some(remedy.into()), ..self }
    }

    /// The same gap, met `count` times.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self { count, ..self }
    }
}
