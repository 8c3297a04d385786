//! Verifying: whether everything is still what it was when it was sealed.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::discrepancy::Discrepancy;
use super::lock::{Lock, LockEntry};
use super::log::{Log, LogEntry};
use super::plain::{FolderError, fingerprint, open_plain, read_small};
use super::seal::read_log;
use super::walk::walk;
use crate::Sha256;

/// The result of checking a case against its seal and its log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verification {
    /// Everything that is not as it was sealed; empty when all holds.
    pub discrepancies: Vec<Discrepancy>,
    /// The number of files that were hashed.
    pub files: u64,
    /// The number of lines that the log has.
    pub log_lines: u64,
    /// The hash of the last line of the log, to be compared with one that was kept elsewhere.
    pub head: Option<Sha256>,
    /// The lines of the log behind the one that was kept elsewhere, in order; empty where none was given or found.
    ///
    /// Whoever seals a changed case again adds such a line: all holds then, but it is another seal.
    pub after_head: Vec<LogEntry>,
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
    let after_head = head.map_or_else(Vec::new, |kept| lines_after(&log, kept));
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
