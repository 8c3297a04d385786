//! Changes of the hand-written files by a program: checked before they are written, entered in the log, and taken back.
//!
//! The former text of a file is kept in `.demarche/history/`, named by its hash, so that a change can be undone even after
//! the program has ended. The files themselves stay plain text, which a person, git or the command line changes as well.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::log::{Change, Log, LogEntry, Stamp};
use super::open::{CaseFolder, OpenError};
use super::plain::{FolderError, open_inside, read_small, replace};
use super::seal::{Guard, SealError, append_change, read_sound_log};
use crate::{CasePath, Recipient, Sha256};

/// The hand-written files that a program may change, besides the texts of notes ([`CaseFolder::note_text`]).
pub const CHANGEABLE: [&str; 3] = ["case.toml", "evidence.toml", "response.toml"];

/// The folder of notes whose text a person wrote.
const NOTES: &str = "notes";

/// The folder of what files held before.
const HISTORY: &str = ".demarche/history";

/// A new text for one of the hand-written files.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'a> {
    /// One of [`CHANGEABLE`], or the text of a note ([`CaseFolder::note_text`]).
    pub file: &'a str,
    /// The text that the writer read before; empty where there was no file.
    pub before: &'a str,
    /// The text that is to stand there.
    pub after: &'a str,
    /// The change in words, on one line, for the log.
    pub detail: &'a str,
}

/// A change that was not made; the files are as they were.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChangeError {
    /// The file is none that a program changes.
    #[error("`{0}` is no file that is changed here")]
    File(String),
    /// Somebody changed the file meanwhile.
    #[error("{0} was changed by somebody else meanwhile")]
    Meanwhile(String),
    /// There is no change that could be taken back.
    #[error("nothing is left to take back")]
    Nothing,
    /// The former text of the file is no longer kept.
    #[error("what {0} held before is not kept any more")]
    Lost(String),
    /// The case would not be right with it.
    #[error(transparent)]
    Case(#[from] OpenError),
    /// A file could not be read or written.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The log does not take it.
    #[error(transparent)]
    Log(#[from] SealError),
}

impl ChangeError {
    /// Returns the remedy, if there is one.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Meanwhile(_) => Some("look at the file as it is now, and make the change again"),
            Self::Folder(error) => Some(error.hint()),
            Self::Log(error) => Some(error.hint()),
            Self::File(_) | Self::Nothing | Self::Lost(_) | Self::Case(_) => None,
        }
    }
}

impl CaseFolder {
    /// Changes a hand-written file, and enters that in the log.
    ///
    /// The case is read with the new text first, so that no change leaves a case that cannot be read.
    ///
    /// # Errors
    ///
    /// A file that is not changed here or was changed meanwhile; the problems of the new text, each with its place; a
    /// folder that cannot be written to.
    pub fn change(root: &Path, edit: &Edit<'_>, stamp: &Stamp<'_>) -> Result<(), ChangeError> {
        make(root, edit, false, stamp)
    }

    /// Takes the latest change back that was not taken back yet.
    ///
    /// # Errors
    ///
    /// There is none, or a person changed the file since; what it held before is gone; as for [`CaseFolder::change`].
    pub fn undo(root: &Path, stamp: &Stamp<'_>) -> Result<Change, ChangeError> {
        let entry = Self::last_change(root)?.ok_or(ChangeError::Nothing)?;
        let change = entry.change.clone().ok_or(ChangeError::Nothing)?;
        let now = text_of(root, &change.file)?;
        let before = kept(root, &change)?;
        let detail = format!("took back: {}", entry.detail);
        let edit = Edit { file: &change.file, before: &now, after: &before, detail: &detail };
        make(root, &edit, true, stamp)?;
        Ok(change)
    }

    /// The change that [`CaseFolder::undo`] would take back, as the log has it.
    ///
    /// # Errors
    ///
    /// The log does not hold, or a file cannot be read.
    pub fn last_change(root: &Path) -> Result<Option<LogEntry>, ChangeError> {
        let log = read_sound_log(root)?;
        let mut undone: usize = 0;
        // Changes are taken back from the latest on, so that each undoing belongs to the nearest change before it.
        for (entry, _) in log.entries.iter().rev() {
            match &entry.change {
                None => {}
                Some(change) if change.is_undo => undone += 1,
                Some(_) if undone > 0 => undone -= 1,
                Some(change) => {
                    let now = Sha256::of(text_of(root, &change.file)?.as_bytes());
                    return Ok((now == change.after).then(|| entry.clone()));
                }
            }
        }
        Ok(None)
    }

    /// Adds a file to the folder `evidence`, under a name that is free, and returns its path and hash.
    ///
    /// # Errors
    ///
    /// A folder that cannot be written to, or a name that is none.
    pub fn add_file(
        root: &Path,
        name: &str,
        bytes: &[u8],
    ) -> Result<(CasePath, Sha256), FolderError> {
        let folder = root.join("evidence");
        let error = |source| FolderError::new("write", &folder, source);
        make_plain_folder(&folder)?;
        for number in 1..1_000_u16 {
            let name = numbered(name, number);
            let path: CasePath = format!("evidence/{name}")
                .parse()
                .map_err(|_| error(io::Error::other("the name of the file cannot be used")))?;
            let place = root.join(path.as_str());
            match fs::OpenOptions::new().write(true).create_new(true).open(&place) {
                Err(found) if found.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(FolderError::new("write", &place, source)),
                Ok(mut file) => {
                    let written = file.write_all(bytes).and_then(|()| file.sync_all());
                    written.map_err(|source| FolderError::new("write", &place, source))?;
                    return Ok((path, Sha256::of(bytes)));
                }
            }
        }
        Err(error(io::Error::other("a thousand files have this name")))
    }

    /// The text of a hand-written file; empty where there is none.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is no text.
    pub fn text(root: &Path, file: &str) -> Result<String, ChangeError> {
        text_of(root, file)
    }

    /// The path of the text of a note that a person wrote, such as `notes/note-CN.md`.
    ///
    /// A file there that is not empty takes the place of the text that the case gives.
    #[must_use]
    pub fn note_text(to: Recipient) -> String {
        format!("{NOTES}/note-{to}.md")
    }

    /// The log of a case folder, from its first line; empty where there is none.
    ///
    /// # Errors
    ///
    /// The log cannot be read.
    pub fn log(root: &Path) -> Result<Log, FolderError> {
        Ok(super::seal::read_log(root)?.unwrap_or_default())
    }
}

/// Makes a folder where there is none; a link in its place is an error.
fn make_plain_folder(folder: &Path) -> Result<(), FolderError> {
    if is_plain_folder(folder)? {
        return Ok(());
    }
    fs::create_dir(folder).map_err(|source| FolderError::new("write", folder, source))
}

/// True where there is a folder, false where there is nothing; anything else, such as a link, is an error.
fn is_plain_folder(folder: &Path) -> Result<bool, FolderError> {
    match fs::symlink_metadata(folder) {
        Ok(found) if found.is_dir() => Ok(true),
        Ok(_) => Err(FolderError::new("open", folder, io::Error::other("no folder"))),
        Err(_) => Ok(false),
    }
}

/// `report.pdf`, `report-2.pdf`, …
fn numbered(name: &str, number: u16) -> String {
    match (number, name.rsplit_once('.')) {
        (1, _) => name.to_owned(),
        (_, Some((stem, end))) => format!("{stem}-{number}.{end}"),
        (_, None) => format!("{name}-{number}"),
    }
}

fn make(root: &Path, edit: &Edit<'_>, is_undo: bool, stamp: &Stamp<'_>) -> Result<(), ChangeError> {
    let guard = Guard::take(root)?;
    let log = read_sound_log(root)?;
    if text_of(root, edit.file)? != edit.before {
        return Err(ChangeError::Meanwhile(edit.file.to_owned()));
    }
    CaseFolder::open_with(root, edit.file, edit.after)?;
    let change = Change {
        file: edit.file.to_owned(),
        before: keep(root, edit.before)?,
        after: Sha256::of(edit.after.as_bytes()),
        is_undo,
    };
    put(root, edit.file, edit.after)?;
    let entered = append_change(root, &log, stamp, edit.detail, change);
    if entered.is_err() {
        // A change that the log does not know must not stay.
        put(root, edit.file, edit.before)?;
    }
    drop(guard);
    Ok(entered.map(|_| ())?)
}

/// Checks that a file is a hand-written one; the name may come from a log, so that no other file is opened.
fn check_changeable(file: &str) -> Result<(), ChangeError> {
    let note = file.strip_prefix("notes/note-").and_then(|rest| rest.strip_suffix(".md"));
    let is_note = note
        .and_then(|to| to.parse::<Recipient>().ok())
        .is_some_and(|to| CaseFolder::note_text(to) == file);
    if is_note || CHANGEABLE.contains(&file) {
        return Ok(());
    }
    Err(ChangeError::File(file.to_owned()))
}

/// The text of a hand-written file; empty where there is none.
fn text_of(root: &Path, file: &str) -> Result<String, ChangeError> {
    check_changeable(file)?;
    if file.starts_with(NOTES) && !is_plain_folder(&root.join(NOTES))? {
        return Ok(String::new());
    }
    let bytes = match read_small(root, file) {
        Err(error) if error.source.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        read => read?,
    };
    let no_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8");
    let text = String::from_utf8(bytes).map_err(no_text);
    Ok(text.map_err(|source| FolderError::new("read", &root.join(file), source))?)
}

fn history(root: &Path) -> PathBuf {
    root.join(HISTORY)
}

/// Keeps a text under its hash.
fn keep(root: &Path, text: &str) -> Result<Sha256, FolderError> {
    let hash = Sha256::of(text.as_bytes());
    let folder = history(root);
    let error = |source| FolderError::new("write", &folder, source);
    for folder in [root.join(".demarche"), folder.clone()] {
        let is_link = fs::symlink_metadata(&folder).is_ok_and(|found| found.is_symlink());
        if is_link {
            return Err(error(io::Error::other("a symbolic link, which is not followed")));
        }
    }
    fs::create_dir_all(&folder).map_err(error)?;
    let path = folder.join(hash.to_string());
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    // A confidential file stays confidential in what is kept of it.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(&path) {
        Err(found) if found.kind() == io::ErrorKind::AlreadyExists => Ok(hash),
        Err(source) => Err(error(source)),
        Ok(mut file) => {
            file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(error)?;
            Ok(hash)
        }
    }
}

/// The text of a file before a change.
fn kept(root: &Path, change: &Change) -> Result<String, ChangeError> {
    let lost = || ChangeError::Lost(change.file.clone());
    let path: CasePath = change.before.to_string().parse().map_err(|_| lost())?;
    let file = open_inside(&history(root), &path).map_err(|_| lost())?;
    let text = io::read_to_string(file).map_err(|_| lost())?;
    if Sha256::of(text.as_bytes()) == change.before { Ok(text) } else { Err(lost()) }
}

/// Puts a text in place at once or not at all; an empty one removes a file that may be missing.
fn put(root: &Path, file: &str, text: &str) -> Result<(), FolderError> {
    let path = root.join(file);
    let error = |source| FolderError::new("write", &path, source);
    let is_note = file.starts_with(NOTES);
    if text.is_empty() && (is_note || file == "response.toml") {
        return match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(error(source)),
            Ok(()) | Err(_) => Ok(()),
        };
    }
    if is_note {
        make_plain_folder(&root.join(NOTES))?;
    }
    let rights = fs::metadata(&path).ok().map(|found| found.permissions());
    let new = history(root).join(format!("{}.new", file.replace('/', "-")));
    replace(&path, &new, text.as_bytes(), rights)
}
