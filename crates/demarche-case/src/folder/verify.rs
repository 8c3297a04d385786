//! Verifying: whether everything is still what it was when it was sealed.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::lock::{Lock, LockEntry};
use super::log::{Log, LogEntry, LogProblem};
use super::seal::read_log;
use super::walk::walk;
use super::{Fingerprint, FolderError, fingerprint, open_plain, read_small};
use crate::Sha256;

/// What was found when a case was checked against its seal and its log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    /// Everything that is not as it was sealed; empty when all holds.
    pub discrepancies: Vec<Discrepancy>,
    /// How many files were hashed.
    pub files: u64,
    /// How many lines the log has.
    pub log_lines: u64,
    /// The hash of the last line of the log, to be compared with one that was kept elsewhere.
    pub head: Option<Sha256>,
    /// The lines of the log behind the one that was kept elsewhere, in order; empty where none was given or found.
    ///
    /// Whoever seals a changed case again adds such a line: all holds then, but it is another seal.
    pub after_head: Vec<LogEntry>,
}

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

/// Checks a folder against its seal and its log; the case itself need not be readable.
///
/// `head` is the hash of a log line that was kept elsewhere, such as the one that sealing printed: the log must
/// still contain it, and the lines behind it are returned. Without it, a log that was rewritten from its first line to its last cannot be told from a
/// true one, nor can lines after the last seal that were cut off.
///
/// # Errors
///
/// A folder, lock or log that cannot be read at all.
pub fn verify(root: &Path, head: Option<Sha256>) -> Result<Verification, FolderError> {
    let mut discrepancies = Vec::new();
    let log = read_log(root)?;
    let lock = match read_small(root, "case.lock") {
        Ok(bytes) => Some(bytes),
        Err(error) if error.source.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let mut files = 0;
    match &lock {
        None => discrepancies.push(Discrepancy::NoLock),
        Some(bytes) => {
            let lock = std::str::from_utf8(bytes)
                .map_err(|_| Discrepancy::LockLine { line: 1, reason: "not UTF-8".to_owned() })
                .and_then(|text| {
                    Lock::read(text).map_err(|error| Discrepancy::LockLine {
                        line: error.line,
                        reason: error.reason.to_owned(),
                    })
                });
            match lock {
                Err(discrepancy) => discrepancies.push(discrepancy),
                Ok(lock) => {
                    files = check_files(root, &lock, &mut discrepancies)?;
                    check_point(&lock, Sha256::of(bytes), log.as_ref(), &mut discrepancies);
                }
            }
        }
    }
    let log = match log {
        Some(log) => log,
        None => {
            if lock.is_some() {
                discrepancies.push(Discrepancy::NoLog);
            }
            Log::default()
        }
    };
    check_log(&log, lock.as_deref().map(Sha256::of), head, &mut discrepancies);
    discrepancies.sort();
    discrepancies.dedup();
    let after_head = head.map(|kept| lines_after(&log, kept)).unwrap_or_default();
    Ok(Verification { discrepancies, files, log_lines: log.lines, head: log.head, after_head })
}

/// The lines of the log behind the one with this hash.
fn lines_after(log: &Log, kept: Sha256) -> Vec<LogEntry> {
    let behind = log.entries.iter().skip_while(|(_, hash)| *hash != kept).skip(1);
    behind.map(|(entry, _)| entry.clone()).collect()
}

/// Compares every file with the lock; how many were hashed.
fn check_files(
    root: &Path,
    lock: &Lock,
    discrepancies: &mut Vec<Discrepancy>,
) -> Result<u64, FolderError> {
    let found = walk(root)?;
    discrepancies.extend(found.strange);
    let inside = lock.entries.iter().filter(|entry| !entry.is_outside);
    let mut sealed: BTreeMap<&str, &LockEntry> =
        inside.map(|entry| (entry.path.as_str(), entry)).collect();
    let mut count = 0;
    let mut compare = |path: &str, place: &Path, entry: &LockEntry| {
        match open_plain(place).and_then(fingerprint) {
            Ok(met) if met == entry.fingerprint => {}
            Ok(met) => discrepancies.push(Discrepancy::Changed {
                path: path.to_owned(),
                sealed: entry.fingerprint,
                met,
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                discrepancies.push(Discrepancy::Missing { path: path.to_owned() });
            }
            Err(error) => discrepancies.push(Discrepancy::unreadable(path, &error)),
        }
        count += 1;
    };
    let mut new = Vec::new();
    for (path, place) in found.files {
        match sealed.remove(path.as_str()) {
            Some(entry) => compare(&path, &place, entry),
            None => new.push(Discrepancy::New { path }),
        }
    }
    for entry in lock.entries.iter().filter(|entry| entry.is_outside) {
        compare(&entry.path, &root.join(&entry.path), entry);
    }
    let missing = sealed.into_keys().map(|path| Discrepancy::Missing { path: path.to_owned() });
    discrepancies.extend(missing.chain(new));
    Ok(count)
}

/// The lock names the log line before its seal; the line behind must be the seal.
fn check_point(lock: &Lock, hash: Sha256, log: Option<&Log>, discrepancies: &mut Vec<Discrepancy>) {
    let Some(log) = log else { return };
    let before = lock.log.map_or(0, |point| point.line);
    let seal = before.saturating_add(1);
    let is_there = log.entries.iter().any(|(entry, _)| {
        let follows = entry.previous == lock.log.map(|point| point.sha256).unwrap_or_default();
        entry.seq == seal && follows && entry.lock == Some(hash)
    });
    if !is_there {
        discrepancies.push(Discrepancy::SealNotInLog { line: seal, lock: hash });
    }
}

fn check_log(
    log: &Log,
    lock: Option<Sha256>,
    head: Option<Sha256>,
    discrepancies: &mut Vec<Discrepancy>,
) {
    discrepancies.extend(log.problems.iter().copied().map(Discrepancy::from));
    let last = log.entries.iter().rev().find_map(|(entry, _)| Some((entry.seq, entry.lock?)));
    if let (Some((line, logged)), Some(met)) = (last, lock)
        && logged != met
    {
        discrepancies.push(Discrepancy::LockNotOfLog { line, logged, met });
    }
    if let Some(kept) = head
        && !log.entries.iter().any(|(_, hash)| *hash == kept)
    {
        discrepancies.push(Discrepancy::HeadNotInLog { kept });
    }
}
