//! The list of what demarche wrote into a folder of outputs.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use anyhow::Context;
use demarche_case::{CaseId, Recipient, Sha256};
use demarche_report::Note;
use serde::{Deserialize, Serialize};

use crate::output;

/// The name of the list.
pub(crate) const LIST: &str = "written.json";

/// The largest list that is read, in bytes: some ten thousand files.
const LARGEST: u64 = 4 << 20;

/// The version of the form that this program writes and reads.
const VERSION: u32 = 1;

/// The most folders of new texts beside changed ones.
pub(crate) const MOST_BESIDE: usize = 99;

/// The reason why a folder cannot take outputs.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OutError {
    #[error("{0} is a link, which is not followed")]
    Link(String),
    #[error("{0} is not a folder")]
    NotAFolder(String),
    #[error("{0} is not empty, and demarche did not write it: it has no `{LIST}`")]
    NotAnAssessment(String),
    #[error("{path} holds the assessment of another case, `{case}`")]
    AnotherCase { path: String, case: CaseId },
    #[error("{path} is no list of what demarche wrote: {problem}")]
    List { path: String, problem: String },
}

impl OutError {
    /// The remedy.
    pub(crate) const fn hint(&self) -> &'static str {
        match self {
            Self::Link(_) => "name the folder that the link leads to with --out",
            Self::NotAFolder(_) | Self::NotAnAssessment(_) | Self::AnotherCase { .. } => {
                "name a new or empty folder with --out; nothing was written"
            }
            Self::List { .. } => {
                "name a new or empty folder with --out, or restore the list; nothing was written"
            }
        }
    }
}

/// The list as it lies in the folder.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct List {
    version: u32,
    /// The case whose assessment this is.
    pub(crate) case: CaseId,
    /// Each path with what demarche wrote there. A run that was killed leaves both the old and the new entry.
    pub(crate) files: BTreeMap<String, Vec<Entry>>,
}

/// A file as demarche wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Entry {
    /// Its size in bytes.
    pub(crate) bytes: u64,
    pub(crate) sha256: Sha256,
    pub(crate) by: Author,
}

/// The command that wrote a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Author {
    Assess,
    Note,
}

impl Entry {
    pub(crate) fn of(bytes: &[u8], by: Author) -> Self {
        Self { bytes: bytes.len() as u64, sha256: Sha256::of(bytes), by }
    }
}

impl List {
    /// A list of nothing.
    pub(crate) const fn new(case: CaseId) -> Self {
        Self { version: VERSION, case, files: BTreeMap::new() }
    }

    /// Reads the list of a folder; `None` for a folder without a list.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Option<Self>> {
        let path = root.join(LIST);
        let wrong = |problem: String| OutError::List { path: path.display().to_string(), problem };
        let cannot = || format!("cannot read {}", path.display());
        let found = match fs::symlink_metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            found => found.with_context(cannot)?,
        };
        if !found.is_file() {
            return Err(wrong("it is no plain file".to_owned()).into());
        }
        let mut text = Vec::new();
        let file = File::open(&path).with_context(cannot)?;
        file.take(LARGEST + 1).read_to_end(&mut text).with_context(cannot)?;
        if text.len() as u64 > LARGEST {
            return Err(wrong(format!("it is larger than {} MiB", LARGEST >> 20)).into());
        }
        let list: Self = serde_json::from_slice(&text).map_err(|error| wrong(error.to_string()))?;
        list.check().map_err(wrong)?;
        Ok(Some(list))
    }

    /// Refuses a list that names anything but files that demarche writes.
    fn check(&self) -> Result<(), String> {
        if self.version != VERSION {
            return Err(format!("it has version {}, and only {VERSION} is known", self.version));
        }
        match self.files.keys().find(|path| !is_ours(path)) {
            Some(path) => {
                Err(format!("it names `{}`, which demarche does not write", output::name(path)))
            }
            None => Ok(()),
        }
    }

    /// Writes the list as a whole.
    pub(crate) fn write(&self, root: &Path) -> anyhow::Result<()> {
        let mut text = serde_json::to_string_pretty(self).context("cannot write JSON")?;
        text.push('\n');
        output::write(&root.join(LIST), &text)
    }
}

/// Returns the folder of new texts with its slash: the folder of outputs itself, then `new/`, `new-2/` and so on.
pub(crate) fn folder(number: usize) -> String {
    match number {
        0 => String::new(),
        1 => "new/".to_owned(),
        _ => format!("new-{number}/"),
    }
}

/// Returns the folder of a path with its slash; empty where the path has none.
pub(crate) fn parent(path: &str) -> &str {
    path.rfind('/').and_then(|end| path.get(..=end)).unwrap_or("")
}

/// Returns the start of the name of a path: `note-CN` of `new/note-CN.annex.json`.
pub(crate) fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().unwrap_or(name)
}

/// Returns the ends that the names of a set of files may have.
pub(crate) fn ends(stem: &str) -> &'static [&'static str] {
    match stem {
        "report" => &["html"],
        "assessment" => &["json"],
        _ => &Note::ENDS,
    }
}

/// Returns true for the path of a file that demarche writes, such as `note-CN.md` or `new/report.html`.
fn is_ours(path: &str) -> bool {
    let (folder, name) = (parent(path), path.get(parent(path).len()..).unwrap_or(""));
    let is_folder = (0..=MOST_BESIDE).any(|number| self::folder(number) == folder);
    let Some((stem, end)) = name.split_once('.') else { return false };
    let is_stem = match stem.strip_prefix("note-") {
        Some(to) => to.parse::<Recipient>().is_ok_and(|parsed| parsed.to_string() == to),
        None => ["report", "assessment"].contains(&stem),
    };
    is_folder && is_stem && ends(stem).contains(&end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_demarche_writes_are_its_own() {
        for path in
            ["note-CN.md", "note-TH-CERT.annex.json", "new/report.html", "new-2/assessment.json"]
        {
            assert!(is_ours(path), "{path}");
        }
        for path in [
            "",
            "..",
            "../note-CN.md",
            "/note-CN.md",
            "new/../note-CN.md",
            "other/note-CN.md",
            "new/new/note-CN.md",
            "note-CN.odt",
            "note-cn.md",
            "report.md",
            "mine.txt",
            "new-1/report.html",
            "new//report.html",
            "written.json",
        ] {
            assert!(!is_ours(path), "{path}");
        }
    }
}
