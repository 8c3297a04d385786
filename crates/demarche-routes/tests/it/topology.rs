use std::collections::BTreeSet;
use std::io::Read;
use std::path::PathBuf;
use std::sync::OnceLock;

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use demarche_case::Asn;
use demarche_routes::{AsIndex, Relationship, Relationships, Topology};

pub(crate) type TypedLink = (Asn, Asn, Relationship);

#[expect(clippy::disallowed_methods, reason = "tests find the real data through the environment")]
pub(crate) fn folder(variable: &str, beside: &str) -> PathBuf {
    let default = || format!("{}/../../../shared/{beside}", env!("CARGO_MANIFEST_DIR"));
    std::env::var(variable).unwrap_or_else(|_| default()).into()
}

pub(crate) fn reference(name: &str) -> Option<serde_json::Value> {
    let path = folder("DEMARCHE_BENCH", "bench").join("routes/reference").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} not found", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// CAIDA's graph of 2014-09-01, read without the crate's own readers.
pub(crate) fn internet_of_2014() -> Option<&'static Topology> {
    static TOPOLOGY: OnceLock<Option<Topology>> = OnceLock::new();
    TOPOLOGY
        .get_or_init(|| {
            let path = folder("DEMARCHE_DATA", "data").join("routes/20140901.as-rel.txt.bz2");
            let Ok(file) = std::fs::File::open(&path) else {
                eprintln!("SKIPPED: {} not found", path.display());
                return None;
            };
            let mut text = String::new();
            bzip2::read::BzDecoder::new(file).read_to_string(&mut text).unwrap();
            Some(Topology::from_links(text.lines().filter_map(serial_1)))
        })
        .as_ref()
}

fn serial_1(line: &str) -> Option<TypedLink> {
    let mut fields = line.split('|');
    let mut number = || Some(Asn(fields.next()?.parse().ok()?));
    let (one, other) = (number()?, number()?);
    let kind = match fields.next()? {
        "-1" => Relationship::ProviderToCustomer,
        "0" => Relationship::PeerToPeer,
        kind => panic!("{kind}"),
    };
    Some((one, other, kind))
}

/// Up to a dozen ASes and any links between them: circles, self-links, repetitions, contradictions, islands.
pub(crate) fn any_links(u: &mut Unstructured<'_>) -> Result<Vec<TypedLink>> {
    let ases = u.int_in_range(1..=12_u32)?;
    (0..u.int_in_range(1..=40)?)
        .map(|_| {
            let mut asn = || Ok(Asn(u.int_in_range(1..=ases)? * 10));
            let (one, other) = (asn()?, asn()?);
            let down = u.ratio(2, 3)?;
            // Mostly downwards in number, so that real hierarchies are common too.
            let (one, other) =
                if u.ratio(3, 4)? { (one.min(other), one.max(other)) } else { (one, other) };
            Ok((
                one,
                other,
                if down { Relationship::ProviderToCustomer } else { Relationship::PeerToPeer },
            ))
        })
        .collect()
}

fn numbers(topology: &Topology, list: &[AsIndex]) -> Vec<u32> {
    list.iter().map(|at| topology.asn(*at).0).collect()
}

#[test]
fn neighbours_are_those_given() {
    arbtest(|u| {
        let links = any_links(u)?;
        let topology = Topology::from_links(links.iter().copied());
        let mut seen = BTreeSet::new();
        for at in topology.ases() {
            let asn = topology.asn(at);
            for to in topology.customers(at).iter().map(|to| topology.asn(*to)) {
                seen.insert((asn, to, Relationship::ProviderToCustomer));
            }
            for to in topology.providers(at).iter().map(|to| topology.asn(*to)) {
                assert!(seen.contains(&(to, asn, Relationship::ProviderToCustomer)) || to > asn);
                seen.insert((to, asn, Relationship::ProviderToCustomer));
            }
            for to in topology.peers(at).iter().map(|to| topology.asn(*to)) {
                seen.insert((asn.min(to), asn.max(to), Relationship::PeerToPeer));
            }
        }
        let given: BTreeSet<TypedLink> = links
            .iter()
            .filter(|(one, other, _)| one != other)
            .map(|&(one, other, kind)| match kind {
                Relationship::ProviderToCustomer => (one, other, kind),
                Relationship::PeerToPeer => (one.min(other), one.max(other), kind),
            })
            .collect();
        assert_eq!(seen, given);
        let oddities = topology.oddities();
        assert_eq!(links.len(), given.len() + oddities.duplicates + oddities.self_links);
        assert_eq!(topology.provider_links() + topology.peer_links(), given.len());
        Ok(())
    });
}

#[test]
fn a_circle_of_providers_counts_each_as_once() {
    let ring = [(1, 2), (2, 3), (3, 1), (3, 4)];
    let topology = Topology::from_links(ring.map(|(provider, customer)| {
        (Asn(provider), Asn(customer), Relationship::ProviderToCustomer)
    }));
    let one = topology.index(Asn(1)).unwrap();
    assert_eq!(numbers(&topology, &topology.customer_cone(one)), [1, 2, 3, 4]);
    assert_eq!(topology.transit_free(), []);
    assert_eq!(topology.core(), []);
}

#[test]
fn an_empty_topology_has_no_core() {
    let topology = Topology::from_links([]);
    assert!(topology.is_empty());
    assert_eq!(topology.core(), []);
    assert_eq!(topology.index(Asn(1)), None);
}

#[test]
fn a_clique_in_the_header_is_the_core() {
    let file = "# inferred clique: 20 10 999\n10|30|-1\n20|30|-1\n";
    let topology = Topology::new(&Relationships::read(file.as_bytes(), "as-rel.txt"));
    assert_eq!(numbers(&topology, &topology.core()), [10, 20]);
}

#[test]
fn the_internet_of_2014_is_read_whole() {
    let Some(topology) = internet_of_2014() else { return };
    assert_eq!(topology.len(), 46_063);
    assert_eq!(topology.provider_links(), 92_761);
    assert_eq!(topology.peer_links(), 80_223);
    assert_eq!(topology.oddities(), demarche_routes::Oddities::default());
    let star = topology.index(Asn(131_279)).unwrap();
    assert_eq!(numbers(topology, topology.providers(star)), [4837, 22351]);
    assert_eq!(numbers(topology, topology.customers(star)), [51040]);
}

#[test]
fn the_core_of_2014_is_the_known_tier_1() {
    let Some(topology) = internet_of_2014() else { return };
    // The fifteen transit-free ASes with cones over 20,000; the next largest cone is 2,247.
    // Level 3 (3356, 3549), Cogent, CenturyLink, Verizon, Sprint, Telia, XO, NTT, GTT, DTAG, Orange, Tata, Sparkle, AT&T.
    let known =
        [174, 209, 701, 1239, 1299, 2828, 2914, 3257, 3320, 3356, 3549, 5511, 6453, 6762, 7018];
    assert_eq!(numbers(topology, &topology.core()), known);
    let cones: Vec<usize> =
        topology.transit_free().iter().map(|at| topology.customer_cone(*at).len()).collect();
    assert_eq!(cones.len(), 72);
    assert_eq!(cones.iter().filter(|cone| **cone > 20_000).count(), known.len());
    assert_eq!(cones.iter().filter(|cone| **cone > 2_247).count(), known.len());
    // Known as tier-1 as well, but this inference gives each of them a provider.
    for tier_1 in [286, 3561, 6461, 12956].map(|asn| topology.index(Asn(asn)).unwrap()) {
        assert!(!topology.providers(tier_1).is_empty());
    }
}
