//! Damaged and forged files: no panic, every change noticed, and what is sound still used.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use arbtest::arbtest;
use demarche_index::{Index, Limits, Sample, Search, walk};
use demarche_terms::{GapKind, Sha256};

use super::synthetic::{folder, sample};

fn segments(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "segment")).collect();
    paths.sort();
    paths
}

fn two_segments(name: &str) -> (PathBuf, Vec<Sample>) {
    let folder = folder(name);
    let samples: Vec<Sample> = (0..6).map(|seed| sample(seed, 30)).collect();
    let mut index = Index::create(&folder).unwrap();
    index.add(&samples[..3]).unwrap();
    index.add(&samples[3..]).unwrap();
    (folder, samples)
}

/// Does everything that can be done with an index that may be damaged.
fn use_all(folder: &Path, samples: &[Sample]) {
    let Ok((index, _)) = Index::open(folder) else { return };
    let (search, _) =
        Search::new(&index, |_, rarity| 100 / u16::try_from(1 + rarity.families).unwrap_or(1));
    let (found, _) = search.candidates(&samples[0].fingerprints, Limits { best: 5, floor: 0.1 });
    for body in
        found.iter().flat_map(|found| &found.candidates).flat_map(|candidate| &candidate.bodies)
    {
        drop((index.features(*body), index.with_body(*body), index.families_with(*body)));
    }
    for id in (0..).map(demarche_index::SampleId).take(index.samples().len()) {
        for function in index.functions(id) {
            drop(index.function(function));
        }
    }
    drop(index.with_exact(samples[0].fingerprints[0].exact));
}

#[test]
fn a_damaged_segment_is_named_and_the_rest_is_used() {
    let (folder, samples) = two_segments("hostile-named");
    let paths = segments(&folder);
    let whole = fs::read(&paths[0]).unwrap();
    for damaged in [&whole[..whole.len() - 1], &whole[..100], &[], b"something else entirely"] {
        fs::write(&paths[0], damaged).unwrap();
        let (mut index, gaps) = Index::open(&folder).unwrap();
        assert_eq!(gaps.len(), 1);
        assert!(paths[0].ends_with(&gaps[0].source));
        assert_eq!(index.samples().len(), 3);
        assert_eq!(index.verify(), gaps);
        let merged = index.merge().unwrap();
        assert_eq!((merged.gaps, index.samples().len()), (gaps, 3));
    }
    fs::remove_file(&paths[0]).unwrap();
    let (mut index, gaps) = Index::open(&folder).unwrap();
    assert_eq!((gaps.len(), index.samples().len()), (1, 3));
    index.add(&samples).unwrap();
    assert_eq!(index.samples().len(), 6, "to add its samples again is the remedy");
    assert_eq!(index.verify(), []);
}

/// A segment is read into memory as a whole, so that no change of its file can end a search, nor the process.
#[test]
fn a_segment_that_is_cut_or_replaced_during_a_search_changes_no_answer() {
    let (folder, samples) = two_segments("hostile-during");
    let paths = segments(&folder);
    let contents: Vec<Vec<u8>> = paths.iter().map(|path| fs::read(path).unwrap()).collect();
    let (index, gaps) = Index::open(&folder).unwrap();
    assert_eq!(gaps, []);
    let limits = Limits { best: 5, floor: 0.1 };
    let ask = || {
        let (search, gaps) = Search::new(&index, |_, _| 100);
        assert_eq!(gaps, []);
        let (found, gaps) = search.candidates(&samples[0].fingerprints, limits);
        assert_eq!(gaps, []);
        found
    };
    let expected = ask();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                for (path, content) in paths.iter().zip(&contents) {
                    fs::File::options().write(true).open(path).unwrap().set_len(0).unwrap();
                    fs::write(path, vec![0xff; content.len()]).unwrap();
                    fs::remove_file(path).unwrap();
                    fs::write(path, content).unwrap();
                }
            }
        });
        // A panic here would leave the other thread running.
        let same = (0..50).filter(|_| ask() == expected).count();
        let opened = (0..50).filter(|_| Index::open(&folder).is_ok()).count();
        is_over.store(true, Ordering::Relaxed);
        assert_eq!((same, opened), (50, 50));
    });
    assert_eq!(index.verify(), []);
    fs::File::options().write(true).open(&paths[0]).unwrap().set_len(100).unwrap();
    assert_eq!(ask(), expected);
    let (_, gaps) = Index::open(&folder).unwrap();
    assert_eq!((gaps.len(), gaps[0].kind), (1, GapKind::Damaged));
}

#[test]
fn every_flipped_byte_is_noticed_and_none_makes_it_panic() {
    let (folder, samples) = two_segments("hostile-flipped");
    let path = segments(&folder).remove(0);
    let whole = fs::read(&path).unwrap();
    arbtest(|u| {
        let mut bytes = whole.clone();
        let offset = u.choose_index(bytes.len())?;
        bytes[offset] ^= u.int_in_range(1..=255)?;
        fs::write(&path, &bytes).unwrap();
        let (index, _) = Index::open(&folder).unwrap();
        assert_eq!(index.verify().len(), 1, "byte {offset}");
        use_all(&folder, &samples);
        Ok(())
    })
    .budget_ms(1500);
}

#[test]
fn forged_segments_never_panic() {
    let (folder, _) = two_segments("hostile-forged");
    let whole = fs::read(&segments(&folder)[0]).unwrap();
    let walked = walk(&whole).unwrap();
    assert_eq!((walked.samples, walked.functions), (3, 90));
    assert_eq!(walked.features, walked.postings);
    arbtest(|u| {
        let mut bytes = whole.clone();
        for _ in 0..u.int_in_range(1..=6)? {
            let offset = u.choose_index(bytes.len())?;
            bytes[offset] = *u.choose(&[0, 1, 0x7f, 0x80, 0xff])?;
        }
        if u.ratio(1, 8)? {
            bytes.truncate(u.choose_index(bytes.len())?);
        }
        drop(walk(&bytes));
        Ok(())
    })
    .budget_ms(1500);
}

#[test]
fn a_damaged_manifest_is_an_error_that_says_so() {
    let (folder, _) = two_segments("hostile-manifest");
    let path = folder.join("manifest.json");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = Index::open(&folder).unwrap_err();
    assert!(error.to_string().contains("manifest.json"), "{error}");
    assert!(error.hint().contains("manifest.json"));
}

/// A manifest that somebody wrote, with the hash that belongs to it, is an error or is used.
#[test]
fn forged_manifests_never_panic() {
    const PIECES: [&str; 8] = ["[", "{", "\"", "../", "null", "-1", "1e999", "\\ud800"];
    let (folder, samples) = two_segments("hostile-forged-manifest");
    let path = folder.join("manifest.json");
    let whole = fs::read_to_string(&path).unwrap();
    let (json, _) = whole.split_once('\n').unwrap();
    let write = |json: &[u8]| {
        let sha256 = Sha256::of(json);
        fs::write(&path, [json, format!("\n{sha256}\n").as_bytes()].concat()).unwrap();
    };
    for deep in ["[", "{\"form\":", "{\"form\":1,\"segments\":["] {
        write(deep.repeat(100_000).as_bytes());
        assert!(Index::open(&folder).is_err());
    }
    arbtest(|u| {
        let mut bytes = json.as_bytes().to_vec();
        for _ in 0..u.int_in_range(1..=4)? {
            let offset = u.choose_index(bytes.len().max(1))?.min(bytes.len());
            match u.int_in_range(0..=3)? {
                0 => bytes.truncate(offset),
                1 => drop(bytes.splice(offset..offset, u.choose(&PIECES)?.bytes())),
                2 => drop(bytes.drain(offset..(offset + 40).min(bytes.len()))),
                _ => {
                    if let Some(byte) = bytes.get_mut(offset) {
                        *byte = u.arbitrary()?;
                    }
                }
            }
        }
        write(&bytes);
        use_all(&folder, &samples);
        Ok(())
    })
    .budget_ms(1000);
}
