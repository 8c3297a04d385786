use std::collections::BTreeMap;
use std::path::Path;
use std::{env, fs};

use anyhow::{Context as _, Result};
use demarche_code::{fingerprints, functions, libraries};
use demarche_index::Index;
use demarche_similarity::align::FITTED;
use demarche_similarity::{By, Counterparts, Groups, Matcher, SHARED};
use rayon::prelude::*;

use super::figures::Asked;
use crate::corpus::{Program, Truth};

/// The builds that are indexed: all four, or only the first.
pub(crate) const INDEXED: [&str; 4] =
    ["x64elf/gcc/O2", "x86pe/gcc/O2", "x64pe/gcc/O2", "a64elf/gcc/O2"];

/// The tool that no index has.
const UNKNOWN: u32 = 3;

/// The programs of a corpus that are indexed or asked about.
pub(crate) fn programs(corpus: &Path, are_libraries_known: bool) -> Result<Vec<Program>> {
    let truths = Truth::all(corpus)?.into_par_iter();
    let needed = truths
        .filter(|truth| truth.tool == UNKNOWN || INDEXED.contains(&truth.build().as_str()))
        .map(|truth| Program::read(corpus, truth, |image| fingerprints(image, &functions(image))))
        .map(|program| {
            let mut program = program?;
            if are_libraries_known {
                program.origins = libraries(&program.fingerprints);
            }
            Ok(program)
        });
    needed.collect()
}

/// Asks about tool 3 of every actor in every build that is not indexed alone.
pub(crate) fn ask(programs: &[Program], indexed: &[&str]) -> Result<Vec<Asked>> {
    let folder = env::temp_dir().join(format!("actors-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let mut index = Index::create(&folder.join(indexed.len().to_string()))?;
    let is_indexed = |program: &&Program| indexed.contains(&program.truth.build().as_str());
    let known = programs.iter().filter(|program| program.truth.tool < UNKNOWN).filter(is_indexed);
    index.add(&known.map(Program::sample).collect::<Vec<_>>())?;
    let matcher = Matcher::new(&index, &FITTED);
    let actors = Groups::new(&index, By::Actor);
    let is_asked = |program: &&Program| indexed.len() > 1 || !is_indexed(program);
    let mut asked = Vec::new();
    for program in programs.iter().filter(|program| program.truth.tool == UNKNOWN).filter(is_asked)
    {
        let (counterparts, _) = matcher.counterparts(&program.fingerprints, &program.origins, None);
        let could_tell = |counterparts: &&Counterparts| {
            counterparts.is_comparable && actors.library(counterparts) <= SHARED
        };
        let actor = program.truth.actor.clone();
        asked.push(Asked {
            program: program.truth.name.clone(),
            compared: counterparts.iter().filter(could_tell).count(),
            scores: scores(&actors, &counterparts),
            unknown: scores_without(&index, &actors, &counterparts, &actor),
            actor,
        });
    }
    fs::remove_dir_all(&folder).context("cannot remove the index")?;
    Ok(asked)
}

fn scores(actors: &Groups<'_>, counterparts: &[Counterparts]) -> BTreeMap<String, f64> {
    let evidence = actors.evidence(counterparts).into_iter();
    evidence.map(|one| (one.name, one.evidence)).collect()
}

/// What the others score where nothing of an actor is known.
fn scores_without(
    index: &Index,
    actors: &Groups<'_>,
    counterparts: &[Counterparts],
    unknown: &str,
) -> BTreeMap<String, f64> {
    let is_unknown = |sample| {
        index
            .sample(sample)
            .is_some_and(|sample| sample.meta.actors.iter().any(|actor| actor == unknown))
    };
    let mut counterparts = counterparts.to_vec();
    for counterpart in &mut counterparts {
        counterpart.found.retain(|found| !is_unknown(found.sample));
    }
    scores(actors, &counterparts)
}
