//! Who reaches the workbench through its socket, and who does not.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use demarche_http::{Listener, Stop, Transport};
use demarche_workbench::guard::Guard;
use demarche_workbench::{Settings, Workbench};

use crate::bench::{Bench, settings};

struct Served {
    address: SocketAddr,
    guard: Guard,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
    bench: Bench,
}

impl Served {
    fn new() -> Self {
        let bench = Bench::sony();
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), Transport::Loopback).unwrap();
        let address = listener.address();
        let guard = Guard::new(address, false).unwrap();
        let settings = Settings { form: guard.form().to_owned(), ..settings(bench.folder.path()) };
        let desk = Arc::new(Workbench::new(&[bench.root()], settings).unwrap());
        let (stop, given) = (Stop::new(), guard.clone());
        let until = stop.clone();
        let thread = std::thread::spawn(move || {
            demarche_workbench::serve(desk, given, listener, &until).unwrap();
        });
        Self { address, guard, stop, thread: Some(thread), bench }
    }

    /// Sends a request as it is, and returns all that comes back.
    fn send(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(&self, target: &str, more: &str) -> String {
        let host = self.address;
        self.send(&format!(
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n"
        ))
    }

    fn cookie(&self) -> String {
        let cookie = self.guard.set_cookie();
        format!("Cookie: {}\r\n", cookie.split(';').next().unwrap())
    }

    fn post(&self, path: &str, form: &str, more: &str) -> String {
        let host = self.address;
        let length = form.len();
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
        ))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.now();
        drop(self.thread.take().map(JoinHandle::join));
    }
}

#[test]
fn the_token_is_exchanged_for_a_cookie_and_nothing_else_opens_the_door() {
    let served = Served::new();
    assert!(served.get("/", "").starts_with("HTTP/1.1 403"));
    assert!(served.get("/assets/workbench.js", "").starts_with("HTTP/1.1 403"));
    assert!(served.get("/?token=0123", "").starts_with("HTTP/1.1 403"));
    let opened = served.get(&format!("/?token={}", served.guard.token()), "");
    assert!(opened.starts_with("HTTP/1.1 303"), "{opened}");
    assert!(opened.contains("HttpOnly; SameSite=Strict"), "{opened}");
    let page = served.get("/", &served.cookie());
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("script-src 'self'") && page.contains("frame-ancestors 'none'"));
    assert!(!page.contains(served.guard.token()));
}

#[test]
fn another_name_for_this_machine_reaches_nothing() {
    let served = Served::new();
    let cookie = served.cookie();
    for host in ["evil.example", "127.0.0.1", "localhost:1", ""] {
        let answer = served
            .send(&format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{cookie}\r\n"));
        assert!(!answer.contains(" 200 "), "{host}: {answer}");
    }
    let twice = format!("Host: evil.example\r\n{cookie}");
    assert!(!served.get("/", &twice).contains(" 200 "));
}

#[test]
fn a_form_from_elsewhere_changes_nothing() {
    let served = Served::new();
    let before = served.bench.text("evidence.toml");
    let path = "/sony-2014/evidence/write";
    let good = format!("form={}", served.guard.form());
    let item = "title=A&kind=motive&grade=F6&tlp=RED&says=A";
    let cookie = served.cookie();
    let ours = format!("Origin: http://{}\r\n", served.address);
    let refused = [
        served.post(path, &format!("{good}&{item}"), ""),
        served.post(path, item, &cookie),
        served.post(path, &format!("form=0123&{item}"), &cookie),
        served.post(
            path,
            &format!("{good}&{item}"),
            &format!("{cookie}Origin: http://evil.example\r\n"),
        ),
        served.post(path, &format!("{good}&{item}"), &format!("{cookie}Origin: null\r\n")),
        served.post(
            path,
            &format!("{good}&{item}"),
            &format!("{cookie}Sec-Fetch-Site: cross-site\r\n"),
        ),
    ];
    for answer in &refused {
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    }
    assert_eq!(served.bench.text("evidence.toml"), before);
    let made = served.post(path, &format!("{good}&{item}"), &format!("{cookie}{ours}"));
    assert!(made.starts_with("HTTP/1.1 303"), "{made}");
}

#[test]
fn other_methods_and_broken_forms_are_refused() {
    let served = Served::new();
    let cookie = served.cookie();
    let host = served.address;
    for method in ["PUT", "DELETE", "OPTIONS", "TRACE"] {
        let answer = served.send(&format!(
            "{method} / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{cookie}\r\n"
        ));
        assert!(answer.starts_with("HTTP/1.1 405"), "{method}: {answer}");
    }
    let form = format!("form={}", served.guard.form());
    let packed =
        served.post("/sony-2014/undo", &form, &format!("{cookie}Content-Encoding: gzip\r\n"));
    assert!(packed.starts_with("HTTP/1.1 415"), "{packed}");
    let broken = served.send(&format!("POST /sony-2014/undo HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{cookie}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n\r\n--x--"));
    assert!(broken.starts_with("HTTP/1.1 4"), "{broken}");
}
