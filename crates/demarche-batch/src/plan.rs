//! The plan of a job: one task for each file, then one for each range of origins.
//!
//! All that a job knows lies in its folder as plain files, so that it can be looked at, resumed and checked:
//! `plan.json`, `partials/`, `merged/`, and at the end `answer.csv` with `answer.json`.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use demarche_case::{Asn, Sha256, Tlp};
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::columns::TableReader;
use crate::fault::BatchError;
use crate::files::{hash, write_json};
use crate::folder::Partial;
use crate::manifest::Kind;

/// A job: what is asked, of which files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The kind of partials.
    pub kind: Kind,
    /// The inputs, as the workers find them.
    pub inputs: Vec<PathBuf>,
    /// Peers with more prefixes than this are full feeds; `None` for three quarters of the largest peer.
    pub full_feed: Option<u64>,
    /// The share of vantage points left out at each end, from 0 to 0.5.
    pub trim: f64,
    /// The marking of the inputs.
    pub tlp: Tlp,
    /// The number of ranges that the merge is divided into, at least 1.
    pub ranges: usize,
    /// The program that made the plan; workers of another version are refused.
    pub program: String,
}

impl Plan {
    /// Reads the plan of a job's folder.
    ///
    /// # Errors
    ///
    /// [`BatchError`] when there is none, or it cannot be read.
    pub fn read(folder: &Path) -> Result<Self, BatchError> {
        let path = folder.join("plan.json");
        let text = fs::read(&path).map_err(BatchError::path("read", &path))?;
        serde_json::from_slice(&text).map_err(|source| BatchError::Manifest { path, source })
    }

    /// Writes the plan into a job's folder, which is made where it is missing.
    ///
    /// # Errors
    ///
    /// [`BatchError::Mixed`] when the folder has another plan; [`BatchError`] when it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), BatchError> {
        fs::create_dir_all(folder).map_err(BatchError::path("create", folder))?;
        match Self::read(folder) {
            Ok(plan) if plan == *self => return Ok(()),
            Ok(_) => {
                return Err(BatchError::Mixed(format!(
                    "{} has the plan of another job; give each job a folder of its own",
                    folder.display()
                )));
            }
            Err(_) => {}
        }
        write_json(self, &folder.join("plan.json"))
    }
}

/// The folder of a job's partials.
#[must_use]
pub fn partials_of(folder: &Path) -> PathBuf {
    folder.join("partials")
}

/// The folder of a job's merged parts.
#[must_use]
pub fn parts_of(folder: &Path) -> PathBuf {
    folder.join("merged")
}

/// One merged range, as the file beside its rows tells of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The range.
    pub range: Range,
    /// One hash for the tables that were merged.
    pub fingerprint: Sha256,
    /// The share of vantage points left out at each end.
    pub trim: f64,
    /// The rows.
    pub rows: u64,
    /// The bytes of the file.
    pub bytes: u64,
    /// The hash of the file.
    pub sha256: Sha256,
}

impl Part {
    /// The file of a range's rows.
    #[must_use]
    pub fn file(folder: &Path, range: Range) -> PathBuf {
        folder.join(format!("part-{:010}-{:010}.csv", range.first.0, range.last.0))
    }

    /// The part of a range that is there and whole: of these tables, with this trim, and with the hash that it tells.
    #[must_use]
    pub fn existing(folder: &Path, range: Range, fingerprint: Sha256, trim: f64) -> Option<Self> {
        let file = Self::file(folder, range);
        let part: Self =
            serde_json::from_slice(&fs::read(file.with_extension("json")).ok()?).ok()?;
        let is_ours = part.range == range
            && part.fingerprint == fingerprint
            && part.trim.to_bits() == trim.to_bits();
        let is_whole = is_ours && hash(&file).ok()? == (part.sha256, part.bytes);
        is_whole.then_some(part)
    }

    /// Writes the rows of a range and tells of them; the file that tells comes last.
    ///
    /// # Errors
    ///
    /// What `write` gives, and [`BatchError::Path`] when the folder cannot be written.
    pub fn write(
        folder: &Path,
        range: Range,
        trim: f64,
        write: impl FnOnce(&mut fs::File) -> Result<(Sha256, u64), BatchError>,
    ) -> Result<Self, BatchError> {
        fs::create_dir_all(folder).map_err(BatchError::path("create", folder))?;
        let file = Self::file(folder, range);
        let mut temporary =
            NamedTempFile::new_in(folder).map_err(BatchError::path("write to", folder))?;
        let (fingerprint, rows) = write(temporary.as_file_mut())?;
        temporary.as_file().sync_all().map_err(BatchError::path("write", &file))?;
        let (sha256, bytes) = hash(temporary.path())?;
        temporary.persist(&file).map_err(|error| BatchError::path("write", &file)(error.error))?;
        let part = Self { range, fingerprint, trim, rows, bytes, sha256 };
        write_json(&part, &file.with_extension("json"))?;
        Ok(part)
    }
}

/// Divides all origins into ranges of about equally many rows, by the groups of rows of the tables.
///
/// The same tables give the same ranges; together they cover every origin, and no two meet.
///
/// # Errors
///
/// [`BatchError::Table`] when a table cannot be opened.
pub fn ranges(partials: &[Partial], count: usize) -> Result<Vec<Range>, BatchError> {
    let mut starts: Vec<u32> = Vec::new();
    for partial in partials {
        let table = TableReader::open(&partial.table, &["origin"])
            .map_err(BatchError::table("open", &partial.table))?;
        let bounds = (0..table.groups()).filter_map(|group| table.bounds(group, 0));
        starts.extend(bounds.filter_map(|(lowest, _)| u32::try_from(lowest).ok()));
    }
    starts.sort_unstable();
    let mut firsts = vec![0];
    for part in 1..count.max(1) {
        let start = starts.get(starts.len() * part / count.max(1)).copied();
        firsts.extend(start.filter(|start| firsts.last().is_some_and(|last| last < start)));
    }
    let lasts = firsts.iter().skip(1).map(|next| next - 1).chain([u32::MAX]);
    let range = |(first, last): (&u32, u32)| Range { first: Asn(*first), last: Asn(last) };
    Ok(firsts.iter().zip(lasts).map(range).collect())
}

/// A range of origins, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Range {
    /// The least origin.
    pub first: Asn,
    /// The greatest origin.
    pub last: Asn,
}

impl Range {
    /// Every origin.
    pub const ALL: Self = Self { first: Asn(0), last: Asn(u32::MAX) };

    pub(crate) fn holds(self, origin: u32) -> bool {
        (self.first.0..=self.last.0).contains(&origin)
    }

    /// Returns true if some origin between the bounds can be in the range.
    pub(crate) fn meets(self, (lowest, highest): (i64, i64)) -> bool {
        i64::from(self.first.0) <= highest && lowest <= i64::from(self.last.0)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}..{}", self.first.0, self.last.0)
    }
}

/// The error of a text that is no range of origins.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no range of origins; write two AS numbers with two dots between them, as in 1..65535"
)]
pub struct RangeError(String);

impl FromStr for Range {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        let wrong = || RangeError(text.to_owned());
        let (first, last) = text.split_once("..").ok_or_else(wrong)?;
        let number = |text: &str| text.trim().trim_start_matches("AS").parse().map_err(|_| wrong());
        let range = Self { first: Asn(number(first)?), last: Asn(number(last)?) };
        if range.first > range.last { Err(wrong()) } else { Ok(range) }
    }
}
