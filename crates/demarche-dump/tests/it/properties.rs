//! Laws: whatever the bytes, reading ends, and nothing is lost that was written.

use arbtest::arbtest;
use demarche_dump::Limits;
use demarche_text::Media;

use crate::archives::{gzip, zip};
use crate::dump::{Dump, of_file};
use crate::personal_folders::{self, Cipher, Layout, Message, text};

const EML: &[u8] = b"From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary=q\n\n--q\n\nbody\n--q\n\
    Content-Type: message/rfc822\n\nSubject: y\n\nz\n--q\nContent-Transfer-Encoding: base64\n\
    Content-Disposition: attachment; filename=a.zip\n\nUEsDBA==\n--q--\n";

const MBOX: &[u8] = b"From a@b.example Mon Jan  1 08:00:00 2024\nSubject: x\n\n>From b\n\n\
    From a@b.example Mon Jan  1 08:00:00 2024\r\nSubject: y\r\n\r\nz\r\n";

/// Personal folders with a message.
fn folders(layout: Layout) -> Vec<u8> {
    let properties = vec![(0x0037, text("x")), (0x1000, text("y"))];
    personal_folders::file(layout, Cipher::None, &[Message { properties, ..Message::default() }])
}

#[test]
fn damaged_files_are_read_to_their_end() {
    let fixtures: Vec<(&str, Vec<u8>)> = vec![
        ("x.eml", EML.to_vec()),
        ("x.mbox", MBOX.to_vec()),
        ("x.emlx", [&b"20\n"[..], EML].concat()),
        ("x.zip", zip(&[("a.eml", EML), ("b.mbox", MBOX)])),
        ("x.gz", gzip(MBOX)),
        ("winmail.dat", [&[0x78, 0x9f, 0x3e, 0x22, 1, 0][..], EML].concat()),
        ("x.pst", folders(Layout::Ansi)),
        ("x.pst", folders(Layout::Unicode)),
        ("x.pst", folders(Layout::Large)),
    ];
    arbtest(|u| {
        let (name, fixture) = u.choose(&fixtures)?;
        let mut bytes = fixture.clone();
        for _ in 0..u.int_in_range(1..=4)? {
            let offset = u.choose_index(bytes.len().max(1))?;
            match u.int_in_range(0..=3)? {
                0 => bytes.truncate(offset),
                1 => bytes.insert(offset.min(bytes.len()), u.arbitrary()?),
                _ => {
                    if let Some(byte) = bytes.get_mut(offset) {
                        *byte = u.arbitrary()?;
                    }
                }
            }
        }
        assert!(!of_file(name, &bytes).is_empty());
        Ok(())
    });
}

#[test]
fn any_bytes_of_any_name_are_read_to_their_end() {
    let names =
        ["x.eml", "x.mbox", "x.emlx", "x.msg", "x.pst", "x.zip", "x.7z", "x.tar", "a/cur/1", "x"];
    let starts: [&[u8]; 9] = [
        b"",
        b"PK\x03\x04",
        b"7z\xbc\xaf\x27\x1c",
        b"\x1f\x8b\x08",
        b"BZh91AY&SY",
        b"\xfd7zXZ\0",
        b"\x28\xb5\x2f\xfd",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"!BDN",
    ];
    arbtest(|u| {
        let name = u.choose(&names)?;
        let mut bytes = u.choose(&starts)?.to_vec();
        bytes.extend(u.arbitrary::<Vec<u8>>()?);
        assert!(!of_file(name, &bytes).is_empty());
        Ok(())
    });
}

#[test]
fn messages_that_are_written_into_a_mailbox_come_out_again() {
    arbtest(|u| {
        let lines = [
            "From me",
            ">From you",
            ">>From them",
            "",
            "text",
            " From space",
            "From x@y Mon Jan  1 08:00:00 2024",
        ];
        let mut messages = Vec::new();
        let mut mbox = String::new();
        for number in 0..u.int_in_range(1..=6)? {
            let mut message = format!("Subject: {number}\nMessage-ID: <{number}@x>\n\n");
            for _ in 0..u.int_in_range(0..=5)? {
                message.push_str(u.choose(&lines)?);
                message.push('\n');
            }
            mbox.push_str("From x@y.example Mon Jan  1 08:00:00 2024\n");
            for line in message.lines() {
                if line.trim_start_matches('>').starts_with("From ") {
                    mbox.push('>');
                }
                mbox.push_str(line);
                mbox.push('\n');
            }
            mbox.push('\n');
            messages.push(message);
        }
        let end = if u.arbitrary()? { "\r\n" } else { "\n" };
        let mbox = mbox.replace('\n', end);
        let read: Vec<_> = Dump::new(&[("x.mbox", mbox.as_bytes())])
            .read_with(&Limits::default(), true)
            .into_iter()
            .filter(|item| item.media == Media::Message)
            .map(|item| item.digest)
            .collect();
        let written: Vec<_> = messages
            .iter()
            .map(|message| demarche_terms::Sha256::of(message.trim_end_matches('\n').as_bytes()))
            .collect();
        assert_eq!(read, written, "{mbox}");
        Ok(())
    });
}
