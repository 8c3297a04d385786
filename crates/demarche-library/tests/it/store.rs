//! The store: what is added is read back, nothing mixes, and damage is named.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use demarche_case::{Moment, Sha256};
use demarche_library::{
    Added, Cut, Imported, Provenance, Store, StoreError, assemble, attack, decode, facts, import,
};

use crate::shared::plain;

/// An empty folder of this test's own.
fn folder(test: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("store").join(test);
    drop(fs::remove_dir_all(&path));
    path
}

fn now() -> Moment {
    "2026-11-23T00:00:00Z".parse().unwrap()
}

fn bundle(name: &str, modified: &str) -> Imported {
    let text = format!(
        r#"{{"type":"bundle","id":"bundle--1","objects":[
        {{"type":"x-mitre-matrix","id":"x-mitre-matrix--1","name":"M","external_references":[{{"source_name":"mitre-attack","external_id":"enterprise-attack"}}]}},
        {{"type":"intrusion-set","id":"intrusion-set--1","name":"{name}","modified":"{modified}","external_references":[{{"source_name":"mitre-attack","external_id":"G0001"}}]}}]}}"#
    );
    let sha256 = Sha256::of(text.as_bytes());
    attack::import(text.as_bytes(), &Provenance { origin: "test".into(), date: None, sha256 })
}

#[test]
fn the_newest_edition_is_used_unless_another_is_named() {
    let store = Store::at(folder("newest"));
    assert_eq!(store.editions().unwrap(), (vec![], vec![]));
    for (name, modified) in [("New", "2021-05-01T00:00:00Z"), ("Old", "2020-05-01T00:00:00Z")] {
        assert_eq!(store.add(&bundle(name, modified), now()).unwrap(), Added::New);
        assert_eq!(store.add(&bundle(name, modified), now()).unwrap(), Added::Known);
    }
    let (stored, gaps) = store.editions().unwrap();
    assert_eq!(gaps, []);
    let names: Vec<_> = stored
        .iter()
        .map(|stored| (stored.header.edition.name.as_str(), stored.is_newest))
        .collect();
    assert_eq!(
        names,
        [("attack-enterprise-2021-05-01", true), ("attack-enterprise-2020-05-01", false)]
    );
    let called = |wanted: &[String]| {
        let (record, _) = store.record(wanted).unwrap();
        record.actors.into_iter().find(|actor| actor.id.id == "G0001").unwrap().name
    };
    assert_eq!(called(&[]), "New");
    assert_eq!(called(&["attack-enterprise-2020-05-01".to_owned()]), "Old");
    let error = store.record(&["other".to_owned()]).unwrap_err();
    assert!(error.to_string().contains("other") && error.hint().contains("list"));
    store.remove("attack-enterprise-2021-05-01").unwrap();
    assert_eq!(called(&[]), "Old");
    assert!(store.remove("attack-enterprise-2021-05-01").is_err());
}

#[test]
fn two_writers_are_told_apart() {
    let folder = folder("writers");
    let store = Store::at(&folder);
    store.add(&bundle("First", "2020-05-01T00:00:00Z"), now()).unwrap();
    let editions = folder.join("editions");
    fs::write(editions.join("half.partial"), "half").unwrap();
    let lock = fs::File::options().write(true).open(editions.join(".lock")).unwrap();
    lock.lock().unwrap();
    let second = bundle("Second", "2021-05-01T00:00:00Z");
    let errors = [
        store.add(&second, now()).unwrap_err(),
        store.remove("attack-enterprise-2020-05-01").unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, StoreError::Locked(_)), "{error}");
        assert_eq!(error.hint(), "wait for it, then run again");
    }
    assert!(editions.join("half.partial").exists(), "it may be the other writer's");
    assert_eq!(store.editions().unwrap().0.len(), 1, "readers need no lock");
    drop(lock);
    assert_eq!(store.add(&second, now()).unwrap(), Added::New);
    assert!(!editions.join("half.partial").exists(), "left by a writer that was killed");
    assert_eq!(store.remove("attack-enterprise-2020-05-01").unwrap().len(), 1);
}

#[test]
fn two_bundles_of_one_id_stand_side_by_side() {
    let store = Store::at(folder("one-id"));
    for name in ["One", "Other"] {
        let text = format!(
            r#"{{"type":"bundle","id":"bundle--1","objects":[{{"type":"intrusion-set","id":"intrusion-set--{name}","name":"{name}"}}]}}"#
        );
        let sha256 = Sha256::of(text.as_bytes());
        let provenance = Provenance { origin: "test".into(), date: None, sha256 };
        store.add(&import(text.as_bytes(), &provenance).unwrap(), now()).unwrap();
    }
    let (stored, _) = store.editions().unwrap();
    assert!(stored.len() == 2 && stored.iter().all(|stored| stored.is_newest), "{stored:?}");
}

#[test]
fn an_empty_library_has_the_facts() {
    let (record, gaps) = Store::at(folder("facts")).record(&[]).unwrap();
    assert_eq!((record, gaps), (assemble(vec![facts()]), vec![]));
}

#[test]
fn a_damaged_edition_is_a_gap_and_the_rest_is_the_record() {
    let folder = folder("damaged");
    let store = Store::at(&folder);
    store.add(&bundle("New", "2021-05-01T00:00:00Z"), now()).unwrap();
    let path = store.editions().unwrap().0[0].path.clone();
    let whole = fs::read(&path).unwrap();
    assert!(decode(&whole).is_ok());
    for place in [0, whole.len() / 2, whole.len() - 1] {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x20;
        fs::write(&path, &bytes).unwrap();
        let (record, gaps) = store.record(&[]).unwrap();
        assert_eq!(gaps.len(), 1, "{place}");
        assert!(gaps[0].remedy.as_deref().unwrap().contains("add the catalogue again"));
        assert!(record.actors.iter().any(|actor| actor.name == "Lazarus Group"));
    }
    let other_form = String::from_utf8_lossy(&whole).replacen("\"form\":2", "\"form\":9", 1);
    assert!(decode(other_form.as_bytes()).unwrap_err().to_string().contains("form 9"));
    // What another version wrote is written anew.
    fs::write(&path, other_form).unwrap();
    assert_eq!(store.add(&bundle("New", "2021-05-01T00:00:00Z"), now()).unwrap(), Added::New);
}

#[test]
fn any_bytes_are_decoded_or_refused() {
    let store = Store::at(folder("any"));
    store.add(&bundle("New", "2021-05-01T00:00:00Z"), now()).unwrap();
    let whole = fs::read(&store.editions().unwrap().0[0].path).unwrap();
    let body = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    arbtest::arbtest(|u| {
        let mut bytes = whole.clone();
        for _ in 0..u.int_in_range(0..=6)? {
            let index = body + u.choose_index(bytes.len() - body)?;
            bytes[index] = u.arbitrary()?;
        }
        bytes.truncate(body + u.int_in_range(0..=bytes.len() - body)?);
        // With the hash made right again, only the form can be wrong.
        let mut header: serde_json::Value = serde_json::from_slice(&whole[..body]).unwrap();
        header["bytes"] = (bytes.len() - body).into();
        let mut forged = serde_json::to_vec(&header).unwrap();
        forged.push(b'\n');
        forged.extend_from_slice(&bytes[body..]);
        forged.extend_from_slice(&Sha256::of(&forged).0);
        if let Ok((_, part)) = decode(&forged) {
            drop(assemble(vec![part]));
        }
        Ok(())
    });
}

#[test]
fn everything_is_read_back_as_it_was_added() {
    let store = Store::at(folder("all"));
    let mut parts = vec![facts()];
    for name in [
        "enterprise-attack-18.1.stix20.json.xz",
        "misp-galaxy-threat-actor.json.xz",
        "misp-galaxy-malpedia.json.xz",
        "dcid-2.0-incidents-2022-06.csv.xz",
        "dcid-2.0-campaigns-2023-02.csv.xz",
        "eurepoc-1.1-global.csv.xz",
        "eurepoc-1.1-attributions.csv.xz",
    ] {
        let Some((bytes, provenance)) = plain(name) else { return };
        let imported = import(&bytes, &provenance).unwrap();
        store.add(&imported, now()).unwrap();
        parts.push(imported.part);
    }
    #[expect(clippy::disallowed_methods, reason = "a test may look at the clock")]
    let start = Instant::now();
    let (record, gaps) = store.record(&[]).unwrap();
    println!("loaded in {:?}: {} uses", start.elapsed(), record.uses.len());
    for stored in store.editions().unwrap().0 {
        println!("{} {} bytes", stored.header.edition.name, stored.header.bytes);
    }
    assert_eq!(gaps, []);
    assert_eq!(record.editions.len(), 8);
    let mut direct = assemble(parts);
    // The order of editions decides the numbers of sources only.
    direct.editions.sort();
    let mut editions = record.editions.clone();
    editions.sort();
    assert_eq!(editions, direct.editions);
    assert_eq!(record.uses.len(), direct.uses.len());
    assert_eq!(record.attacks.len(), direct.attacks.len());
    assert_eq!(record.citations.len(), direct.citations.len());
}

#[test]
fn a_whole_edition_is_used_before_a_newer_one_that_is_cut() {
    let store = Store::at(folder("cut"));
    store.add(&bundle("Whole", "2020-05-01T00:00:00Z"), now()).unwrap();
    let cut = Imported {
        cut: Some(Cut::Damaged("cut off".into())),
        ..bundle("Cut", "2021-05-01T00:00:00Z")
    };
    store.add(&cut, now()).unwrap();
    let used = |(record, _): (demarche_case::record::Record, _)| {
        record.actors.into_iter().find(|actor| actor.id.id == "G0001").unwrap().name
    };
    assert_eq!(used(store.record(&[]).unwrap()), "Whole");
}
