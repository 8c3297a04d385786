//! The list of files beside a note, so that its recipient can check what arrived: names, sizes and hashes, and nothing
//! else.
//!
//! The file comes from outside, and so may what lies beside it: no path in it leads out of the folder that is checked,
//! no link is followed, and no more of a file is read than the note says that it has.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::folder::{check_parts, open_plain};
use crate::{CasePath, Sha256, Tlp};

/// The files of a note and the files that it annexes, by size and hash.
///
/// It says nothing that the note itself does not show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteAnnex {
    /// The version of this form, [`NoteAnnex::VERSION`].
    pub version: u32,
    /// The reference as it stands in the note.
    pub reference: String,
    /// The marking of the note.
    pub marking: Tlp,
    /// The note's own files, which lie beside this one.
    pub files: Vec<AnnexFile>,
    /// The files that the note lists as what it rests on; they are sent apart, or on request.
    pub annexes: Vec<AnnexFile>,
}

/// A file by its size and hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnnexFile {
    /// Its name, or its path below the folder of annexes, with `/` between the parts.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its hash.
    pub sha256: Sha256,
}

impl AnnexFile {
    /// A file of these bytes.
    #[must_use]
    pub fn of(path: impl Into<String>, bytes: &[u8]) -> Self {
        let size = bytes.len() as u64;
        Self { path: path.into(), bytes: size, sha256: Sha256::of(bytes) }
    }
}

/// The reason why the file beside a note cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnnexError {
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// The file.
        path: String,
        /// The reason.
        source: io::Error,
    },
    /// The file is larger than any such file.
    #[error("larger than {} MiB", NoteAnnex::LARGEST >> 20)]
    TooLarge,
    /// The file is no list of a note's files.
    #[error("not a list of a note's files")]
    Form(#[from] serde_json::Error),
    /// The file lists nothing that could be checked.
    #[error("it lists none of the note's files")]
    Empty,
    /// The file lists a file twice.
    #[error("it lists `{}` twice", crate::reader::shown(.0))]
    Twice(String),
    /// The file is of a version that is not known.
    #[error("version {0} of the form, and only {known} is known", known = NoteAnnex::VERSION)]
    Version(u32),
}

impl AnnexError {
    /// The remedy.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "name the file `note-….annex.json` that came with the note",
            Self::TooLarge | Self::Form(_) | Self::Empty | Self::Twice(_) => {
                "ask the sender for the file again, and compare its hash by another channel"
            }
            Self::Version(_) => "use the version of demarche that wrote the note, or a newer one",
        }
    }
}

impl NoteAnnex {
    /// The version of the form that this program writes and reads.
    pub const VERSION: u32 = 1;

    /// The largest such file that is read, in bytes: some ten thousand files.
    pub const LARGEST: u64 = 4 << 20;

    /// The form as it lies beside a note.
    ///
    /// # Errors
    ///
    /// None that is known: names, numbers and hashes can be written.
    pub fn to_json(&self) -> serde_json::Result<String> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// The list, if it says something of at least one file and of none twice.
    fn checked(self) -> Result<Self, AnnexError> {
        if self.files.is_empty() {
            return Err(AnnexError::Empty);
        }
        for list in [&self.files, &self.annexes] {
            let mut paths: Vec<&str> = list.iter().map(|file| file.path.as_str()).collect();
            paths.sort_unstable();
            let twice = paths.iter().zip(paths.iter().skip(1)).find(|(entry, next)| entry == next);
            if let Some((path, _)) = twice {
                return Err(AnnexError::Twice((*path).to_owned()));
            }
        }
        Ok(self)
    }

    /// Reads the form from the bytes of a file.
    ///
    /// # Errors
    ///
    /// Bytes that are too many, of another form or version, that list nothing or something twice.
    pub fn read(bytes: &[u8]) -> Result<Self, AnnexError> {
        if u64::try_from(bytes.len()).is_ok_and(|size| size <= Self::LARGEST) {
            let annex: Self = serde_json::from_slice(bytes)?;
            if annex.version != Self::VERSION {
                return Err(AnnexError::Version(annex.version));
            }
            return annex.checked();
        }
        Err(AnnexError::TooLarge)
    }
}

/// The result of checking a note's files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AnnexVerification {
    /// The reference of the note.
    pub reference: String,
    /// The marking of the note.
    pub marking: Tlp,
    /// The note's own files.
    pub files: Vec<CheckedFile>,
    /// The files that it annexes.
    pub annexes: Vec<CheckedFile>,
}

impl AnnexVerification {
    /// Every file in the order of the list.
    fn all(&self) -> impl Iterator<Item = &CheckedFile> {
        self.files.iter().chain(&self.annexes)
    }

    /// The number of files that are as the list says.
    #[must_use]
    pub fn holding(&self) -> usize {
        self.all().filter(|entry| entry.state == FileState::Holds).count()
    }

    /// The number of files that are not there; those that nobody asked to check are not counted.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.all().filter(|entry| entry.state == FileState::Missing).count()
    }

    /// The number of files that are there and are not as the list says, or must not be opened.
    #[must_use]
    pub fn differing(&self) -> usize {
        let is_well = |state: &FileState| {
            matches!(state, FileState::Holds | FileState::Missing | FileState::NotChecked)
        };
        self.all().filter(|entry| !is_well(&entry.state)).count()
    }
}

/// A file of the list, and how it was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedFile {
    /// As the list has it.
    pub path: String,
    /// The state of the file.
    #[serde(flatten)]
    pub state: FileState,
}

/// The state of a file of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum FileState {
    /// Size and hash are as the list says.
    Holds,
    /// The file is not there.
    Missing,
    /// No folder of annexes was named.
    NotChecked,
    /// Its size is another; its bytes were not read.
    OtherSize {
        /// The size that was met, in bytes.
        met: u64,
    },
    /// Its bytes are others.
    OtherBytes {
        /// The hash that was met.
        met: Sha256,
    },
    /// Its path leads elsewhere, so that it was not opened.
    NotOpened,
    /// The file cannot be read, or is a link, which is not followed.
    Unreadable {
        /// The reason.
        reason: String,
    },
}

impl fmt::Display for FileState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Holds => f.write_str("holds"),
            Self::Missing => f.write_str("missing"),
            Self::NotChecked => f.write_str("not checked"),
            Self::OtherSize { met } => write!(f, "differs: it has {met} bytes"),
            Self::OtherBytes { met } => write!(f, "differs: its SHA-256 is {met}"),
            Self::NotOpened => f.write_str("refused: its path leads out of the folder"),
            Self::Unreadable { reason } => write!(f, "cannot be read: {reason}"),
        }
    }
}

/// Checks the files of a note, beside the list of them, and the files that it annexes, in a folder where one is named.
///
/// # Errors
///
/// The list itself cannot be used.
pub fn verify_annex(list: &Path, annexes: Option<&Path>) -> Result<AnnexVerification, AnnexError> {
    let unreadable = |source| AnnexError::Unreadable { path: list.display().to_string(), source };
    let mut bytes = Vec::new();
    let file = File::open(list).map_err(unreadable)?;
    file.take(NoteAnnex::LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let annex = NoteAnnex::read(&bytes)?;
    let beside = list.parent().filter(|folder| !folder.as_os_str().is_empty());
    let beside = beside.unwrap_or(Path::new("."));
    let beside_note = |file: &AnnexFile| {
        let is_name = !file.path.contains('/');
        let state = if is_name { found(beside, file) } else { FileState::NotOpened };
        CheckedFile { path: file.path.clone(), state }
    };
    let annexed = |file: &AnnexFile| {
        let state = annexes.map_or(FileState::NotChecked, |folder| found(folder, file));
        CheckedFile { path: file.path.clone(), state }
    };
    Ok(AnnexVerification {
        reference: annex.reference.clone(),
        marking: annex.marking,
        files: annex.files.iter().map(beside_note).collect(),
        annexes: annex.annexes.iter().map(annexed).collect(),
    })
}

/// Returns the state of a file below a folder.
fn found(folder: &Path, wanted: &AnnexFile) -> FileState {
    let Ok(path) = wanted.path.parse::<CasePath>() else { return FileState::NotOpened };
    compared(folder, &path, wanted).unwrap_or_else(|error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => FileState::Missing,
        _ => FileState::Unreadable { reason: error.to_string() },
    })
}

fn compared(folder: &Path, path: &CasePath, wanted: &AnnexFile) -> io::Result<FileState> {
    let file = open_plain(&check_parts(folder, path)?)?;
    let met = file.metadata()?.len();
    if met != wanted.bytes {
        return Ok(FileState::OtherSize { met });
    }
    let (sha256, met) = Sha256::of_reader(&mut file.take(wanted.bytes.saturating_add(1)))?;
    // A file that grew meanwhile.
    if met != wanted.bytes {
        return Ok(FileState::OtherSize { met });
    }
    let holds = sha256 == wanted.sha256;
    Ok(if holds { FileState::Holds } else { FileState::OtherBytes { met: sha256 } })
}
