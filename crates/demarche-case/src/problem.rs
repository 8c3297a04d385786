//! The problems of a case, all of it at once, each with its place and its remedy.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing wrong with a file of a case.
///
/// The order is by file, line and column.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Problem {
    /// The file, relative to the case folder.
    pub file: String,
    /// The line, from 1; none when the whole file is meant.
    pub line: Option<u64>,
    /// The column in characters, from 1; none when the whole line or file is meant.
    pub column: Option<u64>,
    /// The text that was met, in lower case and without a full stop.
    pub met: String,
    /// The remedy.
    pub remedy: String,
}

impl fmt::Display for Problem {
    /// One line: `case.toml:3:7: unknown key `titel`; did you mean `title`?`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{number}")?;
        }
        write!(f, ": {}; {}", self.met, self.remedy)
    }
}

/// A case that cannot be read, with everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, thiserror::Error)]
pub struct CaseError {
    /// At least one, by file, line and column.
    pub problems: Vec<Problem>,
}

impl CaseError {
    /// The problems in order, each once; nothing where there is none.
    pub(crate) fn of(mut problems: Vec<Problem>) -> Option<Self> {
        problems.sort();
        problems.dedup();
        if problems.is_empty() { None } else { Some(Self { problems }) }
    }
}

impl fmt::Display for CaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}
