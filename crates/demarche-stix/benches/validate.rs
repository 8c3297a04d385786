//! The check of a bundle, by its bytes and on one core.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use demarche_stix::{Rules, Uuid, validate};

const OBJECTS: u32 = 10_000;

/// A bundle of indicators and addresses of 600 bytes each on average.
fn bundle() -> String {
    let mut objects = Vec::new();
    for number in 0..OBJECTS {
        let uuid = Uuid([7; 16]).named(&number.to_string());
        let (high, low) = (number / 250, number % 250);
        let description = "seen in the intrusion, analysed from disk and traffic ".repeat(3);
        objects.push(format!(
            r#"{{"type":"indicator","spec_version":"2.1","id":"indicator--{uuid}","created":"2026-01-02T03:04:05.000Z","modified":"2026-01-02T03:04:05.000Z","name":"indicator {number}","description":"{description}","indicator_types":["malicious-activity"],"pattern":"[ipv4-addr:value = '198.51.{high}.{low}']","pattern_type":"stix","valid_from":"2026-01-02T03:04:05.000Z","confidence":50,"kill_chain_phases":[{{"kill_chain_name":"mitre-attack","phase_name":"command-and-control"}}],"object_marking_refs":["marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"]}}"#
        ));
    }
    let id = Uuid([7; 16]).named("bundle");
    format!(r#"{{"type":"bundle","id":"bundle--{id}","objects":[{}]}}"#, objects.join(","))
}

fn checks(criterion: &mut Criterion) {
    let bundle = bundle();
    let mut group = criterion.benchmark_group("stix");
    group.throughput(Throughput::Elements(u64::from(OBJECTS)));
    group.sample_size(20);
    group.bench_function("validate/10000-objects", |bencher| {
        bencher.iter(|| validate(black_box(bundle.as_bytes()), &Rules::default()));
    });
    group.finish();
}

criterion_group!(benches, checks);
criterion_main!(benches);
