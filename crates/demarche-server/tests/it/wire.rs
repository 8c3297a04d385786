//! Methods, errors and connections as they go over the wire: TAXII 2.1, sections 1.6.7, 3.1, 3.6 and 8.2.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use demarche_server::Limits;

use super::served::{TAXII, envelope, id, indicator, serve, serve_with};

#[test]
fn s_3_1_each_address_tells_the_methods_that_it_knows_and_takes_no_other() {
    let served = serve();
    let caller = served.as_user("both");
    let status = caller.add(&[indicator(1, 1)]);
    let object = format!("objects/{}/", id("indicator", 1));
    let addresses = [
        ("/taxii2/".to_owned(), "GET, HEAD"),
        ("/api1/".to_owned(), "GET, HEAD"),
        (format!("/api1/status/{}/", status["id"].as_str().unwrap()), "GET, HEAD"),
        ("/api1/collections/".to_owned(), "GET, HEAD"),
        (served.path(""), "GET, HEAD"),
        (served.path("manifest/"), "GET, HEAD"),
        (served.path("objects/"), "GET, HEAD, POST"),
        (served.path(&object), "GET, HEAD, DELETE"),
        (served.path(&format!("{object}versions/")), "GET, HEAD"),
    ];
    for (path, allowed) in &addresses {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "FROB"]
        {
            if allowed.split(", ").any(|known| known == method) {
                continue;
            }
            let response = caller.send(method, path, &[("accept", TAXII)], b"");
            assert_eq!(
                (response.status, response.header("allow")),
                (405, Some(*allowed)),
                "{method} {path}"
            );
            assert_eq!(response.json()["http_status"], "405");
        }
        let get = caller.get(path);
        let head = caller.send("HEAD", path, &[("accept", TAXII)], b"");
        assert_eq!((head.status, head.body.len(), get.status), (200, 0, 200), "{path}");
        assert_eq!(head.header("content-type"), Some(TAXII));
        let length = get.body.len().to_string();
        assert_eq!(head.header("content-length"), Some(length.as_str()), "{path}");
    }
}

#[test]
fn s_3_6_1_each_status_of_an_error_has_its_resource() {
    let served = serve_with(Limits {
        max_content_length: 2_000,
        requests_per_minute: 20,
        ..Limits::default()
    });
    let (caller, reader) = (served.as_user("both"), served.as_user("reader"));
    let headers = [("accept", TAXII), ("content-type", TAXII)];
    let path = served.path("objects/");
    let packed = [headers[0], headers[1], ("content-encoding", "gzip")];
    let json = [headers[0], ("content-type", "application/json")];
    let mut responses = vec![
        (400, caller.read("objects/?limit=x")),
        (400, caller.post(b"{")),
        (401, served.anonymous().get("/taxii2/")),
        (401, served.with_password("both", "wrong").get("/taxii2/")),
        (403, reader.post(b"{}")),
        (404, caller.get("/none/collections/")),
        (404, caller.read(&format!("objects/{}/", id("indicator", 7)))),
        (405, caller.send("PUT", &path, &headers, b"")),
        (406, caller.send("GET", &path, &[("accept", "text/html")], b"")),
        (413, caller.post(&[b' '; 3_000])),
        (415, caller.send("POST", &path, &json, b"{}")),
        (415, caller.send("POST", &path, &packed, b"{}")),
        (422, caller.post(b"{\"objects\":[1]}")),
    ];
    while caller.get("/taxii2/").status == 200 {}
    responses.push((429, caller.get("/taxii2/")));
    for (status, response) in responses {
        assert_eq!(response.status, status);
        assert_eq!(response.header("content-type"), Some(TAXII), "{status}");
        let json = response.json();
        assert_eq!(json["http_status"], status.to_string());
        assert!(json["title"].is_string() && json["description"].is_string());
        assert_eq!(response.header("www-authenticate").is_some(), status == 401);
        assert_eq!(response.header("retry-after").is_some(), status == 429);
    }
}

#[test]
fn s_3_1_what_may_not_be_answered_changes_nothing() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1)]);
    let body = envelope(&[indicator(2, 1)]);
    let post = |headers: &[(&str, &str)]| {
        caller.send("POST", &served.path("objects/"), headers, body.as_bytes()).status
    };
    assert_eq!(post(&[("content-type", TAXII)]), 406, "no Accept");
    assert_eq!(post(&[("accept", "application/json"), ("content-type", TAXII)]), 406);
    assert_eq!(
        post(&[("accept", TAXII), ("content-type", "application/stix+json;version=2.1")]),
        415
    );
    assert_eq!(
        post(&[("accept", TAXII), ("content-type", "application/taxii+json;version=3.0")]),
        415
    );
    let object = served.path(&format!("objects/{}/", id("indicator", 1)));
    assert_eq!(caller.send("DELETE", &object, &[("accept", "text/html")], b"").status, 406);
    assert_eq!(caller.send("DELETE", &object, &[], b"").status, 406);
    assert_eq!(caller.read("objects/").ids(), [id("indicator", 1)]);
    let charset = "application/taxii+json; charset=UTF-8; version=2.1";
    assert_eq!(post(&[("accept", charset), ("content-type", charset)]), 202);
}

/// One answer of a connection that goes on: status and body.
fn answer(stream: &mut TcpStream) -> (u16, Vec<u8>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.extend_from_slice(&byte);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    (status, body)
}

#[test]
fn s_1_6_7_a_connection_goes_on_after_answers_and_errors() {
    let served = serve();
    let authorization = served.as_user("both").authorization.unwrap();
    let mut stream = TcpStream::connect(served.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let objects = served.path("objects/");
    let login = format!("authorization: {authorization}\r\n");
    let body = envelope(&[indicator(1, 1)]);
    for (line, login, body, status) in [
        ("GET /taxii2/", "", "", 401),
        ("GET /taxii2/", &login, "", 200),
        ("GET /none/", &login, "", 404),
        (&format!("POST {objects}"), "", &body, 401),
        (&format!("POST {objects}"), &login, &body, 202),
        (&format!("POST {objects}"), &login, "nonsense", 400),
        (&format!("PUT {objects}"), &login, &body, 405),
        (&format!("GET {objects}"), &login, "", 200),
    ] {
        let length = body.len();
        let text = format!(
            "{line} HTTP/1.1\r\nhost: a\r\n{login}accept: {TAXII}\r\ncontent-type: {TAXII}\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(text.as_bytes()).unwrap();
        assert_eq!(answer(&mut stream).0, status, "{line}");
    }
}

#[test]
fn s_8_2_2_without_tls_nothing_is_said_of_it() {
    let response = serve().as_user("both").get("/taxii2/");
    assert_eq!(response.header("strict-transport-security"), None);
}
