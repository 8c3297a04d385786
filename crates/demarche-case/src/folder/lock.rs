//! `case.lock`: the hash and size of every input, as text that people can read and `diff`.
//!
//! Two lines of comment, then one line for the last log line before the seal (`log`, its number, the SHA-256 of
//! its bytes), then one line for each input: `file` or `outside`, SHA-256, size in bytes, path.
//! Fields are two spaces apart; the path goes to the end of the line; `file` comes before `outside`, each by path.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::plain::Fingerprint;
use crate::Sha256;

const HEADER: &str = "\
# case.lock 1: the SHA-256 and size in bytes of every input, made by `demarche seal`, checked by `demarche verify`
# `outside` is a file that the case names by path and hash; `%` and two digits is a byte that cannot be printed
";

/// The seal of a case: what every input was when it was sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Lock {
    /// The last line of the log before the seal; none for a first seal.
    pub log: Option<LogPoint>,
    /// The inputs, inside before outside, each by path.
    pub entries: Vec<LockEntry>,
}

/// A line of the log by its number and content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LogPoint {
    /// The line, from 1.
    pub line: u64,
    /// The hash of its bytes without the line end.
    pub sha256: Sha256,
}

/// One sealed input.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct LockEntry {
    /// True if it lies outside the folder.
    pub is_outside: bool,
    /// Its path, printable.
    pub path: String,
    /// Its hash and size.
    pub fingerprint: Fingerprint,
}

/// A line of `case.lock` that is not as `demarche seal` writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct LockError {
    /// The line, from 1.
    pub line: u64,
    /// The fault.
    pub reason: &'static str,
}

impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADER)?;
        if let Some(LogPoint { line, sha256 }) = self.log {
            writeln!(f, "log  {line}  {sha256}")?;
        }
        for LockEntry { is_outside, path, fingerprint } in &self.entries {
            let location = if *is_outside { "outside" } else { "file" };
            writeln!(f, "{location}  {}  {}  {path}", fingerprint.sha256, fingerprint.size)?;
        }
        Ok(())
    }
}

impl Lock {
    /// Reads the text of a lock.
    ///
    /// # Errors
    ///
    /// The first line that is not exactly as [`Lock`] is written.
    pub fn read(text: &str) -> Result<Self, LockError> {
        let mut lock = Self { log: None, entries: Vec::new() };
        let body = text
            .strip_prefix(HEADER)
            .ok_or(LockError { line: 1, reason: "not the head of a case.lock of version 1" })?;
        for (line, text) in (3..).zip(body.split_inclusive('\n')) {
            let error = |reason| LockError { line, reason };
            let text = text.strip_suffix('\n').ok_or(error("the line does not end"))?;
            if let Some(point) = text.strip_prefix("log  ") {
                if line > 3 {
                    return Err(error("`log` belongs before the files"));
                }
                lock.log =
                    Some(log_point(point).ok_or(error("not the number and hash of a line"))?);
                continue;
            }
            let entry = entry(text).ok_or(error("not a kind, hash, size and path"))?;
            let key = |entry: &LockEntry| (entry.is_outside, entry.path.clone());
            if lock.entries.last().is_some_and(|last| key(last) >= key(&entry)) {
                return Err(error("out of order, or twice"));
            }
            lock.entries.push(entry);
        }
        Ok(lock)
    }
}

fn log_point(text: &str) -> Option<LogPoint> {
    let (line, sha256) = text.split_once("  ")?;
    let point = LogPoint { line: line.parse().ok()?, sha256: sha256.parse().ok()? };
    // Only the one way of writing it is right: no sign, no zero in front, no capitals.
    let is_same = format!("{}  {}", point.line, point.sha256) == text;
    if is_same { Some(point) } else { None }
}

fn entry(text: &str) -> Option<LockEntry> {
    let mut fields = text.splitn(4, "  ");
    let (place, hash, length, path) =
        (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let is_outside = match place {
        "file" => false,
        "outside" => true,
        _ => return None,
    };
    let fingerprint = Fingerprint { sha256: hash.parse().ok()?, size: length.parse().ok()? };
    let is_same = fingerprint.sha256.to_string() == hash && fingerprint.size.to_string() == length;
    let is_path = !path.is_empty() && !path.contains(char::is_control);
    if is_same && is_path {
        Some(LockEntry { is_outside, path: path.to_owned(), fingerprint })
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        let entry = |is_outside, path: &str| LockEntry {
            is_outside,
            path: path.to_owned(),
            fingerprint: Fingerprint { sha256: Sha256::of(path.as_bytes()), size: 7 },
        };
        let lock = Lock {
            log: Some(LogPoint { line: 12, sha256: Sha256::of(b"") }),
            entries: vec![entry(false, "a  b"), entry(false, "case.toml"), entry(true, "/a")],
        };
        assert_eq!(Lock::read(&lock.to_string()), Ok(lock));
    }

    #[test]
    fn the_line_that_is_wrong_is_named() {
        let text = format!("{HEADER}file  00  1  a\n");
        assert_eq!(Lock::read(&text).unwrap_err().line, 3);
        assert_eq!(Lock::read("").unwrap_err().line, 1);
    }
}
