//! The answers of `library fetch`, as plain data.

use std::collections::BTreeMap;

use demarche_case::{Moment, Sha256};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dataset::{Checked, Choice, Dataset, Published, Purpose};

/// The answer of `library fetch --list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CatalogueAnswer {
    /// All sets, previous attacks first.
    pub sets: Vec<Listed>,
    /// Names that stand for several sets.
    pub groups: BTreeMap<String, Vec<String>>,
}

/// One set of reference data, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Listed {
    /// The name to ask for it by.
    pub name: String,
    /// The content of the set and its purpose.
    pub about: String,
    /// The use of the set after its download.
    pub purpose: Purpose,
    /// The schedule of publication.
    pub published: Published,
    /// Terms and the credit that is due.
    pub licence: String,
    /// The usual size of one file, in bytes.
    pub usual_bytes: u64,
    /// The size above which a file is refused, in bytes.
    pub limit_bytes: u64,
    /// The evidence for the addresses.
    pub checked: Checked,
    /// Some address of the set.
    pub example: String,
}

/// The answer of `library fetch --dry-run`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanAnswer {
    /// The folder that files would go into.
    pub folder: String,
    /// One entry for each file.
    pub files: Vec<Planned>,
}

/// One file that would be brought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Planned {
    /// The set it belongs to.
    pub set: String,
    /// The addresses to try in order; the next one counts only when there is nothing at the one before.
    pub choices: Vec<Choice>,
}

/// The answer of `library fetch`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FetchAnswer {
    /// The folder that files went into.
    pub folder: String,
    /// The files that are there now, in the order asked.
    pub files: Vec<Fetched>,
    /// The commands to give next, one for each folder of tables or batch of catalogues.
    pub next: Vec<String>,
}

/// One file that is there now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Fetched {
    /// The set it belongs to.
    pub set: String,
    /// The file below the folder.
    pub file: String,
    /// The origin of the file in this run.
    pub state: State,
    /// The record of the download.
    pub download: Download,
}

/// The origin of a file in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Brought as a whole.
    New,
    /// An earlier attempt was carried on.
    Resumed,
    /// The server says that it has not changed since.
    Unchanged,
    /// The file was here with the hash on record, and never changes at its publisher: no server was asked.
    Present,
}

/// The record of one download, as it stands in `downloads.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Download {
    /// The address it was asked for at, that of the mirror where there is one.
    pub url: String,
    /// Its hash.
    pub sha256: Sha256,
    /// Its size.
    pub bytes: u64,
    /// The time of the download by this machine's clock.
    pub fetched: Moment,
    /// The time its content speaks of; nothing where that is the day of the download.
    pub as_of: Option<Moment>,
    /// The server's mark for this version (RFC 9110, section 8.8.3).
    pub etag: Option<String>,
    /// The time of the last change, as the server states it.
    pub last_modified: Option<String>,
    /// Terms and the credit that is due.
    pub licence: String,
}

/// The file `downloads.json` in the folder of downloads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Downloads {
    /// 1; it grows with every change that breaks a reader.
    pub version: u32,
    /// By file below the folder.
    pub files: BTreeMap<String, Download>,
}

impl From<&Dataset> for Listed {
    fn from(set: &Dataset) -> Self {
        Self {
            name: set.name.to_owned(),
            about: set.about.to_owned(),
            purpose: set.purpose,
            published: set.published,
            licence: set.licence.to_owned(),
            usual_bytes: set.usual,
            limit_bytes: set.limit,
            checked: set.checked,
            example: set.example(),
        }
    }
}
