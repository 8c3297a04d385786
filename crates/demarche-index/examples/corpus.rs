//! What it costs to store real programs: functions a second, and bytes a function.
//!
//! `cargo run --release -p demarche-index --example corpus -- INDEX PROGRAM...`; INDEX is a folder that is not there yet.
#![expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "it measures and prints")]

use std::path::{Path, PathBuf};

use demarche_code::{fingerprints, functions};
use demarche_index::{Index, Meta, Sample};
use demarche_terms::{Availability, Origins, Sha256};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut paths = std::env::args_os().skip(1).map(PathBuf::from);
    let folder = paths.next().ok_or("INDEX PROGRAM...")?;
    let start = cpu_seconds();
    let samples: Vec<Sample> = paths.filter_map(|path| sample(&path)).collect();
    let made = cpu_seconds() - start;
    let all = || samples.iter().flat_map(|sample| &sample.fingerprints);
    let (count, features) =
        (all().count() as f64, all().map(|one| one.features.len()).sum::<usize>());
    println!(
        "{} programs, {count} functions of {:.1} features: {:.0} functions/CPU-s",
        samples.len(),
        features as f64 / count,
        count / made
    );
    let mut index = Index::create(&folder)?;
    let start = cpu_seconds();
    index.add(&samples)?;
    let stored = cpu_seconds() - start;
    println!(
        "stored: {:.0} functions/CPU-s, {:.0} bytes a function; from file to index {:.0} functions/CPU-s",
        count / stored,
        index.bytes() as f64 / count,
        count / (made + stored)
    );
    Ok(())
}

/// A program's functions; `None` where the file is none.
fn sample(path: &Path) -> Option<Sample> {
    let bytes = std::fs::read(path).ok()?;
    let image = demarche_image::read(&bytes).ok()?;
    let fingerprints = fingerprints(&image, &functions(&image));
    let meta = Meta {
        sha256: Sha256::of(&bytes),
        name: path.display().to_string(),
        family: None,
        actors: Vec::new(),
        note: None,
        is_library: false,
        availability: Availability::Private,
        format: image.format,
        architecture: image.architecture,
        code_bytes: fingerprints.iter().map(|fingerprint| u64::from(fingerprint.size)).sum(),
        runtime: None,
        origins: Origins::default(),
        added: "2026-11".parse().ok()?,
    };
    Some(Sample { meta, fingerprints })
}

/// The processor time of this process in seconds, user and system, where the system says (Linux, 100 ticks a second).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after_name.split_whitespace().skip(11).take(2);
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}
