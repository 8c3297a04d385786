//! Discovery, roots, collections and rights: TAXII 2.1, sections 4.1, 4.2, 5.1, 5.2 and 5.7.

use demarche_server::{NewCollection, NewRoot, Rights};

use super::served::{TAXII, id, indicator, serve};

#[test]
fn s_4_1_1_roots_are_relative_and_the_default_is_among_them() {
    let served = serve();
    let json = served.as_user("both").get("/taxii2/").json();
    assert!(json["title"].is_string());
    assert_eq!(json["api_roots"], serde_json::json!(["/api1/"]));
    assert_eq!(json["default"], "/api1/");
}

#[test]
fn s_4_1_1_roots_without_a_right_are_not_told() {
    let served = serve();
    served.store.add_root(&NewRoot { name: "other", title: "Other", description: None }).unwrap();
    let json = served.as_user("both").get("/taxii2/").json();
    assert_eq!(json["api_roots"], serde_json::json!(["/api1/"]));
    let none = served.as_user("none");
    let json = none.get("/taxii2/").json();
    assert!(json.get("api_roots").is_none() && json.get("default").is_none());
    assert_eq!(none.get("/api1/").status, 404);
    assert_eq!(none.get("/api1/collections/").status, 404);
}

#[test]
fn s_4_2_1_a_root_tells_version_and_greatest_length() {
    let json = serve().as_user("both").get("/api1/").json();
    assert_eq!(json["title"], "First root");
    assert_eq!(json["versions"], serde_json::json!([TAXII]));
    assert_eq!(json["max_content_length"], 10 << 20);
}

#[test]
fn s_5_1_collections_are_told_with_rights_in_one_order() {
    let served = serve();
    for title in ["A", "B"] {
        let new = NewCollection { root: "api1", alias: None, title, description: None };
        let other = served.store.add_collection(&new).unwrap();
        served
            .store
            .grant("reader", &other.id, Rights { read: true, write: title == "B" })
            .unwrap();
    }
    let caller = served.as_user("reader");
    let json = caller.get("/api1/collections/").json();
    let titles: Vec<_> =
        json["collections"].as_array().unwrap().iter().map(|one| one["title"].clone()).collect();
    assert_eq!(titles, ["Indicators", "A", "B"]);
    assert_eq!(caller.get("/api1/collections/").json(), json);
    assert_eq!(
        served.as_user("both").get("/api1/collections/").json()["collections"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn s_5_2_1_a_collection_has_an_id_an_alias_and_media_types() {
    let served = serve();
    let json = served.as_user("writer").read("").json();
    assert_eq!(json["id"], served.collection.as_str());
    assert_eq!((&json["can_read"], &json["can_write"]), (&false.into(), &true.into()));
    assert_eq!(json["media_types"][0], "application/stix+json;version=2.1");
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1)]);
    assert_eq!(caller.get("/api1/collections/first/").json()["id"], served.collection.as_str());
    assert_eq!(caller.get("/api1/collections/first/objects/").ids(), [id("indicator", 1)]);
    let upper = served.collection.to_uppercase();
    assert_eq!(caller.get(&format!("/api1/collections/{upper}/")).status, 200);
}

#[test]
fn s_5_3_to_5_8_rights_decide_and_hide() {
    let served = serve();
    served.as_user("both").add(&[indicator(1, 1)]);
    let object = format!("objects/{}/", id("indicator", 1));
    let reads = ["objects/", "manifest/", &object, &format!("{object}versions/")];
    for (user, read, write, delete) in
        [("reader", 200, 403, 403), ("writer", 403, 202, 403), ("none", 404, 404, 404)]
    {
        let caller = served.as_user(user);
        for rest in reads {
            assert_eq!(caller.read(rest).status, read, "{user} {rest}");
        }
        let body = super::served::envelope(&[indicator(1, 1)]);
        assert_eq!(caller.post(body.as_bytes()).status, write, "{user}");
        assert_eq!(caller.delete(&served.path(&object)).status, delete, "{user}");
    }
}

#[test]
fn rights_are_checked_before_media_types_and_body() {
    let served = serve();
    let caller = served.as_user("none");
    assert_eq!(caller.send("POST", &served.path("objects/"), &[], b"nonsense").status, 404);
    assert_eq!(
        served.as_user("reader").send("POST", &served.path("objects/"), &[], b"nonsense").status,
        403
    );
    assert_eq!(
        served.anonymous().send("GET", &served.path("objects/?limit=0"), &[], b"").status,
        401
    );
}

#[test]
fn a_right_that_is_taken_back_is_gone_at_the_next_request() {
    let served = serve();
    let caller = served.as_user("both");
    assert_eq!(caller.read("objects/").status, 200);
    served.store.grant("both", &served.collection, Rights { read: false, write: false }).unwrap();
    assert_eq!(caller.read("objects/").status, 404);
}

#[test]
fn an_alias_is_no_id_of_another_collection() {
    let served = serve();
    let id = served.collection.to_uppercase();
    let new = NewCollection { root: "api1", alias: Some(&id), title: "Another", description: None };
    assert!(served.store.add_collection(&new).is_err());
}
