//! Importing catalogues and reading the whole library, on real data; without them there is nothing to measure.

use std::hint::black_box;
use std::io::Read;
use std::path::PathBuf;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use demarche_case::Sha256;
use demarche_library::{Provenance, Store, import};

const FILES: [&str; 7] = [
    "enterprise-attack-18.1.stix20.json.xz",
    "misp-galaxy-threat-actor.json.xz",
    "misp-galaxy-malpedia.json.xz",
    "dcid-2.0-incidents-2022-06.csv.xz",
    "dcid-2.0-campaigns-2023-02.csv.xz",
    "eurepoc-1.1-global.csv.xz",
    "eurepoc-1.1-attributions.csv.xz",
];

fn data(name: &str) -> Option<Vec<u8>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    #[expect(clippy::disallowed_methods, reason = "benchmarks find real data by the environment")]
    let folder = std::env::var_os("DEMARCHE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    std::fs::read(folder.join("attacks").join(name)).ok()
}

fn unpack(packed: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    drop(lzma_rust2::XzReader::new(packed, true).read_to_end(&mut plain));
    plain
}

fn library(criterion: &mut Criterion) {
    let store = Store::at(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench"));
    for name in FILES {
        let Some(packed) = data(name) else { return };
        let plain = unpack(&packed);
        let provenance =
            Provenance { origin: name.to_owned(), date: None, sha256: Sha256::of(&packed) };
        let short = name.split('.').next().unwrap_or_default();
        let mut group = criterion.benchmark_group("import");
        group.sample_size(10).throughput(Throughput::Bytes(plain.len() as u64));
        group.bench_function(short, |bench| {
            bench.iter(|| import(black_box(&plain), &provenance));
        });
        group.finish();
        if let (Ok(imported), Ok(now)) = (import(&plain, &provenance), "2026-11-23".parse()) {
            drop(store.add(&imported, now));
        }
    }
    let mut group = criterion.benchmark_group("unpack");
    if let Some(packed) = data(FILES[0]) {
        group.sample_size(10);
        group.bench_function("enterprise-attack-18 xz", |bench| {
            bench.iter(|| unpack(black_box(&packed)));
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("record");
    group.sample_size(20);
    group.bench_function("read everything", |bench| bench.iter(|| store.record(&[])));
    group.bench_function("facts", |bench| bench.iter(demarche_library::facts));
    group.finish();
}

criterion_group!(benches, library);
criterion_main!(benches);
