//! Programs of known source and authors, and an index of some of them.
//!
//! `$DEMARCHE_CORPUS` names a corpus as the examples `recall` and `actors` read it; continuous integration makes one. The
//! tools 0 to 2 of each actor and the library, built by gcc for x86-64 Linux at -O2, are indexed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use demarche_case::{Availability, Moment, Sha256};
use demarche_code::{Fingerprint, fingerprints, functions};
use demarche_image::{Architecture, Format, read};
use demarche_index::align::FITTED;
use demarche_index::{Index, Meta, Sample, SampleId};
use demarche_kinship::{Counterparts, Matcher};
use rayon::prelude::*;
use serde::Deserialize;

/// The build that is indexed.
pub(crate) const INDEXED: &str = "x64elf/gcc/O2";

/// The least size of a function that is counted, in bytes.
const LEAST_BYTES: u64 = 48;

/// The corpus, read once for all tests; nothing where there is none.
static CORPUS: LazyLock<Option<Corpus>> =
    LazyLock::new(|| folder().map(|path| Corpus::read(&path)));

pub(crate) struct Corpus {
    pub(crate) programs: Vec<Program>,
    pub(crate) index: Index,
}

pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) actor: String,
    pub(crate) tool: u32,
    pub(crate) build: String,
    pub(crate) fingerprints: Vec<Fingerprint>,
    sha256: Sha256,
    format: Format,
    architecture: Architecture,
    /// Those that are functions rather than parts, thunks or labels, by address.
    functions: BTreeMap<u64, Known>,
}

#[derive(Deserialize)]
struct Truth {
    name: String,
    actor: String,
    ti: u32,
    target: String,
    cc: String,
    opt: String,
    functions: Vec<Known>,
}

#[derive(Deserialize)]
struct Known {
    #[serde(rename = "a")]
    address: u64,
    #[serde(rename = "s")]
    size: u64,
    #[serde(rename = "n")]
    name: String,
    #[serde(rename = "lib")]
    library: String,
    #[serde(rename = "k")]
    kind: String,
}

impl Known {
    /// What a function is by its source: library and name.
    fn key(&self) -> String {
        format!("{}:{}", self.library, self.name.split('.').next().unwrap_or_default())
    }

    fn is_counted(&self) -> bool {
        self.size >= LEAST_BYTES && !matches!(self.library.as_str(), "libc" | "crt")
    }
}

#[expect(clippy::disallowed_methods, reason = "a test may be told where its data lie")]
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("DEMARCHE_CORPUS").map(PathBuf::from)?;
    assert!(folder.join("gt").exists(), "{} has no folder gt", folder.display());
    Some(folder)
}

/// The corpus, or nothing with a loud word.
pub(crate) fn corpus() -> Option<&'static Corpus> {
    if CORPUS.is_none() {
        eprintln!("SKIPPED: no corpus of programs; make one and set DEMARCHE_CORPUS to its folder");
    }
    CORPUS.as_ref()
}

impl Corpus {
    fn read(folder: &Path) -> Self {
        let truths = fs::read_dir(folder.join("gt")).unwrap();
        let mut truths: Vec<PathBuf> = truths.map(|entry| entry.unwrap().path()).collect();
        truths.sort();
        let programs = truths.par_iter().map(|truth| Program::read(folder, truth));
        let programs: Vec<Program> = programs.collect();
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("corpus");
        if path.exists() {
            fs::remove_dir_all(&path).unwrap();
        }
        let known = programs.iter().filter(|one| one.is_indexed());
        let samples: Vec<Sample> = known.map(Program::sample).collect();
        let mut index = Index::create(&path).unwrap();
        index.add(&samples).unwrap();
        Self { programs, index }
    }

    /// The counterparts of several programs' functions.
    pub(crate) fn ask<'a>(
        &self,
        programs: impl Iterator<Item = &'a Program>,
    ) -> Vec<(&'a Program, Vec<Counterparts>)> {
        let matcher = Matcher::new(&self.index, &FITTED);
        let ask = |program: &'a Program| {
            let (found, gaps) = matcher.counterparts(&program.fingerprints, None);
            assert!(gaps.is_empty(), "{gaps:?}");
            (program, found)
        };
        programs.map(ask).collect()
    }

    pub(crate) fn program(&self, sample: SampleId) -> &Program {
        let hash = self.index.sample(sample).unwrap().meta.sha256;
        self.programs.iter().find(|one| one.sha256 == hash).unwrap()
    }
}

impl Program {
    fn read(folder: &Path, truth: &Path) -> Self {
        let truth: Truth = serde_json::from_slice(&fs::read(truth).unwrap()).unwrap();
        let bytes = fs::read(folder.join("bin").join(&truth.name)).unwrap();
        let image = read(&bytes).unwrap();
        let known = truth.functions.into_iter().filter(|one| one.kind == "func");
        Self {
            fingerprints: fingerprints(&image, &functions(&image)),
            sha256: Sha256::of(&bytes),
            format: image.format,
            architecture: image.architecture,
            build: format!("{}/{}/{}", truth.target, truth.cc, truth.opt),
            name: truth.name,
            actor: truth.actor,
            tool: truth.ti,
            functions: known.map(|one| (one.address, one)).collect(),
        }
    }

    pub(crate) fn is_library(&self) -> bool {
        self.actor.ends_with("LIB")
    }

    pub(crate) fn is_indexed(&self) -> bool {
        self.tool <= 2 && self.build == INDEXED
    }

    /// What the function that was found at a place is by its source.
    pub(crate) fn key(&self, place: usize) -> Option<String> {
        self.functions.get(&self.fingerprints[place].start.0).map(Known::key)
    }

    /// The functions that are counted: what each is by its source, and its place where it was found.
    pub(crate) fn counted(&self) -> impl Iterator<Item = (String, Option<usize>)> {
        let places = self.fingerprints.iter().enumerate();
        let places: BTreeMap<u64, usize> =
            places.map(|(place, one)| (one.start.0, place)).collect();
        let counted = self.functions.values().filter(|one| one.is_counted());
        counted.map(move |one| (one.key(), places.get(&one.address).copied()))
    }

    /// The program as it goes into an index: its family is its actor, and the library's is nobody's.
    fn sample(&self) -> Sample {
        let actors = if self.is_library() { Vec::new() } else { vec![self.actor.clone()] };
        let meta = Meta {
            sha256: self.sha256,
            name: self.name.clone(),
            family: Some(self.actor.clone()),
            actors,
            note: None,
            is_library: self.is_library(),
            availability: Availability::Private,
            format: self.format,
            architecture: self.architecture,
            code_bytes: 0,
            runtime: None,
            added: "2026-01-01".parse::<Moment>().unwrap(),
        };
        Sample { meta, fingerprints: self.fingerprints.clone() }
    }
}
