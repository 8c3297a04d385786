//! The share of functions that find their counterpart in another build does not fall below the documented one.
//!
//! Measured is what the example `recall` measures. Floors are a little under what was measured on the development corpus
//! and above the goals.

#[path = "../../examples/recall/cost.rs"]
mod cost;
#[path = "../../examples/recall/known.rs"]
mod known;
#[path = "../../examples/recall/measure.rs"]
mod measure;
#[path = "../../examples/recall/score.rs"]
mod score;

use std::path::Path;

use measure::{Options, measure};

use crate::corpus_folder::corpus;

/// Build, least recall of the surest counterpart, and least precision of it.
const FLOORS: [(&str, f64, f64); 7] = [
    ("x64elf/gcc/O2 (control)", 0.97, 0.97),
    ("x64elf/gcc/Os", 0.95, 0.97),
    ("x64elf/clang/O2", 0.93, 0.96),
    ("x64elf/gcc/O0", 0.79, 0.95),
    ("a64elf/gcc/O2", 0.97, 0.98),
    ("x64pe/clang/O2", 0.86, 0.95),
    ("x86pe/gcc/O2", 0.79, 0.95),
];

#[test]
fn functions_find_their_counterparts_in_other_builds() {
    let Some(corpus) = corpus() else { return };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("recall");
    let only = String::new();
    let indexed = measure::INDEXED.to_owned();
    let options = Options { corpus, folder, only, least: 0.5, is_wrong_listed: false, indexed };
    let rows = measure(&options).unwrap();
    for (build, recall, precision) in FLOORS {
        let row = rows.get(build).copied().unwrap_or_default();
        assert!(row.wanted > 1000.0, "the corpus has too little of {build}: {row:?}");
        let (has, is_right) = (row.recall(), row.precision());
        assert!(has >= recall, "{build}: recall {has:.3} under {recall}: {row:?}");
        assert!(is_right >= precision, "{build}: precision {is_right:.3} under {precision}");
    }
}
