use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use demarche_case::Sha256;

use super::server::{Reply, Server};
use super::*;

const TAGGED: &str = "ETag: \"one\"\r\n";

struct Case {
    order: Order,
    client: Client,
    patience: Patience,
}

#[derive(Default)]
struct Seen {
    again: Vec<String>,
    last: (u64, Option<u64>),
}

impl Watch for Seen {
    fn show(&mut self, here: u64, of: Option<u64>) {
        self.last = (here, of);
    }

    fn again(&mut self, fault: &Fault, _: f64) {
        self.again.push(fault.to_string());
    }
}

impl Case {
    fn new(test: &str, server: &Server) -> Self {
        let folder: PathBuf =
            [env!("CARGO_MANIFEST_DIR"), "../../target/tmp/fetch", test].iter().collect();
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        let mirror: Mirror = server.url.parse().unwrap();
        let patience = Patience {
            stall: Duration::from_millis(300),
            attempts: 3,
            pause: Duration::from_millis(5),
        };
        Self {
            order: Order {
                url: mirror.of("https://publisher.example/data/file.bin"),
                target: folder.join("file.bin"),
                partial: folder.join("partial/file.bin.partial"),
                limit: 10_000_000,
                expected: None,
                etag: None,
            },
            client: Client::new(&patience, Trust::Public, Some(&mirror)),
            patience,
        }
    }

    fn bring(&self) -> Result<Arrived, FetchError> {
        self.watched(&mut Seen::default())
    }

    fn watched(&self, seen: &mut Seen) -> Result<Arrived, FetchError> {
        bring(&self.client, &self.order, &self.patience, seen)
            .map(|arrived| arrived.expect("something new"))
    }

    fn fault(&self) -> Fault {
        let fault = self.bring().expect_err("it should fail").fault;
        assert!(!self.order.target.exists(), "a failure leaves nothing under the file's name");
        fault
    }

    fn target(&self) -> Vec<u8> {
        fs::read(&self.order.target).unwrap()
    }

    fn leftovers(&self) -> usize {
        fs::read_dir(self.order.partial.parent().unwrap()).map_or(0, Iterator::count)
    }
}

fn body(length: usize) -> Vec<u8> {
    (0..length).map(|position| u8::try_from(position % 251).unwrap()).collect()
}

/// An answer that is cut after some bytes.
fn cut(body: &[u8], after: usize) -> Reply {
    Reply::claiming("200 OK", TAGGED, &body[..after], &body.len().to_string())
}

/// The rest of a body from some byte on.
fn rest(body: &[u8], from: usize, tag: &str) -> Reply {
    let headers = format!("{tag}Content-Range: bytes {from}-{}/{}\r\n", body.len() - 1, body.len());
    Reply::new("206 Partial Content", &headers, &body[from..])
}

#[test]
fn a_whole_file_arrives_with_its_hash() {
    let body = body(200_000);
    let server = Server::new(vec![Reply::new("200 OK", TAGGED, &body)]);
    let case = Case::new("whole", &server);
    let mut seen = Seen::default();
    let arrived = case.watched(&mut seen).unwrap();
    assert_eq!((arrived.sha256, arrived.bytes), (Sha256::of(&body), 200_000));
    assert!(!arrived.is_resumed && arrived.is_length_known);
    assert_eq!(arrived.etag.as_deref(), Some("\"one\""));
    assert_eq!(case.target(), body);
    assert_eq!(case.leftovers(), 0);
    assert_eq!(seen.last, (200_000, Some(200_000)));
    let asked = server.asked();
    assert!(asked[0].starts_with("GET /data/file.bin HTTP/1.1\r\n"), "{asked:?}");
    assert!(asked[0].to_ascii_lowercase().contains("accept-encoding: identity"), "{asked:?}");
}

#[test]
fn a_cut_connection_is_taken_up_where_it_broke() {
    let body = body(100_000);
    let server = Server::new(vec![cut(&body, 40_000), rest(&body, 40_000, TAGGED)]);
    let case = Case::new("cut", &server);
    let mut seen = Seen::default();
    let arrived = case.watched(&mut seen).unwrap();
    assert!(arrived.is_resumed);
    assert_eq!(arrived.sha256, Sha256::of(&body));
    assert_eq!(case.target(), body);
    assert_eq!(seen.again, ["the connection ended after 40000 of 100000 bytes"]);
    let second = server.asked()[1].to_ascii_lowercase();
    assert!(second.contains("range: bytes=40000-\r\n"), "{second}");
    assert!(second.contains("if-range: \"one\"\r\n"), "{second}");
}

#[test]
fn a_later_run_carries_on() {
    let body = body(50_000);
    let broken = || Reply::claiming("200 OK", TAGGED, &[], "50000");
    let none = || {
        Reply::claiming(
            "206 Partial Content",
            "Content-Range: bytes 20000-49999/50000\r\n",
            &[],
            "30000",
        )
    };
    let first = Server::new(vec![cut(&body, 20_000), none(), none(), none(), broken()]);
    let mut case = Case::new("later", &first);
    assert!(matches!(case.fault(), Fault::Short { here: 20_000, of: 50_000 }));
    assert_eq!(case.leftovers(), 2);
    // Another run asks the same address; the port of the test's second server stands for it.
    let second = Server::new(vec![rest(&body, 20_000, TAGGED)]);
    let state = fs::read_to_string(case.order.partial.with_extension("partial.json")).unwrap();
    fs::write(
        case.order.partial.with_extension("partial.json"),
        state.replace(&first.url, &second.url),
    )
    .unwrap();
    let mirror: Mirror = second.url.parse().unwrap();
    case.client = Client::new(&case.patience, Trust::Public, Some(&mirror));
    case.order.url = mirror.of("https://publisher.example/data/file.bin");
    assert!(case.bring().unwrap().is_resumed);
    assert_eq!(case.target(), body);
}

#[test]
fn a_server_without_ranges_sends_all_again() {
    let body = body(60_000);
    let server = Server::new(vec![cut(&body, 30_000), Reply::new("200 OK", TAGGED, &body)]);
    let case = Case::new("no-range", &server);
    let arrived = case.bring().unwrap();
    assert!(!arrived.is_resumed);
    assert_eq!(arrived.sha256, Sha256::of(&body));
    assert_eq!(case.target(), body);
}

#[test]
fn a_file_that_changed_meanwhile_is_begun_anew() {
    let (old, new) = (body(60_000), vec![7; 50_000]);
    let changed = Reply::new("200 OK", "ETag: \"two\"\r\n", &new);
    let server = Server::new(vec![cut(&old, 30_000), changed]);
    let case = Case::new("changed", &server);
    let arrived = case.bring().unwrap();
    assert_eq!((arrived.etag.as_deref(), arrived.sha256), (Some("\"two\""), Sha256::of(&new)));
    assert_eq!(case.target(), new);
}

#[test]
fn a_rest_of_another_version_is_not_glued_on() {
    let (old, new) = (body(60_000), vec![7; 60_000]);
    let lying = rest(&new, 30_000, "ETag: \"two\"\r\n");
    let server = Server::new(vec![
        cut(&old, 30_000),
        lying,
        Reply::new("200 OK", "ETag: \"two\"\r\n", &new),
    ]);
    let case = Case::new("glued", &server);
    assert_eq!(case.bring().unwrap().sha256, Sha256::of(&new));
    assert!(!server.asked()[2].to_ascii_lowercase().contains("range:"));
}

#[test]
fn another_part_than_asked_for_is_not_glued_on() {
    let body = body(60_000);
    let server = Server::new(vec![
        cut(&body, 30_000),
        rest(&body, 10_000, TAGGED),
        Reply::new("200 OK", TAGGED, &body),
    ]);
    let case = Case::new("part", &server);
    assert_eq!(case.bring().unwrap().sha256, Sha256::of(&body));
    assert_eq!(case.target(), body);
}

#[test]
fn a_part_longer_than_the_file_is_thrown_away() {
    let body = body(60_000);
    let server = Server::new(vec![
        cut(&body, 30_000),
        Reply::new("416 Range Not Satisfiable", "Content-Range: bytes */10\r\n", b""),
        Reply::new("200 OK", TAGGED, &body[..10]),
    ]);
    let case = Case::new("longer", &server);
    assert_eq!(case.bring().unwrap().bytes, 10);
}

#[test]
fn without_a_mark_of_the_version_nothing_is_carried_on() {
    let body = body(60_000);
    let server = Server::new(vec![
        Reply::claiming("200 OK", "ETag: W/\"weak\"\r\n", &body[..30_000], "60000"),
        Reply::new("200 OK", "", &body),
    ]);
    let case = Case::new("weak", &server);
    assert_eq!(case.bring().unwrap().sha256, Sha256::of(&body));
    assert!(!server.asked()[1].to_ascii_lowercase().contains("range:"));
}

#[test]
fn a_body_that_stays_short_is_an_error_in_the_end() {
    let body = body(1_000);
    let short = || Reply::claiming("200 OK", "", &body, "2000");
    let server = Server::new(vec![short(), short(), short(), short()]);
    let case = Case::new("short", &server);
    assert!(matches!(case.fault(), Fault::Short { here: 1_000, of: 2_000 }));
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn a_redirect_loop_ends() {
    let server = Server::answering(|_| Some(Reply::new("302 Found", "Location: /round\r\n", b"")));
    let case = Case::new("loop", &server);
    assert!(matches!(case.fault(), Fault::Redirects(5)));
    assert_eq!(server.asked().len(), 6);
    assert_eq!(case.leftovers(), 0);
}

#[test]
fn a_redirect_within_the_mirror_is_followed() {
    let server = Server::new(vec![
        Reply::new("301 Moved Permanently", "Location: /moved/file.bin\r\n", b""),
        Reply::new("200 OK", "", b"data"),
    ]);
    let case = Case::new("moved", &server);
    assert_eq!(case.bring().unwrap().bytes, 4);
    assert!(server.asked()[1].starts_with("GET /moved/file.bin "));
}

#[test]
fn a_redirect_to_another_open_address_or_a_local_file_is_not_followed() {
    let right = Server::new(vec![Reply::new("200 OK", "", b"secret")]);
    for to in
        [format!("{}/x", right.url), "file:///etc/passwd".to_owned(), "ftp://host/x".to_owned()]
    {
        let server =
            Server::new(vec![Reply::new("302 Found", &format!("Location: {to}\r\n"), b"")]);
        let case = Case::new("elsewhere", &server);
        assert!(matches!(case.fault(), Fault::Redirect(_)), "{to}");
    }
    assert!(right.asked().is_empty());
}

#[test]
fn what_is_not_there_is_told_at_once() {
    let server = Server::new(vec![Reply::new("404 Not Found", "", b"no")]);
    let case = Case::new("missing", &server);
    let error = case.bring().unwrap_err();
    assert!(matches!(error.fault, Fault::Missing(404)));
    assert!(error.to_string().contains("/data/file.bin"), "{error}");
    assert_eq!((server.asked().len(), case.leftovers()), (1, 0));
}

#[test]
fn a_refusal_is_not_asked_again() {
    let server = Server::new(vec![Reply::new("403 Forbidden", "", b"no")]);
    assert!(matches!(Case::new("refused", &server).fault(), Fault::Refused(403)));
    assert_eq!(server.asked().len(), 1);
}

#[test]
fn a_server_that_recovers_is_asked_again() {
    let server = Server::new(vec![
        Reply::new("500 Internal Server Error", "", b""),
        Reply::new("503 Service Unavailable", "Retry-After: 0\r\n", b""),
        Reply::new("200 OK", "", b"data"),
    ]);
    assert_eq!(Case::new("recovers", &server).bring().unwrap().bytes, 4);
}

#[test]
fn a_server_that_does_not_recover_is_given_up() {
    let server = Server::answering(|_| Some(Reply::new("502 Bad Gateway", "", b"")));
    assert!(matches!(Case::new("down", &server).fault(), Fault::Busy { status: 502, .. }));
    assert_eq!(server.asked().len(), 4);
}

#[test]
fn a_server_that_falls_silent_is_given_up_and_asked_again() {
    let body = body(60_000);
    let Reply::Raw(start) = cut(&body, 20_000) else { unreachable!() };
    let server = Server::new(vec![
        Reply::Stall(start, Duration::from_millis(900)),
        rest(&body, 20_000, TAGGED),
    ]);
    let case = Case::new("silent", &server);
    assert_eq!(case.bring().unwrap().sha256, Sha256::of(&body));
}

#[test]
fn a_huge_announced_length_is_refused_before_a_byte_is_read() {
    for length in ["10000001", "18446744073709551615"] {
        let server = Server::new(vec![Reply::claiming("200 OK", "", b"x", length)]);
        let case = Case::new("huge", &server);
        assert!(matches!(case.fault(), Fault::Announced { limit: 10_000_000, .. }), "{length}");
        assert_eq!(case.leftovers(), 0);
    }
}

#[test]
fn a_length_that_is_no_number_is_an_error() {
    for length in ["18446744073709551616", "-1", "1x"] {
        let server = Server::answering(move |_| Some(Reply::claiming("200 OK", "", b"x", length)));
        let case = Case::new("no-number", &server);
        let error = case.bring();
        assert!(error.is_err(), "{length}: {error:?}");
        assert!(!case.order.target.exists());
    }
}

#[test]
fn a_rest_of_a_huge_file_is_refused() {
    let body = body(1_000);
    let headers =
        format!("{TAGGED}Content-Range: bytes 500-18446744073709551614/18446744073709551615\r\n");
    let server = Server::new(vec![
        cut(&body, 500),
        Reply::claiming("206 Partial Content", &headers, b"x", "9000000000000000000"),
    ]);
    assert!(matches!(Case::new("huge-rest", &server).fault(), Fault::Announced { .. }));
}

#[test]
fn an_endless_body_ends_at_the_limit() {
    let mut raw = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
    raw.resize(300_000, b'x');
    let server = Server::new(vec![Reply::Raw(raw)]);
    let mut case = Case::new("endless", &server);
    case.order.limit = 100_000;
    assert!(matches!(case.fault(), Fault::TooLong { limit: 100_000 }));
    assert_eq!(case.leftovers(), 0);
}

#[test]
fn a_file_of_unknown_length_is_marked_as_such() {
    let raw = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\ndata".to_vec();
    let server = Server::new(vec![Reply::Raw(raw)]);
    assert!(!Case::new("unknown", &server).bring().unwrap().is_length_known);
}

#[test]
fn a_wrong_hash_is_thrown_away() {
    let server = Server::new(vec![Reply::new("200 OK", TAGGED, b"data")]);
    let mut case = Case::new("hash", &server);
    case.order.expected = Some(Sha256::of(b"other"));
    assert!(matches!(case.fault(), Fault::Hash { .. }));
    assert_eq!(case.leftovers(), 0);
}

#[test]
fn the_right_hash_is_kept() {
    let server = Server::new(vec![Reply::new("200 OK", TAGGED, b"data")]);
    let mut case = Case::new("right-hash", &server);
    case.order.expected = Some(Sha256::of(b"data"));
    assert_eq!(case.bring().unwrap().sha256, Sha256::of(b"data"));
}

#[test]
fn a_login_page_is_not_a_file() {
    let page = Reply::new("200 OK", "Content-Type: Text/HTML; charset=utf-8\r\n", b"<html>");
    let server = Server::new(vec![page]);
    assert!(matches!(Case::new("page", &server).fault(), Fault::Page));
}

#[test]
fn a_body_packed_on_the_way_is_refused() {
    let packed = Reply::new("200 OK", "Content-Encoding: gzip\r\n", b"\x1f\x8b");
    let server = Server::new(vec![packed]);
    assert!(matches!(Case::new("packed", &server).fault(), Fault::Packed(_)));
}

#[test]
fn an_empty_file_is_an_error() {
    let server = Server::new(vec![Reply::new("200 OK", "", b"")]);
    assert!(matches!(Case::new("empty", &server).fault(), Fault::Empty));
}

#[test]
fn an_unchanged_file_is_not_brought_again() {
    let server = Server::new(vec![Reply::new("304 Not Modified", TAGGED, b"")]);
    let mut case = Case::new("unchanged", &server);
    case.order.etag = Some("\"one\"".to_owned());
    let brought = bring(&case.client, &case.order, &case.patience, &mut Seen::default()).unwrap();
    assert_eq!(brought, None);
    assert!(server.asked()[0].to_ascii_lowercase().contains("if-none-match: \"one\""));
    assert_eq!(case.leftovers(), 0);
}

#[test]
fn an_answer_that_is_not_http_is_an_error() {
    for raw in [&b"SSH-2.0-OpenSSH_9.0\r\n"[..], b"HTTP/1.1 banana\r\n\r\n", b"\0\0\0\0", b""] {
        let server = Server::answering(move |_| Some(Reply::Raw(raw.to_vec())));
        let case = Case::new("not-http", &server);
        assert!(case.bring().is_err(), "{raw:?}");
        assert_eq!(case.leftovers(), 0, "{raw:?}");
    }
}

#[test]
fn endless_headers_are_an_error() {
    let server = Server::answering(|_| {
        let mut raw = b"HTTP/1.1 200 OK\r\n".to_vec();
        for number in 0..20_000 {
            raw.extend(format!("X-{number}: {}\r\n", "y".repeat(100)).into_bytes());
        }
        Some(Reply::Raw(raw))
    });
    assert!(Case::new("headers", &server).bring().is_err());
}

#[cfg(unix)]
#[test]
fn a_link_planted_where_the_file_grows_is_not_written_through() {
    let server = Server::new(vec![Reply::new("200 OK", "", b"data")]);
    let case = Case::new("link", &server);
    let folder = case.order.partial.parent().unwrap();
    fs::create_dir_all(folder).unwrap();
    let outside = folder.join("outside");
    fs::write(&outside, "untouched").unwrap();
    std::os::unix::fs::symlink(&outside, &case.order.partial).unwrap();
    assert!(matches!(case.fault(), Fault::Write(_)));
    assert_eq!(fs::read_to_string(outside).unwrap(), "untouched");
}
