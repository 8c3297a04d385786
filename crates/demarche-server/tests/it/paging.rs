//! Laws of pages, filters and resources over whole answers: TAXII 2.1, sections 3.2 to 3.5, 3.7, 4.3, 5.3 to 5.8 and 7.

use demarche_server::Limits;
use serde_json::Value;

use super::served::{
    Caller, Response, address, envelope, id, indicator, object, serve, serve_with,
};

fn date(response: &Response, end: &str) -> String {
    response.header(&format!("x-taxii-date-added-{end}")).unwrap().to_owned()
}

/// Ids and versions of a manifest, in its order.
fn records(caller: &Caller<'_>, query: &str) -> Vec<(String, String)> {
    let json = caller.read(&format!("manifest/?{query}")).json();
    let text = |record: &Value, name: &str| record[name].as_str().unwrap().to_owned();
    let records = json["objects"].as_array().cloned().unwrap_or_default();
    records.iter().map(|record| (text(record, "id"), text(record, "version"))).collect()
}

#[test]
fn s_3_5_pages_by_next_and_by_time_are_the_same_and_end_alike() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&(0..7).map(|number| indicator(number, 1)).collect::<Vec<_>>());
    for name in ["objects", "manifest"] {
        let (mut next, mut after) = (String::new(), "2000-01-01T00:00:00Z".to_owned());
        let mut last = String::new();
        for count in [3, 3, 1] {
            let by_next = caller.read(&format!("{name}/?limit=3{next}"));
            let by_time = caller.read(&format!("{name}/?limit=3&added_after={after}"));
            assert_eq!((by_next.ids().len(), by_next.ids()), (count, by_time.ids()));
            let (begin, end) = (date(&by_next, "first"), date(&by_next, "last"));
            assert_eq!((&begin, &end), (&date(&by_time, "first"), &date(&by_time, "last")));
            assert!(last < begin && begin <= end, "pages follow each other");
            let json = by_next.json();
            assert_eq!(json.get("more").is_some(), count == 3, "more says what is");
            assert_eq!(json.get("more").is_some(), json.get("next").is_some());
            next = json["next"].as_str().map_or_else(String::new, |next| format!("&next={next}"));
            (after, last) = (end.clone(), end);
        }
    }
}

#[test]
fn s_3_4_added_after_is_exact_to_the_microsecond() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1), indicator(2, 1)]);
    let count = |after: &str| caller.read(&format!("objects/?added_after={after}")).ids().len();
    assert_eq!(count("2025-12-31T23:59:59.999999Z"), 2);
    assert_eq!(count("2026-01-01T00:00:00Z"), 1);
    assert_eq!(count("2026-01-01T00:00:00.000000Z"), 1);
    assert_eq!(count("2026-01-01T00:00:00.000001Z"), 0);
    let object = format!("objects/{}/", id("indicator", 2));
    for (rest, key) in [(object.clone(), "objects"), (format!("{object}versions/"), "versions")] {
        let json = |after| caller.read(&format!("{rest}?added_after={after}")).json();
        assert_eq!(json("2026-01-01T00:00:00.000000Z")[key].as_array().unwrap().len(), 1);
        assert_eq!(json("2026-01-01T00:00:00.000001Z"), serde_json::json!({}));
    }
}

#[test]
fn s_3_4_a_server_may_send_fewer_than_the_limit_and_says_that_there_is_more() {
    let served = serve_with(Limits { max_page: 2, page: 1, ..Limits::default() });
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1), indicator(2, 1), indicator(3, 1)]);
    for (query, count) in [("", 1), ("?limit=2", 2), ("?limit=3", 2), ("?limit=999999", 2)] {
        let page = caller.read(&format!("objects/{query}"));
        assert_eq!((page.ids().len(), &page.json()["more"]), (count, &true.into()), "{query}");
    }
}

#[test]
fn s_3_4_1_the_last_version_is_the_last_of_what_other_filters_let_through() {
    let served = serve();
    let caller = served.as_user("both");
    let old = |number, day| indicator(number, day).replace(r#""spec_version":"2.1","#, "");
    // The first object was last changed in STIX 2.0, the second in 2.1; the third has one version in both.
    caller.add(&[indicator(1, 1), old(1, 5), old(2, 1), indicator(2, 5)]);
    caller.add(&[old(3, 3), indicator(3, 3)]);
    let days = |query: &str| {
        let all = records(&caller, query).into_iter();
        all.map(|(id, version)| {
            format!("{}/{}", id.as_bytes()[18] - b'0', version.as_bytes()[9] - b'0')
        })
        .collect::<Vec<_>>()
    };
    assert_eq!(days("match[spec_version]=2.0,2.1"), ["1/5", "2/5", "3/3", "3/3"]);
    assert_eq!(
        days("match[spec_version]=2.0,2.1&match[version]=first"),
        ["1/1", "2/1", "3/3", "3/3"]
    );
    assert_eq!(days("match[spec_version]=2.1"), ["1/1", "2/5", "3/3"]);
    assert_eq!(days("match[spec_version]=2.0"), ["1/5", "2/1", "3/3"]);
    assert_eq!(days("match[spec_version]=2.0,2.1&match[version]=all").len(), 6);
}

#[test]
fn s_3_4_1_values_with_commas_are_alternatives_whatever_their_order() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1), object("malware", 2, 1), object("tool", 3, 1), indicator(1, 2)]);
    for (left, right) in [
        ("match[type]=tool,malware", "match[type]=malware,tool,malware"),
        ("match[version]=first,last", "match[version]=last,first"),
        ("match[type]=tool%2Cmalware", "match%5btype%5d=malware,tool"),
    ] {
        assert_eq!(records(&caller, left), records(&caller, right), "{left}");
    }
    assert_eq!(records(&caller, "match[type]=tool,malware,none").len(), 2);
    assert_eq!(records(&caller, "match[type]=none"), []);
    assert_eq!(records(&caller, "match[colour]=red&page=3&limits=1").len(), 3);
}

#[test]
fn s_5_3_1_objects_without_a_version_have_one_of_their_own_by_the_standard() {
    let served = serve();
    let caller = served.as_user("both");
    let created = "2017-01-20T00:00:00.000Z";
    let marking = format!(
        r#"{{"type":"marking-definition","spec_version":"2.1","id":"{}","created":"{created}","definition_type":"tlp","definition":{{"tlp":"white"}}}}"#,
        id("marking-definition", 1)
    );
    caller.add(&[marking, address(2, "192.0.2.1")]);
    let records = records(&caller, "");
    assert_eq!(records[0].1, created, "the time of creation, where there is no other");
    assert_eq!(records[1].1, "2026-01-01T00:00:00.000001Z", "the time of addition for the rest");
    for (kind, number) in [("marking-definition", 1), ("ipv4-addr", 2)] {
        let path = format!("objects/{}/", id(kind, number));
        for version in ["first", "last", "all", &records[number as usize - 1].1] {
            let found = caller.read(&format!("{path}?match[version]={version}"));
            assert_eq!(found.ids(), [id(kind, number)], "{kind} {version}");
        }
        assert_eq!(caller.delete(&served.path(&path)).status, 200);
        assert_eq!(caller.read(&path).status, 404);
    }
}

#[test]
fn s_5_5_versions_of_one_batch_are_all_kept_in_the_order_in_which_they_came() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 3), indicator(1, 1), indicator(1, 2), indicator(1, 2)]);
    let path = format!("objects/{}/", id("indicator", 1));
    let versions = caller.read(&format!("{path}versions/")).json();
    let expected =
        ["2026-01-03T00:00:00.000Z", "2026-01-01T00:00:00.000Z", "2026-01-02T00:00:00.000Z"];
    assert_eq!(versions["versions"], serde_json::json!(expected));
    assert_eq!(caller.read(&path).json()["objects"][0]["modified"], expected[0]);
}

#[test]
fn s_4_3_1_the_counts_of_a_status_add_up() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1)]);
    let other = indicator(1, 1).replace("n1", "other");
    let json = caller.post(envelope(&[other, indicator(2, 1), indicator(1, 1)]).as_bytes()).json();
    let count = |name: &str| json[name].as_u64().unwrap();
    let length = |name: &str| json[name].as_array().map_or(0, Vec::len) as u64;
    assert_eq!(json["status"], "complete");
    assert_eq!((count("total_count"), count("pending_count")), (3, 0));
    assert_eq!((count("success_count"), length("successes")), (2, 2));
    assert_eq!((count("failure_count"), length("failures")), (1, 1));
    assert!(!json["failures"][0]["message"].as_str().unwrap().is_empty());
}

#[test]
fn s_5_7_a_version_can_be_deleted_of_one_version_of_stix_or_of_all() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1), indicator(1, 2), indicator(2, 1)]);
    let path = served.path(&format!("objects/{}/", id("indicator", 1)));
    assert_eq!(caller.delete(&format!("{path}?match[spec_version]=2.0")).status, 404);
    assert_eq!(caller.delete(&format!("{path}?match[version]=2000-01-01T00:00:00Z")).status, 404);
    // What deleting does not know is ignored, and with it the whole object goes.
    assert_eq!(
        caller.delete(&format!("{path}?match[version]=all&limit=x&match[type]=y")).status,
        200
    );
    assert_eq!(caller.get(&path).status, 404);
    assert_eq!(records(&caller, "match[version]=all").len(), 1);
}

#[test]
fn s_3_7_a_bundle_is_taken_as_the_envelope_that_it_is_and_never_as_an_object() {
    let served = serve();
    let caller = served.as_user("both");
    let bundle = format!(
        r#"{{"type":"bundle","id":"{}","objects":[{}]}}"#,
        id("bundle", 1),
        indicator(1, 1)
    );
    assert_eq!(caller.post(bundle.as_bytes()).status, 202);
    assert_eq!(caller.post(format!(r#"{{"objects":[{bundle}]}}"#).as_bytes()).status, 422);
    assert_eq!(caller.post(indicator(2, 1).as_bytes()).status, 422, "an object is no envelope");
    assert_eq!(caller.post(format!("[{}]", indicator(2, 1)).as_bytes()).status, 422);
    assert_eq!(caller.read("objects/").ids(), [id("indicator", 1)]);
}

/// Fails for a property that the standard does not list, and for an empty list or `null`.
fn check_names(json: &Value, allowed: &str, place: &str) {
    for (name, value) in json.as_object().unwrap() {
        assert!(allowed.split(' ').any(|known| known == name), "{place}: {name}");
        assert!(
            !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()),
            "{place}: {name}"
        );
    }
}

#[test]
fn s_7_resources_have_the_properties_of_the_standard_and_no_empty_list() {
    let served = serve();
    let caller = served.as_user("both");
    let empty = ["objects/", "manifest/"].map(|rest| caller.read(rest));
    let posted = caller.post(envelope(&[indicator(1, 1), indicator(1, 2)]).as_bytes());
    let status = posted.json();
    let object = format!("objects/{}/", id("indicator", 1));
    let collection = "id title description alias can_read can_write media_types";
    let details = "id version message";
    for (response, allowed, inner) in [
        (caller.get("/taxii2/"), "title description contact default api_roots", None),
        (caller.get("/api1/"), "title description versions max_content_length", None),
        (caller.get("/api1/collections/"), "collections", Some(("collections", collection))),
        (caller.read(""), collection, None),
        (caller.read("objects/?limit=1"), "more next objects", None),
        (
            caller.read("manifest/?limit=1"),
            "more next objects",
            Some(("objects", "id date_added version media_type")),
        ),
        (caller.read(&object), "more next objects", None),
        (caller.read(&format!("{object}versions/?limit=1")), "more next versions", None),
        (
            caller.get(&format!("/api1/status/{}/", status["id"].as_str().unwrap())),
            "id status request_timestamp total_count success_count successes failure_count failures pending_count pendings",
            Some(("successes", details)),
        ),
        (
            caller.get("/none/"),
            "title description error_id error_code http_status external_details details",
            None,
        ),
    ] {
        let json = response.json();
        check_names(&json, allowed, allowed);
        if let Some((name, allowed)) = inner {
            json[name]
                .as_array()
                .unwrap()
                .iter()
                .for_each(|entry| check_names(entry, allowed, name));
        }
    }
    assert!(empty.iter().all(|response| response.json() == serde_json::json!({})));
}
