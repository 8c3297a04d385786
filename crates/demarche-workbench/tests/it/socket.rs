//! Who reaches the workbench through its socket, and who does not.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

use demarche_http::{Listener, Stop, Transport};
use demarche_workbench::Workbench;
use demarche_workbench::guard::Guard;

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
        Self::behind(|address| Guard::local(address, false, "the analyst").unwrap())
    }

    /// A workbench with the users `ana` and `ben`, whose password is `secret` behind their name.
    fn with_users() -> Self {
        Self::behind(|address| {
            let check = |name: &str, password: &str| {
                Ok(["ana", "ben"].contains(&name) && password == format!("{name} secret"))
            };
            Guard::of_users(address, false, &["bench.example".to_owned()], Box::new(check))
        })
    }

    fn behind(guard: impl FnOnce(SocketAddr) -> Guard) -> Self {
        let bench = Bench::sony();
        let listener = Listener::bind("127.0.0.1:0".parse().unwrap(), Transport::Loopback).unwrap();
        let address = listener.address();
        let guard = guard(address);
        let desk = Workbench::new(&[bench.root()], settings(bench.folder.path())).unwrap();
        let (stop, given) = (Stop::new(), guard.clone());
        let until = stop.clone();
        let thread = std::thread::spawn(move || {
            demarche_workbench::serve(Arc::new(desk), given, listener, &until).unwrap();
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

    /// The cookie for the token of the start address.
    fn cookie(&self) -> String {
        cookie_of(&self.get(&format!("/?token={}", self.guard.token().unwrap()), ""))
    }

    /// Logs in, and returns the whole answer.
    fn log_in(&self, name: &str, password: &str) -> String {
        let password = password.replace(' ', "+");
        self.post("/login", &format!("name={name}&password={password}&to=/library"), "")
    }

    /// The text that forms of the holder of a cookie carry.
    fn form(&self, cookie: &str) -> String {
        let value = cookie.trim_start_matches("Cookie: ").trim();
        let headers = [(hyper::header::COOKIE, value.parse().unwrap())].into_iter().collect();
        format!("form={}", self.guard.asker(&headers).unwrap().form)
    }

    fn post(&self, path: &str, form: &str, more: &str) -> String {
        let host = self.address;
        let length = form.len();
        self.send(&format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{form}"
        ))
    }
}

/// The cookie that an answer sets, as a request sends it.
fn cookie_of(answer: &str) -> String {
    let line = answer.lines().find(|line| line.starts_with("set-cookie: ")).expect(answer);
    let pair = line.trim_start_matches("set-cookie: ").split(';').next().unwrap();
    format!("Cookie: {pair}\r\n")
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
    let token = served.guard.token().unwrap();
    let opened = served.get(&format!("/?token={token}"), "");
    assert!(opened.starts_with("HTTP/1.1 303"), "{opened}");
    assert!(opened.contains("HttpOnly; SameSite=Strict"), "{opened}");
    let page = served.get("/", &served.cookie());
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("script-src 'self'") && page.contains("frame-ancestors 'none'"));
    assert!(!page.contains(token));
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
    let cookie = served.cookie();
    let good = served.form(&cookie);
    let item = "title=A&kind=motive&grade=F6&tlp=RED&says=A";
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
    let form = served.form(&cookie);
    let packed =
        served.post("/sony-2014/undo", &form, &format!("{cookie}Content-Encoding: gzip\r\n"));
    assert!(packed.starts_with("HTTP/1.1 415"), "{packed}");
    let broken = served.send(&format!("POST /sony-2014/undo HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{cookie}Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5\r\n\r\n--x--"));
    assert!(broken.starts_with("HTTP/1.1 4"), "{broken}");
}

#[test]
fn users_log_in_and_each_is_named_in_the_log() {
    let served = Served::with_users();
    let asked = served.get("/sony-2014/log", "");
    assert!(asked.starts_with("HTTP/1.1 401") && asked.contains("name=\"password\""), "{asked}");
    assert!(asked.contains("value=\"/sony-2014/log\""), "the page that was asked for comes next");
    assert!(!asked.contains("sony-2014/evidence"), "a stranger sees nothing of a case");
    assert!(served.get("/assets/workbench.css", "").starts_with("HTTP/1.1 200"));
    assert!(served.log_in("ana", "wrong").starts_with("HTTP/1.1 401"));
    assert!(served.log_in("nobody", "nobody secret").starts_with("HTTP/1.1 401"));
    let (ana, ben) = (served.log_in("ana", "ana secret"), served.log_in("ben", "ben secret"));
    assert!(ana.starts_with("HTTP/1.1 303") && ana.contains("location: /library"), "{ana}");
    assert!(ana.contains("HttpOnly; SameSite=Strict"), "{ana}");
    let (ana, ben) = (cookie_of(&ana), cookie_of(&ben));
    assert!(served.get("/", &ana).contains("Log out"));
    let item = "title=Seen+by+Ana&kind=motive&grade=F6&tlp=RED&says=A";
    let path = "/sony-2014/evidence/write";
    // The form of another user is no form of this one.
    let foreign = served.post(path, &format!("{}&{item}", served.form(&ben)), &ana);
    assert!(foreign.starts_with("HTTP/1.1 403"), "{foreign}");
    let made = served.post(path, &format!("{}&{item}", served.form(&ana)), &ana);
    assert!(made.starts_with("HTTP/1.1 303"), "{made}");
    let log = served.bench.text("log.jsonl");
    assert!(log.lines().last().unwrap().contains("\"who\":\"ana\""), "{log}");
    let left = served.post("/logout", &served.form(&ana), &ana);
    assert!(left.contains("Max-Age=0"), "{left}");
    assert!(served.get("/", &ana).starts_with("HTTP/1.1 401"), "the cookie is void");
    assert!(served.get("/", &ben).starts_with("HTTP/1.1 200"), "the other user stays");
}

#[test]
fn who_guesses_passwords_has_to_wait_and_a_login_leads_nowhere_else() {
    let served = Served::with_users();
    for to in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let answer = served.post("/login", &format!("name=ana&password=ana+secret&to={to}"), "");
        assert!(answer.contains("location: /\r\n"), "{to}: {answer}");
    }
    let from_elsewhere =
        served.post("/login", "name=ana&password=ana+secret", "Origin: http://evil.example\r\n");
    assert!(from_elsewhere.starts_with("HTTP/1.1 403"), "{from_elsewhere}");
    let mut tries = (0..20).map(|_| served.log_in("ana", "wrong"));
    assert!(tries.any(|answer| answer.contains("Too many logins failed")));
    let right = served.log_in("ana", "ana secret");
    assert!(right.starts_with("HTTP/1.1 401"), "the right password waits as well: {right}");
}

#[test]
fn a_server_answers_to_the_names_that_it_was_given() {
    let served = Served::with_users();
    let port = served.address.port();
    for (host, is_known) in [("bench.example", true), ("other.example", false)] {
        let answer = served
            .send(&format!("GET / HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"));
        assert_eq!(answer.starts_with("HTTP/1.1 401"), is_known, "{host}: {answer}");
    }
}
