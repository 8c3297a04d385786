//! Hegemony and transit influence against values computed by others on the same routing table.

use std::collections::BTreeMap;
use std::fs::File;
use std::ops::ControlFlow;

use demarche_case::assessment::routes::{Dependency, Family, Network};
use demarche_case::{Asn, Country};
use demarche_routes::Rib;
use demarche_routes::depend::{
    DependOptions, FullFeed, Subject, TableShares, local_hegemony, modelled, observed,
};
use serde_json::Value;

use crate::shared::synthetic_rib;
use crate::topology::{internet_of_2014, reference};

const OPTIONS: DependOptions = DependOptions {
    full_feed: FullFeed::MoreThan(400_000),
    trim: 0.1,
    counts_origin: false,
    each_table: false,
};

/// Countries for the three targets: their own networks, and nobody else's.
fn describe(country: Country, origins: &[Asn]) -> impl Fn(Asn) -> Network + Sync {
    move |asn| Network { asn, name: None, country: origins.contains(&asn).then_some(country) }
}

fn pairs(list: &Value) -> BTreeMap<Asn, f64> {
    let pair = |pair: &Value| {
        (Asn(u32::try_from(pair[0].as_u64().unwrap()).unwrap()), pair[1].as_f64().unwrap())
    };
    list.as_array().unwrap().iter().map(pair).collect()
}

fn assert_same(what: &str, ours: &BTreeMap<Asn, f64>, theirs: &BTreeMap<Asn, f64>) {
    for (asn, score) in theirs {
        let our = ours.get(asn).copied().unwrap_or_default();
        assert!((our - score).abs() < 1e-9, "{what}: {asn} is {our}, should be {score}");
    }
}

#[test]
fn hegemony_and_influence_equal_the_reference_on_the_synthetic_table() {
    let (Some(rib), Some(topology)) = (synthetic_rib(), internet_of_2014()) else { return };
    let (Some(hegemony), Some(influence)) =
        (reference("hegemony-synthetic.json"), reference("cti-synthetic.json"))
    else {
        return;
    };
    let mut builder = Rib::builder();
    builder.read("synthetic", File::open(rib).unwrap());
    let table = builder.finish();

    let local = local_hegemony(&[TableShares::new(&table, Family::Ipv4, &OPTIONS)], OPTIONS.trim);
    let peers: Vec<u64> = local.hosts.iter().map(|asn| u64::from(asn.0)).collect();
    assert_eq!(Value::from(peers), hegemony["peer_asns"]);
    for (country, reference) in hegemony["countries"].as_object().unwrap() {
        let mut origins = Vec::new();
        for (origin, scores) in reference["local"].as_object().unwrap() {
            let origin: Asn = origin.parse().unwrap();
            let ours = &local.scores
                [local.scores.binary_search_by_key(&origin, |(asn, _)| *asn).unwrap()]
            .1;
            assert_same(
                &format!("towards {origin}"),
                &ours.iter().copied().collect(),
                &pairs(scores),
            );
            assert_eq!(
                ours.len(),
                scores.as_array().unwrap().len().max(ours.len()),
                "{origin}: as many networks"
            );
            origins.push(origin);
        }
        origins.sort_unstable();
        let country: Country = country.parse().unwrap();
        let describe = describe(country, &origins);
        let subject = Subject {
            origins: &origins,
            country: Some(country),
            addresses: &[],
            prefixes: &[],
            populations: None,
            organisations: None,
        };
        let depends = observed(
            &table,
            Family::Ipv4,
            &subject,
            &describe,
            Some(topology),
            "synthetic",
            &OPTIONS,
        )
        .unwrap();
        assert_country(&depends, reference, &influence["countries"][country.code()]);
    }
}

fn assert_country(depends: &Dependency, hegemony: &Value, influence: &Value) {
    let trimmed = |of: fn(&demarche_case::assessment::routes::NetworkDependency) -> f64| -> BTreeMap<Asn, f64> {
        depends.networks.iter().map(|row| (row.network.asn, of(row))).collect()
    };
    let country = &hegemony["country"];
    assert_same(
        "by address",
        &trimmed(|row| row.by_addresses.trimmed),
        &pairs(&country["by_address_transit_only"]),
    );
    assert_same(
        "by network",
        &trimmed(|row| row.by_networks.trimmed),
        &pairs(&country["by_as_transit_only"]),
    );
    assert_same(
        "influence",
        &trimmed(|row| row.cti.unwrap_or_default().mean),
        &pairs(&influence["cti"]),
    );
    assert_same(
        "trimmed influence",
        &trimmed(|row| row.cti.unwrap_or_default().trimmed),
        &pairs(&influence["cti_trim"]),
    );
}

#[test]
fn modelled_routes_to_north_korea_pass_one_of_two_networks() {
    let Some(topology) = internet_of_2014() else { return };
    let origins = [Asn(131_279)];
    let country: Country = "KP".parse().unwrap();
    let describe = describe(country, &origins);
    let subject = Subject {
        origins: &origins,
        country: Some(country),
        addresses: &[1024],
        prefixes: &[4],
        populations: None,
        organisations: None,
    };
    let depends =
        modelled(topology, &subject, &describe, "2014", &OPTIONS, |_, _| ControlFlow::Continue(()));
    let depends = depends.unwrap().unwrap();
    let of = |asn: u32| depends.networks.iter().find(|row| row.network.asn == Asn(asn)).unwrap();
    let both = of(4837).by_addresses.mean + of(22_351).by_addresses.mean;
    // All that have a route: even the forged customer AS51040 prefers one over a peer.
    assert!((both - 45_823.0 / 46_062.0).abs() < 1e-12, "{both}");
    assert_eq!(depends.frontier, 2, "the two providers");
    assert_eq!(depends.points_of_control, [Asn(4837), Asn(22_351)]);
}
