//! `library fetch` as a user runs it, against a server of the test's own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use demarche_case::Sha256;
use demarche_case::assessment::answer::Answer;
use demarche_library::catalogue::{CatalogueAnswer, Downloads, FetchAnswer, PlanAnswer, State};

use crate::server::{Reply, Server};

const LINKS: &[u8] = b"# a table of the test\n1|2|-1\n2|3|0\n";

fn folder(test: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    if path.exists() {
        fs::remove_dir_all(&path).unwrap();
    }
    path
}

fn fetch(arguments: &[&str], mirror: Option<&Server>, out: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
    command.args(["library", "fetch"]).args(arguments).arg("--out").arg(out);
    if let Some(server) = mirror {
        command.args(["--mirror", &server.url]);
    }
    command.output().expect("the program runs")
}

fn answer<T: serde::de::DeserializeOwned>(output: &Output, status: i32) -> Answer<T> {
    assert_eq!(output.status.code(), Some(status), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn failure(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2));
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn ok(body: &[u8]) -> Reply {
    Reply::new("200 OK", "ETag: \"one\"\r\n", body)
}

fn missing() -> Reply {
    Reply::new("404 Not Found", "", b"")
}

#[test]
fn the_list_names_every_set_with_its_terms() {
    let out = folder("fetch-list");
    let listed: Answer<CatalogueAnswer> = answer(&fetch(&["--list", "--json"], None, &out), 0);
    assert!(listed.answer.sets.iter().all(|set| !set.licence.is_empty()));
    let text = String::from_utf8(fetch(&["--list"], None, &out).stdout).unwrap();
    assert!(text.contains("attack-enterprise") && text.contains("The MITRE Corporation"));
    assert!(!out.exists(), "a list writes nothing");
}

#[test]
fn a_dry_run_asks_nobody_and_writes_nothing() {
    let out = folder("fetch-dry");
    let arguments = ["routes", "--date", "2014-12-22T16:15Z", "--dry-run", "--json"];
    let plan: Answer<PlanAnswer> = answer(&fetch(&arguments, None, &out), 0);
    let urls: Vec<_> = plan.answer.files.iter().map(|file| file.choices[0].url.as_str()).collect();
    assert!(
        urls.contains(&"https://archive.routeviews.org/bgpdata/2014.12/RIBS/rib.20141222.1600.bz2")
    );
    assert!(!out.exists());
}

#[test]
fn a_fetched_table_can_be_read_at_once_and_is_not_fetched_twice() {
    let out = folder("fetch-routes");
    let server = Server::new(vec![missing(), ok(LINKS)]);
    let arguments = ["caida-as-rel", "--date", "2014-12-22", "--json"];
    let fetched: Answer<FetchAnswer> = answer(&fetch(&arguments, Some(&server), &out), 0);
    let file = &fetched.answer.files[0];
    assert_eq!(file.file, "routes/2014-12-22/20141101.as-rel.txt.bz2");
    assert_eq!((file.state, file.download.sha256), (State::New, Sha256::of(LINKS)));
    assert_eq!(file.download.as_of.unwrap().to_string(), "2014-11-01");
    assert_eq!(fs::read(out.join(&file.file)).unwrap(), LINKS);
    let record = fs::read_to_string(out.join("downloads.json")).unwrap();
    let record: Downloads = serde_json::from_str(&record).unwrap();
    assert_eq!(record.files[&file.file], file.download);
    let tables = out.join("routes/2014-12-22");
    assert!(fetched.answer.next[0].ends_with(tables.to_str().unwrap()));
    let read = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(["routes", "depend", "AS3", "--json", "--routes"])
        .arg(tables)
        .output()
        .unwrap();
    assert_ne!(read.status.code(), Some(2), "{}", String::from_utf8_lossy(&read.stderr));

    // The first address is asked again, the second never changes and is here.
    let again = Server::answering(|_| Some(missing()));
    let mirrored = fs::read_to_string(out.join("downloads.json")).unwrap();
    fs::write(out.join("downloads.json"), mirrored.replace(&server.url, &again.url)).unwrap();
    let second: Answer<FetchAnswer> = answer(&fetch(&arguments, Some(&again), &out), 0);
    assert_eq!(second.answer.files[0].state, State::Present);
    assert_eq!(again.asked().len(), 1);
}

#[test]
fn what_changes_is_asked_for_again_and_what_was_damaged_is_brought_again() {
    let out = folder("fetch-latest");
    let server = Server::new(vec![
        ok(b"{}"),
        Reply::new("304 Not Modified", "ETag: \"one\"\r\n", b""),
        ok(b"{}"),
    ]);
    let run = || -> Answer<FetchAnswer> {
        answer(&fetch(&["misp-threat-actor", "--json"], Some(&server), &out), 0)
    };
    assert_eq!(run().answer.files[0].state, State::New);
    assert_eq!(run().answer.files[0].state, State::Unchanged);
    fs::write(out.join("attacks/misp-galaxy-threat-actor.json"), "{").unwrap();
    assert_eq!(run().answer.files[0].state, State::New);
    let asked = server.asked();
    assert!(asked[1].to_ascii_lowercase().contains("if-none-match: \"one\""));
    assert!(!asked[2].to_ascii_lowercase().contains("if-none-match"));
}

#[test]
fn what_is_missing_is_a_gap_beside_what_came() {
    let out = folder("fetch-gap");
    let server = Server::answering(|question| {
        Some(if question.contains("/ics-attack/") { missing() } else { ok(b"{}") })
    });
    let arguments = ["attack-enterprise", "attack-ics", "--json"];
    let fetched: Answer<FetchAnswer> = answer(&fetch(&arguments, Some(&server), &out), 1);
    assert_eq!(fetched.answer.files.len(), 1);
    assert_eq!(fetched.gaps.len(), 1);
    assert!(fetched.gaps[0].what.contains("/ics-attack/") && fetched.gaps[0].remedy.is_some());
}

#[test]
fn a_network_that_goes_away_is_not_asked_for_everything_else() {
    let out = folder("fetch-gone");
    let server = Server::answering(|question| {
        let is_first = question.contains("updates.20141222.1600");
        Some(if is_first {
            ok(b"data")
        } else {
            Reply::new("302 Found", "Location: ftp://x\r\n", b"")
        })
    });
    let arguments = [
        "routeviews-updates",
        "--date",
        "2014-12-22T16:00Z",
        "--until",
        "2014-12-22T20:00Z",
        "--json",
    ];
    let fetched: Answer<FetchAnswer> = answer(&fetch(&arguments, Some(&server), &out), 1);
    assert_eq!((fetched.answer.files.len(), fetched.gaps.len()), (1, 3));
    assert!(fetched.gaps[2].what.starts_with("13 further files"), "{:?}", fetched.gaps[2]);
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_failure_names_the_address_and_the_remedy() {
    let out = folder("fetch-missing");
    let server = Server::answering(|_| Some(missing()));
    let error = failure(&fetch(&["misp-malpedia"], Some(&server), &out));
    assert!(
        error.contains(&format!("{}/MISP/misp-galaxy/main/clusters/malpedia.json", server.url))
    );
    assert!(error.contains("hint: "), "{error}");
}

#[test]
fn a_wrong_hash_fails_and_leaves_no_file() {
    let out = folder("fetch-hash");
    let server = Server::new(vec![ok(b"{}")]);
    let hash = Sha256::of(b"another").to_string();
    let error = failure(&fetch(&["misp-malpedia", "--sha256", &hash], Some(&server), &out));
    assert!(error.contains("SHA-256") && error.contains(&hash), "{error}");
    assert!(!out.join("attacks/misp-galaxy-malpedia.json").exists());
}

#[test]
fn no_argument_leads_out_of_the_folder_or_to_another_address() {
    let out = folder("fetch-traversal");
    for arguments in [
        &["routeviews-rib", "--date", "2014-12-22", "--collector", "../../x"][..],
        &["routeviews-rib", "--date", "2014-12-22", "--collector", "a/b"],
        &["attack-ics", "--release", "../1.1"],
        &["../attack-ics"],
        &["/etc/passwd"],
        &["routeviews-rib", "--date", "../../2014"],
        &["attack-ics", "--mirror", "file:///etc"],
        &["attack-ics", "--mirror", "http://user:word@127.0.0.1"],
        &["routeviews-rib"],
        &["attack-ics", "misp-malpedia", "--sha256", &"0".repeat(64)],
        &["misp-malpedia", "--release", "18.1"],
    ] {
        failure(&fetch(arguments, None, &out));
        assert!(!out.exists(), "{arguments:?}");
    }
}

#[test]
fn a_connection_that_falls_silent_is_carried_on_after_the_timeout() {
    let out = folder("fetch-silent");
    let body = vec![b'x'; 5_000];
    let Reply::Raw(mut start) = ok(&body) else { unreachable!() };
    start.truncate(start.len() - 2_000);
    let rest = Reply::new(
        "206 Partial Content",
        "ETag: \"one\"\r\nContent-Range: bytes 3000-4999/5000\r\n",
        &body[3_000..],
    );
    let server = Server::new(vec![Reply::Stall(start, Duration::from_secs(10)), rest]);
    let arguments = ["misp-threat-actor", "--timeout", "1", "--json"];
    let fetched: Answer<FetchAnswer> = answer(&fetch(&arguments, Some(&server), &out), 0);
    let file = &fetched.answer.files[0];
    assert_eq!((file.state, file.download.sha256), (State::Resumed, Sha256::of(&body)));
}
