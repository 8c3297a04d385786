//! Reading routing tables: routes a second, with paths interned, from bytes in memory.
//!
//! The input is made from a seed: 2,000 prefixes of 400 origins, seen by 40 peers.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use demarche_routes::{PathTable, Rib, mrt};

const PEERS: u16 = 40;
const ORIGINS: u32 = 400;
const PREFIXES_EACH: u32 = 5;
const ROUTES: u64 = 40 * 400 * 5;

/// A record of type `TABLE_DUMP_V2`.
fn record(subtype: u16, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap_or_default();
    let mut record = 1_400_824_800_u32.to_be_bytes().to_vec();
    record.extend(13_u16.to_be_bytes());
    record.extend(subtype.to_be_bytes());
    record.extend(length.to_be_bytes());
    record.extend(body);
    record
}

fn peer_table() -> Vec<u8> {
    let mut body = vec![0; 6];
    body.extend(PEERS.to_be_bytes());
    for peer in 0..PEERS {
        body.extend([2, 0, 0, 0, 0, 192, 0, 2]);
        body.extend([peer.to_be_bytes()[1], 0, 0]);
        body.extend(peer.to_be_bytes());
    }
    record(1, &body)
}

/// The routes to one prefix, by a path of three to six networks a peer.
fn rib(origin: u32, prefix: u32) -> Vec<u8> {
    let mut body = prefix.to_be_bytes().to_vec();
    body.push(24);
    body.extend(&(prefix << 8).to_be_bytes()[..3]);
    body.extend(PEERS.to_be_bytes());
    for peer in 0..PEERS {
        let mut path = vec![u32::from(peer)];
        path.extend((0..2 + (origin ^ u32::from(peer)) % 4).map(|hop| 1_000 + origin % 7 + hop));
        path.push(100_000 + origin);
        let count = u8::try_from(path.len()).unwrap_or_default();
        let mut attributes = vec![0x40, 1, 1, 0, 0x50, 2, 0, count * 4 + 2, 2, count];
        attributes.extend(path.iter().flat_map(|asn| asn.to_be_bytes()));
        attributes.extend([0x40, 3, 4, 192, 0, 2, 1]);
        body.extend(peer.to_be_bytes());
        body.extend([0; 4]);
        body.extend(u16::try_from(attributes.len()).unwrap_or_default().to_be_bytes());
        body.extend(attributes);
    }
    record(2, &body)
}

fn routing_table() -> Vec<u8> {
    let prefixes = (0..ORIGINS * PREFIXES_EACH).map(|prefix| rib(prefix / PREFIXES_EACH, prefix));
    let mut file = peer_table();
    file.extend(prefixes.flatten());
    file
}

fn read(criterion: &mut Criterion) {
    let file = routing_table();
    let mut group = criterion.benchmark_group("mrt, 80,000 routes of 40 peers");
    group.throughput(Throughput::Elements(ROUTES));
    group.bench_function("walk, paths interned", |bencher| {
        bencher.iter(|| mrt::read(black_box(&file[..]), &mut PathTable::new(), &mut ()).routes);
    });
    group.bench_function("routing table", |bencher| {
        bencher.iter(|| {
            let mut builder = Rib::builder();
            builder.read("rrc00", black_box(&file[..]));
            builder.finish().routes()
        });
    });
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
