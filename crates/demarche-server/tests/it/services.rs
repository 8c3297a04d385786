//! A service beside TAXII is under the same guards.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use demarche_server::{Limits, Refused, Service};

use super::served::{Caller, Response, Served, serve_beside};

/// A service that turns bytes round, for the user `both` alone, and refuses those that begin with `!`.
fn served() -> Served {
    let respond = |user: &str, bytes: &[u8]| {
        assert_eq!(user, "both");
        match bytes {
            [b'!', ..] => Err(Refused { status: 409, reason: "said before".to_owned() }),
            [b'#', ..] => Ok(vec![b'#'; 20_000_000]),
            _ => Ok(bytes.iter().rev().copied().collect()),
        }
    };
    let service = Service {
        path: "/compare/",
        media_type: "application/octet-stream",
        max_bytes: 1_000,
        users: ["both".to_owned()].into(),
        respond: Box::new(respond),
    };
    serve_beside(Limits::default(), Some(service))
}

fn asked(caller: &Caller<'_>, body: &[u8]) -> Response {
    caller.send("POST", "/compare/", &[("content-type", "application/octet-stream")], body)
}

#[test]
fn those_who_may_get_the_answer_and_for_others_it_is_not_there() {
    let served = served();
    let both = served.as_user("both");
    let response = asked(&both, b"abc\xff");
    assert_eq!((response.status, response.body.as_slice()), (200, &b"\xffcba"[..]));
    assert_eq!(response.header("content-type"), Some("application/octet-stream"));
    assert_eq!(asked(&served.as_user("reader"), b"abc").status, 404);
    assert_eq!(asked(&served.anonymous(), b"abc").status, 401);
    assert_eq!(both.get("/taxii2/").status, 200);
    let lines = served.log.lines();
    assert_eq!((&lines[0]["path"], &lines[0]["user"]), (&"/compare/".into(), &"both".into()));
    assert_eq!(lines[0]["bytes"], 4);
}

#[test]
fn refusals_are_told_and_bounds_hold() {
    let served = served();
    let both = served.as_user("both");
    let response = asked(&both, b"!");
    assert_eq!((response.status, &response.json()["description"]), (409, &"said before".into()));
    assert_eq!(asked(&both, &[b'a'; 1_000]).status, 200);
    assert_eq!(asked(&both, &[b'a'; 1_001]).status, 413);
    assert_eq!(both.get("/compare/").status, 405);
    let typed = [("content-type", "application/json")];
    assert_eq!(both.send("POST", "/compare/", &typed, b"{}").status, 415);
}

#[test]
fn the_next_answer_waits_until_the_one_before_has_left() {
    let served = served();
    let both = served.as_user("both");
    let mut slow = TcpStream::connect(served.address).unwrap();
    let text = format!(
        "POST /compare/ HTTP/1.1\r\nhost: a\r\nauthorization: {}\r\ncontent-type: application/octet-stream\r\ncontent-length: 1\r\nconnection: close\r\n\r\n#",
        both.authorization.clone().unwrap()
    );
    slow.write_all(text.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(300));
    std::thread::scope(|scope| {
        let next = scope.spawn(|| asked(&both, b"abc").status);
        std::thread::sleep(Duration::from_millis(300));
        assert!(!next.is_finished(), "a second answer was made beside the first");
        let mut all = Vec::new();
        slow.read_to_end(&mut all).unwrap();
        assert!(all.len() > 20_000_000);
        assert_eq!(next.join().unwrap(), 200);
    });
}
