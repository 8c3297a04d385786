//! Mailboxes, whole and in pieces.

use std::path::PathBuf;

use demarche_dump::{Limits, Part, Unread};
use demarche_text::Media;

use crate::dump::{Dump, Owned, of_file};

#[test]
fn a_message_has_one_digest_in_every_mailbox() {
    let message = "From: a@b.example\nSubject: x\n\nFrom here on\n>From there\n\nend\n";
    let quoted = message.replace("\nFrom", "\n>From").replace("\n>From there", "\n>>From there");
    let mbox = format!("From a@b.example Mon Jan  1 08:00:00 2024\n{quoted}\n");
    let mbox = mbox.replace("\n>From: ", "\nFrom: ");
    let crlf = message.replace('\n', "\r\n");
    let emlx = format!("{}\n{message}<?xml version=\"1.0\"?>", message.len());
    let files = [
        ("1.mbox", mbox.as_str()),
        ("2/cur/1.M1.host:2,S", message),
        ("3.eml", &crlf),
        ("4.emlx", &emlx),
        ("5/17", message),
    ];
    let items = Dump::new(&files.map(|(name, text)| (name, text.as_bytes()))).read();
    assert_eq!(items[0].content, Owned::Container);
    assert_eq!(items[1].text(), "From here on\n>From there\n\nend");
    assert_eq!(items.len(), 6);
    assert!(items[2..].iter().all(|item| item.content == Owned::Copy), "{items:?}");
    assert!(items[2..].iter().all(|item| item.digest == items[1].digest));
    let at = items[1].at.clone().unwrap();
    let range = usize::try_from(at.start).unwrap()..usize::try_from(at.end).unwrap();
    assert!(mbox.as_bytes()[range].starts_with(b"From: a@b.example"));
}

#[test]
fn folders_of_maildir_are_named() {
    let files = [("box/.&AMk-l&AOk-ments/cur/1.x:2,S", &b"X-Odd: a\nSubject: x\n\nbody"[..])];
    let items = Dump::new(&files).read();
    assert_eq!(items[0].message().folder.as_deref(), Some("Éléments"));
}

#[test]
fn lines_of_text_that_begin_with_from_part_no_messages() {
    let mbox = b"From a@b.example Mon Jan  1 08:00:00 2024\nSubject: x\n\nFrom 10:00 in May\n\nFrom you I heard\n\
        Subject: no\n\nFrom a@b.example Mon Jan  1 08:00:00 2024\nSubject: y\n\nz\n";
    assert_eq!(of_file("x.mbox", mbox).len(), 3);
}

#[test]
fn a_mailbox_without_messages_is_named_or_read_as_text() {
    assert_eq!(of_file("x.mbox", b"")[0].content, Owned::Container);
    let noise: Vec<u8> =
        (0..4000_u32).map(|number| number.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    assert!(
        matches!(&of_file("x.mbox", &noise)[0].content, Owned::Unread(reason) if reason.contains("no message"))
    );
    let text = of_file("x.mbox", b"only a note");
    assert_eq!((text[0].media, text[0].text().as_str()), (Media::Text, "only a note"));
}

/// A mailbox of some million bytes.
fn large() -> Vec<u8> {
    let mut mbox = Vec::new();
    for number in 0..2500_u32 {
        let body = "From time to time, at 10:00 in May, words.\n\n"
            .repeat(usize::try_from(number % 400).unwrap());
        let message = format!("Message-ID: <{number}@x>\nSubject: s{number}\n\n{body}");
        mbox.extend(b"From x@y.example Mon Jan  1 08:00:00 2024\n");
        mbox.extend(message.replace("\nFrom ", "\n>From ").bytes());
        mbox.push(b'\n');
    }
    mbox
}

#[test]
fn pieces_of_a_large_mailbox_hold_the_messages_of_the_whole() {
    let mbox = large();
    let dump = Dump::new(&[("large.mbox", &mbox)]);
    let (units, unlisted) = dump.units();
    assert!(unlisted.is_empty() && units.len() >= 2, "{} units", units.len());
    let mut end = 0;
    for unit in &units {
        let Part::Messages(range) = &unit.part else { panic!("{unit:?}") };
        assert_eq!(range.start, end);
        end = range.end;
    }
    assert_eq!(end, u64::try_from(mbox.len()).unwrap());
    let told = |items: Vec<crate::dump::Told>| -> Vec<_> {
        let messages = items.into_iter().filter(|item| item.media == Media::Message);
        messages.map(|item| (item.name, item.digest, item.at)).collect()
    };
    let pieces = told(dump.read());
    let whole = demarche_dump::Unit {
        path: PathBuf::from("large.mbox"),
        part: Part::Whole,
        stamp: demarche_dump::Stamp::default(),
    };
    let whole = told(dump.read_units(&[whole], &Limits::default(), false));
    assert_eq!(pieces.len(), 2500);
    assert_eq!(pieces, whole);
}

#[test]
fn links_are_listed_and_not_followed() {
    let dump = Dump::new(&[("a.txt", b"x")]);
    std::os::unix::fs::symlink("/etc/hostname", dump.root().join("link")).unwrap();
    let (units, unlisted) = dump.units();
    assert_eq!(units.len(), 1);
    assert_eq!((unlisted.len(), &unlisted[0].reason), (1, &Unread::Link));
}

#[test]
fn a_single_file_is_a_dump() {
    let dump = Dump::new(&[("a.eml", b"Subject: x\n\nbody")]);
    let (units, _) = demarche_dump::units(&dump.root().join("a.eml"));
    assert_eq!(units.len(), 1);
    assert!(units[0].path.as_os_str().is_empty());
}
