//! How well shared code tells whose a program is, on a corpus of programs of known authors.
//!
//! `cargo run --release -p demarche-similarity --example actors -- CORPUS [OTHER-CORPUS] [--queries] [--libraries]`
//!
//! `CORPUS/bin` has the programs and `CORPUS/gt` one JSON file for each. Tools 0 to 2 of each actor and the library are
//! indexed, tool 3 is asked about, which no index ever has: once with four builds indexed, once with one. Each is judged by
//! the calibration that is shipped, once as it is and once as if its actor were unknown; that calibration was fitted on
//! such corpora. With `--libraries` functions of public libraries are told by the shipped hashes and left out; the corpus takes
//! some of them for an actor's own. So the ratios are also calibrated on the other corpus where there is one, so that nothing is judged by
//! what it was fitted on.

#![expect(clippy::print_stdout, reason = "an example reports on the terminal")]

mod ask;
#[path = "../corpus/corpus.rs"]
mod corpus;
mod figures;
mod ratios;

use std::collections::BTreeMap;
use std::env;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use demarche_similarity::{KnownPair, fit, packages_inside};

use ask::{INDEXED, ask, programs};
use corpus::Program;
use ratios::pairs;

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    let (flags, folders): (Vec<String>, Vec<String>) =
        words.into_iter().partition(|word| word.starts_with("--"));
    let are_libraries_known = flags.iter().any(|flag| flag == "--libraries");
    let is_each_listed = flags.iter().any(|flag| flag == "--queries");
    let mut tried = Vec::new();
    for folder in &folders {
        let programs = programs(&PathBuf::from(folder), are_libraries_known)?;
        if are_libraries_known {
            told(&programs);
        }
        let mut all = Vec::new();
        for (indexed, title) in
            [(&INDEXED[..], "four builds indexed"), (&INDEXED[..1], "one build indexed")]
        {
            let asked = ask(&programs, indexed)?;
            figures::summary(title, &asked, is_each_listed);
            figures::shipped(&asked);
            all.extend(asked);
        }
        tried.push((folder, all));
    }
    let all: Vec<KnownPair> = tried.iter().flat_map(|(_, asked)| pairs(asked)).collect();
    println!("fitted on everything: {:?}", fit(&all).context("both kinds of pairs")?);
    for (index, (name, asked)) in tried.iter().enumerate() {
        let Some((other, learnt)) = tried.get(1 - index.min(1)).filter(|_| tried.len() > 1) else {
            continue;
        };
        let fitted = fit(&pairs(learnt)).context("both kinds of pairs")?;
        println!("calibrated on {other}: {fitted:?}");
        ratios::reliability(name, &pairs(asked), &fitted);
    }
    Ok(())
}

/// Prints how many functions of each actor's programs are of public libraries.
fn told(programs: &[Program]) {
    let mut counts: BTreeMap<(&str, String), u64> = BTreeMap::new();
    for program in programs {
        for package in packages_inside(&program.origins, program.fingerprints.len()) {
            *counts.entry((&program.truth.actor, package.name)).or_default() += package.functions;
        }
    }
    let functions: usize = programs.iter().map(|program| program.fingerprints.len()).sum();
    println!("{functions} functions, of public libraries: {counts:?}");
}
