use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use demarche_code::Origins;
use demarche_index::{Index, SampleId};
use demarche_similarity::align::FITTED;
use demarche_similarity::{Counterpart, Matcher};

use super::cost::{Cost, cpu_seconds};
use super::known::{Key, Known};
use super::score::{self, Score};
use crate::corpus::Truth;

pub(crate) struct Options {
    pub(crate) corpus: PathBuf,
    /// The folder of the index; emptied first.
    pub(crate) folder: PathBuf,
    /// Asked are programs whose name contains it.
    pub(crate) only: String,
    /// The least probability of an answer.
    pub(crate) least: f64,
    pub(crate) is_wrong_listed: bool,
    /// The build that is indexed.
    pub(crate) indexed: String,
}

/// The build that is indexed where nothing else is said.
pub(crate) const INDEXED: &str = "x64elf/gcc/O2";

impl Options {
    fn is_indexed(&self, truth: &Truth) -> bool {
        truth.tool <= 2 && truth.build() == self.indexed
    }

    fn is_control(&self, truth: &Truth) -> bool {
        truth.tool == 3 && truth.build() == self.indexed
    }

    fn is_asked(&self, truth: &Truth) -> bool {
        let is_other_build = truth.tool == 0 && !self.is_indexed(truth) && !truth.is_library();
        is_other_build || self.is_control(truth)
    }
}

/// Asks about all programs, prints what came of it, and returns it by build.
pub(crate) fn measure(options: &Options) -> Result<BTreeMap<String, Score>> {
    let truths = Truth::all(&options.corpus)?;
    let mut cost = Cost::default();
    let (index, known) = index(options, &truths, &mut cost)?;
    let pool: BTreeSet<&Key> = known.values().flat_map(Known::keys).collect();
    let matcher = Matcher::new(&index, &FITTED);
    let mut rows: BTreeMap<String, Score> = BTreeMap::new();
    for truth in
        truths.iter().filter(|truth| options.is_asked(truth) && truth.name.contains(&options.only))
    {
        let asked = Known::read(&options.corpus, truth, |image| cost.examine(image))?;
        let start = cpu_seconds();
        let (found, _) =
            matcher.counterparts(&asked.program.fingerprints, &Origins::default(), None);
        let mut score = Score::default();
        score.seconds = cpu_seconds() - start;
        for (own, place) in asked.counted() {
            let is_in_index = pool.contains(own);
            if place.is_none() && !is_in_index {
                continue;
            }
            let best = place.map_or_else(Vec::new, |it| ties(&found[it].found, options.least));
            let keys: Vec<Option<&Key>> =
                best.iter().map(|counterpart| key(&index, &known, counterpart)).collect();
            score.add(own, &keys, is_in_index);
            if options.is_wrong_listed && !keys.is_empty() && !keys.contains(&Some(own)) {
                let sure = best.first().map_or(0.0, |counterpart| counterpart.probability);
                println!("{} {own} {sure:.2} -> {:?}", truth.name, keys.first());
            }
        }
        let control = if options.is_control(truth) { " (control)" } else { "" };
        rows.entry(truth.build() + control).or_default().merge(&score);
    }
    score::print(&rows);
    cost.print();
    Ok(rows)
}

/// Indexes the known programs.
fn index(
    options: &Options,
    truths: &[Truth],
    cost: &mut Cost,
) -> Result<(Index, BTreeMap<SampleId, Known>)> {
    if options.folder.exists() {
        fs::remove_dir_all(&options.folder)?;
    }
    let known = truths.iter().filter(|truth| options.is_indexed(truth));
    let known = known.map(|one| Known::read(&options.corpus, one, |image| cost.examine(image)));
    let known = known.collect::<Result<Vec<_>>>()?;
    let samples: Vec<_> = known.iter().map(|one| one.program.sample()).collect();
    let start = cpu_seconds();
    let mut index = Index::create(&options.folder)?;
    index.add(&samples)?;
    let seconds = cpu_seconds() - start;
    let count = index.function_count();
    println!(
        "{} programs with {count} functions indexed in {seconds:.2} CPU-s, {} bytes",
        samples.len(),
        index.bytes()
    );
    let known = known.into_iter().filter_map(|one| Some((index.find(one.program.sha256)?, one)));
    Ok((Index::open(&options.folder)?.0, known.collect()))
}

/// The surest counterparts, if they are sure enough.
fn ties(found: &[Counterpart], least: f64) -> Vec<Counterpart> {
    let sure = found.iter().map(|counterpart| counterpart.probability).fold(0.0, f64::max);
    let tied = found.iter().filter(|counterpart| sure - counterpart.probability < 1e-9);
    if sure >= least { tied.copied().collect() } else { Vec::new() }
}

/// What a counterpart is by its source.
fn key<'known>(
    index: &Index,
    known: &'known BTreeMap<SampleId, Known>,
    counterpart: &Counterpart,
) -> Option<&'known Key> {
    let place = index.function(counterpart.function).ok()?.place;
    known.get(&counterpart.sample)?.key(usize::try_from(place).ok()?)
}
