//! Sealing: what every input is, written down and entered in the log.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::discrepancy::Discrepancy;
use super::lock::{Lock, LockEntry, LogPoint};
use super::log::{Change, Log, LogEntry, Stamp};
use super::open::CaseFolder;
use super::plain::{
    Fingerprint, FolderError, check_plain_file, fingerprint, open_inside, open_plain, replace,
};
use super::walk::walk;
use crate::{EvidenceFile, Sha256};

/// The largest log that is read, in bytes: some hundred thousand lines.
const LARGEST_LOG: u64 = 256 << 20;

/// A file that an assessment rests on, by name and content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct InputFile {
    /// Relative to the case folder, with `/`; bytes that cannot be printed as `%` and two digits.
    pub path: String,
    /// Its hash and size.
    pub fingerprint: Fingerprint,
}

/// A case that was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The number of inputs that were hashed.
    pub files: u64,
    /// The number of bytes of all inputs together.
    pub bytes: u64,
    /// The hash of `case.lock`.
    pub lock: Sha256,
    /// The line of the log that says so.
    pub line: u64,
    /// The hash of that line, to be kept elsewhere: it is what `verify --head` checks.
    pub head: Sha256,
}

/// The reason why a case was not sealed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// A file could not be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Inputs that cannot be sealed as they are.
    #[error("{}", lines(.0))]
    Inputs(Vec<Discrepancy>),
    /// A log that does not hold would be hidden by a new line.
    #[error("the log does not hold: {}", lines(.0))]
    Log(Vec<Discrepancy>),
    /// Another program has the lock of the case folder.
    #[error("another demarche is writing to this case")]
    Busy,
    /// An entry for the log is not one plain line: who, the action or the detail.
    #[error("{0} has a line break or another control character, which the log does not take")]
    ControlCharacter(&'static str),
}

impl SealError {
    /// The remedy.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Folder(error) => error.hint(),
            Self::Inputs(_) => {
                "replace links by the files they lead to, and make every file readable"
            }
            Self::Log(_) => {
                "find out who changed the log; to go on, keep it under another name, which seals it as evidence"
            }
            Self::Busy => "wait until it is done, then run the command again",
            Self::ControlCharacter(_) => "write it on one line, without control characters",
        }
    }
}

fn lines(discrepancies: &[Discrepancy]) -> String {
    discrepancies.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl CaseFolder {
    /// Every file of the folder that is not output, with its hash and size, by path.
    ///
    /// # Errors
    ///
    /// Whatever cannot be hashed: a link, a special file, a file that cannot be read or changed meanwhile.
    pub fn inputs(&self) -> Result<Vec<InputFile>, SealError> {
        inside(self.root())
    }

    /// Hashes every input, writes `case.lock`, and enters the seal in the log.
    ///
    /// The case folder is locked meanwhile, so that no other program seals it or appends to its log.
    /// `case.lock` is replaced at once or not at all. Output in `assessment/` is no input, and neither is `.git`.
    ///
    /// # Errors
    ///
    /// A folder that another program writes to; every input that cannot be sealed; a log that does not hold; a file that could not be written; a name with
    /// a control character.
    pub fn seal(&self, stamp: &Stamp<'_>) -> Result<Sealed, SealError> {
        check_plain("who seals", stamp.who)?;
        let _guard = Guard::take(self.root())?;
        let log = read_sound_log(self.root())?;
        let mut strange = self.stated_hashes_that_differ();
        let inside = match inside(self.root()) {
            Err(SealError::Inputs(unsealable)) => {
                strange.extend(unsealable);
                strange.sort();
                return Err(SealError::Inputs(strange));
            }
            inside => inside?,
        };
        let outside = self.outside(&mut strange);
        if !strange.is_empty() {
            strange.sort();
            return Err(SealError::Inputs(strange));
        }
        let entry = |is_outside| {
            move |InputFile { path, fingerprint }| LockEntry { is_outside, path, fingerprint }
        };
        let mut entries: Vec<LockEntry> = inside.into_iter().map(entry(false)).collect();
        entries.extend(outside.into_iter().map(entry(true)));
        let point = log.head.map(|sha256| LogPoint { line: log.lines, sha256 });
        let lock = Lock { log: point, entries };
        let text = lock.to_string();
        let hash = Sha256::of(text.as_bytes());
        let lock_file = self.root().join("case.lock");
        replace(&lock_file, &self.root().join("case.lock.new"), text.as_bytes(), None)?;
        let files = lock.entries.len() as u64;
        let bytes = lock.entries.iter().map(|entry| entry.fingerprint.size).sum();
        let detail = format!("sealed {files} files with {bytes} bytes");
        let head = append(self.root(), &log, stamp, "seal", &detail, Some(hash))?;
        Ok(Sealed { files, bytes, lock: hash, line: log.lines + 1, head })
    }

    /// The files outside the folder, each once, by path; what cannot be read, or is another file, goes to `strange`.
    fn outside(&self, strange: &mut Vec<Discrepancy>) -> Vec<InputFile> {
        let mut files = Vec::new();
        for item in &self.case().evidence {
            let Some(EvidenceFile::Outside { path, sha256 }) = &item.file else { continue };
            let name = path.clone();
            match open_plain(&self.root().join(path)).and_then(fingerprint) {
                Err(error) => strange.push(Discrepancy::unreadable(&name, &error)),
                Ok(met) if met.sha256 != *sha256 => {
                    strange.push(Discrepancy::NotAsStated {
                        path: name,
                        stated: *sha256,
                        met: met.sha256,
                    });
                }
                Ok(fingerprint) => files.push(InputFile { path: name, fingerprint }),
            }
        }
        files.sort();
        files.dedup();
        files
    }

    /// The files inside the folder that are not the ones that evidence was received as.
    fn stated_hashes_that_differ(&self) -> Vec<Discrepancy> {
        let mut strange = Vec::new();
        for item in &self.case().evidence {
            let Some(EvidenceFile::Inside { path, sha256: Some(stated) }) = &item.file else {
                continue;
            };
            let name = path.to_string();
            match open_inside(self.root(), path).and_then(fingerprint) {
                Err(error) => strange.push(Discrepancy::unreadable(&name, &error)),
                Ok(Fingerprint { sha256: met, .. }) if met != *stated => {
                    strange.push(Discrepancy::NotAsStated { path: name, stated: *stated, met });
                }
                Ok(_) => {}
            }
        }
        strange
    }
}

/// Every input in a folder with its hash, by path.
fn inside(root: &Path) -> Result<Vec<InputFile>, SealError> {
    let found = walk(root)?;
    let mut strange = found.strange;
    let mut files = Vec::new();
    for (path, place) in found.files {
        match open_plain(&place).and_then(fingerprint) {
            Ok(fingerprint) => files.push(InputFile { path, fingerprint }),
            Err(error) => strange.push(Discrepancy::unreadable(&path, &error)),
        }
    }
    strange.sort();
    if strange.is_empty() { Ok(files) } else { Err(SealError::Inputs(strange)) }
}

/// Enters something else than a seal in the log, such as a note that was made; returns the new head.
///
/// # Errors
///
/// A folder that another program writes to; a log that does not hold or cannot be written; a control character in what is to be entered.
pub fn record(
    root: &Path,
    stamp: &Stamp<'_>,
    action: &str,
    detail: &str,
) -> Result<Sha256, SealError> {
    check_plain("who did it", stamp.who)?;
    check_plain("the action", action)?;
    check_plain("the detail", detail)?;
    let _guard = Guard::take(root)?;
    let log = read_sound_log(root)?;
    append(root, &log, stamp, action, detail, None)
}

/// Enters a change of a hand-written file in the log, which the caller has read under the lock of the folder.
pub(crate) fn append_change(
    root: &Path,
    log: &Log,
    stamp: &Stamp<'_>,
    detail: &str,
    change: Change,
) -> Result<Sha256, SealError> {
    check_plain("who did it", stamp.who)?;
    check_plain("the detail", detail)?;
    let entry = LogEntry { change: Some(change), ..log.next(stamp, "change", detail, None) };
    write(root, log, &entry)
}

/// A text of the log is shown on a line of its own, which it must not break.
fn check_plain(what: &'static str, text: &str) -> Result<(), SealError> {
    if text.chars().any(char::is_control) {
        return Err(SealError::ControlCharacter(what));
    }
    Ok(())
}

/// The log of a folder; empty where there is none.
pub(crate) fn read_log(root: &Path) -> Result<Option<Log>, FolderError> {
    let path = root.join("log.jsonl");
    let error = |source| FolderError::new("read", &path, source);
    let file = match open_plain(&path) {
        Ok(file) => file,
        Err(source) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(error(source)),
    };
    let mut bytes = Vec::new();
    let size = file.take(LARGEST_LOG + 1).read_to_end(&mut bytes).map_err(error)?;
    if size as u64 > LARGEST_LOG {
        return Err(error(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 256 MiB")));
    }
    Ok(Some(Log::read(&bytes)))
}

pub(crate) fn read_sound_log(root: &Path) -> Result<Log, SealError> {
    let log = read_log(root)?.unwrap_or_default();
    if log.problems.is_empty() {
        return Ok(log);
    }
    Err(SealError::Log(log.problems.into_iter().map(Discrepancy::from).collect()))
}

/// Adds one line to the log and returns the hash of its bytes.
fn append(
    root: &Path,
    log: &Log,
    stamp: &Stamp<'_>,
    action: &str,
    detail: &str,
    lock: Option<Sha256>,
) -> Result<Sha256, SealError> {
    write(root, log, &log.next(stamp, action, detail, lock))
}

/// Adds a line to the log, whole or not at all.
fn write(root: &Path, log: &Log, entry: &LogEntry) -> Result<Sha256, SealError> {
    let path = root.join("log.jsonl");
    let error = |source| FolderError::new("write", &path, source);
    let line = entry.line().map_err(|source| error(source.into()))?;
    let mut options = OpenOptions::new();
    // A first line makes the file, and makes it only where no link waits to lead elsewhere.
    let is_new = log.lines == 0 && fs::symlink_metadata(&path).is_err();
    if is_new {
        options.write(true).create_new(true);
    } else {
        open_plain(&path).map_err(error)?;
        options.append(true);
    }
    let mut file = options.open(&path).map_err(error)?;
    let before = file.metadata().map_err(error)?.len();
    if let Err(source) = file.write_all(&line).and_then(|()| file.sync_all()) {
        // A line that is cut would keep every later line out of the log.
        drop(if is_new { fs::remove_file(&path) } else { file.set_len(before) });
        return Err(error(source).into());
    }
    Ok(Sha256::of(line.strip_suffix(b"\n").unwrap_or(&line)))
}

/// The name of the lock file: hidden, empty, and no input of the case.
const LOCK_FILE: &str = ".demarche.lock";

/// The right to write `case.lock` and `log.jsonl`, until it is dropped.
///
/// The lock belongs to the open file: the system releases it when a program ends, in whatever way. The file stays,
/// because a program that removed it could remove the lock of the next one.
#[derive(Debug)]
pub(crate) struct Guard {
    _file: File,
}

impl Guard {
    /// Takes the lock of a case folder, and waits a moment for it.
    ///
    /// A process that starts another holds its locks twice until the other has begun, so that a lock which was just
    /// given back may still be taken.
    ///
    /// # Errors
    ///
    /// [`SealError::Busy`] while another program has the lock; a lock file that cannot be made, opened or locked.
    pub(crate) fn take(root: &Path) -> Result<Self, SealError> {
        let path = root.join(LOCK_FILE);
        let error = |source| FolderError::new("lock", &path, source);
        let file = open_lock(&path).map_err(error)?;
        let mut tries = LOCK_TRIES;
        loop {
            tries -= 1;
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) if tries > 0 => std::thread::sleep(LOCK_PAUSE),
                Err(TryLockError::WouldBlock) => return Err(SealError::Busy),
                Err(TryLockError::Error(source)) => return Err(error(source).into()),
            }
        }
    }
}

/// The most tries to take the lock of a case folder, a fifth of a second in all.
const LOCK_TRIES: usize = 10;

/// The time between two tries.
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// Opens the lock file for writing, and makes it where there is none; a link is not followed.
fn open_lock(path: &Path) -> io::Result<File> {
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            check_plain_file(path)?;
            OpenOptions::new().write(true).open(path)
        }
        made => made,
    }
}
