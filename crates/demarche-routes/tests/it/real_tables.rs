//! The real tables of 2014, read whole.

use std::fs::File;
use std::io::BufReader;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use demarche_case::{Asn, Gap};
use demarche_routes::relationships::Link;
use demarche_routes::{
    AsnTable, Decompressed, Delegations, Locator, Networks, PrefixOrigins, Registry, Relationship,
    Relationships,
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

#[test]
fn the_control_addresses_of_the_case_lie_in_seven_countries() {
    let Some(origins) = open("pfx2as.20140513.dat.xz") else { return };
    let origins = PrefixOrigins::read(origins, "pfx2as");
    let relationships = Relationships::read(open("20140901.as-rel.txt.bz2").unwrap(), "as-rel");
    let delegations = ["afrinic", "apnic", "lacnic", "ripencc"].map(|registry| {
        Delegations::read(open(&format!("delegated-{registry}-20140630.xz")).unwrap(), registry)
    });
    let networks =
        Networks::new(&delegations, AsnTable::read(open("asn-2014.tsv.xz").unwrap(), "asn"));
    let locator = Locator::new(&origins, &networks, &relationships);
    let mut found = String::new();
    for address in [
        "203.131.222.102",
        "217.96.33.164",
        "88.53.215.64",
        "200.87.126.116",
        "58.185.154.99",
        "212.31.102.100",
        "208.105.226.235",
        "175.45.176.1",
        "10.0.0.1",
    ] {
        let at = locator.locate(address.parse().unwrap());
        let code = |country: Option<demarche_case::Country>| {
            country.map_or("--".to_owned(), |country| country.to_string())
        };
        let origins: Vec<_> = at.origins.iter().map(|origin| origin.asn.to_string()).collect();
        let prefix = at.prefix.map_or("-".to_owned(), |prefix| prefix.to_string());
        let (registered, announced) = (code(at.registered_in), code(at.announced_from));
        let (origins, providers) = (origins.join(" "), at.providers.len());
        let notes = at.notes.iter().map(|note| format!("{note:?}")).collect::<Vec<_>>().join("; ");
        found +=
            &format!("{address} {prefix} {origins} {registered} {announced} {providers} {notes}\n");
    }
    expect_test::expect![[r#"
        203.131.222.102 203.131.222.0/23 AS37992 TH TH 2 
        217.96.33.164 217.96.0.0/16 AS5617 PL PL 2 
        88.53.215.64 88.52.0.0/15 AS3269 IT IT 2 
        200.87.126.116 200.87.112.0/20 AS6568 BO BO 6 
        58.185.154.99 58.185.128.0/17 AS3758 SG SG 3 
        212.31.102.100 212.31.96.0/20 AS6866 CY CY 5 
        208.105.226.235 208.105.128.0/17 AS11351 -- US 1 NoDelegation { is_country_of_network: true }; CountryFromList { network: Asn(11351), country: Country([85, 83]), list: "asnames2016" }
        175.45.176.1 175.45.176.0/24 AS131279 KP KP 2 
        10.0.0.1 -  -- -- 0 Reserved { block: 10.0.0.0/8, purpose: Private }
    "#]].assert_eq(&found);
}
