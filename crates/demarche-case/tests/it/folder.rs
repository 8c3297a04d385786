//! Beginning, sealing and verifying a case on disk.

use std::fs;
use std::path::Path;

use demarche_case::{
    CaseFolder, Discrepancy, InitError, NotPlain, OpenError, Role, SealError, Sha256, Stamp,
    TableFile, init, record, table_files, verify,
};

use crate::scratch::Scratch;

fn stamp() -> Stamp<'static> {
    Stamp { time: "2014-12-20T09:00:00Z".parse().unwrap(), who: "A. Analyst" }
}

/// A new case with one more input.
pub(crate) fn scaffold() -> Scratch {
    let scratch = Scratch::new();
    init(scratch.path(), &"test-case".parse().unwrap()).unwrap();
    scratch.write("samples/deep/er/dropper.bin", [7; 300]);
    scratch
}

pub(crate) fn seal(scratch: &Scratch) -> Sha256 {
    CaseFolder::open(scratch.path()).unwrap().seal(&stamp()).unwrap().head
}

/// What does not hold, one line each.
pub(crate) fn found(scratch: &Scratch) -> Vec<String> {
    let verification = verify(scratch.path(), None).unwrap();
    verification.discrepancies.iter().map(ToString::to_string).collect()
}

#[test]
fn a_new_case_can_be_opened_and_sealed_at_once() {
    let scratch = scaffold();
    seal(&scratch);
    assert_eq!(found(&scratch), Vec::<String>::new());
    let lock = String::from_utf8(scratch.read("case.lock")).unwrap();
    assert!(lock.contains("  300  samples/deep/er/dropper.bin\n"), "{lock}");
}

#[test]
fn every_example_in_a_new_case_is_accepted_when_it_is_taken_in() {
    let scratch = scaffold();
    for name in ["case.toml", "evidence.toml"] {
        let text = String::from_utf8(scratch.read(name)).unwrap();
        // An example begins with `#` and no space, an explanation with `# `.
        let taken_in = text.lines().map(|line| match line.strip_prefix('#') {
            Some(example) if !example.is_empty() && !example.starts_with(' ') => example,
            Some(_) | None => line,
        });
        scratch.write(name, taken_in.collect::<Vec<_>>().join("\n"));
    }
    let folder = CaseFolder::open(scratch.path()).unwrap_or_else(|error| panic!("{error:?}"));
    let case = folder.case();
    let has_role = |role| case.parties_as(role).next().is_some();
    assert!(has_role(Role::ResponsibleAlleged) && has_role(Role::ShelterAlleged));
    assert_eq!((case.effects.len(), case.hypotheses.len(), case.evidence.len()), (1, 1, 4));
    assert_eq!(case.record.leave_out.len(), 1);
    let japan = "JP".parse().unwrap();
    assert!(case.events.iter().any(|event| event.release_to.contains(&japan)));
}

#[test]
fn a_folder_with_anything_in_it_is_refused() {
    let scratch = Scratch::new();
    scratch.write("something", "");
    let error = init(scratch.path(), &"test-case".parse().unwrap()).unwrap_err();
    assert!(matches!(error, InitError::NotEmpty(_)), "{error}");
}

#[test]
fn changed_missing_and_new_files_are_each_named() {
    let scratch = scaffold();
    seal(&scratch);
    scratch.write("samples/deep/er/dropper.bin", [8; 300]);
    scratch.write("exposed/new file.txt", "");
    scratch.write("assessment/report.html", "output is no input");
    fs::remove_file(scratch.path().join("evidence.toml")).unwrap();
    let found = found(&scratch);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert!(found[0].starts_with("samples/deep/er/dropper.bin: changed"));
    assert_eq!(found[1], "evidence.toml: missing");
    assert_eq!(found[2], "exposed/new file.txt: new, not sealed");
}

#[test]
fn links_and_special_files_are_named_and_not_followed() {
    let scratch = scaffold();
    std::os::unix::fs::symlink("/etc/hostname", scratch.path().join("samples/link")).unwrap();
    std::os::unix::fs::symlink("..", scratch.path().join("routes/loop")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(scratch.path().join("exposed/s")).unwrap();
    let error = CaseFolder::open(scratch.path()).unwrap().seal(&stamp()).unwrap_err();
    let SealError::Inputs(found) = error else { panic!("{error}") };
    let names: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        names,
        [
            "routes/loop: a symbolic link, which is not followed",
            "samples/link: a symbolic link, which is not followed",
            "exposed/s: neither a file nor a folder",
        ]
    );
    assert!(!scratch.path().join("case.lock").exists());
}

#[test]
fn a_link_in_place_of_the_log_or_the_lock_leads_nowhere() {
    let scratch = scaffold();
    let elsewhere = Scratch::new();
    elsewhere.write("victim", "untouched");
    for name in ["log.jsonl", "case.lock.new", ".demarche.lock"] {
        let link = scratch.path().join(name);
        // Every seal leaves its lock file.
        drop(fs::remove_file(&link));
        std::os::unix::fs::symlink(elsewhere.path().join("victim"), &link).unwrap();
        drop(CaseFolder::open(scratch.path()).unwrap().seal(&stamp()));
        assert_eq!(elsewhere.read("victim"), b"untouched", "{name}");
        drop(fs::remove_file(link));
    }
}

#[test]
fn names_that_cannot_be_printed_are_sealed_under_a_name_that_can() {
    use std::os::unix::ffi::OsStrExt as _;
    let scratch = scaffold();
    for name in [&b"a\xff%\nb"[..], b"a%FF%25%0Ab"] {
        fs::write(scratch.path().join(std::ffi::OsStr::from_bytes(name)), name).unwrap();
    }
    seal(&scratch);
    assert_eq!(found(&scratch), Vec::<String>::new());
    let lock = String::from_utf8(scratch.read("case.lock")).unwrap();
    assert!(lock.contains("  a%FF%25%0Ab\n") && lock.contains("  a%25FF%2525%250Ab\n"), "{lock}");
}

#[test]
fn seals_at_the_same_time_come_one_after_the_other_or_are_refused() {
    let scratch = scaffold();
    let (handles, rounds) = (4, 8);
    let barrier = std::sync::Barrier::new(handles);
    let seal_often = || {
        let folder = CaseFolder::open(scratch.path()).unwrap();
        barrier.wait();
        let tried = (0..rounds).map(|round| {
            let done = if round % 2 == 0 {
                folder.seal(&stamp()).map(|sealed| sealed.head)
            } else {
                record(scratch.path(), &stamp(), "note", "seen")
            };
            match done {
                Ok(_) => 1,
                Err(SealError::Busy) => 0,
                Err(error) => panic!("{error}"),
            }
        });
        tried.sum::<u64>()
    };
    let done: u64 = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..handles).map(|_| scope.spawn(seal_often)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    seal(&scratch);
    let verification = verify(scratch.path(), None).unwrap();
    assert_eq!(verification.discrepancies, []);
    assert_eq!(verification.log_lines, done + 1, "a line for every success");
}

#[test]
fn a_folder_that_is_being_sealed_is_refused_with_advice() {
    let scratch = scaffold();
    let lock = fs::File::create(scratch.path().join(".demarche.lock")).unwrap();
    lock.lock().unwrap();
    let error = CaseFolder::open(scratch.path()).unwrap().seal(&stamp()).unwrap_err();
    assert!(matches!(error, SealError::Busy), "{error}");
    assert!(error.hint().contains("wait"));
    assert!(!scratch.path().join("case.lock").exists());
    lock.unlock().unwrap();
    seal(&scratch);
    assert_eq!(found(&scratch), Vec::<String>::new());
}

#[test]
fn tables_that_are_no_plain_files_are_never_opened() {
    let scratch = scaffold();
    let pipe = scratch.path().join("routes/pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    for path in [pipe.as_path(), Path::new("/dev/zero"), scratch.path()] {
        let error = TableFile::named(path).open().unwrap_err();
        assert!(error.get_ref().is_some_and(|inner| inner.is::<NotPlain>()), "{error}");
    }
    let (files, gaps) = table_files(&scratch.path().join("routes")).unwrap();
    assert_eq!((files.len(), gaps.len()), (0, 1), "{gaps:#?}");
}

#[test]
fn a_removed_or_moved_log_line_is_named() {
    let scratch = scaffold();
    for detail in ["one", "two", "three"] {
        record(scratch.path(), &stamp(), "note", detail).unwrap();
    }
    seal(&scratch);
    let log = String::from_utf8(scratch.read("log.jsonl")).unwrap();
    let lines: Vec<&str> = log.split_inclusive('\n').collect();
    for (order, named) in [
        (&[0, 2, 3][..], "log.jsonl:2:"),
        (&[0, 2, 1, 3], "log.jsonl:2:"),
        (&[1, 2, 3], "log.jsonl:1:"),
        (&[0, 1, 2], "log.jsonl:4:"),
        (&[0, 0, 1, 2, 3], "log.jsonl:2:"),
        (&[], "log.jsonl:4:"),
    ] {
        scratch.write("log.jsonl", order.iter().map(|order| lines[*order]).collect::<String>());
        let found = found(&scratch);
        assert!(found.iter().any(|line| line.starts_with(named)), "{order:?}: {found:#?}");
    }
    fs::remove_file(scratch.path().join("log.jsonl")).unwrap();
    assert!(found(&scratch).contains(&"log.jsonl: missing, though the case is sealed".to_owned()));
}

#[test]
fn converted_line_ends_are_said_to_be_that() {
    let scratch = scaffold();
    seal(&scratch);
    let log = String::from_utf8(scratch.read("log.jsonl")).unwrap();
    scratch.write("log.jsonl", log.replace('\n', "\r\n"));
    assert!(found(&scratch)[0].contains("CR LF") || found(&scratch)[1].contains("CR LF"));
}

#[test]
fn a_whole_rewritten_log_is_only_found_with_the_head_that_was_kept() {
    let scratch = scaffold();
    let kept = seal(&scratch);
    fs::remove_file(scratch.path().join("log.jsonl")).unwrap();
    fs::remove_file(scratch.path().join("case.lock")).unwrap();
    let forger = Stamp { who: "Somebody else", ..stamp() };
    CaseFolder::open(scratch.path()).unwrap().seal(&forger).unwrap();
    assert_eq!(found(&scratch), Vec::<String>::new());
    let verification = verify(scratch.path(), Some(kept)).unwrap();
    assert_eq!(verification.discrepancies, [Discrepancy::HeadNotInLog { kept }]);
}

#[test]
fn a_head_that_was_kept_still_holds_when_the_log_has_grown() {
    let scratch = scaffold();
    let kept = seal(&scratch);
    assert_eq!(verify(scratch.path(), Some(kept)).unwrap().after_head, []);
    record(scratch.path(), &stamp(), "note", "to CN").unwrap();
    seal(&scratch);
    assert!(verify(scratch.path(), Some(kept)).unwrap().discrepancies.is_empty());
}

#[test]
fn a_case_changed_and_sealed_again_shows_who_sealed_it_since_the_head_that_was_kept() {
    let scratch = scaffold();
    let kept = seal(&scratch);
    scratch.write("samples/deep/er/dropper.bin", [8; 300]);
    let forger = Stamp { who: "Somebody else", ..stamp() };
    record(scratch.path(), &stamp(), "note", "to CN").unwrap();
    CaseFolder::open(scratch.path()).unwrap().seal(&forger).unwrap();
    let found = verify(scratch.path(), Some(kept)).unwrap();
    assert_eq!(found.discrepancies, []);
    let lines: Vec<_> =
        found.after_head.iter().map(|line| (line.seq, &*line.action, &*line.who)).collect();
    assert_eq!(lines, [(2, "note", "A. Analyst"), (3, "seal", "Somebody else")]);
    assert_eq!(verify(scratch.path(), None).unwrap().after_head, []);
    assert_eq!(verify(scratch.path(), Some(Sha256::of(b""))).unwrap().after_head, []);
}

#[test]
fn what_would_break_a_line_of_the_log_is_refused_before_anything_is_written() {
    let scratch = scaffold();
    for who in ["A\nB", "\u{1b}[2J", "A\u{9b}B"] {
        let stamp = Stamp { who, ..stamp() };
        let error = CaseFolder::open(scratch.path()).unwrap().seal(&stamp).unwrap_err();
        assert!(matches!(error, SealError::ControlCharacter(_)), "{error}");
        assert!(record(scratch.path(), &stamp, "note", "to CN").is_err());
    }
    assert!(record(scratch.path(), &stamp(), "no\rte", "to CN").is_err());
    assert!(record(scratch.path(), &stamp(), "note", "to\nCN").is_err());
    assert!(!scratch.path().join("case.lock").exists());
    assert!(!scratch.path().join("log.jsonl").exists());
}

#[test]
fn a_lock_that_cannot_be_put_in_place_leaves_nothing_beside_it() {
    let scratch = scaffold();
    fs::create_dir(scratch.path().join("case.lock")).unwrap();
    assert!(CaseFolder::open(scratch.path()).unwrap().seal(&stamp()).is_err());
    assert!(!scratch.path().join("case.lock.new").exists());
}

#[test]
fn evidence_and_routes_where_sealing_does_not_look_are_refused_with_a_remedy() {
    let scratch = scaffold();
    let case = String::from_utf8(scratch.read("case.toml")).unwrap();
    for name in ["assessment/x", ".git/x", "case.lock", "log.jsonl", "case.lock.new"] {
        let names = [
            ("evidence.toml", format!("{OUTSIDE}file = \"{name}\"\n")),
            ("case.toml", format!("{case}\n[routes]\nfolder = \"{name}\"\n")),
        ];
        for (file, text) in names {
            let whole = scratch.read(file);
            scratch.write(file, text);
            let error = CaseFolder::open(scratch.path()).unwrap_err().to_string();
            assert!(error.contains(&format!("the text `{name}`; move it")), "{error}");
            scratch.write(file, whole);
        }
    }
}

#[test]
fn a_log_that_does_not_hold_is_not_continued() {
    let scratch = scaffold();
    seal(&scratch);
    let log = String::from_utf8(scratch.read("log.jsonl")).unwrap();
    scratch.write("log.jsonl", log.replace("Analyst", "Forger!"));
    let error = CaseFolder::open(scratch.path()).unwrap().seal(&stamp()).unwrap_err();
    assert!(matches!(error, SealError::Log(_)), "{error}");
    assert!(record(scratch.path(), &stamp(), "note", "").is_err());
}

#[test]
fn a_case_that_is_not_sealed_is_said_to_be_that() {
    let scratch = scaffold();
    assert_eq!(found(&scratch), ["case.lock: missing, the case is not sealed"]);
}

const OUTSIDE: &str = r#"
[[evidence]]
id = "big"
kind = "software"
title = "t"
says = "s"
source = "s"
grade = "B2"
tlp = "CLEAR"
name = "n"
"#;

#[test]
fn a_file_outside_is_sealed_by_its_path_and_stated_hash() {
    let scratch = scaffold();
    let elsewhere = Scratch::new();
    elsewhere.write("big", "content");
    let path = elsewhere.path().join("big");
    let name = |hash: Sha256| {
        let line = format!("outside = {{ path = '{}', sha256 = '{hash}' }}\n", path.display());
        scratch.write("evidence.toml", format!("{OUTSIDE}{line}"));
    };
    name(Sha256::of(b"other"));
    let error = CaseFolder::open(scratch.path()).unwrap().seal(&stamp()).unwrap_err();
    assert!(error.to_string().contains("the case states"), "{error}");
    name(Sha256::of(b"content"));
    seal(&scratch);
    assert_eq!(found(&scratch), Vec::<String>::new());
    elsewhere.write("big", "Content");
    assert!(found(&scratch)[0].contains("big: changed"));
    fs::remove_file(&path).unwrap();
    assert!(found(&scratch)[0].contains("big: missing"));
    assert_eq!(CaseFolder::open(scratch.path()).unwrap().gaps().len(), 1);
}

#[test]
fn a_named_file_that_is_missing_or_behind_a_link_is_a_problem_with_its_line() {
    let scratch = scaffold();
    scratch.write("evidence.toml", format!("{OUTSIDE}file = \"samples/none.zip\"\n"));
    let error = CaseFolder::open(scratch.path()).unwrap_err();
    assert!(error.to_string().starts_with("evidence.toml:11:8: cannot open"), "{error}");
    std::os::unix::fs::symlink("/etc", scratch.path().join("samples/etc")).unwrap();
    scratch.write("evidence.toml", format!("{OUTSIDE}file = \"samples/etc/hostname\"\n"));
    let error = CaseFolder::open(scratch.path()).unwrap_err();
    assert!(error.to_string().contains("symbolic link"), "{error}");
}

#[test]
fn bytes_that_are_no_text_are_named_with_their_line() {
    let scratch = scaffold();
    scratch.write("case.toml", b"id = 'a'\ntitle = '\xff'\n");
    let error = CaseFolder::open(scratch.path()).unwrap_err();
    assert_eq!(error.to_string(), "case.toml:2: not UTF-8; save the file as UTF-8");
}

#[test]
fn no_folder_and_no_case_are_errors_with_a_hint() {
    let error = CaseFolder::open(Scratch::new().path()).unwrap_err();
    let OpenError::Folder(error) = error else { panic!("{error}") };
    assert!(error.hint().contains("demarche init"));
}
