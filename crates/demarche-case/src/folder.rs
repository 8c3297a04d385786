//! The case folder on disk: the only place where demarche's libraries open files.
//!
//! Nothing in a case folder is trusted to stay inside it: symbolic links are never followed, and only
//! plain files are opened. Writing is limited to `case.lock`, `log.jsonl` and the lock file of writers, beside what [`init`] creates.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::{Reading, reading};
use crate::input::NotPlain;
use crate::options::{self, OptionsReading};
use crate::reader::Place;
use crate::{Case, CaseError, CasePath, EvidenceFile, Gap, GapKind, Problem, Sha256, Shortfall};

mod guard;
mod init;
mod lock;
mod log;
mod samples;
mod seal;
mod verify;
mod walk;

pub use init::{InitError, init};
pub use lock::{Lock, LockEntry, LockError, LogPoint};
pub use log::{Log, LogEntry, LogProblem, Stamp};
pub use samples::CaseSample;
pub use seal::{SealError, Sealed, record};
pub use verify::{Discrepancy, Verification, verify};

/// The largest `case.toml`, `evidence.toml` or `case.lock` that is read, in bytes.
const LARGEST_TEXT: u64 = 16 << 20;

/// What a case may add to the catalogue of responses.
const RESPONSE: &str = "response.toml";

/// A case folder whose two hand-written files are read and right.
#[derive(Clone, Debug)]
pub struct CaseFolder {
    root: PathBuf,
    case: Case,
    gaps: Vec<Gap>,
}

/// A file or folder that could not be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot {doing} {path}")]
pub struct FolderError {
    doing: &'static str,
    path: String,
    source: io::Error,
}

impl FolderError {
    pub(crate) fn new(doing: &'static str, path: &Path, source: io::Error) -> Self {
        Self { doing, path: path.display().to_string(), source }
    }

    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self.source.kind() {
            io::ErrorKind::NotFound => "check the path, or make a case with `demarche init`",
            io::ErrorKind::PermissionDenied => "check who may read the folder and its files",
            io::ErrorKind::StorageFull => "make room and try again",
            _ => "check the folder and its files",
        }
    }
}

/// Why a case folder could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder itself, or one of its two files, is out of reach.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The files are there but not right.
    #[error(transparent)]
    Case(#[from] CaseError),
}

/// A file of evidence or a sample that is not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FileShortfall {
    /// A file outside the case folder that an item of evidence names.
    #[error("the file of evidence `{id}` cannot be opened: {error}")]
    Evidence { id: String, sha256: Sha256, error: io::Error },
    /// A sample inside the case folder.
    #[error(transparent)]
    Sample(FolderError),
}

impl Shortfall for FileShortfall {
    fn kind(&self) -> GapKind {
        GapKind::Unreadable
    }

    fn remedy(&self) -> Option<String> {
        match self {
            Self::Evidence { sha256, .. } => {
                Some(format!("bring the file with the SHA-256 {sha256} to this path"))
            }
            Self::Sample(_) => None,
        }
    }
}

/// The hash and size of a file.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
pub struct Fingerprint {
    /// The hash of its bytes.
    pub sha256: Sha256,
    /// How many bytes it has.
    pub size: u64,
}

/// A file that an assessment rests on, by name and content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct InputFile {
    /// Relative to the case folder, with `/`; bytes that cannot be printed as `%` and two digits.
    pub path: String,
    /// Its hash and size.
    pub fingerprint: Fingerprint,
}

impl CaseFolder {
    /// Opens a case folder and reads its two files.
    ///
    /// A file outside the folder that evidence names and that is not there becomes a gap; one inside is a problem.
    ///
    /// # Errors
    ///
    /// Every problem of both files at once, or the file that could not be read.
    pub fn open(root: &Path) -> Result<Self, OpenError> {
        let case_toml = read_text(root, "case.toml")?;
        let evidence_toml = read_text(root, "evidence.toml")?;
        let reading: Reading = reading(&case_toml, &evidence_toml);
        let mut problems = missing_files(root, &reading.files);
        let response = read_response(root)?;
        problems.extend(response.problems);
        let case = Case { response: response.options, ..reading.into_result(problems)? };
        let gaps = outside_gaps(root, &case);
        Ok(Self { root: root.to_owned(), case, gaps })
    }

    /// The case.
    #[must_use]
    pub const fn case(&self) -> &Case {
        &self.case
    }

    /// What the case names and is not there.
    #[must_use]
    pub fn gaps(&self) -> &[Gap] {
        &self.gaps
    }

    /// The folder's path, as it was given.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Opens a file of the folder, which must be a plain file on a path without symbolic links.
    ///
    /// # Errors
    ///
    /// The file that could not be opened, and why.
    pub fn open_file(&self, path: &CasePath) -> Result<File, FolderError> {
        let place = self.root.join(path.as_str());
        open_inside(&self.root, path).map_err(|error| FolderError::new("open", &place, error))
    }

    /// Opens the file behind an item of evidence, in the folder or outside.
    ///
    /// # Errors
    ///
    /// The file that could not be opened, and why.
    pub fn open_evidence(&self, file: &EvidenceFile) -> Result<File, FolderError> {
        match file {
            EvidenceFile::Inside { path, .. } => self.open_file(path),
            EvidenceFile::Outside { path, .. } => {
                let place = self.root.join(path);
                open_plain(&place).map_err(|error| FolderError::new("open", &place, error))
            }
        }
    }

    /// Every file of the folder that is not output, with its hash and size, by path.
    ///
    /// # Errors
    ///
    /// Whatever cannot be hashed: a link, a special file, a file that cannot be read or changed meanwhile.
    pub fn inputs(&self) -> Result<Vec<InputFile>, SealError> {
        seal::inside(&self.root)
    }
}

/// Reads `response.toml`, which may be missing.
fn read_response(root: &Path) -> Result<OptionsReading, OpenError> {
    let is_there = fs::symlink_metadata(root.join(RESPONSE)).is_ok();
    let text = if is_there { read_text(root, RESPONSE)? } else { String::new() };
    Ok(options::reading(RESPONSE, &text))
}

/// Reads one of the folder's own small files as text.
fn read_text(root: &Path, name: &'static str) -> Result<String, OpenError> {
    let bytes = read_small(root, name)?;
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        CaseError {
            problems: vec![Problem {
                file: name.to_owned(),
                line: u64::try_from(line).ok(),
                column: None,
                met: "not UTF-8".to_owned(),
                remedy: "save the file as UTF-8".to_owned(),
            }],
        }
        .into()
    })
}

/// Reads one of the folder's own small files.
fn read_small(root: &Path, name: &'static str) -> Result<Vec<u8>, FolderError> {
    let path = root.join(name);
    let error = |source| FolderError::new("read", &path, source);
    let mut bytes = Vec::new();
    let file = open_plain(&path).map_err(error)?;
    let size = file.take(LARGEST_TEXT + 1).read_to_end(&mut bytes).map_err(error)?;
    if size as u64 > LARGEST_TEXT {
        return Err(error(io::Error::new(io::ErrorKind::FileTooLarge, "larger than 16 MiB")));
    }
    Ok(bytes)
}

/// Opens a plain file; a link or a special file is an error.
pub(crate) fn open_plain(path: &Path) -> io::Result<File> {
    check_plain_file(path)?;
    File::open(path)
}

/// Returns an error where the path is a link or a special file.
fn check_plain_file(path: &Path) -> io::Result<()> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if kind.is_symlink() {
        return Err(io::Error::other("a symbolic link, which is not followed"));
    }
    if !kind.is_file() {
        return Err(NotPlain.into());
    }
    Ok(())
}

/// Opens a plain file on a path whose folders are no links either.
fn open_inside(root: &Path, path: &CasePath) -> io::Result<File> {
    open_plain(&check_parts(root, path)?)
}

/// The path of something in the folder, none of whose parts is a link.
pub(crate) fn check_parts(root: &Path, path: &CasePath) -> io::Result<PathBuf> {
    let mut place = root.to_owned();
    for part in path.parts() {
        place.push(part);
        if fs::symlink_metadata(&place)?.file_type().is_symlink() {
            return Err(io::Error::other("a symbolic link, which is not followed"));
        }
    }
    Ok(place)
}

/// Hashes an open file; a change meanwhile is an error.
fn fingerprint(mut file: File) -> io::Result<Fingerprint> {
    let before = file.metadata()?;
    let (sha256, size) = Sha256::of_reader(&mut file)?;
    let after = file.metadata()?;
    // Not every system keeps a time of change; there the size alone has to do.
    let is_same_time = before.modified().ok() == after.modified().ok();
    if before.len() != size || after.len() != size || !is_same_time {
        return Err(io::Error::other("it changed while it was read"));
    }
    Ok(Fingerprint { sha256, size })
}

/// The named files of the folder that cannot be opened, at the places that name them.
fn missing_files(root: &Path, files: &[(CasePath, Place)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, place) in files {
        if let Err(error) = open_inside(root, path) {
            let met = format!("cannot open `{path}`: {error}");
            problems.push(place.problem(met, "put the file there, or correct its path"));
        }
    }
    problems
}

/// The files outside the folder that cannot be opened.
fn outside_gaps(root: &Path, case: &Case) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for item in &case.evidence {
        if let Some(EvidenceFile::Outside { path, sha256 }) = &item.file
            && let Err(error) = open_plain(&root.join(path))
        {
            let reason =
                FileShortfall::Evidence { id: item.id.to_string(), sha256: *sha256, error };
            gaps.push(Gap::of(path, &reason));
        }
    }
    gaps
}
