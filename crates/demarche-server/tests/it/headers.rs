//! Headers, media types, addresses and errors: TAXII 2.1, sections 1.6.8, 3.1, 3.2 and 3.6.

use super::served::{TAXII, indicator, serve};

#[test]
fn s_1_6_8_accept_may_have_parameters_weights_and_no_version() {
    let served = serve();
    let caller = served.as_user("both");
    for accept in [
        TAXII,
        "application/taxii+json",
        "application/taxii+json; version=2.1",
        "application/taxii+json;version=2.1;q=0.3",
        "text/html;q=0.9, application/taxii+json;version=2.1;q=0.1",
        "*/*",
    ] {
        let response = caller.send("GET", "/taxii2/", &[("accept", accept)], b"");
        assert_eq!(response.status, 200, "{accept}");
        assert_eq!(response.header("content-type"), Some(TAXII));
    }
}

#[test]
fn s_3_1_a_media_type_that_is_not_defined_is_406() {
    let served = serve();
    let caller = served.as_user("both");
    for path in
        ["/taxii2/", "/api1/", "/api1/collections/", &served.path(""), &served.path("objects/")]
    {
        for accept in [
            "application/taxii+json;version=2.0",
            "text/html",
            "application/taxii+json;version=2.1;q=0",
        ] {
            assert_eq!(caller.send("GET", path, &[("accept", accept)], b"").status, 406, "{path}");
        }
        assert_eq!(caller.send("GET", path, &[], b"").status, 406);
    }
}

#[test]
fn s_3_1_content_type_needs_no_version_and_no_other_is_taken() {
    let served = serve();
    let caller = served.as_user("both");
    let body = super::served::envelope(&[indicator(1, 1)]);
    let post = |kind: &[(&str, &str)]| {
        let headers = [&[("accept", TAXII)], kind].concat();
        caller.send("POST", &served.path("objects/"), &headers, body.as_bytes()).status
    };
    assert_eq!(post(&[("content-type", TAXII)]), 202);
    assert_eq!(post(&[("content-type", "application/taxii+json")]), 202);
    assert_eq!(post(&[("content-type", "application/taxii+json;version=2.0")]), 415);
    assert_eq!(post(&[("content-type", "application/json")]), 415);
    assert_eq!(post(&[]), 415);
}

#[test]
fn s_3_1_an_address_ends_in_a_slash() {
    let served = serve();
    let caller = served.as_user("both");
    for path in ["/taxii2", "/api1", "/api1/collections", "/", "//", "/api1/nothing/"] {
        assert_eq!(caller.get(path).status, 404, "{path}");
    }
}

#[test]
fn s_3_1_a_method_that_is_not_defined_is_405_and_told() {
    let served = serve();
    let caller = served.as_user("both");
    let response = caller.send("PUT", &served.path("objects/"), &[("accept", TAXII)], b"");
    assert_eq!(response.status, 405);
    assert_eq!(response.header("allow"), Some("GET, HEAD, POST"));
    assert_eq!(caller.send("POST", "/taxii2/", &[("accept", TAXII)], b"").status, 405);
    assert_eq!(
        caller.send("DELETE", &served.path("objects/"), &[("accept", TAXII)], b"").status,
        405
    );
}

#[test]
fn s_3_1_head_answers_as_get_without_a_body() {
    let served = serve();
    let response = served.as_user("both").send("HEAD", "/taxii2/", &[("accept", TAXII)], b"");
    assert_eq!((response.status, response.body.len()), (200, 0));
}

#[test]
fn s_3_2_dates_of_the_first_and_last_object_are_told_also_when_there_is_none() {
    let served = serve();
    let caller = served.as_user("both");
    let dates = |rest: &str| {
        let response = caller.read(rest);
        assert_eq!(response.status, 200);
        let date = |name| response.header(name).unwrap().to_owned();
        (date("x-taxii-date-added-first"), date("x-taxii-date-added-last"))
    };
    let epoch = "1970-01-01T00:00:00.000000Z".to_owned();
    assert_eq!(dates("objects/"), (epoch.clone(), epoch));
    let after = "2025-01-01T00:00:00.000001Z".to_owned();
    assert_eq!(dates(&format!("objects/?added_after={after}")), (after.clone(), after));
    caller.add(&[indicator(1, 1), indicator(2, 1), indicator(3, 1)]);
    let id = super::served::id("indicator", 1);
    let expected =
        ("2026-01-01T00:00:00.000000Z".to_owned(), "2026-01-01T00:00:00.000002Z".to_owned());
    assert_eq!(dates("objects/"), expected);
    assert_eq!(dates("manifest/"), expected);
    let one = ("2026-01-01T00:00:00.000000Z".to_owned(), "2026-01-01T00:00:00.000000Z".to_owned());
    assert_eq!(dates(&format!("objects/{id}/")), one);
    assert_eq!(dates(&format!("objects/{id}/versions/")), one);
}

#[test]
fn s_3_6_1_errors_have_a_title_and_the_status_as_text() {
    let served = serve();
    let caller = served.as_user("both");
    let anonymous = served.anonymous();
    for response in [
        anonymous.get("/taxii2/"),
        caller.get("/nothing/"),
        caller.read("objects/?limit=0"),
        caller.post(b""),
        caller.post(b"{}"),
        served.as_user("reader").post(b""),
        caller.send("GET", "/taxii2/", &[], b""),
        caller.send("PUT", "/taxii2/", &[], b""),
    ] {
        assert_eq!(response.header("content-type"), Some(TAXII));
        let error = response.json();
        assert!(!error["title"].as_str().unwrap().is_empty());
        assert_eq!(error["http_status"], response.status.to_string());
    }
}

#[test]
fn s_8_2_1_a_missing_user_agent_is_no_fault() {
    assert_eq!(serve().as_user("both").get("/taxii2/").status, 200);
}
