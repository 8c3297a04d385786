//! Whose edition a bundle is, and who says what is in it.

use demarche_case::Sha256;
use demarche_library::{Imported, Provenance, Store, import};

/// MITRE's identity in every bundle of ATT&CK.
const MITRE: &str = "identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5";

fn object(kind: &str, id: &str, name: &str, more: &str) -> String {
    format!(
        r#"{{"type":"{kind}","id":"{kind}--{id}","name":"{name}","modified":"2026-06-01T00:00:00Z"{more}}}"#
    )
}

fn numbered(number: &str) -> String {
    format!(r#","external_references":[{{"source_name":"mitre-attack","external_id":"{number}"}}]"#)
}

fn made_by(id: &str) -> String {
    format!(r#","created_by_ref":"{id}""#)
}

fn attributed(from: &str, to: &str, more: &str) -> String {
    format!(
        r#"{{"type":"relationship","id":"relationship--1","relationship_type":"attributed-to","source_ref":"{from}","target_ref":"{to}"{more}}}"#
    )
}

fn imported(objects: &[String]) -> Imported {
    let objects = objects.join(",");
    let text = format!(
        r#"{{"type":"bundle","id":"bundle--812b0202-0000-4000-8000-000000000000","objects":[{objects}]}}"#
    );
    let provenance =
        Provenance { origin: "test".into(), date: None, sha256: Sha256::of(text.as_bytes()) };
    import(text.as_bytes(), &provenance).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn edition(imported: &Imported) -> (&str, &str) {
    let edition = &imported.part.editions[0];
    (&edition.name, &edition.licence)
}

fn technique() -> String {
    let more = format!(r#"{},"x_mitre_domains":["enterprise-attack"]"#, numbered("T1059"));
    object("attack-pattern", "1", "Scripting", &more)
}

#[test]
fn what_a_bundle_took_from_attack_makes_it_no_edition_of_attack() {
    let mitre =
        object("identity", "c78cb6e5-0c4b-4611-8297-d1b8b55e40b5", "The MITRE Corporation", "");
    let cat = object("intrusion-set", "1", "Vendor Cat", "");
    let matrix = object("x-mitre-matrix", "1", "M", &numbered("enterprise-attack"));
    let theirs = object("intrusion-set", "2", "Vendor Dog", "");
    for objects in [
        vec![cat.clone(), technique()],
        // An export closes over what it refers to.
        vec![cat.clone(), technique(), mitre.clone()],
        // Most of the entries are not ATT&CK's.
        vec![cat.clone(), theirs.clone(), technique(), mitre.clone(), matrix.clone()],
        // A part of ATT&CK must not displace the whole.
        vec![
            object(
                "intrusion-set",
                "3",
                "APT28",
                &format!("{}{}", numbered("G0007"), made_by(MITRE)),
            ),
            mitre.clone(),
        ],
        // Another matrix, of another author.
        vec![
            cat,
            object(
                "x-mitre-matrix",
                "2",
                "D",
                &format!("{}{}", numbered("enterprise-attack"), made_by("identity--1")),
            ),
        ],
    ] {
        let found = imported(&objects);
        let (name, licence) = edition(&found);
        assert!(name.starts_with("stix-812b0202-"), "{name}: {objects:?}");
        assert_eq!(licence, "The bundle states no terms.");
    }
    let whole = imported(&[
        object("intrusion-set", "3", "APT28", &format!("{}{}", numbered("G0007"), made_by(MITRE))),
        mitre,
        matrix,
    ]);
    let (name, licence) = edition(&whole);
    assert_eq!(name, "attack-enterprise-2026-06-01");
    assert!(licence.contains("The MITRE Corporation"), "{licence}");
}

#[test]
fn bundles_of_two_vendors_and_attack_are_all_used() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("store/origin");
    drop(std::fs::remove_dir_all(&folder));
    let store = Store::at(&folder);
    let matrix = object("x-mitre-matrix", "1", "M", &numbered("enterprise-attack"));
    for objects in [
        vec![matrix, object("intrusion-set", "3", "APT28", &numbered("G0007"))],
        vec![object("intrusion-set", "1", "Vendor Cat", ""), technique()],
        vec![object("intrusion-set", "2", "Other Vendor Cat", ""), technique()],
    ] {
        store.add(&imported(&objects), "2026-11-23T00:00:00Z".parse().unwrap()).unwrap();
    }
    let (stored, _) = store.editions().unwrap();
    assert!(stored.len() == 3 && stored.iter().all(|stored| stored.is_newest), "{stored:?}");
}

#[test]
fn a_claim_is_told_as_that_of_its_author() {
    let campaign = |more: &str| object("campaign", "1", "Op Z", more);
    let unit = object("intrusion-set", "1", "Unit 99", "");
    let vendor = object("identity", "7", "Vendor Inc", "");
    let claim = |more: &str| attributed("campaign--1", "intrusion-set--1", more);
    let by = |objects: &[String]| {
        let found = imported(objects);
        let claim = found.part.attacks[0].attributions[0].by.clone();
        (claim.unwrap(), found.part.editions[0].name.clone())
    };
    let (nobody, name) = by(&[campaign(""), unit.clone(), claim("")]);
    assert_eq!(nobody, format!("the STIX bundle {name}"));
    let (author, _) =
        by(&[campaign(""), unit.clone(), vendor.clone(), claim(&made_by("identity--7"))]);
    assert_eq!(author, "Vendor Inc");
    // An author who is not in the bundle is not known.
    let (unknown, name) = by(&[campaign(""), unit.clone(), claim(&made_by("identity--8"))]);
    assert_eq!(unknown, format!("the STIX bundle {name}"));
    let (mitre, _) = by(&[campaign(""), unit, claim(&made_by(MITRE))]);
    assert_eq!(mitre, "MITRE ATT&CK");
}

#[test]
fn an_attack_that_a_text_names_is_the_claim_of_the_author_of_the_text() {
    let about = r#","description":"Cat is a group responsible for the May 2014 attack on B.""#;
    let vendor = object("identity", "7", "Vendor Inc", "");
    let cat = object("intrusion-set", "1", "Cat", &format!("{about}{}", made_by("identity--7")));
    let found = imported(&[vendor, cat]);
    let by = found.part.attacks[0].attributions[0].by.as_deref();
    assert_eq!(by, Some("Vendor Inc, in the text of the entry"));
}

#[test]
fn what_others_write_on_a_group_of_attack_is_an_entry_of_theirs() {
    let more = format!("{}{}", numbered("G0032"), made_by("identity--7"));
    let found = imported(&[
        object("intrusion-set", "1", "Lazarus", &more),
        object("tool", "1", "Mimikatz", &numbered("S0002")),
    ]);
    assert_eq!(found.part.actors[0].id.to_string(), "attack/intrusion-set--1");
    assert_eq!(found.part.software[0].id.to_string(), "attack/S0002");
}

#[test]
fn what_becomes_no_entry_is_counted_by_its_kind() {
    let found = imported(&[
        object("intrusion-set", "1", "Cat", ""),
        object("identity", "7", "Vendor Inc", ""),
        object("report", "1", "R", ""),
        object("x-mitre-matrix", "1", "M", ""),
        object("note", "1", "N", ""),
    ]);
    let words: Vec<&str> = found.passed_over.keys().map(String::as_str).collect();
    assert_eq!(words, ["identity", "note", "report", "x-mitre-matrix"]);
}

#[test]
fn a_stronger_bond_is_kept_beside_a_weaker_one() {
    let about = r#","description":"Cat is a Chinese group.""#;
    let found = imported(&[
        object("intrusion-set", "1", "Cat", about),
        object("identity", "1", "China", ""),
        attributed("intrusion-set--1", "identity--1", ""),
    ]);
    let bases: Vec<&str> =
        found.part.actors[0].states.iter().map(|claim| claim.basis.as_str()).collect();
    assert_eq!(bases, ["named in the entry's text as coming from it", "attributed to China"]);
}
