//! The search finds what a scan of everything finds.

use std::collections::BTreeSet;

use arbtest::arbtest;
use demarche_index::{Found, Index, Limits, Rarity, Sample, Search};
use demarche_terms::random::Random;
use demarche_terms::{Feature, Fingerprint};

use super::synthetic::{below, features, fingerprint, folder, sample};

/// A weight that depends on the class, the families and the functions; one class counts for nothing.
fn weigh(feature: Feature, rarity: Rarity) -> u16 {
    let class = [40_u16, 90, 10, 0, 70, 25][usize::from(feature.class())];
    let families = u16::try_from(rarity.families).unwrap();
    let functions = u16::try_from(rarity.functions.min(1000)).unwrap();
    class * 20 / (1 + families) + class * 10 / (10 + functions)
}

/// What a candidate says, without the ids.
type Plain = (Vec<Feature>, u32, u32);

/// The best sets of features by going through all of them.
fn by_force(
    samples: &[Sample],
    rarity: impl Fn(Feature) -> Rarity,
    query: &[Feature],
    limits: Limits,
) -> (Vec<Plain>, u32) {
    let weight = |set: &mut dyn Iterator<Item = &Feature>| -> u32 {
        set.map(|feature| u32::from(weigh(*feature, rarity(*feature)))).sum()
    };
    let own = weight(&mut query.iter());
    let sets: BTreeSet<&Vec<Feature>> = samples
        .iter()
        .flat_map(|sample| &sample.fingerprints)
        .map(|function| &function.features)
        .collect();
    let mut all: Vec<(f64, Plain)> = Vec::new();
    for set in sets {
        let mass = weight(&mut set.iter());
        let shared = weight(&mut set.iter().filter(|feature| query.contains(feature)));
        let key = f64::from(shared) * f64::from(shared) / f64::from(mass);
        if shared > 0 && key >= limits.floor * limits.floor * f64::from(own) {
            all.push((key, (set.clone(), shared, mass)));
        }
    }
    all.sort_by(|left, right| right.0.total_cmp(&left.0).then_with(|| left.1.cmp(&right.1)));
    all.truncate(limits.best);
    (all.into_iter().map(|(_, plain)| plain).collect(), own)
}

fn plain(index: &Index, found: &Found) -> Vec<Plain> {
    let plain = found.candidates.iter().map(|candidate| {
        (index.features(candidate.bodies[0]).unwrap(), candidate.shared, candidate.mass)
    });
    plain.collect()
}

/// Functions as they are, functions with something changed, and others.
fn queries(samples: &[Sample], random: &mut Random) -> Vec<Fingerprint> {
    let known = samples.iter().flat_map(|sample| &sample.fingerprints).step_by(7).cloned();
    let mut queries: Vec<Fingerprint> = known.collect();
    for one in queries.iter_mut().step_by(2) {
        one.features.extend(features(random, 6));
        one.features.sort_unstable();
        one.features.dedup();
        one.features.truncate(12);
    }
    queries.extend((0..5).map(|place| fingerprint(random, place, 5)));
    queries
}

#[test]
fn the_search_finds_what_a_scan_of_everything_finds() {
    let mut run = 0;
    arbtest(|u| {
        run += 1;
        let mut random = Random::new(u.arbitrary()?);
        let count = u.int_in_range(1..=8)?;
        // Each with a hash of its own: what is added twice is kept once.
        let first = u.int_in_range(0..=1000)?;
        let samples: Vec<Sample> =
            (first..first + count).map(|seed| sample(seed, below(&mut random, 60))).collect();
        let mut index = Index::create(&folder(&format!("search-{}", run % 4))).unwrap();
        for lot in samples.chunks(u.int_in_range(1..=4)?) {
            index.add(lot).unwrap();
        }
        let limits = Limits {
            best: u.int_in_range(1..=9)?,
            floor: f64::from(u.int_in_range(0..=9)?) / 10.0,
        };
        let queries = queries(&samples, &mut random);
        assert_search(&index, &samples, &queries, limits);
        index.merge().unwrap();
        assert_search(&index, &samples, &queries, limits);
        Ok(())
    })
    .budget_ms(2500);
}

fn assert_search(index: &Index, samples: &[Sample], queries: &[Fingerprint], limits: Limits) {
    let (search, gaps) = Search::new(index, weigh);
    assert_eq!(gaps, []);
    let (found, gaps) = search.candidates(queries, limits);
    assert_eq!(gaps, []);
    for (query, found) in queries.iter().zip(&found) {
        let rarity = |feature| index.rarity(feature).unwrap();
        let (expected, mass) = by_force(samples, rarity, &query.features, limits);
        assert_eq!((plain(index, found), found.mass), (expected, mass), "{limits:?}");
        assert_eq!(found.is_full, found.candidates.len() == limits.best);
        assert!(found.candidates.iter().all(|candidate| (0.0..=1.0).contains(&candidate.likeness)));
    }
}

#[test]
fn what_was_removed_is_not_found_and_takes_nobodys_place() {
    let samples: Vec<Sample> = (0..6).map(|seed| sample(seed, 40)).collect();
    let mut index = Index::create(&folder("search-removed")).unwrap();
    index.add(&samples).unwrap();
    let gone: BTreeSet<_> = samples[..2].iter().map(|one| one.meta.sha256).collect();
    index.remove(&gone).unwrap();
    let limits = Limits { best: 3, floor: 0.0 };
    assert_search(&index, &samples[2..], &queries(&samples, &mut Random::new(1)), limits);
}

#[test]
fn every_function_finds_itself() {
    let samples: Vec<Sample> = (0..4).map(|seed| sample(seed, 50)).collect();
    let mut index = Index::create(&folder("search-self")).unwrap();
    index.add(&samples[..2]).unwrap();
    index.add(&samples[2..]).unwrap();
    let (search, _) = Search::new(&index, |_, rarity| if rarity.families > 0 { 100 } else { 0 });
    for sample in &samples {
        let (found, _) = search.candidates(&sample.fingerprints, Limits { best: 1, floor: 0.5 });
        for (one, found) in sample.fingerprints.iter().zip(found) {
            let Some(first) = found.candidates.first() else {
                assert!(one.features.is_empty());
                continue;
            };
            assert_eq!(index.features(first.bodies[0]).unwrap(), one.features);
            assert!((first.likeness - 1.0).abs() < 1e-9);
            assert_eq!(search.mass(first.bodies[0]), first.mass);
        }
    }
}
