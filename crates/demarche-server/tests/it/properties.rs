//! Requests at random: the server may refuse, and never breaks.

use super::served::{TAXII, envelope, id, indicator, raw, serve};

const WORDS: [&str; 40] = [
    "taxii2",
    "api1",
    "collections",
    "objects",
    "manifest",
    "versions",
    "status",
    "first",
    "/",
    "/",
    "//",
    "?",
    "&",
    "=",
    "limit",
    "added_after",
    "next",
    "match[id]",
    "match[type]",
    "match[version]",
    "match[spec_version]",
    "all",
    "last",
    "first",
    "2026-01-01T00:00:00.000000Z",
    "9999-12-31T23:59:60.999999999Z",
    "0000-01-01T00:00:00Z",
    "0",
    "-1",
    "99999999999999999999",
    "%00",
    "%ff",
    "%",
    "indicator",
    ",",
    "2.1",
    "2.0",
    "'",
    "\"",
    "..",
];

#[test]
fn no_request_is_answered_with_5xx() {
    let served = serve();
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1), indicator(1, 2)]);
    let object = format!("objects/{}/", id("indicator", 1));
    let starts = [
        "/".to_owned(),
        served.path(""),
        served.path("objects/?"),
        served.path(&format!("{object}?")),
    ];
    arbtest::arbtest(|u| {
        let mut path = u.choose(&starts)?.clone();
        for _ in 0..u.int_in_range(0..=8)? {
            path.push_str(u.choose(&WORDS)?);
        }
        let method = *u.choose(&["GET", "GET", "POST", "DELETE", "PUT", "HEAD"])?;
        let length: usize = u.int_in_range(0..=40)?;
        let mut body = envelope(&[indicator(2, 1)]).into_bytes();
        for _ in 0..length {
            let index = u.choose_index(body.len())?;
            body[index] = u.arbitrary()?;
        }
        let response =
            caller.send(method, &path, &[("accept", TAXII), ("content-type", TAXII)], &body);
        assert!(response.status < 500, "{method} {path} {response:?}");
        if response.status >= 400 && method != "HEAD" && !response.body.is_empty() {
            assert_eq!(response.json()["http_status"], response.status.to_string());
        }
        Ok(())
    })
    .budget_ms(2_000);
}

#[test]
fn no_bytes_are_answered_with_5xx() {
    let served = serve();
    arbtest::arbtest(|u| {
        let mut bytes = b"GET /taxii2/ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n".to_vec();
        for _ in 0..u.int_in_range(1..=6)? {
            let index = u.choose_index(bytes.len())?;
            bytes[index] = u.arbitrary()?;
        }
        bytes.extend_from_slice(b"\r\n\r\n");
        if let Some(response) = raw_closed(served.address, &bytes) {
            assert!(response < 500);
        }
        Ok(())
    })
    .budget_ms(1_000);
}

/// The status, from a connection that is closed for writing so that nobody waits.
fn raw_closed(address: std::net::SocketAddr, bytes: &[u8]) -> Option<u16> {
    use std::io::Write as _;
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let _ = stream.write_all(bytes).is_ok();
    let _ = stream.shutdown(std::net::Shutdown::Write).is_ok();
    super::served::answer(&mut stream).map(|response| response.status)
}

#[test]
fn a_raw_request_is_answered() {
    let served = serve();
    let request = b"GET /taxii2/ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    assert_eq!(raw(served.address, request).unwrap().status, 401);
}
