//! Synthetic programs whose features are distributed like those of real ones.
//!
//! Modelled after 112,000 functions of 154 x86 programs in many builds: sets of 4 to 96 features, 63 on average, and a share of
//! functions with the feature of rank r that follows Zipf and Mandelbrot's law with exponent 1.05 and shift 25, with 5 new
//! features for each new body. A sample belongs to a family of five versions; three functions of ten come from a pool of
//! library code, the others are the family's own and change between versions with probability ½, when a quarter of their
//! features is replaced.

use demarche_index::{Meta, Rarity, Sample, Totals};
use demarche_terms::{Architecture, Format, VirtualAddress};
use demarche_terms::{Availability, Sha256};
use demarche_terms::{Feature, Fingerprint};

/// How many versions a family has.
const VERSIONS: u64 = 5;

/// How many bodies the library pool has.
const POOL: f64 = 50_000.0;

/// The largest rank of a feature that is not a body's own.
const RANKS: f64 = 2e6;

/// A seed that depends on several numbers.
fn mixed(parts: &[u64]) -> u64 {
    let mut seed = 0x243f_6a88_85a3_08d3;
    for part in parts {
        seed = Random(seed ^ part).next();
    }
    seed
}

/// `SplitMix64`.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap_or(0)) / f64::from(u32::MAX)
    }

    /// A rank from 1 on; the rank r has a probability as (r + shift) to the power of -exponent.
    fn rank(&mut self, most: f64, shift: f64, exponent: f64) -> u64 {
        let power = 1.0 - exponent;
        let (low, high) = ((1.0 + shift).powf(power), (most + shift).powf(power));
        let rank = (low + self.share() * (high - low)).powf(1.0 / power) - shift;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within the ranks"
        )]
        let rank = rank.max(1.0) as u64;
        rank
    }
}

/// The feature with a number: its class and hash look random.
fn feature(number: u64) -> Feature {
    let mixed = Random(number).next();
    Feature(u32::try_from(((mixed % 8) << 28) | (mixed >> 36)).unwrap_or(0))
}

/// The features of a body, a quarter of which is drawn anew for each change.
fn features(body: u64, changes: &[u64]) -> Vec<Feature> {
    let mut random = Random(body);
    let count = 4 + usize::try_from(random.rank(200.0, 60.0, 0.4)).unwrap_or(0).min(92);
    let own = |random: &mut Random| {
        let rank = match random.next() % 6 {
            0 => random.rank(300.0, 4.0, 0.8),
            _ => random.rank(RANKS, 25.0, 1.05),
        };
        // One in sixteen is the body's own: a constant, a text, a rare sequence.
        let number = if random.next().is_multiple_of(16) { random.next() } else { rank };
        feature(number)
    };
    let mut features: Vec<Feature> = (0..count).map(|_| own(&mut random)).collect();
    for change in changes {
        let mut random = Random(*change);
        for slot in &mut features {
            if random.next().is_multiple_of(4) {
                *slot = own(&mut random);
            }
        }
    }
    features.sort_unstable();
    features.dedup();
    features
}

/// A population of programs, none of which is ever in memory as a whole.
pub(crate) struct Population {
    /// How many samples there are.
    pub(crate) samples: u64,
}

impl Population {
    /// A sample with so many functions.
    pub(crate) fn sample(&self, place: u64, functions: u32) -> Sample {
        let (family, version) = (place / VERSIONS, place % VERSIONS);
        let meta = Meta {
            sha256: Sha256::of(&place.to_le_bytes()),
            name: format!("{place}.exe"),
            family: Some(format!("family-{family}")),
            actors: vec![format!("actor-{}", family % 100)],
            note: None,
            is_library: false,
            availability: Availability::Private,
            format: Format::Pe,
            architecture: Architecture::X86_64,
            code_bytes: u64::from(functions) * 300,
            runtime: None,
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
    (0..functions).map(|place| function(family, version, place, functions)).collect()
}

fn function(family: u64, version: u64, place: u32, functions: u32) -> Fingerprint {
    let mut random = Random(mixed(&[family, version, u64::from(place)]));
    let body = mixed(&[family, u64::from(place)]);
    let features = if body % 10 < 3 {
        features(mixed(&[random.rank(POOL, 10.0, 0.9)]), &[])
    } else {
        let changes = (1..=version).map(|version| mixed(&[body, version]));
        let changes: Vec<u64> = changes.filter(|change| change.is_multiple_of(2)).collect();
        features(body, &changes)
    };
    let seed = features.iter().fold(0, |seed, feature| mixed(&[seed, u64::from(feature.0)]));
    let size = 10 + u32::try_from(seed % 500).unwrap_or(0);
    let mut calls: Vec<u32> = (0..random.next() % 8)
        .map(|_| u32::try_from(random.next() % u64::from(functions)).unwrap_or(0))
        .collect();
    calls.dedup();
    Fingerprint {
        start: VirtualAddress(0x1_4000_1000 + u64::from(place) * 320),
        size,
        instructions: size / 4,
        blocks: 1 + size / 40,
        exact: seed,
        features,
        calls,
        pointed: if place.is_multiple_of(20) { vec![place / 20] } else { Vec::new() },
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
