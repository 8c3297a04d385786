//! How well function starts are found must not fall below what it is sold for.
//!
//! Measured is what the example `starts` measures. The floors are those that were set as goals, or a little under what was
//! measured where that is better; a floor is on all programs of one format together.

#[path = "../../examples/starts/measure.rs"]
mod measure;

use std::collections::BTreeMap;
use std::path::PathBuf;

use measure::{Options, Score, measure};

/// Where the corpus is that the example reads, which continuous integration makes; or nothing with a loud word.
#[expect(clippy::disallowed_methods, reason = "a test may be told where its data lie")]
pub(crate) fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("DEMARCHE_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        eprintln!("SKIPPED: no corpus of programs; make one and set DEMARCHE_CORPUS to its folder");
    }
    corpus
}

fn options() -> Option<Options> {
    Some(Options { corpus: corpus()?, ..Options::default() })
}

fn assert_floors(scores: &BTreeMap<String, Score>, floors: &[(&str, f64)]) {
    for (format, floor) in floors {
        let score = scores.get(*format).copied().unwrap_or_default();
        assert!(score.known > 1000, "the corpus has too little of {format}: {score:?}");
        assert!(score.f1() >= *floor, "{format}: F1 {:.4} under {floor}: {score:?}", score.f1());
    }
}

#[test]
fn starts_are_found_where_there_are_unwind_tables() {
    let Some(options) = options() else { return };
    let scores = measure(&options, "bin").unwrap();
    assert_floors(
        &scores,
        &[("x64elf", 0.9995), ("a64elf", 0.9995), ("x64pe", 0.9950), ("x86pe", 0.9995)],
    );
}

#[test]
fn starts_are_found_in_linux_programs_without_unwind_tables() {
    let Some(options) = options() else { return };
    let scores = measure(&options, "bin_nounwind").unwrap();
    assert_floors(&scores, &[("x64elf", 0.9950), ("a64elf", 0.9910)]);
}

#[test]
fn starts_are_found_in_windows_programs_whose_tables_are_forgotten() {
    let Some(options) = options() else { return };
    let scores = measure(&Options { is_bare: true, ..options }, "bin").unwrap();
    assert_floors(&scores, &[("x64pe", 0.9940), ("x86pe", 0.9920)]);
}
