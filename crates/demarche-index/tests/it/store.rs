//! What is added is read back; in which order, in which lots and on how many threads cannot be seen.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use arbtest::arbtest;
use demarche_index::{Index, IndexError, Sample, SampleId};
use demarche_terms::Feature;
use demarche_terms::random::Random;

use super::synthetic::{below, folder, sample};

fn samples(count: u64) -> Vec<Sample> {
    (0..count).map(|seed| sample(seed, 5 + u32::try_from(seed * 7 % 40).unwrap())).collect()
}

/// Every file of a folder by its name, but for the lock.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let named = entries.map(|entry| (entry.file_name().into_string().unwrap(), entry.path()));
    let named = named.filter(|(name, _)| name != ".lock");
    named.map(|(name, path)| (name, fs::read(path).unwrap())).collect()
}

fn on_threads<T: Send>(threads: usize, run: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(run)
}

/// Asserts that an index has exactly these samples.
fn assert_has(index: &Index, samples: &[Sample]) {
    let mut expected: Vec<&Sample> = samples.iter().collect();
    expected.sort_by_key(|sample| sample.meta.sha256);
    assert!(
        index
            .samples()
            .iter()
            .map(|sample| &sample.meta)
            .eq(expected.iter().map(|expected| &expected.meta))
    );
    for (id, sample) in (0..).zip(expected) {
        let id = SampleId(id);
        assert_eq!(index.find(sample.meta.sha256), Some(id));
        assert_eq!(index.functions(id).len(), sample.fingerprints.len());
        for ((place, function), written) in (0..).zip(index.functions(id)).zip(&sample.fingerprints)
        {
            let read = index.function(function).unwrap();
            assert_eq!((read.sample, read.place, read.start), (id, place, written.start));
            assert_eq!((read.size, read.instructions), (written.size, written.instructions));
            assert_eq!((read.blocks, read.exact), (written.blocks, written.exact));
            assert_eq!((&read.calls, &read.pointed), (&written.calls, &written.pointed));
            assert_eq!(index.features(read.body).unwrap(), written.features);
            assert!(index.with_body(read.body).unwrap().contains(&function));
            assert!(index.with_exact(written.exact).unwrap().contains(&function));
            let family = index.samples()[id.0 as usize].family;
            assert!(index.families_with(read.body).unwrap().contains(&family));
            assert_eq!(index.families()[family as usize], sample.meta.family_key());
        }
    }
    let same = |hash| {
        samples
            .iter()
            .flat_map(|sample| &sample.fingerprints)
            .filter(|function| function.exact == hash)
            .count()
    };
    let hash = samples[0].fingerprints[0].exact;
    assert_eq!(index.with_exact(hash).unwrap().len(), same(hash));
    assert_eq!(index.with_exact(12345).unwrap(), []);
}

#[test]
fn what_is_added_is_read_back_before_and_after_a_merge() {
    let (folder, samples) = (folder("read-back"), samples(12));
    let mut index = Index::create(&folder).unwrap();
    for lot in samples.chunks(5) {
        assert_eq!(index.add(lot).unwrap().new, lot.len());
    }
    assert_eq!(index.segment_count(), 3);
    assert_has(&index, &samples);
    assert_eq!(index.merge().unwrap().gaps, []);
    assert_eq!(index.segment_count(), 1);
    assert_has(&index, &samples);
    assert_eq!(index.verify(), []);
    let (again, gaps) = Index::open(&folder).unwrap();
    assert_eq!(gaps, []);
    assert_has(&again, &samples);
}

#[test]
fn rarity_is_that_in_all_segments() {
    let (folder, samples) = (folder("rarity"), samples(9));
    let mut index = Index::create(&folder).unwrap();
    for lot in samples.chunks(4) {
        index.add(lot).unwrap();
    }
    let totals = index.totals();
    for value in (0..8).chain([1 << 28, 2 << 28 | 5, u32::MAX]) {
        let feature = Feature(value);
        let has = samples.iter().flat_map(|sample| {
            let functions = sample.fingerprints.iter();
            let having = functions.filter(|function| function.features.contains(&feature));
            having.map(|_| sample.meta.family_key())
        });
        let rarity = index.rarity(feature).unwrap();
        assert_eq!(rarity.functions, has.clone().count() as u64);
        assert_eq!(rarity.families as usize, has.collect::<BTreeSet<_>>().len());
    }
    index.merge().unwrap();
    assert_eq!(index.totals(), totals);
}

#[test]
fn order_lots_and_threads_cannot_be_seen_after_a_merge() {
    let (reference, all) = (folder("order-reference"), samples(11));
    Index::create(&reference).unwrap().add(&all).unwrap();
    let reference = files(&reference);
    let mut run = 0;
    arbtest(|u| {
        run += 1;
        let folder = folder(&format!("order-{}", run % 4));
        let mut random = Random::new(u.arbitrary()?);
        let mut shuffled = all.clone();
        shuffled.sort_by_cached_key(|_| random.bits());
        let threads = u.int_in_range(1..=2)?;
        on_threads(threads, || {
            let mut index = Index::create(&folder).unwrap();
            let mut rest = &*shuffled;
            while !rest.is_empty() {
                let (lot, after) = rest
                    .split_at(1 + below(&mut random, u32::try_from(rest.len()).unwrap()) as usize);
                index.add(lot).unwrap();
                rest = after;
            }
            index.merge().unwrap();
        });
        assert!(files(&folder) == reference, "threads {threads}");
        Ok(())
    })
    .budget_ms(1500);
}

#[test]
fn a_lot_is_the_same_bytes_in_any_order_before_a_merge() {
    let (all, mut reversed) = (samples(6), samples(6));
    reversed.reverse();
    let (one, other) = (folder("lot-one"), folder("lot-other"));
    on_threads(1, || Index::create(&one).unwrap().add(&all)).unwrap();
    on_threads(2, || Index::create(&other).unwrap().add(&reversed)).unwrap();
    assert!(files(&one) == files(&other));
}

#[test]
fn what_was_removed_is_gone_and_leaves_no_trace_after_a_merge() {
    let (folder, kept_only) = (folder("removed"), folder("removed-never-there"));
    let all = samples(10);
    let (gone, kept) = all.split_at(4);
    let hashes: BTreeSet<_> = gone.iter().map(|sample| sample.meta.sha256).collect();
    let mut index = Index::create(&folder).unwrap();
    index.add(&all[..3]).unwrap();
    index.add(&all[3..]).unwrap();
    assert_eq!(index.remove(&hashes).unwrap(), 4);
    assert_eq!(index.remove(&hashes).unwrap(), 0);
    assert_eq!(index.segment_count(), 1, "a segment without samples goes at once");
    assert_has(&index, kept);
    index.merge().unwrap();
    assert_has(&index, kept);
    Index::create(&kept_only).unwrap().add(kept).unwrap();
    assert!(files(&folder) == files(&kept_only));
    assert_eq!(index.add(&all).unwrap().new, 4, "it can come back");
    assert_has(&index, &all);
}

#[test]
fn a_sample_is_added_once() {
    let (folder, all) = (folder("once"), samples(3));
    let mut index = Index::create(&folder).unwrap();
    let twice: Vec<Sample> = all.iter().chain(&all).cloned().collect();
    assert_eq!(index.add(&twice).unwrap().new, 3);
    let again = index.add(&all).unwrap();
    assert_eq!((again.new, again.known.len()), (0, 3));
    assert_has(&index, &all);
}

#[test]
fn an_open_index_goes_on_to_show_what_it_was_opened_on() {
    let (folder, all) = (folder("reader"), samples(6));
    let mut writer = Index::create(&folder).unwrap();
    writer.add(&all[..3]).unwrap();
    writer.add(&all[3..]).unwrap();
    let (reader, _) = Index::open(&folder).unwrap();
    writer.merge().unwrap();
    assert_has(&reader, &all);
}

#[test]
fn two_writers_are_told_apart() {
    let (folder, all) = (folder("writers"), samples(3));
    let mut index = Index::create(&folder).unwrap();
    assert!(matches!(Index::create(&folder), Err(IndexError::Exists(_))));
    index.add(&all[..2]).unwrap();
    let before = files(&folder);
    let lock = fs::File::options().write(true).open(folder.join(".lock")).unwrap();
    lock.lock().unwrap();
    let gone = BTreeSet::from([all[0].meta.sha256]);
    let errors = [
        index.add(&all).unwrap_err(),
        index.remove(&gone).unwrap_err(),
        index.merge().unwrap_err(),
        Index::create(&folder).unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, IndexError::Locked(_)), "{error}");
        assert_eq!(error.hint(), "wait for it, then run again");
    }
    assert!(files(&folder) == before);
    let (reader, gaps) = Index::open(&folder).unwrap();
    assert_eq!((reader.samples().len(), gaps.len()), (2, 0), "readers need no lock");
    drop(lock);
    assert_eq!(index.add(&all).unwrap().new, 1);
}

#[test]
fn two_writers_at_once_lose_nothing() {
    let (folder, all) = (folder("writers-at-once"), samples(8));
    drop(Index::create(&folder).unwrap());
    std::thread::scope(|scope| {
        for lot in all.chunks(4) {
            let folder = &folder;
            scope.spawn(move || {
                let (mut index, _) = Index::open(folder).unwrap();
                for sample in lot {
                    while let Err(error) = index.add(std::slice::from_ref(sample)) {
                        assert!(matches!(error, IndexError::Locked(_)), "{error}");
                    }
                }
            });
        }
    });
    let (index, gaps) = Index::open(&folder).unwrap();
    assert_eq!(gaps, []);
    assert_has(&index, &all);
}

#[test]
fn files_of_a_writer_that_was_killed_go_with_the_next_change() {
    let (folder, all) = (folder("killed"), samples(2));
    let mut index = Index::create(&folder).unwrap();
    index.add(&all).unwrap();
    fs::write(folder.join("0f.segment.partial"), "half").unwrap();
    assert_eq!(index.add(&all).unwrap().new, 0, "even one that adds nothing");
    assert!(files(&folder).keys().all(|name| !name.ends_with(".partial")));
}

#[test]
fn samples_without_functions_and_functions_without_features_are_kept() {
    let folder = folder("empty");
    let mut bare = sample(1, 2);
    bare.fingerprints.iter_mut().for_each(|fingerprint| fingerprint.features.clear());
    let mut index = Index::create(&folder).unwrap();
    let all = [sample(0, 0), bare, sample(2, 0)];
    index.add(&all).unwrap();
    index.merge().unwrap();
    assert_eq!(index.samples().len(), 3);
    let function = index.functions(index.find(all[1].meta.sha256).unwrap()).next().unwrap();
    assert_eq!(index.features(index.function(function).unwrap().body).unwrap(), []);
    assert_eq!(index.verify(), []);
}
