//! The facts that ship with demarche follow their rule.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use demarche_case::record::{Catalogue, Record, RecordId, Used};
use demarche_case::{Availability, TechniqueId};
use demarche_library::{attack, facts};
use expect_test::expect_file;

use crate::shared::plain;

const HEAD: &str = "# Written by `UPDATE_EXPECT=1 cargo test -p demarche-library facts` from ATT&CK 18.1, by the rule in actors.toml.\n# (c) 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.\n";

fn names(record: &Record, citations: &[demarche_case::record::CitationId]) -> Vec<String> {
    let mut names: Vec<String> =
        citations.iter().map(|id| record.citations[id.0 as usize].name.clone()).collect();
    names.sort();
    names
}

#[test]
fn the_groups_follow_their_rule() {
    let Some((bytes, provenance)) = plain("enterprise-attack-18.1.stix20.json.xz") else { return };
    let part = attack::import(&bytes, &provenance).part;
    let mut sources: BTreeMap<&RecordId, BTreeSet<u32>> = BTreeMap::new();
    for claim in &part.uses {
        sources.entry(&claim.user).or_default().extend(claim.citations.iter().map(|id| id.0));
    }
    let mut expected = BTreeSet::from(["G0082".to_owned()]);
    for state in ["CN", "RU", "IR", "KP"] {
        let mut groups: Vec<_> = part
            .actors
            .iter()
            .filter(|actor| actor.states.iter().any(|claim| claim.state.code() == state))
            .map(|actor| {
                (
                    std::cmp::Reverse(sources.get(&actor.id).map_or(0, BTreeSet::len)),
                    actor.id.id.clone(),
                )
            })
            .collect();
        groups.sort();
        expected.extend(groups.into_iter().take(5).map(|(_, id)| id));
    }
    let found: BTreeSet<String> = facts().actors.iter().map(|actor| actor.id.id.clone()).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_they_use_follows_its_rule() {
    let Some((bytes, provenance)) = plain("enterprise-attack-18.1.stix20.json.xz") else { return };
    let part = attack::import(&bytes, &provenance).part;
    let ours = facts();
    let actors: BTreeSet<&RecordId> = ours.actors.iter().map(|actor| &actor.id).collect();
    let (mut uses, mut used, mut cited) = (String::from(HEAD), BTreeSet::new(), BTreeSet::new());
    for one in part.uses.iter().filter(|claim| actors.contains(&claim.user)) {
        let what = match &one.used {
            Used::Technique(id) if one.citations.len() >= 2 => id.to_string(),
            Used::Software(id) => id.id.clone(),
            _ => continue,
        };
        let names = names(&part, &one.citations);
        writeln!(uses, "{}\t{what}\t{}", one.user.id, names.join("\t")).unwrap();
        used.insert(what);
        cited.extend(names);
    }
    // What the attacks and our own software use needs its name too.
    for claim in &ours.uses {
        match &claim.used {
            Used::Technique(id) => used.insert(id.to_string()),
            Used::Software(id) if id.catalogue == Catalogue::Attack => used.insert(id.id.clone()),
            _ => true,
        };
    }
    let mut table = String::from(HEAD);
    for entry in part.software.iter().filter(|entry| used.contains(&entry.id.id)) {
        let kind = if entry.availability == Availability::Public { "tool" } else { "malware" };
        writeln!(table, "{}\t{}\t{kind}", entry.id.id, entry.name).unwrap();
    }
    for entry in part.techniques.iter().filter(|entry| used.contains(&entry.id.to_string())) {
        writeln!(table, "{}\t{}\t{}", entry.id, entry.name, entry.tactics.join(" ")).unwrap();
    }
    let mut sources = String::from(HEAD);
    let mut all: Vec<_> =
        part.citations.iter().filter(|citation| cited.contains(&citation.name)).collect();
    all.sort();
    for one in all {
        let (text, _) = one.text.split_once(" Retrieved ").unwrap_or((&one.text, ""));
        let text = text.replace(['\t', '\n'], " ");
        writeln!(
            sources,
            "{}\t{}\t{}",
            one.name,
            text.trim(),
            one.url.as_deref().unwrap_or_default()
        )
        .unwrap();
    }
    expect_file!["../../src/facts/uses.tsv"].assert_eq(&uses);
    expect_file!["../../src/facts/names.tsv"].assert_eq(&table);
    expect_file!["../../src/facts/sources.tsv"].assert_eq(&sources);
}

#[test]
fn every_fact_is_named_dated_and_sourced() {
    let facts = facts();
    let software: BTreeSet<&RecordId> = facts.software.iter().map(|entry| &entry.id).collect();
    let techniques: BTreeSet<TechniqueId> = facts.techniques.iter().map(|entry| entry.id).collect();
    for claim in &facts.uses {
        assert!(!claim.citations.is_empty(), "{claim:?}");
        match &claim.used {
            Used::Technique(id) => assert!(techniques.contains(id), "{id} has no name"),
            Used::Software(id) => assert!(software.contains(id), "{id} has no name"),
            other => panic!("{other:?}"),
        }
    }
    for actor in &facts.actors {
        assert!(!actor.states.is_empty() && !actor.citations.is_empty(), "{}", actor.name);
    }
    for attack in &facts.attacks {
        assert!(attack.began.is_some() && !attack.citations.is_empty(), "{}", attack.name);
    }
    for citation in &facts.citations {
        assert!(!citation.text.is_empty(), "{} is nowhere described", citation.name);
    }
    let dated = facts.citations.iter().filter(|citation| citation.date.is_some()).count();
    assert!(dated * 10 > facts.citations.len() * 9, "{dated} of {}", facts.citations.len());
}

#[test]
fn raw_disk_is_for_sale() {
    let facts = facts();
    let of = |id: &str| {
        let id = id.parse().unwrap();
        facts.software.iter().find(|entry| entry.id == id).unwrap().availability
    };
    assert_eq!(of("attack/S0364"), Availability::Commercial);
    assert_eq!(of("attack/S0002"), Availability::Public);
    assert_eq!(of("attack/S0140"), Availability::Private);
    assert_eq!(of("facts/destover"), Availability::Private);
}
