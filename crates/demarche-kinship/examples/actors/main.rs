//! How well shared code tells whose a program is, on a corpus of programs of known authors.
//!
//! `cargo run --release -p demarche-kinship --example actors -- CORPUS [OTHER-CORPUS] [--queries]`
//!
//! `CORPUS/bin` has the programs and `CORPUS/gt` one JSON file for each. Tools 0 to 2 of each actor and the library are
//! indexed, tool 3 is asked about, which no index ever has: once with four builds indexed, once with one. Each is judged by
//! the calibration that is shipped, once as it is and once as if its actor were unknown; that calibration was fitted on
//! such corpora. So the ratios are also calibrated on the other corpus where there is one, so that nothing is judged by
//! what it was fitted on.

#![expect(clippy::print_stdout, reason = "an example reports on the terminal")]

mod corpus;
mod figures;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::{env, fs};

use anyhow::{Context as _, Result};
use demarche_index::Index;
use demarche_index::align::FITTED;
use demarche_kinship::{Amount, By, Counterparts, Groups, KnownPair, Matcher, SHARED, fit};

use corpus::{Corpus, Program};
use figures::Asked;

/// The builds that are indexed: all four, or only the first.
const INDEXED: [&str; 4] = ["x64elf-gcc-O2", "x86pe-gcc-O2", "x64pe-gcc-O2", "a64elf-gcc-O2"];

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    let (flags, folders): (Vec<String>, Vec<String>) =
        words.into_iter().partition(|word| word.starts_with("--"));
    let mut tried = Vec::new();
    for folder in &folders {
        let corpus = Corpus::read(&PathBuf::from(folder))?;
        let four = ask(&corpus, &INDEXED, "four builds indexed", &flags)?;
        let one = ask(&corpus, &INDEXED[..1], "one build indexed", &flags)?;
        tried.push((folder.clone(), [four, one].concat()));
    }
    let all: Vec<KnownPair> = tried.iter().flat_map(|(_, asked)| pairs(asked)).collect();
    println!("fitted on everything: {:?}", fit(&all).context("both kinds of pairs")?);
    for (place, (name, asked)) in tried.iter().enumerate() {
        let Some((other, learnt)) = tried.get(1 - place.min(1)).filter(|_| tried.len() > 1) else {
            continue;
        };
        let fitted = fit(&pairs(learnt)).context("both kinds of pairs")?;
        println!("calibrated on {other}: {fitted:?}");
        figures::reliability(name, &pairs(asked), &fitted);
    }
    Ok(())
}

/// Asks about tool 3 of every actor in every build that is not indexed alone.
fn ask(corpus: &Corpus, indexed: &[&str], title: &str, flags: &[String]) -> Result<Vec<Asked>> {
    let folder = env::temp_dir().join(format!("actors-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let mut index = Index::create(&folder.join(indexed.len().to_string()))?;
    let known = |one: &&Program| one.tool < 3 && indexed.contains(&one.build.as_str());
    let samples: Vec<_> = corpus.programs.iter().filter(known).map(Program::sample).collect();
    index.add(&samples)?;
    let matcher = Matcher::new(&index, &FITTED);
    let actors = Groups::new(&index, By::Actor);
    let is_new = |one: &&Program| {
        one.tool == 3 && (indexed.len() > 1 || !indexed.contains(&one.build.as_str()))
    };
    let mut asked = Vec::new();
    for program in corpus.programs.iter().filter(is_new) {
        let (counterparts, _) = matcher.counterparts(&program.fingerprints, None);
        let scores = scores(&actors, &counterparts);
        let unknown = scores_without(&index, &actors, &counterparts, &program.actor);
        let could_tell = |one: &&Counterparts| one.is_comparable && actors.library(one) <= SHARED;
        let compared = counterparts.iter().filter(could_tell).count();
        let (program, actor) = (program.name.clone(), program.actor.clone());
        asked.push(Asked { program, actor, compared, scores, unknown });
    }
    figures::summary(title, &asked, flags.iter().any(|flag| flag == "--queries"));
    figures::shipped(&asked);
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
        index.sample(sample).is_some_and(|one| one.meta.actors.iter().any(|one| one == unknown))
    };
    let mut counterparts = counterparts.to_vec();
    for one in &mut counterparts {
        one.found.retain(|found| !is_unknown(found.sample));
    }
    scores(actors, &counterparts)
}

/// Every question with every actor as a pair whose relation is known.
fn pairs(asked: &[Asked]) -> Vec<KnownPair> {
    let actors: std::collections::BTreeSet<&String> = asked.iter().map(|one| &one.actor).collect();
    let of = |one: &Asked| {
        let pair = |actor: &&String| KnownPair {
            amount: Amount {
                evidence: one.scores.get(*actor).copied().unwrap_or(0.0),
                compared: one.compared,
            },
            is_same: one.actor == **actor,
        };
        actors.iter().map(pair).collect::<Vec<_>>()
    };
    asked.iter().flat_map(of).collect()
}
