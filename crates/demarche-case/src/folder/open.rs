//! A case folder, opened: its hand-written files are read, and every file that they name is looked for.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::plain::{FolderError, open_inside, open_plain, read_small};
use crate::reader::Place;
use crate::{
    Case, CaseError, CasePath, EvidenceFile, Gap, GapKind, Problem, Sha256, Shortfall, case,
    options,
};

/// The file that may add to the catalogue of responses.
const RESPONSE: &str = "response.toml";

/// A case folder whose two hand-written files are read and right.
#[derive(Clone, Debug)]
pub struct CaseFolder {
    root: PathBuf,
    case: Case,
    gaps: Vec<Gap>,
}

/// The reason why a case folder could not be opened.
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
    /// A sample, or the record of a watch, inside the case folder.
    #[error(transparent)]
    Named(FolderError),
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
            Self::Named(_) => None,
        }
    }
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
        Self::open_with(root, "", "")
    }

    /// Opens a case folder as if one of its files held another text.
    pub(crate) fn open_with(root: &Path, file: &str, text: &str) -> Result<Self, OpenError> {
        let read = |name| if name == file { Ok(text.to_owned()) } else { read_text(root, name) };
        let case_toml = read("case.toml")?;
        let evidence_toml = read("evidence.toml")?;
        let reading = case::read::reading(&case_toml, &evidence_toml);
        let mut problems = missing_files(root, &reading.files);
        let response = if file == RESPONSE { text.to_owned() } else { response_text(root)? };
        let response = options::read::reading(RESPONSE, &response);
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

    /// The inputs that the case names and are not there.
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
        let full_path = self.root.join(path.as_str());
        open_inside(&self.root, path).map_err(|error| FolderError::new("open", &full_path, error))
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
                let full_path = self.root.join(path);
                open_plain(&full_path).map_err(|error| FolderError::new("open", &full_path, error))
            }
        }
    }
}

/// The text of `response.toml`, which may be missing.
fn response_text(root: &Path) -> Result<String, OpenError> {
    let is_there = fs::symlink_metadata(root.join(RESPONSE)).is_ok();
    if is_there { read_text(root, RESPONSE) } else { Ok(String::new()) }
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
