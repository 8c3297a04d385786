//! Writing that is cut short at every step leaves the index as it was, or as it is after.

use std::cell::Cell;

use std::path::PathBuf;

use demarche_terms::{
    Architecture, Availability, Feature, Fingerprint, Format, Origins, VirtualAddress,
};

use super::*;
use crate::Meta;

fn sample(seed: u32) -> Sample {
    let fingerprint = |index: u32| Fingerprint {
        start: VirtualAddress(u64::from(index)),
        size: 1,
        instructions: 1,
        blocks: 1,
        exact: u64::from(seed * index),
        features: (0..index).map(|number| Feature(number * (seed + 1))).collect(),
        calls: vec![0],
        pointed: vec![],
    };
    let meta = Meta {
        sha256: Sha256::of(&seed.to_le_bytes()),
        name: seed.to_string(),
        family: None,
        actors: vec![],
        note: None,
        is_library: false,
        availability: Availability::Private,
        format: Format::Pe,
        architecture: Architecture::X86,
        code_bytes: 1,
        runtime: None,
        origins: Origins::default(),
        added: "2014".parse().unwrap(),
    };
    Sample { meta, fingerprints: (0..40).map(fingerprint).collect() }
}

fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("demarche-index-{}-{name}", std::process::id()));
    drop(std::fs::remove_dir_all(&path));
    path
}

fn hashes(folder: &Path) -> BTreeSet<Sha256> {
    let (index, gaps) = Index::open(folder).unwrap();
    assert_eq!(gaps, []);
    assert_eq!(index.verify(), []);
    index.samples().iter().map(|sample| sample.meta.sha256).collect()
}

/// Cuts a change at every step and asserts that the samples are those before or those after.
fn cut(name: &str, change: impl Fn(&mut Index, How<'_>) -> Result<(), IndexError>) {
    let mut steps = 0;
    loop {
        let folder = folder(name);
        let mut index = Index::create(&folder).unwrap();
        index.add(&[sample(1), sample(2)]).unwrap();
        index.add(&[sample(3)]).unwrap();
        let before = hashes(&folder);
        let left = Cell::new(steps);
        // Once the power is gone, nothing is done any more.
        let step = || match left.get() {
            0 => Err(io::Error::other("the power is gone")),
            count => {
                left.set(count - 1);
                Ok(())
            }
        };
        let ended = change(&mut index, How { before: &step, budget: 64 });
        let after = hashes(&folder);
        change(&mut index, How { before: &always, budget: 64 }).unwrap();
        let complete = hashes(&folder);
        assert!(after == before || after == complete, "step {steps}");
        index.add(&[sample(9)]).unwrap();
        let junk = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        let is_junk = |path: &PathBuf| path.to_string_lossy().ends_with(PARTIAL);
        assert_eq!(junk.filter(is_junk).count(), 0, "what is left over goes with the next change");
        std::fs::remove_dir_all(&folder).unwrap();
        if ended.is_ok() && left.get() > 0 {
            assert_eq!(after, complete);
            break;
        }
        steps += 1;
    }
    assert!(steps > 5, "{steps} steps were tried");
}

#[test]
fn an_add_that_is_cut_leaves_the_old_index_or_the_new() {
    cut("add", |index, how| index.add_with(&[sample(4), sample(5)], how).map(drop));
}

#[test]
fn a_removal_that_is_cut_leaves_the_old_index_or_the_new() {
    let gone = BTreeSet::from([sample(1).meta.sha256, sample(3).meta.sha256]);
    cut("remove", |index, how| index.remove_with(&gone, how).map(drop));
}

#[test]
fn a_merge_that_is_cut_leaves_the_old_index_or_the_new() {
    cut("merge", |index, how| index.merge_with(how).map(drop));
}

#[test]
fn a_small_budget_gives_the_same_segment() {
    let merged = |name: &str, budget: usize| {
        let folder = folder(name);
        let mut index = Index::create(&folder).unwrap();
        for seed in 0..5 {
            index.add_with(&[sample(seed)], How { before: &always, budget }).unwrap();
        }
        index.merge_with(How { before: &always, budget }).unwrap();
        let name = index.segments[0].entry.file();
        let bytes = std::fs::read(folder.join(name)).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        bytes
    };
    assert!(merged("roomy", build::BUDGET) == merged("tight", 16));
}
