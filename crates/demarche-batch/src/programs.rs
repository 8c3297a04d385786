//! Inputs that hold programs: a segment of an index, or a file in which programs are found.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

use demarche_case::assessment::Input;
use demarche_case::{Gap, Sha256};
use demarche_index::{Index, SampleId};
use demarche_terms::Fingerprint;

use crate::fault::BatchError;
use crate::files::hash;
use crate::manifest::{Kind, Label, Making, Program};
use crate::trait_rows::{TraitRow, add_program};

/// A program that was found in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundProgram {
    /// The hash of its file.
    pub sha256: Sha256,
    /// The name of its file.
    pub name: String,
    /// Its functions.
    pub functions: Vec<Fingerprint>,
}

/// Finds the programs of a file; what cannot be read is named.
pub type Programs<'a> = dyn Fn(&Path) -> (Vec<FoundProgram>, Vec<Gap>) + 'a;

/// The programs of an input, and the rows of their traits in order.
pub(crate) struct ReadPrograms {
    pub(crate) input: Input,
    pub(crate) programs: Vec<Program>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) rows: Vec<TraitRow>,
}

impl ReadPrograms {
    pub(crate) fn of(
        path: &Path,
        making: &Making,
        found: &Programs<'_>,
    ) -> Result<Self, BatchError> {
        let unreadable = |source| BatchError::Input { path: path.to_owned(), source };
        let mut head = Vec::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(Index::MARK.len() as u64).read_to_end(&mut head).map_err(unreadable)?;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let input = |sha256, bytes, what: &str| Input {
            path: name.clone(),
            sha256,
            bytes,
            what: what.to_owned(),
        };
        if head == Index::MARK {
            if making.label.is_some() {
                let reason = "a segment of an index says itself of which family its programs are";
                return Err(BatchError::Unfit { path: path.to_owned(), reason });
            }
            let bytes = fs::read(path).map_err(unreadable)?;
            let input = input(Sha256::of(&bytes), bytes.len() as u64, "segment of an index");
            return Self::of_segment(path, bytes, input);
        }
        let (sha256, bytes) = hash(path)?;
        let (mut found, gaps) = found(path);
        found.sort_by_key(|program| program.sha256);
        found.dedup_by_key(|program| program.sha256);
        if found.is_empty() {
            return Err(BatchError::NothingIn { path: path.to_owned(), kind: Kind::CodeTraits });
        }
        let mut rows = Vec::new();
        for (program, entry) in (0..).zip(&found) {
            add_program(program, &entry.functions, &mut rows);
        }
        rows.sort_unstable();
        let label = making.label.as_ref();
        let programs = found.iter().map(|program| program_of(program, label)).collect();
        let told = path.display().to_string();
        let gaps = gaps.into_iter().map(|gap| named(gap, &told, &name)).collect();
        Ok(Self { input: input(sha256, bytes, "programs"), programs, gaps, rows })
    }

    fn of_segment(path: &Path, bytes: Vec<u8>, input: Input) -> Result<Self, BatchError> {
        let damaged = |source| BatchError::Segment { path: path.to_owned(), source };
        let index = Index::of_bytes(bytes).map_err(damaged)?;
        let (mut programs, mut rows) = (Vec::new(), Vec::new());
        for (program, stored) in (0..).zip(index.samples()) {
            let unread = |source| BatchError::Index { path: path.to_owned(), source };
            let functions = index.fingerprints(SampleId(program)).map_err(unread)?;
            add_program(program, &functions, &mut rows);
            programs.push(Program {
                sha256: stored.meta.sha256,
                name: stored.meta.name.clone(),
                family: stored.meta.family.clone(),
                is_library: stored.meta.is_library,
                functions: stored.functions,
            });
        }
        rows.sort_unstable();
        Ok(Self { input, programs, gaps: Vec::new(), rows })
    }
}

fn program_of(found: &FoundProgram, label: Option<&Label>) -> Program {
    Program {
        sha256: found.sha256,
        name: found.name.clone(),
        family: label.and_then(|label| label.family.clone()),
        is_library: label.is_some_and(|label| label.is_library),
        // A file of 2³² functions would be larger than any that is read.
        functions: u32::try_from(found.functions.len()).unwrap_or(u32::MAX),
    }
}

/// A gap under the name of the input alone, so that the same file gives the same partial wherever it lies.
fn named(gap: Gap, told: &str, name: &str) -> Gap {
    let inside = gap.source.strip_prefix(told).map(str::to_owned);
    let place = gap.place.clone().or_else(|| inside.filter(|inside| !inside.is_empty()));
    Gap { source: name.to_owned(), place, ..gap }
}
