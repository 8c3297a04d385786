//! Real bundles, when they are there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use demarche_stix::{Kind, RelationshipKind, read};
use serde_json::Value;

/// The folder of real data, or `None` with a loud word when it is not there.
pub(crate) fn data(path: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    #[expect(clippy::disallowed_methods, reason = "tests find real data by the environment")]
    let folder = std::env::var_os("DEMARCHE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let path = folder.join(path);
    if path.exists() {
        return Some(path);
    }
    println!("SKIPPED: {} not found; set DEMARCHE_DATA to the folder of real data", path.display());
    None
}

/// Every file of JSON below a folder, in order.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The plain bytes of ATT&CK Enterprise 18.1.
pub(crate) fn attack() -> Option<Vec<u8>> {
    let packed = std::fs::read(data("attacks/enterprise-attack-18.1.stix20.json.xz")?).unwrap();
    let mut plain = Vec::new();
    let mut reader = lzma_rust2::XzReader::new(&packed[..], true);
    std::io::Read::read_to_end(&mut reader, &mut plain).unwrap();
    Some(plain)
}

#[test]
fn attack_is_read_whole_and_agrees_with_an_independent_count() {
    let Some(bytes) = attack() else { return };
    let reading = read(&bytes);
    assert_eq!(reading.cut, None);
    assert_eq!(reading.refused, []);
    let counted: Value = serde_json::from_slice(&bytes).unwrap();
    let objects = counted["objects"].as_array().unwrap();
    assert_eq!(objects.len(), 24_771);
    let mut expected: BTreeMap<String, usize> = BTreeMap::new();
    for object in objects {
        let kind = object["type"].as_str().unwrap();
        let name = match object.get("relationship_type") {
            Some(word) => format!("relationship {}", word.as_str().unwrap()),
            None => kind.to_owned(),
        };
        *expected.entry(name).or_default() += 1;
    }
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for object in &reading.bundle.objects {
        *found.entry(object.kind.word().to_owned()).or_default() += 1;
    }
    for relationship in &reading.bundle.relationships {
        *found.entry(format!("relationship {}", relationship.kind)).or_default() += 1;
    }
    for (word, count) in &reading.bundle.others {
        *found.entry(word.clone()).or_default() += usize::try_from(*count).unwrap();
    }
    assert_eq!(found, expected);
    assert_eq!(expected["intrusion-set"], 187);
    assert_eq!(expected["campaign"], 52);
    for (object, of) in objects.iter().filter_map(|object| {
        let id = object["id"].as_str()?;
        Some((object, reading.bundle.object(id)?))
    }) {
        assert_eq!(object["name"].as_str().unwrap_or_default(), of.name.as_str());
        assert_eq!(object["description"].as_str(), of.description.as_deref());
        let references = object["external_references"].as_array().map_or(0, Vec::len);
        assert_eq!(of.references.len(), references);
        assert_eq!(object["revoked"].as_bool().unwrap_or_default(), of.revoked);
    }
}

#[test]
fn a_file_cut_in_the_middle_keeps_what_came_before() {
    let Some(bytes) = attack() else { return };
    let half = &bytes[..bytes.len() / 2];
    let reading = read(half);
    assert!(
        reading.cut.unwrap().to_string().starts_with("cut off in the object"),
        "{:?}",
        reading.cut
    );
    assert!(reading.bundle.objects.iter().any(|object| object.kind == Kind::IntrusionSet));
    let uses = |relationship: &&demarche_stix::Relationship<'_>| {
        relationship.kind == RelationshipKind::Uses
    };
    for relationship in reading.bundle.relationships.iter().filter(uses) {
        assert!(reading.bundle.object(&relationship.source).is_some());
    }
}

#[test]
fn every_example_of_oasis_is_read() {
    let Some(folder) = data("stix/oasis-examples") else { return };
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        let reading = read(&bytes);
        assert_eq!(reading.cut, None, "{path:?}");
        assert_eq!(reading.refused, [], "{path:?}");
        let counted: Value = serde_json::from_slice(&bytes).unwrap();
        let expected =
            counted.get("objects").map_or(1, |objects| objects.as_array().unwrap().len());
        let others: u64 = reading.bundle.others.values().sum();
        let found = reading.bundle.objects.len() + reading.bundle.relationships.len();
        assert_eq!(found + usize::try_from(others).unwrap(), expected, "{path:?}");
        files += 1;
    }
    assert!(files >= 17, "{files} files");
}
