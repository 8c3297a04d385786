//! Patterns read and matched per second, on the patterns of `tests/data`.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use demarche_pattern::{Budget, Matcher, Observation, Pattern};
use serde_json::Value;

fn texts() -> Vec<String> {
    let lines = include_str!("../tests/data/verdicts.jsonl").lines();
    let lines = lines.map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"));
    lines.filter_map(|line| line[0].as_str().map(str::to_owned)).collect()
}

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("pattern");
    let texts = texts();
    group.throughput(Throughput::Elements(texts.len() as u64));
    group.bench_function("parse, 900 generated patterns, half of them broken", |bencher| {
        bencher.iter(|| {
            texts.iter().filter(|text| black_box(text.parse::<Pattern>()).is_ok()).count()
        });
    });
    let hash = format!("[file:hashes.'SHA-256' = '{}']", "a1".repeat(32));
    group.throughput(Throughput::Elements(1));
    group.bench_function("parse, one hash", |bencher| {
        bencher.iter(|| black_box(&hash).parse::<Pattern>());
    });
    let cases: Vec<Value> = include_str!("../tests/data/matches.jsonl")
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    group.throughput(Throughput::Elements(cases.len() as u64));
    group.bench_function("parse and match, 160 bundles", |bencher| {
        bencher.iter(|| cases.iter().filter(|case| is_match(case)).count());
    });
}

fn is_match(case: &Value) -> bool {
    let pattern: Pattern = case[0].as_str().expect("a text").parse().expect("it is valid");
    let objects = case[1][0]["objects"].as_array().expect("objects");
    let (observations, _) = Observation::read_all(objects);
    let matcher = Matcher::new(&pattern).expect("it can be matched");
    matcher.find(&observations, Budget::default()).is_ok_and(|found| found.is_some())
}

criterion_group!(all, benches);
criterion_main!(all);
