//! Designations of a case that the record does not have.

use demarche_attribution::{Unlisted, unlisted};
use demarche_case::record::{Catalogue, Edition, Record, RecordId, SoftwareEntry, TechniqueEntry};
use demarche_case::{Availability, Sha256, Tlp};

use crate::small::{case, pointer, record, technique};

/// The small record with a catalogue of one technique and one program.
fn with_catalogue() -> Record {
    Record {
        editions: vec![Edition {
            name: "attack-enterprise-18.1".to_owned(),
            catalogue: Catalogue::Attack,
            date: None,
            origin: "a test".to_owned(),
            licence: String::new(),
            tlp: Tlp::Clear,
            sha256: Sha256::of(b""),
            used: 2,
            refused: 0,
        }],
        techniques: vec![TechniqueEntry {
            id: "T1001".parse().unwrap(),
            name: "Data Obfuscation".to_owned(),
            tactics: Vec::new(),
            domain: "enterprise-attack".to_owned(),
        }],
        software: vec![SoftwareEntry {
            id: RecordId::new(Catalogue::Attack, "S0002"),
            name: "Mimikatz".to_owned(),
            synonyms: Vec::new(),
            availability: Availability::Public,
            about: String::new(),
            citations: Vec::new(),
        }],
        ..record()
    }
}

#[test]
fn a_number_that_no_entry_has_is_told_with_its_items() {
    let told = case(&[
        technique("seen", "T1001"),
        technique("slip", "T9999"),
        technique("again", "T9999"),
        pointer("tool", "alpha", "weak", "record = [\"S0002\", \"mimikatz\", \"G0001\"]"),
        pointer("other", "alpha", "weak", "record = [\"S9999\"]"),
    ]);
    let found = unlisted(&told, &with_catalogue());
    let found: Vec<(String, Vec<String>)> = found
        .iter()
        .map(|(entry, items)| (entry.to_string(), items.iter().map(ToString::to_string).collect()))
        .collect();
    let expected = [("T9999", vec!["slip", "again"]), ("S9999", vec!["other"])];
    let expected = expected.map(|(entry, items)| {
        (entry.to_owned(), items.into_iter().map(str::to_owned).collect::<Vec<_>>())
    });
    assert_eq!(found, expected);
    assert!(unlisted(&told, &with_catalogue()).contains_key(&Unlisted::Entry("S9999".to_owned())));
}

#[test]
fn a_record_without_a_catalogue_is_not_asked() {
    let told = case(&[
        technique("slip", "T9999"),
        pointer("other", "alpha", "weak", "record = [\"S9999\"]"),
    ]);
    assert!(unlisted(&told, &record()).is_empty());
}
