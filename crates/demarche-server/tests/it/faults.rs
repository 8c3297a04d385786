//! Clients that are slow, greedy or broken.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use demarche_server::Limits;

use super::served::{TAXII, answer, fast, indicator, raw, serve, serve_with};

/// The head of a request to add objects.
fn head(served: &super::served::Served, rest: &str) -> String {
    let authorization = served.as_user("both").authorization.unwrap();
    let path = served.path("objects/");
    format!(
        "POST {path} HTTP/1.1\r\nhost: a\r\nauthorization: {authorization}\r\naccept: {TAXII}\r\ncontent-type: {TAXII}\r\nconnection: close\r\n{rest}\r\n\r\n"
    )
}

#[test]
fn a_head_that_never_ends_is_cut_off() {
    let served = serve_with(fast());
    let mut streams: Vec<_> =
        (0..20).map(|_| TcpStream::connect(served.address).unwrap()).collect();
    for stream in &mut streams {
        stream.write_all(b"GET /taxii2/ HTTP/1.1\r\nhost: a\r\nx-a: ").unwrap();
    }
    assert_eq!(served.as_user("both").get("/taxii2/").status, 200);
    for stream in &mut streams {
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let status = answer(stream).map(|response| response.status);
        assert!(matches!(status, None | Some(408)), "{status:?}");
    }
}

#[test]
fn a_body_that_stalls_or_drips_is_408() {
    let served = serve_with(fast());
    let mut stream = TcpStream::connect(served.address).unwrap();
    stream.write_all(head(&served, "content-length: 100").as_bytes()).unwrap();
    assert_eq!(answer(&mut stream).unwrap().status, 408);
    let mut stream = TcpStream::connect(served.address).unwrap();
    stream.write_all(head(&served, "content-length: 100").as_bytes()).unwrap();
    let mut other = stream.try_clone().unwrap();
    let dripping = std::thread::spawn(move || {
        while other.write_all(b" ").is_ok() {
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    assert_eq!(answer(&mut stream).unwrap().status, 408);
    drop(stream);
    dripping.join().unwrap();
}

#[test]
fn a_body_that_ends_early_stores_nothing() {
    let served = serve_with(fast());
    let object = indicator(1, 1);
    let body = format!(r#"{{"objects":[{object}]}}"#);
    let text = format!("{}{body}", head(&served, "content-length: 1000"));
    let mut stream = TcpStream::connect(served.address).unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    drop(answer(&mut stream));
    assert_eq!(served.as_user("both").read("objects/").json(), serde_json::json!({}));
}

#[test]
fn s_5_5_a_body_over_the_limit_is_413_and_one_below_never() {
    let served = serve_with(Limits { max_content_length: 5_000, ..Limits::default() });
    let caller = served.as_user("both");
    let padded = |length: usize| {
        let body = format!(r#"{{"objects":[{}]}}"#, indicator(1, 1));
        format!("{body}{}", " ".repeat(length - body.len())).into_bytes()
    };
    assert_eq!(caller.post(&padded(4_999)).status, 202);
    assert_eq!(caller.post(&padded(5_000)).status, 202);
    assert_eq!(caller.post(&padded(5_001)).status, 413);
    assert_eq!(caller.post(&padded(500_000)).status, 413);
    let announced = head(&served, "content-length: 99999999999");
    assert_eq!(raw(served.address, announced.as_bytes()).unwrap().status, 413);
    let chunk = format!(
        "{}1388\r\n{}\r\n1388\r\n{}\r\n0\r\n\r\n",
        head(&served, "transfer-encoding: chunked"),
        " ".repeat(5_000),
        " ".repeat(5_000)
    );
    assert_eq!(raw(served.address, chunk.as_bytes()).unwrap().status, 413);
}

#[test]
fn too_many_objects_and_deep_ones_are_422() {
    let served = serve_with(Limits { max_objects: 2, ..Limits::default() });
    let caller = served.as_user("both");
    let three = super::served::envelope(&[indicator(1, 1), indicator(2, 1), indicator(3, 1)]);
    assert_eq!(caller.post(three.as_bytes()).status, 422);
    let nested = |depth: usize| {
        let object = indicator(1, 1)
            .replace("\"n1\"", &format!("{}{}", "[".repeat(depth), "]".repeat(depth)));
        super::served::envelope(&[object]).into_bytes()
    };
    assert_eq!(caller.post(&nested(63)).status, 202);
    assert_eq!(caller.post(&nested(64)).status, 422);
    assert_eq!(caller.post(&nested(2_000_000)).status, 422);
    assert_eq!(caller.post(&b"[".repeat(2_000_000)).status, 400);
    assert_eq!(caller.post(&br#"{"objects":"#.repeat(200_000)).status, 400);
}

#[test]
fn a_packed_body_is_415() {
    let served = serve();
    let text =
        format!("{}\x1f\u{8b}xx", head(&served, "content-encoding: gzip\r\ncontent-length: 5"));
    let response = raw(served.address, text.as_bytes()).unwrap();
    assert_eq!((response.status, response.header("accept-encoding")), (415, Some("identity")));
}

#[test]
fn heads_that_are_no_http_or_too_long_are_4xx() {
    let served = serve();
    for text in [
        "GET\r\n\r\n".to_owned(),
        "\u{0}\u{1}\r\n\r\n".to_owned(),
        format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(100_000)),
        format!("GET /taxii2/ HTTP/1.1\r\nhost: a\r\n{}\r\n", "x: y\r\n".repeat(1_000)),
        "POST /taxii2/ HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n".to_owned(),
    ] {
        if let Some(response) = raw(served.address, text.as_bytes()) {
            assert!((400..500).contains(&response.status), "{response:?}");
        }
    }
}

/// The connections that are still open, of those that wait.
fn open_ones(streams: &mut [TcpStream]) -> usize {
    let is_open = |stream: &mut TcpStream| {
        stream.set_nonblocking(true).unwrap();
        let read = std::io::Read::read(stream, &mut [0]);
        read.is_err_and(|error| error.kind() == std::io::ErrorKind::WouldBlock)
    };
    streams.iter_mut().map(is_open).filter(|is_open| *is_open).count()
}

#[test]
fn an_address_that_has_its_fill_loses_its_own_oldest_connection() {
    let served = serve_with(Limits { connections_per_address: 3, ..Limits::default() });
    let mut idle: Vec<_> = (0..3).map(|_| TcpStream::connect(served.address).unwrap()).collect();
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(open_ones(&mut idle), 3);
    assert_eq!(served.as_user("both").get("/taxii2/").status, 200);
    assert_eq!(open_ones(&mut idle), 2);
    assert_eq!(open_ones(&mut idle[..1]), 0, "the oldest gives way");
}

#[test]
fn heads_that_drip_keep_no_honest_client_from_being_served() {
    let limits = Limits { connections: 40, connections_per_address: 30, ..Limits::default() };
    let served = serve_with(limits);
    // Two hundred connections of which each sends a byte now and then, and each that is closed comes back.
    let address = served.address;
    let is_over = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let dripping = scope.spawn(|| {
            let head = b"GET /taxii2/ HTTP/1.1\r\nhost: a\r\nx-a: ";
            let begin = || {
                let mut stream = TcpStream::connect(address).unwrap();
                let _ = stream.write_all(head).is_ok();
                stream
            };
            let mut streams: Vec<_> = (0..200).map(|_| begin()).collect();
            while !is_over.load(std::sync::atomic::Ordering::Relaxed) {
                for stream in &mut streams {
                    if stream.write_all(b"a").is_err() {
                        *stream = begin();
                    }
                }
                std::thread::sleep(Duration::from_millis(50));
            }
        });
        std::thread::sleep(Duration::from_millis(300));
        let caller = served.as_user("both");
        for _ in 0..20 {
            assert_eq!(caller.get("/taxii2/").status, 200);
        }
        caller.add(&[indicator(1, 1)]);
        is_over.store(true, std::sync::atomic::Ordering::Relaxed);
        dripping.join().unwrap();
    });
}

#[test]
fn a_thousand_connections_are_served_at_a_time() {
    let served = serve();
    let authorization = served.as_user("both").authorization.unwrap();
    let mut streams: Vec<_> =
        (0..1_000).map(|_| TcpStream::connect(served.address).unwrap()).collect();
    let text = format!(
        "GET /taxii2/ HTTP/1.1\r\nhost: a\r\nauthorization: {authorization}\r\naccept: {TAXII}\r\n\r\n"
    );
    for stream in &mut streams {
        stream.write_all(text.as_bytes()).unwrap();
    }
    // All stay open, and each is answered.
    for stream in &mut streams {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut head = [0; 15];
        std::io::Read::read_exact(stream, &mut head).unwrap();
        assert_eq!(&head, b"HTTP/1.1 200 OK");
    }
}

#[test]
fn a_stop_lets_a_request_under_way_end() {
    let served = serve();
    let body = super::served::envelope(&[indicator(1, 1)]);
    let mut stream = TcpStream::connect(served.address).unwrap();
    stream.write_all(head(&served, &format!("content-length: {}", body.len())).as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    served.stop();
    std::thread::sleep(Duration::from_millis(200));
    assert!(TcpStream::connect(served.address).is_err());
    stream.write_all(body.as_bytes()).unwrap();
    assert_eq!(answer(&mut stream).unwrap().status, 202);
}

#[test]
fn a_client_that_does_not_take_its_answer_is_cut_off() {
    let served = serve_with(fast());
    let caller = served.as_user("both");
    // More than the sockets of both ends take up.
    let large = "n".repeat(9_000_000);
    caller.add(&[indicator(1, 1).replace(r#"name":"n"#, &format!(r#"name":"{large}"#))]);
    let whole = caller.read("objects/").body.len();
    assert!(whole > 8_000_000);
    let authorization = caller.authorization.clone().unwrap();
    let path = served.path("objects/");
    let mut stream = TcpStream::connect(served.address).unwrap();
    let text = format!(
        "GET {path} HTTP/1.1\r\nhost: a\r\nauthorization: {authorization}\r\naccept: {TAXII}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(text.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(2_000));
    let taken = answer(&mut stream).map_or(0, |response| response.body.len());
    assert!(taken < whole, "{taken} of {whole}");
}

#[test]
fn readers_who_take_nothing_keep_no_other_user_from_reading() {
    let served = serve();
    let caller = served.as_user("both");
    let large = "n".repeat(9_000_000);
    caller.add(&[indicator(1, 1).replace(r#"name":"n"#, &format!(r#"name":"{large}"#))]);
    let authorization = caller.authorization.clone().unwrap();
    let path = served.path("objects/");
    let text = format!(
        "GET {path} HTTP/1.1\r\nhost: a\r\nauthorization: {authorization}\r\naccept: {TAXII}\r\nconnection: close\r\n\r\n"
    );
    let streams: Vec<_> = (0..20)
        .map(|_| {
            let mut stream = TcpStream::connect(served.address).unwrap();
            stream.write_all(text.as_bytes()).unwrap();
            stream
        })
        .collect();
    std::thread::sleep(Duration::from_millis(500));
    #[expect(clippy::disallowed_methods, reason = "the test measures how long it waits")]
    let started = std::time::Instant::now();
    assert_eq!(served.as_user("reader").read("manifest/").status, 200);
    assert!(started.elapsed() < Duration::from_secs(8), "the part of another user was taken");
    drop(streams);
}

#[test]
fn bodies_that_do_not_come_keep_no_other_user_from_writing() {
    let served = serve_with(Limits { max_content_length: 64 << 10, ..Limits::default() });
    let authorization = served.as_user("writer").authorization.unwrap();
    let path = served.path("objects/");
    let text = format!(
        "POST {path} HTTP/1.1\r\nhost: a\r\nauthorization: {authorization}\r\naccept: {TAXII}\r\ncontent-type: {TAXII}\r\ncontent-length: 60000\r\n\r\n"
    );
    let streams: Vec<_> = (0..12)
        .map(|_| {
            let mut stream = TcpStream::connect(served.address).unwrap();
            stream.write_all(text.as_bytes()).unwrap();
            stream
        })
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    #[expect(clippy::disallowed_methods, reason = "the test measures how long it waits")]
    let started = std::time::Instant::now();
    served.as_user("both").add(&[indicator(1, 1)]);
    assert!(started.elapsed() < Duration::from_secs(8), "one user took the room of all");
    drop(streams);
}
