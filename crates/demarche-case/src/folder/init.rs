//! A new case: two commented files and the folders that go with them.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use super::FolderError;
use crate::CaseId;

const CASE: &str = include_str!("init/case.toml");
const EVIDENCE: &str = include_str!("init/evidence.toml");

/// Why a new case was not made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// The folder has something in it that could be lost.
    #[error("{0} is not empty")]
    NotEmpty(String),
    /// A file or folder could not be made.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

impl InitError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotEmpty(_) => "name a folder that does not exist yet",
            Self::Folder(error) => error.hint(),
        }
    }
}

/// Makes a case in a folder that is new or empty; what it writes can be assessed at once and filled in later.
///
/// # Errors
///
/// A folder with anything in it, or one that cannot be written.
pub fn init(root: &Path, id: &CaseId) -> Result<(), InitError> {
    let make = |path: &Path| {
        fs::create_dir_all(path).map_err(|error| FolderError::new("make", path, error))
    };
    make(root)?;
    let list = |error| FolderError::new("list", root, error);
    if fs::read_dir(root).map_err(list)?.next().is_some() {
        return Err(InitError::NotEmpty(root.display().to_string()));
    }
    for folder in ["samples", "routes", "exposed"] {
        make(&root.join(folder))?;
    }
    write(&root.join("case.toml"), &CASE.replace("new-case", id.as_str()))?;
    write(&root.join("evidence.toml"), EVIDENCE)?;
    Ok(())
}

fn write(path: &Path, text: &str) -> Result<(), FolderError> {
    let file: io::Result<_> = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| FolderError::new("write", path, error))
}
