//! The other catalogues as they are imported from real files.

use std::collections::BTreeSet;

use demarche_case::Sector;
use demarche_case::record::{PreviousAttack, Record};
use demarche_library::{Imported, Reason, assemble, facts, import};

use crate::shared::plain;

fn imported(name: &str) -> Option<Imported> {
    let (bytes, provenance) = plain(name)?;
    let imported = import(&bytes, &provenance).unwrap();
    println!("{name}: {} refused", imported.refused.len());
    for refused in imported.refused.iter().take(8) {
        println!("  {refused:?}");
    }
    Some(imported)
}

fn attack<'r>(record: &'r Record, id: &str) -> &'r PreviousAttack {
    let id = id.parse().unwrap();
    record.attacks.iter().find(|attack| attack.id == id).unwrap()
}

#[test]
fn every_actor_of_the_galaxy_is_there_and_its_two_states_stay_two() {
    let Some(imported) = imported("misp-galaxy-threat-actor.json.xz") else { return };
    let part = &imported.part;
    assert_eq!(part.actors.len(), 1_041);
    // One actor has an empty country, which costs that field alone.
    let refused: Vec<&Reason> = imported.refused.iter().map(|refused| &refused.reason).collect();
    assert_eq!(refused, [&Reason::Blank("country")]);
    let lazarus = part.actors.iter().find(|actor| actor.name == "Lazarus Group").unwrap();
    let claims: Vec<_> =
        lazarus.states.iter().map(|claim| (claim.state.code(), claim.basis.as_str())).collect();
    assert_eq!(claims.len(), 2);
    assert!(claims.iter().all(|(state, _)| *state == "KP"), "{claims:?}");
    assert!(lazarus.victims.iter().any(|state| state.code() == "BD"));
    let with_country = part
        .actors
        .iter()
        .filter(|actor| actor.states.iter().any(|claim| claim.basis.starts_with("country")))
        .count();
    assert_eq!(with_country, 476, "477 have the field, one of them empty");
    let vendor = lazarus.synonyms.iter().find(|synonym| synonym.name == "APT-C-26").unwrap();
    assert_eq!(part.citations[vendor.citations[0].0 as usize].name, "QiAnXin, by the MISP galaxy");
}

#[test]
fn every_family_of_malpedia_is_there() {
    let Some(imported) = imported("misp-galaxy-malpedia.json.xz") else { return };
    let part = &imported.part;
    assert_eq!(part.software.len() + imported.refused.len(), 3_683);
    assert_eq!(imported.refused, []);
    let destover = part.software.iter().find(|entry| entry.id.id == "win.sierras").unwrap();
    assert!(destover.synonyms.iter().any(|synonym| synonym.name == "Destover"));
    assert!(part.editions[0].licence.contains("Malpedia"));
}

#[test]
fn every_incident_of_dcid_has_its_initiator_and_victim() {
    let Some(imported) = imported("dcid-2.0-incidents-2022-06.csv.xz") else { return };
    let part = &imported.part;
    assert_eq!((part.attacks.len(), imported.refused.len()), (429, 0));
    for attack in &part.attacks {
        assert!(attack.attributions[0].state.is_some(), "{}", attack.id);
        assert!(!attack.victims.is_empty() && attack.began.is_some(), "{}", attack.id);
        assert!(attack.victims.iter().all(|victim| victim.country != attack.attributions[0].state));
    }
    assert_eq!(
        part.attacks.iter().filter(|attack| attack.ended.is_none()).count(),
        2,
        "two end before they begin"
    );
    let sony = attack(part, "dcid/144");
    assert_eq!(sony.attributions[0].state.unwrap().code(), "KP");
    assert_eq!(sony.victims.len(), 1);
    assert_eq!(sony.victims[0].country.unwrap().code(), "US");
    assert_eq!(sony.victims[0].sector, Some(Sector::Company));
    assert_eq!(sony.coded["severity"], "4");
}

#[test]
fn dyads_get_what_both_sides_did_around_the_incident() {
    let Some(incidents) = imported("dcid-2.0-incidents-2022-06.csv.xz") else { return };
    let Some(campaigns) = imported("dcid-2.0-campaigns-2023-02.csv.xz") else { return };
    assert_eq!((campaigns.part.attacks.len(), campaigns.refused.len()), (431, 0));
    let record = assemble(vec![incidents.part, campaigns.part]);
    let sony = attack(&record, "dcid/144");
    assert_eq!(sony.coded["initiator: Conv_escalation"], "1");
    assert_eq!(sony.coded["response: Conv_escalation"], "4");
    let alone =
        record.attacks.iter().filter(|attack| attack.id.id.starts_with("campaign-")).count();
    assert_eq!(record.attacks.len(), 429 + alone);
    assert!(alone <= 5, "{alone} campaigns without an incident");
}

#[test]
fn every_incident_of_eurepoc_is_dated_no_better_than_it_is_known() {
    let Some(imported) = imported("eurepoc-1.1-global.csv.xz") else { return };
    let part = &imported.part;
    assert_eq!((part.attacks.len(), imported.refused.len()), (1_643, 0));
    let precision = |length: usize| {
        part.attacks
            .iter()
            .filter(|attack| attack.began.is_some_and(|date| date.to_string().len() == length))
            .count()
    };
    assert_eq!(precision(4), 412);
    assert_eq!(precision(4) + precision(7), 412 + 930 - 412, "the 412 are among the 930");
    assert_eq!(precision(4) + precision(7) + precision(10), 1_627);
    let sony = attack(part, "eurepoc/644");
    assert_eq!(sony.began.unwrap().to_string(), "2014-09");
    assert_eq!(sony.ended, None, "it ends before it begins");
    assert_eq!(sony.attributions.len(), 2);
    assert!(sony.attributions.iter().all(|claim| claim.state.unwrap().code() == "KP"));
    assert_eq!(sony.victims[0].sector, Some(Sector::Company));
    assert_eq!(sony.coded["weighted_cyber_intensity"], "5.0");
    let with_state = part
        .attacks
        .iter()
        .filter(|attack| attack.attributions.iter().any(|claim| claim.state.is_some()))
        .count();
    println!("{with_state} with a state");
}

#[test]
fn attributions_of_eurepoc_join_their_incidents() {
    let Some(incidents) = imported("eurepoc-1.1-global.csv.xz") else { return };
    let Some(attributions) = imported("eurepoc-1.1-attributions.csv.xz") else { return };
    let record = assemble(vec![incidents.part, attributions.part]);
    assert_eq!(record.attacks.len(), 1_643);
    let sony = attack(&record, "eurepoc/644");
    assert!(sony.attributions.len() > 2);
    assert!(
        sony.attributions
            .iter()
            .any(|claim| claim.by.as_deref().is_some_and(|by| by.contains("Contested")))
    );
    assert!(
        sony.attributions
            .iter()
            .all(|claim| claim.date.is_none_or(|date| date.to_string() == "2014"))
    );
}

#[test]
fn extracts_of_the_dashboard_join_the_release_by_incident() {
    let Some(release) = imported("eurepoc-1.1-global.csv.xz") else { return };
    let Some(responses) = imported("eurepoc-2023-12-04-responses.csv.xz") else { return };
    let Some(delays) = imported("eurepoc-2023-12-04-attribution-delays.csv.xz") else { return };
    let Some(initiators) = imported("eurepoc-2023-12-04-initiators.csv.xz") else { return };
    let counts = [&responses, &delays, &initiators].map(|one| one.part.attacks.len());
    assert_eq!(counts, [2_465, 2_276, 2_465], "6,395, 5,858 and 7,394 rows");
    for one in [&responses, &delays, &initiators] {
        assert_eq!(one.refused, []);
    }
    let record = assemble(vec![release.part, responses.part, delays.part, initiators.part]);
    assert_eq!(record.attacks.len(), 1_643 + 2_465 - 1_641, "1,641 are in both");
    let sony = attack(&record, "eurepoc/644");
    assert_eq!(sony.name, attack(&record, "eurepoc/644").name);
    assert_eq!(sony.coded["dashboard: political_response"], "0");
    assert_eq!(sony.coded["number_of_political_responses"], "0");
    assert_eq!(sony.attributions.len(), 2, "an extract claims nothing of who did it");
}

#[test]
fn facts_give_way_and_leave_their_claims() {
    let Some(catalogue) = imported("enterprise-attack-18.1.stix20.json.xz") else { return };
    let uses = catalogue.part.uses.iter().filter(|claim| claim.user.id == "G0032").count();
    let record = assemble(vec![facts(), catalogue.part]);
    let id = "attack/G0032".parse().unwrap();
    let lazarus: Vec<_> = record.actors.iter().filter(|actor| actor.id == id).collect();
    assert_eq!(lazarus.len(), 1);
    let bases: BTreeSet<&str> =
        lazarus[0].states.iter().map(|claim| claim.basis.as_str()).collect();
    assert_eq!(bases.len(), 2, "{bases:?}");
    assert_eq!(record.uses.iter().filter(|claim| claim.user == id).count(), uses);
    let raw_disk = record.software.iter().find(|entry| entry.id.id == "S0364").unwrap();
    assert_eq!(raw_disk.availability, demarche_case::Availability::Commercial);
    assert!(record.attacks.iter().any(|attack| attack.id.to_string() == "facts/sony-2014"));
    for claim in &record.uses {
        assert!(claim.citations.iter().all(|id| (id.0 as usize) < record.citations.len()));
    }
}

#[test]
fn a_record_of_everything_is_the_same_in_whatever_order_it_is_read_twice() {
    let names = [
        "enterprise-attack-18.1.stix20.json.xz",
        "misp-galaxy-threat-actor.json.xz",
        "misp-galaxy-malpedia.json.xz",
        "dcid-2.0-incidents-2022-06.csv.xz",
        "eurepoc-1.1-global.csv.xz",
    ];
    let parts = || {
        names
            .iter()
            .filter_map(|name| imported(name))
            .map(|one| one.part)
            .chain([facts()])
            .collect::<Vec<_>>()
    };
    let record = assemble(parts());
    assert_eq!(record, assemble(parts()));
    if record.editions.len() == 6 {
        assert!(record.actors.is_sorted_by(|left, right| left.id < right.id));
        assert!(
            record
                .uses
                .is_sorted_by(|left, right| (&left.user, &left.used) < (&right.user, &right.used))
        );
    }
}
