//! Adding, getting and deleting objects: TAXII 2.1, sections 4.3 and 5.3 to 5.8.

use super::served::{TAXII, address, envelope, id, indicator, object, serve};

#[test]
fn s_5_5_objects_are_kept_byte_for_byte() {
    let served = serve();
    let caller = served.as_user("both");
    let id = id("indicator", 1);
    let odd = format!(
        r#"{{ "x_first" : 1.0e+2, "type":"indicator","id":"{id}",  "\u0078_null":null,"n":12345678901234567890.123, "é":"\ud83d\ude00" }}"#
    );
    caller.add(std::slice::from_ref(&odd));
    let body = caller.read(&format!("objects/{id}/")).body;
    assert_eq!(String::from_utf8(body).unwrap(), format!(r#"{{"objects":[{odd}]}}"#));
}

#[test]
fn s_5_5_an_exact_duplicate_is_no_failure_and_not_stored_twice() {
    let served = serve();
    let caller = served.as_user("both");
    let objects = [indicator(1, 1), address(2, "192.0.2.1")];
    caller.add(&objects);
    let status = caller.add(&[objects.concat().replace("}{", "},{")]);
    assert_eq!((&status["total_count"], &status["success_count"]), (&2.into(), &2.into()));
    caller.add(&[indicator(1, 1).replace(',', ", ")]);
    assert_eq!(caller.read("manifest/?match[version]=all").ids().len(), 2);
}

#[test]
fn s_5_5_another_object_of_one_version_is_a_failure_that_is_told() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1)]);
    let other = indicator(1, 1).replace("n1", "other");
    let status = caller.post(envelope(&[other, indicator(2, 1)]).as_bytes()).json();
    assert_eq!((&status["success_count"], &status["failure_count"]), (&1.into(), &1.into()));
    assert_eq!(status["failures"][0]["id"], id("indicator", 1));
}

#[test]
fn s_5_5_an_object_without_a_version_that_differs_is_a_later_version() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[address(1, "192.0.2.1")]);
    caller.add(&[address(1, "192.0.2.2")]);
    let path = format!("objects/{}/", id("ipv4-addr", 1));
    assert_eq!(caller.read(&path).json()["objects"][0]["value"], "192.0.2.2");
    assert_eq!(
        caller.read(&format!("{path}versions/")).json()["versions"].as_array().unwrap().len(),
        2
    );
}

#[test]
fn s_4_3_a_status_can_be_asked_for_by_its_user_alone() {
    let served = serve();
    let caller = served.as_user("both");
    let status = caller.add(&[indicator(1, 1)]);
    assert_eq!(status["status"], "complete");
    assert_eq!(status["request_timestamp"], "2026-01-01T00:00:00.000000Z");
    assert_eq!(status["successes"][0]["version"], "2026-01-01T00:00:00.000Z");
    assert!(status.get("failures").is_none() && status.get("pendings").is_none());
    let path = format!("/api1/status/{}/", status["id"].as_str().unwrap());
    assert_eq!(caller.get(&path).json(), status);
    assert_eq!(served.as_user("reader").get(&path).status, 404);
    assert_eq!(caller.get("/api1/status/00000000-0000-4000-8000-000000000000/").status, 404);
    let day = 24 * 3600;
    let now = *served.clock.lock().unwrap();
    *served.clock.lock().unwrap() = now.plus_seconds(day);
    caller.add(&[indicator(2, 1)]);
    assert_eq!(caller.get(&path).status, 200);
    *served.clock.lock().unwrap() = now.plus_seconds(3 * day);
    caller.add(&[indicator(3, 1)]);
    assert_eq!(caller.get(&path).status, 404);
}

#[test]
fn s_5_5_a_body_that_cannot_be_added_is_4xx_and_stores_nothing() {
    let served = serve();
    let caller = served.as_user("both");
    let good = indicator(1, 1);
    for (body, status) in [
        (String::new(), 400),
        ("{".to_owned(), 400),
        ("nonsense".to_owned(), 400),
        ("{}".to_owned(), 422),
        ("[]".to_owned(), 422),
        (r#"{"objects":{}}"#.to_owned(), 422),
        (r#"{"objects":[]}"#.to_owned(), 422),
        (format!(r#"{{"objects":[{good},1]}}"#), 422),
        (format!(r#"{{"objects":[{good},{{"id":"{}"}}]}}"#, id("indicator", 2)), 422),
        (format!(r#"{{"objects":[{good},{{"type":"indicator"}}]}}"#), 422),
        (envelope(&[good.clone(), indicator(2, 1).replace("2.1", "9.9")]), 422),
        (envelope(&[good.clone(), indicator(2, 1).replace("indicator--", "x--")]), 422),
        (envelope(&[good.clone(), indicator(2, 1).replace("n2", r"\ud800")]), 422),
        (envelope(&[good.clone(), indicator(2, 1).replace(r#""n2""#, "1e999")]), 422),
        (format!(r#"{{"objects":[{good}]"#), 400),
        (format!(r#"{{"objects":[{good}]}}}}"#), 400),
    ] {
        let response = caller.post(body.as_bytes());
        assert_eq!(response.status, status, "{body} {response:?}");
    }
    assert_eq!(caller.post(b"{\"objects\":[\"\xff\"]}").status, 400);
    assert_eq!(caller.read("objects/").json(), serde_json::json!({}));
}

#[test]
fn s_5_6_an_object_that_is_not_there_is_404() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1)]);
    assert_eq!(caller.read(&format!("objects/{}/", id("indicator", 9))).status, 404);
    assert_eq!(caller.read(&format!("objects/{}/versions/", id("indicator", 9))).status, 404);
    assert_eq!(caller.read("objects/%00/").status, 404);
    let path = format!("objects/{}/", id("indicator", 1));
    assert_eq!(caller.read(&format!("{path}?match[version]=2000-01-01T00:00:00Z")).status, 404);
    let later = caller.read(&format!("{path}?added_after=2030-01-01T00:00:00.000000Z"));
    assert_eq!((later.status, later.json()), (200, serde_json::json!({})));
}

#[test]
fn s_5_7_a_deleted_object_is_gone_with_all_its_versions() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1), indicator(1, 2), indicator(2, 1)]);
    let path = served.path(&format!("objects/{}/", id("indicator", 1)));
    let response = caller.delete(&path);
    assert_eq!((response.status, response.body.len()), (200, 0));
    assert_eq!(response.header("content-type"), Some(TAXII));
    assert_eq!(caller.get(&path).status, 404);
    assert_eq!(caller.read("manifest/?match[version]=all").ids(), [id("indicator", 2)]);
    assert_eq!(caller.delete(&path).status, 404);
}

#[test]
fn s_5_7_one_version_can_be_deleted_and_the_one_before_is_the_latest_again() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1), indicator(1, 2), indicator(1, 3)]);
    let path = served.path(&format!("objects/{}/", id("indicator", 1)));
    assert_eq!(caller.delete(&format!("{path}?match[version]=2026-01-03T00:00:00Z")).status, 200);
    assert_eq!(caller.get(&format!("{path}?match[version]=2026-01-03T00:00:00.000Z")).status, 404);
    assert_eq!(caller.get(&path).json()["objects"][0]["modified"], "2026-01-02T00:00:00.000Z");
    assert_eq!(caller.delete(&format!("{path}?match[version]=first")).status, 200);
    let versions = caller.get(&format!("{path}versions/")).json();
    assert_eq!(versions["versions"], serde_json::json!(["2026-01-02T00:00:00.000Z"]));
    assert_eq!(caller.delete(&format!("{path}?match[version]=never")).status, 400);
}

#[test]
fn s_5_3_1_manifest_records_have_the_order_and_versions_of_the_objects() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(2, 1), object("malware", 1, 2), address(3, "192.0.2.1")]);
    let manifest = caller.read("manifest/").json();
    let record = &manifest["objects"][0];
    assert_eq!(record["id"], id("indicator", 2));
    assert_eq!(record["date_added"], "2026-01-01T00:00:00.000000Z");
    assert_eq!(record["version"], "2026-01-01T00:00:00.000Z");
    assert_eq!(record["media_type"], "application/stix+json;version=2.1");
    assert_eq!(manifest["objects"][2]["version"], manifest["objects"][2]["date_added"]);
    assert_eq!(caller.read("manifest/").ids(), caller.read("objects/").ids());
}
