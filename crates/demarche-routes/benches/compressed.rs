//! Decompression, in plain bytes per second.

use std::hint::black_box;
use std::io::{Read, Write};
use std::num::NonZeroUsize;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use demarche_routes::Decompressed;

/// Lines that compress about as well as a routing table.
fn table(length: usize) -> Vec<u8> {
    let mut state = 7_u64;
    let lines = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        format!("10.{}.{}.0/24|{}\n", state >> 56, state >> 48 & 0xff, state >> 33 & 0xfff)
    });
    lines.flat_map(String::into_bytes).take(length).collect()
}

fn decompress(criterion: &mut Criterion) {
    let plain = table(8 << 20);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&plain).expect("a Vec takes everything");
    let mut bzip2 = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    bzip2.write_all(&plain).expect("a Vec takes everything");
    let inputs = [
        ("gzip", 1, gzip.finish().expect("a Vec takes everything")),
        ("bzip2", 2, bzip2.finish().expect("a Vec takes everything")),
        ("zstd", 1, zstd::encode_all(&plain[..], 3).expect("a Vec takes everything")),
    ];
    let mut group = criterion.benchmark_group("decompress 8 MiB");
    group.sample_size(10);
    group.throughput(Throughput::Bytes(plain.len().try_into().unwrap_or(u64::MAX)));
    for (name, threads, packed) in inputs {
        group.bench_function(format!("{name}, {threads} threads"), |bencher| {
            let threads = NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN);
            let mut out = Vec::with_capacity(plain.len());
            bencher.iter(|| {
                out.clear();
                let mut reader = Decompressed::new(black_box(&packed[..]), threads);
                reader.read_to_end(&mut out)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, decompress);
criterion_main!(benches);
