//! What it costs to store and to search a million functions and more.
//!
//! `cargo run --release -p demarche-index --example scale -- FOLDER 1000000 3000000 10000000`
//!
//! The functions are synthetic, made one lot at a time from a seed; `population.rs` says after what they are modelled.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "it measures and prints")]

mod population;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use demarche_index::{Index, Limits, Sample, Search};
use population::Population;

/// The number of samples that are added at a time.
const LOT: u64 = 400;

/// The number of functions that the program has that is searched for.
const PROGRAM: u32 = 600;

/// The least likenesses that are tried; the middle one and the number of candidates are those of `demarche code match`.
const FLOORS: [f64; 3] = [0.1, 0.25, 0.5];
const BEST: usize = 24;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("FOLDER FUNCTIONS...")?);
    for functions in arguments {
        measure(&folder.join(&functions), functions.parse()?)?;
    }
    Ok(())
}

fn measure(folder: &Path, functions: u64) -> Result<(), Box<dyn std::error::Error>> {
    drop(std::fs::remove_dir_all(folder));
    let population = Population { samples: functions / u64::from(PROGRAM) };
    let mut index = Index::create(folder)?;
    let mut adding = 0.0;
    let mut first = 0;
    while first < population.samples {
        let after = population.samples.min(first + LOT);
        let samples: Vec<Sample> =
            (first..after).map(|place| population.sample(place, PROGRAM)).collect();
        let start = cpu_seconds();
        index.add(&samples)?;
        adding += cpu_seconds() - start;
        first = after;
    }
    let count = index.function_count();
    println!(
        "\n{count} functions, {} samples, {} families",
        index.samples().len(),
        index.families().len()
    );
    println!(
        "add     {adding:7.2} CPU-s  {:8.0} functions/CPU-s, {} segments",
        per(count, adding),
        index.segment_count()
    );
    drop(index);
    let (mut index, _) = Index::open(folder)?;
    let (times, peak) = peak_of(|| timed(|| index.merge()));
    let (wall, cpu) = times?;
    println!(
        "merge   {cpu:7.2} CPU-s  {wall:.2} s, {:.0} B per function on disk, {peak} MB of memory",
        per(index.bytes(), count as f64)
    );
    drop(index);
    let (wall, _) = timed(|| Index::open(folder))?;
    println!("open    {wall:7.3} s");
    let (wall, _) = timed(|| Index::open(folder).map(|(index, _)| index.verify()))?;
    println!("verify  {wall:7.3} s");
    let (searched, peak) = peak_of(|| search(folder, &population));
    println!("search  {peak} MB of memory");
    searched
}

fn search(folder: &Path, population: &Population) -> Result<(), Box<dyn std::error::Error>> {
    let (index, _) = Index::open(folder)?;
    let totals = index.totals();
    let start = Instant::now();
    let (search, _) = Search::new(&index, |_, rarity| population::weight(rarity, totals));
    println!("prepare {:7.3} s", start.elapsed().as_secs_f64());
    for (name, program) in population.programs(PROGRAM) {
        for floor in FLOORS {
            let (start, cpu) = (Instant::now(), cpu_seconds());
            let (found, gaps) = search.candidates(&program, Limits { best: BEST, floor });
            let (wall, cpu) = (start.elapsed().as_secs_f64(), cpu_seconds() - cpu);
            let best: Vec<f64> =
                found.iter().filter_map(|found| Some(found.candidates.first()?.likeness)).collect();
            let mean = best.iter().sum::<f64>() / best.len().max(1) as f64;
            println!(
                "search  {wall:7.3} s     {cpu:.2} CPU-s, {PROGRAM} functions {name}, floor {floor}: {} found, mean best {mean:.2}, {} gaps",
                best.len(),
                gaps.len()
            );
        }
    }
    Ok(())
}

fn timed<T, E>(run: impl FnOnce() -> Result<T, E>) -> Result<(f64, f64), E> {
    let (start, cpu) = (Instant::now(), cpu_seconds());
    drop(run()?);
    Ok((start.elapsed().as_secs_f64(), cpu_seconds() - cpu))
}

#[expect(clippy::cast_precision_loss, reason = "a rate does not need the last digit")]
fn per(count: u64, seconds: f64) -> f64 {
    count as f64 / seconds
}

/// The processor time of this process in seconds, user and system, where the system says (Linux, 100 ticks a second).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// The memory that a run takes besides pages of mapped files, the most that was seen, in megabytes (Linux).
fn peak_of<T>(run: impl FnOnce() -> T) -> (T, u64) {
    let (peak, is_over) = (AtomicU64::new(0), AtomicBool::new(false));
    let answer = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                peak.fetch_max(anonymous_megabytes(), Ordering::Relaxed);
                std::thread::sleep(Duration::from_millis(5));
            }
        });
        let answer = run();
        is_over.store(true, Ordering::Relaxed);
        answer
    });
    (answer, peak.into_inner())
}

fn anonymous_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes =
        line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}
