//! Samples out of a seed: functions that share features, some of them with other functions of the same or another sample.

use std::path::{Path, PathBuf};

use demarche_index::{Meta, Sample};
use demarche_terms::{
    Architecture, Availability, Feature, Fingerprint, Format, Sha256, VirtualAddress,
};

/// Numbers that look random and are the same for the same seed (`SplitMix64`).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: u32) -> u32 {
        u32::try_from(self.next() % u64::from(bound.max(1))).unwrap()
    }
}

/// A set of features, small numbers far more often than large ones.
pub(crate) fn features(random: &mut Random, most: u32) -> Vec<Feature> {
    let count = random.below(most + 1);
    let mut features: Vec<Feature> = (0..count)
        .map(|_| {
            let pool = 1 << (1 + random.below(9));
            Feature(random.below(6) << 28 | random.below(pool))
        })
        .collect();
    features.sort_unstable();
    features.dedup();
    features
}

pub(crate) fn fingerprint(random: &mut Random, place: u32, functions: u32) -> Fingerprint {
    let calls = random.below(4);
    Fingerprint {
        start: VirtualAddress(0x40_1000 + u64::from(place) * 64),
        size: random.below(64),
        instructions: random.below(20),
        blocks: random.below(5),
        exact: u64::from(random.below(50)) << 58 | u64::from(random.below(3)),
        features: features(random, 20),
        calls: (0..calls).map(|_| random.below(functions)).collect(),
        pointed: (0..random.below(3)).map(|one| one * 7 + place).collect(),
    }
}

/// A sample; every third has no family, every fourth is a library.
pub(crate) fn sample(seed: u64, functions: u32) -> Sample {
    let mut random = Random(seed);
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
        added: "2014-11-24".parse().unwrap(),
    };
    let mut fingerprints: Vec<Fingerprint> =
        (0..functions).map(|place| fingerprint(&mut random, place, functions)).collect();
    // Half of the samples share a run of functions.
    let mut shared = Random(seed % 2);
    let run = fingerprints.len() / 2;
    for one in fingerprints.iter_mut().take(run) {
        one.features = features(&mut shared, 20);
    }
    Sample { meta, fingerprints }
}

/// An empty folder for one test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("index").join(name);
    drop(std::fs::remove_dir_all(&path));
    path
}
