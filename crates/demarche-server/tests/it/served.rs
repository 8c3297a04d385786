//! A server on a loopback port, and raw HTTP to it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use demarche_http::{Stop, Transport};
use demarche_server::{
    Clock, Limits, NewCollection, NewRoot, Rights, Server, Service, Store, Timestamp,
};
use serde_json::Value;

pub(crate) const TAXII: &str = "application/taxii+json;version=2.1";

/// A server with the users `both`, `reader`, `writer` and `none`, named by their rights to its one collection.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) collection: String,
    /// A second store on the same file, for changes while the server runs.
    pub(crate) store: Store,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) log: Log,
    pub(crate) clock: Arc<Mutex<Timestamp>>,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    pub(crate) fn lines(&self) -> Vec<Value> {
        let bytes = self.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

pub(crate) fn fast() -> Limits {
    Limits {
        requests_per_minute: u32::MAX,
        failures_per_minute: 10_000,
        head_timeout: Duration::from_millis(400),
        body_timeout: Duration::from_millis(900),
        stall_timeout: Duration::from_millis(400),
        stop_timeout: Duration::from_millis(500),
        ..Limits::default()
    }
}

/// A server with patient limits.
pub(crate) fn serve() -> Served {
    serve_with(Limits {
        requests_per_minute: u32::MAX,
        failures_per_minute: 10_000,
        ..Limits::default()
    })
}

pub(crate) fn serve_with(limits: Limits) -> Served {
    serve_beside(limits, None)
}

/// A server with a service beside TAXII.
pub(crate) fn serve_beside(limits: Limits, service: Option<Service>) -> Served {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let clock = Arc::new(Mutex::new(Timestamp::of_unix_microseconds(1_767_225_600_000_000)));
    let ticking = {
        let clock = Arc::clone(&clock);
        Clock::new(move || *clock.lock().unwrap())
    };
    let store = Store::open(&path, ticking.clone()).unwrap();
    store.add_root(&NewRoot { name: "api1", title: "First root", description: Some("D") }).unwrap();
    let new = NewCollection {
        root: "api1",
        alias: Some("first"),
        title: "Indicators",
        description: Some("D"),
    };
    let collection = store.add_collection(&new).unwrap().id;
    for (name, read, write) in [
        ("both", true, true),
        ("reader", true, false),
        ("writer", false, true),
        ("none", false, false),
    ] {
        store.add_user(name, None).unwrap();
        store.grant(name, &collection, Rights { read, write }).unwrap();
    }
    let log = Log::default();
    let server = Server::bind(
        "127.0.0.1:0".parse().unwrap(),
        Transport::Loopback,
        Store::open(&path, ticking).unwrap(),
    );
    let mut server = server.unwrap().limits(limits).audit(log.clone());
    if let Some(service) = service {
        server = server.service(service);
    }
    let (address, stop) = (server.address(), Stop::new());
    let handle = stop.clone();
    let thread = Some(std::thread::spawn(move || server.run(&handle).unwrap()));
    Served { address, collection, store, folder, log, clock, stop, thread }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.now();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Served {
    pub(crate) fn stop(&self) {
        self.stop.now();
    }

    /// A caller that logs in with a token of this user.
    pub(crate) fn as_user(&self, name: &str) -> Caller<'_> {
        let token = self.store.add_token(name, "test").unwrap();
        Caller { served: self, authorization: Some(format!("Bearer {}", token.text())) }
    }

    pub(crate) fn anonymous(&self) -> Caller<'_> {
        Caller { served: self, authorization: None }
    }

    pub(crate) fn with_password(&self, name: &str, password: &str) -> Caller<'_> {
        let text = STANDARD.encode(format!("{name}:{password}"));
        Caller { served: self, authorization: Some(format!("Basic {text}")) }
    }

    /// The path of something below the collection.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/api1/collections/{}/{rest}", self.collection)
    }
}

pub(crate) struct Caller<'a> {
    pub(crate) served: &'a Served,
    pub(crate) authorization: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(met, _)| met == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        let json = self.json();
        let objects = json["objects"].as_array().cloned().unwrap_or_default();
        objects.iter().map(|object| object["id"].as_str().unwrap().to_owned()).collect()
    }
}

impl Caller<'_> {
    pub(crate) fn get(&self, path: &str) -> Response {
        self.send("GET", path, &[("accept", TAXII)], b"")
    }

    pub(crate) fn delete(&self, path: &str) -> Response {
        self.send("DELETE", path, &[("accept", TAXII)], b"")
    }

    /// Gets something below the collection.
    pub(crate) fn read(&self, rest: &str) -> Response {
        self.get(&self.served.path(rest))
    }

    pub(crate) fn post(&self, body: &[u8]) -> Response {
        let headers = [("accept", TAXII), ("content-type", TAXII)];
        self.send("POST", &self.served.path("objects/"), &headers, body)
    }

    /// Adds objects, all of which have to be taken.
    pub(crate) fn add(&self, objects: &[String]) -> Value {
        let response = self.post(envelope(objects).as_bytes());
        assert_eq!(response.status, 202, "{response:?}");
        let status = response.json();
        assert_eq!(status["failure_count"], 0, "{status}");
        status
    }

    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response {
        let mut text =
            format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
        if let Some(value) = &self.authorization {
            text.push_str(&format!("authorization: {value}\r\n"));
        }
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if method == "POST" {
            text.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        text.push_str("\r\n");
        let mut bytes = text.into_bytes();
        bytes.extend_from_slice(body);
        raw(self.served.address, &bytes).unwrap_or_else(|| panic!("no answer to {method} {path}"))
    }
}

/// Sends bytes and reads the answer; `None` when the connection ends without one.
pub(crate) fn raw(address: SocketAddr, bytes: &[u8]) -> Option<Response> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    // A server that refuses may close before it has everything.
    let _ = stream.write_all(bytes).is_ok();
    answer(&mut stream)
}

pub(crate) fn answer(stream: &mut impl Read) -> Option<Response> {
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes).is_ok();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers =
        headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    Some(Response { status, headers, body: bytes[end + 4..].to_vec() })
}

pub(crate) fn envelope(objects: &[String]) -> String {
    format!(r#"{{"objects":[{}]}}"#, objects.join(","))
}

pub(crate) fn id(kind: &str, number: u32) -> String {
    format!("{kind}--{number:08x}-0000-4000-8000-000000000000")
}

/// An indicator, modified on a day of January 2026.
pub(crate) fn indicator(number: u32, day: u32) -> String {
    object("indicator", number, day)
}

pub(crate) fn object(kind: &str, number: u32, day: u32) -> String {
    let id = id(kind, number);
    format!(
        r#"{{"type":"{kind}","spec_version":"2.1","id":"{id}","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-{day:02}T00:00:00.000Z","name":"n{number}"}}"#
    )
}

/// An object without a version.
pub(crate) fn address(number: u32, value: &str) -> String {
    let id = id("ipv4-addr", number);
    format!(r#"{{"type":"ipv4-addr","spec_version":"2.1","id":"{id}","value":"{value}"}}"#)
}
