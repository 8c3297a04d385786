//! How well function starts are found must not fall below what it is sold for.
//!
//! `$DEMARCHE_CORPUS` names a corpus as the example `starts` reads it; continuous integration makes one. The floors are
//! those that were set as goals, or a little under what was measured where that is better; a floor is on all programs of
//! one format together.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use demarche_code::functions;
use demarche_image::{Image, VirtualAddress, read};
use serde::Deserialize;

#[derive(Deserialize)]
struct Truth {
    target: String,
    functions: Vec<Known>,
}

#[derive(Deserialize)]
struct Known {
    #[serde(rename = "a")]
    address: u64,
    #[serde(rename = "k")]
    kind: String,
}

/// Starts that are right, that were found, and that there are.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    right: u32,
    found: u32,
    known: u32,
}

impl Count {
    /// The harmonic mean of precision and recall, from 0 to 1.
    fn f1(self) -> f64 {
        2.0 * f64::from(self.right) / f64::from((self.found + self.known).max(1))
    }
}

#[expect(clippy::disallowed_methods, reason = "a test may be told where its data lie")]
fn corpus() -> Option<PathBuf> {
    let Some(corpus) = std::env::var_os("DEMARCHE_CORPUS").map(PathBuf::from) else {
        eprintln!("SKIPPED: no corpus of programs; make one and set DEMARCHE_CORPUS to its folder");
        return None;
    };
    assert!(corpus.join("gt").exists(), "{} has no folder gt", corpus.display());
    Some(corpus)
}

/// Counts the starts of all programs in a folder of the corpus, by format.
fn count(corpus: &Path, folder: &str, prepare: impl Fn(&mut Image<'_>)) -> BTreeMap<String, Count> {
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for entry in fs::read_dir(corpus.join(folder)).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let truth = fs::read(corpus.join("gt").join(format!("{name}.json"))).unwrap();
        let truth: Truth = serde_json::from_slice(&truth).unwrap();
        let bytes = fs::read(&path).unwrap();
        let mut image = read(&bytes).unwrap();
        prepare(&mut image);
        add(counts.entry(truth.target.clone()).or_default(), &image, &truth);
    }
    println!("{folder}: {counts:?}");
    counts
}

/// A start counts inside `.text` only; thunks, parts that were split off and labels are neither right nor wrong.
fn add(count: &mut Count, image: &Image<'_>, truth: &Truth) {
    let text = image.sections.iter().find(|one| one.name == ".text").unwrap();
    let inside = |address: u64| text.contains(VirtualAddress(address));
    let addresses = |is_function: bool| -> BTreeSet<u64> {
        let those = truth.functions.iter().filter(|one| (one.kind == "func") == is_function);
        those.map(|one| one.address).filter(|address| inside(*address)).collect()
    };
    let (known, neutral) = (addresses(true), addresses(false));
    let found: BTreeSet<u64> = functions(image)
        .functions
        .iter()
        .map(|one| one.start.0)
        .filter(|address| inside(*address) && !neutral.contains(address))
        .collect();
    let number = |count: usize| u32::try_from(count).unwrap();
    count.right += number(found.intersection(&known).count());
    count.found += number(found.len());
    count.known += number(known.len());
}

/// Takes the unwind tables away, as if the linker had never written them.
fn forget_tables(image: &mut Image<'_>) {
    let tables = [".eh_frame", ".pdata", ".xdata"];
    image.extents.clear();
    let is_table = |name: &str| tables.contains(&name);
    let sections = image.sections.clone();
    let gone = sections.iter().filter(|one| is_table(&one.name)).collect::<Vec<_>>();
    image.pointers.retain(|(slot, _)| !gone.iter().any(|one| one.contains(*slot)));
    image.sections.retain(|one| !is_table(&one.name));
}

fn assert_floors(counts: &BTreeMap<String, Count>, floors: &[(&str, f64)]) {
    for (format, floor) in floors {
        let count = counts.get(*format).copied().unwrap_or_default();
        assert!(count.known > 1000, "the corpus has too little of {format}: {count:?}");
        assert!(count.f1() >= *floor, "{format}: F1 {:.4} under {floor}: {count:?}", count.f1());
    }
}

#[test]
fn starts_are_found_where_there_are_unwind_tables() {
    let Some(corpus) = corpus() else { return };
    let counts = count(&corpus, "bin", |_| ());
    assert_floors(
        &counts,
        &[("x64elf", 0.9995), ("a64elf", 0.9995), ("x64pe", 0.9950), ("x86pe", 0.9995)],
    );
}

#[test]
fn starts_are_found_in_linux_programs_without_unwind_tables() {
    let Some(corpus) = corpus() else { return };
    let counts = count(&corpus, "bin_nounwind", |_| ());
    assert_floors(&counts, &[("x64elf", 0.9950), ("a64elf", 0.9910)]);
}

#[test]
fn starts_are_found_in_windows_programs_whose_tables_are_forgotten() {
    let Some(corpus) = corpus() else { return };
    let counts = count(&corpus, "bin", forget_tables);
    assert_floors(&counts, &[("x64pe", 0.9940), ("x86pe", 0.9920)]);
}
