//! ATT&CK as it is imported.

use std::collections::{BTreeMap, BTreeSet};

use demarche_case::record::{Catalogue, Record, RecordId, Used};
use demarche_library::{Imported, attack};
use serde_json::Value;

use crate::shared::plain;

const ENTERPRISE: &str = "enterprise-attack-18.1.stix20.json.xz";

fn imported() -> Option<(Imported, Value)> {
    let (bytes, provenance) = plain(ENTERPRISE)?;
    Some((attack::import(&bytes, &provenance), serde_json::from_slice(&bytes).unwrap()))
}

fn actor<'r>(record: &'r Record, id: &str) -> &'r demarche_case::record::Actor {
    let id: RecordId = id.parse().unwrap();
    record.actors.iter().find(|actor| actor.id == id).unwrap()
}

#[test]
fn counts_agree_with_an_independent_walk() {
    let Some((imported, counted)) = imported() else { return };
    let objects = counted["objects"].as_array().unwrap();
    let is_live = |object: &&Value| {
        object["revoked"] != Value::Bool(true) && object["x_mitre_deprecated"] != Value::Bool(true)
    };
    let live =
        |kind: &str| objects.iter().filter(|object| object["type"] == kind).filter(is_live).count();
    let part = &imported.part;
    assert_eq!(part.actors.len(), live("intrusion-set"));
    assert_eq!(part.software.len(), live("malware") + live("tool"));
    assert_eq!(part.techniques.len(), live("attack-pattern"));
    let text_only = part.attacks.iter().filter(|attack| attack.id.id.contains('/')).count();
    assert_eq!(part.attacks.len() - text_only, 52);
    let ids: BTreeSet<&str> =
        objects.iter().filter(is_live).filter_map(|object| object["id"].as_str()).collect();
    let usable = |object: &&Value| {
        object["relationship_type"] == "uses"
            && ids.contains(object["source_ref"].as_str().unwrap())
            && ids.contains(object["target_ref"].as_str().unwrap())
    };
    assert_eq!(part.uses.len(), objects.iter().filter(usable).count());
    let attributed = part.attacks.iter().filter(|attack| !attack.id.id.contains('/'));
    assert_eq!(attributed.map(|attack| attack.attributions.len()).sum::<usize>(), 25);
    assert_eq!(imported.refused.len(), 162, "15 sets, 3 malware and 144 techniques");
    assert_eq!(part.editions[0].refused, 162);
    assert_eq!(
        part.editions[0].licence,
        "(c) 2025 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation."
    );
}

#[test]
fn every_edge_cites_what_its_relationship_cites() {
    let Some((imported, counted)) = imported() else { return };
    let part = &imported.part;
    let objects = counted["objects"].as_array().unwrap();
    let number: BTreeMap<&str, &str> = objects
        .iter()
        .filter_map(|object| {
            let own = object["external_references"].as_array()?.first()?;
            Some((object["id"].as_str()?, own["external_id"].as_str()?))
        })
        .collect();
    let mut expected: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for object in objects.iter().filter(|object| object["relationship_type"] == "uses") {
        let ends = (
            number[object["source_ref"].as_str().unwrap()],
            number[object["target_ref"].as_str().unwrap()],
        );
        let cited = object["external_references"].as_array().into_iter().flatten();
        expected
            .entry(ends)
            .or_default()
            .extend(cited.map(|cited| cited["source_name"].as_str().unwrap().trim()));
    }
    let mut found: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    for claim in &part.uses {
        let used = match &claim.used {
            Used::Technique(id) => id.to_string(),
            Used::Software(id) => id.id.clone(),
            other => panic!("{other:?}"),
        };
        let names = claim.citations.iter().map(|id| part.citations[id.0 as usize].name.as_str());
        found.entry((claim.user.id.clone(), used)).or_default().extend(names);
    }
    assert_eq!(found.len(), expected.len());
    for (ends, names) in expected {
        assert_eq!(found[&(ends.0.to_owned(), ends.1.to_owned())], names, "{ends:?}");
    }
}

#[test]
fn states_are_claims_of_the_text() {
    let Some((imported, _)) = imported() else { return };
    let part = &imported.part;
    for (id, state) in [
        ("G0032", "KP"),
        ("G0082", "KP"),
        ("G0094", "KP"),
        ("G0138", "KP"),
        ("G0034", "RU"),
        ("G0007", "RU"),
        ("G0016", "RU"),
        ("G0010", "RU"),
        ("G0064", "IR"),
        ("G0049", "IR"),
        ("G0069", "IR"),
        ("G0006", "CN"),
        ("G0022", "CN"),
        ("G0045", "CN"),
        ("G0096", "CN"),
        ("G0050", "VN"),
        ("G1008", "PK"),
    ] {
        let states: Vec<_> = actor(part, &format!("attack/{id}"))
            .states
            .iter()
            .map(|claim| claim.state.to_string())
            .collect();
        assert_eq!(states, [state], "{id}");
    }
    for id in ["G0133", "G0041", "G0029", "G0037"] {
        assert_eq!(actor(part, &format!("attack/{id}")).states, [], "{id}");
    }
}

#[test]
fn the_attack_on_sony_is_read_from_the_text_of_lazarus() {
    let Some((imported, _)) = imported() else { return };
    let part = &imported.part;
    let id = RecordId::new(Catalogue::Attack, "G0032/2014-11");
    let sony = part.attacks.iter().find(|attack| attack.id == id).unwrap();
    assert_eq!(sony.name, "destructive wiper attack on Sony Pictures Entertainment");
    assert_eq!(sony.attributions[0].actor, Some(actor(part, "attack/G0032").id.clone()));
    assert!(
        sony.citations.iter().any(|id| part.citations[id.0 as usize].name == "Novetta Blockbuster")
    );
    let named = part.attacks.iter().filter(|attack| attack.id.id.contains('/'));
    let named: Vec<_> = named.map(|attack| attack.id.id.as_str()).collect();
    assert_eq!(named, ["G0032/2014-11", "G0066/2009", "G0094/2014"]);
}

#[test]
fn synonyms_carry_the_source_that_uses_them() {
    let Some((imported, _)) = imported() else { return };
    let part = &imported.part;
    let lazarus = actor(part, "attack/G0032");
    let zinc = lazarus.synonyms.iter().find(|synonym| synonym.name == "ZINC").unwrap();
    assert_eq!(
        part.citations[zinc.citations[0].0 as usize].name,
        "Microsoft ZINC disruption Dec 2017"
    );
    assert!(lazarus.citations.iter().all(|id| part.citations[id.0 as usize].name != "ZINC"));
}

#[test]
fn campaigns_know_their_months_and_their_groups() {
    let Some((imported, _)) = imported() else { return };
    let attack = imported.part.attacks.iter().find(|attack| attack.id.id == "C0022").unwrap();
    assert_eq!(attack.name, "Operation Dream Job");
    assert_eq!(attack.began.unwrap().to_string(), "2019-09");
    assert_eq!(attack.attributions[0].actor.as_ref().unwrap().id, "G0032");
}
