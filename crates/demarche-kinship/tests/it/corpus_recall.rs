//! How many functions find their counterpart in another build must not fall below what it is sold for.
//!
//! Asked are tool 0 of each actor in builds that are not indexed, and, as a control, tool 3, which no index has, in the
//! build that is. Floors are a little under what was measured on the development corpus and above the goals.

use std::collections::{BTreeMap, BTreeSet};

use demarche_kinship::{Counterpart, Counterparts};

use crate::corpus::{Corpus, INDEXED, Program, corpus};

/// Build, least recall of the surest counterpart, and least precision of it.
const FLOORS: [(&str, f64, f64); 7] = [
    (INDEXED, 0.97, 0.97),
    ("x64elf/gcc/Os", 0.95, 0.97),
    ("x64elf/clang/O2", 0.93, 0.96),
    ("x64elf/gcc/O0", 0.79, 0.95),
    ("a64elf/gcc/O2", 0.97, 0.98),
    ("x64pe/clang/O2", 0.86, 0.95),
    ("x86pe/gcc/O2", 0.79, 0.95),
];

/// Functions of one build that the index has, those with a counterpart, and those with the right one.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    wanted: u32,
    answered: u32,
    right: u32,
}

impl Count {
    fn recall(self) -> f64 {
        f64::from(self.right) / f64::from(self.wanted.max(1))
    }

    fn precision(self) -> f64 {
        f64::from(self.right) / f64::from(self.answered.max(1))
    }
}

#[test]
fn functions_find_their_counterparts_in_other_builds() {
    let Some(corpus) = corpus() else { return };
    let known = corpus.programs.iter().filter(|one| one.is_indexed());
    let pool: BTreeSet<String> = known
        .flat_map(|one| (0..one.fingerprints.len()).filter_map(|place| one.key(place)))
        .collect();
    let is_asked = |one: &&Program| {
        let build = FLOORS.iter().any(|(build, ..)| one.build == *build);
        build && if one.build == INDEXED { one.tool == 3 } else { one.tool == 0 }
    };
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for (program, found) in corpus.ask(corpus.programs.iter().filter(is_asked)) {
        let count = counts.entry(&program.build).or_default();
        for (key, place) in program.counted().filter(|(key, _)| pool.contains(key)) {
            count.wanted += 1;
            let surest = place.and_then(|place| surest(&found[place]));
            let Some(surest) = surest else { continue };
            count.answered += 1;
            count.right += u32::from(source(corpus, &surest) == Some(key));
        }
    }
    println!("{counts:?}");
    for (build, recall, precision) in FLOORS {
        let count = counts.get(build).copied().unwrap_or_default();
        assert!(count.wanted > 1000, "the corpus has too little of {build}: {count:?}");
        let (has, is_right) = (count.recall(), count.precision());
        assert!(has >= recall, "{build}: recall {has:.3} under {recall}: {count:?}");
        assert!(is_right >= precision, "{build}: precision {is_right:.3} under {precision}");
    }
}

/// The surest counterpart; the matcher keeps none that is less sure than not. Of equally sure ones any, as a reader has it.
fn surest(function: &Counterparts) -> Option<Counterpart> {
    let found = function.found.iter().copied();
    found.max_by(|one, other| one.probability.total_cmp(&other.probability))
}

/// What a counterpart is by its source.
fn source(corpus: &Corpus, counterpart: &Counterpart) -> Option<String> {
    let place = corpus.index.function(counterpart.function).unwrap().place;
    corpus.program(counterpart.sample).key(usize::try_from(place).unwrap())
}
