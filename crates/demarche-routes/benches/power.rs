//! How long it takes to find out who can cut a target off, on an internet made from a seed.

use std::ops::ControlFlow;

use criterion::{Criterion, criterion_group, criterion_main};
use demarche_case::Asn;
use demarche_case::assessment::routes::Network;
use demarche_routes::power::{Limits, Question, power};
use demarche_routes::valley_free::{Sides, smallest_link_cut};
use demarche_routes::{Relationship, Topology};

/// ASes of the core, each peering with all others; then carriers that buy from any two or three before them; then stubs.
const CORE: u32 = 15;
const CARRIERS: u32 = 6_000;
const STUBS: u32 = 40_000;

/// Steele, Lea and Flood's `SplitMix64`.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let high = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(0);
        u32::try_from((u64::from(high) * u64::from(bound)) >> 32).unwrap_or(0)
    }
}

fn internet() -> Topology {
    let mut random = Random(2014);
    let mut links = Vec::new();
    for one in 1..=CORE {
        links.extend((1..one).map(|other| (Asn(other), Asn(one), Relationship::PeerToPeer)));
    }
    for customer in CORE + 1..=CORE + CARRIERS + STUBS {
        let sellers = (customer - 1).min(CORE + CARRIERS);
        for _ in 0..2 + random.below(2) {
            // The smaller of two draws: older carriers have more customers.
            let provider = 1 + random.below(sellers).min(random.below(sellers));
            links.push((Asn(provider), Asn(customer), Relationship::ProviderToCustomer));
        }
        if customer <= CORE + CARRIERS {
            let peer = CORE + 1 + random.below(customer - CORE);
            links.push((Asn(peer), Asn(customer), Relationship::PeerToPeer));
        }
    }
    Topology::from_links(links)
}

fn network(asn: Asn) -> Network {
    let letter = |value: u32| char::from(b'A' + u8::try_from(value % 26).unwrap_or(0));
    let country = format!("{}{}", letter(asn.0), letter(asn.0 / 26 % 4)).parse().ok();
    Network { asn, name: None, country }
}

fn questions(c: &mut Criterion) {
    let topology = internet();
    let last = CORE + CARRIERS + STUBS;
    for origins in [1, 10, 300] {
        let target: Vec<Asn> = (0..origins).map(|at| Asn(last - at)).collect();
        let question = Question { target: target.clone(), ..Question::default() };
        let limits = Limits::default();
        c.bench_function(&format!("power_46k_ases_{origins}_origins"), |b| {
            b.iter(|| {
                power(&topology, &question, network, &limits, |_, _| ControlFlow::Continue(()))
            });
        });
        let place = |asn: &Asn| topology.index(*asn);
        let sides = Sides::new(&topology, target.iter().filter_map(place), topology.core(), []);
        c.bench_function(&format!("link_cut_46k_ases_{origins}_origins"), |b| {
            b.iter(|| smallest_link_cut(&sides));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = questions
}
criterion_main!(benches);
