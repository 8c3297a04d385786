//! Roots and aliases: TAXII 2.1, sections 1.6.2, 4.1, 4.2 and 5.2.

use demarche_http::{Stop, Transport};
use demarche_server::{About, Clock, NewCollection, NewRoot, Rights, Server, Store};

use super::served::{Served, TAXII, envelope, id, indicator, serve};

/// A second root with a collection of the same alias, which the user `both` may read and write.
fn second_root(served: &Served) -> String {
    served.store.add_root(&NewRoot { name: "api2", title: "Second", description: None }).unwrap();
    let new = NewCollection { root: "api2", alias: Some("first"), title: "B", description: None };
    let collection = served.store.add_collection(&new).unwrap().id;
    served.store.grant("both", &collection, Rights { read: true, write: true }).unwrap();
    collection
}

#[test]
fn s_1_6_2_each_root_that_is_told_can_be_followed_and_has_its_own_collections() {
    let served = serve();
    let second = second_root(&served);
    let caller = served.as_user("both");
    let discovery = caller.get("/taxii2/").json();
    assert_eq!(discovery["api_roots"], serde_json::json!(["/api1/", "/api2/"]));
    assert_eq!(discovery["default"], discovery["api_roots"][0]);
    for (root, collection) in [("/api1/", &served.collection), ("/api2/", &second)] {
        assert_eq!(caller.get(root).status, 200);
        let collections = caller.get(&format!("{root}collections/")).json();
        assert_eq!(collections["collections"].as_array().unwrap().len(), 1);
        assert_eq!(collections["collections"][0]["id"], collection.as_str());
    }
    // A collection or status of one root is not there in the other.
    assert_eq!(caller.get(&format!("/api1/collections/{second}/")).status, 404);
    let status = caller.add(&[indicator(1, 1)]);
    let status = format!("status/{}/", status["id"].as_str().unwrap());
    assert_eq!(caller.get(&format!("/api1/{status}")).status, 200);
    assert_eq!(caller.get(&format!("/api2/{status}")).status, 404);
}

#[test]
fn s_5_2_1_an_alias_is_unique_in_its_root_and_leads_to_the_collection_there() {
    let served = serve();
    let second = second_root(&served);
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1)]);
    assert_eq!(caller.get("/api2/collections/first/").json()["id"], second.as_str());
    assert_eq!(caller.get("/api1/collections/first/").json()["id"], served.collection.as_str());
    assert_eq!(caller.get("/api1/collections/first/objects/").ids().len(), 1);
    assert_eq!(caller.get("/api2/collections/first/objects/").ids().len(), 0);
    let again = NewCollection { root: "api1", alias: Some("first"), title: "C", description: None };
    assert!(served.store.add_collection(&again).is_err());
}

#[test]
fn s_5_2_1_an_alias_stands_for_the_id_at_each_address() {
    let served = serve();
    let caller = served.as_user("both");
    let headers = [("accept", TAXII), ("content-type", TAXII)];
    let objects = [indicator(1, 1), indicator(1, 2), indicator(2, 1)];
    let path = "/api1/collections/first/objects/";
    let status = caller.send("POST", path, &headers, envelope(&objects).as_bytes());
    assert_eq!((status.status, &status.json()["success_count"]), (202, &3.into()));
    let object = format!("objects/{}/", id("indicator", 1));
    let next = caller.read("objects/?limit=1").json()["next"].as_str().unwrap().to_owned();
    for rest in [
        String::new(),
        "manifest/".to_owned(),
        "objects/".to_owned(),
        format!("objects/?limit=1&next={next}"),
        "manifest/?match[version]=all&match[type]=indicator".to_owned(),
        object.clone(),
        format!("{object}versions/"),
    ] {
        let by_id = caller.read(&rest);
        let by_alias = caller.get(&format!("/api1/collections/first/{rest}"));
        assert_eq!((by_id.status, by_alias.status), (200, 200), "{rest}");
        assert_eq!(by_alias.body, by_id.body, "{rest}");
    }
    assert_eq!(served.as_user("reader").get("/api1/collections/first/").status, 200);
    assert_eq!(served.as_user("none").get("/api1/collections/first/").status, 404);
    assert_eq!(served.as_user("writer").get("/api1/collections/first/objects/").status, 403);
    assert_eq!(caller.delete(&format!("/api1/collections/first/{object}")).status, 200);
    assert_eq!(caller.read(&object).status, 404);
}

#[test]
fn s_4_1_1_roots_are_absolute_https_addresses_where_a_public_address_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = Store::open(&path, Clock::of_the_machine()).unwrap();
    store.add_root(&NewRoot { name: "api1", title: "First", description: None }).unwrap();
    let new = NewCollection { root: "api1", alias: None, title: "A", description: None };
    let collection = store.add_collection(&new).unwrap().id;
    store.add_user("both", None).unwrap();
    store.grant("both", &collection, Rights { read: true, write: true }).unwrap();
    let token = store.add_token("both", "test").unwrap().text().to_owned();
    for (public, root) in [
        ("https://taxii.example", "https://taxii.example/api1/"),
        ("https://taxii.example:6443/below/", "https://taxii.example:6443/below/api1/"),
    ] {
        let store = Store::open(&path, Clock::of_the_machine()).unwrap();
        let about = About { public_url: Some(public.to_owned()), ..About::default() };
        let bound = Server::bind("127.0.0.1:0".parse().unwrap(), Transport::Loopback, store);
        let (server, stop) = (bound.unwrap().about(about), Stop::new());
        let (address, handle) = (server.address(), stop.clone());
        let thread = std::thread::spawn(move || server.run(&handle).unwrap());
        let text = format!(
            "GET /taxii2/ HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\naccept: {TAXII}\r\nconnection: close\r\n\r\n"
        );
        let json = super::served::raw(address, text.as_bytes()).unwrap().json();
        assert_eq!((&json["api_roots"][0], &json["default"]), (&root.into(), &root.into()));
        stop.now();
        thread.join().unwrap();
    }
}
