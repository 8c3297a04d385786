//! The client, adding.

use std::time::Duration;

use demarche_server::{Account, Ceiling, Client, Limits, Patience, Pushed, Trust};
use demarche_terms::Tlp;

use super::pulling::{client, ok, script};
use super::served::{indicator, serve, serve_with};

const GREEN: &str = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb";
const AMBER: &str = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421";

fn marked(number: u32, marking: &str) -> String {
    indicator(number, 1)
        .replace(r#","name""#, &format!(r#","object_marking_refs":["{marking}"],"name""#))
}

fn bytes(objects: &[String]) -> Vec<&[u8]> {
    objects.iter().map(String::as_bytes).collect()
}

#[test]
fn nothing_above_the_marking_of_the_collection_leaves() {
    let served = serve();
    let client = client(&served, "both");
    let collection = client.collection("first").unwrap();
    let part = indicator(5, 1).replace(
        r#","name""#,
        &format!(r#","object_marking_refs":["{GREEN}"],"granular_markings":[{{"marking_ref":"{AMBER}","selectors":["name"]}}],"name""#),
    );
    let unknown = marked(6, "marking-definition--00000000-0000-4000-8000-000000000009");
    let objects =
        [marked(1, GREEN), marked(2, AMBER), indicator(3, 1), "nonsense".to_owned(), part, unknown];
    let pushed =
        client.push(&collection, &bytes(&objects), &Ceiling::new(Tlp::Green), |_| true).unwrap();
    assert_eq!(pushed.acknowledged.len(), 1);
    let levels: Vec<_> = pushed.withheld.iter().map(|withheld| withheld.tlp).collect();
    assert_eq!(levels, [Tlp::Amber, Tlp::Red, Tlp::Red, Tlp::Amber, Tlp::Red]);
    assert_eq!(served.as_user("both").read("objects/").ids(), [super::served::id("indicator", 1)]);
}

#[test]
fn the_caller_may_keep_objects_and_nothing_acknowledged_is_sent_again() {
    let served = serve();
    let client = client(&served, "both");
    let collection = client.collection("first").unwrap();
    let objects: Vec<_> = (0..3).map(|number| marked(number, GREEN)).collect();
    let ceiling = Ceiling::new(Tlp::Amber);
    let first = client.push(&collection, &bytes(&objects[..2]), &ceiling, |_| true).unwrap();
    let again = client.push(&collection, &bytes(&objects), &ceiling, |outgoing| {
        assert_eq!(outgoing.tlp, Tlp::Green);
        !first.acknowledged.contains(outgoing.key)
    });
    let again = again.unwrap();
    assert_eq!((again.kept.len(), again.acknowledged.len()), (2, 1));
    let posted: Vec<_> = served
        .log
        .lines()
        .iter()
        .filter(|line| line["method"] == "POST")
        .map(|line| line["objects"].clone())
        .collect();
    assert_eq!(posted, [2, 1]);
}

#[test]
fn batches_stay_below_the_limit_and_one_bad_object_stops_no_other() {
    let served = serve_with(Limits {
        max_content_length: 1_000,
        requests_per_minute: 10_000,
        ..Limits::default()
    });
    let client = client(&served, "both");
    let collection = client.collection("first").unwrap();
    let mut objects: Vec<_> = (0..20).map(|number| marked(number, GREEN)).collect();
    objects[7] = objects[7].replace("2.1", "9.9");
    objects[11] = objects[11].replace("n11", &"n".repeat(2_000));
    let pushed =
        client.push(&collection, &bytes(&objects), &Ceiling::new(Tlp::Green), |_| true).unwrap();
    assert_eq!((pushed.acknowledged.len(), pushed.refused.len()), (18, 2));
    assert!(pushed.refused[0].message.contains("spec_version"), "{:?}", pushed.refused);
    assert!(pushed.refused[1].message.contains("max_content_length"), "{:?}", pushed.refused);
    assert_eq!(served.as_user("both").read("manifest/").ids().len(), 18);
}

#[test]
fn without_the_right_nothing_is_sent_and_all_is_told() {
    let served = serve();
    let client = client(&served, "reader");
    let collection = client.collection("first").unwrap();
    let error = client
        .push(&collection, &bytes(&[marked(1, GREEN)]), &Ceiling::new(Tlp::Green), |_| true)
        .unwrap_err();
    assert_eq!(error.pushed.unsent.len(), 1);
}

fn scripted(answers: &[String]) -> Pushed {
    let collections =
        r#"{"collections":[{"id":"a","title":"t","can_read":true,"can_write":true}]}"#;
    let root = r#"{"title":"t","versions":[],"max_content_length":100000}"#;
    let url = script([&[ok("", collections), ok("", root)], answers].concat());
    let patience = Patience {
        wait: Duration::from_millis(1),
        pending: Duration::from_secs(1),
        ..Patience::default()
    };
    let client = Client::new(&url, &Account::Anonymous, &Trust::Public, patience).unwrap();
    let collection = client.collection("a").unwrap();
    let objects = [marked(1, GREEN), marked(2, GREEN)];
    client.push(&collection, &bytes(&objects), &Ceiling::new(Tlp::Green), |_| true).unwrap()
}

#[test]
fn s_4_3_a_pending_status_is_asked_for_until_it_is_complete() {
    let pending = ok(
        "",
        r#"{"id":"s","status":"pending","total_count":2,"success_count":0,"failure_count":0,"pending_count":2}"#,
    );
    let failed = super::served::id("indicator", 2);
    let complete = ok(
        "",
        &format!(
            r#"{{"id":"s","status":"complete","total_count":2,"success_count":1,"failure_count":1,"failures":[{{"id":"{failed}","version":"2026-01-01T00:00:00.000Z","message":"no"}}],"pending_count":0}}"#
        ),
    );
    let pushed = scripted(&[pending.clone(), pending.clone(), complete]);
    assert_eq!((pushed.acknowledged.len(), pushed.refused.len()), (1, 1));
    let pushed = scripted(&vec![pending; 30]);
    assert_eq!((pushed.acknowledged.len(), pushed.open.len()), (0, 2));
}
