//! Logins, limits and the audit log: TAXII 2.1, sections 1.6.9 and 8.2.2.

use demarche_server::{Limits, Store, StoreError};

use super::served::{Served, TAXII, indicator, serve, serve_with};

#[test]
fn s_1_6_9_without_a_login_everything_is_401_with_a_challenge() {
    let served = serve();
    for path in ["/taxii2/", "/api1/", "/nothing/", &served.path("objects/?limit=0")] {
        let response = served.anonymous().get(path);
        assert_eq!(response.status, 401);
        assert!(response.header("www-authenticate").unwrap().starts_with("Basic realm="));
        assert_eq!(response.header("content-type"), Some(TAXII));
    }
    assert_eq!(served.anonymous().post(b"{}").status, 401);
}

#[test]
fn s_8_2_2_http_basic_takes_the_right_password_and_no_other() {
    let served = serve();
    served.store.set_password("both", "pass:word é").unwrap();
    let status = |name, password| served.with_password(name, password).get("/taxii2/").status;
    assert_eq!(status("both", "pass:word é"), 200);
    assert_eq!(status("both", "pass:word é"), 200);
    assert_eq!(status("both", "pass"), 401);
    assert_eq!(status("nobody", "pass"), 401);
    assert_eq!(status("reader", ""), 401);
    served.store.set_password("both", "new").unwrap();
    assert_eq!(status("both", "pass:word é"), 401);
    assert_eq!(status("both", "new"), 200);
    served.store.remove_user("both").unwrap();
    assert_eq!(status("both", "new"), 401);
}

#[test]
fn a_token_is_void_once_it_is_revoked_and_is_not_in_the_file() {
    let served = serve();
    let caller = served.as_user("both");
    assert_eq!(caller.get("/taxii2/").status, 200);
    let secret = caller.authorization.clone().unwrap().replace("Bearer ", "");
    for entry in std::fs::read_dir(served.folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
    for entry in served.store.tokens().unwrap() {
        served.store.revoke_token(entry.number).unwrap();
    }
    assert_eq!(caller.get("/taxii2/").status, 401);
}

#[test]
fn guessing_is_slowed_down_and_those_who_are_known_go_on() {
    let served = serve_with(Limits { failures_per_minute: 3, ..Limits::default() });
    let known = served.as_user("both");
    let guess = || served.with_password("both", "guess").get("/taxii2/");
    let statuses: Vec<_> = (0..5).map(|_| guess().status).collect();
    assert_eq!(statuses, [401, 401, 401, 429, 429]);
    assert!(guess().header("retry-after").is_some());
    assert_eq!(known.get("/taxii2/").status, 200);
}

#[test]
fn requests_of_a_user_are_paced() {
    let served = serve_with(Limits { requests_per_minute: 3, ..Limits::default() });
    let (both, reader) = (served.as_user("both"), served.as_user("reader"));
    let statuses: Vec<_> = (0..4).map(|_| both.get("/taxii2/").status).collect();
    assert_eq!(statuses, [200, 200, 200, 429]);
    assert_eq!(reader.get("/taxii2/").status, 200);
}

#[test]
fn each_request_is_a_line_of_the_audit_log() {
    let served = serve();
    served.anonymous().get("/taxii2/");
    let caller = served.as_user("both");
    caller.add(&[indicator(1, 1), indicator(2, 1)]);
    let bytes = caller.read("objects/?limit=1").body.len();
    let lines = served.log.lines();
    assert_eq!(lines.len(), 3);
    assert_eq!((&lines[0]["user"], &lines[0]["status"]), (&serde_json::Value::Null, &401.into()));
    assert_eq!((&lines[1]["method"], &lines[1]["objects"]), (&"POST".into(), &2.into()));
    assert_eq!(lines[2]["path"], served.path("objects/?limit=1"));
    assert_eq!((&lines[2]["user"], &lines[2]["objects"]), (&"both".into(), &1.into()));
    assert_eq!(
        (&lines[2]["bytes"], &lines[2]["time"]),
        (&bytes.into(), &"2026-01-01T00:00:00.000000Z".into())
    );
    assert_eq!(lines[2]["address"], "127.0.0.1");
}

#[test]
fn names_that_would_mislead_are_refused() {
    let Served { store, .. } = &serve();
    for name in ["", "taxii2", "a/b", "..", "é", &"a".repeat(101)] {
        let root = demarche_server::NewRoot { name, title: "", description: None };
        assert!(matches!(store.add_root(&root), Err(StoreError::Name { .. })), "{name}");
    }
    for name in ["", "a:b", "a\nb"] {
        assert!(matches!(store.add_user(name, None), Err(StoreError::Name { .. })), "{name}");
    }
    assert!(matches!(store.add_user("both", None), Err(StoreError::Taken { .. })));
    assert!(matches!(store.remove_user("nobody"), Err(StoreError::Missing { .. })));
    assert_eq!(store.users().unwrap(), ["both", "none", "reader", "writer"]);
    assert_eq!((store.roots().unwrap().len(), store.collections().unwrap().len()), (1, 1));
}

#[cfg(unix)]
#[test]
fn the_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let served = serve();
    served.as_user("both").add(&[indicator(1, 1)]);
    for entry in std::fs::read_dir(served.folder.path()).unwrap() {
        let mode = entry.unwrap().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }
}

#[test]
fn files_of_other_programs_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    std::fs::write(&path, "not a database, but long enough to be taken for one, perhaps").unwrap();
    let clock = demarche_server::Clock::of_the_machine();
    assert!(matches!(Store::open(&path, clock), Err(StoreError::Foreign(_))));
}
