//! What pairs of families cost at a scale for which no programs are at hand, and whether they are those of the index.
//!
//! ```text
//! cargo build --release -p demarche-batch --example families
//! families write FOLDER 10000000 100 96    an index: functions, segments, traits of a function at most
//! families partial FOLDER                  a partial of each segment
//! families merge FOLDER                    the pairs of families
//! families compare FOLDER                  the same from the index, held in memory, and whether both are equal
//! ```
//!
//! The programs come from a seed; `population.rs` of the index says after what they are modelled. Each step is a process of
//! its own, so that its time and memory can be told apart.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "it measures and prints")]

#[path = "../../../demarche-index/examples/scale/population.rs"]
#[expect(dead_code, reason = "what is searched for is of no use here")]
mod population;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::File;
use std::path::Path;
use std::time::Instant;

use demarche_batch::{Asked, BatchError, Kind, Made, Making, Partials, Readers, csv, make};
use demarche_case::Tlp;
use demarche_index::{Index, Sample, SampleId};
use population::Population;
use rayon::prelude::*;

/// The functions of a program.
const PROGRAM: u32 = 600;

/// The families that a trait may have and still ties them.
const RARE: usize = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [step, folder, numbers @ ..] = arguments.as_slice() else {
        return Err("write, partial, merge or compare, and a folder".into());
    };
    let folder = Path::new(folder);
    let start = (Instant::now(), cpu_seconds());
    match (step.as_str(), numbers) {
        ("write", [functions, segments, traits]) => {
            write(&folder.join("index"), functions.parse()?, segments.parse()?, traits.parse()?)?;
        }
        ("partial", []) => partial(folder)?,
        ("merge", []) => merge(folder)?,
        ("compare", []) => compare(&folder.join("index"), &folder.join("pairs.csv"))?,
        _ => return Err("the step is none, or has other numbers".into()),
    }
    let (wall, cpu) = (start.0.elapsed().as_secs_f64(), cpu_seconds() - start.1);
    println!("{step}: {wall:.1} s, {cpu:.1} CPU-s, {} MB at most", peak_megabytes());
    Ok(())
}

const KIND: Kind = Kind::CodeTraits;

/// Makes the partial of each segment, with all cores.
fn partial(folder: &Path) -> Result<(), Box<dyn Error>> {
    let (out, making) = (folder.join("partials"), Making::new(None, Tlp::Clear, "families"));
    let entries: Vec<_> = std::fs::read_dir(folder.join("index"))?.collect::<Result<_, _>>()?;
    let segments = entries.iter().map(std::fs::DirEntry::path);
    let segments: Vec<_> =
        segments.filter(|path| path.extension().is_some_and(|end| end == "segment")).collect();
    let made: Result<Vec<Made>, BatchError> = segments
        .par_iter()
        .map(|segment| make(KIND, segment, &out, &making, &Readers::NONE))
        .collect();
    let manifests = made?.into_iter().map(|made| made.partial.manifest);
    let (rows, bytes) = manifests
        .fold((0, 0), |(rows, bytes), manifest| (rows + manifest.rows, bytes + manifest.bytes));
    println!("{} partials, {rows} rows, {} MB", segments.len(), bytes >> 20);
    Ok(())
}

/// Merges the partials to pairs of families.
fn merge(folder: &Path) -> Result<(), Box<dyn Error>> {
    let found = Partials::in_folder(KIND, &folder.join("partials"))?.read()?;
    assert!(found.refused.is_empty(), "every partial is whole");
    let asked = Asked { trim: 0.0, pairs: u32::try_from(RARE).ok() };
    let path = folder.join("pairs.csv");
    let rows = csv::write_answer(&found, asked, &mut File::create(&path)?, &path)?;
    println!("{rows} pairs of families");
    Ok(())
}

/// The processor time of this process in seconds, user and system (Linux, 100 ticks a second).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    let ticks = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    ticks.sum::<f64>() / 100.0
}

/// The most memory that this process had, in megabytes (Linux).
fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes.unwrap_or_default() / 1024
}

/// Writes the segments.
fn write(
    folder: &Path,
    functions: u64,
    segments: u64,
    traits: usize,
) -> Result<(), Box<dyn Error>> {
    let samples = functions / u64::from(PROGRAM);
    let population = Population { samples };
    let mut index =
        Index::open(folder).map(|(index, _)| index).or_else(|_| Index::create(folder))?;
    for segment in 0..segments {
        let range = samples * segment / segments..samples * (segment + 1) / segments;
        let lot: Vec<Sample> = range
            .map(|number| {
                let mut sample = population.sample(number, PROGRAM);
                for function in &mut sample.fingerprints {
                    function.features.truncate(traits);
                    function.calls.clear();
                }
                sample
            })
            .collect();
        index.add(&lot)?;
    }
    println!(
        "{} functions in {} segments, {} families, {} MB",
        index.function_count(),
        index.segment_count(),
        index.families().len(),
        index.bytes() >> 20
    );
    Ok(())
}

/// For each pair of families, the traits, the functions and their bytes that both have.
type Pairs = BTreeMap<[u32; 2], [u64; 3]>;

/// Compares an answer with what the index says, one part of all traits after the other.
fn compare(folder: &Path, answer: &Path) -> Result<(), Box<dyn Error>> {
    const PARTS: u32 = 2;
    let (index, gaps) = Index::open(folder)?;
    assert!(gaps.is_empty(), "every segment is whole");
    let (mut pairs, mut hashes) = (Pairs::new(), Vec::new());
    for part in 0..PARTS {
        let mut met: Vec<(u32, u32)> = Vec::new();
        for (id, sample) in (0..).zip(index.samples()) {
            let functions = index.fingerprints(SampleId(id))?;
            let features = functions.iter().flat_map(|function| &function.features);
            let mut values: Vec<u32> =
                features.map(|feature| feature.0).filter(|value| value % PARTS == part).collect();
            values.sort_unstable();
            values.dedup();
            met.extend(values.into_iter().map(|value| (value, sample.family)));
            if part == 0 {
                let own = functions.iter().map(|met| (met.exact, sample.family, met.size));
                hashes.extend(own);
            }
        }
        met.par_sort_unstable();
        for rows in met.chunk_by(|left, right| left.0 == right.0) {
            add(rows.iter().map(|(_, family)| *family), [1, 0, 0], &mut pairs);
        }
    }
    hashes.par_sort_unstable();
    for rows in hashes.chunk_by(|left, right| left.0 == right.0) {
        let size = rows.iter().map(|(_, _, size)| u64::from(*size)).min();
        add(rows.iter().map(|(_, family, _)| *family), [0, 1, size.unwrap_or(0)], &mut pairs);
    }
    let name = |family: u32| index.families()[family as usize].as_str();
    let mut lines: Vec<String> = pairs
        .iter()
        .map(|([left, right], [traits, functions, bytes])| {
            format!("{},{},{traits},{functions},{bytes}", name(*left), name(*right))
        })
        .collect();
    lines.sort();
    let text = std::fs::read_to_string(answer)?;
    let mut told: Vec<&str> = text.lines().skip(1).collect();
    told.sort_unstable();
    assert!(lines.iter().eq(told.iter()), "the answer is not that of the index");
    println!("{} pairs of families, equal to those of the index", lines.len());
    Ok(())
}

/// Adds what a trait or function ties to the pairs of its families, which ascend.
fn add(families: impl Iterator<Item = u32>, adds: [u64; 3], pairs: &mut Pairs) {
    let mut families: Vec<u32> = families.collect();
    families.dedup();
    if families.len() > RARE {
        return;
    }
    for (index, left) in families.iter().enumerate() {
        for right in families.iter().skip(index + 1) {
            let sum = pairs.entry([*left, *right]).or_default();
            sum.iter_mut().zip(adds).for_each(|(sum, add)| *sum += add);
        }
    }
}
