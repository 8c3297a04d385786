use std::collections::BTreeSet;

use demarche_exposure::{ExposureError, Store, each_finding, each_message};

use crate::dump::{Dump, found, mbox, message, scan_until, with_attachment};

const CARD: &str = "please charge 4111 1111 1111 1111 today";

#[test]
fn a_message_is_one_however_it_lies_and_every_copy_is_told() {
    let dump = Dump::new();
    let text = message("1@x", "order", CARD);
    dump.write(
        "mbox/anna.adams@firm.example.mbox",
        mbox(&[text.clone(), message("2@x", "b", "c")]),
    );
    dump.write("maildir/ben.baker@firm.example/cur/1.M1.host:2,S", &text);
    dump.write("eml/clara/Inbox/1.eml", text.replace('\n', "\r\n"));
    dump.write(
        "eml/clara/Inbox/2.eml",
        format!("Received: from mx2; Mon, 1 Jan 2024 08:00:01 +0000\n{text}"),
    );
    dump.scan();
    let found = dump.found();
    assert_eq!((found.read.messages, found.read.message_copies), (2, 5));
    assert_eq!(found.read.near_duplicates, 1, "another header, the same message");
    assert_eq!((found.kinds.len(), found.kinds[0].values), (1, 1));
    assert_eq!(found.kinds[0].by_checksum, 1);
    let owners: Vec<_> = found.mailboxes.iter().map(|mailbox| mailbox.owner.as_deref()).collect();
    assert_eq!(owners[0], Some("anna.adams@firm.example"));
    assert!(owners.contains(&Some("ben.baker@firm.example")));
    assert!(found.mailboxes.iter().all(|mailbox| mailbox.kinds[0].kind == "card"));
}

#[test]
fn an_attachment_is_told_for_every_message_that_carries_it() {
    let dump = Dump::new();
    for number in 0..3 {
        dump.write(
            &format!("{number}.eml"),
            with_attachment(&format!("{number}@x"), "a.txt", CARD),
        );
    }
    dump.scan();
    let store = Store::existing(&dump.store(), None).unwrap();
    let mut attachments = Vec::new();
    let listed: Result<(), ExposureError> = each_message(&store, false, |message| {
        attachments.extend(message.attachments);
        Ok(())
    });
    listed.unwrap();
    assert_eq!(attachments.len(), 3);
    let hashes: BTreeSet<_> = attachments.iter().map(|(_, sha256)| sha256).collect();
    assert_eq!(hashes.len(), 1);
    let found = found(&store);
    assert_eq!((found.read.attachments, found.read.documents), (3, 1));
    assert_eq!(found.kinds[0].contents, 1);
}

#[test]
fn a_second_scan_reads_only_what_changed() {
    let dump = Dump::new();
    dump.write("a.txt", CARD);
    dump.write("b.txt", "nothing");
    assert_eq!(dump.scan().read, 2);
    assert_eq!(dump.scan().read, 0);
    dump.write("b.txt", "his SSN is 536-22-8145");
    assert_eq!(dump.scan().read, 1);
    assert_eq!(dump.found().kinds.len(), 2);
    dump.remove("a.txt");
    assert_eq!(dump.scan().read, 0);
    let found = dump.found();
    assert_eq!((found.kinds.len(), found.kinds[0].kind.as_str()), (1, "ssn"));
}

#[test]
fn a_copy_keeps_what_the_first_place_brought_when_that_goes() {
    let dump = Dump::new();
    dump.write("a.eml", with_attachment("1@x", "a.txt", CARD));
    dump.write("b.eml", with_attachment("1@x", "a.txt", CARD));
    dump.scan();
    dump.remove("a.eml");
    dump.scan();
    let found = dump.found();
    assert_eq!((found.read.messages, found.read.message_copies), (1, 1));
    assert_eq!(found.kinds[0].kind, "card");
    assert!(found.worst[0].place.starts_with("b.eml!"), "{}", found.worst[0].place);
}

#[test]
fn an_interrupted_scan_goes_on_and_loses_nothing() {
    let dump = Dump::new();
    for number in 0..600 {
        let body = format!("{CARD}\nnumber {}", number % 150);
        dump.write(
            &format!("{number}.eml"),
            with_attachment(&format!("{number}@x"), "a.txt", &body),
        );
    }
    dump.scan_with(&dump.store(), 2, None).unwrap();
    let straight = dump.found();
    let other = dump.store().with_extension("interrupted");
    let mut rounds = 0;
    loop {
        let mut store = Store::open(&other, "dump", None).unwrap();
        rounds += 1;
        let limit = if rounds < 4 { rounds * 50_000 } else { u64::MAX };
        match scan_until(&dump.root(), &mut store, 2, limit) {
            Err(ExposureError::Interrupted) => {}
            scanned => {
                scanned.unwrap();
                assert_eq!(found(&store), straight);
                break;
            }
        }
    }
    assert!(rounds > 1);
}

#[test]
fn what_is_not_read_is_told_with_its_reason_and_bytes() {
    let dump = Dump::new();
    dump.write("empty.txt", "");
    dump.write("noise.pdf", b"%PDF-1.4\nnothing else");
    dump.write("photo.png", b"\x89PNG\r\n\x1a\n0000000000000000");
    dump.scan();
    let found = dump.found();
    let unread: u64 = found.read.unread.iter().map(|unread| unread.contents).sum();
    assert_eq!(unread, 2, "{:?}", found.read.unread);
    assert_eq!(found.read.bytes_unread, 21 + 24);
}

#[test]
fn what_is_lost_of_a_content_is_told_with_its_reason_and_place() {
    let dump = Dump::new();
    let broken = "From: a@b.example\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nno end";
    dump.write("1.eml", broken);
    dump.write("2.eml", broken.replace("no end", "no end either"));
    dump.scan();
    let read = dump.found().read;
    assert_eq!(read.partly_read, 2);
    let [loss] = read.losses.as_slice() else { panic!("{:?}", read.losses) };
    assert_eq!((loss.contents, loss.example.as_str()), (2, "1.eml"));
    assert_eq!(loss.reason, "the last part of the message has no end");
}

#[test]
fn a_mail_that_carries_a_document_as_it_is_stays_a_mail() {
    let dump = Dump::new();
    let mail = "From: a@b.example\nSubject: the file\n\nSSN: 219-09-9999\n%PDF-1.4\nnot much\n";
    dump.write("1.eml", mail);
    dump.write("2", mail);
    dump.scan();
    let found = dump.found();
    assert_eq!((found.read.message_copies, found.read.unread.len()), (2, 0), "{:?}", found.read);
}

#[test]
fn the_mark_of_utf_8_before_a_mailbox_costs_nothing() {
    let dump = Dump::new();
    let entry = |number: u32| {
        format!(
            "From a@b.example Mon Jan  1 08:00:00 2024\nFrom: a@b.example\nMessage-ID: <{number}@x>\n\ntext {number}\n\n"
        )
    };
    let mailbox = format!("\u{feff}{}{}{}", entry(1), entry(2), entry(3));
    dump.write("named.mbox", &mailbox);
    dump.write("plain", &mailbox);
    dump.scan();
    let read = dump.found().read;
    assert_eq!((read.messages, read.message_copies), (3, 6), "{read:?}");
}

#[test]
fn one_picture_does_not_make_a_mailbox_unread() {
    let dump = Dump::new();
    let long = format!("{}\n", "The text of a message. ".repeat(4000));
    let photo = with_attachment("2@x", "photo.png", "iVBORw0KGgoAAAAAAAAAAAAAAAAAAAAA").replace(
        "Content-Type: text/plain\nContent-Disposition",
        "Content-Type: image/png\nContent-Transfer-Encoding: base64\nContent-Disposition",
    );
    let messages = [message("1@x", "long", &long), photo];
    dump.write("mbox/anna.mbox", mbox(&messages));
    dump.write("photo.bin", b"\x89PNG\r\n\x1a\n0000000000000000");
    dump.scan();
    let read = dump.found().read;
    assert!(read.bytes_unread >= 24 && read.bytes_unread < read.bytes / 100, "{read:?}");
}

#[test]
fn an_encrypted_store_tells_nothing_without_its_passphrase() {
    let dump = Dump::new();
    dump.write("a.txt", CARD);
    dump.scan_with(&dump.store(), 1, Some("secret words")).unwrap();
    let bytes = std::fs::read(dump.store()).unwrap();
    let needle = b"SQLite format";
    assert!(!bytes.windows(needle.len()).any(|window| window == needle));
    for wrong in [None, Some("secret word")] {
        let error = Store::existing(&dump.store(), wrong).unwrap_err();
        assert!(matches!(error, ExposureError::Passphrase { .. }), "{error}");
    }
    let store = Store::existing(&dump.store(), Some("secret words")).unwrap();
    assert_eq!(found(&store).kinds[0].values, 1);
    assert_eq!(dump.scan_with(&dump.store(), 1, Some("secret words")).unwrap().read, 0);
}

#[test]
fn values_are_masked_unless_they_are_to_be_revealed() {
    let dump = Dump::new();
    dump.write("a.txt", CARD);
    dump.scan();
    let store = Store::existing(&dump.store(), None).unwrap();
    let value = |reveal| {
        let mut values = Vec::new();
        let listed: Result<(), ExposureError> = each_finding(&store, reveal, |finding| {
            values.push((finding.value, finding.path, finding.line));
            Ok(())
        });
        listed.unwrap();
        values.remove(0)
    };
    assert_eq!(value(false).0, "••••••••••••1111");
    assert_eq!(value(true), ("4111111111111111".to_owned(), "a.txt".to_owned(), 1));
}

#[test]
fn a_store_of_another_dump_or_kind_is_refused() {
    let dump = Dump::new();
    dump.scan();
    let other = Store::open(&dump.store(), "another", None).unwrap_err();
    assert!(matches!(other, ExposureError::OtherDump { .. }), "{other}");
    let text = dump.store().with_extension("txt");
    std::fs::write(&text, "no store").unwrap();
    assert!(Store::existing(&text, None).is_err());
    assert!(Store::existing(&text.with_extension("missing"), None).is_err());
}
