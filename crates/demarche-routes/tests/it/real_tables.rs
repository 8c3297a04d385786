//! The real tables of 2014, read whole.

use std::fs::File;
use std::io::BufReader;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use demarche_case::{Asn, Gap};
use demarche_routes::relationships::Link;
use demarche_routes::{
    AsnTable, Decompressed, Delegations, PrefixOrigins, Registry, Relationship, Relationships,
};

#[expect(clippy::disallowed_methods, reason = "tests find the shared data by the environment")]
pub(crate) fn real(file: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var_os("DEMARCHE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let path = data.join("routes").join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!(
        "SKIPPED: {} not found; set DEMARCHE_DATA to the folder of real data",
        path.display()
    );
    None
}

pub(crate) fn open(file: &str) -> Option<Decompressed<'static>> {
    let source = BufReader::new(File::open(real(file)?).unwrap());
    Some(Decompressed::new(source, NonZeroUsize::new(2).unwrap()))
}

#[test]
fn all_172_984_links_of_september_2014_are_read() {
    let Some(source) = open("20140901.as-rel.txt.bz2") else { return };
    let read = Relationships::read(source, "as-rel");
    let peers = |link: &&Link| link.relationship == Relationship::PeerToPeer;
    assert_eq!(read.links.len(), 172_984);
    assert_eq!(read.links.iter().filter(peers).count(), 80_223);
    assert_eq!(read.gaps, []);
    let providers: Vec<Asn> = read
        .links
        .iter()
        .filter(|link| link.right == Asn(131_279) && !peers(link))
        .map(|link| link.left)
        .collect();
    assert_eq!(providers, [Asn(4837), Asn(22351)]);
}

#[test]
fn all_512_621_prefixes_of_may_2014_are_read() {
    let Some(source) = open("pfx2as.20140513.dat.xz") else { return };
    let read = PrefixOrigins::read(source, "pfx2as");
    assert_eq!(read.gaps, []);
    assert_eq!(read.by_prefix().count(), 512_621);
    let korea: Vec<String> = read
        .origins
        .iter()
        .filter(|entry| entry.origin.asns() == [Asn(131_279)])
        .map(|entry| entry.prefix.to_string())
        .collect();
    assert_eq!(korea, ["175.45.176.0/24", "175.45.177.0/24", "175.45.178.0/24", "175.45.179.0/24"]);
}

#[test]
fn the_summaries_of_four_registries_are_kept_to() {
    for (registry, records) in [
        (Registry::Afrinic, 1095 + 2500 + 429),
        (Registry::Apnic, 5746 + 24_065 + 3496),
        (Registry::Lacnic, 4306 + 8693 + 2784),
        (Registry::RipeNcc, 26_416 + 49_932 + 9333),
    ] {
        let Some(source) = open(&format!("delegated-{registry}-20140630.xz")) else { return };
        let read = Delegations::read(source, registry.name());
        assert_eq!((read.registry, read.delegations.len()), (Some(registry), records));
        assert_eq!(read.gaps, []);
    }
}

#[test]
fn the_table_of_networks_is_read_whole() {
    let Some(source) = open("asn-2014.tsv.xz") else { return };
    let read = AsnTable::read(source, "asn");
    assert_eq!(read.gaps, Vec::<Gap>::new());
    let star = read.get(Asn(131_279)).unwrap();
    assert_eq!(star.country.as_ref().unwrap().0.code(), "KP");
}
