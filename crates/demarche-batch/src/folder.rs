//! The partials of a folder: those that are whole, and those that are refused, each with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use demarche_case::assessment::Input;
use demarche_case::{Gap, GapKind, Sha256, Shortfall, Tlp};
use demarche_routes::depend::Session;
use demarche_routes::span;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256 as Hasher};

use crate::columns::TableReader;
use crate::fault::BatchError;
use crate::files::hash;
use crate::manifest::{Kind, Manifest, Program, stem_of_size, told_otherwise};

/// The most bytes of a manifest: 65,536 sessions of two families stay far below.
const MANIFEST: u64 = 64 << 20;

/// One partial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    /// Its manifest.
    pub manifest: Manifest,
    /// The file of its table.
    pub table: PathBuf,
}

/// Why a partial is left out of a merge.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The table is there, and the manifest, which is written last, is not.
    #[error("it has no manifest: it was not finished")]
    Unfinished,
    /// The manifest is longer than any that is written.
    #[error("its manifest is too long")]
    LongManifest,
    /// The manifest cannot be read.
    #[error("its manifest cannot be read: {0}")]
    Unreadable(io::ErrorKind),
    /// The manifest is none.
    #[error("its manifest is none that this version writes; see line {0}")]
    Manifest(usize),
    /// A pipe, a device or a folder has the name of one of its files.
    #[error("one of its files is no plain file")]
    NoFile,
    /// Another partial of the same input is there, under another name.
    #[error("{0} is of the same input, which counts once")]
    Twice(String),
    /// The table is not there.
    #[error("its table is missing")]
    NoTable,
    /// The table has another hash or size.
    #[error("its table is not the one that the manifest was written for")]
    Damaged,
    /// It is of another kind than its name says.
    #[error("its manifest says {0}")]
    OtherKind(Kind),
    /// Another version of the method made it.
    #[error(
        "it was made by version {theirs} of the method ({program}), and this is version {ours}"
    )]
    OtherMethod {
        /// The version that made it.
        theirs: u32,
        /// The version of this program.
        ours: u32,
        /// The program that made it.
        program: String,
    },
}

impl Shortfall for Refusal {
    fn kind(&self) -> GapKind {
        match self {
            Self::Unfinished | Self::NoTable => GapKind::Missing,
            Self::Unreadable(_) | Self::NoFile => GapKind::Unreadable,
            Self::Twice(_) => GapKind::Unused,
            Self::LongManifest | Self::Manifest(_) | Self::Damaged => GapKind::Damaged,
            Self::OtherKind(_) | Self::OtherMethod { .. } => GapKind::Refused,
        }
    }

    fn remedy(&self) -> Option<String> {
        Some(match self {
            Self::Unreadable(_) => "ask for the right to read it".to_owned(),
            Self::Twice(_) => "remove it".to_owned(),
            _ => "make it again with `demarche partial`".to_owned(),
        })
    }
}

/// The shortfall of a program that a table before tells otherwise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another partial has it as of another family than {family}, and that holds")]
struct Otherwise {
    family: String,
}

impl Shortfall for Otherwise {
    fn kind(&self) -> GapKind {
        GapKind::Unused
    }

    fn remedy(&self) -> Option<String> {
        Some("a program has one family: remove one of the two partials".to_owned())
    }
}

impl Partial {
    /// Reads the partial whose files begin with a stem, and compares the table with the hash in the manifest.
    pub(crate) fn read(folder: &Path, stem: &str) -> Result<Self, Refusal> {
        let manifest = Self::manifest(folder, stem)?;
        let table = folder.join(format!("{stem}.parquet"));
        if table.exists() && !table.is_file() {
            return Err(Refusal::NoFile);
        }
        let told = hash(&table).map_err(|error| match error {
            BatchError::Path { source, .. } if source.kind() != io::ErrorKind::NotFound => {
                Refusal::Unreadable(source.kind())
            }
            _ => Refusal::NoTable,
        })?;
        if told != (manifest.sha256, manifest.bytes) {
            return Err(Refusal::Damaged);
        }
        let rows = TableReader::open(&table, &[]).and_then(|table| table.rows());
        if rows.ok() != Some(manifest.rows) {
            return Err(Refusal::Damaged);
        }
        Ok(Self { manifest, table })
    }

    /// Returns true if another is of the same input, or of the same routes in another compression. Programs of an input that
    /// are told otherwise count by the first, and are named where they are merged.
    fn is_twice(&self, next: &Self) -> bool {
        let (ours, theirs) = (&self.manifest, &next.manifest);
        let is_of_routes = matches!(ours.kind, Kind::RoutesHegemony | Kind::RoutesVisibility);
        let is_same_table = (ours.sha256, ours.times) == (theirs.sha256, theirs.times)
            && ours.sessions == theirs.sessions;
        let is_same_input =
            (ours.input.sha256, &ours.programs) == (theirs.input.sha256, &theirs.programs);
        is_same_input || is_of_routes && ours.rows > 0 && is_same_table
    }

    /// The name of the table's file.
    fn name(&self) -> String {
        let name = self.table.file_name().unwrap_or(self.table.as_os_str());
        name.to_string_lossy().into_owned()
    }

    pub(crate) fn manifest(folder: &Path, stem: &str) -> Result<Manifest, Refusal> {
        let path = folder.join(format!("{stem}.json"));
        let unreadable = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => Refusal::Unfinished,
            kind => Refusal::Unreadable(kind),
        };
        let about = fs::metadata(&path).map_err(unreadable)?;
        if !about.is_file() {
            return Err(Refusal::NoFile);
        }
        if about.len() > MANIFEST {
            return Err(Refusal::LongManifest);
        }
        let text = fs::read(&path).map_err(unreadable)?;
        serde_json::from_slice(&text).map_err(|error| Refusal::Manifest(error.line()))
    }
}

/// The positions of the partials that were read, by the hashes of their inputs and tables.
#[derive(Default)]
struct Known(BTreeMap<Sha256, Vec<usize>>);

impl Known {
    /// Gives a partial back if none before is of the same input.
    fn once(&mut self, partial: Partial, partials: &[Partial]) -> Result<Partial, Refusal> {
        let hashes = [partial.manifest.input.sha256, partial.manifest.sha256];
        let before = hashes.iter().filter_map(|hash| self.0.get(hash)).flatten();
        let mut before = before.filter_map(|position| partials.get(*position));
        if let Some(known) = before.find(|known| known.is_twice(&partial)) {
            return Err(Refusal::Twice(known.name()));
        }
        for hash in hashes {
            self.0.entry(hash).or_default().push(partials.len());
        }
        Ok(partial)
    }
}

/// The names of the partials of one kind in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partials {
    kind: Kind,
    folder: PathBuf,
    stems: BTreeSet<String>,
}

impl Partials {
    /// Lists the partials of a kind; neither manifests nor tables are read.
    ///
    /// # Errors
    ///
    /// [`BatchError::Path`] when the folder cannot be listed.
    pub fn in_folder(kind: Kind, folder: &Path) -> Result<Self, BatchError> {
        let failed = || BatchError::path("list", folder);
        let prefix = format!("{kind}-");
        let mut stems = BTreeSet::new();
        for entry in fs::read_dir(folder).map_err(failed())? {
            let name = entry.map_err(failed())?.file_name();
            let name = name.to_string_lossy();
            let stem = name.strip_suffix(".parquet").or_else(|| name.strip_suffix(".json"));
            stems.extend(stem.filter(|stem| stem.starts_with(&prefix)).map(str::to_owned));
        }
        Ok(Self { kind, folder: folder.to_owned(), stems })
    }

    /// The same without those whose files begin otherwise.
    #[must_use]
    pub fn among(mut self, wanted: &[String]) -> Self {
        let wanted: BTreeSet<&String> = wanted.iter().collect();
        self.stems.retain(|stem| wanted.contains(stem));
        self
    }

    /// Returns true if there is a partial of an input of this size, by the names alone.
    pub(crate) fn has_input_of_size(&self, bytes: u64) -> bool {
        let start = stem_of_size(self.kind, bytes);
        self.stems.iter().any(|stem| stem.starts_with(&start))
    }

    /// Reads the manifests and compares each table with its hash; what is damaged, unfinished or of another method is refused.
    ///
    /// # Errors
    ///
    /// [`BatchError::Mixed`] when partials have different options: then none is the right one.
    pub fn read(&self) -> Result<Whole, BatchError> {
        let mut found = Whole { kind: self.kind, partials: Vec::new(), refused: Vec::new() };
        let mut known = Known::default();
        for stem in &self.stems {
            let read = Partial::read(&self.folder, stem);
            let fitting = read.and_then(|partial| self.fitting(partial));
            match fitting.and_then(|partial| known.once(partial, &found.partials)) {
                Ok(partial) => found.partials.push(partial),
                Err(reason) => found.refused.push(Gap::of(format!("{stem}.parquet"), &reason)),
            }
        }
        found.partials.sort_by_key(|partial| partial.manifest.input.sha256);
        let options = |partial: &Partial| partial.manifest.options.clone();
        let differs = |pair: &&[Partial]| options(&pair[0]) != options(&pair[1]);
        if let Some(pair) = found.partials.windows(2).find(differs) {
            return Err(BatchError::Mixed(format!(
                "{} has partials with different options (“{}” and “{}”); keep each in a folder of its own",
                self.folder.display(),
                options(&pair[0]),
                options(&pair[1])
            )));
        }
        Ok(found)
    }

    /// Refuses a partial that another method made.
    fn fitting(&self, partial: Partial) -> Result<Partial, Refusal> {
        let manifest = &partial.manifest;
        if manifest.kind != self.kind {
            return Err(Refusal::OtherKind(manifest.kind));
        }
        let (theirs, ours) = (manifest.method, self.kind.method());
        if theirs != ours {
            return Err(Refusal::OtherMethod { theirs, ours, program: manifest.program.clone() });
        }
        Ok(partial)
    }
}

/// The partials of a folder that can be merged, in the order of their inputs' hashes, so that the order of making does not show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// The kind.
    pub kind: Kind,
    /// The partials.
    pub partials: Vec<Partial>,
    /// A gap for each partial that is left out.
    pub refused: Vec<Gap>,
}

impl Whole {
    /// The strictest marking of the inputs, which an answer carries; CLEAR for none.
    #[must_use]
    pub fn tlp(&self) -> Tlp {
        self.partials.iter().map(|partial| partial.manifest.tlp).max().unwrap_or(Tlp::Clear)
    }

    /// The inputs.
    #[must_use]
    pub fn inputs(&self) -> Vec<Input> {
        self.partials.iter().map(|partial| partial.manifest.input.clone()).collect()
    }

    /// What is missing: the partials that are left out, and the parts of the inputs that could not be read.
    ///
    /// Many inputs have the same name, so that `named` gives each the name by which it is told.
    #[must_use]
    pub fn gaps(&self, named: impl Fn(&Input) -> String) -> Vec<Gap> {
        let of_input = |partial: &Partial| {
            let source = named(&partial.manifest.input);
            let gaps = partial.manifest.gaps.clone().into_iter();
            gaps.map(move |gap| Gap { source: source.clone(), ..gap }).collect::<Vec<_>>()
        };
        let of_inputs = self.partials.iter().flat_map(of_input);
        let programs = self.partials.iter().flat_map(|partial| &partial.manifest.programs);
        let otherwise = told_otherwise(programs).into_iter().map(|program| {
            let family = program.family_key();
            Gap::of(format!("{} ({})", program.name, program.sha256), &Otherwise { family })
        });
        self.refused.iter().cloned().chain(of_inputs).chain(otherwise).collect()
    }

    /// What a merge is made of, and how.
    #[must_use]
    pub fn merged(&self, asked: Asked) -> Merged {
        Merged { fingerprint: self.fingerprint(), asked, tlp: self.tlp() }
    }

    /// The times of the first and the last record of the inputs, in seconds since 1970 UTC; `None` where none has any.
    #[must_use]
    pub fn times(&self) -> Option<(u32, u32)> {
        span(self.partials.iter().filter_map(|partial| partial.manifest.times))
    }

    /// One hash for all tables with their sessions and programs, in order.
    #[must_use]
    pub fn fingerprint(&self) -> Sha256 {
        let mut hasher = Hasher::new();
        for Partial { manifest, .. } in &self.partials {
            hasher.update(manifest.sha256.to_string());
            for (family, sessions) in &manifest.sessions {
                hasher.update(format!("{family:?} {}\n", sessions.len()));
                for session in sessions {
                    let Session { asn, address, prefixes } = session;
                    hasher.update(format!("{} {address} {prefixes}\n", asn.0));
                }
            }
            for Program { sha256, family, is_library, functions, .. } in &manifest.programs {
                hasher.update(format!("{sha256} {family:?} {is_library} {functions}\n"));
            }
        }
        demarche_case::Digest(hasher.finalize().into())
    }
}

/// The question that a merge answers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// The share of vantage points left out at each end, from 0 to 0.5; for hegemony.
    pub trim: f64,
    /// For code: pairs of families by what at most so many families have. `None` for the occurrences of each trait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairs: Option<u32>,
}

impl Asked {
    /// The question without pairs.
    #[must_use]
    pub const fn trimmed(trim: f64) -> Self {
        Self { trim, pairs: None }
    }
}

/// What a merge is made of, and how: parts that differ in it are not of one answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Merged {
    /// One hash for the tables with their sessions and programs.
    pub fingerprint: Sha256,
    /// The question.
    #[serde(flatten)]
    pub asked: Asked,
    /// The strictest marking of the inputs.
    pub tlp: Tlp,
}
