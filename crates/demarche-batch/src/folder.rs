//! The partials of a folder: those that are whole, and those that are refused, each with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, io};

use demarche_case::assessment::Input;
use demarche_case::{Gap, Sha256, Tlp};
use demarche_routes::depend::Session;
use demarche_routes::span;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256 as Hasher};

use crate::columns::TableReader;
use crate::fault::BatchError;
use crate::files::hash;
use crate::manifest::{Kind, Manifest, Program, is_stem, stem_of_size, told_otherwise};
use crate::manifest_text::{manifest_in, marking_in};
use crate::refusal::{Otherwise, Refusal};

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

impl Partial {
    /// Reads the partial whose files begin with a stem, and compares the manifest with its name and the table with the hash in
    /// the manifest.
    pub(crate) fn read(kind: Kind, folder: &Path, stem: &str) -> Result<Self, Refusal> {
        let manifest = manifest_in(&Self::manifest_bytes(folder, stem)?)?;
        if manifest.kind != kind {
            return Err(Refusal::OtherKind(manifest.kind));
        }
        // A copy has whatever name its owner gave it. A name that a partial can have is that of one alone.
        if is_stem(kind, stem) && manifest.stem() != stem {
            return Err(Refusal::OtherName);
        }
        if let Some(reason) = manifest.contradiction() {
            return Err(Refusal::Impossible(reason));
        }
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

    fn manifest_bytes(folder: &Path, stem: &str) -> Result<Vec<u8>, Refusal> {
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
        fs::read(&path).map_err(unreadable)
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
            let read = Partial::read(self.kind, &self.folder, stem);
            match read.and_then(|partial| known.once(partial, &found.partials)) {
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

    /// The strictest marking that partials of an input have, those among them that are damaged or of an earlier form; `None`
    /// where there is none.
    pub(crate) fn strictest_of(&self, bytes: u64, input: &Sha256, own: &str) -> Option<Tlp> {
        let start = stem_of_size(self.kind, bytes);
        let of_size = self.stems.iter().filter(|stem| stem.starts_with(&start));
        let markings = of_size.filter_map(|stem| {
            let (tlp, told) = marking_in(&Partial::manifest_bytes(&self.folder, stem).ok()?)?;
            (stem == own || told.as_ref() == Some(input)).then_some(tlp)
        });
        markings.max()
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
