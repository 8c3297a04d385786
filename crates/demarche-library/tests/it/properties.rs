//! Laws that hold for any bytes: no reader panics, and what is imported can be put together and shown.

use arbtest::arbtest;
use demarche_case::Sha256;
use demarche_library::{Provenance, assemble, import, show};

const SEEDS: [&str; 10] = [
    r#"{"type":"bundle","id":"bundle--1","objects":[
{"type":"intrusion-set","id":"intrusion-set--1","name":"A","description":"[A](https://x.org) is a Russian state-sponsored group responsible for the May 2014 attack on B.(Citation: C)","aliases":["A","D"],"external_references":[{"source_name":"mitre-attack","external_id":"G0001"},{"source_name":"D","description":"(Citation: C)"},{"source_name":"C","description":"C. (2014, May 2). T.","url":"https://c.org"}]},
{"type":"attack-pattern","id":"attack-pattern--1","name":"T","external_references":[{"source_name":"mitre-attack","external_id":"T1485"}]},
{"type":"campaign","id":"campaign--1","name":"K","first_seen":"2014-05-01T00:00:00Z"},
{"type":"relationship","id":"relationship--1","relationship_type":"uses","source_ref":"intrusion-set--1","target_ref":"attack-pattern--1"},
{"type":"relationship","id":"relationship--2","relationship_type":"attributed-to","source_ref":"campaign--1","target_ref":"intrusion-set--1"}]}"#,
    r#"{"type":"threat-actor","version":3,"values":[{"uuid":"u","value":"A","description":"d","meta":{"country":"RU","refs":["https://a.org"],"synonyms":["B","B"],"origin:B":"V","cfr-suspected-state-sponsor":"Russian Federation","cfr-suspected-victims":["Georgia"]}}]}"#,
    r#"{"values":[{"uuid":"u","value":"A","meta":{"refs":["https://malpedia.caad.fkie.fraunhofer.de/details/win.a"],"synonyms":[],"type":[]}}],"type":"malpedia"}"#,
    "Cyberincidentnum,Dyadpair,StateA,StateB,Name,interactionstartdate,interactionenddate,targettype,initiator,severity,Crit Inf,Sources1\n1,2731,US,N Korea,A,2014-11-24,2014-11-25,2,731,4,2,https://a.org\n",
    "Cyberincidentnum,row,Dyadpair,StateA,StateB,Name,interactionstartdate,initiator,target,severity\n1,initiator,2731,US,N Korea,A,2014-11-24,731,2,4\n1,response,2731,US,N Korea,,2014-11-24,2,731,0\n",
    "ID,name,description,start_date,end_date,incident_type,receiver_country,receiver_category,initiator_name,initiator_country,sources_url\n1,A,d,2014-01-01,2013-01-01,Disruption,\"['Georgia']\",\"[['Media', 'Other']]\",\"['X']\",\"['Russia']\",\"['https://a.org']\"\n",
    "incident_ID,attribution_ID,attribution_date,attribution_basis,attributing_actor,attributed_initiator,attributed_initiator_country\n1,2,2014-01-01,Media,FBI,X,Russia\n",
    "ID,political_response,legal_response,weighted_cyber_intensity,start_date,receiver_country,initiator_country\n1,1,0,3,2022-01-01,Chad,Russia\n1,1,0,3,2022-01-01,Togo,Russia\n",
    "ID,start_date,industry_date,political_date,attacker_date,third_party_date,other_date\n1,2022-01-03,2022-02-01,,2022-01-04,,\n",
    "ID,start_date,receiver_country,initiator_country,initiator_category,initiator_name\n1,2022-01-03,Chad,Russia,State,X\n",
];

fn provenance() -> Provenance {
    Provenance { origin: "test".into(), date: None, sha256: Sha256::default() }
}

#[test]
fn every_seed_is_imported_whole() {
    for seed in SEEDS {
        let mut imported = import(seed.as_bytes(), &provenance()).unwrap();
        // The tables of these seeds lack columns, which are named and cost nothing that is there.
        imported.refused.retain(|refused| refused.id != "the table");
        assert_eq!((imported.refused, imported.cut), (vec![], None), "{seed}");
        assert!(imported.part.editions[0].used > 0, "{seed}");
    }
}

#[test]
fn bytes_cut_and_flipped_never_panic_in_any_reader() {
    arbtest(|u| {
        let mut parts = Vec::new();
        for seed in SEEDS {
            let mut bytes = seed.as_bytes().to_vec();
            for _ in 0..u.int_in_range(0..=4)? {
                let index = u.choose_index(bytes.len())?;
                bytes[index] = u.arbitrary()?;
            }
            if u.ratio(1, 4)? {
                bytes.truncate(u.int_in_range(0..=bytes.len())?);
            }
            parts.extend(import(&bytes, &provenance()).ok().map(|imported| imported.part));
        }
        let record = assemble(parts);
        for claim in &record.uses {
            assert!(claim.citations.iter().all(|id| (id.0 as usize) < record.citations.len()));
        }
        assert!(record.actors.is_sorted_by(|left, right| left.id < right.id));
        assert!(record.attacks.is_sorted_by(|left, right| left.id < right.id));
        drop(show(&record, "A"));
        Ok(())
    });
}

#[test]
fn a_catalogue_says_the_same_whichever_order_its_editions_come_in() {
    let of = |places: &[usize]| {
        let parts = places
            .iter()
            .map(|index| import(SEEDS[*index].as_bytes(), &provenance()).unwrap().part);
        let mut record = assemble(parts.collect());
        record.editions.sort();
        record.citations.sort();
        (record.editions.len(), record.actors.len(), record.attacks, record.citations)
    };
    let (editions, actors, attacks, citations) = of(&[0, 3, 4]);
    let (other_editions, other_actors, other_attacks, other_citations) = of(&[4, 3, 0]);
    assert_eq!((editions, actors, citations), (other_editions, other_actors, other_citations));
    let coded = |attacks: &[demarche_case::record::PreviousAttack]| {
        attacks.iter().map(|attack| (attack.id.clone(), attack.coded.clone())).collect::<Vec<_>>()
    };
    assert_eq!(coded(&attacks), coded(&other_attacks));
}
