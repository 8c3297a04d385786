//! Laws that hold for any bytes.

use arbtest::arbtest;
use demarche_stix::read;

const SEED: &str = r#"{"type":"bundle","id":"bundle--1","objects":[
{"type":"intrusion-set","id":"intrusion-set--1","name":"A \u00e9","aliases":["B","\"}"],"external_references":[{"source_name":"mitre-attack","external_id":"G0001"}]},
{"type":"malware","id":"malware--1","name":"M","revoked":false,"kill_chain_phases":[{"kill_chain_name":"k","phase_name":"p"}]},
{"type":"marking-definition","id":"marking-definition--1","definition_type":"tlp","definition":{"tlp":"amber"}},
{"type":"relationship","id":"relationship--1","relationship_type":"uses","source_ref":"intrusion-set--1","target_ref":"malware--1"},
{"type":"relationship","id":"relationship--2","relationship_type":"revoked-by","source_ref":"malware--1","target_ref":"malware--1"}]}"#;

#[test]
fn bytes_cut_and_flipped_never_panic_and_every_relationship_has_its_ends() {
    arbtest(|u| {
        let mut bytes = SEED.as_bytes().to_vec();
        for _ in 0..u.int_in_range(0..=8)? {
            let index = u.choose_index(bytes.len())?;
            bytes[index] = u.arbitrary()?;
        }
        let end = u.int_in_range(0..=bytes.len())?;
        if u.arbitrary()? {
            bytes.truncate(end);
        }
        let reading = read(&bytes);
        for relationship in &reading.bundle.relationships {
            assert!(reading.bundle.object(&relationship.source).is_some());
            assert!(reading.bundle.object(&relationship.target).is_some());
        }
        assert!(reading.bundle.objects.is_sorted_by(|left, right| left.id < right.id));
        assert!(reading.refused.is_sorted());
        Ok(())
    });
}

#[test]
fn any_cut_keeps_the_objects_before_it() {
    let whole = read(SEED.as_bytes());
    assert_eq!((whole.bundle.objects.len(), whole.bundle.relationships.len()), (3, 1));
    for end in 0..SEED.len() {
        let Some(head) = SEED.get(..end) else { continue };
        let reading = read(head.as_bytes());
        assert!(reading.cut.is_some(), "{end}");
        let before = head.matches("\n{\"type\"").count().saturating_sub(1);
        let found = reading.bundle.objects.len()
            + reading.bundle.relationships.len()
            + reading.refused.len();
        assert!(found >= before, "{end}: {found} of {before}");
    }
}
