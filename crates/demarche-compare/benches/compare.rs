//! Texts read per second, and items made ready for a comparison per second on all threads.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use demarche_compare::psi::{Prepared, Seed};
use demarche_compare::{Indicator, extract};

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compare");
    group.sample_size(10);
    let text = include_str!("../tests/data/lines.txt").repeat(100);
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("extract, labelled lines a hundred times", |bencher| {
        bencher.iter(|| extract(black_box(&text)).len());
    });
    let prose = "The quick brown fox jumps over the lazy dog, and nothing of it is an indicator. ";
    let prose = prose.repeat(10_000);
    group.throughput(Throughput::Bytes(prose.len() as u64));
    group.bench_function("extract, prose without an indicator", |bencher| {
        bencher.iter(|| extract(black_box(&prose)).len());
    });
    let address = |number: u32| std::net::Ipv4Addr::from(number).to_string().parse();
    let items: Vec<Indicator> =
        (0..4096).map(|number| address(number).expect("an address")).collect();
    group.throughput(Throughput::Elements(4096));
    group.bench_function("prepare, 4096 items", |bencher| {
        bencher.iter(|| Prepared::new(black_box(&items), 4096, &Seed::new([1; 32])).is_ok());
    });
}

criterion_group!(all, benches);
criterion_main!(all);
