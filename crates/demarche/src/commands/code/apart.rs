//! An executable taken apart: what lies where, its functions and their fingerprints.

use demarche_case::Gap;
use demarche_code::{Fingerprint, Program, fingerprints, functions};
use demarche_image::Image;
use demarche_image::identity::{Runtime, identify};
use demarche_similarity::Examined;

use super::identity::packed;
use crate::cli::code::Opening;
use crate::samples::Sample;

/// A sample taken apart.
#[derive(Debug)]
pub(crate) struct Apart<'a> {
    pub(crate) sample: &'a Sample,
    pub(crate) image: Image<'a>,
    pub(crate) program: Program,
    pub(crate) fingerprints: Vec<Fingerprint>,
    /// The runtime that it carries inside itself.
    pub(crate) runtime: Option<Runtime>,
    /// Why it looks packed, where it does.
    packed: Option<String>,
}

impl<'a> Apart<'a> {
    /// Takes the first image of a sample apart.
    pub(crate) fn of(sample: &'a Sample, opening: &Opening) -> Result<Self, Gap> {
        let image = sample.image(opening)?;
        let program = functions(&image);
        let fingerprints = fingerprints(&image, &program);
        let identity = identify(&sample.bytes);
        let packed = packed(&identity);
        let runtime = match opening {
            // What was cut out of memory has whatever lay there.
            Opening { raw: Some(_), .. } | Opening { loaded: true, .. } => Some(Runtime::Memory),
            _ => identity.runtime,
        };
        Ok(Self { sample, image, program, fingerprints, runtime, packed })
    }

    /// It as it is compared.
    pub(crate) fn examined(&self) -> Examined<'_> {
        Examined {
            name: &self.sample.name,
            sha256: self.sample.sha256,
            bytes: self.sample.bytes.len() as u64,
            image: &self.image,
            program: &self.program,
            fingerprints: &self.fingerprints,
            runtime: self.runtime,
            packed: self.packed.as_deref(),
        }
    }

    /// What of it could not be read.
    pub(crate) fn gaps(&self) -> Vec<Gap> {
        self.sample.named(self.program.gaps.clone())
    }
}
