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

/// The time for requests made by the schema: two seconds, or as long as `DEMARCHE_SERVER_SECONDS` says.
#[expect(clippy::disallowed_methods, reason = "a long run is asked for by whoever measures")]
fn budget() -> u64 {
    let seconds = std::env::var("DEMARCHE_SERVER_SECONDS").ok().and_then(|text| text.parse().ok());
    seconds.map_or(2_000, |seconds: u64| seconds * 1_000)
}

type Drawn<T> = arbtest::arbitrary::Result<T>;

/// The segments of an address: mostly those that there are, now and then others.
fn drawn_path(u: &mut arbtest::arbitrary::Unstructured<'_>, collection: &str) -> Drawn<String> {
    let object = id(u.choose(&["indicator", "malware", "x"])?, u.int_in_range(0..=9)?);
    let below = format!("/api1/collections/{collection}/");
    Ok(match u.int_in_range(0..=11)? {
        0 => "/taxii2/".to_owned(),
        1 => "/api1/".to_owned(),
        2 => "/api1/collections/".to_owned(),
        3 => below,
        4 => format!("{below}manifest/"),
        5 | 6 => format!("{below}objects/"),
        7 => format!("{below}objects/{object}/"),
        8 => format!("{below}objects/{object}/versions/"),
        9 => "/api1/collections/first/objects/".to_owned(),
        10 => format!("/api1/status/{}/", &object.replace("indicator--", "")),
        _ => format!(
            "{below}{}/{}/",
            u.choose(&WORDS)?.replace(['"', '\''], "%22"),
            u.choose(&WORDS)?
        ),
    })
}

fn drawn_query(u: &mut arbtest::arbitrary::Unstructured<'_>) -> Drawn<String> {
    let mut pairs = Vec::new();
    for _ in 0..u.int_in_range(0..=4)? {
        let name = *u.choose(&[
            "limit",
            "added_after",
            "next",
            "match[id]",
            "match[type]",
            "match[version]",
            "match[spec_version]",
            "match%5Bid%5D",
            "unknown",
        ])?;
        let mut values = Vec::new();
        for _ in 0..u.int_in_range(1..=3)? {
            let number: u8 = u.arbitrary()?;
            values.push(match u.int_in_range(0..=9)? {
                0 => number.to_string(),
                1 => format!("2026-01-{:02}T00:00:00.{number:06}Z", number % 40),
                2 => id("indicator", u32::from(number % 12)),
                3 => {
                    (*u.choose(&["indicator", "malware", "all", "first", "last", "2.0", "2.1"])?)
                        .to_owned()
                }
                4 => format!("{}", u64::MAX - u64::from(number)),
                5 => format!("%{number:02x}%{:02x}", number.wrapping_mul(7)),
                6 => "a".repeat(usize::from(number) * 10),
                _ => {
                    (*u.choose(&["1", "2", "5", "all", "last", "2.1", "indicator", ""])?).to_owned()
                }
            });
        }
        pairs.push(format!("{name}={}", values.join(",")));
    }
    Ok(if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) })
}

/// An envelope whose objects have some of their properties changed, taken away or twice.
fn drawn_body(u: &mut arbtest::arbitrary::Unstructured<'_>) -> Drawn<Vec<u8>> {
    let mut objects = Vec::new();
    for _ in 0..u.int_in_range(0..=4)? {
        let mut object = indicator(u.int_in_range(0..=9)?, u.int_in_range(1..=28)?);
        let values = [
            "null",
            "[]",
            "{}",
            "-1",
            "1e999",
            r#""""#,
            r#""\ud800""#,
            r#""2.1""#,
            r#""x--y""#,
            "true",
        ];
        if u.ratio(1, 3)? {
            let value = u.choose(&values)?;
            let name = u.choose(&["type", "id", "spec_version", "created", "modified", "name"])?;
            object =
                object.replace(&format!(r#""{name}":""#), &format!(r#""{name}":{value},"x":""#));
        }
        objects.push(object);
    }
    let mut body = match u.int_in_range(0..=5)? {
        0 => "[".repeat(u.int_in_range(0..=2_000)?).into_bytes(),
        _ => envelope(&objects).into_bytes(),
    };
    if u.ratio(1, 3)? && !body.is_empty() {
        for _ in 0..u.int_in_range(1..=5)? {
            let index = u.choose_index(body.len())?;
            body[index] = u.arbitrary()?;
        }
    }
    Ok(body)
}

#[test]
fn requests_made_by_the_schema_keep_its_laws_and_are_never_5xx() {
    let served = serve();
    let callers = ["both", "reader", "writer", "none"].map(|name| served.as_user(name));
    let seen = std::cell::RefCell::new(std::collections::BTreeMap::<u16, u64>::new());
    arbtest::arbtest(|u| {
        let users = if u.ratio(3, 4)? { 1 } else { callers.len() };
        let caller = u.choose(&callers[..users])?;
        let method =
            *u.choose(&["GET", "GET", "GET", "POST", "POST", "DELETE", "HEAD", "OPTIONS"])?;
        let path = match method {
            "POST" if u.ratio(4, 5)? => served.path("objects/"),
            _ => format!("{}{}", drawn_path(u, &served.collection)?, drawn_query(u)?),
        };
        let odd = ["application/taxii+json", "*/*", "text/html", ";;q=\"", ""];
        let mut media = || if u.ratio(9, 10)? { Ok(TAXII) } else { u.choose(&odd).copied() };
        let headers = [("accept", media()?), ("content-type", media()?)];
        let body = if method == "POST" { drawn_body(u)? } else { Vec::new() };
        let response = caller.send(method, &path, &headers, &body);
        *seen.borrow_mut().entry(response.status).or_default() += 1;
        assert!(response.status < 500, "{method} {path} {headers:?} {response:?}");
        if method == "HEAD" || response.status == 431 || response.body.is_empty() {
            return Ok(());
        }
        let json = response.json();
        if response.status >= 400 {
            assert_eq!(json["http_status"], response.status.to_string(), "{method} {path}");
        }
        if let Some(last) = response.header("x-taxii-date-added-last") {
            assert_eq!(json.get("more").is_some(), json.get("next").is_some(), "{path}");
            assert!(response.header("x-taxii-date-added-first").unwrap() <= last);
        }
        Ok(())
    })
    .budget_ms(budget());
    eprintln!("requests by status: {:?}", seen.borrow());
}
