//! How much code strangers share: real programs whose makers are known, compared in small indices.
//!
//! `cargo run --release -p demarche-similarity --example strangers -- LIST HANDS LANGUAGE [INDICES] [blind] > pairs.tsv`
//!
//! `LIST` has a line for each program: language, hand, name and path, with tabs between them. The programs of `LANGUAGE`
//! are indexed, `HANDS` hands at a time, each hand as a family, and every program of the list's language is asked about in
//! every such index but for itself. A line of the answer is one pair: language, hands in the index, the program, its hand,
//! the known hand, evidence, functions that could tell, likelihood ratio in nats, and whether both are one hand. At most
//! `INDICES` indices are made. `blind` takes no notice of public packages. `first` and `second` take every second hand only,
//! by a hash of its name, so that a threshold is taken from the programs of one half of the projects and tried on the other:
//!
//! `of=K` asks only every Kth program of hands that the index does not have.
//!
//! `cargo run --release -p demarche-similarity --example strangers -- judge FIRST.tsv SECOND.tsv`

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example reports on the terminal"
)]

mod judge;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{env, fs};

use anyhow::{Context as _, Result};
use demarche_code::{Fingerprint, Origins, fingerprints, functions, origins};
use demarche_image::identity::{Runtime, identify_images};
use demarche_image::read_all;
use demarche_index::{Index, Meta, Sample};
use demarche_similarity::align::FITTED;
use demarche_similarity::{Calibration, Matcher, amounts};
use demarche_terms::random::Random;
use demarche_terms::{Availability, Moment, Sha256};
use rayon::prelude::*;

/// A program of the list.
struct Known {
    hand: String,
    name: String,
    sample: Sample,
}

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(1).collect();
    if let [word, learnt, tried] = words.as_slice()
        && word == "judge"
    {
        return judge::judge(learnt, tried);
    }
    let [list, hands, language, flags @ ..] = words.as_slice() else {
        anyhow::bail!("usage: strangers LIST HANDS LANGUAGE [blind]");
    };
    let (hands, is_blind) = (hands.parse()?, flags.iter().any(|flag| flag == "blind"));
    let half = ["first", "second"].iter().position(|half| flags.iter().any(|flag| flag == half));
    let programs = programs(Path::new(list), language, is_blind, half)?;
    let mut names: Vec<&str> = programs.iter().map(|known| known.hand.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut random = Random::new(7);
    for last in (1..names.len()).rev() {
        names.swap(last, random.below(last + 1));
    }
    let every = flags.iter().find_map(|flag| flag.strip_prefix("of=")?.parse().ok()).unwrap_or(1);
    let most = flags.iter().find_map(|flag| flag.parse().ok()).unwrap_or(usize::MAX);
    for (number, together) in names.chunks(hands).enumerate().take(most) {
        if together.len() == hands {
            ask(&programs, &together.iter().copied().collect(), language, [number, every])?;
        }
    }
    Ok(())
}

fn programs(
    list: &Path,
    language: &str,
    is_blind: bool,
    half: Option<usize>,
) -> Result<Vec<Known>> {
    let text = fs::read_to_string(list)?;
    let is_wanted = |line: &&str| {
        let mut cells = line.split('\t');
        let is_of_language = cells.next() == Some(language);
        let hand = Sha256::of(cells.next().unwrap_or("").as_bytes()).to_string();
        let bit = usize::from(hand.bytes().next().is_some_and(|digit| digit % 2 == 1));
        is_of_language && half.is_none_or(|half| half == bit)
    };
    let lines: Vec<&str> = text.lines().filter(is_wanted).collect();
    let read = lines.into_par_iter().map(|line| (line, program(line, is_blind)));
    let read: Vec<(&str, Result<Known>)> = read.collect();
    let known = read.into_iter().filter_map(|(line, known)| match known {
        Ok(known) => Some(known),
        Err(error) => {
            eprintln!("{line}: {error:#}");
            None
        }
    });
    Ok(known.collect())
}

fn program(line: &str, is_blind: bool) -> Result<Known> {
    let mut cells = line.split('\t').skip(1);
    let mut cell = || cells.next().map(str::to_owned).context("four cells a line");
    let (hand, name, path) = (cell()?, cell()?, cell()?);
    let bytes = fs::read(&path).with_context(|| path.clone())?;
    let images = read_all(&bytes);
    let identity = identify_images(&bytes, &images);
    let image = images.into_iter().find_map(Result::ok).context("an executable")?;
    let program = functions(&image);
    let fingerprints: Vec<Fingerprint> = fingerprints(&image, &program);
    let origins = if is_blind {
        Origins::default()
    } else {
        origins(&image, &program, &fingerprints, identity.go.as_ref())
    };
    let meta = Meta {
        sha256: Sha256::of(&bytes),
        name: name.clone(),
        family: Some(hand.clone()),
        actors: Vec::new(),
        note: None,
        is_library: false,
        availability: Availability::Public,
        format: image.format,
        architecture: image.architecture,
        code_bytes: 0,
        runtime: identity.runtime,
        origins,
        added: "2026-01-01".parse::<Moment>()?,
    };
    let told = told(&meta.origins, fingerprints.len());
    eprintln!("{name}\t{hand}\t{:?}\t{}\t{told}", meta.runtime, fingerprints.len());
    Ok(Known { hand, name, sample: Sample { meta, fingerprints } })
}

/// How many functions are of packages, own and untold.
fn told(origins: &Origins, count: usize) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for origin in origins.expand(count) {
        let kind = match origin {
            demarche_code::Origin::Untold => "untold",
            demarche_code::Origin::Own => "own",
            demarche_code::Origin::Package(_) => "package",
        };
        *counts.entry(kind).or_default() += 1;
    }
    format!("{counts:?}")
}

fn ask(
    programs: &[Known],
    together: &BTreeSet<&str>,
    language: &str,
    [number, every]: [usize; 2],
) -> Result<()> {
    let folder = env::temp_dir().join(format!("strangers-{}-{number}", std::process::id()));
    let mut index = Index::create(&folder)?;
    let known: Vec<Sample> = programs
        .iter()
        .filter(|known| together.contains(known.hand.as_str()))
        .map(|known| known.sample.clone())
        .collect();
    index.add(&known)?;
    let matcher = Matcher::new(&index, &FITTED);
    let lines: Vec<String> = programs
        .par_iter()
        .enumerate()
        .filter(|(place, asked)| {
            together.contains(asked.hand.as_str()) || place % every == number % every
        })
        .map(|(_, asked)| {
            let Sample { meta, fingerprints } = &asked.sample;
            let itself = index.find(meta.sha256);
            let (counterparts, _) = matcher.counterparts(fingerprints, &meta.origins, itself);
            let runtime: Option<Runtime> = meta.runtime;
            let found: BTreeMap<_, _> =
                amounts(&index, runtime, &counterparts).into_iter().collect();
            let line = |hand: &&str| {
                let is_same = *hand == asked.hand;
                let others = known
                    .iter()
                    .filter(|sample| sample.meta.family.as_deref() == Some(*hand))
                    .any(|sample| sample.meta.sha256 != meta.sha256);
                if !others {
                    return String::new();
                }
                let amount = found.get(*hand);
                let nats =
                    amount.map_or(0.0, |amount| Calibration::MADE.strength(*amount).nats.max(0.0));
                let (evidence, compared) =
                    amount.map_or((0.0, 0), |amount| (amount.evidence, amount.compared));
                format!(
                    "{language}\t{}\t{}\t{}\t{hand}\t{evidence:.3}\t{compared}\t{nats:.3}\t{is_same}\n",
                    together.len(),
                    asked.name,
                    asked.hand
                )
            };
            together.iter().map(line).collect::<String>()
        })
        .collect();
    print!("{}", lines.concat());
    drop(matcher);
    fs::remove_dir_all(&folder)?;
    Ok(())
}
