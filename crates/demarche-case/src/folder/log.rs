//! `log.jsonl`: who did what with the case and when, as a chain of hashes.
//!
//! Each line is a JSON object. `previous` is the SHA-256 of the bytes of the line before (zeros in the first), so a
//! line cannot be changed, removed or moved without breaking the chain behind it; `hash` is the SHA-256 of the
//! line's own bytes before `,"hash"`, so that the last line is covered as well.
//!
//! What a chain cannot do: whoever can rewrite the whole file can compute a whole new chain, and lines cut off at
//! the end leave a shorter chain that holds. Keep the head, the hash of the last line, somewhere else.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Moment, Sha256};

/// The author and the time of an act; both are arguments, as libraries know neither clock nor user.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    /// The time, in UTC.
    pub time: Moment,
    /// The name, as the organisation names its people.
    pub who: &'a str,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LogEntry {
    /// The line, from 1.
    pub seq: u64,
    /// The time of the act.
    pub time: Moment,
    /// The author of the act.
    pub who: String,
    /// The harms, in a word: `seal`.
    pub action: String,
    /// The detail, in a sentence.
    pub detail: String,
    /// The hash of `case.lock`, in the line of a seal.
    pub lock: Option<Sha256>,
    /// What was done to a hand-written file, in the line of a change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
    /// The hash of the bytes of the line before, without its line end; zeros in the first line.
    pub previous: Sha256,
}

/// What was done to a file, as the log has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The file.
    pub file: String,
    /// The hash of what it held; of nothing where it was not there.
    pub before: Sha256,
    /// The hash of what it holds now; of nothing where it was removed.
    pub after: Sha256,
    /// True if it takes another change back.
    pub is_undo: bool,
}

/// A log as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    /// The lines that hold, each with the hash of its bytes.
    pub entries: Vec<(LogEntry, Sha256)>,
    /// The lines that do not.
    pub problems: Vec<LogProblem>,
    /// The number of lines, right or wrong.
    pub lines: u64,
    /// The hash of the last line's bytes; none for an empty log.
    pub head: Option<Sha256>,
}

/// A line of the log that does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct LogProblem {
    /// The line, from 1.
    pub line: u64,
    /// The fault.
    pub reason: &'static str,
}

/// The text that separates the covered bytes of a line from their hash.
const HASH: &[u8] = b",\"hash\":\"";

impl LogEntry {
    /// The line for `log.jsonl`, with its line end.
    ///
    /// # Errors
    ///
    /// None in practice: every field is text or a number.
    pub(crate) fn line(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut line = serde_json::to_vec(self)?;
        // The closing brace moves behind the hash.
        let closing = line.pop();
        let hash = Sha256::of(&line);
        line.extend_from_slice(HASH);
        line.extend_from_slice(hash.to_string().as_bytes());
        line.push(b'"');
        line.extend(closing);
        line.push(b'\n');
        Ok(line)
    }

    /// Reads a line without its line end.
    fn read(line: &[u8]) -> Result<Self, &'static str> {
        let (rest, hash) = line
            .strip_suffix(b"\"}")
            .and_then(|line| line.split_at_checked(line.len().checked_sub(64)?))
            .ok_or("not a line of this log")?;
        let covered = rest.strip_suffix(HASH).ok_or("not a line of this log")?;
        if Sha256::of(covered).to_string().as_bytes() != hash {
            return Err("edited: it does not match its own hash");
        }
        let mut line = covered.to_vec();
        line.push(b'}');
        serde_json::from_slice(&line)
            .map_err(|_| "not a line of this log, though its hash is right")
    }
}

impl Log {
    /// Reads the bytes of a log, and checks each line and its place in the chain.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let mut log = Self::default();
        let mut previous = Sha256::default();
        for (number, text) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
            let mut wrong = |reason| log.problems.push(LogProblem { line: number, reason });
            let line = text.strip_suffix(b"\n").unwrap_or(text);
            let hash = Sha256::of(line);
            if line.len() == text.len() {
                wrong("cut: it does not end");
            }
            match LogEntry::read(line) {
                Err(_) if line.ends_with(b"\r") => {
                    wrong("edited: its line end was converted to CR LF");
                }
                Err(reason) => wrong(reason),
                Ok(entry) => {
                    if entry.previous != previous {
                        wrong(
                            "does not follow the line before: a line was edited, removed, added or moved",
                        );
                    } else if entry.seq != number {
                        wrong("has the number of another line");
                    }
                    log.entries.push((entry, hash));
                }
            }
            previous = hash;
            log.lines = number;
            log.head = Some(hash);
        }
        log
    }

    /// The line that would come next.
    pub(crate) fn next(
        &self,
        stamp: &Stamp<'_>,
        action: &str,
        detail: &str,
        lock: Option<Sha256>,
    ) -> LogEntry {
        LogEntry {
            seq: self.lines + 1,
            time: stamp.time,
            who: stamp.who.to_owned(),
            action: action.to_owned(),
            detail: detail.to_owned(),
            lock,
            change: None,
            previous: self.head.unwrap_or_default(),
        }
    }
}
