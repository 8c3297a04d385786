//! A new case: two commented files and the folders that go with them.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::plain::FolderError;
use crate::CaseId;

const CASE: &str = include_str!("init/case.toml");
const EVIDENCE: &str = include_str!("init/evidence.toml");

/// The folders of a case.
const FOLDERS: [&str; 3] = ["samples", "routes", "exposed"];

/// The reason why a new case was not made.
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
    /// The remedy.
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
/// What could not be made whole is taken away again, so that it can be tried again.
///
/// # Errors
///
/// A folder with anything in it, or one that cannot be written.
pub fn init(root: &Path, id: &CaseId) -> Result<(), InitError> {
    make(root)?;
    let list = |error| FolderError::new("list", root, error);
    if fs::read_dir(root).map_err(list)?.next().is_some() {
        return Err(InitError::NotEmpty(root.display().to_string()));
    }
    let mut written = Vec::new();
    fill(root, id, &mut written).inspect_err(|_| {
        for path in &written {
            drop(fs::remove_file(path));
        }
        // A folder in which somebody else has put something meanwhile is not empty, and stays.
        for folder in FOLDERS {
            drop(fs::remove_dir(root.join(folder)));
        }
    })?;
    Ok(())
}

fn make(path: &Path) -> Result<(), FolderError> {
    fs::create_dir_all(path).map_err(|error| FolderError::new("make", path, error))
}

/// Makes what is in a new case; `written` gets each file as soon as it is there, even if it stays empty.
fn fill(root: &Path, id: &CaseId, written: &mut Vec<PathBuf>) -> Result<(), FolderError> {
    for folder in FOLDERS {
        make(&root.join(folder))?;
    }
    let case = CASE.replace("new-case", id.as_str());
    for (name, text) in [("case.toml", case.as_str()), ("evidence.toml", EVIDENCE)] {
        let path = root.join(name);
        let file: io::Result<_> = OpenOptions::new().write(true).create_new(true).open(&path);
        file.inspect(|_| written.push(path.clone()))
            .and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.sync_all()))
            .map_err(|error| FolderError::new("write", &path, error))?;
    }
    Ok(())
}
