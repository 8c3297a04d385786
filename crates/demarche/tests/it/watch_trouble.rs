//! `routes watch` with wrong inputs, wrong folders, hostile servers, and an early end.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::command_line::folder;
use crate::planted::{SMALL, World};
use crate::watch::{FOUR, minutes, paths, record, ris, started, streams, tables};

/// The arguments of a watch over a planted hour, and its streams.
fn planted(folder: &Path, last: u32) -> (Vec<String>, Vec<Vec<u8>>) {
    let mut world = World::new(SMALL, &FOUR, 1);
    let mut arguments = vec!["--rib".to_owned()];
    arguments.extend(tables(&world, folder, |collector| format!("rrc{collector:02}")));
    (arguments, streams(&minutes(&mut world, last)))
}

fn run(arguments: &[String], more: &[&str]) -> Output {
    let mut arguments = arguments.to_vec();
    arguments.extend(more.iter().map(|&text| text.to_owned()));
    started(&arguments, Stdio::null()).wait_with_output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn a_folder_that_cannot_be_used_is_named_and_left_alone() {
    let folder = folder("watch-folders");
    let (mut arguments, streams) = planted(&folder, 5);
    arguments.push("--updates".to_owned());
    arguments.extend(paths(&folder, &streams));
    let file = folder.join("file");
    fs::write(&file, "mine").unwrap();
    let output = run(&arguments, &["--out", &file.display().to_string()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("cannot make"), "{}", told(&output));
    assert_eq!(fs::read(&file).unwrap(), b"mine");
    // A watch that fails to begin leaves a folder that the next can use.
    let out = folder.join("out").display().to_string();
    let output = run(&arguments, &["--rib", "/nowhere", "--out", &out]);
    assert_eq!(output.status.code(), Some(2));
    let output = run(&arguments, &["--out", &out]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    // Other options than it was begun with, which are refused before a line is cut; the same are none.
    let lines = fs::read(folder.join("out/minutes.jsonl")).unwrap();
    let output = run(&arguments, &["--out", &out, "--resume", "--networks", "5"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("begun with --networks 3"), "{}", told(&output));
    assert_eq!(fs::read(folder.join("out/minutes.jsonl")).unwrap(), lines);
    let output = run(&arguments, &["--out", &out, "--resume", "--collectors", "2"]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    // Two at once.
    let lock = fs::File::open(folder.join("out/.lock")).unwrap();
    lock.lock().unwrap();
    let output = run(&arguments, &["--out", &out, "--resume"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("another watch writes"), "{}", told(&output));
}

#[test]
fn what_is_no_plain_file_is_no_table_and_no_update() {
    let folder = folder("watch-devices");
    let (arguments, _) = planted(&folder, 5);
    let output = run(&arguments, &["--rib", "/dev/zero", "--stdin"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("not a plain file"), "{}", told(&output));
    let output = run(&arguments, &["--updates", "rrc00=/dev/zero"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("not a plain file"), "{}", told(&output));
}

#[test]
fn standard_input_that_is_closed_is_no_watch() {
    let folder = folder("watch-closed");
    let (arguments, _) = planted(&folder, 1);
    let output = run(&arguments, &["--stdin"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("no minute was watched"), "{}", told(&output));
}

/// Starts a watch where no file can grow beyond this many blocks of 512 bytes, as on a disk that is full.
#[cfg(unix)]
fn cramped(blocks: u64, arguments: &[String]) -> Output {
    let script =
        format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" routes watch AS64600 \"$@\"");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script, env!("CARGO_BIN_EXE_demarche")]).args(arguments);
    shell.stdin(Stdio::null()).output().unwrap()
}

#[cfg(unix)]
fn assert_told_of_no_room(output: &Output, out: &Path) {
    let text = told(output);
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("cannot keep the record of the watch") && text.contains("--resume"));
    assert!(text.contains(&out.display().to_string()), "{text}");
}

#[cfg(unix)]
#[test]
fn a_watch_that_found_no_room_keeps_whole_lines_and_goes_on_with_the_same_bytes() {
    let folder = folder("watch-full");
    let (mut arguments, streams) = planted(&folder, 60);
    arguments.push("--updates".to_owned());
    arguments.extend(paths(&folder, &streams));
    let whole = folder.join("whole");
    let output = run(&arguments, &["--out", &whole.display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let wanted = fs::read_to_string(whole.join("minutes.jsonl")).unwrap();
    // The first line, and each file just before its end.
    let files = ["minutes.jsonl", "state.bin", "watch.json", "watch.html"];
    let sizes = files.map(|file| whole.join(file).metadata().unwrap().len());
    for blocks in [0, 1].into_iter().chain(sizes.map(|size| (size - 1) / 512)) {
        let out = folder.join(format!("out-{blocks}"));
        let more = ["--out", &out.display().to_string(), "--save-every", "7"].map(str::to_owned);
        let arguments = [arguments.as_slice(), &more].concat();
        let output = cramped(blocks, &arguments);
        assert_told_of_no_room(&output, &out);
        let lines = fs::read_to_string(out.join("minutes.jsonl")).unwrap();
        assert!(wanted.starts_with(&lines), "{blocks} blocks: {lines}");
        assert!(lines.is_empty() || lines.ends_with('\n'), "{blocks} blocks: half a line");
        for entry in fs::read_dir(&out).unwrap() {
            let name = entry.unwrap().file_name();
            assert!(whole.join(&name).exists(), "{blocks} blocks: {name:?} is left over");
        }
        // As little room as before, and then enough.
        let again = [arguments.as_slice(), &["--resume".to_owned()]].concat();
        assert_told_of_no_room(&cramped(blocks, &again), &out);
        let output = run(&again, &[]);
        assert_eq!(output.status.code(), Some(0), "{blocks} blocks: {}", told(&output));
        for file in ["minutes.jsonl", "watch.json", "watch.html", "watch.svg"] {
            let [found, wanted] = [&out, &whole].map(|out| fs::read(out.join(file)).unwrap());
            assert!(found == wanted, "{blocks} blocks: {file} differs");
        }
    }
}

#[cfg(unix)]
#[test]
fn what_a_full_disk_cut_of_the_received_is_cut_to_whole_records() {
    let folder = folder("watch-full-live");
    let (mut arguments, all) = planted(&folder, 60);
    let out = folder.join("out");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let sent: Vec<Vec<String>> =
        all.iter().enumerate().map(|(collector, records)| ris(collector, records)).collect();
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut socket = tungstenite::accept(stream).unwrap();
        drop(socket.read().unwrap());
        let texts = sent.into_iter().flatten();
        for text in texts {
            if socket.send(tungstenite::Message::text(text)).is_err() {
                return;
            }
        }
        std::thread::sleep(Duration::from_secs(5));
    });
    arguments.extend(["--ris-live".to_owned(), url, "--out".to_owned()]);
    arguments.push(out.display().to_string());
    assert_told_of_no_room(&cramped(1, &arguments), &out);
    server.join().unwrap();
    let mut kept = 0;
    for entry in fs::read_dir(out.join("received")).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let mut rest = bytes.as_slice();
        while let Some((header, body)) = rest.split_at_checked(12) {
            let length = u32::from_be_bytes(header[8..].try_into().unwrap());
            (_, rest) = body.split_at_checked(length as usize).expect("whole records");
            kept += 1;
        }
        assert!(rest.is_empty());
    }
    assert!(kept > 0);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_watch_with_its_page() {
    let folder = folder("watch-interrupt");
    let (mut arguments, streams) = planted(&folder, 30);
    let out = folder.join("out");
    let more = ["--stdin", "--collector", "rrc00", "--out", &out.display().to_string()];
    arguments.extend(more.map(str::to_owned));
    let mut child = started(&arguments, Stdio::piped());
    let mut pipe = child.stdin.take().unwrap();
    std::io::Write::write_all(&mut pipe, &streams[0]).unwrap();
    for _ in 0..600 {
        std::thread::sleep(Duration::from_millis(50));
        let lines = fs::read_to_string(out.join("minutes.jsonl")).unwrap_or_default();
        // The other collectors are silent, so that the later minutes stay open.
        if lines.lines().count() >= 1 {
            break;
        }
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    // The next minute shows that an end was asked for.
    drop(pipe);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.code() < Some(2), "{}", told(&output));
    assert!(out.join("watch.html").exists() && record(&out).watched >= 1);
}

/// A server that names collectors and peers without end, and times that cannot be.
#[test]
fn a_hostile_server_is_followed_so_far() {
    let folder = folder("watch-hostile");
    let (mut arguments, all) = planted(&folder, 12);
    let out = folder.join("out");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ws://{}/", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let mut socket = tungstenite::accept(stream).unwrap();
        drop(socket.read().unwrap());
        let mut send = |text: String| socket.send(tungstenite::Message::text(text)).is_ok();
        let sample = ris(0, &all[0]).remove(0);
        for number in 0..1000 {
            send(sample.replace("rrc00", &format!("evil{number}")));
            send(sample.replace("\"timestamp\":1419", "\"timestamp\":4119"));
            send(format!("{{\"type\":\"ris_error\",\"data\":{{\"message\":\"{number}\"}}}}"));
        }
        for (collector, records) in all.iter().enumerate() {
            for text in ris(collector, records) {
                if !send(text) {
                    return;
                }
            }
        }
        std::thread::sleep(Duration::from_secs(2));
    });
    arguments.extend(["--ris-live".to_owned(), url, "--minutes".to_owned(), "8".to_owned()]);
    arguments.extend(["--out".to_owned(), out.display().to_string()]);
    let output = started(&arguments, Stdio::null()).wait_with_output().unwrap();
    server.join().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(told(&output).contains("more than 256 collectors"), "{}", told(&output));
    assert!(told(&output).contains("an impossible time"), "{}", told(&output));
    assert_eq!(fs::read_dir(out.join("received")).unwrap().count(), 256);
    let found = record(&out);
    assert_eq!((found.watched, found.sources.len()), (8, 256));
}
