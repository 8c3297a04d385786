//! `routes watch` over files, over loopback servers of RIS Live and BMP, and after a kill.

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

use demarche_case::assessment::routes::Family;
use demarche_case::assessment::watch::{AlarmKind, WatchFindings};

use crate::command_line::{demarche, folder};
use crate::planted::{Action, SMALL, START, Size, World};

pub(crate) const FOUR: [&str; 5] =
    ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24", "2001:db8::/32"];

/// The target falls for twenty minutes.
fn script() -> Vec<(u32, Action)> {
    vec![(20, Action::Withdraw(vec![0, 1, 2, 3, 4])), (40, Action::Announce(vec![0, 1, 2, 3, 4]))]
}

/// The updates of each minute, by collector.
pub(crate) fn minutes(world: &mut World, last: u32) -> Vec<Vec<Vec<u8>>> {
    let script = script();
    let of = |minute: u32| -> Vec<Action> {
        let now = script.iter().filter(|(at, _)| *at == minute);
        now.map(|(_, action)| action.clone()).collect()
    };
    (1..=last).map(|minute| world.minute(START + minute, &of(minute))).collect()
}

/// Writes the tables, and returns the arguments that name them.
pub(crate) fn tables(world: &World, folder: &Path, name: impl Fn(usize) -> String) -> Vec<String> {
    (0..world.size.collectors)
        .map(|collector| {
            let path = folder.join(format!("{collector}.bview.mrt"));
            fs::write(&path, world.table(collector)).unwrap();
            format!("{}={}", name(collector), path.display())
        })
        .collect()
}

pub(crate) fn started(arguments: &[String], stdin: Stdio) -> Child {
    Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(["routes", "watch", "AS64600"])
        .args(arguments)
        .stdin(stdin)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

pub(crate) fn record(out: &Path) -> WatchFindings {
    serde_json::from_slice(&fs::read(out.join("watch.json")).unwrap()).unwrap()
}

/// Both families fell at the twentieth minute and came back at the fortieth.
pub(crate) fn assert_found(found: &WatchFindings) {
    let told: Vec<_> = found
        .alarms
        .iter()
        .map(|alarm| (alarm.family, alarm.kind, alarm.since, alarm.until))
        .collect();
    let at = |minute: u32| demarche_case::Moment::of_unix_seconds((START + minute) * 60);
    let wanted = |family| (family, AlarmKind::Dark, at(20), Some(at(40)));
    assert_eq!(told, [wanted(Family::Ipv4), wanted(Family::Ipv6)]);
}

pub(crate) fn paths(folder: &Path, streams: &[Vec<u8>]) -> Vec<String> {
    let written = streams.iter().enumerate().map(|(collector, bytes)| {
        let path = folder.join(format!("{collector}.updates.mrt"));
        fs::write(&path, bytes).unwrap();
        format!("rrc{collector:02}={}", path.display())
    });
    written.collect()
}

pub(crate) fn streams(all: &[Vec<Vec<u8>>]) -> Vec<Vec<u8>> {
    let collectors = all.first().map_or(0, Vec::len);
    (0..collectors)
        .map(|collector| all.iter().flat_map(|minute| minute[collector].clone()).collect())
        .collect()
}

#[test]
fn files_give_lines_page_drawing_and_record() {
    let folder = folder("watch-files");
    let mut world = World::new(SMALL, &FOUR, 1);
    let ribs = tables(&world, &folder, |collector| format!("rrc{collector:02}"));
    let updates = paths(&folder, &streams(&minutes(&mut world, 60)));
    let out = folder.join("out");
    let mut arguments = vec!["routes".to_owned(), "watch".to_owned(), "AS64600".to_owned()];
    arguments.push("--rib".to_owned());
    arguments.extend(ribs);
    arguments.push("--updates".to_owned());
    arguments.extend(updates);
    let plain: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let lines = demarche(&plain);
    assert_eq!(lines.status.code(), Some(0), "{}", String::from_utf8_lossy(&lines.stderr));
    arguments.extend(["--out".to_owned(), out.display().to_string()]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let told = demarche(&arguments);
    assert_eq!(told.status.code(), Some(0), "{}", String::from_utf8_lossy(&told.stderr));
    assert!(String::from_utf8(told.stdout).unwrap().contains("IPv4 went dark from"));
    assert_eq!(fs::read(out.join("minutes.jsonl")).unwrap(), lines.stdout);
    let text = String::from_utf8(lines.stdout).unwrap();
    assert!(text.lines().count() == 60);
    assert!(text.lines().all(|line| line.contains("\"means\":\"announced-is-not-connected\"")));
    assert_found(&record(&out));
    let page = fs::read_to_string(out.join("watch.html")).unwrap();
    assert!(page.contains("Announced is not connected") && page.contains("<svg"));
    // A record that is there is not written over.
    let again = demarche(&arguments);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8(again.stderr).unwrap().contains("--resume"));
}

#[test]
fn a_killed_watch_goes_on_with_the_same_bytes() {
    let folder = folder("watch-kill");
    let size = Size { collectors: 1, ..SMALL };
    let mut world = World::new(size, &FOUR, 2);
    let ribs = tables(&world, &folder, |_| "edge".to_owned());
    let stream = streams(&minutes(&mut world, 60)).remove(0);
    let arguments = |out: &Path| {
        let mut all = vec!["--rib".to_owned()];
        all.extend(ribs.clone());
        let more = ["--stdin", "--collector", "edge", "--collectors", "1", "--save-every", "7"];
        all.extend(more.map(str::to_owned));
        all.extend(["--out".to_owned(), out.display().to_string()]);
        all
    };
    let feed = |child: &mut Child, bytes: &[u8]| {
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(bytes).unwrap();
        pipe
    };
    let whole = folder.join("whole");
    let mut child = started(&arguments(&whole), Stdio::piped());
    drop(feed(&mut child, &stream));
    assert!(child.wait().unwrap().success());
    assert_found(&record(&whole));
    let cut = folder.join("cut");
    let mut child = started(&arguments(&cut), Stdio::piped());
    let pipe = feed(&mut child, &stream[..stream.len() / 2]);
    // Until the state was written and lines stand behind it.
    for _ in 0..600 {
        std::thread::sleep(Duration::from_millis(50));
        let lines = fs::read_to_string(cut.join("minutes.jsonl")).unwrap_or_default();
        if cut.join("state.bin").exists() && lines.lines().count() >= 20 {
            break;
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    drop(pipe);
    let killed = fs::read(cut.join("minutes.jsonl")).unwrap();
    let expected = fs::read(whole.join("minutes.jsonl")).unwrap();
    assert!(killed.len() < expected.len() && expected.starts_with(&killed));
    let mut resumed = arguments(&cut);
    resumed.push("--resume".to_owned());
    let mut child = started(&resumed, Stdio::piped());
    drop(feed(&mut child, &stream));
    assert!(child.wait().unwrap().success());
    assert_eq!(fs::read(cut.join("minutes.jsonl")).unwrap(), expected);
    assert_found(&record(&cut));
    assert_eq!(record(&cut), record(&whole));
}

/// The time, subtype, AS number and address of a record, and what follows.
type Part = (u32, u16, [u8; 4], [u8; 4], Vec<u8>);

/// The parts of a record of `BGP4MP`: time, subtype, AS number, address, and what follows.
fn parts(records: &[u8]) -> Vec<Part> {
    let mut found = Vec::new();
    let mut rest = records;
    while let Some((header, after)) = rest.split_first_chunk::<12>() {
        let number = |bytes: &[u8]| u32::from_be_bytes(bytes.try_into().unwrap());
        let (body, next) = after.split_at(number(&header[8..]) as usize);
        let subtype = u16::from_be_bytes(header[6..8].try_into().unwrap());
        let (asn, address) = (body[..4].try_into().unwrap(), body[12..16].try_into().unwrap());
        found.push((number(&header[..4]), subtype, asn, address, body[20..].to_vec()));
        rest = next;
    }
    found
}

/// Records as messages of BMP (RFC 7854).
fn bmp(records: &[u8]) -> Vec<u8> {
    let mut stream = Vec::new();
    for (time, subtype, asn, address, rest) in parts(records) {
        let mut peer = vec![0; 10];
        peer.extend([0; 12]);
        peer.extend(address);
        peer.extend(asn);
        peer.extend(address);
        peer.extend(time.to_be_bytes());
        peer.extend([0; 4]);
        let (kind, body) = match (subtype, rest.as_slice()) {
            (5, [0, 6, ..]) => (2, vec![4]),
            (5, _) => (3, vec![0; 20]),
            _ => (0, rest),
        };
        let length = u32::try_from(6 + peer.len() + body.len()).unwrap();
        stream.extend([3]);
        stream.extend(length.to_be_bytes());
        stream.push(kind);
        stream.extend(peer);
        stream.extend(body);
    }
    stream
}

/// The program, and the address that it says it listens on.
fn listening(arguments: &[String]) -> (Child, String, JoinHandle<String>) {
    let mut child = started(arguments, Stdio::null());
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    let address = line.trim().rsplit(' ').next().unwrap().to_owned();
    // Whoever does not read the rest would hold the program up.
    let rest = std::thread::spawn(move || {
        let mut rest = String::new();
        drop(stderr.read_to_string(&mut rest));
        rest
    });
    (child, address, rest)
}

#[test]
fn a_router_over_bmp_is_followed_in_half_frames() {
    let folder = folder("watch-bmp");
    let size = Size { collectors: 1, ..SMALL };
    let mut world = World::new(size, &FOUR, 3);
    let out = folder.join("out");
    let mut arguments = vec!["--rib".to_owned()];
    arguments.extend(tables(&world, &folder, |_| "bmp-127.0.0.1".to_owned()));
    let more = ["--bmp", "127.0.0.1:0", "--collectors", "1", "--minutes", "50", "--out"];
    arguments.extend(more.map(str::to_owned));
    arguments.push(out.display().to_string());
    let (mut child, address, rest) = listening(&arguments);
    let mut stream = TcpStream::connect(address).unwrap();
    let bytes = bmp(&streams(&minutes(&mut world, 60))[0]);
    for (turn, piece) in bytes.chunks(1009).enumerate() {
        // The program may have ended with its fifty minutes.
        if stream.write_all(piece).is_err() {
            break;
        }
        if turn % 200 == 0 {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    let status = child.wait().unwrap();
    assert!(status.code() < Some(2), "{}", rest.join().unwrap());
    assert_found(&record(&out));
    let evidence = fs::read_to_string(out.join("evidence.toml")).unwrap();
    assert!(evidence.contains("kind = \"route-data\"") && evidence.contains("table = \"updates\""));
    // What was received says the same when it is replayed.
    let again = folder.join("again");
    let mut replayed = arguments[..2].to_vec();
    let received = out.join("received/bmp-127.0.0.1.updates.mrt");
    replayed.extend(["--updates".to_owned(), format!("bmp-127.0.0.1={}", received.display())]);
    let more = ["--collectors", "1", "--minutes", "50", "--out"];
    replayed.extend(more.map(str::to_owned));
    replayed.push(again.display().to_string());
    assert!(started(&replayed, Stdio::null()).wait_with_output().unwrap().status.code() < Some(2));
    let lines = |folder: &PathBuf| fs::read(folder.join("minutes.jsonl")).unwrap();
    assert_eq!(lines(&again), lines(&out));
}

#[test]
fn a_watch_is_evidence_in_a_case() {
    let folder = folder("watch-evidence");
    let case = folder.join("case");
    let output = demarche(&["init", &case.display().to_string()]);
    assert!(output.status.success());
    let mut world = World::new(SMALL, &FOUR, 1);
    let out = case.join("kp");
    let mut arguments = vec!["--rib".to_owned()];
    arguments.extend(tables(&world, &folder, |collector| format!("rrc{collector:02}")));
    arguments.push("--updates".to_owned());
    arguments.extend(paths(&folder, &streams(&minutes(&mut world, 60))));
    arguments.extend(["--out".to_owned(), out.display().to_string()]);
    assert_eq!(started(&arguments, Stdio::null()).wait().unwrap().code(), Some(0));
    let items = fs::read_to_string(out.join("evidence.toml")).unwrap();
    assert!(items.contains("tlp = \"AMBER\""), "{items}");
    fs::write(case.join("evidence.toml"), items).unwrap();
    let assessed = folder.join("assessed");
    let assess = ["assess", &case.display().to_string(), "--out", &assessed.display().to_string()];
    let output = demarche(&assess);
    assert!(output.status.code() < Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    let report = fs::read_to_string(assessed.join("report.html")).unwrap();
    assert!(report.contains("id=\"watch-1\"") && report.contains("went dark"));
    // A record that was changed afterwards is named, and is in no report.
    let record = fs::read_to_string(out.join("watch.json")).unwrap();
    fs::write(out.join("watch.json"), record.replacen("0.", "1.", 1)).unwrap();
    let output = demarche(&assess);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("another hash"), "{told}");
    let report = fs::read_to_string(assessed.join("report.html")).unwrap();
    assert!(!report.contains("id=\"watch-1\""));
}

/// A stream that writes few bytes at a time.
struct Slow(TcpStream);

impl Read for Slow {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

impl Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(&bytes[..bytes.len().min(4093)])
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Records of a collector as messages of RIS Live.
pub(crate) fn ris(collector: usize, records: &[u8]) -> Vec<String> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let message = |(time, subtype, asn, address, rest): (u32, u16, [u8; 4], [u8; 4], Vec<u8>)| {
        let asn = u32::from_be_bytes(asn);
        let peer = std::net::Ipv4Addr::from(address);
        let what = match (subtype, rest.as_slice()) {
            (5, [0, 6, ..]) => "\"type\":\"RIS_PEER_STATE\",\"state\":\"down\"".to_owned(),
            (5, _) => "\"type\":\"RIS_PEER_STATE\",\"state\":\"connected\"".to_owned(),
            _ => format!("\"type\":\"UPDATE\",\"raw\":\"{}\"", hex(&rest)),
        };
        format!(
            "{{\"type\":\"ris_message\",\"data\":{{\"timestamp\":{time}.25,\"peer\":\"{peer}\",\"peer_asn\":\"{asn}\",\"host\":\"rrc{collector:02}.ripe.net\",{what}}}}}"
        )
    };
    parts(records).into_iter().map(message).collect()
}

#[test]
fn ris_live_is_followed_through_odd_and_huge_messages() {
    let folder = folder("watch-ris");
    let mut world = World::new(SMALL, &FOUR, 4);
    let out = folder.join("out");
    let mut arguments = vec!["--rib".to_owned()];
    arguments.extend(tables(&world, &folder, |collector| format!("rrc{collector:02}")));
    let all = minutes(&mut world, 60);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/v1/ws/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut socket = tungstenite::accept(Slow(stream)).unwrap();
        let asked = socket.read().unwrap();
        assert!(asked.to_text().unwrap().contains("includeRaw"));
        let mut send = |text: String| socket.send(tungstenite::Message::text(text)).is_ok();
        send("{".to_owned());
        send("{\"type\":\"ris_subscribe_ok\",\"data\":{}}".to_owned());
        // The largest message that is taken, and it says nothing.
        send(format!("{{\"type\":\"pong\",\"data\":\"{}\"}}", "x".repeat((64 << 20) - 100)));
        for minute in &all {
            for (collector, records) in minute.iter().enumerate() {
                for text in ris(collector, records) {
                    if !send(text) {
                        return;
                    }
                }
            }
        }
        // Nothing more: the program has closed its fifty minutes, or hears the end.
        std::thread::sleep(Duration::from_secs(2));
    });
    arguments.extend(["--ris-live".to_owned(), url, "--minutes".to_owned(), "50".to_owned()]);
    arguments.extend(["--out".to_owned(), out.display().to_string()]);
    let output = started(&arguments, Stdio::null()).wait_with_output().unwrap();
    server.join().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "one message was no JSON, which is a gap: {told}");
    assert!(told.contains("not a message of RIS Live"), "{told}");
    assert_found(&record(&out));
    assert_eq!(fs::read_dir(out.join("received")).unwrap().count(), 8);
}
