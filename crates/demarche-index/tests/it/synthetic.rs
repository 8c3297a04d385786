//! Samples out of a seed: functions that share features, some of them with other functions of the same or another sample.

use std::path::{Path, PathBuf};

use demarche_index::{Meta, Sample};
use demarche_terms::random::Random;
use demarche_terms::{
    Architecture, Availability, Feature, Fingerprint, Format, Origins, Sha256, VirtualAddress,
};

/// A random number below `end`; 0 when `end` is 0.
pub(crate) fn below(random: &mut Random, end: u32) -> u32 {
    u32::try_from(random.below(end as usize)).unwrap()
}

/// A set of features, small numbers far more often than large ones.
pub(crate) fn features(random: &mut Random, most: u32) -> Vec<Feature> {
    let count = below(random, most + 1);
    let mut features: Vec<Feature> = (0..count)
        .map(|_| {
            let pool = 1 << (1 + below(random, 9));
            Feature(below(random, 6) << 28 | below(random, pool))
        })
        .collect();
    features.sort_unstable();
    features.dedup();
    features
}

pub(crate) fn fingerprint(random: &mut Random, place: u32, functions: u32) -> Fingerprint {
    let calls = below(random, 4);
    Fingerprint {
        start: VirtualAddress(0x40_1000 + u64::from(place) * 64),
        size: below(random, 64),
        instructions: below(random, 20),
        blocks: below(random, 5),
        exact: u64::from(below(random, 50)) << 58 | u64::from(below(random, 3)),
        features: features(random, 20),
        calls: (0..calls).map(|_| below(random, functions)).collect(),
        pointed: (0..below(random, 3)).map(|count| count * 7 + place).collect(),
    }
}

/// A sample; every third has no family, every fourth is a library.
pub(crate) fn sample(seed: u64, functions: u32) -> Sample {
    let mut random = Random::new(seed);
    let meta = Meta {
        sha256: Sha256::of(&seed.to_le_bytes()),
        name: format!("sample-{seed}"),
        family: (!seed.is_multiple_of(3)).then(|| format!("family-{}", seed % 5)),
        actors: vec!["Somebody".into()],
        note: None,
        is_library: seed.is_multiple_of(4),
        availability: Availability::Private,
        format: Format::Elf,
        architecture: Architecture::X86_64,
        code_bytes: 64 * u64::from(functions),
        runtime: None,
        origins: Origins::default(),
        added: "2014-11-24".parse().unwrap(),
    };
    let mut fingerprints: Vec<Fingerprint> =
        (0..functions).map(|place| fingerprint(&mut random, place, functions)).collect();
    // Half of the samples share a run of functions.
    let mut shared = Random::new(seed % 2);
    let run = fingerprints.len() / 2;
    for fingerprint in fingerprints.iter_mut().take(run) {
        fingerprint.features = features(&mut shared, 20);
    }
    Sample { meta, fingerprints }
}

/// An empty folder for one test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("index").join(name);
    drop(std::fs::remove_dir_all(&path));
    path
}
