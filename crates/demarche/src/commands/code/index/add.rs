use anyhow::Context;
use demarche_case::{Availability, Gap, Moment, Sha256};
use demarche_index::{Index, IndexError, Meta, Sample as Known};
use rayon::prelude::*;
use serde::Serialize;

use crate::cli::code::CodeIndexAddArgs;
use crate::commands::code::apart::Apart;
use crate::commands::seal::now;
use crate::output::{self, Outcome, counted, print};
use crate::samples::{self, Sample, Seen};

/// The most functions that are held before they are written: a few hundred megabytes.
const LOT: usize = 500_000;

/// What an addition came to.
#[derive(Debug, Default, Serialize)]
struct Added {
    index: String,
    family: String,
    programs: usize,
    functions: usize,
    known: Vec<Sha256>,
}

/// Adds executables to the index.
pub(crate) fn run(args: &CodeIndexAddArgs) -> anyhow::Result<Outcome> {
    let folder = super::super::folder(&args.place)?;
    let (mut index, mut gaps) = match Index::open(&folder) {
        Err(IndexError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            (Index::create(&folder)?, Vec::new())
        }
        other => other.with_context(|| format!("no index can be used in {}", folder.display()))?,
    };
    let about = About { args, added: args.added.map_or_else(now, Ok)? };
    let mut added = Added {
        index: folder.display().to_string(),
        family: args.family.clone(),
        ..Added::default()
    };
    let mut lot = Vec::new();
    let more = samples::visit_batches(&args.files, &args.opening, |batch| {
        let read: Vec<Result<Known, Gap>> = batch.par_iter().map(|one| about.known(one)).collect();
        let mut seen = Seen::default();
        for one in read {
            match one {
                Ok(one) => {
                    seen.functions += one.fingerprints.len();
                    lot.push(one);
                }
                Err(gap) => seen.gaps.push(gap),
            }
        }
        if lot.iter().map(|one: &Known| one.fingerprints.len()).sum::<usize>() > LOT {
            added.write(&mut index, &mut lot)?;
        }
        Ok(seen)
    })?;
    added.write(&mut index, &mut lot)?;
    gaps.extend(more);
    anyhow::ensure!(
        added.programs + added.known.len() > 0,
        "no program could be read: {}",
        gaps.first().map_or("no file was named", |gap| gap.what.as_str())
    );
    if args.json {
        return output::json(added, Vec::new(), gaps);
    }
    output::gaps(&gaps);
    print(&added.text())?;
    Ok(Outcome::of(&gaps))
}

impl Added {
    /// Writes a lot as one segment, and empties it.
    fn write(&mut self, index: &mut Index, lot: &mut Vec<Known>) -> anyhow::Result<()> {
        let functions: usize = lot.iter().map(|one| one.fingerprints.len()).sum();
        let added = index.add(lot)?;
        lot.clear();
        self.programs += added.new;
        self.functions += functions;
        self.known.extend(added.known);
        Ok(())
    }

    fn text(&self) -> String {
        let mut text = format!(
            "{} with {} added to {} in {}\n",
            counted(self.programs as u64, "program", "programs"),
            counted(self.functions as u64, "function", "functions"),
            output::clean(&self.family),
            self.index
        );
        if !self.known.is_empty() {
            let known = counted(self.known.len() as u64, "program was", "programs were");
            text.push_str(&format!("{known} in it already and stayed as they are\n"));
        }
        text
    }
}

/// What is said about all programs that are added together.
#[derive(Clone, Copy, Debug)]
struct About<'a> {
    args: &'a CodeIndexAddArgs,
    added: Moment,
}

impl About<'_> {
    /// A program as it goes into the index.
    fn known(&self, sample: &Sample) -> Result<Known, Gap> {
        let Apart { image, fingerprints, compiler, .. } = Apart::of(sample, &self.args.opening)?;
        let mut actors = self.args.actor.clone();
        actors.sort();
        actors.dedup();
        let meta = Meta {
            sha256: sample.sha256,
            name: sample.name.clone(),
            family: Some(self.args.family.clone()),
            actors,
            note: self.args.note.clone(),
            is_library: self.args.library_code,
            availability: if self.args.library_code {
                Availability::Public
            } else {
                self.args.availability.map_or(Availability::Private, Into::into)
            },
            format: image.format,
            architecture: image.architecture,
            code_bytes: fingerprints.iter().map(|one| u64::from(one.size)).sum(),
            compiler,
            added: self.added,
        };
        Ok(Known { meta, fingerprints })
    }
}
