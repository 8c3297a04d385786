//! Synthetic programs whose features are distributed like those of real ones.
//!
//! Modelled after 112,000 functions of 154 x86 programs in many builds: sets of 4 to 96 features, 63 on average, and a share of
//! functions with the feature of rank r that follows Zipf and Mandelbrot's law with exponent 1.05 and shift 25, with 5 new
//! features for each new body. A sample belongs to a family of five versions; three functions of ten come from a pool of
//! library code, the others are the family's own and change between versions with probability ½, when a quarter of their
//! features is replaced.

use demarche_index::{Meta, Rarity, Sample, Totals};
use demarche_terms::number::float;
use demarche_terms::random::{self, Random};
use demarche_terms::{
    Architecture, Availability, Feature, Fingerprint, Format, Origins, Sha256, VirtualAddress,
};

/// The number of versions of a family.
const VERSIONS: u64 = 5;

/// The number of bodies of the library pool.
const POOL: f64 = 50_000.0;

/// The largest rank of a feature that is not a body's own.
const RANKS: f64 = 2e6;

/// A seed that depends on several numbers.
fn mixed(parts: &[u64]) -> u64 {
    let mut seed = 0x243f_6a88_85a3_08d3;
    for part in parts {
        seed = random::mixed(seed ^ part);
    }
    seed
}

/// A rank from 1 on; the rank r has a probability as (r + shift) to the power of -exponent.
fn rank(random: &mut Random, highest: f64, shift: f64, exponent: f64) -> u64 {
    let power = 1.0 - exponent;
    let (low, high) = ((1.0 + shift).powf(power), (highest + shift).powf(power));
    let share = float(random.bits() >> 32) / f64::from(u32::MAX);
    let rank = (low + share * (high - low)).powf(1.0 / power) - shift;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the ranks")]
    let rank = rank.max(1.0) as u64;
    rank
}

/// The feature with a number: its class and hash look random.
fn feature(number: u64) -> Feature {
    let mixed = random::mixed(number);
    Feature(u32::try_from(((mixed % 8) << 28) | (mixed >> 36)).unwrap_or(0))
}

/// The features of a body, a quarter of which is drawn anew for each change.
fn features(body: u64, changes: &[u64]) -> Vec<Feature> {
    let mut random = Random::new(body);
    let count = 4 + usize::try_from(rank(&mut random, 200.0, 60.0, 0.4)).unwrap_or(0).min(92);
    let draw = |random: &mut Random| {
        let number = match random.bits() % 6 {
            0 => rank(random, 300.0, 4.0, 0.8),
            _ => rank(random, RANKS, 25.0, 1.05),
        };
        // One in sixteen is the body's own: a constant, a text, a rare sequence.
        let number = if random.bits().is_multiple_of(16) { random.bits() } else { number };
        feature(number)
    };
    let mut features: Vec<Feature> = (0..count).map(|_| draw(&mut random)).collect();
    for change in changes {
        let mut random = Random::new(*change);
        for slot in &mut features {
            if random.bits().is_multiple_of(4) {
                *slot = draw(&mut random);
            }
        }
    }
    features.sort_unstable();
    features.dedup();
    features
}

/// A population of programs, none of which is ever in memory as a whole.
pub(crate) struct Population {
    /// The number of samples.
    pub(crate) samples: u64,
}

impl Population {
    /// A sample with so many functions.
    pub(crate) fn sample(&self, index: u64, functions: u32) -> Sample {
        let (family, version) = (index / VERSIONS, index % VERSIONS);
        let meta = Meta {
            sha256: Sha256::of(&index.to_le_bytes()),
            name: format!("{index}.exe"),
            family: Some(format!("family-{family}")),
            actors: vec![format!("actor-{}", family % 100)],
            note: None,
            is_library: false,
            availability: Availability::Private,
            format: Format::Pe,
            architecture: Architecture::X86_64,
            code_bytes: u64::from(functions) * 300,
            runtime: None,
            origins: Origins::default(),
            added: "2014-11-24".parse().expect("a date"),
        };
        Sample { meta, fingerprints: program(family, version, functions) }
    }

    /// Programs to search for: the next version of a known family, and one that has nothing but library code in common.
    pub(crate) fn programs(&self, functions: u32) -> [(&'static str, Vec<Fingerprint>); 2] {
        let known = self.samples / VERSIONS / 2;
        [
            ("of a known family's next version", program(known, VERSIONS, functions)),
            ("of a family that is not there", program(u64::MAX / 2, 0, functions)),
        ]
    }
}

fn program(family: u64, version: u64, functions: u32) -> Vec<Fingerprint> {
    (0..functions).map(|index| function(family, version, index, functions)).collect()
}

fn function(family: u64, version: u64, index: u32, functions: u32) -> Fingerprint {
    let mut random = Random::new(mixed(&[family, version, u64::from(index)]));
    let body = mixed(&[family, u64::from(index)]);
    let features = if body % 10 < 3 {
        features(mixed(&[rank(&mut random, POOL, 10.0, 0.9)]), &[])
    } else {
        let changes = (1..=version).map(|version| mixed(&[body, version]));
        let changes: Vec<u64> = changes.filter(|change| change.is_multiple_of(2)).collect();
        features(body, &changes)
    };
    let seed = features.iter().fold(0, |seed, feature| mixed(&[seed, u64::from(feature.0)]));
    let size = 10 + u32::try_from(seed % 500).unwrap_or(0);
    let mut calls: Vec<u32> = (0..random.bits() % 8)
        .map(|_| u32::try_from(random.bits() % u64::from(functions)).unwrap_or(0))
        .collect();
    calls.dedup();
    Fingerprint {
        start: VirtualAddress(0x1_4000_1000 + u64::from(index) * 320),
        size,
        instructions: size / 4,
        blocks: 1 + size / 40,
        exact: seed,
        features,
        calls,
        pointed: if index.is_multiple_of(20) { vec![index / 20] } else { Vec::new() },
    }
}

/// A weight in sixteenths of a nat.
pub(crate) fn weight(rarity: Rarity, totals: Totals) -> u16 {
    let sixteenths = (rarity.information(totals) * 16.0).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a few hundred at most"
    )]
    let weight = sixteenths as u16;
    weight
}
