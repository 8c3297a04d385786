//! Routes to one origin and to a batch of origins, on a seeded graph of the internet's size and shape.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use demarche_case::Asn;
use demarche_routes::propagate::Memory;
use demarche_routes::{
    AsIndex, Count, Lane, Propagator, Relationship, Restriction, Sweep, Topology, propagate,
};

const ASES: u32 = 46_000;

/// `SplitMix64` (Steele, Lea and Flood 2014).
fn random(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Fifteen tier-1s that all peer; everyone else buys from two ASes with smaller numbers, mostly far smaller ones; 80,000 peerings in the upper 7,000.
fn internet() -> Topology {
    let mut seed = 2014;
    let mut below = move |limit: u32| {
        let drawn = random(&mut seed) % u64::from(limit.max(1));
        u32::try_from(drawn).unwrap_or(0)
    };
    let mut links = Vec::new();
    for one in 1..=15 {
        links.extend((one + 1..=15).map(|other| (Asn(one), Asn(other), Relationship::PeerToPeer)));
    }
    for customer in 16..=ASES {
        for _ in 0..2 {
            let cap = 1 + below(customer.min(7_000));
            links.push((Asn(1 + below(cap)), Asn(customer), Relationship::ProviderToCustomer));
        }
    }
    links.extend(
        (0..80_000)
            .map(|_| (Asn(16 + below(7_000)), Asn(16 + below(7_000)), Relationship::PeerToPeer)),
    );
    Topology::from_links(links)
}

fn benches(criterion: &mut Criterion) {
    let topology = internet();
    let free = Restriction::none();
    let origins: Vec<AsIndex> = topology.ases().step_by(180).take(256).collect();
    let mut group = criterion.benchmark_group("propagate");
    group.sample_size(20);
    group.throughput(Throughput::Elements(u64::from(ASES)));
    let last = origins.last().copied().expect("there are 256 origins");
    group.bench_function("routes/46k_ases_1_origin_fresh", |bench| {
        bench.iter(|| propagate(&topology, last, &free).reached());
    });
    let mut propagator = Propagator::new(&topology);
    group.bench_function("routes/46k_ases_1_origin", |bench| {
        bench.iter(|| propagator.run(last, &free).reached());
    });
    group.throughput(Throughput::Elements(256 * u64::from(ASES)));
    let sweep = Sweep::new(&topology);
    let lane = |origin: &AsIndex| Lane { origin: *origin, restriction: &free };
    let lanes: Vec<Lane<'_>> = origins.iter().map(lane).collect();
    let mut memory = Memory::<4>::default();
    group.bench_function("routes/46k_ases_256_origins_batched", |bench| {
        bench.iter(|| {
            let mut count = Count::<4>::new();
            sweep.run(&mut memory, &lanes, &mut count);
            count.tallies()
        });
    });
    group.finish();
}

criterion_group!(propagation, benches);
criterion_main!(propagation);
