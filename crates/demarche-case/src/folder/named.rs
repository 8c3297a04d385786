//! The files of a case that an engine reads: executables, and records of watches over routes.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use super::open::{CaseFolder, FileShortfall};
use super::plain::{FolderError, check_parts, open_plain};
use super::walk::walk;
use crate::assessment::Input;
use crate::input::is_note;
use crate::{Body, CasePath, EvidenceFile, EvidenceId, Gap, RouteData, RouteTable, Sha256, Tlp};

/// The folder in which executables lie that no item names.
const SAMPLES: &str = "samples";

/// A file of a case: an executable or an archive of some, or the record of a watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseFile {
    /// As the case names it: relative to its folder, or where it lies outside.
    pub name: String,
    /// The strictest marking of the items that name it, else that of the whole case.
    pub tlp: Tlp,
    /// The hash that the case gives it, where it does.
    pub sha256: Option<Sha256>,
    path: PathBuf,
}

impl CaseFile {
    /// Opens it: a plain file, no link.
    ///
    /// # Errors
    ///
    /// The file that could not be opened, and why.
    pub fn open(&self) -> Result<File, FolderError> {
        open_plain(&self.path).map_err(|error| FolderError::new("open", &self.path, error))
    }

    /// The record of its bytes as an input; `None` where they have another hash than the case gives it.
    #[must_use]
    pub fn input(&self, bytes: &[u8], what: &str) -> Option<Input> {
        let sha256 = Sha256::of(bytes);
        self.sha256.is_none_or(|given| given == sha256).then(|| Input {
            path: self.name.clone(),
            sha256,
            bytes: bytes.len() as u64,
            what: what.to_owned(),
        })
    }
}

impl CaseFolder {
    /// The executables of the case, by name: the files of its items of kind `sample`, and what else lies in `samples/`.
    ///
    /// Notes (`README`, `*.md`) and hidden files are passed over; what cannot be used is a gap.
    ///
    /// # Errors
    ///
    /// When the folder cannot be listed.
    pub fn samples(&self) -> Result<(Vec<CaseFile>, Vec<Gap>), FolderError> {
        let mut gaps = Vec::new();
        let mut samples: BTreeMap<String, CaseFile> = BTreeMap::new();
        for item in self.case().evidence.iter().filter(|item| matches!(item.body, Body::Sample(_)))
        {
            let Some(file) = &item.file else { continue };
            match self.sample(file, item.tlp) {
                Ok(sample) => {
                    let known = samples.entry(sample.name.clone()).or_insert(sample);
                    known.tlp = known.tlp.max(item.tlp);
                }
                // One outside that is not there is a gap of the whole case already.
                Err(error) if matches!(file, EvidenceFile::Inside { .. }) => {
                    gaps.push(Gap::of(file.path(), &FileShortfall::Named(error)));
                }
                Err(_) => {}
            }
        }
        for sample in self.unnamed()? {
            samples.entry(sample.name.clone()).or_insert(sample);
        }
        Ok((samples.into_values().collect(), gaps))
    }

    /// The records of watches over routes that items of the case name, in the order of the register.
    ///
    /// What cannot be used is a gap.
    #[must_use]
    pub fn watches(&self) -> (Vec<(EvidenceId, CaseFile)>, Vec<Gap>) {
        let (mut records, mut gaps) = (Vec::new(), Vec::new());
        for item in &self.case().evidence {
            let Body::RouteData(RouteData { table: RouteTable::Watch, .. }) = item.body else {
                continue;
            };
            let Some(file) = &item.file else { continue };
            match self.sample(file, item.tlp) {
                Ok(record) => records.push((item.id.clone(), record)),
                Err(error) if matches!(file, EvidenceFile::Inside { .. }) => {
                    gaps.push(Gap::of(file.path(), &FileShortfall::Named(error)));
                }
                Err(_) => {}
            }
        }
        (records, gaps)
    }

    fn sample(&self, file: &EvidenceFile, tlp: Tlp) -> Result<CaseFile, FolderError> {
        let (path, sha256) = match file {
            EvidenceFile::Inside { path, sha256 } => {
                let full_path = self.root().join(path.as_str());
                let checked = check_parts(self.root(), path);
                (checked.map_err(|error| FolderError::new("open", &full_path, error))?, *sha256)
            }
            EvidenceFile::Outside { path, sha256 } => (self.root().join(path), Some(*sha256)),
        };
        let sample = CaseFile { name: file.path().to_owned(), tlp, sha256, path };
        sample.open().map(|_| sample)
    }

    /// The files in the folder of samples.
    fn unnamed(&self) -> Result<Vec<CaseFile>, FolderError> {
        let Ok(folder) = SAMPLES.parse::<CasePath>() else { return Ok(Vec::new()) };
        // A link in its place is named when the case is sealed.
        let Ok(path) = check_parts(self.root(), &folder) else { return Ok(Vec::new()) };
        if !path.is_dir() {
            return Ok(Vec::new());
        }
        let tlp = self.case().marking();
        let is_sample = |path: &str| !path.rsplit('/').next().is_some_and(is_note);
        let files = walk(&path)?.files.into_iter().filter(|(name, _)| is_sample(name));
        let sample = |(name, path): (String, PathBuf)| CaseFile {
            name: format!("{SAMPLES}/{name}"),
            tlp,
            sha256: None,
            path,
        };
        Ok(files.map(sample).collect())
    }
}
