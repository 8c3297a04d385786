//! A corpus of programs of known authors: `bin` has the programs, `gt` one JSON file for each.
//!
//! The examples and the tests read it here.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use demarche_case::{Availability, Moment, Sha256};
use demarche_code::{Fingerprint, Origins};
use demarche_image::{Architecture, Format, Image};
use demarche_index::{Meta, Sample};
use serde::Deserialize;

/// What is known of a program.
#[derive(Clone, Deserialize)]
pub(crate) struct Truth {
    pub(crate) name: String,
    pub(crate) actor: String,
    /// Which of its actor's programs it is: 0 to 3.
    #[serde(rename = "ti")]
    pub(crate) tool: u32,
    target: String,
    cc: String,
    opt: String,
}

impl Truth {
    /// Of all programs of a corpus, in the order of their names.
    pub(crate) fn all(corpus: &Path) -> Result<Vec<Self>> {
        let list = fs::read_dir(corpus.join("gt"))
            .with_context(|| format!("{} has no folder gt", corpus.display()))?;
        let read = |entry: fs::DirEntry| Ok(serde_json::from_slice(&fs::read(entry.path())?)?);
        let mut all = list.map(|entry| read(entry?)).collect::<Result<Vec<Self>>>()?;
        all.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(all)
    }

    /// Format, compiler and optimisation.
    pub(crate) fn build(&self) -> String {
        format!("{}/{}/{}", self.target, self.cc, self.opt)
    }

    /// True if it is made of code that all actors use.
    pub(crate) fn is_library(&self) -> bool {
        self.actor.ends_with("LIB")
    }
}

/// A program, taken apart.
pub(crate) struct Program {
    pub(crate) truth: Truth,
    pub(crate) sha256: Sha256,
    pub(crate) fingerprints: Vec<Fingerprint>,
    /// The public packages inside it; none unless they were asked for.
    pub(crate) origins: Origins,
    format: Format,
    architecture: Architecture,
}

impl Program {
    pub(crate) fn read(
        corpus: &Path,
        truth: Truth,
        examine: impl FnOnce(&Image<'_>) -> Vec<Fingerprint>,
    ) -> Result<Self> {
        let bytes = fs::read(corpus.join("bin").join(&truth.name))?;
        let image = demarche_image::read(&bytes)?;
        // Thumb code has odd addresses; the truth has that of the first byte.
        let odd = u64::from(image.architecture.has_thumb());
        let mut fingerprints = examine(&image);
        fingerprints.iter_mut().for_each(|function| function.start.0 &= !odd);
        Ok(Self {
            truth,
            sha256: Sha256::of(&bytes),
            fingerprints,
            origins: Origins::default(),
            format: image.format,
            architecture: image.architecture,
        })
    }

    /// The program as it goes into an index: its family is its actor, and the library's is nobody's.
    pub(crate) fn sample(&self) -> Sample {
        let (actor, is_library) = (&self.truth.actor, self.truth.is_library());
        let meta = Meta {
            sha256: self.sha256,
            name: self.truth.name.clone(),
            family: Some(actor.clone()),
            actors: if is_library { Vec::new() } else { vec![actor.clone()] },
            note: None,
            is_library,
            availability: if is_library { Availability::Public } else { Availability::Private },
            format: self.format,
            architecture: self.architecture,
            code_bytes: 0,
            runtime: None,
            origins: self.origins.clone(),
            added: "2026-01-01".parse::<Moment>().expect("a day"),
        };
        Sample { meta, fingerprints: self.fingerprints.clone() }
    }
}
