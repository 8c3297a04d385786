//! The client, reading.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use demarche_server::{
    Account, Ceiling, Client, ClientError, End, Patience, Pulled, RemoteCollection, Timestamp,
    Trust, Wanted,
};
use demarche_terms::Tlp;

use super::served::{Served, id, indicator, object, serve};

pub(crate) fn client(served: &Served, user: &str) -> Client {
    let token = served.store.add_token(user, "client").unwrap();
    let account = Account::Token(token.text().to_owned());
    let url = format!("http://{}/", served.address);
    Client::new(&url, &account, &Trust::Public, Patience::default()).unwrap()
}

fn pull(client: &Client, collection: &RemoteCollection, wanted: &Wanted) -> (Vec<String>, Pulled) {
    let mut objects = Vec::new();
    let pulled = client.pull(collection, wanted, |page| {
        objects.extend(page.objects.iter().map(|&object| object.to_owned()));
        ControlFlow::Continue(())
    });
    (objects, pulled.unwrap())
}

#[test]
fn s_4_1_to_5_2_a_server_tells_what_it_has() {
    let served = serve();
    let client = client(&served, "both");
    assert_eq!(client.discovery().unwrap().default.as_deref(), Some("/api1/"));
    assert_eq!(client.roots().unwrap(), ["/api1/"]);
    assert_eq!(client.root("/api1/").unwrap().max_content_length, 10 << 20);
    let collection = client.collection("first").unwrap();
    assert_eq!(
        (collection.id.as_str(), collection.root.as_str()),
        (served.collection.as_str(), "/api1/")
    );
    assert!(collection.can_read && collection.can_write);
    assert!(matches!(client.collection("second"), Err(ClientError::Collection(_))));
}

#[test]
fn s_3_5_a_pull_takes_all_pages_and_goes_on_where_it_ended() {
    let served = serve();
    let (caller, client) = (served.as_user("both"), client(&served, "reader"));
    let collection = client.collection(&served.collection).unwrap();
    let objects: Vec<_> = (0..7).map(|number| indicator(number, 1)).collect();
    caller.add(&objects);
    let wanted = Wanted { page: Some(3), ..Wanted::default() };
    let (pulled, outcome) = pull(&client, &collection, &wanted);
    assert_eq!(pulled, objects);
    assert_eq!((outcome.objects, outcome.pages, outcome.end), (7, 3, End::Complete));
    let later = [object("malware", 8, 1), indicator(9, 1)];
    caller.add(&later);
    let wanted = Wanted { added_after: outcome.last_added, ..wanted };
    assert_eq!(pull(&client, &collection, &wanted).0, later);
    let typed = Wanted { types: vec!["malware".to_owned()], ..Wanted::default() };
    assert_eq!(pull(&client, &collection, &typed).0, later[..1]);
    let one = Wanted { ids: vec![id("indicator", 3)], all_versions: true, ..Wanted::default() };
    assert_eq!(pull(&client, &collection, &one).0, objects[3..4]);
    let stopped = client.pull(&collection, &wanted, |_| ControlFlow::Break(())).unwrap();
    assert_eq!(stopped.end, End::Stopped);
}

#[test]
fn a_refusal_has_status_and_words() {
    let served = serve();
    let client = client(&served, "writer");
    let collection = client.collection("first").unwrap();
    let error =
        client.pull(&collection, &Wanted::default(), |_| ControlFlow::Continue(())).unwrap_err();
    assert!(
        matches!(&error, ClientError::Status { status: 403, message, .. } if message.starts_with("Forbidden: "))
    );
}

/// A server that gives the same answers to all requests in turn.
pub(crate) fn script(answers: Vec<String>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/root/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for answer in answers {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut bytes = [0; 65_536];
            let _ = stream.read(&mut bytes).is_ok();
            let _ = stream.write_all(answer.as_bytes()).is_ok();
        }
    });
    url
}

pub(crate) fn ok(headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
}

fn scripted(answers: &[String], patience: Patience) -> Result<Pulled, ClientError> {
    let collections =
        r#"{"collections":[{"id":"a","title":"t","can_read":true,"can_write":true}]}"#;
    let url = script([&[ok("", collections)], answers].concat());
    let client = Client::new(&url, &Account::Anonymous, &Trust::Public, patience).unwrap();
    let collection = client.collection("a").unwrap();
    client.pull(&collection, &Wanted::default(), |_| ControlFlow::Continue(()))
}

#[test]
fn a_server_that_makes_no_progress_is_left() {
    let page = |next: &str| ok("", &format!(r#"{{"more":true{next},"objects":[{{"id":"x"}}]}}"#));
    let dated = |day: u32| {
        let header = format!("X-TAXII-Date-Added-Last: 2026-01-{day:02}T00:00:00.000000Z\r\n");
        ok(&header, r#"{"more":true,"objects":[{"id":"x"}]}"#)
    };
    let empty = ok("", r#"{"more":true,"next":"1"}"#);
    let other = ok("", r#"{"more":true,"next":"2"}"#);
    for (answers, pages) in [
        (vec![page(r#","next":"1""#), page(r#","next":"2""#), page(r#","next":"1""#)], 3),
        (vec![page(r#","next":7"#), page(r#","next":7"#)], 2),
        (vec![page("")], 1),
        (vec![dated(1), dated(2), dated(2)], 3),
        (vec![empty, other], 2),
    ] {
        let pulled = scripted(&answers, Patience::default()).unwrap();
        assert_eq!((pulled.end, pulled.pages), (End::NoProgress, pages));
    }
    let last = ok("", r#"{"objects":[{"id":"y"}]}"#);
    let pulled = scripted(&[dated(3), last], Patience::default()).unwrap();
    let expected: Timestamp = "2026-01-03T00:00:00.000000Z".parse().unwrap();
    assert_eq!((pulled.end, pulled.objects, pulled.last_added), (End::Complete, 2, Some(expected)));
}

#[test]
fn answers_are_bounded_and_those_of_another_kind_are_errors() {
    let patience = Patience { answer_bytes: 100, ..Patience::default() };
    let long = ok("", &" ".repeat(1_000));
    assert!(matches!(scripted(&[long], patience), Err(ClientError::Connection { .. })));
    for body in ["", "[]x", "<html>", r#"{"objects":{}}"#] {
        let answer = scripted(&[ok("", body)], Patience::default());
        assert!(matches!(answer, Err(ClientError::Answer { .. })), "{body}");
    }
    let elsewhere = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    assert!(matches!(
        scripted(&[elsewhere.to_owned()], Patience::default()),
        Err(ClientError::Status { status: 302, .. })
    ));
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    let busy =
        "HTTP/1.1 503 Busy\r\nretry-after: 0\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            .to_owned();
    let patience = Patience { wait: Duration::from_millis(1), ..Patience::default() };
    let last = ok("", r#"{"objects":[{"id":"y"}]}"#);
    assert_eq!(
        scripted(&[busy.clone(), String::new(), last], patience.clone()).unwrap().objects,
        1
    );
    let error = scripted(&vec![busy; 4], patience).unwrap_err();
    assert!(matches!(error, ClientError::Status { status: 503, .. }));
}

#[test]
fn a_reader_beside_writers_misses_nothing() {
    let served = serve();
    let clients: Vec<_> = (0..5).map(|_| client(&served, "both")).collect();
    let collection = clients[0].collection("first").unwrap();
    let (reader, writers) = clients.split_first().unwrap();
    let done = AtomicUsize::new(0);
    let mut seen = Vec::new();
    std::thread::scope(|scope| {
        for (number, writer) in (0_u32..).zip(writers) {
            let (collection, done) = (&collection, &done);
            scope.spawn(move || {
                let ceiling = Ceiling::new(Tlp::Clear).unmarked_as(Tlp::Clear);
                for batch in 0..10 {
                    let first = number * 1_000 + batch * 20;
                    let objects: Vec<_> =
                        (first..first + 20).map(|one| indicator(one, 1)).collect();
                    let bytes: Vec<_> = objects.iter().map(String::as_bytes).collect();
                    writer.push(collection, &bytes, &ceiling, |_| true).unwrap();
                }
                done.fetch_add(1, Ordering::SeqCst);
            });
        }
        let mut wanted = Wanted { page: Some(7), ..Wanted::default() };
        loop {
            let is_last = done.load(Ordering::SeqCst) == 4;
            let (objects, pulled) = pull(reader, &collection, &wanted);
            seen.extend(objects);
            wanted.added_after = pulled.last_added;
            if is_last {
                break;
            }
        }
    });
    let distinct: BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len(), distinct.len()), (800, 800));
}
