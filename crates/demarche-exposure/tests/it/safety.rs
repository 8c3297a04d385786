//! What a scan must not do: replace what is not its own, count what it made, or tell what it found to everybody.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use demarche_dump::Limits;
use demarche_exposure::{
    ExposureError, MessageEntry, ScanOptions, Store, each_finding, each_message, find, scan,
};
use demarche_sensitive::Rules;

use crate::dump::{Dump, found, mbox, message};

const CARD: &str = "4111 1111 1111 1111";

fn messages(store: &Store, reveal: bool) -> Vec<MessageEntry> {
    let mut messages = Vec::new();
    let listed: Result<(), ExposureError> = each_message(store, reveal, |message| {
        messages.push(message);
        Ok(())
    });
    listed.unwrap();
    messages
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn anybody_elses_file_is_not_taken_for_a_store() {
    let dump = Dump::new();
    dump.write("1.eml", message("1@x", "a", "b"));
    let database = dump.root().join("chat.sqlite");
    let foreign = rusqlite::Connection::open(&database).unwrap();
    foreign.execute_batch("PRAGMA journal_mode=WAL; CREATE TABLE chat(line TEXT)").unwrap();
    drop(foreign);
    dump.write("note.txt", "a note");
    for name in ["chat.sqlite", "note.txt"] {
        let path = dump.root().join(name);
        let before = fs::read(&path).unwrap();
        for passphrase in [None, Some("x")] {
            let opened = Store::open(&path, "dump", passphrase).map(drop);
            assert!(matches!(opened, Err(ExposureError::NoStore { .. })), "{opened:?}");
            let opened = Store::existing(&path, passphrase).map(drop);
            assert!(matches!(opened, Err(ExposureError::NoStore { .. })), "{opened:?}");
        }
        assert_eq!(fs::read(&path).unwrap(), before, "{name}");
    }
    let opened = Store::open(&dump.root(), "dump", None).map(drop);
    assert!(matches!(opened, Err(ExposureError::NotPlain { .. })), "{opened:?}");
    let opened = Store::open(Path::new("/dev/null"), "dump", None).map(drop);
    assert!(matches!(opened, Err(ExposureError::NotPlain { .. })), "{opened:?}");
    symlink("/nowhere/store", dump.store()).unwrap();
    for passphrase in [None, Some("x")] {
        let opened = Store::open(&dump.store(), "dump", passphrase).map(drop);
        assert!(matches!(opened, Err(ExposureError::DeadLink { .. })), "{opened:?}");
    }
}

#[test]
fn a_store_is_its_owners_also_where_an_empty_file_stood() {
    for passphrase in [None, Some("secret")] {
        let dump = Dump::new();
        dump.write("1.eml", message("1@x", "a", CARD));
        fs::write(dump.store(), "").unwrap();
        fs::set_permissions(dump.store(), fs::Permissions::from_mode(0o644)).unwrap();
        dump.scan_with(&dump.store(), 1, passphrase).unwrap();
        assert_eq!(mode(&dump.store()), 0o600, "{passphrase:?}");
    }
}

#[test]
fn a_passphrase_for_an_open_store_is_told_as_that() {
    let dump = Dump::new();
    dump.write("1.eml", message("1@x", "a", "b"));
    dump.scan();
    let opened = Store::existing(&dump.store(), Some("secret")).map(drop);
    assert!(matches!(opened, Err(ExposureError::NotEncrypted { .. })), "{opened:?}");
}

#[test]
fn what_a_scan_made_was_not_exposed() {
    for passphrase in [None, Some("secret")] {
        let dump = Dump::new();
        dump.write("1.eml", message("1@x", "a", CARD));
        let store = dump.root().join("any name");
        dump.scan_with(&store, 1, passphrase).unwrap();
        dump.write("any name.demarche-partial", "x");
        dump.write("any name-journal", "");
        let scanned = dump.scan_with(&store, 1, passphrase).unwrap();
        assert_eq!((scanned.files, scanned.read), (1, 0), "{passphrase:?}");
        // Another scan into another store sees that of the first.
        let scanned = dump.scan_with(&dump.store(), 1, passphrase).unwrap();
        assert_eq!(scanned.files, 1, "{passphrase:?}");
    }
}

#[test]
fn scans_at_once_on_one_new_store_wait_for_each_other() {
    let dump = Dump::new();
    for number in 0..50 {
        dump.write(&format!("{number}.eml"), message(&format!("{number}@x"), "a", CARD));
    }
    std::thread::scope(|scope| {
        let scans: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| dump.scan_with(&dump.store(), 1, None).map(|done| done.files)))
            .collect();
        for done in scans {
            assert_eq!(done.join().unwrap().unwrap(), 50);
        }
    });
    assert_eq!(dump.found().read.messages, 50);
}

#[test]
fn values_in_subjects_names_and_paths_are_masked_unless_revealed() {
    let dump = Dump::new();
    let number = CARD.replace(' ', "");
    let path = format!("cards {number}/Inbox/card {CARD}.eml");
    dump.write(&path, message("1@x", &format!("pay {CARD} now"), "please pay"));
    let attached = format!("{number}.txt");
    dump.write("2.eml", crate::dump::with_attachment("2@x", &attached, CARD));
    dump.scan();
    let store = Store::existing(&dump.store(), None).unwrap();
    let told = |reveal: bool| {
        let hits = find(&store, "pay", 10, reveal).unwrap();
        let mut findings = String::new();
        let listed: Result<(), ExposureError> = each_finding(&store, reveal, |finding| {
            findings.push_str(&format!("{finding:?}"));
            Ok(())
        });
        listed.unwrap();
        format!("{hits:?} {:?} {findings}", messages(&store, reveal))
    };
    let masked = told(false);
    assert!(!masked.contains(CARD) && !masked.contains(&number), "{masked}");
    assert!(masked.contains("pay [") && masked.contains("card ["), "{masked}");
    let inventory = serde_json::to_string(&found(&store)).unwrap();
    assert!(!inventory.contains(CARD) && !inventory.contains(&number), "{inventory}");
    let clear = told(true);
    assert!(clear.contains(&path) && clear.contains(&format!("pay {CARD} now")), "{clear}");
    assert!(clear.contains(&attached), "{clear}");
}

#[test]
fn files_whose_names_are_no_utf_8_are_read_and_told_apart() {
    let dump = Dump::new();
    for (name, id) in [(&b"a\xff.eml"[..], "1@x"), (b"a\xfe.eml", "2@x"), (b"b\xff/c.eml", "3@x")] {
        let path = dump.root().join(std::ffi::OsStr::from_bytes(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, message(id, "a", CARD)).unwrap();
    }
    assert_eq!(dump.scan().files, 3);
    let read = dump.found().read;
    assert_eq!((read.messages, read.unread.len()), (3, 0));
    let store = Store::existing(&dump.store(), None).unwrap();
    let places: Vec<_> = messages(&store, false).into_iter().flat_map(|one| one.places).collect();
    assert_eq!(places, ["a\\xff.eml", "a\\xfe.eml", "b\\xff/c.eml"]);
    assert_eq!(dump.scan().read, 0, "they are known again");
}

#[test]
fn a_message_has_all_its_places() {
    let dump = Dump::new();
    let text = message("1@x", "a", "b");
    dump.write("1.eml", &text);
    dump.write("box.mbox", mbox(std::slice::from_ref(&text)));
    dump.write(
        "Inbox/2.eml",
        format!("Received: from a by b; Mon, 1 Jan 2024 08:00:01 +0000\n{text}"),
    );
    dump.scan();
    let store = Store::existing(&dump.store(), None).unwrap();
    let listed = messages(&store, false);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].places.len(), 3, "{:?}", listed[0].places);
    assert_eq!(listed[0].mailboxes, [".", "Inbox", "box.mbox"]);
}

#[test]
fn values_broken_at_soft_line_breaks_are_found_at_their_lines() {
    let flowed = |parameters: &str, body: &str| {
        format!(
            "Date: Mon, 1 Jan 2024 08:00:00 +0000\nFrom: a@firm.example\nSubject: x\nMessage-ID: <{}@x>\n\
             Content-Type: text/plain; charset=utf-8; format=flowed{parameters}\n\n{body}",
            body.len()
        )
    };
    let dump = Dump::new();
    let lines = "one \ntwo \nthe card is 4111 1111 \n1111 1111 and \nmore\nthe IBAN is DE89 3704 \n0044 0532 0130 00 ok\n";
    dump.write("1.eml", flowed("", lines));
    dump.write("2.eml", flowed("; delsp=yes", "\n> key AKIAIOSF \n> ODNN7EXAMPLQ\n"));
    dump.scan();
    let store = Store::existing(&dump.store(), None).unwrap();
    let mut got = Vec::new();
    let listed: Result<(), ExposureError> = each_finding(&store, true, |finding| {
        got.push((finding.kind, finding.line));
        Ok(())
    });
    listed.unwrap();
    // The subject is the first line.
    let expected = [("card", 4), ("iban", 7), ("aws_key", 3)];
    assert_eq!(got, expected.map(|(kind, line)| (kind.to_owned(), line)));
    assert_eq!(find(&store, "more", 10, false).unwrap().best[0].line, 6);
    assert_eq!(find(&store, "iban", 10, false).unwrap().best[0].line, 7);
}

#[test]
fn an_item_that_takes_too_long_is_named_and_the_rest_goes_on() {
    let dump = Dump::new();
    dump.write("1.eml", message("1@x", "a", CARD));
    let long = format!("{CARD}\n{}", "words and words\n".repeat(1 << 20));
    dump.write("2.txt", &long.as_bytes()[..13 << 20]);
    dump.write("3.eml", message("3@x", "b", CARD));
    // Each look at the clock takes eight seconds.
    let time = AtomicU64::new(0);
    let clock = || Duration::from_secs(time.fetch_add(8, Ordering::Relaxed));
    let documents =
        |media, bytes: &[u8]| demarche_text::text_of(media, bytes, &Limits::default().text);
    let rules = Rules::built_in();
    let options = ScanOptions {
        rules: &rules,
        limits: Limits::default(),
        threads: 1,
        documents: &documents,
        item_time: Duration::from_secs(20),
        clock: &clock,
        parts: &[],
    };
    let mut store = Store::open(&dump.store(), "dump", None).unwrap();
    scan(&dump.root(), &mut store, &options, &|_| std::ops::ControlFlow::Continue(())).unwrap();
    let found = found(&store);
    assert_eq!(found.read.messages, 2);
    let unread: Vec<_> =
        found.read.unread.iter().map(|one| (one.example.as_str(), one.reason.as_str())).collect();
    assert_eq!(unread.len(), 1, "{unread:?}");
    assert_eq!(unread[0].0, "2.txt");
    assert!(unread[0].1.contains("longer than one item may take"), "{unread:?}");
    assert_eq!(found.kinds[0].contents, 3, "what was searched of it is kept");
}

#[test]
fn a_long_text_is_searched_as_one() {
    let dump = Dump::new();
    // A value at each byte around the end of a window.
    let mut text = "x ".repeat((4 << 20) / 2 - 200);
    for _ in 0..20 {
        text.push_str(&format!("card {CARD}; "));
    }
    text.push_str(&"y ".repeat(1 << 20));
    dump.write("1.txt", &text);
    dump.scan();
    let store = Store::existing(&dump.store(), None).unwrap();
    let mut bytes = Vec::new();
    let listed: Result<(), ExposureError> = each_finding(&store, true, |finding| {
        bytes.push(finding.byte);
        Ok(())
    });
    listed.unwrap();
    let expected: Vec<i64> =
        text.match_indices(CARD).map(|(at, _)| i64::try_from(at).unwrap()).collect();
    assert_eq!(bytes, expected);
}

#[test]
fn persons_who_share_a_value_are_counted_by_their_records() {
    let dump = Dump::new();
    let table =
        "Name,Date of birth\nAnna Adams,1980-05-17\nBen Baker,1980-05-17\nClara Clark,1991-02-03\n";
    dump.write("staff.csv", table);
    dump.write("copy/staff.csv", table);
    dump.scan();
    let found = dump.found();
    let births = found.kinds.iter().find(|kind| kind.kind == "dob").unwrap();
    assert_eq!((births.values, births.by_context), (3, 3));
}
