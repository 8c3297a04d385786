//! The plan of a job: one task for each file, then one for each range of keys.
//!
//! All that a job knows lies in its folder as plain files, so that it can be looked at, resumed and checked:
//! `plan.json`, `partials/`, `merged/`, and at the end `answer.csv` with `answer.json`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use demarche_case::{Sha256, Tlp};
use serde::{Deserialize, Serialize};

use crate::columns::TableReader;
use crate::fault::BatchError;
use crate::files::{hash, hash_and_lines, keep, unfinished, write_json_of};
use crate::folder::{Asked, Merged, Partial};
use crate::manifest::{Kind, Label, Making};
use crate::range::Range;

/// A job: what is asked, of which files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The kind of partials.
    pub kind: Kind,
    /// The inputs, each content once.
    pub inputs: Vec<PlannedInput>,
    /// Peers with more prefixes than this are full feeds; `None` for three quarters of the largest peer.
    pub full_feed: Option<u64>,
    /// The share of vantage points left out at each end, from 0 to 0.5.
    pub trim: f64,
    /// For code: pairs of families by what at most so many families have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<u32>,
    /// The description of the programs of inputs that have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// For exposure: the file of the key of the digests, as the workers find it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_file: Option<String>,
    /// For exposure: the digits by which equal keys are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The marking of the inputs.
    pub tlp: Tlp,
    /// The number of ranges that the merge is divided into, at least 1.
    pub ranges: usize,
    /// The program that made the plan; workers of another version are refused.
    pub program: String,
}

/// A file of a plan. It is told by its content, so that one that has changed is not taken for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedInput {
    /// The file, as the workers find it.
    pub path: String,
    /// Its bytes.
    pub bytes: u64,
    /// Its hash.
    pub sha256: Sha256,
}

impl PlannedInput {
    /// Hashes a file under its absolute name.
    ///
    /// # Errors
    ///
    /// [`BatchError::Unfit`] for what is no plain file, and for a name that cannot be handed to a worker as a line of text;
    /// [`BatchError::Path`] when it cannot be read.
    pub fn of(file: &Path) -> Result<Self, BatchError> {
        let path = fs::canonicalize(file).map_err(BatchError::path("open", file))?;
        let unfit = |reason| BatchError::Unfit { path: file.to_owned(), reason };
        if !path.is_file() {
            return Err(unfit("it is no file but a folder, a device or a pipe; name files"));
        }
        let text = path.to_str().ok_or_else(|| unfit("its name is not UTF-8; rename it"))?;
        if text.contains(BREAKS) {
            return Err(unfit("its name has a line break; rename it"));
        }
        let (sha256, bytes) = hash(&path)?;
        Ok(Self { path: text.to_owned(), bytes, sha256 })
    }
}

/// The signs at which a line ends: workers are told a file by a line.
const BREAKS: [char; 2] = ['\n', '\r'];

/// The most ranges that a merge is divided into.
const RANGES: usize = 4096;

impl Plan {
    /// Reads the plan of a job's folder.
    ///
    /// # Errors
    ///
    /// [`BatchError`] when there is none, or it is none that this program writes.
    pub fn read(folder: &Path) -> Result<Self, BatchError> {
        let path = folder.join("plan.json");
        let text = fs::read(&path).map_err(BatchError::path("read", &path))?;
        let wrong = |reason: String| BatchError::Plan { path: path.clone(), reason };
        let plan: Self = serde_json::from_slice(&text)
            .map_err(|error| wrong(format!("line {} is not as it should be", error.line())))?;
        if !(1..=RANGES).contains(&plan.ranges) {
            return Err(wrong(format!(
                "it has {} ranges, and 1 to {RANGES} are possible",
                plan.ranges
            )));
        }
        if !(0.0..0.5).contains(&plan.trim) {
            return Err(wrong(format!("it leaves out {} at each end", plan.trim)));
        }
        let has_pairs = plan.pairs.is_none() || plan.kind == Kind::CodeTraits;
        if !has_pairs || plan.pairs.is_some_and(|most| !(2..=1000).contains(&most)) {
            return Err(wrong("its pairs of families are none that can be asked for".to_owned()));
        }
        let contents: BTreeSet<Sha256> = plan.inputs.iter().map(|input| input.sha256).collect();
        if contents.len() < plan.inputs.len() {
            return Err(wrong("it has an input twice".to_owned()));
        }
        if plan.inputs.iter().any(|input| input.path.contains(BREAKS)) {
            return Err(wrong("the name of an input has a line break".to_owned()));
        }
        Ok(plan)
    }

    /// The name that the files of an input's partial begin with.
    #[must_use]
    pub fn stem(&self, input: &PlannedInput) -> String {
        let making = Making::new(self.full_feed, self.tlp, &self.program);
        let making = Making { label: self.label.clone(), key: self.key.clone(), ..making };
        making.stem(self.kind, input.bytes, &input.sha256)
    }

    /// Returns true if a table is that of the partial which the plan wants of a file.
    ///
    /// A file that has changed since the plan gives another, also where it now has the bytes of another input of the plan.
    #[must_use]
    pub fn wants(&self, path: &str, table: &Path) -> bool {
        let named = |stem: String| table.file_stem().is_some_and(|name| name == stem.as_str());
        let planned = self.inputs.iter().filter(|input| input.path == path);
        planned.map(|input| self.stem(input)).any(named)
    }

    /// The question that the job answers.
    #[must_use]
    pub const fn asked(&self) -> Asked {
        Asked { trim: self.trim, pairs: self.pairs }
    }

    /// Writes the plan into a job's folder, which is made where it is missing.
    ///
    /// # Errors
    ///
    /// [`BatchError::Mixed`] when the folder has another plan; [`BatchError`] when it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), BatchError> {
        create(folder, self.kind.is_private()).map_err(BatchError::path("create", folder))?;
        match Self::read(folder) {
            Ok(plan) if plan == *self => return Ok(()),
            Ok(_) => {
                return Err(BatchError::Mixed(format!(
                    "{} has the plan of another job; give each job a folder of its own",
                    folder.display()
                )));
            }
            Err(error) if error.is_missing() => {}
            Err(error) => return Err(error),
        }
        write_json_of(self.kind.is_private(), self, &folder.join("plan.json"))
    }
}

/// Makes a folder where it is missing; one that is private is for its owner alone, also where it was there before.
fn create(folder: &Path, is_private: bool) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    if is_private {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        fs::set_permissions(folder, mode)?;
    }
    #[cfg(not(unix))]
    let _ = is_private;
    Ok(())
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
    /// What was merged, and how.
    #[serde(flatten)]
    pub merged: Merged,
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
        folder.join(format!("part-{:010}-{:010}.csv", range.first, range.last))
    }

    /// The part of a range that is there and whole: merged of the same and in the same way, with the hash that it tells.
    #[must_use]
    pub fn existing(folder: &Path, range: Range, merged: Merged) -> Option<Self> {
        let file = Self::file(folder, range);
        let part: Self =
            serde_json::from_slice(&fs::read(file.with_extension("json")).ok()?).ok()?;
        let is_ours = part.range == range && part.merged == merged;
        let told = (part.sha256, part.bytes, part.rows);
        (is_ours && hash_and_lines(&file).ok()? == told).then_some(part)
    }

    /// Writes the rows of a range and tells of them; the file that tells comes last. `write` gives their number.
    ///
    /// # Errors
    ///
    /// What `write` gives, and [`BatchError::Path`] when the folder cannot be written.
    pub fn write(
        kind: Kind,
        folder: &Path,
        range: Range,
        merged: Merged,
        write: impl FnOnce(&mut fs::File) -> Result<u64, BatchError>,
    ) -> Result<Self, BatchError> {
        fs::create_dir_all(folder).map_err(BatchError::path("create", folder))?;
        let file = Self::file(folder, range);
        let mut temporary = unfinished(folder, kind.is_private())?;
        let rows = write(temporary.as_file_mut())?;
        temporary.as_file().sync_all().map_err(BatchError::path("write", &file))?;
        let (sha256, bytes) = hash(temporary.path())?;
        keep(temporary, &file)?;
        let part = Self { range, merged, rows, bytes, sha256 };
        write_json_of(kind.is_private(), &part, &file.with_extension("json"))?;
        Ok(part)
    }
}

/// Divides all keys into ranges of about equally many rows, by the groups of rows of the tables.
///
/// The same tables give the same ranges; together they cover every key, and no two meet.
///
/// # Errors
///
/// [`BatchError::Table`] when a table cannot be opened.
pub fn ranges(kind: Kind, partials: &[Partial], count: usize) -> Result<Vec<Range>, BatchError> {
    let mut starts: Vec<u32> = Vec::new();
    for partial in partials {
        let table = TableReader::open(&partial.table, &[kind.range_column()])
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
    let range = |(first, last): (&u32, u32)| Range { first: *first, last };
    Ok(firsts.iter().zip(lasts).map(range).collect())
}
