//! Requests to a server: a line, fields and a body as they come off the wire, before and after a login.
#![no_main]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::LazyLock;
use std::time::Duration;

use demarche_http::{Stop, Transport};
use demarche_server::{Clock, Limits, NewCollection, NewRoot, Rights, Server, Store, Timestamp};
use libfuzzer_sys::fuzz_target;

/// A server with one user who may read and write, and the user's token.
static SERVER: LazyLock<(SocketAddr, String)> = LazyLock::new(|| {
    let path = std::env::temp_dir().join(format!("fuzz-server-{}.db", std::process::id()));
    let clock = Clock::new(|| Timestamp::of_unix_microseconds(1_767_225_600_000_000));
    let open = || Store::open(&path, clock.clone()).expect("a store can be made");
    let store = open();
    let root = NewRoot { name: "api1", title: "First", description: None };
    store.add_root(&root).expect("the root is new");
    let first =
        NewCollection { root: "api1", alias: Some("first"), title: "First", description: None };
    let collection = store.add_collection(&first).expect("the collection is new").id;
    store.add_user("user", None).expect("the user is new");
    store
        .grant("user", &collection, Rights { read: true, write: true })
        .expect("user and collection are there");
    let token = store.add_token("user", "fuzz").expect("the user is there");
    let here = "127.0.0.1:0".parse().expect("it is an address");
    let server = Server::bind(here, Transport::Loopback, open()).expect("a port is free");
    let server = server.limits(Limits {
        requests_per_minute: u32::MAX,
        failures_per_minute: u32::MAX,
        max_content_length: 64 << 10,
        max_objects: 16,
        ..Limits::default()
    });
    let address = server.address();
    std::thread::spawn(move || server.run(&Stop::new()).expect("the server runs"));
    (address, token.text().to_owned())
});

fuzz_target!(|bytes: &[u8]| {
    let (address, token) = &*SERVER;
    // The first line stays as it is; who asks is put behind it.
    let line = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
    let (line, rest) = bytes.split_at(line);
    let user = format!("Authorization: Bearer {token}\r\nHost: x\r\n");
    let mut stream = TcpStream::connect(address).expect("the server listens");
    let patience = Some(Duration::from_secs(30));
    stream.set_read_timeout(patience).expect("the time is not zero");
    // A server that refuses early closes the connection while it is written to.
    let is_sent = [line, user.as_bytes(), rest].iter().all(|part| stream.write_all(part).is_ok());
    if !is_sent || stream.shutdown(Shutdown::Write).is_err() {
        return;
    }
    let mut answer = Vec::new();
    if let Err(error) = stream.read_to_end(&mut answer) {
        let is_timeout = matches!(
            error.kind(),
            std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
        );
        assert!(!is_timeout, "no answer in time");
    }
});
