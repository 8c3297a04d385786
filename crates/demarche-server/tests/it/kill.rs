//! The server killed in the middle of its work: what was acknowledged is there, and no batch is there by half.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use super::served::{TAXII, answer, id, indicator};

/// Objects of a batch.
const BATCH: u32 = 100;

/// The example `serve`, which cargo builds with the tests.
pub(crate) fn example() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let folder = test.parent().and_then(std::path::Path::parent).unwrap();
    let path = folder.join("examples").join("serve");
    assert!(path.exists(), "{} is missing: cargo test without --test builds it", path.display());
    path
}

pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) address: String,
    pub(crate) collection: String,
    pub(crate) token: String,
}

impl Process {
    pub(crate) fn start(arguments: &[&std::ffi::OsStr]) -> Self {
        Self::of(Command::new(example()).args(arguments))
    }

    fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let told: serde_json::Value = serde_json::from_str(&line).unwrap();
        let text = |name: &str| told[name].as_str().unwrap().to_owned();
        Self {
            child,
            address: text("address"),
            collection: text("collection"),
            token: text("token"),
        }
    }

    fn send(&self, method: &str, rest: &str, body: &str) -> TcpStream {
        let Self { address, collection, token, .. } = self;
        let length = body.len();
        let text = format!(
            "{method} /api1/collections/{collection}/{rest} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\naccept: {TAXII}\r\ncontent-type: {TAXII}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        let mut stream = TcpStream::connect(address).unwrap();
        let _ = stream.write_all(text.as_bytes()).is_ok();
        stream
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill().is_ok();
        self.child.wait().unwrap();
    }
}

#[test]
fn what_was_acknowledged_survives_kill_9_and_no_batch_is_half_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let (mut acknowledged, mut batch) = (BTreeSet::new(), 0);
    for round in 0..20_u64 {
        let mut process = Process::start(&[path.as_os_str(), "127.0.0.1:0".as_ref()]);
        for turn in 0..3 {
            let objects: Vec<_> =
                (0..BATCH).map(|number| indicator(batch * BATCH + number, 1)).collect();
            let mut stream = process.send("POST", "objects/", &super::served::envelope(&objects));
            if turn == 2 {
                // Each round is killed at another moment of the last batch.
                std::thread::sleep(std::time::Duration::from_millis(round));
                process.child.kill().unwrap();
            }
            if answer(&mut stream).is_some_and(|response| response.status == 202) {
                acknowledged.insert(batch);
            }
            batch += 1;
        }
    }
    let process = Process::start(&[path.as_os_str(), "127.0.0.1:0".as_ref()]);
    let response = answer(&mut process.send("GET", "manifest/?limit=10000", "")).unwrap();
    let there: BTreeSet<_> = response.ids().into_iter().collect();
    assert!(acknowledged.len() >= 40);
    for number in 0..batch {
        let count =
            (0..BATCH).filter(|one| there.contains(&id("indicator", number * BATCH + one))).count();
        assert!(count == 0 || count == BATCH as usize, "batch {number} is there by {count}");
        assert!(count > 0 || !acknowledged.contains(&number), "batch {number} is lost");
    }
}

/// A limit on the size of files stands in for a full disk: the write fails in the same place.
#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_takes_no_more_costs_no_object_and_reading_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    drop(Process::start(&[path.as_os_str(), "127.0.0.1:0".as_ref()]));
    let serve = example();
    // The shell ignores the signal of the limit, and so does the server, which then gets an error of the write.
    let script = r#"trap "" XFSZ; ulimit -f 2048; exec "$0" "$1" 127.0.0.1:0"#;
    let process = Process::of(Command::new("sh").args(["-c", script]).arg(serve).arg(&path));
    let (mut stored, mut failed) = (0, 0);
    for batch in 0..30 {
        let name = "n".repeat(1_000);
        let objects: Vec<_> = (0..BATCH)
            .map(|number| {
                indicator(batch * BATCH + number, 1)
                    .replace("name\":\"", &format!("name\":\"{name}"))
            })
            .collect();
        let response =
            answer(&mut process.send("POST", "objects/", &super::served::envelope(&objects)))
                .unwrap();
        match response.status {
            202 => stored += BATCH as usize,
            503 | 507 => failed += 1,
            status => panic!("{status}"),
        }
        if failed > 2 {
            break;
        }
    }
    assert!(stored > 0 && failed > 0, "{stored} {failed}");
    let response = answer(&mut process.send("GET", "manifest/?limit=10000", "")).unwrap();
    assert_eq!((response.status, response.ids().len()), (200, stored));
}
