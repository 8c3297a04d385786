//! The ways in which a case folder can differ from its seal.

use std::fmt;
use std::io;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::log::LogProblem;
use super::plain::Fingerprint;
use crate::Sha256;

/// Something that is not as it was sealed, or cannot be sealed.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case", tag = "what")]
#[expect(
    missing_docs,
    reason = "the fields are paths, lines, hashes and reasons under these names"
)]
pub enum Discrepancy {
    /// A file's bytes are others than the sealed ones.
    Changed { path: String, sealed: Fingerprint, met: Fingerprint },
    /// A sealed file is gone.
    Missing { path: String },
    /// A file came after the seal.
    New { path: String },
    /// A file is not the one that the case states the hash of.
    NotAsStated { path: String, stated: Sha256, met: Sha256 },
    /// A file or folder cannot be read.
    Unreadable { path: String, reason: String },
    /// A symbolic link, which is never followed.
    Link { path: String },
    /// Neither file nor folder: a socket, pipe or device.
    NotAFile { path: String },
    /// There is no `case.lock`.
    NoLock,
    /// `case.lock` is not as it was written.
    LockLine { line: u64, reason: String },
    /// There is no `log.jsonl`.
    NoLog,
    /// A line of the log does not hold.
    LogLine { line: u64, reason: String },
    /// The log has no line for the seal that `case.lock` is.
    SealNotInLog { line: u64, lock: Sha256 },
    /// `case.lock` is not the one that the last seal in the log speaks of.
    LockNotOfLog { line: u64, logged: Sha256, met: Sha256 },
    /// The log does not contain the line that was kept elsewhere.
    HeadNotInLog { kept: Sha256 },
}

impl Discrepancy {
    pub(crate) fn unreadable(path: &str, error: &io::Error) -> Self {
        let path = if path.is_empty() { "." } else { path };
        Self::Unreadable { path: path.to_owned(), reason: error.to_string() }
    }
}

impl From<LogProblem> for Discrepancy {
    fn from(LogProblem { line, reason }: LogProblem) -> Self {
        Self::LogLine { line, reason: reason.to_owned() }
    }
}

impl fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed { path, sealed, met } if sealed.size == met.size => {
                write!(f, "{path}: changed, {} sealed, {} now", sealed.sha256, met.sha256)
            }
            Self::Changed { path, sealed, met } => {
                write!(f, "{path}: changed, {} bytes sealed, {} now", sealed.size, met.size)
            }
            Self::Missing { path } => write!(f, "{path}: missing"),
            Self::New { path } => write!(f, "{path}: new, not sealed"),
            Self::NotAsStated { path, stated, met } => {
                write!(f, "{path}: its SHA-256 is {met}, the case states {stated}")
            }
            Self::Unreadable { path, reason } => write!(f, "{path}: cannot be read: {reason}"),
            Self::Link { path } => write!(f, "{path}: a symbolic link, which is not followed"),
            Self::NotAFile { path } => write!(f, "{path}: neither a file nor a folder"),
            Self::NoLock => write!(f, "case.lock: missing, the case is not sealed"),
            Self::LockLine { line, reason } => write!(f, "case.lock:{line}: {reason}"),
            Self::NoLog => write!(f, "log.jsonl: missing, though the case is sealed"),
            Self::LogLine { line, reason } => write!(f, "log.jsonl:{line}: {reason}"),
            Self::SealNotInLog { line, lock } => {
                write!(f, "log.jsonl:{line}: the line of the seal {lock} is missing or another")
            }
            Self::LockNotOfLog { line, logged, met } => {
                write!(
                    f,
                    "case.lock: changed, its SHA-256 is {met}, log line {line} sealed {logged}"
                )
            }
            Self::HeadNotInLog { kept } => {
                write!(
                    f,
                    "log.jsonl: no line has the hash {kept} that was kept: the log was cut or rewritten"
                )
            }
        }
    }
}
