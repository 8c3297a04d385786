//! The target: exactly the networks that are asked about.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use arbtest::arbitrary::Unstructured;
use arbtest::{arbitrary, arbtest};
use demarche_routes::{Ask, RoutingData, Tables};

fn routing_data(prefixes: &str) -> RoutingData {
    let mut tables = Tables::default();
    tables.read("prefixes.txt", prefixes.as_bytes(), NonZeroUsize::MIN);
    RoutingData::new(tables, Vec::new())
}

/// The question for several parts together, as the command line and a case put it.
fn ask(parts: &[String]) -> Ask {
    let parts = parts.iter().map(|part| part.parse().unwrap());
    parts.fold(Ask::default(), Ask::and)
}

/// Each network of the target with each of its prefixes.
fn found(ask: &Ask, routing_data: &RoutingData) -> BTreeSet<(String, String)> {
    let target = ask.resolve(routing_data);
    let each = target.origins.iter().flat_map(|origin| {
        let prefixes = origin.prefixes.iter().map(ToString::to_string);
        prefixes.chain([String::new()]).map(|prefix| (origin.network.asn.to_string(), prefix))
    });
    each.collect()
}

const TABLE: &str = "; made up\n198.51.100.0/24\t64500\n198.51.0.0/16\t64501\n203.0.113.0/25\t64502\n\
                     203.0.113.128/25\t64503\n0.0.0.0/0\t64504\n192.0.2.0/24\t64500\n";

#[test]
fn networks_with_their_own_prefixes_are_these_networks() {
    let data = routing_data(TABLE);
    let alone = ask(&["AS64500".to_owned()]).resolve(&data);
    let both = ask(&["AS64500".to_owned(), "198.51.100.0/24".to_owned()]).resolve(&data);
    assert_eq!(both, alone);
    assert_eq!((both.origins.len(), both.ipv4_addresses), (1, 512));
    assert_eq!(both.question, "AS64500");
}

#[test]
fn a_prefix_of_another_network_brings_that_network_with_this_prefix_alone() {
    let data = routing_data(TABLE);
    let both = ask(&["AS64500".to_owned(), "203.0.113.0/24".to_owned()]);
    let target = both.resolve(&data);
    let origins: Vec<String> =
        target.origins.iter().map(|origin| origin.network.asn.to_string()).collect();
    assert_eq!(origins, ["AS64500", "AS64502", "AS64503"]);
    assert_eq!(target.question, "AS64500, 203.0.113.0/24");
}

#[test]
fn a_prefix_that_nobody_announces_is_announced_by_the_smallest_around_it() {
    let data = routing_data(TABLE);
    let inside = ask(&["198.51.7.0/24".to_owned()]);
    assert_eq!(
        found(&inside, &data),
        BTreeSet::from([
            ("AS64501".to_owned(), String::new()),
            ("AS64501".to_owned(), "198.51.0.0/16".to_owned()),
        ])
    );
}

fn part(u: &mut Unstructured<'_>) -> arbitrary::Result<String> {
    Ok(if u.arbitrary()? { format!("AS{}", u.int_in_range(1..=6)?) } else { prefix(u)? })
}

fn prefix(u: &mut Unstructured<'_>) -> arbitrary::Result<String> {
    let (length, third) = (u.choose(&[16_u8, 20, 24])?, u.int_in_range(0_u8..=31)?);
    Ok(format!("198.51.{}.0/{length}", if *length == 24 { third } else { 0 }))
}

#[test]
fn several_parts_are_asked_about_as_each_alone_and_nothing_else_is() {
    arbtest(|u| {
        let mut table = "; made up\n".to_owned();
        for _ in 0..u.int_in_range(1..=12)? {
            table += &format!("{}\t{}\n", prefix(u)?, u.int_in_range(1..=6)?);
        }
        let data = routing_data(&table);
        let parts: Vec<String> =
            (0..u.int_in_range(1..=4)?).map(|_| part(u)).collect::<arbitrary::Result<_>>()?;
        let apart = parts.iter().flat_map(|part| found(&ask(std::slice::from_ref(part)), &data));
        assert_eq!(found(&ask(&parts), &data), apart.collect(), "{parts:?} in {table}");
        Ok(())
    });
}
