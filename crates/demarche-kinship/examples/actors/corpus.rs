use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use demarche_case::{Availability, Moment, Sha256};
use demarche_code::{Fingerprint, fingerprints, functions};
use demarche_image::{Architecture, Format, read};
use demarche_index::{Meta, Sample};
use rayon::prelude::*;
use serde::Deserialize;

/// A corpus of programs of known authors.
pub(crate) struct Corpus {
    pub(crate) programs: Vec<Program>,
}

/// A program, taken apart.
pub(crate) struct Program {
    pub(crate) name: String,
    pub(crate) actor: String,
    pub(crate) tool: u32,
    pub(crate) build: String,
    pub(crate) fingerprints: Vec<Fingerprint>,
    sha256: Sha256,
    format: Format,
    architecture: Architecture,
}

#[derive(Deserialize)]
struct Truth {
    name: String,
    actor: String,
    ti: u32,
    target: String,
    cc: String,
    opt: String,
}

impl Corpus {
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let list = fs::read_dir(folder.join("gt"))
            .with_context(|| format!("{} has no folder gt", folder.display()))?;
        let mut names = list.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        names.sort();
        let programs: Result<Vec<Program>> = names
            .par_iter()
            .map(|path| {
                let truth: Truth = serde_json::from_slice(&fs::read(path)?)?;
                Program::read(folder, truth)
            })
            .collect();
        Ok(Self { programs: programs? })
    }
}

impl Program {
    fn read(folder: &Path, truth: Truth) -> Result<Self> {
        let bytes = fs::read(folder.join("bin").join(&truth.name))?;
        let image = read(&bytes)?;
        let program = functions(&image);
        Ok(Self {
            fingerprints: fingerprints(&image, &program),
            sha256: Sha256::of(&bytes),
            format: image.format,
            architecture: image.architecture,
            build: format!("{}-{}-{}", truth.target, truth.cc, truth.opt),
            name: truth.name,
            actor: truth.actor,
            tool: truth.ti,
        })
    }

    /// The program as it goes into an index: its family is its actor, and the library's is nobody's.
    pub(crate) fn sample(&self) -> Sample {
        let is_library = self.actor.ends_with("LIB");
        let actors = if is_library { Vec::new() } else { vec![self.actor.clone()] };
        let meta = Meta {
            sha256: self.sha256,
            name: self.name.clone(),
            family: Some(self.actor.clone()),
            actors,
            note: None,
            is_library,
            availability: if is_library { Availability::Public } else { Availability::Private },
            format: self.format,
            architecture: self.architecture,
            code_bytes: 0,
            runtime: None,
            added: "2026-01-01".parse::<Moment>().expect("a day"),
        };
        Sample { meta, fingerprints: self.fingerprints.clone() }
    }
}
