//! How many functions of programs in another build find their counterpart, on a corpus with known ones.
//!
//! `cargo run --release -p demarche-kinship --example recall -- CORPUS FOLDER [--only TEXT] [--wrong] [--least P]`
//!
//! `CORPUS/bin` has the programs without symbols, `CORPUS/gt` one JSON file for each with its functions. The tools 0 to 2 of
//! each actor and the library, built by gcc for x86-64 Linux at -O2, are indexed in `FOLDER`, which is emptied first. Asked
//! are tool 0 in every other build, and, as a control, tool 3, which is not in the index, in the same build.
//!
//! Counted are functions of at least 48 bytes, not of the C library, whose library and name the index has. Recall is the share
//! whose surest counterpart has the right library and name (ties are shared), precision the same among those with one that
//! is at least as sure as `P`. Functions that the index does not have, and that have one nevertheless, are listed too.

#![expect(clippy::print_stdout, reason = "an example reports on the terminal")]

mod corpus;
mod score;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use corpus::{Key, Known, Program, names};
use demarche_case::{Availability, Sha256};
use demarche_code::{Fingerprint, fingerprints, functions};
use demarche_image::Image;
use demarche_index::align::FITTED;
use demarche_index::{Index, Meta, Sample, SampleId};
use demarche_kinship::{Counterpart, Matcher};
use score::Score;

type Failure = Box<dyn Error>;

struct Options {
    corpus: PathBuf,
    folder: PathBuf,
    only: String,
    least: f64,
    is_wrong_listed: bool,
}

fn options() -> Result<Options, Failure> {
    let mut paths = Vec::new();
    let (mut only, mut least, mut is_wrong_listed) = (String::new(), 0.5, false);
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--only" => only = words.next().unwrap_or_default(),
            "--least" => least = words.next().unwrap_or_default().parse()?,
            "--wrong" => is_wrong_listed = true,
            _ => paths.push(PathBuf::from(word)),
        }
    }
    let [corpus, folder] = <[_; 2]>::try_from(paths).map_err(|_| "CORPUS FOLDER")?;
    Ok(Options { corpus, folder, only, least, is_wrong_listed })
}

/// What a program costs to read.
#[derive(Default)]
struct Cost {
    bytes: u64,
    functions: usize,
    finding: f64,
    lifting: f64,
}

/// Reads a program: its functions with their fingerprints.
fn examine(image: &Image<'_>, cost: &mut Cost) -> Vec<Fingerprint> {
    let start = score::cpu_seconds();
    let program = functions(image);
    let between = score::cpu_seconds();
    let fingerprints = fingerprints(image, &program);
    cost.finding += between - start;
    cost.lifting += score::cpu_seconds() - between;
    cost.functions += fingerprints.len();
    cost.bytes += fingerprints.iter().map(|one| u64::from(one.size)).sum::<u64>();
    fingerprints
}

fn main() -> Result<(), Failure> {
    let options = options()?;
    let programs: Vec<Program> = names(&options.corpus)?
        .iter()
        .map(|name| corpus::program(&options.corpus, name))
        .collect::<Result<_, _>>()?;
    let mut cost = Cost::default();
    let (index, known) = index(&options, &programs, &mut cost)?;
    let pool: BTreeSet<&Key> =
        known.values().flat_map(|known| known.by_place.iter().flatten()).collect();
    let matcher = Matcher::new(&index, &FITTED);
    let mut rows: BTreeMap<String, Score> = BTreeMap::new();
    for program in programs.iter().filter(|one| one.is_asked() && one.name.contains(&options.only))
    {
        let bytes = fs::read(&program.path)?;
        let image = demarche_image::read(&bytes)?;
        let functions = examine(&image, &mut cost);
        let start = score::cpu_seconds();
        let (found, _) = matcher.counterparts(&functions, None);
        let mut score = Score::default();
        score.seconds = score::cpu_seconds() - start;
        let known_here = Known::new(program, &functions);
        score.missed(&program.functions, &known_here, &pool);
        for (own, found) in functions.iter().zip(&found) {
            let Some(truth) = program.counted(own.start.0) else { continue };
            let best = ties(&found.found, options.least);
            let keys: Vec<Option<&Key>> = best.iter().map(|one| key(&index, &known, one)).collect();
            score.add(truth, &keys, pool.contains(&truth.key()));
            let is_wrong = !keys.is_empty() && !keys.contains(&Some(&truth.key()));
            if options.is_wrong_listed && is_wrong {
                let sure = best.first().map_or(0.0, |one| one.probability);
                println!("{} {} {:.2} -> {:?}", program.name, truth.key(), sure, keys.first());
            }
        }
        rows.entry(program.build()).or_default().merge(&score);
    }
    score::print(&rows);
    print_cost(&cost);
    Ok(())
}

/// Indexes the known programs.
fn index(
    options: &Options,
    programs: &[Program],
    cost: &mut Cost,
) -> Result<(Index, BTreeMap<SampleId, Known>), Failure> {
    if options.folder.exists() {
        fs::remove_dir_all(&options.folder)?;
    }
    let mut samples = Vec::new();
    let mut known = Vec::new();
    for program in programs.iter().filter(|one| one.is_indexed()) {
        let bytes = fs::read(&program.path)?;
        let image = demarche_image::read(&bytes)?;
        let fingerprints = examine(&image, cost);
        known.push((Sha256::of(&bytes), Known::new(program, &fingerprints)));
        samples.push(Sample { meta: meta(program, &bytes, &image)?, fingerprints });
    }
    let start = score::cpu_seconds();
    let mut index = Index::create(&options.folder)?;
    index.add(&samples)?;
    let seconds = score::cpu_seconds() - start;
    let count = index.function_count();
    println!(
        "{} programs with {count} functions indexed in {seconds:.2} CPU-s, {} bytes",
        samples.len(),
        index.bytes()
    );
    let known = known.into_iter().filter_map(|(hash, known)| Some((index.find(hash)?, known)));
    Ok((Index::open(&options.folder)?.0, known.collect()))
}

fn meta(program: &Program, bytes: &[u8], image: &Image<'_>) -> Result<Meta, Failure> {
    Ok(Meta {
        sha256: Sha256::of(bytes),
        name: program.name.clone(),
        family: Some(program.actor.clone()),
        actors: Vec::new(),
        note: None,
        is_library: program.is_library(),
        availability: Availability::Public,
        format: image.format,
        architecture: image.architecture,
        code_bytes: 0,
        runtime: None,
        added: "2026".parse()?,
    })
}

/// The surest counterparts, if they are sure enough.
fn ties(found: &[Counterpart], least: f64) -> Vec<Counterpart> {
    let sure = found.iter().map(|one| one.probability).fold(0.0, f64::max);
    let tied = found.iter().filter(|one| sure - one.probability < 1e-9);
    if sure >= least { tied.copied().collect() } else { Vec::new() }
}

/// What a counterpart is by its source.
fn key<'known>(
    index: &Index,
    known: &'known BTreeMap<SampleId, Known>,
    counterpart: &Counterpart,
) -> Option<&'known Key> {
    let place = index.function(counterpart.function).ok()?.place;
    known.get(&counterpart.sample)?.by_place.get(usize::try_from(place).ok()?)?.as_ref()
}

fn print_cost(cost: &Cost) {
    #[expect(clippy::cast_precision_loss, reason = "a speed does not need the last digit")]
    let (bytes, functions) = (cost.bytes as f64 / 1e6, cost.functions as f64);
    println!(
        "{functions} functions, {bytes:.1} MB of code: found at {:.0} MB/CPU-s, fingerprinted at {:.0} MB/CPU-s",
        bytes / cost.finding,
        bytes / cost.lifting
    );
}

/// Where the binary of a program is.
fn binary(corpus: &Path, name: &str) -> PathBuf {
    corpus.join("bin").join(name)
}
