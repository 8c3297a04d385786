//! Storing, preparing and searching, on synthetic programs; `examples/scale` measures sizes that do not fit a benchmark.

#[path = "../examples/scale/population.rs"]
mod population;

use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use demarche_index::{Index, Limits, Sample, Search};
use population::Population;

/// Functions of a sample, and samples.
const FUNCTIONS: u32 = 600;
const SAMPLES: u64 = 100;

fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("index-bench").join(name);
    drop(std::fs::remove_dir_all(&path));
    path
}

fn index(criterion: &mut Criterion) {
    let population = Population { samples: SAMPLES };
    let samples: Vec<Sample> =
        (0..SAMPLES).map(|place| population.sample(place, FUNCTIONS)).collect();
    let hashes: BTreeSet<_> = samples.iter().map(|sample| sample.meta.sha256).collect();
    let mut group = criterion.benchmark_group("index");
    group.sample_size(10);
    group.throughput(Throughput::Elements(SAMPLES * u64::from(FUNCTIONS)));
    let mut stored = Index::create(&folder("add")).expect("a folder");
    group.bench_function("add 60000 functions", |bencher| {
        bencher.iter(|| {
            stored.remove(&hashes).expect("a folder");
            black_box(stored.add(&samples).expect("a folder"))
        });
    });
    let (index, _) = Index::open(stored.folder()).expect("an index");
    let totals = index.totals();
    group.bench_function("prepare 60000 functions", |bencher| {
        bencher.iter(|| Search::new(&index, |_, rarity| population::weight(rarity, totals)));
    });
    let (search, _) = Search::new(&index, |_, rarity| population::weight(rarity, totals));
    group.throughput(Throughput::Elements(u64::from(FUNCTIONS)));
    for (name, program) in population.programs(FUNCTIONS) {
        for floor in [0.1, 0.3] {
            let limits = Limits { best: 32, floor };
            group.bench_function(
                format!("search 600 functions {name}, floor {floor}"),
                |bencher| {
                    bencher.iter(|| search.candidates(black_box(&program), limits));
                },
            );
        }
    }
    group.finish();
}

criterion_group!(benches, index);
criterion_main!(benches);
